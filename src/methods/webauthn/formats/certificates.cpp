#include "methods/webauthn/formats/certificates.hpp"

#include "core/der.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

constexpr const char *kAaguidExtension = "1.3.6.1.4.1.45724.1.1.4";  // id-fido-gen-ce-aaguid

Failure malformed(Reason reason, const char *message) { return fail(Status::malformed, reason, message); }

Result<Done> add(Chain &chain, ByteView der, const ChainReasons &reasons) {
  MFA_TRY(Certificate certificate, under(reasons.malformed, Certificate::parse(der)));
  chain.certificates.push_back(std::move(certificate));
  chain.der.push_back(copy_of(der));
  return done;
}

Result<Done> check_size(size_t size, const ChainReasons &reasons) {
  if (size == 0) return malformed(Reason::registration_statement, "x5c that is an empty list");
  if (size > kMaxCertificates) return malformed(reasons.limit, "too many attestation certificates");
  return done;
}

}  // namespace

Result<Chain> read_chain(const cbor::Item &x5c, const ChainReasons &reasons) {
  if (x5c.type() != cbor::Type::array)
    return malformed(Reason::registration_statement, "x5c that is no list");
  MFA_TRY(check_size(x5c.size(), reasons));
  Chain chain;
  for (size_t i = 0; i < x5c.size(); i++) {
    const auto der = x5c.item(i).as_bytes();
    if (!der.has_value())
      return malformed(Reason::registration_statement, "x5c with something that is no bytes");
    MFA_TRY(add(chain, der.value(), reasons));
  }
  return chain;
}

Result<Chain> read_chain(const std::vector<Bytes> &der, const ChainReasons &reasons) {
  MFA_TRY(check_size(der.size(), reasons));
  Chain chain;
  for (const Bytes &certificate : der) MFA_TRY(add(chain, certificate, reasons));
  return chain;
}

Result<Done> check_algorithm(int64_t algorithm, bool rs1_allowed) {
  if (algorithm == cose::kRs1 && !rs1_allowed)
    return fail(Status::denied, Reason::registration_statement_algorithm, "a statement signed under SHA-1");
  return done;
}

Result<cose::PublicKey> attestation_key(const Certificate &certificate, int64_t algorithm, Reason reason) {
  MFA_TRY(const KeyMaterial material, under(reason, certificate.public_key()));
  if (algorithm < INT32_MIN || algorithm > INT32_MAX) return malformed(reason, "an algorithm that is none");
  return under(reason, cose::PublicKey::make(static_cast<int32_t>(algorithm), material));
}

// "MUST contain the AAGUID as a 16-byte OCTET STRING", "MUST NOT be marked as critical"; wrapped in the
// extension's own OCTET STRING. It may be absent.
Result<Done> check_aaguid(const Certificate &certificate, const std::array<uint8_t, 16> &aaguid,
                          const AaguidReasons &reasons) {
  MFA_TRY(const auto extension, under(reasons.malformed, certificate.extension(kAaguidExtension)));
  if (!extension) return done;
  if (extension->critical) return fail(Status::wrong, reasons.critical, "a critical AAGUID extension");
  const auto held = der::only(extension->value, der::kOctetString);
  if (!held.has_value() || !same(held.value(), aaguid))
    return fail(Status::wrong, reasons.differs, "an attestation certificate of another AAGUID");
  return done;
}

}  // namespace mfa::webauthn
