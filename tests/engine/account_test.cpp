// What an account keeps of what happened to it.
#include "engine/account.hpp"

#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::engine;
using namespace mfa::test;

namespace {

Entry refusal(uint64_t at_s, Method method, Reason reason) {
  Entry entry;
  entry.at_s = at_s;
  entry.event = kRefused;
  entry.method = method;
  entry.reason = reason;
  return entry;
}

}  // namespace

TEST_CASE("recent activity: refusals are one counted entry for each method and reason") {
  Account account;
  Entry enrolled;
  enrolled.event = "enrolled";
  remember(account, enrolled, 4);
  for (uint64_t at = 1; at <= 100; at++) {
    remember(account, refusal(at, Method::totp, Reason::account_wrong_code), 4);
    remember(account, refusal(at, Method::totp, Reason::no_memory), 4);
    remember(account, refusal(at, Method::hotp, Reason::account_wrong_code), 4);
  }
  REQUIRE(account.recent.size() == 4);
  CHECK(account.recent[0].event == "enrolled");
  CHECK(account.recent[0].reason == Reason::none);
  for (size_t i = 1; i < 4; i++) {
    CHECK(account.recent[i].count == 100);
    CHECK(account.recent[i].at_s == 100);
  }
  CHECK(account.recent[2].reason == Reason::no_memory);

  forget_refusal(account, Method::hotp, Reason::no_memory);  // was none
  forget_refusal(account, Method::totp, Reason::no_memory);
  CHECK(account.recent[1].count == 100);
  CHECK(account.recent[2].count == 99);
  CHECK(account.recent[3].count == 100);
  for (int i = 0; i < 99; i++) forget_refusal(account, Method::totp, Reason::no_memory);
  CHECK(account.recent.size() == 3);
}

TEST_CASE("recent activity: guesses push nothing out, and say why they were refused") {
  Host host;
  const std::string secret = host.add_totp();
  for (int day = 0; day < 50; day++) {
    host.clock.now += 86400;
    CHECK_FALSE(host.engine->verify_code(host.request(), Method::totp, host.wrong_code(secret)).has_value());
  }
  const auto view = host.engine->view(host.request(Purpose::manage));
  REQUIRE(view.has_value());
  REQUIRE(view.value().recent.size() == 2);
  CHECK(view.value().recent[0].event == "enrolled");
  CHECK(view.value().recent[1].count > 5);
  const std::string json = view_json(view.value());
  CHECK(json.find(R"("reason":"otp.wrong_code")") != std::string::npos);
}
