// What records and events keep of where a request came from.
#include "engine/cookies.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr std::string_view kAddress = "203.0.113.77";
constexpr std::string_view kNetwork = "203.0.113.0/24";

std::string config(const std::string &events, const std::string &more = "") {
  return config_text(R"("methods":{"device":{"allowed":true}},"device":{"pairing":true},"events":)" + events +
                     more);
}

// Alice, from everywhere at kAddress but for what else is said.
struct Traveller {
  Host host;
  std::string secret;
  explicit Traveller(const std::string &text) : host(text) {}
  Request request(Purpose purpose = Purpose::login, std::string_view source = kAddress) {
    Request r = host.request(purpose);
    r.source = source;
    return r;
  }
  void enroll() {
    const auto offer = host.engine->enroll_begin(request(), Method::totp, {});
    REQUIRE(offer.has_value());
    secret = Host::text(offer.value(), MFA_OFFER_SECRET);
    REQUIRE(host.keep(host.engine->enroll_finish(request(), Host::text(offer.value(), MFA_OFFER_TICKET),
                                                 host.code_of(secret)))
                .has_value());
    host.clock.now += 60;
  }
  Result<Proof> answer(std::string_view code, std::string_view source = kAddress) {
    host.statement.clear();
    return host.keep(host.engine->verify_code(request(Purpose::login, source), Method::totp, code));
  }
  // A device that claims a pairing, as the signed-in browser is told.
  std::string claimed() {
    const auto offer = host.engine->enroll_begin(request(Purpose::manage), Method::device, {});
    REQUIRE(offer.has_value());
    Request phone = request();
    phone.browser = "browser-of-the-phone-0123456789";
    phone.user_agent = kPhone;
    REQUIRE(host.engine->claim_device(phone, Host::text(offer.value(), MFA_OFFER_CODE)).has_value());
    const auto told =
        host.engine->claimed_device(request(Purpose::manage), Host::text(offer.value(), MFA_OFFER_TICKET));
    REQUIRE(told.has_value());
    return told.value();
  }
  std::string view() { return view_json(host.engine->view(request(Purpose::manage)).value()); }
  // All that is told of a walk with a begin, an enrolment, a denial, a refusal, a sign-in and a pairing.
  std::string everything() {
    enroll();
    (void)answer("12");
    (void)answer(host.wrong_code(secret));
    REQUIRE(answer(host.code_of(secret)).has_value());
    std::string all = claimed() + view();
    for (const std::string &line : host.events.lines) all += line;
    return all;
  }
};

size_t count_of(const std::string &text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) count++;
  return count;
}

}  // namespace

TEST_CASE("kept source: the whole of it, unless the configuration says less") {
  Traveller t(config("{}"));
  CHECK(count_of(t.everything(), kAddress) >= 12);
}

TEST_CASE("kept source: network, and no record or event tells the address") {
  Traveller t(config(R"({"source":"network"})"));
  const std::string all = t.everything();
  CHECK(all.find(kAddress) == std::string::npos);
  CHECK(count_of(all, kNetwork) >= 12);
  CHECK(t.view().find(R"("source":"203.0.113.0/24")") != std::string::npos);
  // What is no address could name somebody, and is not kept.
  (void)t.answer(t.host.wrong_code(t.secret), "alice at home");
  CHECK(t.host.events.lines.back().find("\"source\"") == std::string::npos);
  CHECK(t.view().find("alice at home") == std::string::npos);
}

TEST_CASE("kept source: none") {
  Traveller t(config(R"({"source":"none"})"));
  const std::string all = t.everything();
  CHECK(all.find("203.0.113") == std::string::npos);
  CHECK(count_of(all, R"("source")") == 1);  // of the claimed device, which always has it
  CHECK(all.find(R"("source":"")") != std::string::npos);
}

TEST_CASE("kept source: guesses are counted by the whole source nevertheless") {
  for (const char *kept : {R"({"source":"network"})", R"({"source":"none"})"}) {
    Traveller t(config(kept, R"(,"throttle":{"per_source":{"enabled":true,"failures":2}})"));
    t.enroll();
    for (int i = 0; i < 2; i++) CHECK(status_of(t.answer(t.host.wrong_code(t.secret))) == Status::wrong);
    CHECK(reason_of(t.answer(t.host.code_of(t.secret))) == Reason::throttle_source);
    CHECK(t.answer(t.host.code_of(t.secret), "203.0.113.78").has_value());
  }
}

TEST_CASE("kept source: 64 bytes at most, and no half of a character") {
  Traveller t(config("{}"));
  t.enroll();
  const std::string text = std::string(63, 'a') + "\xC3\xA9";
  (void)t.answer(t.host.wrong_code(t.secret), text);
  CHECK(t.host.events.lines.back().find(R"("source":")" + std::string(63, 'a') + "\"") != std::string::npos);
  CHECK(t.view().find(R"("source":")" + std::string(63, 'a') + "\"") != std::string::npos);
}
