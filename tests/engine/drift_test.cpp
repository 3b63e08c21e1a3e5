// Authenticator apps whose clock is off: what is learned of it, how far the window follows, and what it never
// does.
#include "engine/host.hpp"
#include "engine/record.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr const char *kOne = R"("totp":{"drift_steps":1})";
constexpr const char *kTwo = R"("totp":{"past":2,"future":2,"drift_steps":2})";

struct Token {
  Host host;
  std::string secret;
  explicit Token(const char *config) : host(config_text(config)) { secret = host.add_totp(); }

  // A code of `steps` from now, ten minutes after the last.
  Result<Proof> show(int64_t steps) {
    host.clock.now += 600;
    host.statement.clear();
    return host.keep(host.engine->verify_code(host.request(), Method::totp, host.code_of(secret, steps)));
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
  Token t("");
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
  const std::string last = t.host.code_of(t.secret);
  REQUIRE(t.show(0).has_value());
  for (int i = 0; i < 4; i++) {
    CHECK(status_of(t.host.engine->verify_code(t.host.request(), Method::totp, t.host.code_of(t.secret))) ==
          Status::already_used);
  }
  CHECK(t.window() == "-1 0 1");
}

TEST_CASE("drift: a step is accepted once, wherever the window is") {
  Token t(kOne);
  t.learn(1, 4);
  const std::string early = t.host.code_of(t.secret, 2), now = t.host.code_of(t.secret);
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
  t.secret = t.host.add_totp(Purpose::manage);
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
    const std::vector<std::string> live = {t.host.code_of(t.secret, side), t.host.code_of(t.secret, 2 * side),
                                           t.host.code_of(t.secret)};
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
  t.host.restart(config_text());
  CHECK(t.window() == "-1 0 1");
  t.host.restart(config_text(kOne));
  CHECK(t.window() == "-2 -1 0");
  t.host.restart(config_text());
  t.learn(0, 1);
  t.host.restart(config_text(kOne));
  CHECK(t.window() == "-1 0 1");
}
