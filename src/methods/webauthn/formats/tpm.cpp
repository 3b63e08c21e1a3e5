// The TPM attestation statement format, section 8.3.
#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/formats/certificates.hpp"
#include "methods/webauthn/formats/tpm_certificate.hpp"
#include "methods/webauthn/formats/tpm_structures.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

struct Tpm {
  std::string_view version;
  int64_t algorithm;
  cbor::Item x5c;
  ByteView signature, cert_info, pub_area;
};

Result<ByteView> bytes_of(const cbor::Item &map, std::string_view name) {
  MFA_TRY(const cbor::Item item, map.need(name));
  return item.as_bytes();
}

Result<Tpm> read(const cbor::Item &statement) {
  MFA_TRY(const cbor::Item version, statement.need("ver"));
  MFA_TRY(const std::string_view text, version.as_text());
  MFA_TRY(const cbor::Item algorithm, statement.need("alg"));
  MFA_TRY(const int64_t number, algorithm.as_int());
  MFA_TRY(const cbor::Item x5c, statement.need("x5c"));
  MFA_TRY(const ByteView signature, bytes_of(statement, "sig"));
  MFA_TRY(const ByteView cert_info, bytes_of(statement, "certInfo"));
  MFA_TRY(const ByteView pub_area, bytes_of(statement, "pubArea"));
  return Tpm{.version = text,
             .algorithm = number,
             .x5c = x5c,
             .signature = signature,
             .cert_info = cert_info,
             .pub_area = pub_area};
}

// SHA-1 is what many TPMs sign and name with, unless policy says otherwise.
Result<DigestAlgorithm> accepted(std::optional<DigestAlgorithm> algorithm, const Policy &policy) {
  if (!algorithm || (policy.tpm_no_sha1 && *algorithm == DigestAlgorithm::sha1))
    return fail(Status::denied, Reason::registration_tpm_hash,
                "a hash that is not accepted in a TPM's statement");
  return *algorithm;
}

// "Verify that the public key specified by the parameters and unique fields of pubArea is identical to the
// credentialPublicKey".
Result<tpm::Public> check_public(const Statement &statement, const Tpm &tpm) {
  MFA_TRY(tpm::Public area, tpm::parse_public(tpm.pub_area));
  MFA_TRY(const KeyMaterial key, under(Reason::registration_tpm_public_key,
                                       cose::material_in(statement.authenticator_data.public_key)));
  if (area.key != key)
    return fail(Status::wrong, Reason::registration_tpm_public_key, "a TPM's statement on another key");
  return area;
}

Result<Done> check_cert_info(const Statement &statement, const Tpm &tpm, const tpm::Public &area) {
  MFA_TRY(const tpm::Attest attest, tpm::parse_attest(tpm.cert_info));
  MFA_TRY(const DigestAlgorithm hash, accepted(cose::digest_of(tpm.algorithm), statement.policy));
  MFA_TRY(const Digest extra_data, digest(hash, statement.signed_bytes()));
  if (!same(attest.extra_data, extra_data.view()))
    return fail(Status::wrong, Reason::registration_tpm_extra_data,
                "a TPM's statement on another registration");
  // A name is the algorithm's number and the digest under it: Part 1, section 16.
  MFA_TRY(const DigestAlgorithm name_hash, accepted(tpm::hash_of(area.name_algorithm), statement.policy));
  MFA_TRY(const Digest name, digest(name_hash, tpm.pub_area));
  Bytes expected{static_cast<uint8_t>(area.name_algorithm >> 8), static_cast<uint8_t>(area.name_algorithm)};
  expected.insert(expected.end(), name.bytes.begin(), name.bytes.begin() + static_cast<ptrdiff_t>(name.size));
  if (!same(attest.name, expected))
    return fail(Status::wrong, Reason::registration_tpm_name,
                "a TPM's statement on an object of another name");
  return done;
}

}  // namespace

Result<Attestation> verify_tpm(const Statement &statement) {
  MFA_TRY(const Tpm tpm, under(Reason::registration_statement, read(statement.attStmt)));
  if (tpm.version != "2.0")
    return fail(Status::wrong, Reason::registration_tpm_version, "a TPM of another version than 2.0");
  MFA_TRY(const tpm::Public area, check_public(statement, tpm));
  MFA_TRY(check_cert_info(statement, tpm, area));
  MFA_TRY(Chain chain, read_chain(tpm.x5c));
  const Certificate &leaf = chain.certificates.front();
  MFA_TRY(const cose::PublicKey key,
          attestation_key(leaf, tpm.algorithm, Reason::registration_tpm_certificate_key));
  MFA_TRY(under(Reason::registration_tpm_signature, key.verify(tpm.cert_info, tpm.signature)));
  MFA_TRY(tpm::check_certificate(leaf, statement.policy));
  MFA_TRY(check_aaguid(leaf, statement.authenticator_data.aaguid,
                       {.differs = Reason::registration_tpm_certificate_aaguid,
                        .critical = Reason::registration_tpm_certificate_critical}));
  return Attestation{.type = "attca", .trust_path = std::move(chain.der)};
}

}  // namespace mfa::webauthn
