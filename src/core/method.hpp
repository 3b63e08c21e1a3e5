// The kinds of factor.
#pragma once

#include <array>
#include <string_view>

#include "mfa/base.h"

namespace mfa {

enum class Method : int32_t {
  none = MFA_METHOD_NONE,
  totp = MFA_METHOD_TOTP,
  hotp = MFA_METHOD_HOTP,
  webauthn = MFA_METHOD_WEBAUTHN,
  u2f = MFA_METHOD_U2F,
  email = MFA_METHOD_EMAIL,
  recovery = MFA_METHOD_RECOVERY,
  device = MFA_METHOD_DEVICE,
};

// Those that this build can enrol and verify.
inline constexpr std::array kMethods = {Method::webauthn, Method::u2f,      Method::totp,  Method::hotp,
                                        Method::email,    Method::recovery, Method::device};
// A trusted device spares its user a factor; it is none.
constexpr bool is_factor(Method method) { return method != Method::device; }

const char *name_of(Method method);       // "none" for a number that is not one
Method method_of(std::string_view name);  // Method::none for a name that is not one

}  // namespace mfa
