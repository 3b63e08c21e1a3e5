// A clock that was ten years ahead for an hour: what was dated then holds nobody, and trusts nobody, for ten
// years. A clock that goes back by hours still opens no lock.
#include "engine/cookies.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr uint64_t kDay = 86400;
constexpr uint64_t kTenYears = 3650 * kDay;

const Config &defaults() {
  static const Config kConfig = parse_config(R"({"version":1,"issuer":"x"})").value();
  return kConfig;
}

}  // namespace

TEST_CASE("wrong clock: a lock from ten years ahead locks nobody, one from a day ahead still does") {
  Host host;
  const std::string secret = host.add_totp();
  const uint64_t now = host.clock.now;
  for (const uint64_t ahead : {kTenYears, kDay, kDay + 1}) {
    host.clock.now = now + ahead;
    REQUIRE(host.engine->admin(AdminAction::unlock, "alice", "", "operator").has_value());
    for (int i = 0; i < 5; i++)
      CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, host.wrong_code(secret))) ==
            Status::wrong);
    CHECK(status_of(host.sign_in(secret)) == Status::locked_out);
    host.clock.now = now;
    const bool locked = ahead == kDay;
    const auto view = host.engine->view(host.request());
    REQUIRE_FALSE(view.value().factors.empty());
    CHECK(view.value().factors[0].locked_until_s == (locked ? now + 30 : 0));
    const auto no = host.engine->verify_code(host.request(), Method::totp, host.wrong_code(secret));
    CHECK(status_of(no) == (locked ? Status::locked_out : Status::wrong));
    // The run of failures goes on: one guess, and the next lock is of the right time.
    if (!locked) CHECK(no.error().retry_at_s == now + 60);
  }
}

TEST_CASE("wrong clock: a long budget that was spent ten years ahead begins anew") {
  Account account;
  for (int i = 0; i < 300; i++) {
    charge(account, defaults(), Method::totp, kTenYears);
    settle(account, defaults(), Method::totp);
  }
  account.throttle.hold = {};
  REQUIRE(locked(account, defaults(), Method::totp, kTenYears)->reason == Reason::throttle_long_budget);
  CHECK(locked(account, defaults(), Method::totp, kTenYears - kDay).has_value());
  CHECK_FALSE(locked(account, defaults(), Method::totp, 1).has_value());
  charge(account, defaults(), Method::totp, 1);
  CHECK(account.throttle.meters[Method::totp].long_failures == 1);
  CHECK(account.throttle.meters[Method::totp].long_since_s == 1);
}

TEST_CASE("wrong clock: failures of ten years ahead do not add up with those of today to a hold") {
  Account account;
  for (int i = 0; i < 19; i++) charge(account, defaults(), Method::totp, kTenYears);
  account.throttle.meters.clear();
  charge(account, defaults(), Method::totp, 1);
  CHECK_FALSE(locked(account, defaults(), Method::totp, 1).has_value());
}

TEST_CASE("wrong clock: a known browser that spent its tries ten years ahead has its tries") {
  Account account;
  const Bytes known(16, 1);
  for (int i = 0; i < 5; i++) charge_known(account, defaults(), Method::totp, known, kTenYears);
  CHECK_FALSE(has_relief(account, defaults(), Method::totp, known, kTenYears));
  CHECK_FALSE(has_relief(account, defaults(), Method::totp, known, kTenYears - kDay));
  CHECK(has_relief(account, defaults(), Method::totp, known, 1));
}

TEST_CASE("wrong clock: mails that were sent ten years ahead keep back none") {
  Host host(config_text(R"("methods":{"email":{"allowed":true}})"));
  BeginOptions options;
  options.address = "alice@example.test";
  const uint64_t now = host.clock.now;
  const auto begin = [&] { return host.engine->enroll_begin(host.request(), Method::email, options); };
  host.clock.now = now + kTenYears;
  for (int i = 0; i < 5; i++, host.clock.now += 60) CHECK(begin().has_value());
  CHECK(reason_of(begin()) == Reason::email_too_many);
  host.clock.now = now;
  CHECK(begin().has_value());
  CHECK(reason_of(begin()) == Reason::email_too_soon);
  host.clock.now += 60;
  CHECK(begin().has_value());
}

TEST_CASE("wrong clock: where guesses came from ten years ahead is held no longer") {
  Host host(config_text(
      R"("throttle":{"per_source":{"enabled":true,"failures":2,"window_s":600},"per_method":{"free":20}})"));
  const std::string secret = host.add_totp();
  Request request = host.request();
  request.source = "192.0.2.1";
  const uint64_t now = host.clock.now;
  host.clock.now = now + kTenYears;
  for (int i = 0; i < 2; i++)
    CHECK(status_of(host.engine->verify_code(request, Method::totp, host.wrong_code(secret))) ==
          Status::wrong);
  CHECK(reason_of(host.engine->verify_code(request, Method::totp, host.code_of(secret))) ==
        Reason::throttle_source);
  host.clock.now = now;
  CHECK(host.engine->verify_code(request, Method::totp, host.code_of(secret)).has_value());
}

TEST_CASE("wrong clock: a device that was trusted ten years ahead is not trusted for ten years") {
  Host host(config_text(R"("methods":{"device":{"allowed":true}})"));
  host.add_totp();
  const uint64_t now = host.clock.now;
  const auto remember = [&] {
    Jar jar;
    jar.take(host.keep(host.engine->remember_device(host.request(Purpose::manage), "")).value());
    return jar;
  };
  // Ahead, a code would use up its step, so a passkey signs in.
  Authenticator key;
  REQUIRE(host.add_passkey(key, Purpose::manage).has_value());
  const auto sign_in = [&] {
    const auto offer = host.engine->verify_begin(host.request(), Method::webauthn, {}).value();
    return host.keep(host.engine->verify_finish(host.request(), Host::text(offer, MFA_OFFER_TICKET),
                                                key.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin)));
  };
  host.clock.now = now + kTenYears;
  REQUIRE(sign_in().has_value());
  const Jar ahead = remember();
  const auto arrive = [&](const Jar &jar) {
    return status_of(host.engine->verify_code(host.request(), Method::device, jar.header()));
  };
  CHECK(arrive(ahead) == Status::ok);
  host.clock.now = now + 60;
  CHECK(arrive(ahead) == Status::expired);
  REQUIRE(sign_in().has_value());
  const Jar today = remember();
  CHECK(arrive(today) == Status::ok);
  CHECK(arrive(ahead) == Status::not_found);
}

TEST_CASE("wrong clock: a reset lets its user begin again") {
  Host host;
  const uint64_t now = host.clock.now;
  Authenticator key;
  REQUIRE(host.add_passkey(key).has_value());
  const auto sign_in = [&](const Offer &offer) {
    return host.engine->verify_finish(host.request(), Host::text(offer, MFA_OFFER_TICKET),
                                      key.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin));
  };
  const auto begin = [&] { return host.engine->verify_begin(host.request(), Method::webauthn, {}).value(); };
  for (int i = 0; i < 2; i++) {
    host.clock.now = now + kTenYears + static_cast<uint64_t>(i) * 7200;
    REQUIRE(sign_in(begin()).has_value());
  }
  host.clock.now = now + 60;
  // No clock makes a spent ticket fresh again, so until then none is taken.
  CHECK(reason_of(sign_in(begin())) == Reason::ticket_watermark);
  REQUIRE(host.engine->admin(AdminAction::reset, "alice", "", "operator").has_value());
  host.clock.now += 60;
  host.statement.clear();
  Authenticator other;
  CHECK(host.add_passkey(other).has_value());
}
