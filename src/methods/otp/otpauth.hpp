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
// Unknown parameters are ignored; base32 is read in either case, with spaces, hyphens and padding. malformed.
// strict: label and parameter issuer must agree, the account is not empty, '+' is a plus, a known parameter
// comes once. Otherwise what issuers emit is read as well, as docs/methods.md lists it; nothing is guessed
// that a code depends on.
Result<Otpauth> parse(std::string_view uri, bool strict);

}  // namespace mfa::otp
