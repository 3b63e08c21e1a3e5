// Verifying an authentication assertion, section 7.2, from step 5; steps 3, 4 and 7 to 9 are
// parse_response's.
#include <algorithm>

#include "core/digest.hpp"
#include "methods/webauthn/ceremony.hpp"
#include "methods/webauthn/extensions.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

// Steps 10 to 14.
constexpr ClientDataSteps kClientData = {.type = "webauthn.get",
                                         .wrong_type = Reason::authentication_type,
                                         .challenge = Reason::authentication_challenge,
                                         .origin = Reason::authentication_origin,
                                         .cross_origin = Reason::authentication_cross_origin,
                                         .top_origin = Reason::authentication_top_origin};
// Steps 15 to 18.
constexpr AuthenticatorDataSteps kAuthenticatorData = {
    .rp_id = Reason::authentication_rp_id,
    .user_presence = Reason::authentication_user_presence,
    .user_verification = Reason::authentication_user_verification,
    .backup_flags = Reason::authentication_backup_flags};

// Step 5.
Result<Done> check_allowed(const Expected &expected, const Response &response) {
  const auto &allowed = expected.allowed_ids;
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), response.id) == allowed.end())
    return fail(Status::wrong, Reason::authentication_not_allowed, "a credential that was not asked for");
  return done;
}

// Step 6: the credential is the response's, and the user's; the user handle, if there is one, says the same.
// Without a user there must be one, for it alone says who signs in.
Result<Done> check_owner(const Expected &expected, const Credential &credential, const Response &response) {
  if (response.id != credential.id)
    return fail(Status::wrong, Reason::authentication_credential, "a response of another credential");
  if (expected.user_handle.empty() && response.user_handle.empty())
    return fail(Status::wrong, Reason::authentication_user_handle_absent, "no user, and no user handle");
  const Bytes &owner = credential.user_handle.empty() ? expected.user_handle : credential.user_handle;
  if ((!expected.user_handle.empty() && expected.user_handle != owner) ||
      (!response.user_handle.empty() && response.user_handle != owner))
    return fail(Status::wrong, Reason::authentication_user_handle, "a credential of another user");
  return done;
}

// Step 15: a client that used the AppID says so. It may only if it was asked to, and for a credential that
// was made for that AppID.
const std::string &rp_id_of(const Expected &expected, const Credential &credential,
                            const Response &response) {
  const bool app_id =
      response.client_outputs.app_id && !expected.app_id.empty() && credential.app_id == expected.app_id;
  return app_id ? expected.app_id : expected.rp_id;
}

// Step 19.
Result<uint32_t> check_backup(const Expected &expected, const Credential &credential, uint32_t flags) {
  uint32_t signals = 0;
  if (credential.backup_eligible_known) {
    const uint32_t changed = flags ^ credential.flags;
    if ((changed & kBackupEligible) != 0 && expected.backup_eligible_change != Rule::ignore)
      signals |= MFA_SIGNAL_BACKUP_ELIGIBLE_CHANGED;
    if ((changed & kBackedUp) != 0) signals |= MFA_SIGNAL_BACKUP_STATE_CHANGED;
    if ((changed & kBackupEligible) != 0 && expected.backup_eligible_change == Rule::reject) {
      Failure failure = fail(Status::denied, Reason::authentication_backup_changed,
                             "backup eligibility is not what it was at registration");
      failure.signals = signals;
      return failure;
    }
  }
  MFA_TRY(check_backup_policy(expected.backup, flags, Reason::authentication_backup_policy));
  MFA_TRY(check_backup_state(expected.backup_state, flags, Reason::authentication_backup_state));
  return signals;
}

// Step 21.
Result<Done> check_signature(const cose::PublicKey &key, const Response &response) {
  Bytes message = response.authenticator_data.raw;
  const auto client_data_hash = sha256(response.client_data.raw);  // step 20
  message.insert(message.end(), client_data_hash.begin(), client_data_hash.end());
  return under(Reason::authentication_signature, key.verify(message, response.signature));
}

// Step 22, on a response that is genuine. A counter that went back keeps the higher value, so that every
// further use of the lower copy shows as well.
Result<Done> check_sign_count(const Expected &expected, const Credential &credential, Assertion &assertion) {
  if ((assertion.sign_count == 0 && credential.sign_count == 0) ||
      assertion.sign_count > credential.sign_count || expected.sign_count == Rule::ignore) {
    return done;
  }
  assertion.signals |= MFA_SIGNAL_CLONE_SUSPECTED;
  assertion.sign_count = credential.sign_count;
  if (expected.sign_count != Rule::reject) return done;
  Failure failure = fail(Status::denied, Reason::authentication_sign_count,
                         "the signature counter went back: perhaps a cloned authenticator");
  failure.signals = assertion.signals;
  return failure;
}

}  // namespace

Result<Assertion> verify_assertion(const Expected &expected, const Credential &credential,
                                   const cose::PublicKey &key, const Response &response) {
  const AuthenticatorData &data = response.authenticator_data;
  if (response.registration)
    return fail(Status::malformed, Reason::authentication_kind, "an attestation where an assertion belongs");
  MFA_TRY(check_allowed(expected, response));
  MFA_TRY(check_owner(expected, credential, response));
  MFA_TRY(check_client_data(expected, response.client_data, kClientData));
  MFA_TRY(check_canonical(expected, response, Reason::authentication_canonical));
  MFA_TRY(check_authenticator_data(rp_id_of(expected, credential, response), true,
                                   expected.user_verification == UserVerification::required, data,
                                   kAuthenticatorData));
  MFA_TRY(const uint32_t backup_signals, check_backup(expected, credential, data.flags));
  MFA_TRY(check_signature(key, response));
  Assertion assertion{.flags = kept_flags(data) | (credential.flags & kTrusted),
                      .sign_count = data.sign_count,
                      .signals = backup_signals | unsolicited(expected, response)};
  MFA_TRY(check_sign_count(expected, credential, assertion));
  MFA_TRY(check_protection(credential, data.flags));
  return assertion;
}

}  // namespace mfa::webauthn
