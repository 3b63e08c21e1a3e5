// Pairing a device between two browsers: who may open, claim, approve and collect, and what ends it.
#include "engine/cookies.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

std::string config(const std::string &device = "", const std::string &more = "") {
  return config_text(
      R"("methods":{"device":{"allowed":true}},"device":{"pairing":true,"pairing_url":"https://example.test/pair")" +
      device + "}" + more);
}

// Alice signed in at browser A, and the phone, browser B.
struct Pair {
  Host host;
  std::string secret;
  std::string ticket_a, code, link, ticket_b, check;
  explicit Pair(std::string text = config()) : host(std::move(text)) { secret = host.add_totp(); }

  Request phone(std::string_view user = "alice") {
    Request request;
    request.purpose = Purpose::login;
    request.user = user;
    request.browser = "browser-of-the-phone-0123456789";
    request.user_agent = kPhone;
    request.source = "192.0.2.7";
    return request;
  }
  Result<Offer> open() {
    auto offer = host.engine->enroll_begin(host.request(Purpose::manage), Method::device, {});
    if (offer.has_value()) {
      ticket_a = Host::text(offer.value(), MFA_OFFER_TICKET);
      code = Host::text(offer.value(), MFA_OFFER_CODE);
      link = Host::text(offer.value(), MFA_OFFER_URI);
    }
    return offer;
  }
  std::string link_ticket() const { return link.substr(link.find('#') + 1); }
  Result<Offer> claim(std::string_view shown, std::string_view user = "alice") {
    auto offer = host.engine->claim_device(phone(user), shown);
    if (offer.has_value()) {
      ticket_b = Host::text(offer.value(), MFA_OFFER_TICKET);
      check = Host::text(offer.value(), MFA_OFFER_CODE);
    }
    return offer;
  }
  Result<std::string> claimed() {
    return host.engine->claimed_device(host.request(Purpose::manage), ticket_a);
  }
  Result<Proof> approve(std::string_view number) {
    return host.keep(host.engine->enroll_finish(host.request(Purpose::manage), ticket_a, number));
  }
  Result<Proof> collect() { return host.engine->collect_device(phone(""), ticket_b); }
  std::string other_number() const { return check == "42" ? "43" : "42"; }
  std::string wrong_code() const {
    std::string wrong = code;
    wrong[0] = wrong[0] == '0' ? '1' : '0';
    return wrong;
  }
};

}  // namespace

TEST_CASE("pairing: code, claim, number, approval, cookie") {
  Pair p;
  REQUIRE(p.open().has_value());
  CHECK(p.code.size() == 9);
  CHECK(p.link.starts_with("https://example.test/pair#"));
  CHECK(status_of(p.claimed()) == Status::pending);
  CHECK(status_of(p.approve("00")) == Status::pending);
  REQUIRE(p.claim(p.code).has_value());
  CHECK(p.check.size() == 2);
  const auto claimed = p.claimed();
  REQUIRE(claimed.has_value());
  CHECK(claimed.value().find(R"("device":"Firefox on Android","source":"192.0.2.7")") != std::string::npos);
  CHECK(claimed.value().find(p.check + "\"") == std::string::npos);
  CHECK(status_of(p.collect()) == Status::pending);
  const auto approved = p.approve(p.check);
  REQUIRE(approved.has_value());
  CHECK(approved.value().get(MFA_PROOF_SET_COOKIE) == nullptr);
  const auto collected = p.collect();
  REQUIRE(collected.has_value());
  CHECK(collected.value().get(MFA_PROOF_STATEMENT) == nullptr);
  Jar jar;
  jar.take(collected.value());
  Request login = p.phone();
  login.proven = MFA_PROVEN_PASSWORD;
  CHECK(p.host.engine->verify_code(login, Method::device, jar.header()).has_value());
  const auto devices = devices_of(p.host);
  REQUIRE(devices.size() == 1);
  CHECK(devices[0].device == "Firefox on Android");
  // The browser that approved was given nothing to sign in with.
  CHECK(status_of(p.host.engine->verify_code(p.host.request(), Method::device, "")) == Status::not_found);
}

TEST_CASE("pairing: the link names the user, and holds no code") {
  Pair p;
  REQUIRE(p.open().has_value());
  CHECK(p.link.find(p.code) == std::string::npos);
  REQUIRE(p.claim(p.link_ticket(), "").has_value());
  REQUIRE(p.approve(p.check).has_value());
  CHECK(p.collect().has_value());
}

TEST_CASE("pairing: W1, who knows only the user name gets nothing, whatever is asked in whatever order") {
  Pair p;
  const auto stranger = [&](std::string_view code) { return p.claim(code); };
  CHECK(reason_of(stranger("0000-0000")) == Reason::account_wrong_code);
  REQUIRE(p.open().has_value());
  CHECK(status_of(stranger(p.wrong_code())) == Status::wrong);
  // Nothing of A's leads to a cookie at B, nor the reverse.
  CHECK(status_of(p.host.engine->collect_device(p.phone(""), p.ticket_a)) == Status::mismatch);
  CHECK(status_of(p.host.engine->collect_device(p.phone(""), p.link_ticket())) == Status::mismatch);
  CHECK(status_of(p.host.engine->verify_finish(p.phone(), p.link_ticket(), "x")) == Status::mismatch);
  REQUIRE(p.claim(p.code).has_value());
  Request approver = p.phone();
  approver.purpose = Purpose::manage;
  CHECK(status_of(p.host.engine->enroll_finish(approver, p.ticket_a, p.check)) == Status::mismatch);
  CHECK(status_of(p.host.engine->enroll_finish(approver, p.ticket_b, p.check)) == Status::mismatch);
  CHECK(status_of(p.host.engine->claimed_device(approver, p.ticket_b)) == Status::mismatch);
  Request elsewhere = p.phone("");
  elsewhere.browser = "another-browser-0123456789";
  CHECK(status_of(p.host.engine->collect_device(elsewhere, p.ticket_b)) == Status::mismatch);
  CHECK(status_of(p.collect()) == Status::pending);
}

TEST_CASE("pairing: opening and approving need a fresh statement, looking needs the session") {
  Pair p;
  p.host.clock.now += 301;
  CHECK(status_of(p.open()) == Status::factor_needed);
  p.host.clock.now += 30;
  REQUIRE(p.host.sign_in(p.secret).has_value());
  REQUIRE(p.open().has_value());
  REQUIRE(p.claim(p.code).has_value());
  p.host.clock.now += 301;
  CHECK(p.claimed().has_value());
  CHECK(status_of(p.approve(p.check)) == Status::factor_needed);
  const std::string statement = std::exchange(p.host.statement, "");
  CHECK(status_of(p.claimed()) == Status::expired);
  p.host.statement = statement;
  REQUIRE(p.host
              .keep(p.host.engine->verify_code(p.host.request(Purpose::step_up), Method::totp,
                                               p.host.code_of(p.secret)))
              .has_value());
  CHECK(p.approve(p.check).has_value());
}

TEST_CASE("pairing: five wrong codes end it, for the right one too") {
  Pair p;
  REQUIRE(p.open().has_value());
  for (int i = 0; i < 5; i++) {
    const auto no = p.claim(p.wrong_code());
    CHECK(status_of(no) == Status::wrong);
    CHECK(no.error().attempts_left == -1);
  }
  CHECK(status_of(p.claim(p.code)) == Status::wrong);
  CHECK(status_of(p.claim(p.link_ticket(), "")) == Status::wrong);
  CHECK(reason_of(p.claimed()) == Reason::device_tried_out);

  Pair four;
  REQUIRE(four.open().has_value());
  for (int i = 0; i < 4; i++) CHECK(status_of(four.claim(four.wrong_code())) == Status::wrong);
  CHECK(four.claim(four.code).has_value());
}

TEST_CASE("pairing: wrong codes are one counted entry of recent activity, and push nothing out") {
  Pair p;
  for (int round = 0; round < 10; round++) {
    REQUIRE(p.open().has_value());
    for (int i = 0; i < 5; i++) CHECK(status_of(p.claim(p.wrong_code())) == Status::wrong);
  }
  const auto view = p.host.engine->view(p.host.request(Purpose::manage));
  size_t refused = 0;
  for (const Entry &entry : view.value().recent) {
    if (entry.event != "pairing_refused") continue;
    refused++;
    CHECK(entry.count == 50);
    CHECK(entry.reason == Reason::account_wrong_code);
  }
  CHECK(refused == 1);
  CHECK(view.value().recent.front().event == "enrolled");
}

TEST_CASE("pairing: a wrong code, a user without a pairing and nobody are answered alike") {
  Pair p;
  const auto closed = p.claim("0000-0000"), nobody = p.claim("0000-0000", "nobody");
  REQUIRE(p.open().has_value());
  const auto wrong = p.claim(p.wrong_code());
  for (const auto *no : {&closed, &nobody, &wrong}) {
    CHECK(status_of(*no) == Status::wrong);
    CHECK(reason_of(*no) == Reason::account_wrong_code);
    CHECK(no->error().attempts_left == -1);
    CHECK(no->error().retry_at_s == 0);
    CHECK(no->error().signals == 0);
  }
  CHECK(status_of(p.claim("not a code!")) == Status::malformed);
}

TEST_CASE("pairing: a second claim closes it for both, and signals") {
  Pair p;
  REQUIRE(p.open().has_value());
  REQUIRE(p.claim(p.code).has_value());
  const std::string first = p.ticket_b, number = p.check;
  p.host.events.list.clear();
  const auto second = p.claim(p.code);
  CHECK(status_of(second) == Status::already_used);
  CHECK(second.error().signals == MFA_SIGNAL_PAIRING_CONTESTED);
  REQUIRE(p.host.events.list.size() == 1);
  CHECK(p.host.events.list[0].signals == MFA_SIGNAL_PAIRING_CONTESTED);
  CHECK(reason_of(p.claimed()) == Reason::device_contested);
  CHECK(status_of(p.approve(number)) == Status::denied);
  CHECK(status_of(p.collect()) == Status::expired);
}

TEST_CASE("pairing: a claim while it waits for its approval does not cost a wrong code's tries alone") {
  Pair p;
  REQUIRE(p.open().has_value());
  REQUIRE(p.claim(p.code).has_value());
  CHECK(status_of(p.claim(p.wrong_code())) == Status::wrong);
  CHECK(p.approve(p.check).has_value());
  CHECK(p.collect().has_value());
}

TEST_CASE("pairing: one wrong number ends it") {
  Pair p;
  REQUIRE(p.open().has_value());
  REQUIRE(p.claim(p.code).has_value());
  CHECK(status_of(p.approve("seven")) == Status::malformed);
  const auto no = p.approve(p.other_number());
  CHECK(status_of(no) == Status::wrong);
  CHECK(reason_of(no) == Reason::device_wrong_check);
  CHECK(reason_of(p.approve(p.check)) == Reason::device_wrong_check);
  CHECK(status_of(p.approve(p.check)) == Status::denied);
  CHECK(status_of(p.collect()) == Status::expired);
  CHECK(devices_of(p.host).empty());
}

TEST_CASE("pairing: the cookie comes again, the same, until it was used") {
  Pair p;
  REQUIRE(p.open().has_value());
  REQUIRE(p.claim(p.code).has_value());
  REQUIRE(p.approve(p.check).has_value());
  const std::string one = Host::text(p.collect().value(), MFA_PROOF_SET_COOKIE);
  const std::string two = Host::text(p.collect().value(), MFA_PROOF_SET_COOKIE);
  CHECK(one.substr(0, one.find(';')) == two.substr(0, two.find(';')));
  CHECK(devices_of(p.host).size() == 1);
  Jar jar;
  jar.take(one);
  Request login = p.phone();
  login.proven = MFA_PROVEN_PASSWORD;
  REQUIRE(p.host.engine->verify_code(login, Method::device, jar.header()).has_value());
  CHECK(status_of(p.collect()) == Status::already_used);
}

TEST_CASE("pairing: it lasts ten minutes, at every step") {
  for (int steps = 0; steps < 3; steps++) {
    CAPTURE(steps);
    Pair p;
    REQUIRE(p.open().has_value());
    if (steps > 0) REQUIRE(p.claim(p.code).has_value());
    if (steps > 1) REQUIRE(p.approve(p.check).has_value());
    p.host.clock.now += 599;
    CHECK(status_of(p.claimed()) == (steps == 0 ? Status::pending : steps == 1 ? Status::ok : Status::ok));
    p.host.clock.now += 1;
    CHECK(status_of(p.claimed()) == Status::expired);
    if (steps == 0) CHECK(status_of(p.claim(p.code)) == Status::wrong);
    if (steps > 0) CHECK(status_of(p.collect()) == Status::expired);
  }
}

TEST_CASE("pairing: another one replaces it, and a factor that goes ends it") {
  Pair p;
  REQUIRE(p.open().has_value());
  const std::string code = p.code, ticket = p.ticket_a;
  REQUIRE(p.open().has_value());
  CHECK(status_of(p.claim(code)) == (code == p.code ? Status::ok : Status::wrong));
  CHECK(reason_of(p.host.engine->claimed_device(p.host.request(Purpose::manage), ticket)) ==
        Reason::device_pairing_over);

  Pair q;
  REQUIRE(q.open().has_value());
  REQUIRE(q.claim(q.code).has_value());
  REQUIRE(q.host.engine->admin(AdminAction::forget_devices, "alice", "", "host").has_value());
  CHECK(status_of(q.approve(q.check)) == Status::expired);
  CHECK(status_of(q.collect()) == Status::expired);

  Pair s;
  REQUIRE(s.open().has_value());
  REQUIRE(s.claim(s.code).has_value());
  REQUIRE(s.approve(s.check).has_value());
  REQUIRE(s.host.engine->admin(AdminAction::sign_out, "alice", "", "host").has_value());
  CHECK(status_of(s.collect()) == Status::revoked);
}

TEST_CASE("pairing: policy forbids it by method, switch, role, level and number") {
  for (
      const char *off :
      {R"("methods":{"device":{"allowed":false}},"device":{"pairing":true})",
       R"("methods":{"device":{"allowed":true}})",
       R"("methods":{"device":{"allowed":true}},"device":{"pairing":true},"policy":{"roles":{"*":{"trusted_device":false}}})",
       R"("methods":{"device":{"allowed":true}},"device":{"pairing":true},"policy":{"roles":{"*":{"min_aal":2}}})"}) {
    CAPTURE(off);
    Pair p(config_text(off));
    CHECK(status_of(p.open()) == Status::denied);
  }
  Pair off(config_text());
  CHECK(reason_of(off.claim("0000-0000")) == Reason::policy_method_forbidden);
  Pair p;
  CHECK(status_of(p.host.engine->enroll_begin(p.host.request(), Method::device, {})) == Status::err_argument);
}

TEST_CASE("pairing: no more devices than policy allows, at open and at collect") {
  Pair p(config_text(R"("methods":{"device":{"allowed":true,"max_factors":1}},"device":{"pairing":true})"));
  REQUIRE(p.open().has_value());
  CHECK(p.link.empty());
  REQUIRE(p.claim(p.code).has_value());
  REQUIRE(p.approve(p.check).has_value());
  REQUIRE(p.host.engine->remember_device(p.host.request(Purpose::manage), "").has_value());
  CHECK(reason_of(p.collect()) == Reason::policy_max_factors);
  CHECK(reason_of(p.open()) == Reason::policy_max_factors);
}

TEST_CASE("pairing: the user without a second factor has nothing that a device could spare") {
  Host host(config("", R"(,"policy":{"last_factor_removable":true})"));
  REQUIRE(host.keep(host.engine->session_start(host.request())).has_value());
  const auto no = host.engine->enroll_begin(host.request(Purpose::manage), Method::device, {});
  CHECK(status_of(no) == Status::denied);
  CHECK(reason_of(no) == Reason::policy_device_first);
}

TEST_CASE("pairing: a failing store opens, claims and collects nothing") {
  Pair p;
  using Plan = PlannedStore::Plan;
  p.host.store.saves = {Plan::fail_before};
  CHECK(status_of(p.open()) == Status::err_store);
  REQUIRE(p.open().has_value());
  p.host.store.saves = {Plan::fail_before};
  CHECK(status_of(p.claim(p.code)) == Status::err_store);
  REQUIRE(p.claim(p.code).has_value());
  p.host.store.saves = {Plan::fail_before};
  CHECK(status_of(p.approve(p.other_number())) == Status::err_store);
  REQUIRE(p.approve(p.check).has_value());
  p.host.store.saves = {Plan::fail_before};
  CHECK(status_of(p.collect()) == Status::err_store);
  CHECK(p.collect().has_value());
}
