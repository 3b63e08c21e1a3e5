// The Apple anonymous attestation statement format, section 8.8.
#include "core/der.hpp"
#include "core/digest.hpp"
#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/formats/certificates.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

constexpr const char *kNonceExtension = "1.2.840.113635.100.8.2";

// SEQUENCE { [1] EXPLICIT OCTET STRING }
Result<Bytes> nonce_in(const Certificate &certificate) {
  MFA_TRY(const auto extension, certificate.extension(kNonceExtension));
  if (!extension)
    return fail(Status::malformed, Reason::registration_apple_extension, "no nonce in the certificate");
  MFA_TRY(const ByteView sequence, der::only(extension->value, der::kSequence));
  MFA_TRY(const ByteView tagged, der::only(sequence, der::kContext | 1));
  MFA_TRY(const ByteView nonce, der::only(tagged, der::kOctetString));
  return copy_of(nonce);
}

}  // namespace

Result<Attestation> verify_apple(const Statement &statement) {
  MFA_TRY(const cbor::Item x5c, under(Reason::registration_statement, statement.attStmt.need("x5c")));
  MFA_TRY(Chain chain, read_chain(x5c));
  const Certificate &leaf = chain.certificates.front();
  MFA_TRY(const Bytes nonce, under(Reason::registration_apple_extension, nonce_in(leaf)));
  if (!same(nonce, sha256(statement.signed_bytes())))
    return fail(Status::wrong, Reason::registration_apple_nonce, "a nonce of another registration");
  MFA_TRY(const KeyMaterial certified, under(Reason::registration_apple_public_key, leaf.public_key()));
  MFA_TRY(const KeyMaterial key, under(Reason::registration_apple_public_key,
                                       cose::material_in(statement.authenticator_data.public_key)));
  if (certified != key)
    return fail(Status::wrong, Reason::registration_apple_public_key, "a certificate of another key");
  return Attestation{.type = "anonca", .trust_path = std::move(chain.der)};
}

}  // namespace mfa::webauthn
