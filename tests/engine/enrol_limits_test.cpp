// How many factors a user may have, and how many wrong codes an enrolment takes.
#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::test;

TEST_CASE("factors are limited in number by method") {
  Host host(config_text(R"("methods":{"totp":{"allowed":true,"max_factors":2}})"));
  host.add_totp();
  host.add_totp(Purpose::manage);
  CHECK(reason_of(host.engine->enroll_begin(host.request(Purpose::manage), Method::totp, {})) ==
        Reason::policy_max_factors);
}

TEST_CASE(
    "factors are limited in number by user, whatever their methods; devices and new recovery codes are not") {
  Host host(config_text(R"("policy":{"max_factors":3},"methods":{"device":{"allowed":true}})"));
  host.add_totp();
  host.add_totp(Purpose::manage);
  host.add_recovery();
  for (const Method method : {Method::totp, Method::webauthn}) {
    CHECK(reason_of(host.engine->enroll_begin(host.request(Purpose::manage), method, {})) ==
          Reason::policy_max_factors);
  }
  const View view = host.engine->view(host.request(Purpose::manage)).value();
  for (const MethodRow &row : view.methods) {
    CAPTURE(name_of(row.method));
    CHECK(row.can_enroll == (row.method == Method::recovery));
  }
  host.add_recovery();
  CHECK(host.engine->remember_device(host.request(Purpose::manage), "").has_value());
  CHECK(
      reason_of(host.engine->import("alice",
                                    R"({"method":"totp","uri":"otpauth://totp/Example:alice?issuer=Example&)"
                                    R"(secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"})",
                                    "operator")) == Reason::policy_max_factors);
}

TEST_CASE("guesses made at once while enrolling are compared no more than five times") {
  Host host;
  host.add_totp();
  const auto offer = host.engine->enroll_begin(host.request(Purpose::manage), Method::totp, {}).value();
  const std::string ticket = Host::text(offer, MFA_OFFER_TICKET), fresh = Host::text(offer, MFA_OFFER_SECRET);
  const auto guess = [&](const std::string &code) {
    return host.engine->enroll_finish(host.request(Purpose::manage), ticket, code);
  };
  bool right = false;
  SUBCASE("a wrong one") {}
  SUBCASE("the right one") { right = true; }
  // While it waits to be saved, five others are.
  host.store.before_save = [&] {
    for (int i = 0; i < 5; i++) CHECK(status_of(guess(host.wrong_code(fresh))) == Status::wrong);
  };
  CHECK(reason_of(guess(right ? host.code_of(fresh) : host.wrong_code(fresh))) ==
        Reason::throttle_enroll_locked);
}

TEST_CASE("a wrong code while enrolling is counted apart from sign-ins") {
  Host host;
  const std::string secret = host.add_totp();
  const auto offer = host.engine->enroll_begin(host.request(Purpose::manage), Method::totp, {}).value();
  const std::string ticket = Host::text(offer, MFA_OFFER_TICKET);
  const std::string fresh = Host::text(offer, MFA_OFFER_SECRET);
  for (int i = 0; i < 5; i++) {
    CHECK(status_of(host.engine->enroll_finish(host.request(Purpose::manage), ticket,
                                               host.wrong_code(fresh))) == Status::wrong);
  }
  CHECK(reason_of(host.engine->enroll_finish(host.request(Purpose::manage), ticket, host.code_of(fresh))) ==
        Reason::throttle_enroll_locked);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, host.code_of(secret))) ==
        Status::ok);
  host.clock.now += 30;
  CHECK(status_of(host.engine->enroll_finish(host.request(Purpose::manage), ticket, host.code_of(fresh))) ==
        Status::ok);
}
