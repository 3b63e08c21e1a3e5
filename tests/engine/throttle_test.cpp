#include "engine/throttle.hpp"

#include <doctest.h>

#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::engine;

namespace {

const Config &defaults() {
  static const Config kConfig = parse_config(R"({"version":1,"issuer":"x"})").value();
  return kConfig;
}
constexpr uint64_t kNow = 1'800'000'000;

}  // namespace

TEST_CASE("throttle: five free answers, then 30 seconds doubling to an hour") {
  Account account;
  uint64_t now = kNow;
  for (int32_t left : {4, 3, 2, 1}) {
    const Charged charged = charge(account, defaults(), Method::recovery, now);
    CHECK(charged.attempts_left == left);
    CHECK(charged.retry_at_s == 0);
    CHECK_FALSE(locked(account, defaults(), Method::recovery, now).has_value());
  }
  for (const uint64_t wait : {30, 60, 120, 240, 480, 960, 1920, 3600, 3600}) {
    const Charged charged = charge(account, defaults(), Method::recovery, now);
    CHECK(charged.attempts_left == 0);
    CHECK(charged.retry_at_s == now + wait);
    CHECK(locked(account, defaults(), Method::recovery, now + wait - 1)->retry_at_s == now + wait);
    CHECK_FALSE(locked(account, defaults(), Method::recovery, now + wait).has_value());
    now += wait;
  }
}

TEST_CASE("throttle: a hundred in a row disable the method until another factor or an administrator") {
  Account account;
  for (int i = 0; i < 99; i++) charge(account, defaults(), Method::recovery, kNow);
  CHECK(locked(account, defaults(), Method::recovery, kNow + 3600) == std::nullopt);
  charge(account, defaults(), Method::recovery, kNow);
  const auto failure = locked(account, defaults(), Method::recovery, kNow + 365 * 86400);
  REQUIRE(failure.has_value());
  CHECK(failure->reason == Reason::throttle_disabled);
  CHECK(failure->retry_at_s == 0);
  SUBCASE("a passkey revives it") { settle(account, defaults(), Method::webauthn); }
  SUBCASE("an administrator revives it") { unlock(account, Method::recovery); }
  CHECK_FALSE(locked(account, defaults(), Method::recovery, kNow + 3600).has_value());
}

TEST_CASE("throttle: another code method does not revive a disabled one") {
  Account account;
  for (int i = 0; i < 100; i++) charge(account, defaults(), Method::recovery, kNow);
  settle(account, defaults(), Method::totp);
  CHECK(locked(account, defaults(), Method::recovery, kNow + 86400).has_value());
}

TEST_CASE("throttle: success ends the run, not the long budget") {
  Account account;
  uint64_t now = kNow;
  for (int i = 0; i < 300; i++) {
    CHECK_FALSE(locked(account, defaults(), Method::recovery, now).has_value());
    charge(account, defaults(), Method::recovery, now);
    account.throttle.meters[Method::recovery].failures = 0;  // as a success would
    account.throttle.meters[Method::recovery].lock = {};
    now += 100;
  }
  const auto failure = locked(account, defaults(), Method::recovery, now);
  REQUIRE(failure.has_value());
  CHECK(failure->reason == Reason::throttle_long_budget);
  CHECK(failure->retry_at_s == kNow + 30 * 86400);
  CHECK_FALSE(locked(account, defaults(), Method::recovery, kNow + 30 * 86400).has_value());
}

TEST_CASE("throttle: twenty failures in an hour hold TOTP and HOTP together, and nothing else") {
  Account account;
  for (int i = 0; i < 20; i++) {
    const Method method = i % 2 == 0 ? Method::totp : Method::hotp;
    charge(account, defaults(), method, kNow);
    account.throttle.meters[method].failures = 0;
    account.throttle.meters[method].lock = {};
  }
  for (const Method method : {Method::totp, Method::hotp}) {
    const auto failure = locked(account, defaults(), method, kNow + 899);
    REQUIRE(failure.has_value());
    CHECK(failure->reason == Reason::throttle_hold);
    CHECK(failure->retry_at_s == kNow + 900);
    CHECK_FALSE(locked(account, defaults(), method, kNow + 900).has_value());
  }
  CHECK_FALSE(locked(account, defaults(), Method::recovery, kNow).has_value());
  CHECK_FALSE(locked(account, defaults(), Method::webauthn, kNow).has_value());
}

TEST_CASE("throttle: failures that lie more than an hour apart do not add up to a hold") {
  Account account;
  for (uint64_t i = 0; i < 40; i++) {
    charge(account, defaults(), Method::totp, kNow + i * 400);
    account.throttle.meters[Method::totp] = Meter{};
  }
  CHECK_FALSE(locked(account, defaults(), Method::totp, kNow + 40 * 400).has_value());
}

TEST_CASE("throttle: a clock set back opens no lock") {
  Account account;
  for (int i = 0; i < 5; i++) charge(account, defaults(), Method::recovery, kNow);
  const auto failure = locked(account, defaults(), Method::recovery, kNow - 86400);
  REQUIRE(failure.has_value());
  CHECK(failure->retry_at_s == kNow - 86400 + 30);
}

TEST_CASE("throttle: of two locks the one that ends last is told") {
  Account account;
  for (int i = 0; i < 20; i++) charge(account, defaults(), Method::totp, kNow);
  account.throttle.meters[Method::totp].lock = Lock{kNow, 30};
  CHECK(locked(account, defaults(), Method::totp, kNow)->reason == Reason::throttle_hold);
  CHECK(locked(account, defaults(), Method::totp, kNow)->retry_at_s == kNow + 900);
  account.throttle.meters[Method::totp].lock = Lock{kNow, 3600};
  CHECK(locked(account, defaults(), Method::totp, kNow)->reason == Reason::throttle_method_locked);
  CHECK(locked(account, defaults(), Method::totp, kNow)->retry_at_s == kNow + 3600);
}

TEST_CASE("throttle: a spent long budget gives a known browser no tries, whatever else is locked") {
  const Bytes known(16, 1);
  Account account;
  Meter &meter = account.throttle.meters[Method::totp];
  meter.lock = Lock{kNow, 3600};
  CHECK(has_relief(account, defaults(), Method::totp, known, kNow));
  meter.long_failures = 300;
  meter.long_since_s = kNow;
  CHECK_FALSE(has_relief(account, defaults(), Method::totp, known, kNow));
  // Also where it ends before the lock does.
  CHECK_FALSE(has_relief(account, defaults(), Method::totp, known, kNow + 30 * 86400 - 1));
  CHECK(has_relief(account, defaults(), Method::totp, known, kNow + 30 * 86400));
}

TEST_CASE("throttle: WebAuthn is never locked, whatever was charged") {
  Account account;
  for (int i = 0; i < 200; i++) charge(account, defaults(), Method::totp, kNow);
  CHECK_FALSE(locked(account, defaults(), Method::webauthn, kNow).has_value());
}

TEST_CASE("throttle: a refund takes a charge back") {
  Account account;
  for (int i = 0; i < 5; i++) charge(account, defaults(), Method::recovery, kNow);
  CHECK(locked(account, defaults(), Method::recovery, kNow).has_value());
  refund(account, defaults(), Method::recovery);
  CHECK_FALSE(locked(account, defaults(), Method::recovery, kNow).has_value());
  CHECK(account.throttle.meters[Method::recovery].long_failures == 4);
}
