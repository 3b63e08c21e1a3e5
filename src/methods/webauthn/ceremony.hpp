// What sections 7.1 and 7.2 ask alike, each under its own step.
#pragma once

#include "methods/webauthn/webauthn.hpp"

namespace mfa::webauthn {

struct ClientDataSteps {
  const char *type;
  Reason wrong_type, challenge, origin, cross_origin, top_origin;
};
Result<Done> check_client_data(const Expected &expected, const ClientData &data,
                               const ClientDataSteps &steps);

// Section 2.2 by way of CTAP2: "All decoders ... SHOULD reject CBOR that is not validly encoded in the CTAP2
// canonical CBOR encoding form".
Result<Done> check_canonical(const Expected &expected, const Response &response, Reason step);

struct AuthenticatorDataSteps {
  Reason rp_id, user_presence, user_verification, backup_flags;
};
// rp_id: the RP ID, or the AppID, whose hash must be there.
Result<Done> check_authenticator_data(std::string_view rp_id, bool presence_needed, bool verification_needed,
                                      const AuthenticatorData &data, const AuthenticatorDataSteps &steps);

Result<Done> check_backup_policy(Backup policy, uint32_t flags, Reason step);
Result<Done> check_backup_state(Backup policy, uint32_t flags, Reason step);

// The flags of authenticator data that a credential record keeps.
uint32_t kept_flags(const AuthenticatorData &data);

}  // namespace mfa::webauthn
