// Wrong answers counted by where they come from.
#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr const char *kOn =
    R"("throttle":{"per_source":{"enabled":true,"failures":3,"window_s":600},"per_method":{"free":20}})";

struct Guesser {
  Host host;
  std::string secret;
  explicit Guesser(const char *config = kOn) : host(config_text(config)) {
    secret = host.add_totp();
    host.statement.clear();
  }
  Request request(std::string_view source, std::string_view user = "alice") {
    Request r = host.request(Purpose::login, user);
    r.source = source;
    return r;
  }
  Result<Proof> wrong(std::string_view source) {
    return host.engine->verify_code(request(source), Method::totp, host.wrong_code(secret));
  }
  Result<Proof> right(std::string_view source) {
    return host.engine->verify_code(request(source), Method::totp, host.code_of(secret));
  }
};

}  // namespace

TEST_CASE("source: after so many wrong answers from one, codes from there wait for the end of the window") {
  Guesser g;
  const uint64_t since = g.host.clock.now;
  for (int i = 0; i < 3; i++) CHECK(status_of(g.wrong("192.0.2.1")) == Status::wrong);
  const auto no = g.right("192.0.2.1");
  CHECK(status_of(no) == Status::locked_out);
  CHECK(reason_of(no) == Reason::throttle_source);
  CHECK(no.error().retry_at_s == since + 600);
  CHECK(g.right("192.0.2.2").has_value());
  g.host.clock.now = since + 599;
  CHECK(status_of(g.right("192.0.2.1")) == Status::locked_out);
  g.host.clock.now = since + 600;
  CHECK(g.right("192.0.2.1").has_value());
}

TEST_CASE("source: two wrong answers do not hold it, and a new window begins at nothing") {
  Guesser g;
  for (int round = 0; round < 3; round++) {
    CHECK(status_of(g.wrong("192.0.2.1")) == Status::wrong);
    CHECK(status_of(g.wrong("192.0.2.1")) == Status::wrong);
    g.host.clock.now += 600;
  }
  CHECK(g.right("192.0.2.1").has_value());
}

TEST_CASE("source: a clock set back holds nobody for longer than a window") {
  Guesser g;
  for (int i = 0; i < 3; i++) CHECK(status_of(g.wrong("192.0.2.1")) == Status::wrong);
  g.host.clock.now -= 3600;
  const auto no = g.right("192.0.2.1");
  CHECK(status_of(no) == Status::locked_out);
  CHECK(no.error().retry_at_s == g.host.clock.now + 600);
}

TEST_CASE("source: guesses at users that there are not are counted too, by who says that anyone may try") {
  Host host(R"({"version":1,"issuer":"Example","throttle":{"per_source":{"enabled":true,"failures":2}},)"
            R"("unsafe":{"alone_methods":["totp"]}})");
  for (int i = 0; i < 2; i++) {
    const std::string nobody = "nobody-" + std::to_string(i);
    Request r = host.request(Purpose::login, nobody);
    r.proven = 0;
    r.source = "192.0.2.1";
    CHECK(status_of(host.engine->verify_code(r, Method::totp, "123456")) == Status::wrong);
  }
  Request r = host.request(Purpose::login, "alice");
  r.source = "192.0.2.1";
  CHECK(reason_of(host.engine->verify_code(r, Method::totp, "123456")) == Reason::throttle_source);
}

TEST_CASE(
    "source: passkeys from there go on, and nothing is kept where it is off or the host names no source") {
  Guesser g;
  Authenticator key;
  REQUIRE(g.host.sign_in(g.secret).has_value());
  REQUIRE(g.host.add_passkey(key, Purpose::manage).has_value());
  for (int i = 0; i < 3; i++) CHECK(status_of(g.wrong("192.0.2.1")) == Status::wrong);
  g.host.statement.clear();
  const Request r = g.request("192.0.2.1");
  const auto offer = g.host.engine->verify_begin(r, Method::webauthn, {});
  REQUIRE(offer.has_value());
  CHECK(g.host.engine
            ->verify_finish(r, Host::text(offer.value(), MFA_OFFER_TICKET),
                            key.get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin))
            .has_value());
  const int saved = g.host.store.saved;
  CHECK(status_of(g.wrong("")) == Status::wrong);
  CHECK(g.host.store.saved == saved + 1);
  Guesser off(R"("throttle":{"per_method":{"free":20}})");
  for (int i = 0; i < 10; i++) CHECK(status_of(off.wrong("192.0.2.1")) == Status::wrong);
}

TEST_CASE("source: an answer whose count could not be kept is not given") {
  Guesser g;
  using Plan = PlannedStore::Plan;
  g.host.store.saves = {Plan::pass, Plan::fail_before};
  CHECK(status_of(g.wrong("192.0.2.1")) == Status::err_store);
}

TEST_CASE("source: a wrong code while enrolling counts apart, not against where it came from") {
  Host host(config_text(
      R"("methods":{"email":{"allowed":true}},"throttle":{"per_source":{"enabled":true,"failures":1}})"));
  BeginOptions to;
  to.address = "alice@example.test";
  Request r = host.request();
  r.source = "192.0.2.1";
  const auto offer = host.engine->enroll_begin(r, Method::email, to);
  REQUIRE(offer.has_value());
  const std::string ticket = Host::text(offer.value(), MFA_OFFER_TICKET);
  const std::string text = Host::text(offer.value(), MFA_OFFER_MAIL_TEXT);
  const bool zeros = text.find("00000000") != std::string::npos;
  for (int i = 0; i < 2; i++) {
    const auto no = host.engine->enroll_finish(r, ticket, zeros ? "11111111" : "00000000");
    CHECK(status_of(no) == Status::wrong);
  }
}
