// Changing factors, sessions, and what administrators do.
#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

std::string factor_of(Host &host, Method method) {
  const View view = host.engine->view(host.request()).value();
  for (const FactorRow &row : view.factors) {
    if (row.method == method) return row.id;
  }
  return "";
}

}  // namespace

TEST_CASE("while a factor exists, the password alone enrols nothing") {
  Host host;
  host.add_totp();
  host.statement.clear();
  CHECK(reason_of(host.engine->enroll_begin(host.request(), Method::webauthn, {})) ==
        Reason::policy_has_factor);
  CHECK(status_of(host.engine->enroll_begin(host.request(Purpose::manage), Method::webauthn, {})) ==
        Status::factor_needed);
}

TEST_CASE("a ticket begun before the first factor does not add a second one") {
  Host host;
  Authenticator key;
  const auto offer = host.engine->enroll_begin(host.request(), Method::webauthn, {}).value();
  const std::string response = key.create(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);
  host.add_totp();
  host.statement.clear();
  CHECK(status_of(host.engine->enroll_finish(host.request(), Host::text(offer, MFA_OFFER_TICKET),
                                             response)) == Status::revoked);
}

TEST_CASE("changing factors needs a verification of the last five minutes") {
  Host host;
  const std::string secret = host.add_totp();
  REQUIRE(host.sign_in(secret).has_value());
  const std::string id = factor_of(host, Method::totp);
  CHECK(host.engine->rename(host.request(Purpose::manage), id, "Phone").has_value());
  host.clock.now += 301;
  CHECK(reason_of(host.engine->rename(host.request(Purpose::manage), id, "Phone")) == Reason::policy_too_old);
  REQUIRE(
      host.keep(host.engine->verify_code(host.request(Purpose::step_up), Method::totp, host.code_of(secret)))
          .has_value());
  CHECK(host.engine->rename(host.request(Purpose::manage), id, "My phone").has_value());
  CHECK(host.engine->view(host.request()).value().factors[0].label == "My phone");
  CHECK(status_of(host.engine->rename(host.request(Purpose::manage), id, std::string(65, 'x'))) ==
        Status::malformed);
  CHECK(status_of(host.engine->rename(host.request(Purpose::manage), id, "\xff")) == Status::malformed);
  CHECK(status_of(host.engine->rename(host.request(Purpose::manage), "nonsense", "x")) == Status::not_found);
}

TEST_CASE("a statement is of its user and its session") {
  Host host;
  const std::string secret = host.add_totp();
  REQUIRE(host.sign_in(secret).has_value());
  Request request = host.request(Purpose::step_up);
  CHECK(host.engine->session_check(request, {}, true).has_value());
  request.session = "session-2";
  CHECK(reason_of(host.engine->session_check(request, {}, true)) == Reason::statement_other_session);
  request = host.request(Purpose::step_up, "bob");
  CHECK(reason_of(host.engine->session_check(request, {}, true)) == Reason::statement_other_user);
  request = host.request(Purpose::step_up);
  request.statement = "";
  CHECK(reason_of(host.engine->session_check(request, {}, true)) == Reason::statement_missing);
  request.statement = "nonsense";
  CHECK(status_of(host.engine->session_check(request, {}, true)) == Status::wrong);
}

TEST_CASE("a session is as old as its level allows, and as fresh as the page asks") {
  Host host;
  const std::string secret = host.add_totp();
  REQUIRE(host.sign_in(secret).has_value());
  const Request request = host.request(Purpose::step_up);
  CHECK(host.engine->session_check(request, {.aal = 2, .max_age_s = 60}, true).has_value());
  CHECK(reason_of(host.engine->session_check(request, {.aal = 3}, true)) == Reason::policy_level_needed);
  CHECK(reason_of(host.engine->session_check(request, {.method = Method::webauthn}, true)) ==
        Reason::policy_other_method);
  host.clock.now += 61;
  CHECK(reason_of(host.engine->session_check(request, {.max_age_s = 60}, true)) == Reason::policy_too_old);
  CHECK(host.engine->session_check(request, {}, true).has_value());
  host.clock.now += 43200;
  CHECK(reason_of(host.engine->session_check(request, {}, true)) == Reason::statement_expired);
  CHECK(reason_of(host.engine->session_check(request, {}, false)) == Reason::statement_expired);
}

TEST_CASE("the timed recheck falls due between its bounds") {
  Host host(config_text(R"("session":{"recheck":{"enabled":true,"min_s":600,"max_s":1800}})"));
  const std::string secret = host.add_totp();
  REQUIRE(host.sign_in(secret).has_value());
  host.clock.now += 599;
  CHECK(host.engine->session_check(host.request(Purpose::step_up), {}, false).has_value());
  host.clock.now += 1202;
  CHECK(status_of(host.engine->session_check(host.request(Purpose::step_up), {}, false)) ==
        Status::recheck_due);
  REQUIRE(
      host.keep(host.engine->verify_code(host.request(Purpose::step_up), Method::totp, host.code_of(secret)))
          .has_value());
  CHECK(host.engine->session_check(host.request(Purpose::step_up), {}, false).has_value());
}

TEST_CASE("the timed recheck also falls due in the session that enrolled the first factor") {
  Host host(config_text(R"("session":{"recheck":{"enabled":true,"min_s":600,"max_s":600}})"));
  host.add_totp();
  CHECK(host.engine->session_check(host.request(Purpose::step_up), {}, true).has_value());
  host.clock.now += 600;
  CHECK(status_of(host.engine->session_check(host.request(Purpose::step_up), {}, true)) ==
        Status::recheck_due);
}

TEST_CASE("removing a factor ends every other session and every ticket") {
  Host host;
  const std::string secret = host.add_totp();
  Authenticator key;
  REQUIRE(host.add_passkey(key, Purpose::manage).has_value());
  REQUIRE(host.sign_in(secret).has_value());
  const std::string other_session = host.statement;
  host.clock.now += 30;
  REQUIRE(host.sign_in(secret).has_value());
  const auto offer = host.engine->verify_begin(host.request(), Method::webauthn, {}).value();
  const std::string response = key.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);

  REQUIRE(host.keep(host.engine->remove(host.request(Purpose::manage), factor_of(host, Method::totp)))
              .has_value());
  CHECK(host.engine->session_check(host.request(Purpose::step_up), {}, true).has_value());
  Request other = host.request(Purpose::step_up);
  other.statement = other_session;
  CHECK(reason_of(host.engine->session_check(other, {}, true)) == Reason::statement_revoked);
  CHECK(status_of(host.engine->verify_finish(host.request(), Host::text(offer, MFA_OFFER_TICKET),
                                             response)) == Status::revoked);
  CHECK(status_of(host.sign_in(secret)) == Status::not_found);
}

TEST_CASE("a removed passkey may be registered again, by anyone") {
  Host host;
  const std::string secret = host.add_totp();
  Authenticator key;
  REQUIRE(host.add_passkey(key, Purpose::manage).has_value());
  const auto offer =
      host.engine->enroll_begin(host.request(Purpose::login, "bob"), Method::webauthn, {}).value();
  CHECK(host.store.inner->load("/cred/x").has_value());
  REQUIRE(host.keep(host.engine->remove(host.request(Purpose::manage), factor_of(host, Method::webauthn)))
              .has_value());
  const auto again = host.engine->verify_begin(host.usernameless(), Method::webauthn, {}).value();
  const std::string response = key.get(Host::text(again, MFA_OFFER_OPTIONS), kOrigin);
  CHECK(reason_of(host.engine->verify_finish(host.usernameless(), Host::text(again, MFA_OFFER_TICKET),
                                             response)) == Reason::account_credential_unknown);
}

TEST_CASE("a disabled factor does not work, and the last one cannot be disabled or removed") {
  Host host;
  const std::string secret = host.add_totp();
  CHECK(reason_of(host.engine->remove(host.request(Purpose::manage), factor_of(host, Method::totp))) ==
        Reason::policy_last_factor);
  CHECK(reason_of(host.engine->set_enabled(host.request(Purpose::manage), factor_of(host, Method::totp),
                                           false)) == Reason::policy_last_factor);
  Authenticator key;
  REQUIRE(host.add_passkey(key, Purpose::manage).has_value());
  const std::string id = factor_of(host, Method::totp);
  REQUIRE(host.keep(host.engine->set_enabled(host.request(Purpose::manage), id, false)).has_value());
  const std::string kept = host.statement;
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, host.code_of(secret))) ==
        Status::not_found);
  host.statement = kept;
  REQUIRE(host.keep(host.engine->set_enabled(host.request(Purpose::manage), id, true)).has_value());
  CHECK(status_of(host.sign_in(secret)) == Status::ok);
}

TEST_CASE("recovery codes go on counting for nothing: they are no reason to remove the last factor") {
  Host host;
  host.add_totp();
  host.add_recovery();
  CHECK(reason_of(host.engine->remove(host.request(Purpose::manage), factor_of(host, Method::totp))) ==
        Reason::policy_last_factor);
}

TEST_CASE("a sign-in with a recovery code may enrol, and change nothing else") {
  Host host;
  host.add_totp();
  const auto codes = host.add_recovery();
  const std::string id = factor_of(host, Method::totp);
  host.statement.clear();
  REQUIRE(host.keep(host.engine->verify_code(host.request(), Method::recovery, codes[2])).has_value());
  CHECK(reason_of(host.engine->rename(host.request(Purpose::manage), id, "x")) == Reason::policy_enrol_only);
  CHECK(reason_of(host.engine->remove(host.request(Purpose::manage), id)) == Reason::policy_enrol_only);
  CHECK(status_of(host.engine->enroll_begin(host.request(Purpose::manage), Method::webauthn, {})) ==
        Status::ok);
}

// ---- policy on the way in

TEST_CASE("where policy requires a factor, the grace period starts with the first sign-in") {
  Host host(config_text(R"("policy":{"roles":{"*":{"mfa":"required","grace_days":14}}})"));
  CHECK(host.engine->view(host.request()).value().need == Need::enroll_soon);
  const auto proof = host.keep(host.engine->session_start(host.request()));
  REQUIRE(proof.has_value());
  CHECK((proof.value().signals & MFA_SIGNAL_MUST_ENROLL) != 0);
  CHECK(host.engine->session_check(host.request(Purpose::step_up), {}, true).has_value());
  host.clock.now += 14 * 86400;
  CHECK(host.engine->view(host.request()).value().need == Need::enroll);
  CHECK(status_of(host.engine->session_start(host.request())) == Status::enroll_needed);
  CHECK(status_of(host.engine->session_check(host.request(Purpose::step_up), {}, true)) ==
        Status::enroll_needed);
  host.add_totp();
  CHECK(host.engine->view(host.request()).value().need == Need::factor);
}

TEST_CASE("without a requirement a session starts on the password, and writes nothing") {
  Host host;
  const auto proof = host.keep(host.engine->session_start(host.request()));
  REQUIRE(proof.has_value());
  CHECK(proof.value().aal == 1);
  CHECK(host.store.saved == 0);
  CHECK(host.engine->session_check(host.request(Purpose::step_up), {}, true).has_value());
  // the first factor ends the sessions that began without it
  const std::string before = host.statement;
  host.add_totp(Purpose::manage);
  Request request = host.request(Purpose::step_up);
  request.statement = before;
  CHECK(status_of(host.engine->session_check(request, {}, true)) == Status::revoked);
  CHECK(host.engine->session_check(host.request(Purpose::step_up), {.aal = 2}, true).has_value());
}

// ---- approval

TEST_CASE("an approval is of one action, once") {
  Host host;
  const std::string secret = host.add_totp();
  Authenticator key;
  REQUIRE(host.add_passkey(key, Purpose::manage).has_value());
  REQUIRE(host.sign_in(secret).has_value());
  const std::string transfer(32, 't'), other(32, 'o');
  Request request = host.request(Purpose::approve);
  CHECK(reason_of(host.engine->verify_begin(request, Method::webauthn, {})) == Reason::argument_action);
  request.action = transfer;
  const auto offer = host.engine->verify_begin(request, Method::webauthn, {}).value();
  const std::string ticket = Host::text(offer, MFA_OFFER_TICKET);
  const std::string response = key.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);
  Request moved = request;
  moved.action = other;
  CHECK(reason_of(host.engine->verify_finish(moved, ticket, response)) == Reason::ticket_other_action);
  CHECK(status_of(host.engine->verify_finish(request, ticket, response)) == Status::ok);
  CHECK(status_of(host.engine->verify_finish(request, ticket, response)) == Status::already_used);
  const auto late = host.engine->verify_begin(request, Method::webauthn, {}).value();
  const std::string again = key.get(Host::text(late, MFA_OFFER_OPTIONS), kOrigin);
  host.clock.now += 120;
  CHECK(reason_of(host.engine->verify_finish(request, Host::text(late, MFA_OFFER_TICKET), again)) ==
        Reason::ticket_expired);
}

TEST_CASE("step-up and approval need the session they step up") {
  Host host;
  const std::string secret = host.add_totp();
  host.statement.clear();
  CHECK(reason_of(host.engine->verify_code(host.request(Purpose::step_up), Method::totp,
                                           host.code_of(secret))) == Reason::statement_missing);
}

// ---- administrators

TEST_CASE("administrators unlock, disable, remove, reset, sign out and erase, each with an event") {
  Host host;
  const std::string secret = host.add_totp();
  const auto admin = [&](AdminAction action, std::string_view factor = "") {
    return status_of(host.engine->admin(action, "alice", factor, "root"));
  };
  SUBCASE("unlock") {
    for (int i = 0; i < 5; i++)
      (void)host.engine->verify_code(host.request(), Method::totp, host.wrong_code(secret));
    CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, host.code_of(secret))) ==
          Status::locked_out);
    CHECK(admin(AdminAction::unlock) == Status::ok);
    CHECK(status_of(host.sign_in(secret)) == Status::ok);
  }
  SUBCASE("disable and enable") {
    const std::string id = factor_of(host, Method::totp);
    CHECK(admin(AdminAction::factor_disable, id) == Status::ok);
    CHECK(status_of(host.sign_in(secret)) == Status::not_found);
    CHECK(admin(AdminAction::factor_enable, id) == Status::ok);
    CHECK(status_of(host.sign_in(secret)) == Status::ok);
  }
  SUBCASE("remove, also the last one") {
    CHECK(admin(AdminAction::factor_remove, factor_of(host, Method::totp)) == Status::ok);
    CHECK(host.engine->view(host.request()).value().factors.empty());
    CHECK(admin(AdminAction::factor_remove, "AAAAAAAAAAAAAAAAAAAAAA") == Status::not_found);
    CHECK(admin(AdminAction::factor_remove) == Status::err_argument);
  }
  SUBCASE("sign out") {
    REQUIRE(host.sign_in(secret).has_value());
    CHECK(admin(AdminAction::sign_out) == Status::ok);
    CHECK(status_of(host.engine->session_check(host.request(Purpose::step_up), {}, true)) == Status::revoked);
    CHECK(host.engine->session_check(host.request(Purpose::step_up), {}, false).has_value());
  }
  SUBCASE("reset") {
    CHECK(admin(AdminAction::reset) == Status::ok);
    CHECK(host.engine->view(host.request()).value().need == Need::nothing);
  }
  SUBCASE("erase, and the tickets of before do not come back to life") {
    const auto offer =
        host.engine->enroll_begin(host.request(Purpose::login, "carol"), Method::totp, {}).value();
    host.statement.clear();
    host.add_totp(Purpose::login, "carol");
    CHECK(status_of(host.engine->admin(AdminAction::erase, "carol", "", "root")) == Status::ok);
    const std::string code = host.code_of(Host::text(offer, MFA_OFFER_SECRET));
    host.statement.clear();
    CHECK(status_of(host.engine->enroll_finish(host.request(Purpose::login, "carol"),
                                               Host::text(offer, MFA_OFFER_TICKET), code)) ==
          Status::revoked);
    CHECK(status_of(host.engine->admin(AdminAction::erase, "carol", "", "root")) == Status::not_found);
    CHECK(host.engine->view(host.request(Purpose::login, "carol")).value().factors.empty());
  }
  CHECK(host.events.list.size() > 1);
  CHECK(status_of(host.engine->admin(AdminAction::unlock, "nobody", "", "root")) == Status::not_found);
}

TEST_CASE("users with a record are listed in byte order") {
  Host host;
  for (const char *user : {"bob", "alice", "al"}) {
    host.statement.clear();
    host.add_totp(Purpose::login, user);
  }
  struct Names : Visitor {
    std::vector<std::string> list;
    bool visit(std::string_view key, ByteView, uint64_t) override {
      list.emplace_back(key);
      return true;
    }
  } names;
  REQUIRE(host.engine->users("", 10, names).has_value());
  CHECK(names.list == std::vector<std::string>{"/acct/al", "/acct/alice", "/acct/bob"});
  names.list.clear();
  REQUIRE(host.engine->users("al", 1, names).has_value());
  CHECK(names.list == std::vector<std::string>{"/acct/alice"});
}

// ---- keys

TEST_CASE("rotation: add last, move first, reseal by use, drop") {
  const Bytes one(32, 42), two(32, 43);
  Host host;
  const std::string secret = host.add_totp();
  host.restart(config_text(), {{1, one}, {2, two}});
  CHECK(status_of(host.sign_in(secret)) == Status::ok);
  host.restart(config_text(), {{2, two}, {1, one}});
  host.clock.now += 30;
  CHECK(status_of(host.sign_in(secret)) == Status::ok);
  host.restart(config_text(), {{2, two}});
  host.clock.now += 30;
  CHECK(status_of(host.sign_in(secret)) == Status::ok);
  host.restart(config_text(), {{1, one}});
  host.clock.now += 30;
  CHECK(status_of(host.sign_in(secret)) == Status::err_key);
}

TEST_CASE("a record moved to another user, or altered, does not open") {
  Host host;
  host.add_totp();
  host.statement.clear();
  host.add_totp(Purpose::login, "bob");
  const auto alices = host.store.inner->load("/acct/alice").value();
  auto bobs = host.store.inner->load("/acct/bob").value();
  REQUIRE(host.store.inner->save("/acct/bob", alices->record, bobs->version, 5, 0).has_value());
  CHECK(status_of(host.engine->view(host.request(Purpose::login, "bob"))) == Status::err_damaged);
  bobs->record[40] ^= 1;
  REQUIRE(host.store.inner->save("/acct/bob", bobs->record, 5, 6, 0).has_value());
  CHECK(status_of(host.engine->view(host.request(Purpose::login, "bob"))) == Status::err_damaged);
  CHECK(status_of(host.engine->session_start(host.request(Purpose::login, "bob"))) == Status::err_damaged);
}

TEST_CASE("unsafe settings are events when the engine is made") {
  Host host(config_text(R"("totp":{"digits":8})"));
  REQUIRE(host.events.list.size() == 2);
  CHECK(host.events.list[0].name == std::string("log_started"));
  CHECK(host.events.list[1].detail == "recovery_test_hash");
}
