// How large each struct that may grow was at its first: what the oldest caller's struct_size may be. A member
// that is appended later does not change its line here.
#pragma once

#include <cstddef>

#include "mfa/mfa.h"

namespace mfa::capi {

template <class T>
inline constexpr size_t first_size = 0;  // not a struct that may grow

// The last member that it had.
#define MFA_FIRST_SIZE(type, member) \
  template <>                        \
  inline constexpr size_t first_size<type> = offsetof(type, member) + sizeof(type::member)

MFA_FIRST_SIZE(mfa_begin_options, extra_json);
MFA_FIRST_SIZE(mfa_engine_config, event);
MFA_FIRST_SIZE(mfa_factor, locked_until_s);
MFA_FIRST_SIZE(mfa_hotp_params, reserved);
MFA_FIRST_SIZE(mfa_log_finding, last_n);
MFA_FIRST_SIZE(mfa_method_info, locked_until_s);
MFA_FIRST_SIZE(mfa_otpauth, counter);
MFA_FIRST_SIZE(mfa_request, cookies);
MFA_FIRST_SIZE(mfa_session_need, reserved);
MFA_FIRST_SIZE(mfa_store, close);
MFA_FIRST_SIZE(mfa_totp_params, reserved);
MFA_FIRST_SIZE(mfa_trust_input, mds_min_no);
MFA_FIRST_SIZE(mfa_u2f_expect, facets_count);
MFA_FIRST_SIZE(mfa_webauthn_columns, attestation_type);
MFA_FIRST_SIZE(mfa_webauthn_expect, policy_json);
MFA_FIRST_SIZE(mfa_webauthn_result, signals);
MFA_FIRST_SIZE(mfa_webauthn_user, display_name);

#undef MFA_FIRST_SIZE

}  // namespace mfa::capi
