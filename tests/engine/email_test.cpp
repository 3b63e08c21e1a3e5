// Codes by mail: one slot for each purpose, few tries, few mails, and never more than level 1.
#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr const char *kAddress = "alice@example.test";

std::string config(const std::string &email = "", const std::string &more = "") {
  return config_text(R"("methods":{"email":{"allowed":true}},"email":{)" + email + "}" + more);
}

struct Letter {
  Result<Offer> offer;
  std::string ticket, code;
  bool sent() const { return offer.has_value() && offer.value().get(MFA_OFFER_MAIL_TO) != nullptr; }
};

// The digits in the mail's text, which nothing else in it has as many of.
std::string code_in(const std::string &text) {
  for (size_t i = 0; i < text.size(); i++) {
    size_t end = i;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') end++;
    if (end - i >= 6) return text.substr(i, end - i);
  }
  return "";
}

Letter read(Result<Offer> offer) {
  Letter letter{std::move(offer), "", ""};
  if (letter.offer.has_value()) {
    letter.ticket = Host::text(letter.offer.value(), MFA_OFFER_TICKET);
    letter.code = code_in(Host::text(letter.offer.value(), MFA_OFFER_MAIL_TEXT));
  }
  return letter;
}

BeginOptions to(std::string_view address) {
  BeginOptions options;
  options.address = address;
  return options;
}

Letter ask(Host &host, Purpose purpose = Purpose::login, std::string_view address = "") {
  return read(host.engine->verify_begin(host.request(purpose), Method::email, to(address)));
}
Result<Proof> answer(Host &host, const Letter &letter, std::string_view code,
                     Purpose purpose = Purpose::login) {
  return host.engine->verify_finish(host.request(purpose), letter.ticket, code);
}

void enrol(Host &host, Purpose purpose = Purpose::login) {
  const Letter letter = read(host.engine->enroll_begin(host.request(purpose), Method::email, to(kAddress)));
  REQUIRE(letter.sent());
  REQUIRE(
      host.keep(host.engine->enroll_finish(host.request(purpose), letter.ticket, letter.code)).has_value());
  host.clock.now += 60;
}

std::string other(const std::string &code) {
  std::string wrong = code;
  wrong[0] = wrong[0] == '9' ? '0' : static_cast<char>(wrong[0] + 1);
  return wrong;
}

}  // namespace

TEST_CASE("email: a code enrols an address and signs in, at level 1") {
  Host host(config());
  enrol(host);
  host.statement.clear();
  const Letter letter = ask(host);
  REQUIRE(letter.sent());
  CHECK(letter.code.size() == 8);
  CHECK(Host::text(letter.offer.value(), MFA_OFFER_MAIL_TO) == kAddress);
  CHECK(Host::text(letter.offer.value(), MFA_OFFER_ADDRESS_MASKED) == "a***@example.test");
  const auto proof = host.keep(answer(host, letter, letter.code));
  REQUIRE(proof.has_value());
  CHECK(proof.value().aal == 1);
  CHECK(Host::text(proof.value(), MFA_PROOF_AMR) == "pwd");
  const auto view = host.engine->view(host.request(Purpose::manage));
  CHECK(view.value().factors.front().address == "a***@example.test");
}

TEST_CASE("email: asking for a mail does not end the session that asked") {
  Host host(config());
  REQUIRE(host.keep(host.engine->session_start(host.request())).has_value());
  const Letter letter =
      read(host.engine->enroll_begin(host.request(Purpose::manage), Method::email, to(kAddress)));
  REQUIRE(letter.sent());
  CHECK(host.engine->session_check(host.request(Purpose::manage), {}, true).has_value());
  const std::string before = host.statement;
  REQUIRE(host.keep(host.engine->enroll_finish(host.request(Purpose::manage), letter.ticket, letter.code))
              .has_value());
  CHECK(host.engine->session_check(host.request(Purpose::manage), {}, true).has_value());
  // Every other session of before ends with the first factor.
  host.statement = before;
  CHECK(status_of(host.engine->session_check(host.request(Purpose::manage), {}, true)) == Status::revoked);
}

TEST_CASE("email: a session of an account that was erased is not revived by a mail") {
  Host host(config());
  enrol(host);
  REQUIRE(host.engine->admin(AdminAction::erase, "alice", "", "operator").has_value());
  const std::string old = host.statement;
  host.statement.clear();
  const Letter letter = read(host.engine->enroll_begin(host.request(), Method::email, to(kAddress)));
  REQUIRE(letter.sent());
  host.statement = old;
  CHECK(status_of(host.engine->session_check(host.request(Purpose::manage), {}, true)) == Status::revoked);
}

TEST_CASE("email: asking for a mail does not end a session that began after an erasure") {
  Host host(config());
  enrol(host);
  REQUIRE(host.engine->admin(AdminAction::erase, "alice", "", "operator").has_value());
  host.statement.clear();
  REQUIRE(host.keep(host.engine->session_start(host.request())).has_value());
  const Letter letter =
      read(host.engine->enroll_begin(host.request(Purpose::manage), Method::email, to(kAddress)));
  REQUIRE(letter.sent());
  CHECK(host.engine->session_check(host.request(Purpose::manage), {}, true).has_value());
  CHECK(host.keep(host.engine->enroll_finish(host.request(Purpose::manage), letter.ticket, letter.code))
            .has_value());
}

TEST_CASE("email: for an approval a code works no longer than any other approval") {
  Host host(config("", R"(,"approval":{"methods":["totp","email"],"ticket_s":120})"));
  enrol(host);
  host.statement.clear();
  const Letter in = ask(host);
  REQUIRE(host.keep(answer(host, in, in.code)).has_value());
  Request request = host.request(Purpose::approve);
  const std::string action(32, 't'), other(32, 'o');
  request.action = action;
  for (const uint64_t wait : {uint64_t{119}, uint64_t{120}}) {
    host.clock.now += 60;
    const Letter letter = read(host.engine->verify_begin(request, Method::email, {}));
    REQUIRE(letter.sent());
    CHECK(letter.offer.value().expires_s == host.clock.now + 120);
    CHECK(Host::text(letter.offer.value(), MFA_OFFER_MAIL_TEXT).find(" 2 minutes") != std::string::npos);
    Request moved = request;
    moved.action = other;
    CHECK(reason_of(host.engine->verify_finish(moved, letter.ticket, letter.code)) ==
          Reason::ticket_other_action);
    host.clock.now += wait;
    CHECK(status_of(host.engine->verify_finish(request, letter.ticket, letter.code)) ==
          (wait == 119 ? Status::ok : Status::expired));
  }
}

TEST_CASE("email: a code works once, and not after a newer one") {
  Host host(config());
  enrol(host);
  const Letter first = ask(host);
  host.clock.now += 60;
  const Letter second = ask(host);
  CHECK(reason_of(answer(host, first, first.code)) == Reason::email_replaced);
  // Not even with the ticket of the older mail.
  CHECK(reason_of(answer(host, first, second.code)) == Reason::email_replaced);
  CHECK(answer(host, second, second.code).has_value());
  CHECK(status_of(answer(host, second, second.code)) == Status::already_used);
}

TEST_CASE("email: five wrong codes end the mail, and count as guesses") {
  Host host(config());
  enrol(host);
  host.restart(config("", R"(,"throttle":{"per_method":{"free":10}})"));
  const Letter letter = ask(host);
  for (int32_t left = 4; left >= 0; left--) {
    const auto no = answer(host, letter, other(letter.code));
    CHECK(status_of(no) == Status::wrong);
    CHECK(no.error().attempts_left == left);
  }
  CHECK(reason_of(answer(host, letter, letter.code)) == Reason::email_replaced);
  // A form that is no code is no guess.
  host.clock.now += 60;
  const Letter next = ask(host);
  for (int i = 0; i < 8; i++) CHECK(status_of(answer(host, next, "1234")) == Status::malformed);
  CHECK(answer(host, next, next.code).has_value());
}

TEST_CASE("email: tries are the account's, however many mails were asked for") {
  Host host(config(R"("per_hour":20,"per_day":50)", R"(,"throttle":{"per_method":{"first_wait_s":3600}})"));
  enrol(host);
  int wrong = 0;
  for (int mail = 0; mail < 3; mail++) {
    host.clock.now += 60;
    const Letter letter = ask(host);
    if (!letter.sent()) break;
    for (int i = 0; i < 4; i++) wrong += status_of(answer(host, letter, other(letter.code))) == Status::wrong;
  }
  CHECK(wrong == 5);  // then the method is locked
  CHECK(status_of(ask(host).offer) == Status::locked_out);
}

TEST_CASE("email: mails are sent at most once a minute, five times an hour, ten times a day") {
  Host host(config());
  enrol(host);  // one
  const uint64_t start = host.clock.now;
  CHECK(ask(host).sent());  // two
  host.clock.now += 59;
  const Letter soon = ask(host);
  CHECK(reason_of(soon.offer) == Reason::email_too_soon);
  CHECK(status_of(soon.offer) == Status::too_soon);
  CHECK(soon.offer.error().retry_at_s == start + 60);
  for (int i = 0; i < 3; i++) {
    host.clock.now = start + 60 + static_cast<uint64_t>(i) * 60;
    CHECK(ask(host).sent());
  }
  host.clock.now = start + 600;
  const Letter sixth = ask(host);
  CHECK(reason_of(sixth.offer) == Reason::email_too_many);
  CHECK(sixth.offer.error().retry_at_s == start - 60 + 3600);
  for (int i = 0; i < 5; i++) {
    host.clock.now = start + 3600 * 4 + static_cast<uint64_t>(i) * 60;
    CHECK(ask(host).sent());
  }
  host.clock.now = start + 3600 * 20;
  CHECK(reason_of(ask(host).offer) == Reason::email_too_many);
  host.clock.now = start + 86400;
  CHECK(ask(host).sent());
}

TEST_CASE("email: a clock that goes back sends no flood") {
  Host host(config());
  enrol(host);
  CHECK(ask(host).sent());
  host.clock.now -= 3600;
  const Letter letter = ask(host);
  CHECK(reason_of(letter.offer) == Reason::email_too_soon);
  CHECK(letter.offer.error().retry_at_s == host.clock.now + 60);
}

TEST_CASE("email: a code ends after its time") {
  Host host(config(R"("valid_s":120)"));
  enrol(host);
  const Letter letter = ask(host);
  host.clock.now += 120;
  CHECK(status_of(answer(host, letter, letter.code)) == Status::expired);
}

TEST_CASE("email: a code is of its purpose, its browser and its user") {
  Host host(config("", R"(,"session":{"step_up_methods":["email"]})"));
  enrol(host);
  const Letter letter = ask(host);
  CHECK(reason_of(answer(host, letter, letter.code, Purpose::step_up)) == Reason::ticket_other_purpose);
  Request elsewhere = host.request();
  elsewhere.browser = "another browser 0123456789";
  CHECK(reason_of(host.engine->verify_finish(elsewhere, letter.ticket, letter.code)) ==
        Reason::ticket_other_browser);
  CHECK(reason_of(host.engine->verify_finish(host.request(Purpose::login, "bob"), letter.ticket,
                                             letter.code)) == Reason::ticket_other_user);
  CHECK(reason_of(host.engine->enroll_finish(host.request(), letter.ticket, letter.code)) ==
        Reason::ticket_other_operation);
  // A mail for another purpose does not end this one.
  host.clock.now += 60;
  const Letter step_up = ask(host, Purpose::step_up);
  REQUIRE(step_up.sent());
  CHECK(answer(host, letter, letter.code).has_value());
  CHECK(answer(host, step_up, step_up.code, Purpose::step_up).has_value());
}

TEST_CASE("email: nothing that goes to the client holds the code") {
  Host host(config());
  enrol(host);
  const Letter letter = ask(host);
  CHECK(offer_json(letter.offer.value()).find(letter.code) == std::string::npos);
  CHECK(offer_json(letter.offer.value()).find(kAddress) == std::string::npos);
  const auto proof = answer(host, letter, letter.code);
  CHECK(proof_json(proof.value()).find(letter.code) == std::string::npos);
  for (const std::string &line : host.events.lines) CHECK(line.find(letter.code) == std::string::npos);
  CHECK(Host::text(letter.offer.value(), MFA_OFFER_MAIL_SUBJECT).find(letter.code) == std::string::npos);
}

TEST_CASE("email: a code changes no factors of an account that has a stronger one") {
  Host host(config());
  const std::string secret = host.add_totp();
  enrol(host, Purpose::manage);
  host.statement.clear();
  const Letter letter = ask(host);
  REQUIRE(host.keep(answer(host, letter, letter.code)).has_value());
  CHECK(reason_of(host.engine->enroll_begin(host.request(Purpose::manage), Method::totp, {})) ==
        Reason::policy_weak_factor);
  host.clock.now += 60;
  REQUIRE(host.sign_in(secret).has_value());
  CHECK(host.engine->enroll_begin(host.request(Purpose::manage), Method::totp, {}).has_value());
}

TEST_CASE("email: while it is all there is, a code lets a stronger factor be enrolled") {
  Host host(config());
  enrol(host);
  host.statement.clear();
  const Letter letter = ask(host);
  REQUIRE(host.keep(answer(host, letter, letter.code)).has_value());
  CHECK(host.engine->enroll_begin(host.request(Purpose::manage), Method::totp, {}).has_value());
}

TEST_CASE("email: where everybody has it, a password alone neither signs in nor enrols") {
  Host host(config(R"("enforced":true)"));
  CHECK(host.engine->view(host.request()).value().need == Need::factor);
  CHECK(reason_of(host.engine->session_start(host.request())) == Reason::policy_factor_needed);
  CHECK(reason_of(host.engine->enroll_begin(host.request(), Method::totp, {})) == Reason::policy_has_factor);
  CHECK(status_of(ask(host).offer) == Status::err_argument);  // whose address only the host knows
  const Letter letter = ask(host, Purpose::login, kAddress);
  REQUIRE(letter.sent());
  const auto proof = host.keep(answer(host, letter, letter.code));
  REQUIRE(proof.has_value());
  const auto view = host.engine->view(host.request(Purpose::manage));
  REQUIRE(view.value().factors.size() == 1);
  CHECK(view.value().factors.front().method == Method::email);
  // The address is the account's from now on, whatever the call says.
  host.clock.now += 60;
  const Letter next = ask(host, Purpose::login, "other@example.test");
  CHECK(Host::text(next.offer.value(), MFA_OFFER_MAIL_TO) == kAddress);
}

TEST_CASE("email: of several addresses the one that was asked for gets the mail, and no other's code") {
  Host host(config_text(R"("methods":{"email":{"allowed":true,"max_factors":2}})"));
  enrol(host);
  host.clock.now += 60;
  const Letter second = read(
      host.engine->enroll_begin(host.request(Purpose::manage), Method::email, to("second@example.test")));
  REQUIRE(second.sent());
  const auto added = host.engine->enroll_finish(host.request(Purpose::manage), second.ticket, second.code);
  REQUIRE(added.has_value());
  const std::string id = Host::text(added.value(), MFA_PROOF_FACTOR);
  host.statement.clear();
  host.clock.now += 60;
  BeginOptions options;
  options.factor = id;
  const Letter letter = read(host.engine->verify_begin(host.request(), Method::email, options));
  REQUIRE(letter.sent());
  CHECK(Host::text(letter.offer.value(), MFA_OFFER_MAIL_TO) == "second@example.test");
  const auto proof = answer(host, letter, letter.code);
  REQUIRE(proof.has_value());
  CHECK(Host::text(proof.value(), MFA_PROOF_FACTOR) == id);
  host.clock.now += 60;
  const std::string nobodys = base64url(Bytes(16, 9));
  options.factor = nobodys;
  CHECK(status_of(host.engine->verify_begin(host.request(), Method::email, options)) == Status::not_found);
}

TEST_CASE("email: a disabled address gets no mail, enforced or not") {
  Host host(config(R"("enforced":true)", R"(,"policy":{"last_factor_removable":true})"));
  const Letter letter = ask(host, Purpose::login, kAddress);
  REQUIRE(host.keep(answer(host, letter, letter.code)).has_value());
  const auto view = host.engine->view(host.request(Purpose::manage));
  REQUIRE(host.keep(host.engine->set_enabled(host.request(Purpose::manage), view.value().factors.front().id,
                                             false))
              .has_value());
  host.clock.now += 60;
  CHECK(status_of(ask(host, Purpose::login, kAddress).offer) == Status::not_found);
}

TEST_CASE("email: who proved nothing is told nothing by the offer") {
  Host alone(
      R"({"version":1,"issuer":"Example","methods":{"email":{"allowed":true}},"unsafe":{"alone_methods":["email"]}})");
  enrol(alone);
  Request known = alone.request();
  known.proven = 0;
  Request unknown = alone.request(Purpose::login, "nobody");
  unknown.proven = 0;
  const Letter to_known = read(alone.engine->verify_begin(known, Method::email, {}));
  const Letter to_unknown = read(alone.engine->verify_begin(unknown, Method::email, {}));
  CHECK(to_known.sent());
  REQUIRE(to_unknown.offer.has_value());
  CHECK_FALSE(to_unknown.sent());
  CHECK(to_known.ticket.size() == to_unknown.ticket.size());
  CHECK(to_known.offer.value().get(MFA_OFFER_ADDRESS_MASKED) == nullptr);
  // Too soon says as little, and so does a lock.
  const Letter again = read(alone.engine->verify_begin(known, Method::email, {}));
  REQUIRE(again.offer.has_value());
  CHECK_FALSE(again.sent());
  CHECK(status_of(alone.engine->verify_finish(unknown, to_unknown.ticket, "12345678")) == Status::wrong);
  CHECK(status_of(alone.engine->verify_finish(known, to_known.ticket, other(to_known.code))) ==
        Status::wrong);
}

TEST_CASE("email: an address or a name that could forge a header is refused before anything is counted") {
  Host host(config());
  const int saved = host.store.saved;
  CHECK(reason_of(host.engine->enroll_begin(host.request(), Method::email, to("a@b\r\nBcc: c@d"))) ==
        Reason::email_address);
  BeginOptions options = to(kAddress);
  options.display_name = "Anne\r\nBcc: c@d";
  CHECK(reason_of(host.engine->enroll_begin(host.request(), Method::email, options)) == Reason::email_value);
  CHECK(host.store.saved == saved);
}

TEST_CASE("email: a mail is written in the locale that is asked for, or the default") {
  Host host(config(
      R"("templates":{"en":{"subject":"Code","text":"{code} {user}"},"de":{"subject":"Kode","text":"{code}"}})"));
  enrol(host);
  const auto subject = [&](std::string_view locale) {
    Request request = host.request();
    request.locale = locale;
    host.clock.now += 3600;
    return Host::text(host.engine->verify_begin(request, Method::email, {}).value(), MFA_OFFER_MAIL_SUBJECT);
  };
  CHECK(subject("de") == "Kode");
  CHECK(subject("de-AT") == "Kode");
  CHECK(subject("fr") == "Code");
  CHECK(subject("") == "Code");
}

TEST_CASE("email: wrong codes while enrolling are counted, and few") {
  Host host(config(R"("tries":2)"));
  const Letter letter = read(host.engine->enroll_begin(host.request(), Method::email, to(kAddress)));
  CHECK(host.engine->enroll_finish(host.request(), letter.ticket, other(letter.code)).error().attempts_left ==
        1);
  CHECK(host.engine->enroll_finish(host.request(), letter.ticket, other(letter.code)).error().attempts_left ==
        0);
  CHECK(reason_of(host.engine->enroll_finish(host.request(), letter.ticket, letter.code)) ==
        Reason::email_replaced);
}

TEST_CASE("email: a code outlives no removal, and the record comes back as it was") {
  Host host(config());
  enrol(host);
  const Letter letter = ask(host);
  host.restart(config());
  REQUIRE(host.engine->admin(AdminAction::sign_out, "alice", "", "operator").has_value());
  CHECK(status_of(answer(host, letter, letter.code)) == Status::revoked);
}
