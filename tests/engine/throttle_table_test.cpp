// The throttle as a table: every edge of every lock, so that a change of policy shows in review.
#include <doctest.h>

#include <cstdio>

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

void around_a_lock(Table &table) {
  table.title("totp: around the end of the first lock, of 30 s");
  Account account;
  for (int i = 0; i < 5; i++) charge(account, config(), Method::totp, kNow);
  for (const uint64_t after : {0, 29, 30, 31})
    table.row("after " + of(after) + " s", state(account, Method::totp, kNow + after));
  table.row("the clock goes back an hour", state(account, Method::totp, kNow - 3600));
  table.row("the clock goes back to 0", state(account, Method::totp, 0));
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
  table.row("the clock goes back an hour", state(account, Method::totp, kNow - 3600));
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
  table.row("the clock goes back an hour", state(account, Method::recovery, kNow - 3600));
}

void ends_of_time(Table &table) {
  table.title("totp: locks across the ends of 31 and 32 bits of time");
  for (const uint64_t end_s : {uint64_t{1} << 31, uint64_t{1} << 32}) {
    Account account;
    for (int i = 0; i < 5; i++) charge(account, config(), Method::totp, end_s - 10);
    table.row(of(end_s) + " - 10", state(account, Method::totp, end_s - 10));
    table.row(of(end_s) + " + 19", state(account, Method::totp, end_s + 19));
    table.row(of(end_s) + " + 20", state(account, Method::totp, end_s + 20));
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
  for (const Method method : {Method::totp, Method::email, Method::recovery, Method::webauthn})
    in_a_row(table, method);
  around_a_lock(table);
  hold(table);
  long_budget(table);
  ends_of_time(table);
  revival(table);
  enrolment(table);
  const bool same = table.text() == kCommitted;
  CHECK(same);
  if (!same)
    std::fprintf(stderr, "tests/engine/throttle_table.inc should hold:\nR\"(%s)\"\n", table.text().c_str());
}
