// The throttle as a table: every edge of every lock, so that a change of policy shows in review.
#include <doctest.h>

#include <cstdio>

#include "engine/host.hpp"
#include "engine/throttle.hpp"

using namespace mfa;
using namespace mfa::engine;

namespace {

constexpr const char *kCommitted =
#include "throttle_table.inc"
    ;

constexpr uint64_t kNow = 1'800'000'000;

const Config &config() {
  static const Config kConfig =
      parse_config(R"({"version":1,"issuer":"x","methods":{"email":{"allowed":true}}})").value();
  return kConfig;
}

class Table {
 public:
  void title(const char *text) { text_.append("\n# ").append(text).append("\n"); }
  void row(const std::string &what, const std::string &answer) { text_ += what + ": " + answer + "\n"; }
  const std::string &text() const { return text_; }

 private:
  std::string text_;
};

std::string of(uint64_t number) { return std::to_string(number); }

std::string state(const Account &account, Method method, uint64_t now_s) {
  const auto failure = locked(account, config(), method, now_s);
  if (!failure) return "open";
  const std::string until =
      failure->retry_at_s == 0 ? "for good" : "for " + of(failure->retry_at_s - now_s) + " s";
  return std::string(name_of(failure->reason)) + " " + until;
}

std::string answer(const Charged &charged, uint64_t now_s) {
  return of(static_cast<uint64_t>(charged.attempts_left)) + " left" +
         (charged.retry_at_s == 0 ? "" : ", wait " + of(charged.retry_at_s - now_s) + " s");
}

// Charged as fast as the locks allow; the time of the last.
uint64_t fail_in_a_row(Account &account, Method method, uint32_t times, uint64_t now_s = kNow) {
  for (uint32_t i = 0; i < times; i++) {
    if (const auto failure = locked(account, config(), method, now_s); failure && failure->retry_at_s != 0)
      now_s = failure->retry_at_s;
    charge(account, config(), method, now_s);
  }
  return now_s;
}

void in_a_row(Table &table, Method method) {
  table.title((std::string(name_of(method)) + ": wrong answers in a row, each as soon as it may be").c_str());
  for (const uint32_t n : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 9u, 10u, 11u, 12u, 13u, 99u, 100u, 101u}) {
    Account account;
    const uint64_t before_s = fail_in_a_row(account, method, n - 1);
    uint64_t now_s = before_s;
    if (const auto failure = locked(account, config(), method, now_s); failure && failure->retry_at_s != 0)
      now_s = failure->retry_at_s;
    const Charged charged = charge(account, config(), method, now_s);
    table.row(of(n), answer(charged, now_s) + "; " + state(account, method, now_s));
  }
}

void clock_goes_back(Table &table, const Account &account, Method method) {
  table.row("the clock goes back an hour", state(account, method, kNow - 3600));
  table.row("the clock goes back a day", state(account, method, kNow - 86400));
  table.row("the clock goes back a day and a second", state(account, method, kNow - 86401));
  table.row("the clock goes back to 0", state(account, method, 0));
}

void around_a_lock(Table &table) {
  table.title("totp: around the end of the first lock, of 30 s");
  Account account;
  for (int i = 0; i < 5; i++) charge(account, config(), Method::totp, kNow);
  for (const uint64_t after : {0, 29, 30, 31})
    table.row("after " + of(after) + " s", state(account, Method::totp, kNow + after));
  clock_goes_back(table, account, Method::totp);
}

void around_two_locks(Table &table) {
  table.title("totp: a lock of its own and the hold, both: the later end counts");
  for (const uint64_t own_s : {899, 900, 901}) {
    Account account;
    account.throttle.hold = Lock{kNow, 900};
    account.throttle.meters[Method::totp].lock = Lock{kNow, own_s};
    table.row("of its own " + of(own_s) + " s", state(account, Method::totp, kNow));
  }
}

void hold(Table &table) {
  table.title("totp, hotp and email together: the hold after 20 in an hour");
  const Method methods[] = {Method::totp, Method::hotp, Method::email};
  for (const uint32_t n : {19u, 20u, 21u}) {
    Account account;
    for (uint32_t i = 0; i < n; i++) {
      charge(account, config(), methods[i % 3], kNow);
      settle(account, config(), methods[i % 3]);  // right answers between end no hold
    }
    for (const Method method : {Method::totp, Method::email, Method::recovery, Method::webauthn})
      table.row(of(n) + " then " + name_of(method), state(account, method, kNow));
  }
  Account account;
  for (int i = 0; i < 20; i++) {
    charge(account, config(), Method::email, kNow);
    settle(account, config(), Method::email);
  }
  for (const uint64_t after : {899, 900, 901})
    table.row("after " + of(after) + " s", state(account, Method::totp, kNow + after));
  clock_goes_back(table, account, Method::totp);
  Account spread;
  for (uint64_t i = 0; i < 20; i++) {
    charge(spread, config(), Method::totp, kNow + i * 190);  // 20 in 3610 s
    settle(spread, config(), Method::totp);
  }
  table.row("20 in 3610 s", state(spread, Method::totp, kNow + 3610));
}

void long_budget(Table &table) {
  table.title("recovery: the long budget, right answers between");
  for (const uint32_t n : {299u, 300u, 301u}) {
    Account account;
    for (uint32_t i = 0; i < n; i++) {
      charge(account, config(), Method::recovery, kNow + i * 3600);
      settle(account, config(), Method::recovery);
    }
    table.row(of(n), state(account, Method::recovery, kNow + n * 3600));
  }
  Account account;
  for (uint32_t i = 0; i < 300; i++) {
    charge(account, config(), Method::recovery, kNow);
    settle(account, config(), Method::recovery);
  }
  for (const uint64_t days : {29, 30, 31})
    table.row("after " + of(days) + " days", state(account, Method::recovery, kNow + days * 86400));
  clock_goes_back(table, account, Method::recovery);
}

void known(Table &table) {
  table.title("a browser that is known, while totp is locked by others");
  const Bytes mine(16, 1), other(16, 2);
  const auto relief = [](const Account &account, const Bytes &whose, uint64_t now_s) {
    return std::string(has_relief(account, config(), Method::totp, whose, now_s) ? "may try" : "waits");
  };
  Account account;
  for (int i = 0; i < 5; i++) charge(account, config(), Method::totp, kNow);
  table.row("0", relief(account, mine, kNow));
  for (const uint32_t n : {1u, 2u, 3u, 4u, 5u}) {
    const Charged charged = charge_known(account, config(), Method::totp, mine, kNow);
    table.row(of(n), answer(charged, kNow) + "; " + relief(account, mine, kNow));
  }
  table.row("another browser", relief(account, other, kNow));
  table.row("none", relief(account, {}, kNow));
  for (const uint64_t after : {3599, 3600, 3601})
    table.row("after " + of(after) + " s", relief(account, mine, kNow + after));
  table.row("the clock goes back an hour", relief(account, mine, kNow - 3600));
  Account crowd;
  for (uint8_t i = 0; i < kReliefMax; i++)
    charge_known(crowd, config(), Method::totp, Bytes(16, static_cast<uint8_t>(i + 10)), kNow);
  table.row("8 others at once", relief(crowd, mine, kNow));
  for (const uint32_t n : {299u, 300u}) {
    Account spent;
    spent.throttle.meters[Method::totp] = Meter{.long_since_s = kNow, .long_failures = n};
    table.row("long budget " + of(n), relief(spent, mine, kNow));
  }
}

// As the engine asks for them: mails, and where guesses come from.
void mails(Table &table) {
  table.title("mails: begun again, of one user");
  test::Host host(test::config_text(R"("methods":{"email":{"allowed":true}})"));
  const uint64_t start_s = host.clock.now;
  BeginOptions options;
  options.address = "alice@example.test";
  const auto at = [&](uint64_t after_s, const char *what) {
    host.clock.now = start_s + after_s;
    const auto offer = host.engine->enroll_begin(host.request(), Method::email, options);
    table.row(what, offer.has_value() ? "sent"
                                      : std::string(name_of(offer.error().reason)) + " for " +
                                            of(offer.error().retry_at_s - host.clock.now) + " s");
  };
  at(0, "1st");
  at(59, "59 s later");
  at(60, "2nd, 60 s later");
  at(120, "3rd");
  at(180, "4th");
  at(240, "5th");
  at(300, "6th within the hour");
  at(3599, "6th, 3599 s after the first");
  at(3600, "6th, 3600 s after the first");
  at(7200, "7th");
  at(7300, "8th");
  at(7400, "9th");
  at(7500, "10th");
  at(20000, "11th within the day");
  at(86399, "11th, a day less a second after the first");
  at(86400, "11th, a day after the first");
  at(86400 - 3600, "the clock goes back an hour");
}

void source(Table &table) {
  table.title("where guesses come from, of whatever user");
  const char *settings = R"("throttle":{"per_source":{"enabled":true},"per_method":{"free":20}},)"
                         R"("unsafe":{"alone_methods":["totp"],"recovery_test_hash":true})";
  test::Host host(R"({"version":1,"issuer":"Example",)" + std::string(settings) + "}");
  const uint64_t start_s = host.clock.now;
  const auto guess = [&](uint64_t after_s) {
    host.clock.now = start_s + after_s;
    Request request = host.request(Purpose::login, "nobody");
    request.proven = 0;
    request.source = "192.0.2.1";
    const auto no = host.engine->verify_code(request, Method::totp, "123456").error();
    return no.retry_at_s == 0
               ? std::string(name_of(no.status))
               : std::string(name_of(no.reason)) + " for " + of(no.retry_at_s - host.clock.now) + " s";
  };
  for (uint32_t n = 1; n <= 61; n++) {
    const std::string said = guess(0);
    if (n == 1 || n >= 59) table.row(of(n), said);
  }
  table.row("after 599 s", guess(599));
  table.row("the clock goes back an hour", guess(uint64_t{0} - 3600));
  table.row("after 600 s", guess(600));
}

void ends_of_time(Table &table) {
  table.title("totp: locks across the ends of 31 and 32 bits of time");
  for (const uint64_t end_s : {uint64_t{1} << 31, uint64_t{1} << 32}) {
    Account account;
    for (int i = 0; i < 5; i++) charge(account, config(), Method::totp, end_s - 10);
    table.row(of(end_s) + " - 10", state(account, Method::totp, end_s - 10));
    table.row(of(end_s) + " + 19", state(account, Method::totp, end_s + 19));
    table.row(of(end_s) + " + 20", state(account, Method::totp, end_s + 20));
    Account held;
    for (int i = 0; i < 20; i++) {
      charge(held, config(), Method::totp, end_s - 1);
      settle(held, config(), Method::totp);
    }
    table.row("the hold, " + of(end_s) + " + 898", state(held, Method::totp, end_s + 898));
    table.row("the hold, " + of(end_s) + " + 899", state(held, Method::totp, end_s + 899));
  }
}

void revival(Table &table) {
  table.title("totp disabled by 100 in a row: what brings it back");
  for (const Method by :
       {Method::webauthn, Method::u2f, Method::recovery, Method::hotp, Method::email, Method::totp}) {
    Account account;
    const uint64_t now_s = fail_in_a_row(account, Method::totp, 100);
    settle(account, config(), by);
    table.row(std::string("a right answer of ") + name_of(by), state(account, Method::totp, now_s + 86400));
  }
  Account account;
  const uint64_t now_s = fail_in_a_row(account, Method::totp, 100);
  unlock(account, Method::totp);
  table.row("an administrator", state(account, Method::totp, now_s));
}

void enrolment(Table &table) {
  table.title("codes of an enrolment, which count apart");
  Account account;
  for (const uint32_t n : {1u, 2u, 3u, 4u, 5u, 6u}) {
    const uint64_t now_s = kNow + n * 86400;
    const Charged charged = charge_enroll(account, config(), now_s);
    const auto failure = enroll_locked(account, now_s);
    table.row(of(n), answer(charged, now_s) + "; " + (failure ? name_of(failure->reason) : "open"));
  }
  table.row("totp meanwhile", state(account, Method::totp, kNow));
}

}  // namespace

TEST_CASE("throttle: the committed table is what the code does") {
  Table table;
  for (const Method method : {Method::totp, Method::hotp, Method::email, Method::recovery, Method::webauthn})
    in_a_row(table, method);
  around_a_lock(table);
  around_two_locks(table);
  hold(table);
  long_budget(table);
  ends_of_time(table);
  revival(table);
  enrolment(table);
  known(table);
  mails(table);
  source(table);
  const bool same = table.text() == kCommitted;
  CHECK(same);
  if (!same)
    std::fprintf(stderr, "tests/engine/throttle_table.inc should hold:\nR\"(%s)\"\n", table.text().c_str());
}
