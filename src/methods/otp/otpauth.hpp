// otpauth:// URIs, as authenticator apps read them.
#pragma once

#include "core/method.hpp"
#include "core/secret.hpp"
#include "methods/otp/otp.hpp"

namespace mfa::otp {

struct Otpauth {
  Method method = Method::totp;
  std::string issuer;   // without ':'
  std::string account;  // without ':'
  Secret secret;
  Hash hash = Hash::sha1;
  uint32_t digits = 6;
  uint32_t period_s = 30;
  uint64_t counter = 0;
};

// Writes what differs from the defaults only: the QR code stays small.
Result<std::string> build(const Otpauth &otpauth);
// strict: label and parameter issuer must agree; else the parameter wins.
Result<Otpauth> parse(std::string_view uri, bool strict);

}  // namespace mfa::otp
