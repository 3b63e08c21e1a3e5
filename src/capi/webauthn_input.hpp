// Reads what the stateless WebAuthn calls are given.
#pragma once

#include "capi/boundary.hpp"
#include "methods/webauthn/webauthn.hpp"
#include "mfa/webauthn.h"

namespace mfa::capi {

// For making options: RP ID, challenge and the like. err_argument, err_unsupported.
Result<webauthn::Expected> read_expect(const mfa_webauthn_expect *expect);
// For judging a response: with the origins.
Result<webauthn::Expected> read_verify_expect(const mfa_webauthn_expect *expect);
Result<webauthn::User> read_user(const mfa_webauthn_user *user);
Result<webauthn::CreateExtras> read_create_extras(std::string_view json);
// allow: what expected.allowed_ids says, with transports from the JSON.
Result<webauthn::GetExtras> read_get_extras(std::string_view json, const webauthn::Expected &expected);
Result<webauthn::Credential> read_columns(const mfa_webauthn_columns *columns);

}  // namespace mfa::capi
