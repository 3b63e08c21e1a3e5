// otpauth:// URIs, as authenticator apps read them.
#pragma once

#include "core/method.hpp"
#include "core/secret.hpp"
#include "methods/otp/otp.hpp"

namespace mfa::otp {

inline constexpr size_t kUriMax = 4096;   // bytes
inline constexpr size_t kLabelMax = 255;  // bytes of an issuer, and of an account

struct Otpauth {
  Method method = Method::totp;
  std::string issuer;   // without ':'; may be empty
  std::string account;  // without ':'
  Secret secret;
  Hash hash = Hash::sha1;
  uint32_t digits = 6;
  uint32_t period_s = 30;  // TOTP
  uint64_t counter = 0;    // HOTP
};

// Writes what differs from the defaults only: the QR code stays small. err_argument for an issuer or account
// with a colon, a control character, not UTF-8 or too long, an empty account, and numbers out of their
// bounds.
Result<std::string> build(const Otpauth &otpauth);
// strict: label and parameter issuer must agree, the account is not empty, and '+' is a plus; else the
// parameter wins, and '+' is a space in it. Unknown parameters are ignored; a known one must come once.
// malformed.
Result<Otpauth> parse(std::string_view uri, bool strict);

}  // namespace mfa::otp
