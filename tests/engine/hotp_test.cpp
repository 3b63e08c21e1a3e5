// Sign-ins with a hardware token: its counter runs ahead, and is found again.
#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr std::string_view kAllowed = R"("methods":{"hotp":{"allowed":true}})";

std::string config_with(std::string_view hotp) {
  return config_text(std::string(kAllowed) + R"(,"hotp":)" + std::string(hotp));
}

class Token {
 public:
  // Enrolled with its first code: the next counter is 1.
  explicit Token(Host &host) : host_(host) {
    const auto offer = host.engine->enroll_begin(host.request(), Method::hotp, {});
    REQUIRE(offer.has_value());
    secret_ = from_base32(Host::text(offer.value(), MFA_OFFER_SECRET)).value();
    REQUIRE(host.engine->enroll_finish(host.request(), Host::text(offer.value(), MFA_OFFER_TICKET), code(0))
                .has_value());
  }
  std::string code(uint64_t counter) const { return otp::hotp_code(Hash::sha1, 6, secret_, counter).value(); }
  std::string two(uint64_t counter) const { return code(counter) + " " + code(counter + 1); }
  Result<Proof> sign_in(std::string_view typed) const {
    return host_.engine->verify_code(host_.request(), Method::hotp, typed);
  }

 private:
  Host &host_;
  Bytes secret_;
};

}  // namespace

TEST_CASE("two codes in a row find a counter that ran ahead, and are used up") {
  Host host(config_with(R"({"look_ahead":10,"resync_range":200})"));
  const Token token(host);
  CHECK(status_of(token.sign_in(token.code(150))) == Status::wrong);
  const auto proof = token.sign_in(token.two(150));
  REQUIRE(proof.has_value());
  CHECK(Host::text(proof.value(), MFA_PROOF_AMR) == "pwd,otp,mfa");
  CHECK(status_of(token.sign_in(token.two(150))) == Status::wrong);
  CHECK(status_of(token.sign_in(token.code(151))) == Status::wrong);
  CHECK(status_of(token.sign_in(token.code(152))) == Status::ok);
}

TEST_CASE("two codes may be typed with spaces and hyphens of their own") {
  for (const int form : {0, 1, 2, 3}) {
    CAPTURE(form);
    Host host(config_with("{}"));
    const Token token(host);
    std::string first = token.code(50), second = token.code(51);
    const char *const gaps[] = {"", " ", "-", "  "};
    first.insert(3, gaps[form]);
    second.insert(3, gaps[form]);
    CHECK(status_of(token.sign_in(first + " " + second)) == Status::ok);
  }
}

TEST_CASE("two codes are one attempt, answered as one wrong code is") {
  Host host(config_with(R"({"look_ahead":10,"resync_range":200})"));
  const Token token(host);
  int32_t left = 5;
  const std::string tries[] = {token.code(150), token.two(201), token.code(150) + " " + token.code(152),
                               token.code(151) + " " + token.code(150)};
  for (const std::string &typed : tries) {
    CAPTURE(typed);
    const int saved = host.store.saved;
    const auto answer = token.sign_in(typed);
    REQUIRE(status_of(answer) == Status::wrong);
    CHECK(answer.error().reason == Reason::otp_wrong);
    CHECK(answer.error().attempts_left == --left);
    CHECK(host.store.saved == saved + 1);
  }
  CHECK(status_of(token.sign_in(token.two(201))) == Status::wrong);
  CHECK(status_of(token.sign_in(token.two(150))) == Status::locked_out);
  host.clock.now += 30;
  CHECK(status_of(token.sign_in(token.two(200))) == Status::ok);  // counters 1 to 201 are searched
}

TEST_CASE("what is not two codes costs nothing") {
  Host host(config_with("{}"));
  const Token token(host);
  const int saved = host.store.saved;
  const auto unspaced = token.sign_in(token.code(50) + token.code(51));
  CHECK(status_of(unspaced) == Status::malformed);
  CHECK(reason_of(unspaced) == Reason::otp_resync_space);
  CHECK(reason_of(token.sign_in(token.code(50) + "-" + token.code(51))) == Reason::otp_resync_space);
  CHECK(reason_of(token.sign_in(token.two(50) + "1")) == Reason::otp_malformed);
  CHECK(reason_of(token.sign_in(token.two(50) + "x")) == Reason::otp_malformed);
  CHECK(reason_of(token.sign_in(token.code(50).substr(1) + " " + token.code(51))) == Reason::otp_malformed);
  CHECK(host.store.saved == saved);
  CHECK(status_of(token.sign_in(token.two(50))) == Status::ok);
}

TEST_CASE("two codes are refused where resynchronisation is off") {
  Host host(config_with(R"({"resync_range":0})"));
  const Token token(host);
  const int saved = host.store.saved;
  const auto answer = token.sign_in(token.two(1));
  CHECK(status_of(answer) == Status::malformed);
  CHECK(reason_of(answer) == Reason::otp_resync_off);
  CHECK(host.store.saved == saved);
  CHECK(status_of(token.sign_in(token.code(1))) == Status::ok);
}
