// Levels: reached by one factor at a time, fresh only when they were reached freshly, and what is left of
// them when a factor goes.
#include "engine/host.hpp"
#include "methods/webauthn/trust.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr const char *kByMail =
    R"("methods":{"email":{"allowed":true}},"session":{"step_up_methods":["totp","webauthn","email"]})";

std::string factor_of(Host &host, Method method) {
  const View view = host.engine->view(host.request()).value();
  for (const FactorRow &row : view.factors) {
    if (row.method == method) return row.id;
  }
  return "";
}

std::string code_in(const Offer &offer) {
  const std::string mail = Host::text(offer, MFA_OFFER_MAIL_TEXT);
  const size_t at = mail.find(" is ") + 4;
  return mail.substr(at, mail.find('.', at) - at);
}

void add_email(Host &host) {
  BeginOptions options;
  options.address = "alice@example.test";
  const auto offer = host.engine->enroll_begin(host.request(Purpose::manage), Method::email, options).value();
  REQUIRE(host.keep(host.engine->enroll_finish(host.request(Purpose::manage),
                                               Host::text(offer, MFA_OFFER_TICKET), code_in(offer)))
              .has_value());
  host.clock.now += 60;
}

Result<Proof> step_up_by_mail(Host &host) {
  const auto offer = host.engine->verify_begin(host.request(Purpose::step_up), Method::email, {}).value();
  return host.keep(host.engine->verify_finish(host.request(Purpose::step_up),
                                              Host::text(offer, MFA_OFFER_TICKET), code_in(offer)));
}

Result<Proof> by_code(Host &host, const std::string &secret, Purpose purpose = Purpose::step_up) {
  return host.keep(host.engine->verify_code(host.request(purpose), Method::totp, host.code_of(secret)));
}

Result<Proof> by_key(Host &host, Authenticator &key, Purpose purpose) {
  const auto offer = host.engine->verify_begin(host.request(purpose), Method::webauthn, {}).value();
  return host.keep(host.engine->verify_finish(host.request(purpose), Host::text(offer, MFA_OFFER_TICKET),
                                              key.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin)));
}

// Whose keys of this vendor are attested.
struct Attesting {
  Authority vendor = Authority::root("Vendor");
  Host host{R"({"version":1,"issuer":"Example","webauthn":{"rp_id":"example.test","attestation":"direct",)"
            R"("origins":["https://example.test"]}})"};
  Attesting() {
    host.engine->set_trust(std::make_shared<const webauthn::Trust>(webauthn::Trust{
        .anchors = TrustAnchors::make({vendor.certificate()}, {}).value(), .metadata = std::nullopt}));
  }
  Authenticator key(bool synchronised) const {
    Authenticator::Settings settings{.format = "basic", .authority = std::make_shared<Authority>(vendor)};
    settings.backup_eligible = synchronised;
    return Authenticator(settings);
  }
  Reason check(const SessionNeed &need) {
    return reason_of(host.engine->session_check(host.request(Purpose::step_up), need, true));
  }
};

}  // namespace

TEST_CASE("level: a code by mail does not make an old verification of level 2 fresh") {
  Host host(config_text(kByMail));
  const std::string secret = host.add_totp();
  add_email(host);
  REQUIRE(by_code(host, secret, Purpose::login).has_value());
  const SessionNeed fresh{.aal = 2, .max_age_s = 300};
  const auto check = [&](const SessionNeed &need) {
    return reason_of(host.engine->session_check(host.request(Purpose::step_up), need, true));
  };
  CHECK(check(fresh) == Reason::none);
  host.clock.now += 400;
  REQUIRE(step_up_by_mail(host).has_value());
  CHECK(check(fresh) == Reason::policy_too_old);
  CHECK(check({.aal = 2}) == Reason::none);
  CHECK(check({.max_age_s = 300}) == Reason::none);
  REQUIRE(by_code(host, secret).has_value());
  CHECK(check(fresh) == Reason::none);
  // Nor the other way about: what is fresh at level 2 stays so for its time.
  host.clock.now += 60;
  REQUIRE(step_up_by_mail(host).has_value());
  CHECK(check(fresh) == Reason::none);
}

TEST_CASE("level: it lasts from when it was reached, whatever weaker is verified since") {
  Host host(config_text(std::string(kByMail) + R"(,"email":{"per_day":50})"));
  const std::string secret = host.add_totp();
  add_email(host);
  REQUIRE(by_code(host, secret, Purpose::login).has_value());
  for (int hour = 0; hour < 12; hour++) {
    host.clock.now += 3600;
    REQUIRE(step_up_by_mail(host).has_value());
  }
  CHECK(host.engine->session_check(host.request(Purpose::step_up), {}, true).has_value());
  host.clock.now += 1;
  CHECK(reason_of(host.engine->session_check(host.request(Purpose::step_up), {}, true)) ==
        Reason::statement_expired);
}

TEST_CASE("level: 3 is fresh after a key of level 3, not after a code") {
  Attesting a;
  Authenticator key = a.key(false);
  REQUIRE(a.host.add_passkey(key).has_value());
  const std::string secret = a.host.add_totp(Purpose::manage);
  REQUIRE(by_key(a.host, key, Purpose::login).value().aal == 3);
  a.host.clock.now += 400;
  REQUIRE(by_code(a.host, secret).has_value());
  CHECK(a.check({.aal = 3, .max_age_s = 300}) == Reason::policy_too_old);
  CHECK(a.check({.aal = 2, .max_age_s = 300}) == Reason::none);
  CHECK(a.check({.aal = 3}) == Reason::none);
  REQUIRE(by_key(a.host, key, Purpose::step_up).has_value());
  CHECK(a.check({.aal = 3, .max_age_s = 300}) == Reason::none);
}

TEST_CASE("level: a key that is attested and one that is device-bound do not make one of level 3") {
  Attesting a;
  Authenticator synchronised = a.key(true), software;
  REQUIRE(a.host.add_passkey(synchronised).value().aal == 2);
  REQUIRE(a.host.add_passkey(software, Purpose::manage).has_value());
  a.host.statement.clear();
  REQUIRE(by_key(a.host, synchronised, Purpose::login).value().aal == 2);
  const auto both = by_key(a.host, software, Purpose::step_up);
  REQUIRE(both.has_value());
  CHECK(both.value().aal == 2);
  CHECK(a.check({.aal = 3}) == Reason::policy_level_needed);
}

TEST_CASE("level: an approval is not met below what a role asks for") {
  Host host(config_text(R"("policy":{"roles":{"vault":{"min_aal":3}}})"));
  const std::string secret = host.add_totp();
  REQUIRE(by_code(host, secret, Purpose::login).has_value());
  Request request = host.request(Purpose::approve);
  request.action = std::string_view("0123456789abcdef0123456789abcdef");
  host.clock.now += 30;
  CHECK(host.engine->verify_code(request, Method::totp, host.code_of(secret)).value().status == Status::ok);
  request.roles = {"vault"};
  host.clock.now += 30;
  const auto proof = host.engine->verify_code(request, Method::totp, host.code_of(secret));
  REQUIRE(proof.has_value());
  CHECK(proof.value().status == Status::more_needed);
  CHECK(proof.value().get(MFA_PROOF_STATEMENT) == nullptr);
}

TEST_CASE("the last factor of the level that a role asks for stays, though weaker ones are left") {
  Host host(config_text(std::string(kByMail) + R"(,"policy":{"roles":{"*":{"min_aal":2}}})"));
  host.add_totp();
  add_email(host);
  const std::string app = factor_of(host, Method::totp), mail = factor_of(host, Method::email);
  CHECK(reason_of(host.engine->remove(host.request(Purpose::manage), app)) == Reason::policy_last_factor);
  CHECK(reason_of(host.engine->set_enabled(host.request(Purpose::manage), app, false)) ==
        Reason::policy_last_factor);
  const View view = host.engine->view(host.request(Purpose::manage)).value();
  for (const FactorRow &row : view.factors) {
    CHECK(row.can_remove == (row.id == mail));
    CHECK(row.can_disable == (row.id == mail));
  }
  host.add_totp(Purpose::manage);
  CHECK(host.keep(host.engine->remove(host.request(Purpose::manage), app)).has_value());
  CHECK(host.keep(host.engine->remove(host.request(Purpose::manage), mail)).has_value());
}

TEST_CASE("the last factor whose method is allowed stays, though others are left") {
  Host host;
  host.add_totp();
  Authenticator key;
  REQUIRE(host.add_passkey(key, Purpose::manage).has_value());
  const std::string app = factor_of(host, Method::totp), passkey = factor_of(host, Method::webauthn);
  SUBCASE("by the configuration") { host.restart(config_text(R"("methods":{"totp":{"allowed":false}})")); }
  SUBCASE("by the role") {
    host.restart(config_text(R"("policy":{"roles":{"*":{"methods":["webauthn","recovery"]}}})"));
  }
  CHECK(reason_of(host.engine->remove(host.request(Purpose::manage), passkey)) == Reason::policy_last_factor);
  CHECK(host.keep(host.engine->remove(host.request(Purpose::manage), app)).has_value());
  CHECK(reason_of(host.engine->remove(host.request(Purpose::manage), passkey)) == Reason::policy_last_factor);
}
