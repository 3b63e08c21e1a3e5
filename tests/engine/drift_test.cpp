// Authenticator apps whose clock is off: what is learned of it, how far the window follows, and what it never
// does.
#include "engine/host.hpp"
#include "engine/record.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

// Of nine digits, no two steps have the same by chance.
const std::string kOff = config_text(R"("totp":{"digits":9})");
const std::string kOne = config_text(R"("totp":{"digits":9,"drift_steps":1})");
const std::string kTwo = config_text(R"("totp":{"digits":9,"past":2,"future":2,"drift_steps":2})");

struct Token {
  Host host;
  std::string secret;
  explicit Token(const std::string &config) : host(config) { enroll(Purpose::login); }

  void enroll(Purpose purpose) {
    const auto offer = host.engine->enroll_begin(host.request(purpose), Method::totp, {});
    REQUIRE(offer.has_value());
    secret = Host::text(offer.value(), MFA_OFFER_SECRET);
    REQUIRE(host.keep(host.engine->enroll_finish(host.request(purpose),
                                                 Host::text(offer.value(), MFA_OFFER_TICKET), code(0)))
                .has_value());
  }
  std::string code(int64_t steps) const {
    const uint64_t at = host.clock.now + static_cast<uint64_t>(steps * 30);
    return otp::totp_code({.digits = 9}, from_base32(secret).value(), at).value();
  }
  // A code of `steps` from now, ten minutes after the last.
  Result<Proof> show(int64_t steps) {
    host.clock.now += 600;
    host.statement.clear();
    return host.keep(host.engine->verify_code(host.request(), Method::totp, code(steps)));
  }
  void learn(int64_t steps, int times) {
    for (int i = 0; i < times; i++) REQUIRE(show(steps).has_value());
  }
  // The steps around now whose code would sign in, as "-1 0 1"; nothing is used up by looking.
  std::string window() {
    const auto kept = host.store.inner->load(account_key("", "alice")).value().value();
    std::string open;
    for (int64_t steps = -6; steps <= 6; steps++) {
      if (status_of(show(steps)) == Status::ok) open += (open.empty() ? "" : " ") + std::to_string(steps);
      const auto after = host.store.inner->load(account_key("", "alice")).value().value();
      REQUIRE(
          host.store.inner->save(account_key("", "alice"), kept.record, after.version, after.version + 1, 0)
              .has_value());
    }
    return open;
  }
};

}  // namespace

TEST_CASE("drift: off, nothing is learned") {
  Token t(kOff);
  t.learn(-1, 12);
  CHECK(t.window() == "-1 0 1");
}

TEST_CASE("drift: the window follows a clock that is off, with as many codes in it") {
  for (const int side : {-1, 1}) {
    Token t(kOne);
    CHECK(t.window() == "-1 0 1");
    CHECK(status_of(t.show(2 * side)) == Status::wrong);
    t.learn(side, 2);
    CHECK(t.window() == "-1 0 1");
    t.learn(side, 1);
    CHECK(t.window() == (side < 0 ? "-2 -1 0" : "0 1 2"));
    t.learn(2 * side, 20);
    CHECK(t.window() == (side < 0 ? "-2 -1 0" : "0 1 2"));
  }
}

TEST_CASE("drift: no further than the configuration says, and the present step stays in the window") {
  Token t(kTwo);
  t.learn(-2, 20);
  CHECK(t.window() == "-4 -3 -2 -1 0");
  t.learn(-4, 20);
  CHECK(t.window() == "-4 -3 -2 -1 0");
  t.learn(0, 30);
  CHECK(t.window() == "-2 -1 0 1 2");
  t.learn(2, 20);
  CHECK(t.window() == "0 1 2 3 4");
}

TEST_CASE("drift: a code that came late now and then moves nothing") {
  Token t(kOne);
  for (int i = 0; i < 10; i++) {
    t.learn(-1, 1);
    t.learn(0, 2);
  }
  CHECK(t.window() == "-1 0 1");
}

TEST_CASE("drift: what is refused teaches nothing") {
  Token t(kOne);
  t.learn(-1, 2);
  for (int i = 0; i < 4; i++) {
    CHECK(status_of(t.show(-2)) == Status::wrong);
    t.host.clock.now += 3600;
  }
  REQUIRE(t.show(0).has_value());
  for (int i = 0; i < 4; i++) {
    CHECK(status_of(t.host.engine->verify_code(t.host.request(), Method::totp, t.code(0))) ==
          Status::already_used);
  }
  CHECK(t.window() == "-1 0 1");
}

TEST_CASE("drift: a step is accepted once, wherever the window is") {
  Token t(kOne);
  t.learn(1, 4);
  const std::string early = t.code(2), now = t.code(0);
  t.host.statement.clear();
  REQUIRE(t.host.engine->verify_code(t.host.request(), Method::totp, early).has_value());
  for (const std::string &code : {early, now}) {
    CHECK(status_of(t.host.engine->verify_code(t.host.request(), Method::totp, code)) ==
          Status::already_used);
  }
  t.host.clock.now += 60;  // by its own clock, the token shows it now
  CHECK(status_of(t.host.engine->verify_code(t.host.request(), Method::totp, early)) == Status::already_used);
}

TEST_CASE("drift: each token has its own") {
  Token t(kOne);
  t.learn(-1, 4);
  const std::string first = t.secret;
  REQUIRE(t.show(-1).has_value());
  t.enroll(Purpose::manage);
  CHECK(t.window() == "-1 0 1");
  t.secret = first;
  CHECK(t.window() == "-2 -1 0");
}

TEST_CASE("drift: a sign-in with a recovery code ends every code of the window that there is now") {
  for (const int side : {-1, 1}) {
    Token t(kOne);
    const std::string recovery = [&] {
      REQUIRE(t.show(0).has_value());
      return t.host.add_recovery().front();
    }();
    t.learn(side, 4);
    t.host.clock.now += 600;
    const std::vector<std::string> live = {t.code(side), t.code(2 * side), t.code(0)};
    t.host.statement.clear();
    REQUIRE(t.host.engine->verify_code(t.host.request(), Method::recovery, recovery).has_value());
    for (const std::string &code : live) {
      CHECK(status_of(t.host.engine->verify_code(t.host.request(), Method::totp, code)) ==
            Status::already_used);
    }
  }
}

TEST_CASE("drift: switched off, what was learned is not used, and then forgotten") {
  Token t(kOne);
  t.learn(-1, 4);
  t.host.restart(kOff);
  CHECK(t.window() == "-1 0 1");
  t.host.restart(kOne);
  CHECK(t.window() == "-2 -1 0");
  t.host.restart(kOff);
  t.learn(0, 1);
  t.host.restart(kOne);
  CHECK(t.window() == "-1 0 1");
}

TEST_CASE("unsafe.totp_window_steps: a window as wide as the configuration may say, and no wider") {
  for (const int64_t steps : {2, 10, 11, 60}) {
    Token t(R"({"version":1,"issuer":"x","totp":{"digits":9},"unsafe":{"totp_window_steps":)" +
            std::to_string(steps) + "}}");
    for (const int64_t outside : {-steps - 1, steps + 1}) {
      t.host.clock.now += 86400;
      CHECK(status_of(t.show(outside)) == Status::wrong);
    }
    for (const int64_t inside : {-steps, steps}) {
      t.host.clock.now += 86400;
      CHECK(t.show(inside).has_value());
    }
  }
}
