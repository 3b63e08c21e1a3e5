// What an app shows, from the secret that a page of a guide let its user type in. By the system's clock, as
// the guides' engines.
#pragma once

#include <doctest.h>
#include <mfa/mfa.h>

#include <ctime>
#include <string>

inline std::string app_code(const std::string &base32, int steps_ahead) {
  mfa_buffer secret = MFA_BUFFER_INIT;
  mfa_error err = {};
  char code[MFA_OTP_CODE_SIZE] = "";
  REQUIRE(mfa_base32_decode(base32.data(), base32.size(), &secret, &err) == MFA_OK);
  const auto when = static_cast<uint64_t>(std::time(nullptr)) + 30u * static_cast<uint64_t>(steps_ahead);
  REQUIRE(mfa_totp_code(nullptr, secret.data, secret.len, when, code, &err) == MFA_OK);
  mfa_buffer_free(&secret);
  return code;
}
