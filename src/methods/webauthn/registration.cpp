// Registering a new credential, section 7.1, from step 7; steps 3 to 6 and 13 are parse_response's.
#include <algorithm>

#include "core/digest.hpp"
#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/ceremony.hpp"
#include "methods/webauthn/extensions.hpp"
#include "methods/webauthn/step.hpp"
#include "methods/webauthn/trust.hpp"

namespace mfa::webauthn {
namespace {

// Steps 7 to 11.
constexpr ClientDataSteps kClientData = {.type = "webauthn.create",
                                         .wrong_type = Reason::registration_type,
                                         .challenge = Reason::registration_challenge,
                                         .origin = Reason::registration_origin,
                                         .cross_origin = Reason::registration_cross_origin,
                                         .top_origin = Reason::registration_top_origin};
// Steps 14 to 17.
constexpr AuthenticatorDataSteps kAuthenticatorData = {
    .rp_id = Reason::registration_rp_id,
    .user_presence = Reason::registration_user_presence,
    .user_verification = Reason::registration_user_verification,
    .backup_flags = Reason::registration_backup_flags};

// Step 20, and the key made ready.
Result<cose::PublicKey> read_key(const Expected &expected, const AuthenticatorData &data) {
  MFA_TRY(const int64_t algorithm,
          under(Reason::registration_public_key, cose::algorithm_in(data.public_key)));
  const auto &offered = expected.algorithms;
  if (std::find(offered.begin(), offered.end(), algorithm) == offered.end() ||
      (algorithm == cose::kRs1 && !expected.policy.rs1)) {
    return fail(Status::denied, Reason::registration_algorithm, "a key of an algorithm that was not offered");
  }
  MFA_TRY(cose::PublicKey key,
          under(Reason::registration_public_key, cose::PublicKey::parse(data.public_key)));
  MFA_TRY(under(Reason::registration_public_key, key.check_new()));
  return key;
}

// Steps 21 and 22.
Result<Attestation> read_attestation(const Expected &expected, uint64_t now_s, const Response &response,
                                     const cose::PublicKey &key) {
  MFA_TRY(const AttestationFormat *format, accepted_format(&expected.formats, response.format));
  MFA_TRY(const cbor::Document document,
          under(Reason::registration_attestation_object,
                cbor::Document::parse(response.attestation_object, kAttestationObjectLimits)));
  MFA_TRY(const cbor::Item statement,
          under(Reason::registration_attestation_object, document.root().need("attStmt")));
  const auto client_data_hash = sha256(response.client_data.raw);  // step 12
  return format->verify({.attStmt = statement,
                         .authenticator_data = response.authenticator_data,
                         .client_data_hash = client_data_hash,
                         .credential_key = key,
                         .policy = expected.policy,
                         .now_s = now_s,
                         .formats = &expected.formats});
}

// Step 27.
Credential record_of(const Expected &expected, const Response &response, int32_t algorithm,
                     const Assessment &assessment) {
  const AuthenticatorData &data = response.authenticator_data;
  return Credential{.id = data.credential_id,
                    .public_key = data.public_key,
                    .algorithm = algorithm,
                    .user_handle = expected.user_handle,
                    .rp_id = expected.rp_id,
                    .app_id = {},
                    .sign_count = data.sign_count,
                    .flags = kept_flags(data) | (assessment.trusted ? kTrusted : 0),
                    .backup_eligible_known = true,
                    .uv_initialized = (data.flags & kUserVerified) != 0,
                    .aaguid = data.aaguid,
                    .transports = response.transports,
                    .attestation_format = response.format,
                    .attestation_type = assessment.type};
}

void keep(Credential &credential, Provenance provenance) {
  credential.attestation_key_identifier = std::move(provenance.key_identifier);
  credential.attestation_keys = std::move(provenance.keys);
  credential.enterprise_serial = std::move(provenance.enterprise_serial);
  credential.firmware_version = provenance.firmware_version;
}

}  // namespace

Result<Registration> verify_registration(const Expected &expected, uint64_t now_s, const Response &response) {
  const AuthenticatorData &data = response.authenticator_data;
  if (!response.registration)
    return fail(Status::malformed, Reason::registration_kind, "an assertion where an attestation belongs");
  MFA_TRY(check_client_data(expected, response.client_data, kClientData));
  MFA_TRY(check_canonical(expected, response, Reason::registration_canonical));
  // Step 15: a conditional create may lack user presence.
  MFA_TRY(check_authenticator_data(expected.rp_id, expected.mediation != Mediation::conditional,
                                   expected.user_verification == UserVerification::required, data,
                                   kAuthenticatorData));
  // Steps 18 and 19.
  MFA_TRY(check_backup_policy(expected.backup, data.flags, Reason::registration_backup_policy));
  MFA_TRY(check_backup_state(expected.backup_state, data.flags, Reason::registration_backup_state));
  MFA_TRY(const cose::PublicKey key, read_key(expected, data));
  MFA_TRY(Attestation attestation, read_attestation(expected, now_s, response, key));
  MFA_TRY(Provenance provenance, provenance_of(attestation));
  MFA_TRY(Assessment assessment, assess(expected.trust, attestation, provenance, data.aaguid, now_s));
  if (assessment.member) {
    attestation.trust_path = assessment.member->trust_path;
    MFA_TRY(provenance, provenance_of(attestation));
  }
  if (expected.require_trusted && !assessment.trusted) {
    assessment.why_not->signals = assessment.signals;
    return std::move(*assessment.why_not);
  }
  if (data.credential_id.size() > kMaxCredentialIdBytes)
    return fail(Status::malformed, Reason::registration_id_length, "a credential id of more than 1023 bytes");
  // Steps 26 and 29 are the store's.
  Registration out{.credential = record_of(expected, response, key.algorithm(), assessment),
                   .signals = assessment.signals | unsolicited(expected, response)};
  keep(out.credential, std::move(provenance));
  MFA_TRY(take_outputs(expected, response, out.credential));
  return out;
}

}  // namespace mfa::webauthn
