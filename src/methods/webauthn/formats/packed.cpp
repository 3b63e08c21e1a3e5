// The packed attestation statement format, section 8.2.
#include "core/der.hpp"
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

// Section 8.2.1: "Subject-C: ISO 3166 code specifying the country where the Authenticator vendor is
// incorporated (PrintableString)", and the others as a UTF8String.
struct Subject {
  std::string country, organization, unit, common_name;  // empty when not there once
  bool string_types = true;
};

Result<Subject> subject_of(const Certificate &certificate) {
  Subject subject;
  const auto read = [&](std::string &text, Attribute attribute, uint8_t type) -> Result<Done> {
    MFA_TRY(auto name, certificate.subject(attribute));
    if (!name) return done;
    text = std::move(name->text);
    subject.string_types = subject.string_types && name->type == type;
    return done;
  };
  MFA_TRY(read(subject.country, Attribute::country, der::kPrintableString));
  MFA_TRY(read(subject.organization, Attribute::organization, der::kUtf8String));
  MFA_TRY(read(subject.unit, Attribute::organizational_unit, der::kUtf8String));
  MFA_TRY(read(subject.common_name, Attribute::common_name, der::kUtf8String));
  return subject;
}

Result<Done> check_subject(const Certificate &certificate, const Policy &policy) {
  MFA_TRY(const Subject subject, subject_of(certificate));
  if (!is_country(subject.country))
    return wrong(Reason::registration_packed_certificate_country, "an attestation certificate's country");
  if (subject.organization.empty())
    return wrong(Reason::registration_packed_certificate_organization,
                 "an attestation certificate's organization");
  if (subject.unit != "Authenticator Attestation")
    return wrong(Reason::registration_packed_certificate_unit,
                 "an attestation certificate's organizational unit");
  if (subject.common_name.empty())
    return wrong(Reason::registration_packed_certificate_name, "an attestation certificate's common name");
  if (!subject.string_types && !policy.packed_string_types)
    return wrong(Reason::registration_packed_certificate_string,
                 "an attestation certificate with a text of another string type");
  return done;
}

Result<Done> check_certificate(const Certificate &certificate, const Statement &statement) {
  if (certificate.version() != 3)
    return wrong(Reason::registration_packed_certificate_version,
                 "an attestation certificate not of version 3");
  MFA_TRY(check_subject(certificate, statement.policy));
  MFA_TRY(const auto authority, certificate.authority());
  if (authority != Certificate::Authority::no)
    return wrong(Reason::registration_packed_certificate_authority,
                 "an attestation certificate that is, or may be, an authority's");
  return check_aaguid(certificate, statement.authenticator_data.aaguid,
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
  MFA_TRY(under(Reason::registration_packed_certificate, check_certificate(leaf, statement)));
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
