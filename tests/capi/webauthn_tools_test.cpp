#include "capi/webauthn_host.hpp"
#include "core/cbor.hpp"
#include "methods/u2f/token.hpp"

using namespace host;

namespace {

std::string android(const std::string &fingerprint, mfa_status expected = MFA_OK) {
  Buffer out;
  CHECK(mfa_webauthn_android_origin(fingerprint.data(), fingerprint.size(), &out, nullptr) == expected);
  return out.text();
}

}  // namespace

TEST_CASE("the origin of an Android app from its certificate's fingerprint") {
  std::string digits, colons;
  for (int i = 0; i < 32; i++) {
    digits += "a5";
    colons += i == 0 ? "A5" : ":A5";
  }
  const char *origin = "android:apk-key-hash:paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU";
  CHECK(android(digits) == origin);
  CHECK(android(colons) == origin);
  for (const std::string &bad : {std::string(), digits.substr(1), digits + "00", "g" + digits.substr(1)})
    android(bad, MFA_ERR_ARGUMENT);
}

TEST_CASE("the document of related origins") {
  const mfa_text origins[] = {mfa_text_of("https://example.test"), mfa_text_of("https://shop.test:8443")};
  Buffer json;
  REQUIRE(mfa_webauthn_related_origins(origins, 2, &json, nullptr) == MFA_OK);
  CHECK(json.text() == R"({"origins":["https://example.test","https://shop.test:8443"]})");
  for (const char *bad :
       {"http://example.test", "https://", "https://example.test/", "https://Example.test", ""}) {
    const mfa_text one[] = {mfa_text_of(bad)};
    Buffer none;
    CHECK_MESSAGE(mfa_webauthn_related_origins(one, 1, &none, nullptr) == MFA_ERR_ARGUMENT, bad);
  }
  CHECK(mfa_webauthn_related_origins(nullptr, 1, &json, nullptr) == MFA_ERR_ARGUMENT);
}

TEST_CASE("the signal of an unknown credential") {
  Authenticator key;
  auto expect = expectation();
  const Response created(key.create(create_options(expect), kOrigin));
  size_t len = 0;
  const uint8_t *id = mfa_webauthn_response_id(created.it, &len);
  REQUIRE(len == 32);
  Buffer json;
  REQUIRE(mfa_webauthn_signal_unknown("example.test", 12, created.it, &json, nullptr) == MFA_OK);
  const std::string text = json.text();
  CHECK(text.starts_with(R"({"rpId":"example.test","credentialId":")"));
  CHECK(text.size() == std::string(R"({"rpId":"example.test","credentialId":""})").size() + 43);
  CHECK(id != nullptr);
}

TEST_CASE("the signals of a user's credentials and names") {
  const mfa_text ids[] = {mfa_text_of("abc"), mfa_text_of("d")};
  Buffer json;
  REQUIRE(mfa_webauthn_signal_accepted("example.test", 12, kHandle, 2, ids, 2, &json, nullptr) == MFA_OK);
  CHECK(json.text() == R"({"rpId":"example.test","userId":"CQg","allAcceptedCredentialIds":["YWJj","ZA"]})");
  REQUIRE(mfa_webauthn_signal_accepted("example.test", 12, kHandle, 2, nullptr, 0, &json, nullptr) == MFA_OK);
  CHECK(json.text() == R"({"rpId":"example.test","userId":"CQg","allAcceptedCredentialIds":[]})");
  const uint8_t large[65] = {};
  CHECK(mfa_webauthn_signal_accepted("example.test", 12, large, 65, ids, 2, &json, nullptr) ==
        MFA_ERR_ARGUMENT);
  CHECK(mfa_webauthn_signal_accepted("example.test", 12, large, 64, ids, 2, &json, nullptr) == MFA_OK);
  auto user = ada();
  REQUIRE(mfa_webauthn_signal_user("example.test", 12, &user, &json, nullptr) == MFA_OK);
  CHECK(json.text() ==
        R"({"rpId":"example.test","userId":"CQgHAAAAAAAAAAAAAAAAAA","name":"ada","displayName":"Ada"})");
  user.handle = mfa_text_of("");
  CHECK(mfa_webauthn_signal_user("example.test", 12, &user, &json, nullptr) == MFA_ERR_ARGUMENT);
}

TEST_CASE("extensions: outputs are told, the secrets of prf are not") {
  Authenticator key(
      {.create_extensions = {
           .authenticator = {0xA1, 0x6B, 'c', 'r', 'e', 'd', 'P', 'r', 'o', 't', 'e', 'c', 't', 0x03},
           .client = R"({"credProps":{"rk":true},"prf":{"enabled":true,)"
                     R"("results":{"first":"c2VjcmV0"}},"largeBlob":{"supported":true}})"}});
  auto expect = expectation();
  const Response created(key.create(create_options(expect), kOrigin));
  Buffer json;
  REQUIRE(mfa_webauthn_response_extensions(created.it, &json, nullptr) == MFA_OK);
  CHECK(
      json.text() ==
      R"({"client":{"credProps":{"rk":true},"prf":{"enabled":true},"largeBlob":{"supported":true,"written":false}},)"
      R"("authenticator":{"credProtect":3}})");
  CHECK(json.text().find("c2VjcmV0") == std::string::npos);
  Credential credential;
  REQUIRE(mfa_webauthn_verify_registration(&expect, kNow, created.it, &credential.it, nullptr) == MFA_OK);
  Buffer kept;
  REQUIRE(mfa_webauthn_credential_json(credential.it, &kept, nullptr) == MFA_OK);
  CHECK(kept.text().find(
            R"("discoverable":true,"credProtect":3,"prf":true,"largeBlob":true,"credBlob":false)") !=
        std::string::npos);
  // Level 3: a login without a verified user is refused, though its signature is right.
  key.settings.user_verified = false;
  const Response without(key.get(get_options(expect), kOrigin));
  mfa_webauthn_result result = MFA_WEBAUTHN_RESULT_INIT;
  mfa_error err;
  CHECK(mfa_webauthn_verify_assertion(&expect, credential.it, without.it, &result, &err) == MFA_DENIED);
  CHECK(std::string(mfa_reason_name(err.reason)) ==
        "webauthn.authentication.7.2.23.cred_protect_without_verification");
  key.settings.user_verified = true;
  const Response with(key.get(get_options(expect), kOrigin));
  CHECK(mfa_webauthn_verify_assertion(&expect, credential.it, with.it, &result, &err) == MFA_OK);
}

TEST_CASE("extensions: how the user was verified, and the large blob that was read") {
  Authenticator key;
  auto expect = expectation();
  Credential credential;
  enrol(key, credential);
  mfa::cbor::Writer uvm;
  uvm.map(1).text("uvm").array(1).array(3).number(2).number(4).number(2);
  const auto told = [&](const char *client) {
    key.settings.get_extensions = {.authenticator = uvm.view(), .client = client};
    const Response response(key.get(get_options(expect), kOrigin));
    mfa_webauthn_result result = MFA_WEBAUTHN_RESULT_INIT;
    CHECK(mfa_webauthn_verify_assertion(&expect, credential.it, response.it, &result, nullptr) == MFA_OK);
    Buffer json;
    REQUIRE(mfa_webauthn_response_extensions(response.it, &json, nullptr) == MFA_OK);
    return json.text();
  };
  const std::string signed_by_it = R"(,"authenticator":{"uvm":[[2,4,2]]}})";
  CHECK(told(R"({"uvm":[[2,4,2]],"largeBlob":{"blob":"AQID"}})") ==
        R"({"client":{"uvm":[[2,4,2]],"largeBlob":{"supported":false,"written":false,"blob":"AQID"}})" +
            signed_by_it);
  for (const char *bad : {R"({"uvm":2})", R"({"uvm":[[2,4]]})", R"({"uvm":[[2,4,-1]]})", R"({"uvm":[2,4,2]})",
                          R"({"uvm":[[2,4,2],[2,4,2],[2,4,2],[2,4,2]]})"}) {
    CHECK_MESSAGE(told(bad) == R"({"client":{"uvm":null})" + signed_by_it, bad);
  }
  CHECK(told(R"({"largeBlob":{"blob":"a+b"}})") ==
        R"({"client":{"largeBlob":{"supported":false,"written":false}})" + signed_by_it);
}

TEST_CASE("inspect: what hmac-secret gave is not shown") {
  Authenticator key;
  auto expect = expectation();
  Credential credential;
  enrol(key, credential);
  mfa::cbor::Writer outputs;
  outputs.map(2).text("credBlob").bytes(Bytes{0xAB, 0xCD}).text("hmac-secret").bytes(Bytes(32, 0x5E));
  key.settings.get_extensions = {.authenticator = outputs.take(), .client = "{}"};
  const std::string response = key.get(get_options(expect), kOrigin);
  Buffer text;
  REQUIRE(mfa_webauthn_inspect(response.data(), response.size(), &text, nullptr) == MFA_OK);
  CHECK(text.text().find("credBlob: abcd (2 bytes)") != std::string::npos);
  CHECK(text.text().find("hmac-secret: not shown") != std::string::npos);
  CHECK(text.text().find("5e5e") == std::string::npos);
}

TEST_CASE("a U2F login that is a document: a counter that went back is U2F's refusal") {
  mfa::test::U2fToken token;
  const Bytes challenge(32, 0x5A);
  const auto made = token.signs(kOrigin, challenge);
  mfa::json::Writer line;
  line.begin_object().member("ceremony", "u2f-authentication").key("expect").begin_object();
  line.member("app_id", kOrigin).member("challenge", mfa::base64url(challenge));
  line.member("sign_count", "reject").end_object().key("credential").begin_object();
  line.member("public_key", mfa::base64url(token.public_key())).member("sign_count", 5).end_object();
  line.key("response").begin_object().member("signatureData", mfa::base64url(made.message));
  line.member("clientData", mfa::base64url(mfa::bytes_of(made.client_data))).end_object();
  const std::string text = line.end_object().take();
  Buffer json;
  REQUIRE(mfa_webauthn_verify_json(text.data(), text.size(), kNow, 0, &json, nullptr) == MFA_OK);
  CHECK(json.text().find(
            R"("ok":false,"ceremony":"u2f-authentication","step":null,"reason":"counter_went_back")") !=
        std::string::npos);
}

TEST_CASE("a ceremony's document that is too large or wants a flag that there is not") {
  const std::string large(1024 * 1024 + 1, ' ');
  Buffer json;
  REQUIRE(mfa_webauthn_verify_json(large.data(), large.size(), kNow, 0, &json, nullptr) == MFA_OK);
  CHECK(json.text().find(R"("ok":false)") != std::string::npos);
  Buffer none;
  CHECK(mfa_webauthn_verify_json("{}", 2, kNow, 2, &none, nullptr) == MFA_ERR_UNSUPPORTED);
}

TEST_CASE("ML-DSA is there when OpenSSL has it") {
  CHECK((mfa_has("ml-dsa") == 1) == mfa::test::SoftwareKey::available(-48));
}

TEST_CASE("mfa_has tells which methods there are") {
  for (const char *method : {"totp", "hotp", "webauthn", "u2f", "email", "recovery", "device"})
    CHECK(mfa_has(method) == 1);
  for (const char *other : {"none", "", "carrier pigeon"}) CHECK(mfa_has(other) == 0);
}
