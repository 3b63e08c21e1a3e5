// Events: one for each begin, each yes and each no, after the save, and never a secret in one.
#include "core/json.hpp"
#include "engine/news.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr const char *kAddress = "alice@example.test";

std::string mail_config(const std::string &more = "") {
  return config_text(R"("methods":{"email":{"allowed":true}},"email":{})" + more);
}

BeginOptions to(std::string_view address) {
  BeginOptions options;
  options.address = address;
  return options;
}

std::string digits_in(const std::string &text) {
  for (size_t i = 0; i + 8 <= text.size(); i++) {
    if (text.substr(i, 8).find_first_not_of("0123456789") == std::string::npos) return text.substr(i, 8);
  }
  return "";
}

std::string ticket_of(const Result<Offer> &offer) {
  REQUIRE(offer.has_value());
  return Host::text(offer.value(), MFA_OFFER_TICKET);
}

}  // namespace

TEST_CASE("event: a first enrolment and a sign-in, an event a call") {
  Host host;
  News news(host);
  const auto offer = host.engine->enroll_begin(host.request(), Method::totp, {});
  CHECK(news.since() == "began/enroll_begin");
  CHECK(news.last().user == "alice");
  CHECK(news.last().purpose == "login");
  CHECK(news.last().method == Method::totp);
  CHECK(news.last().at_s == host.clock.now);
  const std::string secret = Host::text(offer.value(), MFA_OFFER_SECRET);
  const auto wrong = host.engine->enroll_finish(host.request(), ticket_of(offer), host.wrong_code(secret));
  CHECK(news.since() == "denied/enroll_finish:MFA_WRONG");  // no account to charge
  CHECK(news.last().method == Method::totp);
  CHECK(news.last().reason == reason_of(wrong));
  (void)host.keep(host.engine->enroll_finish(host.request(), ticket_of(offer), host.code_of(secret)));
  CHECK(news.since() == "enrolled");
  host.clock.now += 60;
  REQUIRE(host.sign_in(secret).has_value());
  CHECK(news.since() == "verified");
  CHECK(status_of(host.sign_in(secret)) == Status::already_used);
  CHECK(news.since() == "denied/verify_code:MFA_ALREADY_USED");
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, "12")) == Status::malformed);
  CHECK(news.since() == "denied/verify_code:MFA_MALFORMED");
  CHECK(status_of(host.engine->session_start(host.request())) == Status::factor_needed);
  CHECK(news.since() == "denied/session_start:MFA_FACTOR_NEEDED");
  CHECK(host.engine->session_start(host.request(Purpose::login, "bob")).has_value());
  CHECK(news.since() == "session_started");
}

TEST_CASE("event: a wrong code says when it began a lock, and what the lock refuses is denied") {
  Host host;
  const std::string secret = host.add_totp();
  host.statement.clear();
  News news(host);
  const std::string code = host.wrong_code(secret);
  for (int i = 0; i < 4; i++) {
    CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, code)) == Status::wrong);
    CHECK(news.since() == "refused:MFA_WRONG");
    CHECK(news.last().locked_until_s == 0);
  }
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, code)) == Status::wrong);
  CHECK(news.since() == "refused:MFA_WRONG");
  CHECK(news.last().locked_until_s == host.clock.now + 30);
  CHECK(host.events.lines.back().find(R"("locked_until_s":1800000090)") != std::string::npos);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, code)) == Status::locked_out);
  CHECK(news.since() == "denied/verify_code:MFA_LOCKED_OUT");
  CHECK(news.last().retry_at_s == host.clock.now + 30);
}

TEST_CASE("event: a method that is switched off by guesses is locked for ever") {
  Host host(config_text(R"("throttle":{"per_method":{"disable_after":10}})"));
  const std::string secret = host.add_totp();
  host.statement.clear();
  News news(host);
  for (int i = 0; i < 10; i++) {
    (void)host.engine->verify_code(host.request(), Method::totp, host.wrong_code(secret));
    CHECK(news.since() == "refused:MFA_WRONG");
    if (i < 9) CHECK(news.last().locked_until_s < UINT64_MAX);
    host.clock.now += 3600;
  }
  CHECK(news.last().locked_until_s == UINT64_MAX);
}

TEST_CASE("event: a wrong code while enrolling a second factor is charged, and so refused") {
  Host host;
  host.add_totp();
  const auto offer = host.engine->enroll_begin(host.request(Purpose::manage), Method::totp, {});
  const std::string code = host.wrong_code(Host::text(offer.value(), MFA_OFFER_SECRET));
  News news(host);
  for (int i = 0; i < 5; i++)
    CHECK(status_of(host.engine->enroll_finish(host.request(Purpose::manage), ticket_of(offer), code)) ==
          Status::wrong);
  CHECK(news.since() ==
        "refused:MFA_WRONG refused:MFA_WRONG refused:MFA_WRONG refused:MFA_WRONG refused:MFA_WRONG");
  CHECK(news.last().method == Method::totp);
  CHECK(news.last().locked_until_s > host.clock.now);
  CHECK(status_of(host.engine->enroll_finish(host.request(Purpose::manage), ticket_of(offer), code)) ==
        Status::locked_out);
  CHECK(news.since() == "denied/enroll_finish:MFA_LOCKED_OUT");
}

TEST_CASE("event: recovery codes make one event a call, though they save twice") {
  Host host;
  host.add_totp();
  const auto codes = host.add_recovery();
  host.statement.clear();
  News news(host);
  CHECK(host.engine->verify_code(host.request(), Method::recovery, codes[1]).has_value());
  CHECK(news.since() == "verified");
  CHECK(status_of(host.engine->verify_code(host.request(), Method::recovery, codes[1])) ==
        Status::already_used);
  CHECK(news.since() == "denied/verify_code:MFA_ALREADY_USED");
  std::string wrong = codes[2];
  wrong[wrong.size() - 1] = wrong.back() == 'A' ? 'B' : 'A';
  const Status status = status_of(host.engine->verify_code(host.request(), Method::recovery, wrong));
  CHECK(news.since() == (status == Status::wrong ? "refused:MFA_WRONG" : "denied/verify_code:MFA_MALFORMED"));
}

TEST_CASE("event: passkeys are told of by method, and by user once the key names one") {
  Host host(
      R"({"version":1,"issuer":"Example","webauthn":{"rp_id":"example.test","origins":["https://example.test"],"sign_count":"reject"}})");
  Authenticator key;
  REQUIRE(host.add_passkey(key).has_value());
  host.statement.clear();
  News news(host);
  Authenticator clone = key;
  const auto answer = [&](Authenticator &with, const Request &request) {
    const auto offer = host.engine->verify_begin(request, Method::webauthn, {});
    CHECK(news.since() == "began/verify_begin");
    return host.engine->verify_finish(request, ticket_of(offer),
                                      with.get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin));
  };
  CHECK(answer(key, host.usernameless()).has_value());
  CHECK(news.since() == "verified");
  CHECK(news.last().user == "alice");
  CHECK(answer(key, host.request()).has_value());
  CHECK(news.since() == "verified");
  // A clone that lags behind: refused here, with the signal in the event.
  CHECK(status_of(answer(clone, host.usernameless())) != Status::ok);
  CHECK(news.since().starts_with("denied/verify_finish:"));
  CHECK(news.last().user == "alice");
  CHECK(news.last().method == Method::webauthn);
  CHECK((news.last().signals & MFA_SIGNAL_CLONE_SUSPECTED) != 0);
  CHECK(status_of(host.engine->verify_finish(host.request(), "no ticket", "{}")) == Status::malformed);
  CHECK(news.since() == "denied/verify_finish:MFA_MALFORMED");
  CHECK(news.last().method == Method::none);
}

TEST_CASE("event: a clone that policy only notes is a signal of the event") {
  Host host;
  Authenticator key;
  REQUIRE(host.add_passkey(key).has_value());
  host.statement.clear();
  Authenticator clone = key;
  const auto sign_in = [&](Authenticator &with) {
    const auto offer = host.engine->verify_begin(host.request(), Method::webauthn, {});
    return host.engine->verify_finish(host.request(), ticket_of(offer),
                                      with.get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin));
  };
  REQUIRE(sign_in(key).has_value());
  REQUIRE(sign_in(key).has_value());
  News news(host);
  REQUIRE(sign_in(clone).has_value());
  CHECK(news.since() == "began/verify_begin verified");
  CHECK((news.last().signals & MFA_SIGNAL_CLONE_SUSPECTED) != 0);
}

TEST_CASE("event: whom a stranger's begin and guess are of, the log alone tells") {
  Host host;
  host.add_totp();
  host.statement.clear();
  News news(host);
  for (const char *user : {"alice", "nobody"}) {
    CHECK(host.engine->verify_begin(host.request(Purpose::login, user), Method::webauthn, {}).has_value());
    CHECK(news.since() == "began/verify_begin");
    CHECK(news.last().user == user);
  }
  CHECK(status_of(host.engine->verify_code(host.request(Purpose::login, "nobody"), Method::totp, "123456")) ==
        Status::not_found);
  CHECK(news.since() == "denied/verify_code:MFA_NOT_FOUND");
}

TEST_CASE("event: a mail that went is told of; one that a stranger must not miss is denied") {
  Host host(mail_config());
  News news(host);
  const auto offer = host.engine->enroll_begin(host.request(), Method::email, to(kAddress));
  CHECK(news.since() == "mailed began/enroll_begin");
  const std::string code = digits_in(Host::text(offer.value(), MFA_OFFER_MAIL_TEXT));
  REQUIRE(host.keep(host.engine->enroll_finish(host.request(), ticket_of(offer), code)).has_value());
  CHECK(news.since() == "enrolled");
  host.statement.clear();
  CHECK(status_of(host.engine->verify_begin(host.request(), Method::email, {})) == Status::too_soon);
  CHECK(news.since() == "denied/verify_begin:MFA_TOO_SOON");
  CHECK(news.last().retry_at_s > host.clock.now);
}

TEST_CASE("event: where mail stands alone, the page is the same and the log is true") {
  Host host(
      R"({"version":1,"issuer":"Example","methods":{"email":{"allowed":true}},"unsafe":{"alone_methods":["email"]}})");
  Request stranger = host.request(Purpose::login, "nobody");
  stranger.proven = 0;
  News news(host);
  CHECK(host.engine->verify_begin(stranger, Method::email, {}).has_value());
  CHECK(news.since() == "denied/verify_begin:MFA_WRONG");
  CHECK(news.last().user == "nobody");
}

TEST_CASE("event: a session check speaks only of statements in the wrong hands") {
  Host host;
  const std::string secret = host.add_totp();
  REQUIRE(host.sign_in(secret).has_value());
  News news(host);
  for (const bool strict : {true, false}) {
    CHECK(host.engine->session_check(host.request(), {}, strict).has_value());
    SessionNeed high;
    high.aal = 3;
    CHECK(!host.engine->session_check(host.request(), high, strict).has_value());
    Request none = host.request();
    none.statement = "";
    CHECK(status_of(host.engine->session_check(none, {}, strict)) == Status::expired);
    CHECK(news.since().empty());
    Request other = host.request();
    other.session = "session-2";
    CHECK(status_of(host.engine->session_check(other, {}, strict)) == Status::mismatch);
    CHECK(news.since() ==
          (strict ? "denied/session_check:MFA_MISMATCH" : "denied/session_check_offline:MFA_MISMATCH"));
  }
  CHECK(host.engine->admin(AdminAction::sign_out, "alice", "", "root").has_value());
  CHECK(news.since() == "admin_signed_out");
  CHECK(status_of(host.engine->session_check(host.request(), {}, true)) == Status::revoked);
  CHECK(news.since() == "denied/session_check:MFA_REVOKED");
}

TEST_CASE("event: changes and administration, done and denied") {
  Host host;
  const std::string secret = host.add_totp();
  host.add_totp(Purpose::manage);
  REQUIRE(host.sign_in(secret).has_value());
  const auto view = host.engine->view(host.request(Purpose::manage)).value();
  const std::string factor = view.factors.at(1).id;
  News news(host);
  CHECK(host.engine->rename(host.request(Purpose::manage), factor, "Phone").has_value());
  CHECK(news.since() == "renamed");
  CHECK(status_of(host.engine->rename(host.request(Purpose::manage), factor, "\x01")) == Status::malformed);
  CHECK(news.since() == "denied/factor_rename:MFA_MALFORMED");
  CHECK(base64url(news.last().factor) == factor);
  CHECK(status_of(host.engine->set_enabled(host.request(Purpose::manage), "no id", true)) ==
        Status::not_found);
  CHECK(news.since() == "denied/factor_set_enabled:MFA_NOT_FOUND");
  CHECK(news.last().factor.empty());
  CHECK(host.keep(host.engine->set_enabled(host.request(Purpose::manage), factor, false)).has_value());
  CHECK(host.keep(host.engine->set_enabled(host.request(Purpose::manage), factor, true)).has_value());
  CHECK(host.keep(host.engine->remove(host.request(Purpose::manage), factor)).has_value());
  CHECK(news.since() == "disabled enabled removed");
  CHECK(status_of(host.engine->remove(host.request(Purpose::manage), factor)) == Status::not_found);
  CHECK(news.since() == "denied/factor_remove:MFA_NOT_FOUND");
  CHECK(status_of(host.engine->admin(AdminAction::unlock, "nobody", "", "root")) == Status::not_found);
  CHECK(news.since() == "denied/admin:MFA_NOT_FOUND");
  CHECK(news.last().actor == "root");
  CHECK(news.last().purpose.empty());
  const char *json = R"({"method":"totp","uri":"otpauth://totp/x?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})";
  for (int i = 0; i < 12; i++) (void)host.engine->import("alice", json, "root");
  CHECK(news.since().ends_with("denied/admin_import:MFA_DENIED"));
  CHECK(status_of(host.engine->import("alice", "{", "root")) == Status::err_argument);
  CHECK(news.since().empty());
}

TEST_CASE("event: what did not complete is told of, unless the caller was mistaken") {
  Host host;
  const std::string secret = host.add_totp();
  host.statement.clear();
  News news(host);
  host.store.saves = {PlannedStore::Plan::fail_before};
  CHECK(status_of(host.sign_in(secret)) == Status::err_store);
  CHECK(news.since() == "failed/verify_code:MFA_ERR_STORE");
  Request request = host.request();
  request.min_serial = 1000;
  CHECK(status_of(host.engine->verify_code(request, Method::totp, "123456")) == Status::err_rollback);
  CHECK(news.since() == "failed/verify_code:MFA_ERR_ROLLBACK");
  host.clock.broken = true;
  CHECK(status_of(host.sign_in(secret)) == Status::err_internal);
  CHECK(news.since() == "failed/verify_code:MFA_ERR_INTERNAL");
  CHECK(news.last().at_s == 0);
  host.clock.broken = false;
  request.user = "";
  CHECK(status_of(host.engine->verify_code(request, Method::totp, "123456")) == Status::err_argument);
  CHECK(news.since().empty());
}

TEST_CASE("event: a verified sign-in whose event is out is not told of again, nor is a lost race") {
  Host host;
  const std::string secret = host.add_totp();
  host.statement.clear();
  News news(host);
  host.store.saves = {PlannedStore::Plan::conflict, PlannedStore::Plan::conflict};
  CHECK(host.sign_in(secret).has_value());
  CHECK(news.since() == "verified");
}

TEST_CASE("event: texts that clients chose are cut, and ids that are no text are hex") {
  Host host;
  const std::string longest(4096, '<');
  std::string accents;
  for (int i = 0; i < 2000; i++) accents += "\xC3\xA9";
  for (const std::string &text : {longest, accents, std::string(4096, '\xff'), std::string(4096, '\x01')}) {
    Request request = host.request();
    const std::string user = text.substr(0, 254);
    request.user = user;
    request.source = text;
    request.user_agent = text;
    CHECK(status_of(host.engine->verify_code(request, Method::totp, "1")) != Status::ok);
    const std::string &line = host.events.lines.back();
    CHECK(line.size() < 8192);
    CHECK(is_utf8(line));
    const auto document = json::Document::parse(line);
    REQUIRE(document.has_value());
    const json::Value root = document.value().root();
    CHECK(root.need_text("source").value().size() <= 64 * 3);
    CHECK(root.need_text("user_agent").value().size() <= 255 * 3);
    if (text[0] == '\xff') {
      CHECK(root.need_text("user_hex").value() == hex(bytes_of(user)));
    } else {
      CHECK(root.need_text("user").value() == user);
    }
    CHECK(status_of(host.engine->admin(AdminAction::unlock, user, "", text)) == Status::not_found);
    CHECK(host.events.lines.back().size() < 8192);
  }
}

TEST_CASE("event: no code, secret, ticket or statement is in any") {
  Host host(mail_config());
  std::vector<std::string> secrets = {"browser-of-alice-0123456789", "session-1"};
  const auto note = [&](const auto &result, std::initializer_list<int32_t> items) {
    if (!result.has_value()) return;
    for (const int32_t item : items) {
      const std::string text = Host::text(result.value(), item);
      if (!text.empty()) secrets.push_back(text);
    }
  };
  const auto begin_enroll = [&](Purpose purpose, Method method, const BeginOptions &options = {}) {
    auto offer = host.engine->enroll_begin(host.request(purpose), method, options);
    note(offer, {MFA_OFFER_TICKET, MFA_OFFER_SECRET, MFA_OFFER_URI, MFA_OFFER_OPTIONS, MFA_OFFER_MAIL_TO});
    return offer;
  };
  const auto finish = [&](Purpose purpose, const Result<Offer> &offer, const std::string &response) {
    secrets.push_back(response);
    auto proof = host.keep(host.engine->enroll_finish(host.request(purpose), ticket_of(offer), response));
    note(proof, {MFA_PROOF_STATEMENT});
    CHECK(proof.has_value());
  };
  const auto app = begin_enroll(Purpose::login, Method::totp);
  const std::string secret = Host::text(app.value(), MFA_OFFER_SECRET);
  finish(Purpose::login, app, host.code_of(secret));
  const auto codes = begin_enroll(Purpose::manage, Method::recovery);
  std::string lines = Host::text(codes.value(), MFA_OFFER_RECOVERY_CODES);
  for (size_t at = 0; at < lines.size(); at += 20) secrets.push_back(lines.substr(at, 19));
  finish(Purpose::manage, codes, lines.substr(0, 19));
  Authenticator key;
  const auto passkey = begin_enroll(Purpose::manage, Method::webauthn);
  finish(Purpose::manage, passkey, key.create(Host::text(passkey.value(), MFA_OFFER_OPTIONS), kOrigin));
  const auto mail = begin_enroll(Purpose::manage, Method::email, to(kAddress));
  finish(Purpose::manage, mail, digits_in(Host::text(mail.value(), MFA_OFFER_MAIL_TEXT)));
  host.clock.now += 120;

  const auto use = [&](Method method, const std::string &code) {
    secrets.push_back(code);
    auto proof = host.engine->verify_code(host.request(), method, code);
    note(proof, {MFA_PROOF_STATEMENT});
  };
  use(Method::totp, host.code_of(secret));
  use(Method::totp, host.code_of(secret));
  use(Method::totp, host.wrong_code(secret));
  use(Method::recovery, lines.substr(20, 19));
  use(Method::recovery, lines.substr(20, 19));
  use(Method::totp, "a code that is none");
  for (const Method method : {Method::webauthn, Method::email}) {
    const auto offer = host.engine->verify_begin(host.request(), method, {});
    note(offer, {MFA_OFFER_TICKET, MFA_OFFER_OPTIONS});
    std::string response = method == Method::email
                               ? digits_in(Host::text(offer.value(), MFA_OFFER_MAIL_TEXT))
                               : key.get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin);
    for (int twice = 0; twice < 2; twice++) {
      secrets.push_back(response);
      auto proof = host.engine->verify_finish(host.request(), ticket_of(offer), response);
      note(proof, {MFA_PROOF_STATEMENT});
      (void)host.keep(std::move(proof));
    }
  }
  Request other = host.request();
  other.session = "session-2";
  secrets.push_back(host.statement);
  CHECK(status_of(host.engine->session_check(other, {}, true)) == Status::mismatch);

  CHECK(secrets.size() > 40);
  CHECK(host.events.lines.size() > 18);
  for (const std::string &line : host.events.lines) {
    for (const std::string &one : secrets) {
      INFO(line, " holds ", one);
      CHECK(line.find(one) == std::string::npos);
    }
  }
}
