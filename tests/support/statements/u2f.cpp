// Section 8.6: fido-u2f.
#include "support/der.hpp"
#include "support/statements/statement.hpp"

namespace mfa::test {

StatementParts u2f_statement(const Attesting &about) {
  U2fParts parts{.rp_id_hash = copy_of(about.rp_id_hash),
                 .client_data_hash = copy_of(about.client_data_hash),
                 .credential_id = copy_of(about.credential_id),
                 .public_key = about.credential.point()};
  let_change(about.tamper.u2f, parts);
  const Bytes message = der::joined({Bytes{parts.reserved}, parts.rp_id_hash, parts.client_data_hash,
                                     parts.credential_id, parts.public_key});
  const SoftwareKey key = about.attestation_key();
  CertificateSpec spec;
  spec.subject = {{"CN", "U2F software key"}};
  spec.authority = std::nullopt;  // as tokens of the time have it
  std::vector<Bytes> x5c = about.x5c(spec, key);
  x5c.resize(1);  // exactly one
  return {.format = "fido-u2f", .signature = key.under(-7).sign(message), .x5c = x5c};
}

}  // namespace mfa::test
