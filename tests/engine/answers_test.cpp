// Answers that the headers name and that no other test asks for.
#include "engine/calls.hpp"

using namespace mfa;
using namespace mfa::test;
using namespace mfa::test::calls;

TEST_CASE("what cannot be the id of a factor is no factor, for users and administrators") {
  Stage s;
  for (const std::string &id : {std::string("!"), std::string("a"), std::string(200, 'a')}) {
    CAPTURE(id);
    CHECK(status_of(s.host.engine->rename(s.as(Purpose::manage), id, "x")) == Status::not_found);
    CHECK(status_of(s.host.engine->set_enabled(s.as(Purpose::manage), id, false)) == Status::not_found);
    CHECK(status_of(s.host.engine->remove(s.as(Purpose::manage), id)) == Status::not_found);
    CHECK(status_of(s.host.engine->admin(AdminAction::factor_remove, "alice", id, "test")) ==
          Status::not_found);
  }
}

TEST_CASE("a pairing link beside another user's name is a mismatch") {
  Stage s;
  const std::string link = Host::text(s.pairing(), MFA_OFFER_URI);
  Request request = s.phone();
  request.user = "bob";
  CHECK(status_of(s.host.engine->claim_device(request, link.substr(link.find('#') + 1))) == Status::mismatch);
}

TEST_CASE("a pairing whose account is gone from the store is not found, by either side") {
  Stage s;
  const Offer opened = s.pairing();
  const auto claimed = s.host.engine->claim_device(s.phone(), Host::text(opened, MFA_OFFER_CODE));
  REQUIRE(claimed.has_value());
  const std::string ticket = Host::text(opened, MFA_OFFER_TICKET);
  s.host.store.inner = store::open_memory();
  CHECK(status_of(s.host.engine->claimed_device(s.as(Purpose::manage), ticket)) == Status::not_found);
  CHECK(status_of(s.host.engine->enroll_finish(s.as(Purpose::manage), ticket,
                                               Host::text(claimed.value(), MFA_OFFER_CODE))) ==
        Status::not_found);
  Request request = s.phone();
  request.user = "";
  CHECK(status_of(s.host.engine->collect_device(request, Host::text(claimed.value(), MFA_OFFER_TICKET))) ==
        Status::not_found);
}

TEST_CASE("what a statement says is asked of a statement") {
  Stage s;
  CHECK(status_of(s.host.engine->session_json(s.as(Purpose::step_up))) == Status::ok);
  s.host.statement = "nonsense";
  CHECK(status_of(s.host.engine->session_json(s.as(Purpose::step_up))) == Status::wrong);
  s.host.statement.clear();
  CHECK(status_of(s.host.engine->session_json(s.as(Purpose::step_up))) == Status::expired);
}

TEST_CASE(
    "a higher level that is asked without the store is the verified factor's to give, not one to enrol") {
  Stage s;
  CHECK(status_of(s.host.engine->session_check(s.as(Purpose::step_up), {.aal = 2}, false)) == Status::ok);
  CHECK(status_of(s.host.engine->session_check(s.as(Purpose::step_up), {.aal = 3}, false)) ==
        Status::factor_needed);
}

TEST_CASE("a browser is remembered for a session that each page would take, and for no other") {
  Host host(config_text(R"("quick_login":{"enabled":true},"session":{"recheck":{"enabled":true}})"));
  host.add_totp();
  CHECK(status_of(host.engine->remember_user(host.request(Purpose::manage))) == Status::ok);
  host.clock.now += 1801;
  CHECK(status_of(host.engine->remember_user(host.request(Purpose::manage))) == Status::recheck_due);

  Host strict(config_text(R"("quick_login":{"enabled":true})"));
  REQUIRE(strict.keep(strict.engine->session_start(strict.request())).has_value());
  strict.restart(config_text(
      R"("quick_login":{"enabled":true},"policy":{"roles":{"*":{"mfa":"required","grace_days":0}}})"));
  CHECK(status_of(strict.engine->remember_user(strict.request(Purpose::manage))) == Status::enroll_needed);
}

TEST_CASE("no mail goes out to enrol while enrolment is locked") {
  Stage s;
  const auto offer = s.host.engine->enroll_begin(s.as(Purpose::manage), Method::totp, {});
  REQUIRE(offer.has_value());
  const std::string wrong = s.host.wrong_code(Host::text(offer.value(), MFA_OFFER_SECRET));
  Status status = Status::wrong;
  for (int guess = 0; guess < 50 && status == Status::wrong; guess++) {
    status = status_of(s.host.engine->enroll_finish(s.as(Purpose::manage),
                                                    Host::text(offer.value(), MFA_OFFER_TICKET), wrong));
  }
  CHECK(status == Status::locked_out);
  CHECK(status_of(s.host.engine->enroll_begin(s.as(Purpose::manage), Method::email, to_alice())) ==
        Status::locked_out);
}

TEST_CASE("a code by mail is right and not enough where policy asks for level 2") {
  Stage s;
  s.host.restart(config_text(std::string(kMailed) + R"(,"policy":{"roles":{"*":{"min_aal":2}}})"));
  Request request = s.as(Purpose::login);
  request.statement = "";
  const auto offer = s.host.engine->verify_begin(request, Method::email, to_alice());
  REQUIRE(offer.has_value());
  const std::string mail = Host::text(offer.value(), MFA_OFFER_MAIL_TEXT);
  size_t at = 0;
  while (mail.find_first_not_of("0123456789", at) < at + 8) at++;
  const auto proof =
      s.host.engine->verify_finish(request, Host::text(offer.value(), MFA_OFFER_TICKET), mail.substr(at, 8));
  REQUIRE(proof.has_value());
  CHECK(proof.value().status == Status::more_needed);
}

TEST_CASE("a key of somebody who has no account is not found, after the password") {
  Host host(config_text(R"("methods":{"u2f":{"allowed":true}},"u2f":{"app_id":"https://example.test"})"));
  const auto offer = host.engine->verify_begin(host.request(Purpose::login, "nobody"), Method::u2f, {});
  REQUIRE(offer.has_value());
  CHECK(status_of(host.engine->verify_finish(host.request(Purpose::login, "nobody"),
                                             Host::text(offer.value(), MFA_OFFER_TICKET), "{}")) ==
        Status::not_found);
}

TEST_CASE("pairing codes are guessed no longer by a source that was wrong too often") {
  Host host(config_text(R"("methods":{"device":{"allowed":true}},"device":{"pairing":true},)"
                        R"("throttle":{"per_source":{"enabled":true,"failures":3,"window_s":600}})"));
  Request request = host.request(Purpose::login, "nobody");
  request.source = "192.0.2.1";
  for (int guess = 0; guess < 3; guess++) {
    CHECK(status_of(host.engine->claim_device(request, "ABCD-EFGH")) == Status::wrong);
  }
  CHECK(status_of(host.engine->claim_device(request, "ABCD-EFGH")) == Status::locked_out);
}
