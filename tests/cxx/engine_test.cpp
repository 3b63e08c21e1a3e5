// Whole sign-ins through mfa/mfa.hpp, on a store written in C++.
#include "devices.hpp"
#include "shop.hpp"

using shop::MapStore;
using shop::Shop;

TEST_CASE("an app is enrolled, its code signs in once, and the session stands") {
  MapStore store;
  Shop site(store);
  site.enrol_app();
  auto account = site.engine.view(site.asks(MFA_PURPOSE_LOGIN));
  REQUIRE(account.ok());
  CHECK(account.value()->need() == MFA_NEED_FACTOR);
  REQUIRE(account.value()->factor_count() == 1);
  const auto factor = account.value()->factor(0);
  REQUIRE(factor.ok());
  CHECK(factor.value()->method == MFA_METHOD_TOTP);
  CHECK(mfa::view(factor.value()->label) == "phone");
  CHECK(factor.value()->added_s == shop::kStart);
  CHECK(account.value()->factor(1).status() == MFA_ERR_ARGUMENT);
  CHECK(account.value()->factor(1).error().message() == "no such row");
  REQUIRE(account.value()->method_count() > 0);
  CHECK(account.value()->method(0).or_throw().can_verify == 1);
  CHECK(account.value()->number(MFA_ACCOUNT_RECOVERY_REMAINING) == 0);
  CHECK(account.value()->json().or_throw().text().find("\"totp\"") != std::string_view::npos);

  const std::string code = site.code_now();
  const auto yes = site.engine.verify_code(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_TOTP, code);
  site.keep(yes);
  CHECK(yes.value()->user() == "ada");
  CHECK(yes.value()->method() == MFA_METHOD_TOTP);
  CHECK(yes.value()->aal() == 2);
  CHECK(yes.value()->amr() == "pwd,otp,mfa");
  CHECK(yes.value()->factor() == mfa::view(factor.value()->id));
  CHECK(yes.value()->serial() > 0);
  CHECK(yes.value()->set_cookie().empty());
  CHECK(yes.value()->json().ok());

  const auto again = site.engine.verify_code(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_TOTP, code);
  CHECK_FALSE(again.ok());
  CHECK(again.status() == MFA_ALREADY_USED);
  CHECK(again.status().is_no());
  CHECK(again.value() == nullptr);
  CHECK(again.partial() == nullptr);
  CHECK_FALSE(again.error().reason_name().empty());
  const auto wrong = site.engine.verify_code(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_TOTP, "000000");
  CHECK(wrong.status() == MFA_WRONG);
  CHECK(wrong.error().attempts_left() == 4);

  CHECK(site.engine.session_check(site.asks(MFA_PURPOSE_STEP_UP)).ok());
  CHECK(site.engine.session_check_offline(site.asks(MFA_PURPOSE_STEP_UP), {.aal = 2}).ok());
  CHECK_FALSE(site.engine.session_check(site.asks(MFA_PURPOSE_STEP_UP), {.aal = 3}).ok());
  CHECK(site.engine.session_json(site.asks(MFA_PURPOSE_STEP_UP)).or_throw().text().find("\"ada\"") !=
        std::string_view::npos);
  CHECK(site.engine.policy_explain(site.asks(MFA_PURPOSE_STEP_UP)).ok());
}

TEST_CASE("a passkey is enrolled and signs in; its answer works once") {
  MapStore store;
  Shop site(store);
  devices::Passkey key;
  auto begun = site.engine.enroll_begin(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_WEBAUTHN,
                                        {.user_verification = MFA_UV_REQUIRED, .display_name = "Ada"});
  REQUIRE(begun.ok());
  CHECK(begun.value()->expires_at_s() > site.now_s);
  CHECK(begun.value()->options().find("\"Ada\"") != std::string_view::npos);
  site.keep(site.engine.enroll_finish(site.asks(MFA_PURPOSE_LOGIN), begun.value()->ticket(),
                                      key.create(begun.value()->options())));

  auto offer = site.engine.verify_begin(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_WEBAUTHN);
  REQUIRE(offer.ok());
  CHECK(offer.value()->secret().empty());
  CHECK(offer.value()->json().ok());
  const std::string response = key.get(offer.value()->options());
  const auto proof =
      site.engine.verify_finish(site.asks(MFA_PURPOSE_LOGIN), offer.value()->ticket(), response);
  site.keep(proof);
  CHECK(proof.value()->user() == "ada");
  CHECK(proof.value()->credentials().find("allAcceptedCredentialIds") != std::string_view::npos);
  CHECK(site.engine.verify_finish(site.asks(MFA_PURPOSE_LOGIN), offer.value()->ticket(), response).status() ==
        MFA_ALREADY_USED);
}

TEST_CASE("a recovery code works once") {
  MapStore store;
  Shop site(store);
  site.enrol_app();
  auto offer = site.engine.enroll_begin(site.asks(MFA_PURPOSE_MANAGE), MFA_METHOD_RECOVERY);
  REQUIRE(offer.ok());
  const std::string code(offer.value()->recovery_codes().substr(0, MFA_RECOVERY_CODE_SIZE - 1));
  site.keep(site.engine.enroll_finish(site.asks(MFA_PURPOSE_MANAGE), offer.value()->ticket(), code));
  const auto proof = site.engine.verify_code(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_RECOVERY, code);
  REQUIRE(proof.ok());
  CHECK(proof.value()->recovery_remaining() == 19);
  CHECK_FALSE(site.engine.verify_code(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_RECOVERY, code).ok());
}

TEST_CASE("mail, device, pairing and quick login") {
  MapStore store;
  Shop site(store);
  site.enrol_app();
  auto mail = site.engine.enroll_begin(site.asks(MFA_PURPOSE_MANAGE), MFA_METHOD_EMAIL,
                                       {.address = "ada@example.test"});
  REQUIRE(mail.ok());
  CHECK(mail.value()->mail_to() == "ada@example.test");
  CHECK_FALSE(mail.value()->mail_subject().empty());
  CHECK_FALSE(mail.value()->mail_text().empty());
  CHECK(mail.value()->mail_html().data() != nullptr);
  CHECK(mail.value()->address_masked() == "a***@example.test");

  const auto here = site.engine.device_remember(site.asks(MFA_PURPOSE_MANAGE), "laptop");
  REQUIRE(here.ok());
  CHECK(here.value()->set_cookie().find("HttpOnly") != std::string_view::npos);
  const auto named = site.engine.remembered_issue(site.asks(MFA_PURPOSE_MANAGE));
  REQUIRE(named.ok());
  const std::string cookie(named.value()->text().substr(0, named.value()->text().find(';')));
  mfa::Request stranger = site.asks(MFA_PURPOSE_LOGIN);
  stranger.user = {};
  stranger.proven = 0;
  const auto user = site.engine.remembered_user(stranger, cookie);
  INFO(user.error().message());
  REQUIRE(user.ok());
  CHECK(user.value()->text() == "ada");

  auto pairing = site.engine.enroll_begin(site.asks(MFA_PURPOSE_MANAGE), MFA_METHOD_DEVICE);
  REQUIRE(pairing.ok());
  CHECK(site.engine.device_claimed(site.asks(MFA_PURPOSE_MANAGE), pairing.value()->ticket()).status() ==
        MFA_PENDING);
  mfa::Request tv = site.asks(MFA_PURPOSE_LOGIN);
  tv.browser = "a random value of the other browser";
  tv.session = {};
  tv.proven = 0;
  auto claim = site.engine.device_claim(tv, pairing.value()->code());
  INFO(claim.error().message());
  REQUIRE(claim.ok());
  CHECK(site.engine.device_claimed(site.asks(MFA_PURPOSE_MANAGE), pairing.value()->ticket()).ok());
  REQUIRE(site.engine
              .enroll_finish(site.asks(MFA_PURPOSE_MANAGE), pairing.value()->ticket(), claim.value()->code())
              .ok());
  CHECK_FALSE(site.engine.device_collect(tv, claim.value()->ticket()).or_throw().set_cookie().empty());
}

TEST_CASE("factors are renamed, disabled and removed") {
  MapStore store;
  Shop site(store);
  site.enrol_app();
  devices::Passkey key;
  auto begun = site.engine.enroll_begin(site.asks(MFA_PURPOSE_MANAGE), MFA_METHOD_WEBAUTHN);
  REQUIRE(begun.ok());
  site.keep(site.engine.enroll_finish(site.asks(MFA_PURPOSE_MANAGE), begun.value()->ticket(),
                                      key.create(begun.value()->options())));
  const auto account = site.engine.view(site.asks(MFA_PURPOSE_MANAGE)).or_throw();
  REQUIRE(account.factor_count() == 2);
  const std::string id(mfa::view(account.factor(0).or_throw().id));
  CHECK(site.engine.factor_rename(site.asks(MFA_PURPOSE_MANAGE), id, "old phone").ok());
  CHECK(site.engine.factor_rename(site.asks(MFA_PURPOSE_MANAGE), "none", "x").status() == MFA_NOT_FOUND);
  site.keep(site.engine.factor_set_enabled(site.asks(MFA_PURPOSE_MANAGE), id, false));
  CHECK(site.engine.view(site.asks(MFA_PURPOSE_MANAGE)).or_throw().factor(0).or_throw().enabled == 0);
  site.keep(site.engine.factor_remove(site.asks(MFA_PURPOSE_MANAGE), id));
  CHECK(site.engine.view(site.asks(MFA_PURPOSE_MANAGE)).or_throw().factor_count() == 1);
}

TEST_CASE("administration: users, import, unlock, erase") {
  MapStore store;
  Shop site(store);
  site.enrol_app();
  std::vector<std::string> users;
  CHECK(site.engine
            .admin_users("", 10,
                         [&](std::string_view user) {
                           users.emplace_back(user);
                           return true;
                         })
            .ok());
  CHECK(users == std::vector<std::string>{"ada"});
  const auto imported = site.engine.admin_import(
      "bob", R"({"method":"totp","uri":"otpauth://totp/Shop:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})",
      "operator");
  INFO(imported.error().message());
  CHECK(imported.ok());
  CHECK(site.engine.admin(MFA_ADMIN_UNLOCK, "ada", "", "operator").ok());
  CHECK(site.engine.admin_audit("ada").ok());
  CHECK(site.engine.admin(MFA_ADMIN_SIGN_OUT, "ada", "", "operator").ok());
  CHECK(site.engine.session_check(site.asks(MFA_PURPOSE_STEP_UP)).status() == MFA_REVOKED);
  CHECK(site.engine.admin(MFA_ADMIN_ERASE, "nobody", "", "operator").status() == MFA_NOT_FOUND);
}

TEST_CASE("the events of an engine, its last too, are a whole log; one taken out shows") {
  std::vector<std::string> lines;
  const mfa_key keys[] = {mfa::key(1, shop::kKey)};
  {
    MapStore store;
    Shop site(store);
    site.enrol_app();
    {
      // Assignment ends the old engine while its callback still stands.
      Shop other(store);
      site.engine = site.start(store);
      other.engine = mfa::Engine(std::move(site.engine));
    }
    lines = site.events;
  }
  REQUIRE(lines.size() > 4);
  auto check = mfa::LogCheck::start(keys);
  REQUIRE(check.ok());
  for (const auto &line : lines) CHECK(check.value()->line(line).ok());
  CHECK(check.value()->end(true).ok());
  CHECK(check.value()->finding_count() == 0);
  CHECK(check.value()->number(MFA_LOG_ITEM_EVENTS) == lines.size());

  lines.erase(lines.begin() + 1);
  check = mfa::LogCheck::start(keys);
  for (const auto &line : lines) static_cast<void>(check.value()->line(line));
  CHECK(check.value()->end(true).status() == MFA_WRONG);
  REQUIRE(check.value()->finding_count() > 0);
  CHECK(check.value()->finding(0).or_throw().trouble == MFA_LOG_MISSING);
  CHECK(check.value()->finding(99).status() == MFA_ERR_ARGUMENT);
}

TEST_CASE("what is right but not enough is no yes") {
  MapStore store;
  Shop site(store);
  site.enrol_app();
  const mfa_key keys[] = {mfa::key(1, shop::kKey)};
  const std::string strict =
      std::string(shop::kConfig).insert(1, R"("policy":{"roles":{"*":{"min_aal":3}}},)");
  auto engine = mfa::Engine::make(
      {.json = strict, .keys = keys, .store = store, .decoy_key = shop::kDecoyKey, .now_s = [&] {
         return site.now_s;
       }});
  INFO(engine.error().message());
  REQUIRE(engine.ok());
  const auto answer =
      engine.value()->verify_code(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_TOTP, site.code_now());
  INFO(answer.error().message());
  CHECK(answer.status() == MFA_MORE_NEEDED);
  CHECK_FALSE(answer.ok());
  CHECK(answer.value() == nullptr);
  REQUIRE(answer.partial() != nullptr);
  CHECK_FALSE(answer.partial()->statement().empty());
}

TEST_CASE("configuration: read back, checked, refused with its path") {
  MapStore store;
  Shop site(store);
  CHECK(site.engine.config_json().or_throw().text().find("\"realm\":\"shop\"") != std::string_view::npos);
  CHECK(mfa::config_schema().ok());
  CHECK(mfa::config_check(shop::kConfig).ok());
  const auto refused = mfa::config_check(std::string(shop::kConfig).insert(1, R"("nosuch":1,)"));
  INFO(refused.error().message());
  CHECK(refused.status() == MFA_ERR_CONFIG);
  CHECK(refused.status().failed());
  CHECK(refused.error().message().find("nosuch") != std::string_view::npos);
  CHECK(mfa::Engine::make({.json = "{", .store = store}).status() == MFA_ERR_CONFIG);
}
