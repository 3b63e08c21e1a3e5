// The calls for hosts that keep their own state.
#include <algorithm>

#include "devices.hpp"
#include "shop.hpp"

namespace {

const std::vector<uint8_t> kChallenge(32, 0x5A), kHandle = {9, 8, 7};
const mfa_text kOrigins[] = {mfa::text(devices::kOrigin)};

mfa::WebauthnExpect expectation() {
  return {.rp_id = "example.test", .origins = kOrigins, .challenge = kChallenge, .user_handle = kHandle};
}
std::vector<uint8_t> copy(mfa::ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

TEST_CASE("one-time passwords: RFC 6238 and RFC 4226, used once") {
  const auto secret = mfa::bytes("12345678901234567890");
  auto eight = mfa::totp_params();
  eight.digits = 8;
  CHECK(mfa::totp_code(secret, 59, eight).or_throw().text() == "94287082");
  const auto step = mfa::totp_verify(secret, 0, 59, "94287082", eight);
  REQUIRE(step.ok());
  CHECK(*step.value() == 2);
  CHECK(mfa::totp_verify(secret, *step.value(), 59, "94287082", eight).status() == MFA_ALREADY_USED);
  CHECK(mfa::totp_verify(secret, 0, 59, "94287081", eight).status() == MFA_WRONG);
  CHECK(mfa::totp_verify(secret, 0, 59, "9428", eight).status() == MFA_MALFORMED);
  CHECK(mfa::totp_code(mfa::bytes("short"), 59).status() == MFA_ERR_ARGUMENT);

  CHECK(mfa::hotp_code(secret, 0).or_throw().text() == "755224");
  CHECK(mfa::hotp_verify(secret, 0, "287082").or_throw() == 2);
  CHECK(mfa::hotp_verify(secret, 2, "287082").status() == MFA_WRONG);
  CHECK(mfa::hotp_resync(secret, 0, 100, "520489", "399871").status() == MFA_WRONG);
  CHECK(mfa::hotp_resync(secret, 0, 100, "399871", "520489").or_throw() == 10);
}

TEST_CASE("otpauth, base32, QR") {
  const auto uri =
      mfa::otpauth_build({.issuer = "Shop", .account = "ada", .secret = mfa::bytes("12345678901234567890")});
  REQUIRE(uri.ok());
  auto parsed = mfa::otpauth_parse(uri.value()->text());
  REQUIRE(parsed.ok());
  const auto moved = std::move(parsed).or_throw();
  CHECK(moved->account == "ada");
  CHECK(moved->issuer == "Shop");
  CHECK(copy(moved->secret) == copy(mfa::bytes("12345678901234567890")));
  CHECK(mfa::otpauth_parse("otpauth://totp/x").status() == MFA_MALFORMED);
  CHECK(mfa::otpauth_parse("http://x", mfa::Strictness::lenient).status() == MFA_MALFORMED);
  CHECK(mfa::base32_encode(mfa::bytes("foobar")).or_throw().text() == "MZXW6YTBOI");
  CHECK(copy(mfa::base32_decode("mzxw 6ytb-oi").or_throw().bytes()) == copy(mfa::bytes("foobar")));
  CHECK(mfa::base32_decode("1").status() == MFA_MALFORMED);
  CHECK(mfa::qr("hello").or_throw().text().find("<svg") != std::string_view::npos);
  CHECK(mfa::qr("hello", MFA_QR_MATRIX).or_throw().size() == 21 * 21);
}

TEST_CASE("recovery codes") {
  const auto made = mfa::RecoveryCodes::generate(2, mfa::bytes("a pepper"));
  REQUIRE(made.ok());
  REQUIRE(made.value()->size() == 2);
  const mfa_text hashes[] = {mfa::text(made.value()->hash(0)), mfa::text(made.value()->hash(1))};
  CHECK(mfa::recovery_verify(hashes, made.value()->code(1), mfa::bytes("a pepper")).or_throw() == 1);
  CHECK(mfa::recovery_verify(hashes, made.value()->code(1)).status() == MFA_WRONG);
  CHECK(mfa::recovery_verify(hashes, "x").status() == MFA_MALFORMED);
  CHECK(made.value()->code(2).empty());
  CHECK(made.value()->hash(SIZE_MAX).empty());
  for (const size_t count : {size_t{0}, size_t{33}, SIZE_MAX})
    CHECK(mfa::RecoveryCodes::generate(count).status() == MFA_ERR_ARGUMENT);
}

TEST_CASE("a passkey: options, registration, kept as a blob and as columns, assertion") {
  devices::Passkey key;
  const auto expect = expectation();
  const auto options = mfa::webauthn_create_options(
      expect, {.handle = kHandle, .name = "ada", .display_name = "Ada"}, R"({"rpName":"Shop"})");
  INFO(options.error().message());
  REQUIRE(options.ok());
  const auto created = mfa::WebauthnResponse::parse(key.create(options.value()->text()));
  REQUIRE(created.ok());
  auto credential = mfa::webauthn_verify_registration(expect, shop::kStart, *created.value());
  REQUIRE(credential.ok());
  CHECK(created.value()->extensions().ok());
  const auto kept = mfa::WebauthnCredential::load(credential.value()->save().or_throw().bytes()).or_throw();
  CHECK(kept.json().ok());
  auto columns = kept.columns().or_throw();
  CHECK(copy(mfa::byte_view(columns.id)) == copy(created.value()->id()));
  CHECK(columns.sign_count == 1);
  const auto again = mfa::WebauthnCredential::of(columns).or_throw();

  const auto got = mfa::WebauthnResponse::parse(key.get(mfa::webauthn_get_options(expect).or_throw().text()));
  REQUIRE(got.ok());
  CHECK(copy(got.value()->user_handle()) == kHandle);
  const auto result = mfa::webauthn_verify_assertion(expect, again, *got.value());
  REQUIRE(result.ok());
  CHECK(result.value()->sign_count == 2);
  auto elsewhere = expect;
  elsewhere.rp_id = "other.test";
  const auto refused = mfa::webauthn_verify_assertion(elsewhere, again, *got.value());
  CHECK(refused.status() == MFA_WRONG);
  CHECK(refused.value() == nullptr);
  CHECK(refused.error().reason_name() == "webauthn.authentication.7.2.15.rp_id_hash_not_expected");
  CHECK(mfa::WebauthnResponse::parse("{").status() == MFA_MALFORMED);
  CHECK(mfa::WebauthnCredential::load(mfa::bytes("no blob")).status().failed());
  CHECK(got.value()->signal_unknown("example.test").ok());

  const auto trust = mfa::Trust::load({}, shop::kStart);
  INFO(trust.error().message());
  REQUIRE(trust.ok());
  CHECK(trust.value()->json().or_throw().text().find("\"anchors\":0") != std::string_view::npos);
  CHECK(again.audit(*trust.value(), shop::kStart).ok());
  auto trusting = expectation();
  trusting.trust = trust.value();
  trusting.require_trusted = true;
  CHECK(mfa::webauthn_verify_registration(trusting, shop::kStart, *created.value()).status() == MFA_DENIED);
  const mfa_text junk[] = {mfa::text("no certificate")};
  CHECK(mfa::Trust::load({.anchors = junk}, shop::kStart).status() == MFA_ERR_CONFIG);
}

TEST_CASE("beside a ceremony") {
  CHECK(mfa::webauthn_android_origin(std::string(64, 'a'))
            .or_throw()
            .text()
            .starts_with("android:apk-key-hash:"));
  CHECK(mfa::webauthn_android_origin("x").status() == MFA_ERR_ARGUMENT);
  CHECK(mfa::webauthn_related_origins(kOrigins).or_throw().text() ==
        R"({"origins":["https://example.test"]})");
  const mfa_text ids[] = {mfa::text("abc")};
  CHECK(mfa::webauthn_signal_accepted("example.test", mfa::bytes("h"), ids).or_throw().text() ==
        R"({"rpId":"example.test","userId":"aA","allAcceptedCredentialIds":["YWJj"]})");
  CHECK(mfa::webauthn_signal_accepted("example.test", {}, ids).status() == MFA_ERR_ARGUMENT);
  CHECK(mfa::webauthn_signal_user("example.test",
                                  {.handle = mfa::bytes("h"), .name = "ada", .display_name = "Ada"})
            .or_throw()
            .text() == R"({"rpId":"example.test","userId":"aA","name":"ada","displayName":"Ada"})");
  CHECK(mfa::webauthn_signal_user("example.test", {.handle = {}, .name = "ada", .display_name = "Ada"})
            .status() == MFA_ERR_ARGUMENT);
  CHECK(mfa::webauthn_verify_json("{}", shop::kStart, MFA_WEBAUTHN_EXPLAIN).ok());
  CHECK(mfa::cose_verify_json("{}").ok());
  CHECK(mfa::webauthn_inspect("{").status() == MFA_MALFORMED);
}

TEST_CASE("a U2F key registers and signs") {
  devices::U2f key;
  const mfa::U2fExpect expect = {.app_id = devices::kOrigin, .challenge = kChallenge};
  const auto made = mfa::u2f_verify_registration(expect, key.enrol(kChallenge));
  REQUIRE(made.ok());
  CHECK(copy(made.value()->key_handle.bytes()) == key.key_handle());
  CHECK_FALSE(made.value()->certificate.empty());
  const std::string response = key.sign(kChallenge);
  CHECK(copy(mfa::u2f_response_key_handle(response).or_throw().bytes()) == key.key_handle());
  const auto seen = mfa::u2f_verify_signature(expect, made.value()->public_key, 0, response).or_throw();
  CHECK(seen.counter == 1);
  CHECK(seen.signals == 0);
  const auto clone = mfa::u2f_verify_signature(expect, made.value()->public_key, 1, response).or_throw();
  CHECK(clone.signals == MFA_SIGNAL_CLONE_SUSPECTED);
  CHECK(mfa::u2f_verify_registration(expect, "{}").status() == MFA_MALFORMED);
}

TEST_CASE("names, randomness, wiping") {
  CHECK_FALSE(mfa::version().empty());
  CHECK(mfa::has("totp"));
  CHECK_FALSE(mfa::has("telepathy"));
  CHECK(mfa::method_name(MFA_METHOD_TOTP) == "totp");
  CHECK(mfa::method_from_name("webauthn") == MFA_METHOD_WEBAUTHN);
  CHECK(mfa::method_from_name("webauthn\0") == MFA_METHOD_WEBAUTHN);
  CHECK(mfa::method_from_name(std::string_view("webauthn\0", 9)) == MFA_METHOD_NONE);
  CHECK(mfa::Status(MFA_WRONG).name() == "MFA_WRONG");
  CHECK(mfa::Status(999).name() == "MFA_UNKNOWN");
  std::vector<uint8_t> bytes(32);
  CHECK(mfa::fill_random(bytes).ok());
  CHECK(std::any_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte != 0; }));
  mfa::wipe(bytes);
  CHECK(bytes == std::vector<uint8_t>(32));
}
