// One-time passwords: HOTP (RFC 4226) and TOTP (RFC 6238). Functions of their arguments.
#pragma once

#include <optional>

#include "core/hmac.hpp"
#include "core/result.hpp"

namespace mfa::otp {

inline constexpr size_t kSecretMin = 16;  // bytes, RFC 4226 section 4 R6: 128 bits
inline constexpr size_t kSecretMinUnsafe = 10;
inline constexpr size_t kSecretMax = 128;

struct TotpParams {
  Hash hash = Hash::sha1;
  uint32_t digits = 6;     // 6 to 10
  uint32_t period_s = 30;  // 1 to 3600
  uint64_t t0_s = 0;
  uint32_t past = 1;    // steps before now that are accepted
  uint32_t future = 1;  // steps after now
};

struct HotpParams {
  Hash hash = Hash::sha1;
  uint32_t digits = 6;
  uint32_t look_ahead = 10;  // counters tried after the expected one
};

// Exactly `digits` ASCII digits once spaces and hyphens are gone: the number they are. Else
// Status::malformed.
Result<uint64_t> parse_code(std::string_view code, uint32_t digits);

// The code of one counter, as text with its leading zeros.
Result<std::string> hotp_code(Hash hash, uint32_t digits, ByteView secret, uint64_t counter);
Result<std::string> totp_code(const TotpParams &params, ByteView secret, uint64_t now_s);
// The step that now_s lies in; steps count from 1 in what is stored, so that 0 can say "none yet".
uint64_t totp_step(const TotpParams &params, uint64_t now_s);

// The step of the code, greater than last_step (0: none yet). wrong (with clock_skew_s if a step within ten
// of the window would have matched), already_used, malformed. Every step of the window is computed, whatever
// matches.
Result<uint64_t> totp_verify(const TotpParams &params, ByteView secret, uint64_t last_step, uint64_t now_s,
                             std::string_view code);

// The counter to expect next. wrong, malformed.
Result<uint64_t> hotp_verify(const HotpParams &params, ByteView secret, uint64_t counter,
                             std::string_view code);
// Two codes in a row within `range` counters (RFC 4226 section 7.4): the counter to expect next.
Result<uint64_t> hotp_resync(const HotpParams &params, ByteView secret, uint64_t counter, uint32_t range,
                             std::string_view first, std::string_view second);

}  // namespace mfa::otp
