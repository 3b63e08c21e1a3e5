// What a host may do wrong: handles that were moved from, texts that no one expects, values of a no. Never a
// crash, never a yes.
#include "devices.hpp"
#include "shop.hpp"

using shop::MapStore;
using shop::Shop;

static_assert(!std::is_convertible_v<mfa::Answer<mfa::Done>, bool>);
static_assert(!std::is_constructible_v<bool, mfa::Answer<mfa::Proof>>);
static_assert(!std::is_constructible_v<bool, mfa::Status>);
static_assert(!std::is_constructible_v<bool, mfa::Error>);

template <class T>
constexpr bool kMovesAlone = std::is_nothrow_move_constructible_v<T> &&std::is_nothrow_move_assignable_v<T> &&
                             !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;
static_assert(kMovesAlone<mfa::Engine> && kMovesAlone<mfa::Account> && kMovesAlone<mfa::Offer> &&
              kMovesAlone<mfa::Proof> && kMovesAlone<mfa::Trust> && kMovesAlone<mfa::WebauthnResponse> &&
              kMovesAlone<mfa::WebauthnCredential> && kMovesAlone<mfa::LogCheck> &&
              kMovesAlone<mfa::OpenedStore> && kMovesAlone<mfa::Buffer> && kMovesAlone<mfa::ParsedOtpauth>);

TEST_CASE("an engine that was moved from answers that the argument is wrong") {
  MapStore store;
  Shop site(store);
  site.enrol_app();
  mfa::Engine engine = std::move(site.engine);
  mfa::Engine &gone = site.engine;  // NOLINT: that is what is tested
  const auto asks = site.asks(MFA_PURPOSE_MANAGE);
  const auto refused = gone.session_check(asks);
  CHECK(refused.value() == nullptr);
  CHECK(refused.partial() == nullptr);
  std::vector<mfa::Status> answers = {
      gone.set_trust(nullptr).status(),
      gone.config_json().status(),
      gone.view(asks).status(),
      gone.enroll_begin(asks, MFA_METHOD_TOTP).status(),
      gone.enroll_finish(asks, "t", "r").status(),
      gone.verify_begin(asks, MFA_METHOD_TOTP).status(),
      gone.verify_finish(asks, "t", "r").status(),
      gone.verify_code(asks, MFA_METHOD_TOTP, "1").status(),
      gone.session_start(asks).status(),
      gone.session_check(asks).status(),
      gone.session_check_offline(asks).status(),
      gone.session_json(asks).status(),
      gone.device_remember(asks, "l").status(),
      gone.device_claim(asks, "c").status(),
      gone.device_claimed(asks, "t").status(),
      gone.device_collect(asks, "t").status(),
      gone.remembered_issue(asks).status(),
      gone.remembered_user(asks, "c").status(),
      gone.factor_rename(asks, "f", "l").status(),
      gone.factor_set_enabled(asks, "f", true).status(),
      gone.factor_remove(asks, "f").status(),
      gone.policy_explain(asks).status(),
      gone.admin(MFA_ADMIN_RESET, "ada", "", "x").status(),
      gone.admin_import("ada", "{}", "x").status(),
      gone.admin_audit("ada").status(),
      gone.admin_users("", 1, [](std::string_view) { return true; }).status()};
  for (const auto &status : answers) CHECK(status == MFA_ERR_ARGUMENT);
  // And the one that it was moved to works.
  CHECK(engine.verify_code(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_TOTP, site.code_now()).ok());
  engine = std::move(gone);
  CHECK(engine.config_json().status() == MFA_ERR_ARGUMENT);
}

TEST_CASE("other handles that were moved from have nothing") {
  MapStore store;
  Shop site(store);
  site.enrol_app();
  auto account = site.engine.view(site.asks(MFA_PURPOSE_LOGIN)).or_throw();
  const mfa::Account snapshot = std::move(account);
  CHECK(account.need() == MFA_NEED_FACTOR);  // NOLINT
  CHECK(account.factor_count() == 0);
  CHECK(account.method_count() == 0);
  CHECK(account.number(MFA_ACCOUNT_GRACE_UNTIL_S) == 0);
  CHECK(account.factor(0).status() == MFA_ERR_ARGUMENT);
  CHECK(account.method(0).status() == MFA_ERR_ARGUMENT);
  CHECK(account.json().status() == MFA_ERR_ARGUMENT);
  CHECK(snapshot.factor_count() == 1);

  auto offer = site.engine.enroll_begin(site.asks(MFA_PURPOSE_MANAGE), MFA_METHOD_RECOVERY).or_throw();
  const mfa::Offer kept = std::move(offer);
  CHECK(offer.ticket().empty());  // NOLINT
  CHECK(offer.expires_at_s() == 0);
  CHECK(offer.json().status() == MFA_ERR_ARGUMENT);
  CHECK_FALSE(kept.ticket().empty());

  auto proof =
      site.engine.verify_code(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_TOTP, site.code_now()).or_throw();
  const mfa::Proof held = std::move(proof);
  CHECK(proof.user().empty());  // NOLINT
  CHECK(proof.statement().empty());
  CHECK(proof.aal() == 0);
  CHECK(proof.method() == MFA_METHOD_NONE);
  CHECK(proof.serial() == 0);
  CHECK(proof.signals() == 0);
  CHECK(proof.recovery_remaining() == 0);
  CHECK(proof.json().status() == MFA_ERR_ARGUMENT);
  CHECK(held.user() == "ada");

  auto log = mfa::LogCheck::start().or_throw();
  const mfa::LogCheck other = std::move(log);
  CHECK(log.line("{}").status() == MFA_ERR_ARGUMENT);  // NOLINT
  CHECK(log.end(true).status() == MFA_ERR_ARGUMENT);
  CHECK(log.finding_count() == 0);
  CHECK(log.finding(0).status() == MFA_ERR_ARGUMENT);
  CHECK(log.number(MFA_LOG_ITEM_EVENTS) == 0);

  auto opened = mfa::OpenedStore::open("memory:").or_throw();
  const mfa::OpenedStore elsewhere = std::move(opened);
  CHECK(mfa::check_store(opened).status() == MFA_ERR_ARGUMENT);  // NOLINT
  CHECK(mfa::check_store(mfa::OpenedStore()).status() == MFA_ERR_ARGUMENT);
  const mfa_key keys[] = {mfa::key(1, shop::kKey)};
  CHECK(
      mfa::Engine::make({.json = shop::kConfig, .keys = keys, .store = opened, .decoy_key = shop::kDecoyKey})
          .status() == MFA_ERR_ARGUMENT);

  mfa::Buffer buffer = mfa::base32_encode(mfa::bytes("foobar")).or_throw();
  const mfa::Buffer taken = std::move(buffer);
  CHECK(buffer.empty());  // NOLINT
  CHECK(buffer.text().empty());
  CHECK(buffer.bytes().empty());
  CHECK(taken.size() == 10);
}

TEST_CASE("WebAuthn handles that were moved from") {
  devices::Passkey key;
  const std::vector<uint8_t> challenge(32, 1);
  const mfa_text origins[] = {mfa::text(devices::kOrigin)};
  const mfa::WebauthnExpect expect = {
      .rp_id = "example.test", .origins = origins, .challenge = challenge, .user_handle = challenge};
  const auto options =
      mfa::webauthn_create_options(expect, {.handle = challenge, .name = "a", .display_name = "A"});
  auto response = mfa::WebauthnResponse::parse(key.create(options.value()->text())).or_throw();
  auto credential = mfa::webauthn_verify_registration(expect, shop::kStart, response).or_throw();
  auto trust = mfa::Trust::load({}, shop::kStart).or_throw();
  const auto a = std::move(response);
  const auto b = std::move(credential);
  const auto c = std::move(trust);
  CHECK(response.id().empty());  // NOLINT
  CHECK(response.user_handle().empty());
  CHECK(response.extensions().status() == MFA_ERR_ARGUMENT);
  CHECK(response.signal_unknown("example.test").status() == MFA_ERR_ARGUMENT);
  CHECK(credential.save().status() == MFA_ERR_ARGUMENT);  // NOLINT
  CHECK(credential.columns().status() == MFA_ERR_ARGUMENT);
  CHECK(credential.json().status() == MFA_ERR_ARGUMENT);
  CHECK(credential.audit(c, shop::kStart).status() == MFA_ERR_ARGUMENT);
  CHECK(b.audit(trust, shop::kStart).status() == MFA_ERR_ARGUMENT);  // NOLINT
  CHECK(trust.json().status() == MFA_ERR_ARGUMENT);
  CHECK(mfa::webauthn_verify_registration(expect, shop::kStart, response).status() == MFA_ERR_ARGUMENT);
  CHECK(mfa::webauthn_verify_assertion(expect, credential, a).status() == MFA_ERR_ARGUMENT);
}

TEST_CASE("the value of a no is a null pointer, a fallback or, if asked, an exception") {
  const auto secret = mfa::bytes("12345678901234567890");
  auto no = mfa::totp_verify(secret, 0, 59, "000000");
  CHECK(no.value() == nullptr);
  CHECK(std::as_const(no).value() == nullptr);
  CHECK(no.partial() == nullptr);
  CHECK(mfa::totp_verify(secret, 0, 59, "000000").value_or(7) == 7);
  CHECK(mfa::totp_verify(secret, 0, 59, "287082").value_or(7) == 2);
  try {
    static_cast<void>(std::move(no).or_throw());
    FAIL("a no gave a value");
  } catch (const mfa::Refused &refused) {
    CHECK(refused.status() == MFA_WRONG);
    CHECK(refused.what() == refused.error().message());
  }
}

TEST_CASE("NUL, nothing and much where a text is due") {
  MapStore store;
  Shop site(store);
  site.enrol_app();
  const std::string huge(8 << 20, 'x'), nul("ada\0eve", 7);
  const std::string_view odd[] = {{}, "", std::string_view("\0", 1), nul, huge, "\xFF\xFE"};
  for (const auto text : odd) {
    auto asks = site.asks(MFA_PURPOSE_LOGIN);
    for (const mfa_method method : {MFA_METHOD_TOTP, MFA_METHOD_RECOVERY, MFA_METHOD_DEVICE})
      CHECK_FALSE(site.engine.verify_code(asks, method, text).ok());
    CHECK_FALSE(site.engine.verify_finish(asks, text, text).ok());
    CHECK_FALSE(site.engine.enroll_finish(asks, text, text).ok());
    CHECK_FALSE(site.engine.device_claim(asks, text).ok());
    CHECK_FALSE(site.engine.remembered_user(asks, text).ok());
    CHECK_FALSE(site.engine.factor_remove(site.asks(MFA_PURPOSE_MANAGE), text).ok());
    CHECK_FALSE(site.engine.admin_import("ada", text, text).ok());
    CHECK_FALSE(site.engine.admin(MFA_ADMIN_RESET, text, "", "").ok());
    CHECK_FALSE(mfa::has(text));
    CHECK(mfa::method_from_name(text) == MFA_METHOD_NONE);
    CHECK_FALSE(mfa::WebauthnResponse::parse(text).ok());
    CHECK_FALSE(mfa::otpauth_parse(text).ok());
    CHECK_FALSE(mfa::config_check(text).ok());
    CHECK_FALSE(mfa::u2f_response_key_handle(text).ok());
    CHECK_FALSE(mfa::OpenedStore::open(text).ok());
    CHECK_FALSE(mfa::WebauthnCredential::load(mfa::bytes(text)).ok());
    CHECK_FALSE(mfa::RecoveryCodes::generate(1000, mfa::bytes(text)).ok());
    CHECK_FALSE(mfa::recovery_verify({}, text).ok());
    // Another user than the one that its first bytes name.
    asks.user = text;
    CHECK_FALSE(site.engine.verify_code(asks, MFA_METHOD_TOTP, site.code_now()).ok());
  }
  const mfa::Error error(MFA_WRONG, huge);
  CHECK(error.message().size() == sizeof(mfa_error::message) - 1);
  CHECK(mfa::Error(MFA_WRONG, "one\ntwo").message() == "one two");
  CHECK(mfa::view(mfa_text{nullptr, 5}).empty());
}
