#include "methods/otp/otp.hpp"

#include <algorithm>

#include "core/secret.hpp"

namespace mfa::otp {
namespace {

constexpr uint64_t kPowers[] = {1,       10,       100,       1000,       10000,      100000,
                                1000000, 10000000, 100000000, 1000000000, 10000000000};

Failure wrong() { return fail(Status::wrong, Reason::otp_wrong, "the code is not right"); }
Failure out_of_range(const char *message) {
  return fail(Status::err_argument, Reason::otp_parameter, message);
}

Result<Done> check_common(Hash hash, uint32_t digits) {
  if (size_of(hash) == 0) return out_of_range("hash is none of SHA-1, SHA-256, SHA-512");
  if (digits < kDigitsMin || digits > kDigitsMax) return out_of_range("digits must be 6 to 10");
  return done;
}

Result<Done> check_secret(ByteView secret) {
  if (secret.size() < kSecretMinUnsafe || secret.size() > kSecretMax) {
    return fail(Status::err_argument, Reason::otp_secret_length, "the secret must be 10 to 128 bytes");
  }
  return done;
}

Result<Done> check_time(const TotpParams &params, uint64_t now_s) {
  if (now_s < params.t0_s || now_s > kTimeMax) {
    return fail(Status::err_argument, Reason::otp_time, "the time is before t0_s or out of range");
  }
  return done;
}

// RFC 4226 section 5.3: HMAC, dynamic truncation, modulo 10^Digit.
Result<uint64_t> number_at(Hash hash, uint32_t digits, ByteView secret, uint64_t counter) {
  std::array<uint8_t, 8> message;
  for (size_t i = 0; i < message.size(); i++) message[i] = static_cast<uint8_t>(counter >> (56 - 8 * i));
  MFA_TRY(auto mac, hmac(hash, secret, message));
  const size_t offset = mac.bytes[mac.size - 1] & 0xF;
  const uint32_t truncated = static_cast<uint32_t>(mac.bytes[offset] & 0x7F) << 24 |
                             static_cast<uint32_t>(mac.bytes[offset + 1]) << 16 |
                             static_cast<uint32_t>(mac.bytes[offset + 2]) << 8 | mac.bytes[offset + 3];
  wipe(mac.bytes.data(), mac.bytes.size());
  return truncated % kPowers[digits];
}

bool same_number(uint64_t a, uint64_t b) {
  return same_secret({reinterpret_cast<const uint8_t *>(&a), sizeof a},
                     {reinterpret_cast<const uint8_t *>(&b), sizeof b});
}

struct Matches {
  uint64_t first = 0;  // steps counted from 1; 0: none
  uint64_t last = 0;
};

// All steps from `from` to `to` are computed, so that the time taken does not tell which matched.
Result<Matches> matches_in(const TotpParams &params, ByteView secret, uint64_t from, uint64_t to,
                           uint64_t code) {
  Matches found;
  for (uint64_t step = from; step <= to; step++) {
    MFA_TRY(const auto number, number_at(params.hash, params.digits, secret, step - 1));
    if (!same_number(number, code)) continue;
    if (found.first == 0) found.first = step;
    found.last = step;
  }
  return found;
}

uint64_t before(uint64_t step, uint32_t count) { return step > count ? step - count : 1; }

// A code from a clock that is off is still wrong, but its user can be told why. A step still to come is told
// to someone who enrols alone, who was shown the secret: a guesser would learn a code and the minute in which
// it will be right.
Result<int32_t> skew_of(const TotpParams &params, ByteView secret, uint64_t now_step, uint64_t code,
                        bool enrolling) {
  MFA_TRY(const auto past, matches_in(params, secret, before(now_step, kSkewSteps), now_step, code));
  Matches future;
  if (enrolling) {
    MFA_TRY(future, matches_in(params, secret, now_step + 1, now_step + kSkewSteps, code));
  }
  const auto seconds = [&](uint64_t steps) { return static_cast<int32_t>(steps * params.period_s); };
  if (past.last == 0 && future.first == 0) return 0;
  const bool behind =
      past.last != 0 && (future.first == 0 || now_step - past.last <= future.first - now_step);
  return behind ? -seconds(now_step - past.last) : seconds(future.first - now_step);
}

std::string text_with_zeros(uint64_t number, uint32_t digits) {
  std::string text(digits, '0');
  for (size_t at = digits; at-- > 0; number /= 10) text[at] = static_cast<char>('0' + number % 10);
  return text;
}

// The expected counter and those ahead of it that have a next one.
Result<uint64_t> last_tried(uint64_t counter, uint32_t ahead) {
  if (counter == UINT64_MAX) {
    return fail(Status::err_argument, Reason::otp_counter_end,
                "the counter is at its end: enrol a new secret");
  }
  return counter + std::min<uint64_t>(ahead, UINT64_MAX - 1 - counter);
}

}  // namespace

Result<Done> check(const TotpParams &params) {
  MFA_TRY(check_common(params.hash, params.digits));
  if (params.period_s < 1 || params.period_s > kPeriodMax) return out_of_range("period_s must be 1 to 3600");
  const uint32_t most = params.wide ? kWindowMaxUnsafe : kWindowMax;
  if (params.past > most || params.future > most) return out_of_range("past and future must be 0 to 10");
  if (params.drift > int64_t{params.past} || -int64_t{params.drift} > int64_t{params.future})
    return out_of_range("the window must hold the present step");
  return done;
}

Result<Done> check(const HotpParams &params) {
  MFA_TRY(check_common(params.hash, params.digits));
  if (params.look_ahead > kLookAheadMax) return out_of_range("look_ahead must be 0 to 100");
  return done;
}

Result<uint64_t> parse_code(std::string_view code, uint32_t digits) {
  const auto malformed = fail(Status::malformed, Reason::otp_malformed, "not a code of the expected digits");
  if (code.size() > kCodeInputMax || digits > kDigitsMax) return malformed;
  uint64_t number = 0;
  uint32_t seen = 0;
  for (char c : code) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9' || seen == digits) return malformed;
    number = number * 10 + static_cast<uint64_t>(c - '0');
    seen++;
  }
  if (seen != digits) return malformed;
  return number;
}

Result<std::string> hotp_code(Hash hash, uint32_t digits, ByteView secret, uint64_t counter) {
  MFA_TRY(check_common(hash, digits));
  MFA_TRY(check_secret(secret));
  MFA_TRY(const auto number, number_at(hash, digits, secret, counter));
  return text_with_zeros(number, digits);
}

Result<std::string> totp_code(const TotpParams &params, ByteView secret, uint64_t now_s) {
  MFA_TRY(check(params));
  MFA_TRY(check_time(params, now_s));
  return hotp_code(params.hash, params.digits, secret, totp_step(params, now_s) - 1);
}

uint64_t totp_step(const TotpParams &params, uint64_t now_s) {
  return now_s < params.t0_s || params.period_s == 0 ? 0 : (now_s - params.t0_s) / params.period_s + 1;
}

Result<uint64_t> totp_verify(const TotpParams &params, ByteView secret, uint64_t last_step, uint64_t now_s,
                             std::string_view code) {
  MFA_TRY(check(params));
  MFA_TRY(check_secret(secret));
  MFA_TRY(check_time(params, now_s));
  MFA_TRY(const auto number, parse_code(code, params.digits));
  const uint64_t now_step = totp_step(params, now_s);
  const uint64_t last = now_step + params.future + static_cast<uint64_t>(int64_t{params.drift});
  const auto reach = static_cast<uint32_t>(static_cast<int32_t>(params.past) - params.drift);
  MFA_TRY(const auto found, matches_in(params, secret, before(now_step, reach), last, number));
  if (found.last > last_step) return found.last;
  if (found.last != 0) {
    return fail(Status::already_used, Reason::otp_used, "the code, or a later one, was used before");
  }
  auto failure = wrong();
  MFA_TRY(failure.clock_skew_s, skew_of(params, secret, now_step, number, last_step == 0));
  return failure;
}

int32_t drift_steps(int32_t drift, uint32_t most) {
  const int32_t half = kDriftPerStep / 2 - 1;  // halves go towards none
  const auto bound = static_cast<int32_t>(std::min(most, kDriftMax));
  const int32_t quarters = std::clamp(drift, -bound * kDriftPerStep, bound * kDriftPerStep);
  return (quarters < 0 ? quarters - half : quarters + half) / kDriftPerStep;
}

int32_t drift_after(int32_t drift, uint32_t most, uint64_t now_step, uint64_t step) {
  const auto bound = static_cast<int32_t>(std::min(most, kDriftMax));
  const auto off = static_cast<int32_t>(
      std::min<uint64_t>(step > now_step ? step - now_step : now_step - step, static_cast<uint64_t>(bound)));
  const int32_t seen = (step > now_step ? off : -off) * kDriftPerStep;
  const int32_t known = std::clamp(drift, -bound * kDriftPerStep, bound * kDriftPerStep);
  return known + (seen > known ? 1 : 0) - (seen < known ? 1 : 0);
}

Result<uint64_t> hotp_verify(const HotpParams &params, ByteView secret, uint64_t counter,
                             std::string_view code) {
  MFA_TRY(check(params));
  MFA_TRY(check_secret(secret));
  MFA_TRY(const uint64_t last, last_tried(counter, params.look_ahead));
  MFA_TRY(const auto number, parse_code(code, params.digits));
  uint64_t next = 0;
  for (uint64_t tried = counter; tried <= last; tried++) {
    MFA_TRY(const auto here, number_at(params.hash, params.digits, secret, tried));
    if (same_number(here, number) && next == 0) next = tried + 1;
  }
  if (next == 0) return wrong();
  return next;
}

Result<std::optional<TwoCodes>> split_two(std::string_view text, uint32_t digits) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto seen = static_cast<size_t>(std::ranges::count_if(text, is_digit));
  if (digits == 0 || seen != 2 * size_t{digits}) return std::optional<TwoCodes>();
  size_t middle = 0;  // behind the last digit of the first
  for (size_t left = digits; left > 0; middle++) {
    if (is_digit(text[middle])) left--;
  }
  const std::string_view rest = text.substr(middle);
  const auto between =
      rest.substr(0, static_cast<size_t>(std::ranges::find_if(rest, is_digit) - rest.begin()));
  if (between.find(' ') == std::string_view::npos)
    return fail(Status::malformed, Reason::otp_resync_space, "two codes need a space between them");
  return std::optional(TwoCodes{.first = text.substr(0, middle), .second = rest});
}

Result<uint64_t> hotp_resync(const HotpParams &params, ByteView secret, uint64_t counter, uint32_t range,
                             std::string_view first, std::string_view second) {
  MFA_TRY(check(params));
  MFA_TRY(check_secret(secret));
  if (range < 1 || range > kResyncMax) return out_of_range("range must be 1 to 1000");
  MFA_TRY(const uint64_t last, last_tried(counter, range));
  MFA_TRY(const auto number1, parse_code(first, params.digits));
  MFA_TRY(const auto number2, parse_code(second, params.digits));
  uint64_t next = 0;
  bool first_matched = false;  // at the counter before
  for (uint64_t tried = counter; tried <= last; tried++) {
    MFA_TRY(const auto here, number_at(params.hash, params.digits, secret, tried));
    if (first_matched && same_number(here, number2) && next == 0) next = tried + 1;
    first_matched = same_number(here, number1);
  }
  if (next == 0) return wrong();
  return next;
}

}  // namespace mfa::otp
