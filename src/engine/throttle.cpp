#include "engine/throttle.hpp"

#include <algorithm>

namespace mfa::engine {
namespace {

constexpr uint64_t kDay_s = 86400;

bool is_guessable(Method method) { return method != Method::webauthn && method != Method::u2f; }
// TOTP, HOTP and email share the hold; recovery codes are the way out of it and have a budget of their own.
bool shares_hold(Method method) {
  return is_guessable(method) && method != Method::recovery && method != Method::device;
}

uint64_t wait_after(uint32_t failures, const ThrottleConfig &config) {
  if (failures < config.free) return 0;
  uint64_t wait = config.first_wait_s;
  for (uint32_t i = config.free; i < failures && wait < config.max_wait_s; i++) wait *= 2;
  return std::min<uint64_t>(wait, config.max_wait_s);
}

const Meter *meter_of(const Account &account, Method method) {
  const auto at = account.throttle.meters.find(method);
  return at == account.throttle.meters.end() ? nullptr : &at->second;
}

uint64_t long_budget_until_s(const Meter &meter, const ThrottleConfig &config, uint64_t now_s) {
  if (meter.long_failures < config.long_failures || is_misdated(meter.long_since_s, now_s)) return 0;
  const uint64_t until = std::min(meter.long_since_s, now_s) + config.long_days * kDay_s;
  return until > now_s ? until : 0;
}

Failure lock_failure(Reason reason, const char *message, uint64_t until_s) {
  Failure failure = fail(Status::locked_out, reason, message);
  failure.retry_at_s = until_s;
  failure.attempts_left = 0;
  return failure;
}

// Of the long budget, which no success ends.
void count_long(Meter &meter, const ThrottleConfig &config, uint64_t now_s) {
  if (meter.long_failures == 0 || is_misdated(meter.long_since_s, now_s) ||
      meter.long_since_s + config.long_days * kDay_s <= now_s) {
    meter.long_since_s = now_s;
    meter.long_failures = 0;
  }
  meter.long_failures++;
}

Charged count(Meter &meter, const ThrottleConfig &config, uint64_t now_s) {
  meter.failures++;
  if (meter.failures >= config.disable_after) meter.disabled = true;
  const uint64_t wait = wait_after(meter.failures, config);
  if (wait > 0) meter.lock = Lock{now_s, wait};
  const uint32_t left = meter.failures < config.free ? config.free - meter.failures : 0;
  return Charged{static_cast<int32_t>(left), meter.lock.until_s(now_s)};
}

}  // namespace

std::optional<Failure> locked(const Account &account, const Config &config, Method method, uint64_t now_s) {
  if (!is_guessable(method)) return std::nullopt;
  // Of several the one that ends last: only then is it of use to try again.
  std::optional<Failure> last;
  const auto add = [&](Reason reason, const char *message, uint64_t until_s) {
    if (until_s != 0 && (!last || until_s > last->retry_at_s)) last = lock_failure(reason, message, until_s);
  };
  if (const Meter *meter = meter_of(account, method)) {
    if (meter->disabled) {
      return lock_failure(
          Reason::throttle_disabled,
          "too many wrong answers in a row: the method waits for another factor or an administrator", 0);
    }
    add(Reason::throttle_method_locked, "too many wrong answers", meter->lock.until_s(now_s));
    add(Reason::throttle_long_budget, "too many wrong answers in the last weeks",
        long_budget_until_s(*meter, config.throttle, now_s));
  }
  if (shares_hold(method))
    add(Reason::throttle_hold, "too many wrong answers in the last hour",
        account.throttle.hold.until_s(now_s));
  return last;
}

uint64_t locked_until_s(const Account &account, const Config &config, Method method, uint64_t now_s) {
  const auto failure = locked(account, config, method, now_s);
  if (!failure) return 0;
  return failure->retry_at_s != 0 ? failure->retry_at_s : UINT64_MAX;  // disabled: no time opens it
}

Charged charge(Account &account, const Config &config, Method method, uint64_t now_s) {
  Throttle &throttle = account.throttle;
  Meter &meter = throttle.meters[method];
  count_long(meter, config.throttle, now_s);
  Charged charged = count(meter, config.throttle, now_s);
  if (shares_hold(method)) {
    if (throttle.hour_failures == 0 || is_misdated(throttle.hour_since_s, now_s) ||
        throttle.hour_since_s + config.throttle.user_window_s <= now_s) {
      throttle.hour_since_s = now_s;
      throttle.hour_failures = 0;
    }
    if (++throttle.hour_failures >= config.throttle.user_failures) {
      throttle.hold = Lock{now_s, config.throttle.user_hold_s};
      throttle.hour_failures = 0;
    }
  }
  charged.retry_at_s = locked_until_s(account, config, method, now_s);
  if (charged.retry_at_s == UINT64_MAX) charged.retry_at_s = 0;
  return charged;
}

void settle(Account &account, const Config &config, Method method) {
  if (const auto at = account.throttle.meters.find(method); at != account.throttle.meters.end()) {
    at->second.failures = 0;
    at->second.lock = {};
  }
  if (is_guessable(method) && method != Method::recovery) return;
  for (auto &[other, meter] : account.throttle.meters) {
    const bool spent = meter.long_failures >= config.throttle.long_failures;
    if (meter.disabled || (spent && other != method)) meter = Meter{};
  }
}

void refund(Account &account, const Config &config, Method method) {
  const auto at = account.throttle.meters.find(method);
  if (at == account.throttle.meters.end()) return;
  Meter &meter = at->second;
  if (meter.long_failures > 0) meter.long_failures--;
  settle(account, config, method);
}

namespace {

bool is_stale(const Relief &relief, const ThrottleConfig &config, uint64_t now_s) {
  return is_misdated(relief.since_s, now_s) || relief.since_s + config.user_window_s <= now_s;
}

}  // namespace

bool has_relief(const Account &account, const Config &config, Method method, ByteView known, uint64_t now_s) {
  if (known.empty() || config.throttle.known_free == 0) return false;
  const Meter *meter = meter_of(account, method);
  if (meter && (meter->disabled || long_budget_until_s(*meter, config.throttle, now_s) != 0)) return false;
  size_t others = 0;
  for (const Relief &relief : account.throttle.relief) {
    if (is_stale(relief, config.throttle, now_s)) continue;
    if (same(relief.known, known)) return relief.failures < config.throttle.known_free;
    others++;
  }
  return others < kReliefMax;
}

Charged charge_known(Account &account, const Config &config, Method method, ByteView known, uint64_t now_s) {
  auto &list = account.throttle.relief;
  std::erase_if(list, [&](const Relief &relief) { return is_stale(relief, config.throttle, now_s); });
  auto at =
      std::find_if(list.begin(), list.end(), [&](const Relief &relief) { return same(relief.known, known); });
  if (at == list.end()) at = list.insert(list.end(), Relief{copy_of(known), now_s, 0});
  at->failures++;
  // The budgets that nothing relieves go on counting.
  Meter &meter = account.throttle.meters[method];
  count_long(meter, config.throttle, now_s);
  if (++meter.failures >= config.throttle.disable_after) meter.disabled = true;
  const uint32_t free = config.throttle.known_free;
  if (at->failures < free) return {static_cast<int32_t>(free - at->failures), 0};
  const uint64_t until = locked_until_s(account, config, method, now_s);
  return {0, until == UINT64_MAX ? 0 : until};
}

std::optional<Failure> enroll_locked(const Account &account, uint64_t now_s) {
  const uint64_t until = account.throttle.enroll.lock.until_s(now_s);
  if (until == 0) return std::nullopt;
  return lock_failure(Reason::throttle_enroll_locked, "too many wrong answers while enrolling", until);
}

Charged charge_enroll(Account &account, const Config &config, uint64_t now_s) {
  Charged charged = count(account.throttle.enroll, config.throttle, now_s);
  account.throttle.enroll.disabled = false;  // what is guessed here was shown to the same person
  return charged;
}

void unlock(Account &account, Method method) {
  if (method == Method::none) {
    account.throttle = Throttle{};
    return;
  }
  account.throttle.meters.erase(method);
  account.throttle.hold = {};
  account.throttle.hour_failures = 0;
}

}  // namespace mfa::engine
