// Whole sign-ins through the engine: codes, passkeys, recovery codes, sessions.
#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::test;

TEST_CASE("an unknown user is an empty account that needs nothing") {
  Host host;
  const View view = host.engine->view(host.request()).value();
  CHECK(view.need == Need::nothing);
  CHECK(view.factors.empty());
  CHECK(host.store.saved == 0);
}

TEST_CASE("an authenticator app: enrolled with a password, asked for at the next sign-in") {
  Host host;
  const std::string secret = host.add_totp();
  CHECK(host.engine->view(host.request()).value().need == Need::factor);
  CHECK(status_of(host.engine->session_start(host.request())) == Status::factor_needed);
  const auto proof = host.sign_in(secret);
  REQUIRE(proof.has_value());
  CHECK(proof.value().status == Status::ok);
  CHECK(proof.value().aal == 2);
  CHECK(Host::text(proof.value(), MFA_PROOF_USER) == "alice");
  CHECK(Host::text(proof.value(), MFA_PROOF_AMR) == "pwd,otp,mfa");
  CHECK(host.engine->session_check(host.request(Purpose::step_up), {}, true).has_value());
}

TEST_CASE("a code works once, and the one that enrolled does not sign in") {
  Host host;
  const auto offer = host.engine->enroll_begin(host.request(), Method::totp, {}).value();
  const std::string secret = Host::text(offer, MFA_OFFER_SECRET);
  const std::string code = host.code_of(secret);
  REQUIRE(host.engine->enroll_finish(host.request(), Host::text(offer, MFA_OFFER_TICKET), code).has_value());
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, code)) == Status::already_used);
  host.clock.now += 30;
  const std::string next = host.code_of(secret);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, next)) == Status::ok);
  const int saved = host.store.saved;
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, next)) == Status::already_used);
  CHECK(host.store.saved == saved);
}

TEST_CASE("wrong codes count down and lock; a malformed one costs nothing; a passkey still works") {
  Host host;
  const std::string secret = host.add_totp();
  Authenticator key;
  REQUIRE(host.add_passkey(key, Purpose::manage).has_value());
  host.statement.clear();
  const std::string wrong = host.wrong_code(secret);
  for (const int32_t left : {4, 3, 2, 1, 0}) {
    const auto answer = host.engine->verify_code(host.request(), Method::totp, wrong);
    REQUIRE(status_of(answer) == Status::wrong);
    CHECK(answer.error().attempts_left == left);
    CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, "12345")) ==
          (left == 0 ? Status::locked_out : Status::malformed));
  }
  const auto locked = host.engine->verify_code(host.request(), Method::totp, host.code_of(secret));
  CHECK(status_of(locked) == Status::locked_out);
  CHECK(locked.error().retry_at_s == host.clock.now + 30);

  const auto offer = host.engine->verify_begin(host.request(), Method::webauthn, {}).value();
  const std::string response = key.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);
  CHECK(status_of(host.engine->verify_finish(host.request(), Host::text(offer, MFA_OFFER_TICKET),
                                             response)) == Status::ok);

  host.clock.now += 30;
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, host.code_of(secret))) ==
        Status::ok);
}

TEST_CASE("a wrong code that could not be recorded is not answered") {
  Host host;
  const std::string secret = host.add_totp();
  host.store.saves = {PlannedStore::Plan::fail_before};
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, host.wrong_code(secret))) ==
        Status::err_store);
  host.store.saves = {PlannedStore::Plan::fail_before};
  const std::string code = host.code_of(secret);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, code)) == Status::err_store);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, code)) == Status::ok);
}

TEST_CASE("a save whose answer was lost took effect if its version is there") {
  Host host;
  const std::string secret = host.add_totp();
  host.store.saves = {PlannedStore::Plan::fail_after};
  const std::string code = host.code_of(secret);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, code)) == Status::ok);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, code)) == Status::already_used);
}

TEST_CASE("a lost race decides again on what the winner left") {
  Host host;
  const std::string secret = host.add_totp();
  const std::string code = host.code_of(secret);
  Status rival = Status::err_internal;
  host.store.before_save = [&] {
    rival = status_of(host.engine->verify_code(host.request(), Method::totp, code));
  };
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, code)) == Status::already_used);
  CHECK(rival == Status::ok);
}

TEST_CASE("a race lost too often is BUSY, and nothing was decided") {
  Host host;
  const std::string secret = host.add_totp();
  host.store.saves.assign(kAttempts, PlannedStore::Plan::conflict);
  const std::string code = host.code_of(secret);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, code)) == Status::err_busy);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, code)) == Status::ok);
}

TEST_CASE("a record from before is ROLLBACK to a host that keeps the serial") {
  Host host;
  const std::string secret = host.add_totp();
  const uint64_t serial = host.sign_in(secret).value().serial;
  Request request = host.request();
  request.min_serial = serial;
  CHECK(host.engine->view(request).has_value());
  request.min_serial = serial + 1;
  CHECK(status_of(host.engine->view(request)) == Status::err_rollback);
  request.user = "nobody";
  request.min_serial = 1;
  CHECK(status_of(host.engine->view(request)) == Status::err_rollback);
}

TEST_CASE("codes: a user without the method, and one without an account, answer alike") {
  Host host;
  Authenticator key;
  REQUIRE(host.add_passkey(key).has_value());
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, "123456")) == Status::not_found);
  CHECK(status_of(host.engine->verify_code(host.request(Purpose::login, "bob"), Method::totp, "123456")) ==
        Status::not_found);
  CHECK(host.engine->view(host.request(Purpose::login, "bob")).value().serial == 0);
}

TEST_CASE("a code alone, without a password, is denied before it is compared") {
  Host host;
  const std::string secret = host.add_totp();
  Request request = host.request();
  request.proven = 0;
  const auto answer = host.engine->verify_code(request, Method::totp, host.code_of(secret));
  CHECK(reason_of(answer) == Reason::policy_not_alone);
  CHECK(reason_of(host.engine->verify_code(request, Method::totp, host.wrong_code(secret))) ==
        Reason::policy_not_alone);
}

// ---- passkeys

TEST_CASE("a passkey signs in after a password, and alone with user verification") {
  Host host;
  Authenticator key;
  const auto enrolled = host.add_passkey(key);
  REQUIRE(enrolled.has_value());
  CHECK(enrolled.value().aal == 2);
  for (const uint32_t proven : {uint32_t{MFA_PROVEN_PASSWORD}, 0u}) {
    Request request = host.request();
    request.proven = proven;
    const auto offer = host.engine->verify_begin(request, Method::webauthn, {}).value();
    const std::string response = key.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);
    const auto proof = host.engine->verify_finish(request, Host::text(offer, MFA_OFFER_TICKET), response);
    REQUIRE(proof.has_value());
    CHECK(proof.value().aal == 2);
    CHECK(Host::text(proof.value(), MFA_PROOF_AMR) == (proven ? "pwd,hwk,user,mfa" : "hwk,user,mfa"));
    CHECK(Host::text(proof.value(), MFA_PROOF_CREDENTIALS).find("\"rpId\":\"example.test\"") !=
          std::string::npos);
  }
}

TEST_CASE("a passkey alone without user verification is refused") {
  Host host;
  Authenticator key({.user_verified = false});
  REQUIRE(host.add_passkey(key).has_value());
  Request request = host.request();
  request.proven = 0;
  const auto offer = host.engine->verify_begin(request, Method::webauthn, {}).value();
  const std::string response = key.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);
  CHECK_FALSE(host.engine->verify_finish(request, Host::text(offer, MFA_OFFER_TICKET), response).has_value());
}

TEST_CASE("usernameless: the passkey names its user") {
  Host host;
  Authenticator key;
  REQUIRE(host.add_passkey(key).has_value());
  host.statement.clear();
  const auto offer = host.engine->verify_begin(host.usernameless(), Method::webauthn, {}).value();
  CHECK(Host::text(offer, MFA_OFFER_OPTIONS).find("\"allowCredentials\":[]") != std::string::npos);
  const std::string ticket = Host::text(offer, MFA_OFFER_TICKET);
  SUBCASE("with its user handle") {
    const std::string response = key.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);
    const auto proof = host.keep(host.engine->verify_finish(host.usernameless(), ticket, response));
    REQUIRE(proof.has_value());
    CHECK(Host::text(proof.value(), MFA_PROOF_USER) == "alice");
    CHECK(host.engine->session_check(host.request(Purpose::step_up), {}, true).has_value());
    CHECK(status_of(host.engine->verify_finish(host.usernameless(), ticket, response)) ==
          Status::already_used);
  }
  SUBCASE("not without") {
    key.settings.user_handles = false;
    const std::string response = key.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);
    CHECK(status_of(host.engine->verify_finish(host.usernameless(), ticket, response)) == Status::wrong);
  }
  SUBCASE("a ticket without a user does not finish with one") {
    const std::string response = key.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);
    CHECK(reason_of(host.engine->verify_finish(host.request(), ticket, response)) ==
          Reason::ticket_other_user);
  }
  SUBCASE("an unknown passkey") {
    Authenticator stranger;
    Host elsewhere;
    REQUIRE(elsewhere.add_passkey(stranger).has_value());
    const std::string response = stranger.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);
    CHECK(reason_of(host.engine->verify_finish(host.usernameless(), ticket, response)) ==
          Reason::account_credential_unknown);
  }
}

TEST_CASE("usernameless: nothing was proven of somebody who is not known yet") {
  Host host;
  Request request = host.usernameless();
  request.proven = MFA_PROVEN_PASSWORD;
  CHECK(reason_of(host.engine->verify_begin(request, Method::webauthn, {})) == Reason::argument_user);
  request = host.usernameless();
  request.purpose = Purpose::step_up;
  CHECK(reason_of(host.engine->verify_begin(request, Method::webauthn, {})) == Reason::argument_user);
}

TEST_CASE("a passkey offer for an unknown user looks like any other, and stays the same") {
  Host host;
  const auto first =
      host.engine->verify_begin(host.request(Purpose::login, "nobody"), Method::webauthn, {}).value();
  const auto second =
      host.engine->verify_begin(host.request(Purpose::login, "nobody"), Method::webauthn, {}).value();
  const auto ids = [](const Offer &offer) {
    const std::string text = Host::text(offer, MFA_OFFER_OPTIONS);
    const size_t at = text.find("\"allowCredentials\":[");
    return text.substr(at, text.find(']', at) - at);
  };
  CHECK(ids(first) == ids(second));
  CHECK(ids(first).find("\"id\":\"") != std::string::npos);
  const auto other =
      host.engine->verify_begin(host.request(Purpose::login, "noone"), Method::webauthn, {}).value();
  CHECK(ids(first) != ids(other));
  CHECK(host.store.saved == 0);
}

TEST_CASE(
    "a response to a decoy is refused as one to a passkey is, also by someone who knows the decoy's secret") {
  Host host;
  Authenticator key;
  REQUIRE(host.add_passkey(key).has_value());
  host.statement.clear();
  const auto forged = [&](std::string_view user) {
    const auto offer =
        host.engine->verify_begin(host.request(Purpose::login, user), Method::webauthn, {}).value();
    const std::string options = Host::text(offer, MFA_OFFER_OPTIONS);
    const size_t at = options.find("\"id\":\"", options.find("allowCredentials")) + 6;
    const std::string id = options.substr(at, options.find('"', at) - at);
    // any key of the attacker's, under the id that was offered
    Authenticator own;
    Host elsewhere;
    REQUIRE(elsewhere.add_passkey(own).has_value());
    std::string open = options;
    const size_t list = open.find("\"allowCredentials\":[") + 20;
    open.replace(list, open.find("}]", list) + 1 - list, "");
    const std::string response = own.get(open, kOrigin, {.reply = [&](ReplyParts &parts) {
                                           parts.id = parts.raw_id = id;
                                           parts.user_handle = std::nullopt;
                                         }});
    return host.engine->verify_finish(host.request(Purpose::login, user), Host::text(offer, MFA_OFFER_TICKET),
                                      response);
  };
  const auto known = forged("alice");
  const auto unknown = forged("nobody");
  CHECK(reason_of(known) == Reason::authentication_signature);
  CHECK(reason_of(unknown) == reason_of(known));
  CHECK(status_of(unknown) == status_of(known));
}

TEST_CASE("a passkey of one user does not sign in another, nor register twice") {
  Host host;
  Authenticator alices, bobs;
  REQUIRE(host.add_passkey(alices).has_value());
  host.statement.clear();
  REQUIRE(host.add_passkey(bobs, Purpose::login, "bob").has_value());
  const auto offer = host.engine->verify_begin(host.usernameless(), Method::webauthn, {}).value();
  const std::string response = bobs.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);
  const auto named = host.engine->verify_begin(host.request(), Method::webauthn, {}).value();
  // the challenge of alice's ticket, answered by bob's key
  const auto challenge = [](const std::string &options) {
    return options.substr(options.find("\"challenge\":\"") + 13, 43);
  };
  std::string open = Host::text(offer, MFA_OFFER_OPTIONS);
  open.replace(open.find(challenge(open)), 43, challenge(Host::text(named, MFA_OFFER_OPTIONS)));
  const std::string wrong = bobs.get(open, kOrigin);
  CHECK(reason_of(host.engine->verify_finish(host.request(), Host::text(named, MFA_OFFER_TICKET), wrong)) ==
        Reason::account_credential_unknown);
  CHECK(Host::text(
            host.engine->verify_finish(host.usernameless(), Host::text(offer, MFA_OFFER_TICKET), response)
                .value(),
            MFA_PROOF_USER) == "bob");
}

TEST_CASE("a counter that went back is a signal, and does not move the stored one") {
  Host host;
  Authenticator key;
  REQUIRE(host.add_passkey(key).has_value());
  Authenticator clone = key;
  const auto use = [&](Authenticator &with) {
    const auto offer = host.engine->verify_begin(host.request(), Method::webauthn, {}).value();
    const std::string response = with.get(Host::text(offer, MFA_OFFER_OPTIONS), kOrigin);
    return host.engine->verify_finish(host.request(), Host::text(offer, MFA_OFFER_TICKET), response);
  };
  for (int i = 0; i < 3; i++) CHECK((use(key).value().signals & MFA_SIGNAL_CLONE_SUSPECTED) == 0);
  CHECK((use(clone).value().signals & MFA_SIGNAL_CLONE_SUSPECTED) != 0);
  CHECK((use(key).value().signals & MFA_SIGNAL_CLONE_SUSPECTED) == 0);
}

// ---- recovery codes

TEST_CASE("recovery codes: shown once, used once, counted down") {
  Host host;
  const std::string secret = host.add_totp();
  const auto codes = host.add_recovery();
  CHECK(codes.size() == 10);
  host.statement.clear();
  const auto proof = host.keep(host.engine->verify_code(host.request(), Method::recovery, codes[3]));
  REQUIRE(proof.has_value());
  CHECK(proof.value().aal == 1);
  CHECK(proof.value().recovery_remaining == 9);
  CHECK((proof.value().signals & MFA_SIGNAL_MUST_ENROLL) != 0);
  CHECK((proof.value().signals & MFA_SIGNAL_RECOVERY_LOW) == 0);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::recovery, codes[3])) ==
        Status::already_used);
  // a captured authenticator code does not outlive it
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, host.code_of(secret))) ==
        Status::already_used);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, host.code_of(secret, 1))) ==
        Status::already_used);
}

TEST_CASE("recovery codes: the last ones say so") {
  Host host;
  host.add_totp();
  const auto codes = host.add_recovery();
  uint32_t signals = 0;
  for (size_t i = 0; i < codes.size(); i++) {
    const auto proof = host.engine->verify_code(host.request(), Method::recovery, codes[i]);
    REQUIRE(proof.has_value());
    signals = proof.value().signals;
    CHECK(((signals & MFA_SIGNAL_RECOVERY_LOW) != 0) == (codes.size() - 1 - i <= 3));
  }
  CHECK((signals & MFA_SIGNAL_RECOVERY_LAST) != 0);
}

TEST_CASE("recovery codes: a wrong one is charged before its hash is computed") {
  Host host;
  host.add_totp();
  const auto codes = host.add_recovery();
  std::string wrong = codes[0];
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (const int32_t left : {4, 3, 2, 1, 0}) {
    const auto answer = host.engine->verify_code(host.request(), Method::recovery, wrong);
    REQUIRE(status_of(answer) == Status::wrong);
    CHECK(answer.error().attempts_left == left);
  }
  CHECK(status_of(host.engine->verify_code(host.request(), Method::recovery, codes[1])) ==
        Status::locked_out);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::recovery, "nonsense!")) ==
        Status::malformed);
  host.clock.now += 30;
  CHECK(status_of(host.engine->verify_code(host.request(), Method::recovery, codes[1])) == Status::ok);
}

TEST_CASE("recovery codes: a new set revokes the old in the same save, and not before it is confirmed") {
  Host host;
  const std::string secret = host.add_totp();
  const auto old_codes = host.add_recovery();
  REQUIRE(host.sign_in(secret).has_value());
  const auto offer = host.engine->enroll_begin(host.request(Purpose::manage), Method::recovery, {}).value();
  const std::string ticket = Host::text(offer, MFA_OFFER_TICKET);
  CHECK(status_of(host.engine->enroll_finish(host.request(Purpose::manage), ticket, old_codes[0])) ==
        Status::wrong);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::recovery, old_codes[0])) == Status::ok);
  const std::string first = Host::text(offer, MFA_OFFER_RECOVERY_CODES).substr(0, 19);
  CHECK(status_of(host.engine->enroll_finish(host.request(Purpose::manage), ticket, first)) == Status::ok);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::recovery, old_codes[1])) == Status::wrong);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::recovery, first)) == Status::ok);
}

TEST_CASE("recovery codes stand in for a factor: without one there is nothing to stand in for") {
  Host host;
  const auto offer = host.engine->enroll_begin(host.request(), Method::recovery, {});
  CHECK(reason_of(offer) == Reason::policy_recovery_first);
}

// ---- levels

TEST_CASE("a role that asks for level 2 is not content with a recovery code, but lets it enrol") {
  Host host(config_text(R"("policy":{"roles":{"*":{},"staff":{"mfa":"required","min_aal":2}}})"));
  host.add_totp();
  const auto codes = host.add_recovery();
  host.statement.clear();
  const auto as_staff = [&](Purpose purpose) {
    Request request = host.request(purpose);
    request.roles = {"staff"};
    return request;
  };
  const auto proof =
      host.keep(host.engine->verify_code(as_staff(Purpose::login), Method::recovery, codes[1]));
  REQUIRE(proof.has_value());
  CHECK(proof.value().status == Status::more_needed);
  CHECK(reason_of(host.engine->session_check(as_staff(Purpose::step_up), {}, true)) ==
        Reason::statement_partial);
  Authenticator key;
  const auto offer = host.engine->enroll_begin(as_staff(Purpose::manage), Method::webauthn, {});
  REQUIRE(offer.has_value());
  const std::string response = key.create(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin);
  REQUIRE(host.keep(host.engine->enroll_finish(as_staff(Purpose::manage),
                                               Host::text(offer.value(), MFA_OFFER_TICKET), response))
              .has_value());
  const auto second = host.engine->verify_begin(as_staff(Purpose::login), Method::webauthn, {}).value();
  const std::string assertion = key.get(Host::text(second, MFA_OFFER_OPTIONS), kOrigin);
  const auto full =
      host.engine->verify_finish(as_staff(Purpose::login), Host::text(second, MFA_OFFER_TICKET), assertion);
  REQUIRE(full.has_value());
  CHECK(full.value().status == Status::ok);
}

TEST_CASE("a method that a page posted and that is none, or of another kind, is the client's mistake") {
  Host host;
  host.add_totp();
  const BeginOptions options;
  for (const Method method : {Method::none, Method::webauthn, Method::u2f, Method::email}) {
    CHECK(status_of(host.engine->verify_code(host.request(), method, "000000")) == Status::malformed);
  }
  for (const Method method : {Method::none, Method::totp, Method::hotp, Method::recovery}) {
    CHECK(status_of(host.engine->verify_begin(host.request(), method, options)) == Status::malformed);
  }
  CHECK(status_of(host.engine->enroll_begin(host.request(Purpose::manage), Method::none, options)) ==
        Status::malformed);
}
