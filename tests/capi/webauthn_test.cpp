// The stateless WebAuthn calls: ceremonies, what they answer, and how they refuse.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "capi/webauthn_host.hpp"

using namespace host;

TEST_CASE("a passkey is enrolled, kept as a blob, and signs in") {
  for (const int32_t algorithm : {-7, -8, -257}) {
    for (const char *format : {"none", "self", "basic"}) {
      Authenticator key({.algorithms = {algorithm}, .format = format});
      auto expect = expectation();
      Credential made, kept;
      Buffer blob;
      mfa_error err;
      const Response created(key.create(create_options(expect), kOrigin));
      REQUIRE(mfa_webauthn_verify_registration(&expect, kNow, created.it, &made.it, &err) == MFA_OK);
      CHECK(err.status == MFA_OK);
      REQUIRE(mfa_webauthn_credential_save(made.it, &blob, &err) == MFA_OK);
      REQUIRE(mfa_webauthn_credential_load(blob.data, blob.len, &kept.it, &err) == MFA_OK);

      const uint8_t challenge[16] = {7};
      expect.challenge = mfa_text_n(challenge, sizeof challenge);
      const Response response(key.get(get_options(expect), kOrigin));
      size_t len = 0;
      const uint8_t *id = mfa_webauthn_response_id(response.it, &len);
      const auto columns = columns_of(kept.it);
      CHECK(std::string(reinterpret_cast<const char *>(id), len) == text_of(columns.id));
      const uint8_t *handle = mfa_webauthn_response_user_handle(response.it, &len);
      CHECK(Bytes(handle, handle + len) == Bytes(kHandle, kHandle + 16));
      mfa_webauthn_result result = MFA_WEBAUTHN_RESULT_INIT;
      REQUIRE(mfa_webauthn_verify_assertion(&expect, kept.it, response.it, &result, &err) == MFA_OK);
      CHECK(result.flags == (MFA_WEBAUTHN_USER_PRESENT | MFA_WEBAUTHN_USER_VERIFIED));
      CHECK(result.sign_count == 2);
      CHECK(result.signals == 0);
      CHECK(result.struct_size == sizeof result);
    }
  }
}

TEST_CASE("a refusal names its step and leaves nothing behind") {
  Authenticator key;
  Credential credential;
  enrol(key, credential);
  const auto expect = expectation();
  mfa_error err;
  mfa_webauthn_result result = {sizeof(mfa_webauthn_result), 5, 6, 7};
  const Response elsewhere(key.get(get_options(expect), "https://evil.test"));
  CHECK(mfa_webauthn_verify_assertion(&expect, credential.it, elsewhere.it, &result, &err) == MFA_WRONG);
  CHECK(err.status == MFA_WRONG);
  CHECK(reason_of(err) == "webauthn.authentication.7.2.12.origin_not_expected");
  CHECK(err.message[0] != 0);
  CHECK(result.flags == 0);
  CHECK(result.sign_count == 0);
  CHECK(result.signals == 0);

  const Response again(key.create(create_options(expect), "https://evil.test"));
  Credential other;
  CHECK(mfa_webauthn_verify_registration(&expect, kNow, again.it, &other.it, &err) == MFA_WRONG);
  CHECK(reason_of(err) == "webauthn.registration.7.1.9.origin_not_expected");
  CHECK(other.it == nullptr);

  mfa_webauthn_response *none = again.it;
  CHECK(mfa_webauthn_response_parse("{", 1, &none, &err) == MFA_MALFORMED);
  CHECK(reason_of(err) == "webauthn.response_not_json");
  CHECK(none == nullptr);
}

TEST_CASE("a registration does not sign in, nor does a sign-in register") {
  Authenticator key;
  Credential credential, none;
  enrol(key, credential);
  const auto expect = expectation();
  mfa_error err;
  mfa_webauthn_result result = MFA_WEBAUTHN_RESULT_INIT;
  const Response created(key.create(create_options(expect), kOrigin));
  CHECK(mfa_webauthn_verify_assertion(&expect, credential.it, created.it, &result, &err) == MFA_MALFORMED);
  const Response signed_in(key.get(get_options(expect), kOrigin));
  CHECK(mfa_webauthn_verify_registration(&expect, kNow, signed_in.it, &none.it, &err) == MFA_MALFORMED);
}

TEST_CASE("signals: beside a yes, and beside a no") {
  Authenticator key;
  Credential credential;
  enrol(key, credential);
  Authenticator clone = key;
  auto expect = expectation();
  const Response first(key.get(get_options(expect), kOrigin));
  auto columns = columns_of(credential.it);
  columns.sign_count = 2;
  Credential later;
  REQUIRE(mfa_webauthn_credential_new(&columns, &later.it, nullptr) == MFA_OK);
  const Response second(clone.get(get_options(expect), kOrigin));
  mfa_webauthn_result result = MFA_WEBAUTHN_RESULT_INIT;
  mfa_error err;
  CHECK(mfa_webauthn_verify_assertion(&expect, later.it, second.it, &result, &err) == MFA_OK);
  CHECK(result.signals == MFA_SIGNAL_CLONE_SUSPECTED);
  CHECK(err.signals == MFA_SIGNAL_CLONE_SUSPECTED);
  expect.sign_count = MFA_RULE_REJECT;
  CHECK(mfa_webauthn_verify_assertion(&expect, later.it, second.it, &result, &err) == MFA_DENIED);
  CHECK(reason_of(err) == "webauthn.authentication.7.2.22.sign_count_not_greater");
  CHECK(err.signals == MFA_SIGNAL_CLONE_SUSPECTED);
  CHECK(result.signals == 0);
  expect.sign_count = MFA_RULE_IGNORE;
  CHECK(mfa_webauthn_verify_assertion(&expect, later.it, second.it, &result, &err) == MFA_OK);
  CHECK(result.signals == 0);

  const Response more(key.create(create_options(expect), kOrigin,
                                 {.reply = [](auto &parts) { parts.extension_results = R"({"what":1})"; }}));
  Credential other;
  CHECK(mfa_webauthn_verify_registration(&expect, kNow, more.it, &other.it, &err) == MFA_OK);
  CHECK(err.signals == MFA_SIGNAL_UNSOLICITED_EXTENSION);
}

TEST_CASE("the expectation's members are heard") {
  Authenticator key;
  Credential credential;
  enrol(key, credential);
  mfa_error err;
  const auto refused = [&](const mfa_webauthn_expect &expect, const mfa::test::Tamper &tamper = {}) {
    auto plain = expectation();
    const Response response(key.get(get_options(plain), kOrigin, tamper));
    mfa_webauthn_result result = MFA_WEBAUTHN_RESULT_INIT;
    return mfa_webauthn_verify_assertion(&expect, credential.it, response.it, &result, &err) == MFA_OK
               ? "yes"
               : reason_of(err);
  };
  auto expect = expectation();
  CHECK(refused(expect) == "yes");
  expect.user_handle = {nullptr, 0};
  CHECK(refused(expect) == "yes");
  expect.user_handle = mfa_text_of("somebody else");
  CHECK(refused(expect) == "webauthn.authentication.7.2.6.user_handle_not_the_users");
  expect = expectation();
  const mfa_text ids[] = {mfa_text_of("another"), columns_of(credential.it).id};
  expect.allowed_ids = ids;
  expect.allowed_ids_count = 1;
  CHECK(refused(expect) == "webauthn.authentication.7.2.5.credential_not_allowed");
  expect.allowed_ids_count = 2;
  CHECK(refused(expect) == "yes");
  expect = expectation();
  expect.rp_id = mfa_text_of("other.test");
  CHECK(refused(expect) == "webauthn.authentication.7.2.15.rp_id_hash_not_expected");
  expect = expectation();
  expect.user_verification = MFA_UV_REQUIRED;
  CHECK(refused(expect) == "yes");
  key.settings.user_verified = false;
  CHECK(refused(expect) == "webauthn.authentication.7.2.17.user_not_verified");
  key.settings.user_verified = true;
  const mfa::test::Tamper framed{.client_data = [](auto &parts) {
    parts.cross_origin = true;
    parts.top_origin = "https://top.test";
  }};
  expect = expectation();
  CHECK(refused(expect, framed) == "webauthn.authentication.7.2.13.cross_origin_not_expected");
  expect.allow_cross_origin = 1;
  CHECK(refused(expect, framed) == "webauthn.authentication.7.2.14.top_origin_not_expected");
  const mfa_text tops[] = {mfa_text_of("https://top.test")};
  expect.top_origins = tops;
  expect.top_origins_count = 1;
  CHECK(refused(expect, framed) == "yes");
  key.settings.backup_eligible = true;
  expect = expectation();
  CHECK(refused(expect) == "webauthn.authentication.7.2.19.backup_eligibility_changed");
  expect.backup_eligible_change = MFA_RULE_FLAG;
  CHECK(refused(expect) == "yes");
  CHECK(err.signals == MFA_SIGNAL_BACKUP_ELIGIBLE_CHANGED);

  const int32_t only[] = {-257};
  expect = expectation();
  const Response created(key.create(create_options(expect), kOrigin));
  expect.algorithms = only;
  expect.algorithms_count = 1;
  Credential other;
  CHECK(mfa_webauthn_verify_registration(&expect, kNow, created.it, &other.it, &err) == MFA_DENIED);
  CHECK(reason_of(err) == "webauthn.registration.7.1.20.algorithm_not_offered");
  expect = expectation();
  expect.require_trusted = 1;
  CHECK(mfa_webauthn_verify_registration(&expect, kNow, created.it, &other.it, &err) == MFA_DENIED);
  CHECK(reason_of(err) == "webauthn.registration.7.1.24.attestation_not_trusted");
  key.settings.user_present = false;
  expect = expectation();
  const Response conditional(key.create(create_options(expect), kOrigin));
  CHECK(mfa_webauthn_verify_registration(&expect, kNow, conditional.it, &other.it, &err) == MFA_WRONG);
  expect.mediation = MFA_MEDIATION_CONDITIONAL;
  CHECK(mfa_webauthn_verify_registration(&expect, kNow, conditional.it, &other.it, &err) == MFA_OK);
}

TEST_CASE("the JSON of a credential") {
  Authenticator key({.algorithms = {-257}});
  Credential credential;
  enrol(key, credential);
  Buffer json;
  REQUIRE(mfa_webauthn_credential_json(credential.it, &json, nullptr) == MFA_OK);
  const std::string text = json.text();
  for (const char *part :
       {R"("algorithm":-257,"algorithmName":"RS256")", R"("rpId":"example.test")", R"("signCount":1)",
        R"("userHandle":"CQgHAAAAAAAAAAAAAAAAAA")", R"("userVerified":true)", R"("trusted":false)",
        R"("aaguid":"6d666100-0000-0000-0000-000000000000")", R"("transports":["usb","nfc"])",
        R"("attestationFormat":"none","attestationType":"none")"}) {
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);
  }
}

TEST_CASE("each pointer NULL in turn: a status, never a crash") {
  Authenticator key;
  Credential credential;
  enrol(key, credential);
  const auto expect = expectation();
  const auto user = ada();
  const Response response(key.get(get_options(expect), kOrigin));
  mfa_webauthn_result result = MFA_WEBAUTHN_RESULT_INIT;
  mfa_webauthn_columns columns = MFA_WEBAUTHN_COLUMNS_INIT;
  mfa_webauthn_credential *made = nullptr;
  mfa_webauthn_response *parsed = nullptr;
  Buffer out;
  mfa_error err;
  std::vector<mfa_status> all = {
      mfa_webauthn_create_options(nullptr, &user, nullptr, 0, &out, &err),
      mfa_webauthn_create_options(&expect, nullptr, nullptr, 0, &out, &err),
      mfa_webauthn_create_options(&expect, &user, nullptr, 1, &out, &err),
      mfa_webauthn_create_options(&expect, &user, nullptr, 0, nullptr, &err),
      mfa_webauthn_get_options(nullptr, nullptr, 0, &out, &err),
      mfa_webauthn_get_options(&expect, nullptr, 1, &out, &err),
      mfa_webauthn_get_options(&expect, nullptr, 0, nullptr, nullptr),
      mfa_webauthn_response_parse(nullptr, 1, &parsed, &err),
      mfa_webauthn_response_parse("{}", 2, nullptr, &err),
      mfa_webauthn_credential_new(nullptr, &made, &err),
      mfa_webauthn_credential_new(&columns, nullptr, &err),
      mfa_webauthn_credential_load(nullptr, 1, &made, &err),
      mfa_webauthn_credential_load(kChallenge, 1, nullptr, &err),
      mfa_webauthn_credential_save(nullptr, &out, &err),
      mfa_webauthn_credential_save(credential.it, nullptr, &err),
      mfa_webauthn_credential_columns(nullptr, &columns, &err),
      mfa_webauthn_credential_columns(credential.it, nullptr, &err),
      mfa_webauthn_credential_json(nullptr, &out, &err),
      mfa_webauthn_credential_json(credential.it, nullptr, &err),
      mfa_webauthn_verify_registration(nullptr, kNow, response.it, &made, &err),
      mfa_webauthn_verify_registration(&expect, kNow, nullptr, &made, &err),
      mfa_webauthn_verify_registration(&expect, kNow, response.it, nullptr, &err),
      mfa_webauthn_verify_assertion(nullptr, credential.it, response.it, &result, &err),
      mfa_webauthn_verify_assertion(&expect, nullptr, response.it, &result, &err),
      mfa_webauthn_verify_assertion(&expect, credential.it, nullptr, &result, &err),
      mfa_webauthn_verify_assertion(&expect, credential.it, response.it, nullptr, &err),
  };
  for (const mfa_status status : all) CHECK(status == MFA_ERR_ARGUMENT);
  CHECK(made == nullptr);
  CHECK(parsed == nullptr);
  CHECK(mfa_webauthn_response_parse(nullptr, 0, &parsed, nullptr) == MFA_MALFORMED);
  CHECK(mfa_webauthn_get_options(&expect, nullptr, 0, &out, nullptr) == MFA_OK);
  size_t len = 5;
  CHECK(mfa_webauthn_response_id(nullptr, &len) == nullptr);
  CHECK(len == 0);
  CHECK(mfa_webauthn_response_user_handle(nullptr, nullptr) == nullptr);
  CHECK(mfa_webauthn_response_id(response.it, nullptr) != nullptr);
  mfa_webauthn_response_free(nullptr);
  mfa_webauthn_credential_free(nullptr);
}
