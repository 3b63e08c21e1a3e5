// The packed attestation statement format, section 8.2.
#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/formats/certificates.hpp"
#include "methods/webauthn/formats/country.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

using Attribute = Certificate::Attribute;

struct Packed {
  int64_t algorithm = 0;
  ByteView signature;
  std::optional<cbor::Item> chain;  // x5c
};

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
  return under(Reason::registration_packed_signature, key.verify(statement.signed_bytes(), signature));
}

// "Country: ISO 3166 code specifying the country", and so on: section 8.2.1.
Result<Done> check_subject(const Certificate &certificate) {
  MFA_TRY(const auto country, certificate.subject(Attribute::country));
  if (!country || !is_country(*country))
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

Result<Done> check_certificate(const Certificate &certificate, const std::array<uint8_t, 16> &aaguid) {
  if (certificate.version() != 3)
    return wrong(Reason::registration_packed_certificate_version,
                 "an attestation certificate not of version 3");
  MFA_TRY(check_subject(certificate));
  MFA_TRY(const auto authority, certificate.authority());
  if (authority != Certificate::Authority::no)
    return wrong(Reason::registration_packed_certificate_authority,
                 "an attestation certificate that is, or may be, an authority's");
  return check_aaguid(certificate, aaguid,
                      {.differs = Reason::registration_packed_certificate_aaguid,
                       .critical = Reason::registration_packed_certificate_critical,
                       .malformed = Reason::registration_packed_certificate});
}

Result<Attestation> verify_basic(const Statement &statement, const Packed &packed) {
  MFA_TRY(Chain chain, read_chain(*packed.chain, {.malformed = Reason::registration_packed_certificate,
                                                  .limit = Reason::registration_packed_chain}));
  const Certificate &leaf = chain.certificates.front();
  MFA_TRY(check_algorithm(packed.algorithm, statement.policy.rs1));
  MFA_TRY(const cose::PublicKey key,
          attestation_key(leaf, packed.algorithm, Reason::registration_packed_certificate_key));
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
