// Remembered users: a cookie that names somebody and proves nothing, and the tries that a known browser keeps
// under a lock.
#include "engine/cookies.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr uint64_t kDay = 86400;
constexpr const char *kOn = R"("quick_login":{"enabled":true})";

struct Returning {
  Host host;
  std::string secret;
  Jar jar;
  explicit Returning(std::string text = config_text(kOn)) : host(std::move(text)) {
    secret = host.add_totp();
    const auto cookie = host.engine->remember_user(host.request(Purpose::manage));
    REQUIRE(cookie.has_value());
    jar.take(text_of(cookie.value().reveal()));
  }
  Result<std::string> who() {
    Request request;
    return host.engine->remembered_user(request, jar.header());
  }
};

}  // namespace

TEST_CASE("remembered: the cookie names the user, for 15 days, and for no script") {
  Returning r;
  CHECK(r.jar.cookies().begin()->first == "__Host-mfa-remembered");
  CHECK(r.who().value() == "alice");
  r.host.clock.now += 15 * kDay - 1;
  CHECK(r.who().has_value());
  r.host.clock.now += 1;
  CHECK(reason_of(r.who()) == Reason::remembered_expired);
}

TEST_CASE("remembered: W4, it signs in with what may stand alone, and a forged one names nobody") {
  Returning r;
  Authenticator key;
  REQUIRE(r.host.add_passkey(key, Purpose::manage).has_value());
  const std::string user = r.who().value();
  r.host.statement.clear();
  Request request = r.host.request(Purpose::login, user);
  request.proven = 0;
  const auto no = r.host.engine->verify_code(request, Method::totp, r.host.code_of(r.secret));
  CHECK(status_of(no) == Status::denied);
  CHECK(reason_of(no) == Reason::policy_not_alone);
  const auto offer = r.host.engine->verify_begin(request, Method::webauthn, {});
  REQUIRE(offer.has_value());
  const auto in =
      r.host.engine->verify_finish(request, Host::text(offer.value(), MFA_OFFER_TICKET),
                                   key.get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin));
  REQUIRE(in.has_value());
  CHECK(in.value().status == Status::ok);

  auto &cookie = r.jar.cookies().begin()->second;
  const std::string good = cookie;
  for (size_t i = 0; i < good.size(); i += 7) {
    cookie = good;
    cookie[i] = cookie[i] == 'A' ? 'B' : 'A';
    CHECK(status_of(r.who()) == Status::not_found);
  }
  for (const std::string &forged :
       {std::string("alice"), std::string(), std::string(3000, 'A'), r.host.statement}) {
    cookie = forged;
    CHECK(status_of(r.who()) == Status::not_found);
  }
  // A sealed text of another kind is none of this one.
  cookie = Host::text(in.value(), MFA_PROOF_STATEMENT);
  CHECK(status_of(r.who()) == Status::not_found);
}

TEST_CASE("remembered: a reset, a removal, a sign-out everywhere or an erased account end it") {
  for (const AdminAction action : {AdminAction::reset, AdminAction::sign_out, AdminAction::erase}) {
    Returning r;
    REQUIRE(r.host.engine->admin(action, "alice", "", "host").has_value());
    CHECK(reason_of(r.who()) == Reason::remembered_revoked);
  }
}

TEST_CASE("remembered: given to who verified a factor, and to nobody while it is off") {
  Returning r;
  Host &host = r.host;
  host.statement.clear();
  CHECK(status_of(host.engine->remember_user(host.request(Purpose::manage))) == Status::expired);
  REQUIRE(host.keep(host.engine->session_start(host.request(Purpose::login, "bob"))).has_value());
  CHECK(status_of(host.engine->remember_user(host.request(Purpose::manage, "bob"))) == Status::factor_needed);
  Host off;
  off.add_totp();
  CHECK(reason_of(off.engine->remember_user(off.request(Purpose::manage))) == Reason::policy_quick_login);
  CHECK(reason_of(off.engine->remembered_user(Request{}, r.jar.header())) == Reason::policy_quick_login);
}

namespace {

// Somebody elsewhere guesses until the authenticator app is locked.
void lock_out(Host &host, const std::string &secret) {
  host.statement.clear();
  for (int i = 0; i < 5; i++)
    CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, host.wrong_code(secret))) ==
          Status::wrong);
  REQUIRE(status_of(host.engine->verify_code(host.request(), Method::totp, host.code_of(secret, 1))) ==
          Status::locked_out);
}

Result<Proof> from(Host &host, const std::string &cookies, const std::string &code) {
  Request request = host.request();
  request.cookies = cookies;
  return host.engine->verify_code(request, Method::totp, code);
}

}  // namespace

TEST_CASE("relief: a known browser signs in while others lock the account") {
  Returning r;
  lock_out(r.host, r.secret);
  CHECK(status_of(from(r.host, "theme=dark", r.host.code_of(r.secret, 1))) == Status::locked_out);
  CHECK(from(r.host, r.jar.header(), r.host.code_of(r.secret, 1)).has_value());
}

TEST_CASE("relief: it is five tries an hour, and those that others had are not among them") {
  Returning r;
  lock_out(r.host, r.secret);
  const std::string wrong = r.host.wrong_code(r.secret);
  for (int left = 4; left >= 0; left--) {
    const auto no = from(r.host, r.jar.header(), wrong);
    CHECK(status_of(no) == Status::wrong);
    CHECK(no.error().attempts_left == left);
  }
  CHECK(status_of(from(r.host, r.jar.header(), r.host.code_of(r.secret, 1))) == Status::locked_out);
}

TEST_CASE("relief: a trusted device has it too, another user's cookies have not") {
  Host host(config_text(R"("methods":{"device":{"allowed":true}},"quick_login":{"enabled":true})"));
  const std::string secret = host.add_totp();
  Jar jar;
  jar.take(host.engine->remember_device(host.request(Purpose::manage), "").value());
  Jar bobs;
  {
    host.statement.clear();
    host.add_totp(Purpose::login, "bob");
    bobs.take(host.engine->remember_device(host.request(Purpose::manage, "bob"), "").value());
    bobs.take(text_of(host.engine->remember_user(host.request(Purpose::manage, "bob")).value().reveal()));
  }
  lock_out(host, secret);
  CHECK(status_of(from(host, bobs.header(), host.code_of(secret, 1))) == Status::locked_out);
  CHECK(from(host, jar.header(), host.code_of(secret, 1)).has_value());
}

TEST_CASE("relief: an old copy of a device's cookie has none, and is not taken for a thief's by asking") {
  Host host(config_text(R"("methods":{"device":{"allowed":true}})"));
  const std::string secret = host.add_totp();
  Jar jar;
  jar.take(host.engine->remember_device(host.request(Purpose::manage), "").value());
  const std::string old = jar.header();
  for (int i = 0; i < 2; i++) {
    jar.take(host.engine->verify_code(host.request(), Method::device, jar.header()).value());
    host.clock.now += 61;
  }
  lock_out(host, secret);
  CHECK(status_of(from(host, old, host.code_of(secret, 1))) == Status::locked_out);
  CHECK(from(host, jar.header(), host.code_of(secret, 1)).has_value());
  CHECK(devices_of(host).size() == 1);
}

TEST_CASE("relief: none where the configuration says so, and none from what is disabled for good") {
  Returning off(config_text(R"("quick_login":{"enabled":true},"throttle":{"known_device":{"free":0}})"));
  lock_out(off.host, off.secret);
  CHECK(status_of(from(off.host, off.jar.header(), off.host.code_of(off.secret, 1))) == Status::locked_out);

  Returning r(
      config_text(R"("quick_login":{"enabled":true},"throttle":{"per_method":{"disable_after":10}})"));
  lock_out(r.host, r.secret);
  const std::string wrong = r.host.wrong_code(r.secret);
  for (int i = 0; i < 5; i++) CHECK(status_of(from(r.host, r.jar.header(), wrong)) == Status::wrong);
  r.host.clock.now += 7200;
  const auto no = from(r.host, r.jar.header(), r.host.code_of(r.secret));
  CHECK(reason_of(no) == Reason::throttle_disabled);
}
