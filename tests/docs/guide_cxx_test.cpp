// docs/cxx.md: the code of its login signs in, and signs nobody in who should not.
#include "guide_cxx.hpp"
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "cxx/devices.hpp"
#include "guide_codes.hpp"

namespace {

constexpr const char *kConfig =
    R"({"version":1,"issuer":"Example","webauthn":{"rp_id":"example.test","origins":["https://example.test"]}})";

Web visitor() { return {"alice", "browser-0123456789abcdef", "192.0.2.7", ""}; }

}  // namespace

TEST_CASE("the guide for C++") {
  const std::vector<std::uint8_t> sealing_key(32, 7), decoy_key(32, 9);
  auto store = mfa::OpenedStore::open("memory:");
  REQUIRE(store.ok());
  const mfa_key keys[] = {mfa::key(1, sealing_key)};
  auto made =
      mfa::Engine::make({.json = kConfig, .keys = keys, .store = *store.value(), .decoy_key = decoy_key});
  REQUIRE(made.ok());
  Login login(*made.value());

  Web first = visitor();
  CHECK(login.after_password(first) == "/welcome");
  const mfa::Request me = {
      .purpose = MFA_PURPOSE_LOGIN, .proven = MFA_PROVEN_PASSWORD, .user = "alice", .browser = first.browser};
  const auto page = login.enroll_begin(first, MFA_METHOD_TOTP);
  REQUIRE(page.has_value());
  CHECK(page->shown.starts_with("<svg"));
  // The page shows a picture alone; the secret for typing in is of an offer of the same kind.
  const auto offer = made.value()->enroll_begin(me, MFA_METHOD_TOTP);
  REQUIRE(offer.ok());
  const std::string secret(offer.value()->secret()), ticket(offer.value()->ticket());
  const std::string used = app_code(secret, 0);
  CHECK(login.enroll_finish(first, MFA_METHOD_TOTP, ticket, "x") == "/error");
  CHECK(login.enroll_finish(first, MFA_METHOD_TOTP, ticket, used) == "/welcome");

  const auto codes = login.enroll_begin(first, MFA_METHOD_RECOVERY);
  REQUIRE(codes.has_value());
  CHECK(login.enroll_finish(first, MFA_METHOD_RECOVERY, codes->ticket, codes->shown.substr(0, 19)) ==
        "/welcome");
  devices::Passkey key;
  const auto options = login.enroll_begin(first, MFA_METHOD_WEBAUTHN);
  REQUIRE(options.has_value());
  CHECK(login.enroll_finish(first, MFA_METHOD_WEBAUTHN, options->ticket, key.create(options->shown)) ==
        "/welcome");
  CHECK(login.signed_in(first, {.aal = 2, .max_age_s = 300}));

  Web next = visitor();
  CHECK(login.after_password(next) == "/second-factor");
  CHECK_FALSE(login.signed_in(next));
  CHECK(login.code_submit(next, "totp", used) == "Wait for the next code.");
  CHECK(login.code_submit(next, "nonsense", "1") == "That was not right.");
  CHECK_FALSE(login.signed_in(next));
  CHECK(login.code_submit(next, "totp", app_code(secret, 1)) == "/welcome");
  CHECK(login.signed_in(next));
  Web third = visitor();
  CHECK(login.code_submit(third, "recovery", codes->shown.substr(20, 19)) == "/welcome");
  Web fourth = visitor();
  const auto asked = login.passkey_begin(fourth);
  REQUIRE(asked.has_value());
  CHECK(login.passkey_finish(fourth, asked->ticket, "{}") == "/error");
  CHECK(login.passkey_finish(fourth, asked->ticket, key.get(asked->shown)) == "/welcome");
  CHECK(login.signed_in(fourth));
  std::string answer;
  for (int guess = 0; guess < 8; guess++) answer = login.code_submit(fourth, "totp", app_code(secret, 40));
  CHECK(answer == "Too many attempts. Try again later.");
}
