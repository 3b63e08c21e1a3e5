// Section 8.8: apple; the certificate is the credential's, and a nonce in it is all there is to check.
#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "support/der.hpp"
#include "support/statements/statement.hpp"

namespace mfa::test {

StatementParts apple_statement(const Attesting &about) {
  const auto nonce = sha256(about.message());
  AppleParts parts{.nonce = Bytes(nonce.begin(), nonce.end()), .extension = std::nullopt};
  let_change(about.tamper.apple, parts);
  CertificateSpec spec;
  spec.subject = {
      {"CN", hex(sha256(about.credential_id))}, {"OU", "AAA Certification"}, {"O", "libmfa tests"}};
  spec.key_usage = kDigitalSignature;
  const Bytes content = der::sequence({der::explicitly(1, der::octets(parts.nonce))});
  spec.extensions = {{"1.2.840.113635.100.8.2", parts.extension ? *parts.extension : content, false}};
  return {.format = "apple", .x5c = about.x5c(spec, about.credential_key())};
}

}  // namespace mfa::test
