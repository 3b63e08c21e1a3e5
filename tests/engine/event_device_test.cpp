// Events of trusted devices: one a call, and never a cookie, a code or a ticket in one.
#include "engine/cookies.hpp"
#include "engine/news.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

std::string config() {
  return config_text(
      R"("methods":{"device":{"allowed":true}},"device":{"pairing":true,"pairing_url":"https://example.test/pair"},"quick_login":{"enabled":true})");
}

Request phone() {
  Request request;
  request.browser = "browser-of-the-phone-0123456789";
  request.user_agent = kPhone;
  return request;
}

}  // namespace

TEST_CASE("event: a device that is remembered, used, copied and forgotten") {
  Host host(config());
  const std::string secret = host.add_totp();
  REQUIRE(host.sign_in(secret).has_value());
  std::vector<std::string> secrets;
  Jar jar;
  News news(host);
  const auto arrive = [&](const std::string &cookies) {
    auto proof = host.engine->verify_code(host.request(), Method::device, cookies);
    if (proof.has_value()) jar.take(proof.value());
    for (const auto &[name, value] : jar.cookies()) secrets.push_back(value);
    return proof;
  };
  const auto remembered = host.keep(host.engine->remember_device(host.request(Purpose::manage), ""));
  REQUIRE(remembered.has_value());
  CHECK(news.since() == "enrolled");
  jar.take(remembered.value());
  const std::string stolen = jar.header();
  CHECK(arrive(stolen).has_value());
  CHECK(news.since() == "verified");
  for (int i = 0; i < 2; i++) {
    host.clock.now += 61;
    CHECK(arrive(jar.header()).has_value());
  }
  CHECK(news.since() == "verified verified");
  CHECK(status_of(arrive(stolen)) == Status::wrong);
  CHECK(news.since() == "device_reused:MFA_WRONG");
  CHECK(news.last().signals == MFA_SIGNAL_DEVICE_REUSED);
  CHECK(status_of(arrive(jar.header())) == Status::not_found);
  CHECK(news.since() == "denied/verify_code:MFA_NOT_FOUND");
  Request none = host.request(Purpose::manage);
  none.statement = "";
  CHECK(!host.engine->remember_device(none, "").has_value());
  CHECK(news.since().starts_with("denied/device_remember:"));
  CHECK(!host.engine->remember_user(none).has_value());
  CHECK(news.since().starts_with("denied/remembered_issue:"));
  const auto user = host.engine->remember_user(host.request(Purpose::manage));
  REQUIRE(user.has_value());
  const std::string cookie = Host::text(&user.value());
  secrets.push_back(cookie.substr(cookie.find('=') + 1, 40));
  CHECK(host.engine->admin(AdminAction::forget_devices, "alice", "", "root").has_value());
  CHECK(news.since() == "admin_forgot_devices");
  for (const std::string &line : host.events.lines) {
    for (const std::string &one : secrets) CHECK(line.find(one) == std::string::npos);
  }
}

TEST_CASE("event: a device that is paired, and one that waits") {
  Host host(config());
  host.add_totp();
  News news(host);
  const auto offer = host.engine->enroll_begin(host.request(Purpose::manage), Method::device, {});
  REQUIRE(offer.has_value());
  CHECK(news.since() == "pairing_opened began/enroll_begin");
  const std::string link = Host::text(offer.value(), MFA_OFFER_URI),
                    code = Host::text(offer.value(), MFA_OFFER_CODE);
  const std::string ticket = Host::text(offer.value(), MFA_OFFER_TICKET);
  std::string wrong = code;
  wrong[0] = wrong[0] == '0' ? '1' : '0';
  Request claimer = phone();
  claimer.user = "alice";
  CHECK(!host.engine->claim_device(claimer, wrong).has_value());
  CHECK(news.since() == "pairing_refused:MFA_WRONG");
  claimer.user = "";
  CHECK(!host.engine->claim_device(claimer, "no link").has_value());
  CHECK(news.since() == "denied/device_claim:MFA_MALFORMED");
  const auto claimed = host.engine->claim_device(claimer, link.substr(link.find('#') + 1));
  REQUIRE(claimed.has_value());
  CHECK(news.since() == "pairing_claimed");
  const std::string check = Host::text(claimed.value(), MFA_OFFER_CODE);
  const std::string waits = Host::text(claimed.value(), MFA_OFFER_TICKET);
  CHECK(host.engine->claimed_device(host.request(Purpose::manage), ticket).has_value());
  CHECK(status_of(host.engine->collect_device(phone(), waits)) == Status::pending);
  CHECK(news.since().empty());
  CHECK(host.engine->enroll_finish(host.request(Purpose::manage), ticket, check).has_value());
  CHECK(news.since() == "pairing_approved");
  const auto collected = host.engine->collect_device(phone(), waits);
  REQUIRE(collected.has_value());
  CHECK(news.since() == "enrolled");
  CHECK(news.last().user == "alice");
  CHECK(status_of(host.engine->collect_device(phone(), ticket)) == Status::mismatch);
  CHECK(news.since() == "denied/device_collect:MFA_MISMATCH");
  CHECK(news.last().user == "alice");
  CHECK(news.last().method == Method::device);
  Jar jar;
  jar.take(collected.value());
  for (const std::string &line : host.events.lines) {
    for (const std::string &one : {link, code, ticket, waits, jar.cookies().begin()->second})
      CHECK(line.find(one) == std::string::npos);
  }
}
