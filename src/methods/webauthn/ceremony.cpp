#include "methods/webauthn/ceremony.hpp"

#include <algorithm>

#include "core/digest.hpp"

namespace mfa::webauthn {
namespace {

bool contains(const std::vector<std::string> &list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

Result<Done> check_client_data(const Expected &expected, const ClientData &data,
                               const ClientDataSteps &steps) {
  if (data.type != steps.type)
    return fail(Status::wrong, steps.wrong_type, "client data of another ceremony");
  if (expected.challenge.size() < expected.least_challenge_bytes || data.challenge != expected.challenge)
    return fail(Status::wrong, steps.challenge, "the challenge is not the one that was issued");
  if (!contains(expected.origins, data.origin))
    return fail(Status::wrong, steps.origin, "an origin that is not expected");
  if (data.cross_origin && !expected.allow_cross_origin)
    return fail(Status::denied, steps.cross_origin, "made in a frame of another origin");
  if (data.top_origin && (!expected.allow_cross_origin || !contains(expected.top_origins, *data.top_origin)))
    return fail(Status::denied, steps.top_origin, "made inside a page whose origin is not expected");
  return done;
}

Result<Done> check_canonical(const Expected &expected, const Response &response, Reason step) {
  if (!response.canonical && !expected.policy.noncanonical_cbor)
    return fail(Status::malformed, step, "CBOR that is not in its canonical form");
  return done;
}

Result<Done> check_authenticator_data(std::string_view rp_id, bool presence_needed, bool verification_needed,
                                      const AuthenticatorData &data, const AuthenticatorDataSteps &steps) {
  if (data.rp_id_hash != sha256(bytes_of(rp_id)))
    return fail(Status::wrong, steps.rp_id, "made for another RP ID");
  if (presence_needed && (data.flags & kUserPresent) == 0)
    return fail(Status::wrong, steps.user_presence, "made without a user present");
  if (verification_needed && (data.flags & kUserVerified) == 0)
    return fail(Status::denied, steps.user_verification, "made without verifying the user");
  if ((data.flags & kBackedUp) != 0 && (data.flags & kBackupEligible) == 0)
    return fail(Status::wrong, steps.backup_flags, "backed up but not eligible for backup");
  return done;
}

Result<Done> check_backup_policy(Backup policy, uint32_t flags, Reason step) {
  const bool eligible = (flags & kBackupEligible) != 0;
  if ((policy == Backup::required && !eligible) || (policy == Backup::forbidden && eligible))
    return fail(Status::denied, step, "a kind of credential that policy refuses: backup eligibility");
  return done;
}

Result<Done> check_backup_state(Backup policy, uint32_t flags, Reason step) {
  const bool backed_up = (flags & kBackedUp) != 0;
  if ((policy == Backup::required && !backed_up) || (policy == Backup::forbidden && backed_up))
    return fail(Status::denied, step, "a credential in a state that policy refuses: backed up or not");
  return done;
}

uint32_t kept_flags(const AuthenticatorData &data) {
  return data.flags & (kUserPresent | kUserVerified | kBackupEligible | kBackedUp);
}

}  // namespace mfa::webauthn
