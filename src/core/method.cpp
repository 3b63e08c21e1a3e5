#include "core/method.hpp"

namespace mfa {

const char *name_of(Method method) {
  switch (method) {
    case Method::none: return "none";
    case Method::totp: return "totp";
    case Method::hotp: return "hotp";
    case Method::webauthn: return "webauthn";
    case Method::u2f: return "u2f";
    case Method::email: return "email";
    case Method::recovery: return "recovery";
    case Method::device: return "device";
  }
  return "none";
}

Method method_of(std::string_view name) {
  for (int32_t number = MFA_METHOD_TOTP; number <= MFA_METHOD_DEVICE; number++) {
    const auto method = static_cast<Method>(number);
    if (name == name_of(method)) return method;
  }
  return Method::none;
}

}  // namespace mfa
