#include "engine/policy.hpp"

#include <doctest.h>

#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::engine;

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
  CHECK(sign_in_need(Config{}, role, account, 1000).need == Need::factor);
  account.factors[0].enabled = false;
  CHECK(sign_in_need(Config{}, role, account, 1000).need == Need::nothing);
}

TEST_CASE("a role that needs level 2 needs a factor, though it does not say required") {
  RoleConfig role;
  role.min_aal = 2;
  role.grace_days = 0;
  CHECK(sign_in_need(Config{}, role, Account{}, 1000).need == Need::enroll);
}
