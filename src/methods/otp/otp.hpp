// One-time passwords: HOTP (RFC 4226) and TOTP (RFC 6238). Functions of their arguments.
#pragma once

#include <optional>

#include "core/hmac.hpp"
#include "core/result.hpp"

namespace mfa::otp {

inline constexpr size_t kSecretMin = 16;  // bytes, RFC 4226 section 4 R6: 128 bits
inline constexpr size_t kSecretMinUnsafe = 10;
inline constexpr size_t kSecretMax = 128;
inline constexpr uint32_t kDigitsMin = 6;  // RFC 4226 section 4 R4 and section 5.3
inline constexpr uint32_t kDigitsMax = 10;
inline constexpr uint32_t kPeriodMax = 3600;
inline constexpr uint32_t kWindowMax = 10;  // steps before, and steps after
inline constexpr uint32_t kWindowMaxUnsafe = 60;
inline constexpr uint32_t kWindowMaxSafe = 2;
inline constexpr uint32_t kLookAheadMax = 100;
inline constexpr uint32_t kResyncMax = 1000;
inline constexpr size_t kCodeInputMax = 64;  // bytes of what a client sent as a code
inline constexpr uint32_t kSkewSteps = 10;   // around now, looked at to tell a wrong clock from a wrong code
inline constexpr uint64_t kTimeMax = INT64_MAX;  // so that times and steps fit signed columns

struct TotpParams {
  Hash hash = Hash::sha1;
  uint32_t digits = 6;     // 6 to 10
  uint32_t period_s = 30;  // 1 to 3600
  uint64_t t0_s = 0;
  uint32_t past = 1;    // steps before now that are accepted, at most 10
  uint32_t future = 1;  // steps after now, at most 10
  bool wide = false;    // at most 60
  // Steps that the token's clock is ahead of ours: past and future are around it. No more than reach now.
  int32_t drift = 0;
};

struct HotpParams {
  Hash hash = Hash::sha1;
  uint32_t digits = 6;
  uint32_t look_ahead = 10;  // counters tried after the expected one, at most 100
};

// err_argument (otp.parameter_out_of_range) for members out of their bounds.
Result<Done> check(const TotpParams &params);
Result<Done> check(const HotpParams &params);

// Exactly `digits` ASCII digits once spaces and hyphens are gone: the number they are. Else
// Status::malformed.
Result<uint64_t> parse_code(std::string_view code, uint32_t digits);

// The code of one counter, as text with its leading zeros.
Result<std::string> hotp_code(Hash hash, uint32_t digits, ByteView secret, uint64_t counter);
Result<std::string> totp_code(const TotpParams &params, ByteView secret, uint64_t now_s);
// The step that now_s lies in, counted from 1: RFC 6238's T plus one, so that a last step of 0 can say "none
// yet". 0 for a time before t0_s.
uint64_t totp_step(const TotpParams &params, uint64_t now_s);

// The step of the code, counted from 1 as totp_step does and greater than last_step (0: none yet); of several
// the last, so that the code is used up. wrong (with clock_skew_s in seconds, if one of the last ten steps
// would have matched; with last_step 0 also positive, for one of the next ten), already_used, malformed.
// Every step of the window is computed, whatever matches. err_argument for a time before t0_s.
Result<uint64_t> totp_verify(const TotpParams &params, ByteView secret, uint64_t last_step, uint64_t now_s,
                             std::string_view code);

// RFC 6238 section 6: "Upon successful validation, the validator can record the detected clock drift for the
// token". In quarters of a step, each right code moving it by one, so that a code that was typed late now and
// then moves no window.
inline constexpr int32_t kDriftPerStep = 4;
inline constexpr uint32_t kDriftMax = 2;  // steps, to either side
// The steps, no more than `most` to either side, nearest to a drift.
int32_t drift_steps(int32_t drift, uint32_t most);
// The drift once a code of `step` was right at now_step, both as totp_step counts.
int32_t drift_after(int32_t drift, uint32_t most, uint64_t now_step, uint64_t step);

// The counter to expect next. wrong, malformed. err_argument when the counter is at its end (2^64 - 1, for
// which no next one could be kept).
Result<uint64_t> hotp_verify(const HotpParams &params, ByteView secret, uint64_t counter,
                             std::string_view code);

struct TwoCodes {
  std::string_view first;
  std::string_view second;
};
// A text of twice `digits` digits, each half with its own spaces and hyphens: the halves. nullopt for another
// number of digits: then it is for hotp_verify. malformed without a space between the halves, where one code
// typed twice would look the same as two.
Result<std::optional<TwoCodes>> split_two(std::string_view text, uint32_t digits);
// Two codes in a row within `range` (1 to 1000) counters (RFC 4226 section 7.4): the counter to expect next.
// look_ahead is not used.
Result<uint64_t> hotp_resync(const HotpParams &params, ByteView secret, uint64_t counter, uint32_t range,
                             std::string_view first, std::string_view second);

}  // namespace mfa::otp
