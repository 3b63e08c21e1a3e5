#include "engine/policy.hpp"

#include <doctest.h>

#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::engine;
using mfa::test::Host;

TEST_CASE("evidence: levels and amr") {
  const auto level = [](uint32_t proven, Methods methods, bool uv = false, bool bound = false,
                        bool attested = false) {
    return Evidence{proven, std::move(methods), uv, bound, attested}.aal();
  };
  CHECK(level(MFA_PROVEN_PASSWORD, {}) == 1);
  CHECK(level(MFA_PROVEN_PASSWORD, {Method::totp}) == 2);
  CHECK(level(0, {Method::totp}) == 1);
  CHECK(level(MFA_PROVEN_PASSWORD, {Method::recovery}) == 1);
  CHECK(level(0, {Method::webauthn}) == 1);
  CHECK(level(MFA_PROVEN_PASSWORD, {Method::webauthn}) == 2);
  CHECK(level(0, {Method::webauthn}, true) == 2);
  CHECK(level(0, {Method::webauthn}, true, true) == 2);
  CHECK(level(0, {Method::webauthn}, true, true, true) == 3);
  CHECK(level(0, {Method::webauthn}, true, false, true) == 2);
  CHECK(Evidence{MFA_PROVEN_PASSWORD, {Method::totp}}.amr() == "pwd,otp,mfa");
  CHECK(Evidence{0, {Method::webauthn}, true, false, false}.amr() == "swk,user,mfa");
  CHECK(Evidence{MFA_PROVEN_PASSWORD, {Method::recovery}}.amr() == "pwd");
}

TEST_CASE("roles: the strictest of each member") {
  PolicyConfig policy;
  policy.roles["*"] = {Requirement::optional, 1, 14, 3, {Method::totp, Method::webauthn, Method::recovery}};
  policy.roles["staff"] = {Requirement::required, 1, 30, 3, {Method::totp, Method::webauthn}};
  policy.roles["admin"] = {Requirement::optional, 2, 0, 3, {Method::webauthn, Method::recovery}};
  const RoleConfig nobody = combined(policy, {"unheard-of"});
  CHECK(nobody.mfa == Requirement::optional);
  const RoleConfig both = combined(policy, {"staff", "admin"});
  CHECK(both.mfa == Requirement::required);
  CHECK(both.min_aal == 2);
  CHECK(both.grace_days == 0);
  CHECK(both.methods == Methods{Method::webauthn});
}

TEST_CASE("roles: without any, the defaults") {
  CHECK(combined(PolicyConfig{}, {}).mfa == Requirement::optional);
  CHECK(combined(PolicyConfig{}, {}).methods.count(Method::totp) == 1);
}

TEST_CASE("a factor whose method policy forbids still bars a sign-in by password alone") {
  Account account;
  account.factors.push_back(Factor{.id = Bytes(16), .detail = TotpFactor{}});
  RoleConfig role;
  role.methods = {Method::webauthn};
  CHECK(sign_in_need(Config{}, role, account, 1000, true).need == Need::factor);
  account.factors[0].enabled = false;
  CHECK(sign_in_need(Config{}, role, account, 1000, true).need == Need::nothing);
}

TEST_CASE("a role that needs level 2 needs a factor, though it does not say required") {
  RoleConfig role;
  role.min_aal = 2;
  role.grace_days = 0;
  CHECK(sign_in_need(Config{}, role, Account{}, 1000, true).need == Need::enroll);
}

namespace {

std::string explained(Host &host, const Request &request, const SessionNeed &need = {}) {
  const auto text = host.engine->explain(request, need);
  REQUIRE(text.has_value());
  return text.value();
}

bool says(const std::string &text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("policy explain: the decision, with every rule that led to it, and nothing is written") {
  Host host(mfa::test::config_text(
      R"("methods":{"device":{"allowed":true}},"policy":{"roles":{"*":{"mfa":"optional"},)"
      R"("staff":{"mfa":"required","min_aal":2,"grace_days":0,"methods":["webauthn","totp"]}}})"));
  Request request = host.request();
  request.roles = {"staff", "gardener"};
  std::string text = explained(host, request);
  CHECK(says(text, R"({"role":"*","configured":true,"mfa":"optional","min_aal":1)"));
  CHECK(says(
      text,
      R"({"role":"staff","configured":true,"mfa":"required","min_aal":2,"grace_days":0,"grace_reminders":3)"));
  CHECK(says(text, R"({"role":"gardener","configured":false})"));
  CHECK(says(
      text,
      R"("strictest":{"mfa":"required","min_aal":2,"grace_days":0,"grace_reminders":3,"trusted_device":true,"methods":["totp","webauthn"]})"));
  CHECK(says(text, R"("account":{"record":false,"factors":0,"guarded":false)"));
  CHECK(says(text, R"("sign_in":{"status":"MFA_ENROLL_NEEDED","reason":"policy.factor_must_be_enrolled"})"));
  CHECK(says(text, R"({"method":"email","status":"MFA_DENIED","reason":"policy.method_forbidden"})"));
  CHECK(says(text, R"({"method":"totp","status":"MFA_NOT_FOUND","reason":"account.no_factor_of_method"})"));
  CHECK(says(
      text,
      R"({"method":"device","status":"MFA_DENIED","reason":"policy.trusted_device_reaches_level_1_only"})"));
  CHECK_FALSE(says(text, "\"session\""));
  CHECK(host.store.saved == 0);

  const std::string secret = host.add_totp();
  const int saved = host.store.saved;
  text = explained(host, host.request(Purpose::manage), {.aal = 3});
  CHECK(says(text, R"("sign_in":{"status":"MFA_FACTOR_NEEDED","reason":"policy.factor_must_be_verified"})"));
  CHECK(says(text, R"({"method":"totp","status":"MFA_OK"})"));
  CHECK(says(
      text,
      R"("session":{"aal":3,"max_age_s":0,"status":"MFA_FACTOR_NEEDED","reason":"policy.higher_level_needed"})"));
  CHECK(says(text, R"("factor_changes":{"status":"MFA_OK"})"));
  host.clock.now += 301;
  text = explained(host, host.request(Purpose::manage));
  CHECK(says(text, R"("session":{"aal":0,"max_age_s":0,"status":"MFA_OK"})"));
  CHECK(says(text,
             R"("factor_changes":{"status":"MFA_FACTOR_NEEDED","reason":"policy.verification_too_old"})"));
  CHECK(host.store.saved == saved);

  host.statement.clear();
  for (int i = 0; i < 5; i++)
    (void)host.engine->verify_code(host.request(), Method::totp, host.wrong_code(secret));
  text = explained(host, host.request());
  CHECK(says(text, R"({"method":"totp","status":"MFA_LOCKED_OUT","reason":"throttle.method_locked"})"));
}

TEST_CASE("policy: a sign-in may put enrolling off three times, and no page of the third is refused for it") {
  Host host(mfa::test::config_text(R"("policy":{"roles":{"*":{"mfa":"required","grace_days":14}}})"));
  for (int i = 1; i <= 3; i++) {
    CAPTURE(i);
    host.statement.clear();
    CHECK(host.engine->view(host.request()).value().need == Need::enroll_soon);
    REQUIRE(host.keep(host.engine->session_start(host.request())).has_value());
    CHECK(host.engine->session_check(host.request(Purpose::manage), {}, true).has_value());
    host.clock.now += 3600;
  }
  host.statement.clear();
  CHECK(host.engine->view(host.request()).value().need == Need::enroll);
  CHECK(mfa::test::status_of(host.engine->session_start(host.request())) == Status::enroll_needed);
  Host none(mfa::test::config_text(R"("policy":{"roles":{"*":{"mfa":"required","grace_reminders":0}}})"));
  CHECK(mfa::test::status_of(none.engine->session_start(none.request())) == Status::enroll_needed);
}

TEST_CASE("policy: without the store a higher level asks for a factor, since nobody knows of none") {
  Host host(test::config_text(R"("policy":{"roles":{"*":{"mfa":"off"}}})"));
  const auto asked = [&](bool strict) {
    return test::status_of(host.engine->session_check(host.request(Purpose::step_up), {.aal = 2}, strict));
  };
  REQUIRE(host.keep(host.engine->session_start(host.request())).has_value());
  CHECK(asked(true) == Status::enroll_needed);
  CHECK(asked(false) == Status::factor_needed);
  host.add_totp();
  REQUIRE(host.keep(host.engine->session_start(host.request())).has_value());
  CHECK(asked(true) == Status::factor_needed);
  CHECK(asked(false) == Status::factor_needed);
}
