// The packed attestation statement format, section 8.2.
#include <algorithm>

#include "core/certificate.hpp"
#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

using Attribute = Certificate::Attribute;

constexpr const char *kAaguidExtension = "1.3.6.1.4.1.45724.1.1.4";  // id-fido-gen-ce-aaguid
constexpr uint8_t kDerOctetString = 0x04;

struct Packed {
  int64_t algorithm = 0;
  ByteView signature;
  std::optional<cbor::Item> chain;  // x5c
};

Failure malformed(Reason reason, const char *message) { return fail(Status::malformed, reason, message); }
Failure wrong(Reason reason, const char *message) { return fail(Status::wrong, reason, message); }

Result<Packed> read(const cbor::Item &statement) {
  Packed packed;
  MFA_TRY(const cbor::Item algorithm, statement.need("alg"));
  MFA_TRY(packed.algorithm, algorithm.as_int());
  MFA_TRY(const cbor::Item signature, statement.need("sig"));
  MFA_TRY(packed.signature, signature.as_bytes());
  packed.chain = statement.find("x5c");
  return packed;
}

Result<Done> check_signature(const cose::PublicKey &key, const Statement &statement, ByteView signature) {
  Bytes message = statement.authenticator_data.raw;
  message.insert(message.end(), statement.client_data_hash.begin(), statement.client_data_hash.end());
  return under(Reason::registration_packed_signature, key.verify(message, signature));
}

// "Country: ISO 3166 code specifying the country", and so on: section 8.2.1.
Result<Done> check_subject(const Certificate &certificate) {
  MFA_TRY(const auto country, certificate.subject(Attribute::country));
  if (!country || country->size() != 2 ||
      !std::all_of(country->begin(), country->end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
    return wrong(Reason::registration_packed_certificate_country, "an attestation certificate's country");
  MFA_TRY(const auto organization, certificate.subject(Attribute::organization));
  if (organization.value_or("").empty())
    return wrong(Reason::registration_packed_certificate_organization,
                 "an attestation certificate's organization");
  MFA_TRY(const auto unit, certificate.subject(Attribute::organizational_unit));
  if (unit != "Authenticator Attestation")
    return wrong(Reason::registration_packed_certificate_unit,
                 "an attestation certificate's organizational unit");
  MFA_TRY(const auto name, certificate.subject(Attribute::common_name));
  if (name.value_or("").empty())
    return wrong(Reason::registration_packed_certificate_name, "an attestation certificate's common name");
  return done;
}

// "MUST contain the AAGUID as a 16-byte OCTET STRING", "MUST NOT be marked as critical"; wrapped in the
// extension's own OCTET STRING. It may be absent.
Result<Done> check_aaguid(const Certificate &certificate, const std::array<uint8_t, 16> &aaguid) {
  MFA_TRY(const auto extension, certificate.extension(kAaguidExtension));
  if (!extension) return done;
  if (extension->critical)
    return wrong(Reason::registration_packed_certificate_critical, "a critical AAGUID extension");
  Bytes expected{kDerOctetString, static_cast<uint8_t>(aaguid.size())};
  expected.insert(expected.end(), aaguid.begin(), aaguid.end());
  if (extension->value != expected)
    return wrong(Reason::registration_packed_certificate_aaguid,
                 "an attestation certificate of another AAGUID");
  return done;
}

Result<Done> check_certificate(const Certificate &certificate, const std::array<uint8_t, 16> &aaguid) {
  if (certificate.version() != 3)
    return wrong(Reason::registration_packed_certificate_version,
                 "an attestation certificate not of version 3");
  MFA_TRY(check_subject(certificate));
  MFA_TRY(const auto authority, certificate.authority());
  if (authority != Certificate::Authority::no)
    return wrong(Reason::registration_packed_certificate_authority,
                 "an attestation certificate that is, or may be, an authority's");
  return check_aaguid(certificate, aaguid);
}

struct Chain {
  std::vector<Bytes> der;
  std::vector<Certificate> certificates;  // the first is the authenticator's
};

// Every certificate is read, also those that only a trust path would use.
Result<Chain> read_chain(const cbor::Item &x5c) {
  if (x5c.type() != cbor::Type::array || x5c.size() == 0)
    return malformed(Reason::registration_statement, "x5c that is no list, or an empty one");
  if (x5c.size() > kMaxCertificates)
    return malformed(Reason::registration_packed_chain, "too many attestation certificates");
  Chain chain;
  for (size_t i = 0; i < x5c.size(); i++) {
    const auto der = x5c.item(i).as_bytes();
    if (!der.has_value())
      return malformed(Reason::registration_statement, "x5c with something that is no bytes");
    MFA_TRY(Certificate certificate, Certificate::parse(der.value()));
    chain.certificates.push_back(std::move(certificate));
    chain.der.push_back(copy_of(der.value()));
  }
  return chain;
}

Result<cose::PublicKey> attestation_key(const Certificate &certificate, int64_t algorithm) {
  MFA_TRY(const KeyMaterial material, certificate.public_key());
  if (algorithm < INT32_MIN || algorithm > INT32_MAX)
    return malformed(Reason::registration_packed_certificate_key, "an algorithm that is none");
  return cose::PublicKey::make(static_cast<int32_t>(algorithm), material);
}

Result<Attestation> verify_basic(const Statement &statement, const Packed &packed) {
  MFA_TRY(Chain chain, under(Reason::registration_packed_certificate, read_chain(*packed.chain)));
  const Certificate &leaf = chain.certificates.front();
  MFA_TRY(const cose::PublicKey key,
          under(Reason::registration_packed_certificate_key, attestation_key(leaf, packed.algorithm)));
  MFA_TRY(check_signature(key, statement, packed.signature));
  MFA_TRY(under(Reason::registration_packed_certificate,
                check_certificate(leaf, statement.authenticator_data.aaguid)));
  return Attestation{.type = "basic", .trust_path = std::move(chain.der)};
}

Result<Attestation> verify_self(const Statement &statement, const Packed &packed) {
  if (packed.algorithm != statement.credential_key.algorithm())
    return wrong(Reason::registration_packed_algorithm, "self attestation under another algorithm");
  MFA_TRY(check_signature(statement.credential_key, statement, packed.signature));
  return Attestation{.type = "self", .trust_path = {}};
}

}  // namespace

Result<Attestation> verify_packed(const Statement &statement) {
  MFA_TRY(const Packed packed, under(Reason::registration_statement, read(statement.attStmt)));
  return packed.chain ? verify_basic(statement, packed) : verify_self(statement, packed);
}

}  // namespace mfa::webauthn
