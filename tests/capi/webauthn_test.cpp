// The stateless WebAuthn calls, through the public headers and the shared library alone.
#include "mfa/webauthn.h"

#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "support/authenticator.hpp"

using mfa::Bytes;
using mfa::test::Authenticator;

namespace {

constexpr const char *kOrigin = "https://example.test";
constexpr uint64_t kNow = 1'800'000'000;
const mfa_text kOrigins[] = {mfa_text_of("https://other.test"), mfa_text_of(kOrigin)};
const uint8_t kChallenge[32] = {1, 2, 3};
const uint8_t kHandle[16] = {9, 8, 7};

mfa_webauthn_expect expectation() {
  mfa_webauthn_expect expect = MFA_WEBAUTHN_EXPECT_INIT;
  expect.rp_id = mfa_text_of("example.test");
  expect.origins = kOrigins;
  expect.origins_count = 2;
  expect.challenge = mfa_text_n(kChallenge, sizeof kChallenge);
  expect.user_handle = mfa_text_n(kHandle, sizeof kHandle);
  return expect;
}
mfa_webauthn_user ada() {
  mfa_webauthn_user user = MFA_WEBAUTHN_USER_INIT;
  user.handle = mfa_text_n(kHandle, sizeof kHandle);
  user.name = mfa_text_of("ada");
  user.display_name = mfa_text_of("Ada");
  return user;
}

struct Buffer : mfa_buffer {
  Buffer() : mfa_buffer(MFA_BUFFER_INIT) {}
  ~Buffer() { mfa_buffer_free(this); }
  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;
  std::string text() const { return std::string(reinterpret_cast<const char *>(data), len); }
};
struct Response {
  mfa_webauthn_response *it = nullptr;
  explicit Response(const std::string &json, mfa_status expected = MFA_OK) {
    CHECK(mfa_webauthn_response_parse(json.data(), json.size(), &it, nullptr) == expected);
  }
  ~Response() { mfa_webauthn_response_free(it); }
  Response(const Response &) = delete;
  Response &operator=(const Response &) = delete;
};
struct Credential {
  mfa_webauthn_credential *it = nullptr;
  Credential() = default;
  ~Credential() { mfa_webauthn_credential_free(it); }
  Credential(const Credential &) = delete;
  Credential &operator=(const Credential &) = delete;
};

std::string create_options(const mfa_webauthn_expect &expect, const std::string &extra = "") {
  Buffer json;
  const auto user = ada();
  REQUIRE(mfa_webauthn_create_options(&expect, &user, extra.data(), extra.size(), &json, nullptr) == MFA_OK);
  return json.text();
}
std::string get_options(const mfa_webauthn_expect &expect, const std::string &extra = "") {
  Buffer json;
  REQUIRE(mfa_webauthn_get_options(&expect, extra.data(), extra.size(), &json, nullptr) == MFA_OK);
  return json.text();
}

void enrol(Authenticator &key, Credential &credential) {
  const auto expect = expectation();
  const Response response(key.create(create_options(expect), kOrigin));
  REQUIRE(mfa_webauthn_verify_registration(&expect, kNow, response.it, &credential.it, nullptr) == MFA_OK);
}

std::string text_of(mfa_text text) { return std::string(text.data, text.len); }
std::string reason_of(const mfa_error &err) { return mfa_reason_name(err.reason); }

mfa_webauthn_columns columns_of(const mfa_webauthn_credential *credential) {
  mfa_webauthn_columns columns = MFA_WEBAUTHN_COLUMNS_INIT;
  REQUIRE(mfa_webauthn_credential_columns(credential, &columns, nullptr) == MFA_OK);
  return columns;
}

}  // namespace

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

TEST_CASE("an expectation that cannot be one is the caller's mistake") {
  Authenticator key;
  Credential credential;
  enrol(key, credential);
  const Response response(key.get(get_options(expectation()), kOrigin));
  using Change = void (*)(mfa_webauthn_expect &);
  static const int32_t kUnknown[] = {-7, -65535};
  const std::pair<Change, mfa_status> rows[] = {
      {[](auto &e) { e.struct_size = 0; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.struct_size -= 1; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.user_verification = 4; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.user_verification = -1; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.mediation = 2; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.allow_cross_origin = 2; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.require_trusted = -1; }, MFA_ERR_ARGUMENT},
      {[](auto &e) {
         e.rp_id = {nullptr, 0};
       },
       MFA_ERR_ARGUMENT},
      {[](auto &e) {
         e.rp_id = {nullptr, 5};
       },
       MFA_ERR_ARGUMENT},
      {[](auto &e) { e.rp_id = mfa_text_of("\xff"); }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.origins_count = 0; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.origins = nullptr; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.top_origins_count = 1; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.challenge.len = 15; }, MFA_ERR_ARGUMENT},
      {[](auto &e) {
         e.challenge = {nullptr, 0};
       },
       MFA_ERR_ARGUMENT},
      {[](auto &e) { e.algorithms_count = 1; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.algorithms = kUnknown; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.allowed_ids_count = 1; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.user_handle = mfa_text_n(kOrigins, 65); }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.sign_count = 4; }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.backup_eligible_change = -1; }, MFA_ERR_ARGUMENT},
      {[](auto &e) {
         e.algorithms = kUnknown;
         e.algorithms_count = 2;
       },
       MFA_ERR_UNSUPPORTED},
      {[](auto &e) { e.reserved = 1; }, MFA_ERR_UNSUPPORTED},
      {[](auto &e) { e.trust = reinterpret_cast<const mfa_trust *>(&kNow); }, MFA_ERR_UNSUPPORTED},
      {[](auto &e) { e.policy_json = mfa_text_of("{}"); }, MFA_ERR_UNSUPPORTED},
  };
  for (const auto &[change, status] : rows) {
    auto expect = expectation();
    change(expect);
    mfa_error err;
    mfa_webauthn_result result = MFA_WEBAUTHN_RESULT_INIT;
    Credential none;
    CHECK(mfa_webauthn_verify_assertion(&expect, credential.it, response.it, &result, &err) == status);
    CHECK(err.status == status);
    CHECK(mfa_webauthn_verify_registration(&expect, kNow, response.it, &none.it, &err) == status);
    CHECK(none.it == nullptr);
  }
  auto expect = expectation();
  expect.user_handle = {nullptr, 0};
  const Response created(key.create(create_options(expect), kOrigin));
  Credential none;
  CHECK(mfa_webauthn_verify_registration(&expect, kNow, created.it, &none.it, nullptr) == MFA_ERR_ARGUMENT);

  // A newer header's struct: fine while what this library does not know is zero.
  struct Newer {
    mfa_webauthn_expect known;
    uint64_t more;
  } newer = {expectation(), 0};
  newer.known.struct_size = sizeof newer;
  mfa_webauthn_result result = MFA_WEBAUTHN_RESULT_INIT;
  CHECK(mfa_webauthn_verify_assertion(&newer.known, credential.it, response.it, &result, nullptr) == MFA_OK);
  newer.more = 1;
  CHECK(mfa_webauthn_verify_assertion(&newer.known, credential.it, response.it, &result, nullptr) ==
        MFA_ERR_UNSUPPORTED);
}

TEST_CASE("options: what extra_json may say") {
  auto expect = expectation();
  const std::string made = create_options(
      expect,
      R"({"rpName":"Example","authenticatorAttachment":"platform","residentKey":"required","attestation":"direct",)"
      R"("attestationFormats":["packed"],"hints":["hybrid"],"timeout":1500,)"
      R"("excludeCredentials":[{"id":"AQ","type":"public-key","transports":["usb"]}],)"
      R"("extensions":{"credProps":true,"x":[1,null,{"y":"z"}]}})");
  for (const char *part :
       {R"("name":"Example")", R"("authenticatorAttachment":"platform")", R"("residentKey":"required")",
        R"("attestation":"direct")", R"("attestationFormats":["packed"])", R"("hints":["hybrid"])",
        R"("timeout":2000)", R"("excludeCredentials":[{"type":"public-key","id":"AQ","transports":["usb"]}])",
        R"("extensions":{"credProps":true,"x":[1,null,{"y":"z"}]})"}) {
    CHECK_MESSAGE(made.find(part) != std::string::npos, part);
  }
  const uint8_t id[] = {1}, other[] = {2};
  const mfa_text ids[] = {mfa_text_n(id, 1), mfa_text_n(other, 1)};
  expect.allowed_ids = ids;
  expect.allowed_ids_count = 2;
  expect.app_id = mfa_text_of("https://example.test/app");
  const std::string asked = get_options(
      expect, R"({"allowCredentials":[{"id":"Ag","transports":["nfc"]}],"timeout":60000,"hints":[]})");
  for (
      const char *part :
      {R"("allowCredentials":[{"type":"public-key","id":"AQ"},{"type":"public-key","id":"Ag","transports":["nfc"]}])",
       R"("timeout":60000)", R"("extensions":{"appid":"https://example.test/app"})"}) {
    CHECK_MESSAGE(asked.find(part) != std::string::npos, part);
  }
}

TEST_CASE("options: what extra_json may not say") {
  auto expect = expectation();
  expect.app_id = mfa_text_of("https://example.test/app");
  const auto user = ada();
  mfa_error err;
  Buffer json;
  for (const std::string extra : {"{",
                                  "[]",
                                  "5",
                                  R"({"unknown":1})",
                                  R"({"residentkey":"required"})",
                                  R"({"residentKey":"maybe"})",
                                  R"({"residentKey":true})",
                                  R"({"authenticatorAttachment":""})",
                                  R"({"attestation":"all"})",
                                  R"({"rpName":5})",
                                  R"({"timeout":"5"})",
                                  R"({"timeout":999})",
                                  R"({"timeout":3600001})",
                                  R"({"hints":"hybrid"})",
                                  R"({"hints":[1]})",
                                  R"({"hints":["","","","","","","","",""]})",
                                  R"({"extensions":[]})",
                                  R"({"extensions":{"x":1.5}})",
                                  R"({"extensions":{"appidExclude":"https://example.test"}})",
                                  R"({"excludeCredentials":{}})",
                                  R"({"excludeCredentials":[5]})",
                                  R"({"excludeCredentials":[{"id":"*"}]})",
                                  R"({"excludeCredentials":[{"id":""}]})",
                                  R"({"excludeCredentials":[{"id":"AQ","transports":"usb"}]})",
                                  R"({"attestationFormats":[null]})",
                                  R"({"allowCredentials":[]})"}) {
    CAPTURE(extra);
    CHECK(mfa_webauthn_create_options(&expect, &user, extra.data(), extra.size(), &json, &err) ==
          MFA_ERR_ARGUMENT);
    CHECK(json.data == nullptr);
  }
  for (const std::string extra : {R"({"rpName":"x"})", R"({"extensions":{"appid":"https://example.test"}})",
                                  R"({"allowCredentials":[{"id":"AQ"}]})"}) {  // not in allowed_ids
    CAPTURE(extra);
    CHECK(mfa_webauthn_get_options(&expect, extra.data(), extra.size(), &json, &err) == MFA_ERR_ARGUMENT);
    CHECK(json.data == nullptr);
  }
}

TEST_CASE("options: the user") {
  const auto expect = expectation();
  using Change = void (*)(mfa_webauthn_user &);
  const std::pair<Change, mfa_status> rows[] = {
      {[](auto &u) { u.struct_size = 8; }, MFA_ERR_ARGUMENT},
      {[](auto &u) {
         u.handle = {nullptr, 0};
       },
       MFA_ERR_ARGUMENT},
      {[](auto &u) { u.handle = mfa_text_n(kOrigins, 65); }, MFA_ERR_ARGUMENT},
      {[](auto &u) { u.handle = mfa_text_of("not the expected one"); }, MFA_ERR_ARGUMENT},
      {[](auto &u) {
         u.name = {nullptr, 1};
       },
       MFA_ERR_ARGUMENT},
      {[](auto &u) { u.display_name = mfa_text_of("\xff"); }, MFA_ERR_ARGUMENT},
      {[](auto &u) { u.reserved = 1; }, MFA_ERR_UNSUPPORTED},
  };
  for (const auto &[change, status] : rows) {
    auto user = ada();
    change(user);
    Buffer json;
    CHECK(mfa_webauthn_create_options(&expect, &user, nullptr, 0, &json, nullptr) == status);
  }
}

TEST_CASE("columns: all that a credential is, and back") {
  Authenticator key({.algorithms = {-7}, .format = "self"});
  key.settings.backup_eligible = key.settings.backed_up = true;
  Credential credential, again;
  enrol(key, credential);
  auto columns = columns_of(credential.it);
  CHECK(columns.algorithm == -7);
  CHECK(columns.id.len == 32);
  CHECK(text_of(columns.user_handle) == std::string(reinterpret_cast<const char *>(kHandle), 16));
  CHECK(text_of(columns.rp_id) == "example.test");
  CHECK(columns.app_id.len == 0);
  CHECK(columns.sign_count == 1);
  CHECK(columns.flags == (MFA_WEBAUTHN_USER_PRESENT | MFA_WEBAUTHN_USER_VERIFIED |
                          MFA_WEBAUTHN_BACKUP_ELIGIBLE | MFA_WEBAUTHN_BACKED_UP));
  CHECK(columns.backup_eligible_known == 1);
  CHECK(Bytes(columns.aaguid, columns.aaguid + 16) ==
        Bytes(key.settings.aaguid.begin(), key.settings.aaguid.end()));
  CHECK(text_of(columns.transports) == "usb,nfc");
  CHECK(text_of(columns.attestation_format) == "packed");
  CHECK(text_of(columns.attestation_type) == "self");
  REQUIRE(mfa_webauthn_credential_new(&columns, &again.it, nullptr) == MFA_OK);
  Buffer one, two;
  REQUIRE(mfa_webauthn_credential_save(credential.it, &one, nullptr) == MFA_OK);
  REQUIRE(mfa_webauthn_credential_save(again.it, &two, nullptr) == MFA_OK);
  CHECK(one.text() == two.text());
}

TEST_CASE("columns: a U2F key's 65 bytes make an ES256 credential") {
  Authenticator key({.algorithms = {-7}});
  Credential credential, imported;
  enrol(key, credential);
  auto columns = columns_of(credential.it);
  const std::string cose = text_of(columns.public_key);  // ...-2: 32 bytes, -3: 32 bytes
  const std::string point = "\x04" + cose.substr(cose.size() - 67, 32) + cose.substr(cose.size() - 32);
  columns.public_key = mfa_text_n(point.data(), point.size());
  columns.algorithm = 0;
  REQUIRE(mfa_webauthn_credential_new(&columns, &imported.it, nullptr) == MFA_OK);
  CHECK(text_of(columns_of(imported.it).public_key) == cose);
  CHECK(columns_of(imported.it).algorithm == -7);
  const auto expect = expectation();
  const Response response(key.get(get_options(expect), kOrigin));
  mfa_webauthn_result result = MFA_WEBAUTHN_RESULT_INIT;
  CHECK(mfa_webauthn_verify_assertion(&expect, imported.it, response.it, &result, nullptr) == MFA_OK);
}

TEST_CASE("columns: those that cannot be") {
  Authenticator key;
  Credential credential;
  enrol(key, credential);
  using Change = void (*)(mfa_webauthn_columns &);
  static const std::string kLong(1024, 'x'), kNames(33, 'u'), kMany = "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q";
  const std::pair<Change, mfa_status> rows[] = {
      {[](auto &c) { c.struct_size = 4; }, MFA_ERR_ARGUMENT},
      {[](auto &c) { c.algorithm = -7; }, MFA_ERR_ARGUMENT},  // of an EdDSA key
      {[](auto &c) {
         c.id = {nullptr, 0};
       },
       MFA_ERR_ARGUMENT},
      {[](auto &c) { c.id = mfa_text_n(kLong.data(), 1024); }, MFA_ERR_ARGUMENT},
      {[](auto &c) {
         c.public_key = {nullptr, 0};
       },
       MFA_ERR_ARGUMENT},
      {[](auto &c) { c.public_key.len -= 1; }, MFA_ERR_ARGUMENT},
      {[](auto &c) { c.public_key = mfa_text_of("\xA2\x01\x02\x03\x38\x22"); },
       MFA_ERR_UNSUPPORTED},  // ES384
      {[](auto &c) { c.user_handle = mfa_text_n(kLong.data(), 65); }, MFA_ERR_ARGUMENT},
      {[](auto &c) { c.rp_id = mfa_text_of("\xff"); }, MFA_ERR_ARGUMENT},
      {[](auto &c) { c.backup_eligible_known = 2; }, MFA_ERR_ARGUMENT},
      {[](auto &c) { c.transports = mfa_text_of("usb,,nfc"); }, MFA_ERR_ARGUMENT},
      {[](auto &c) { c.transports = mfa_text_of(kNames.c_str()); }, MFA_ERR_ARGUMENT},
      {[](auto &c) { c.transports = mfa_text_of(kMany.c_str()); }, MFA_ERR_ARGUMENT},
      {[](auto &c) { c.attestation_type = mfa_text_of("best"); }, MFA_ERR_ARGUMENT},
      {[](auto &c) { c.flags |= 0x40; }, MFA_ERR_UNSUPPORTED},
      {[](auto &c) { c.reserved = 1; }, MFA_ERR_UNSUPPORTED},
  };
  for (const auto &[change, status] : rows) {
    auto columns = columns_of(credential.it);
    change(columns);
    Credential none;
    mfa_error err;
    CHECK(mfa_webauthn_credential_new(&columns, &none.it, &err) == status);
    CHECK(err.status == status);
    CHECK(none.it == nullptr);
  }
}

TEST_CASE("a damaged blob does not open") {
  Authenticator key;
  Credential credential;
  enrol(key, credential);
  Buffer blob;
  REQUIRE(mfa_webauthn_credential_save(credential.it, &blob, nullptr) == MFA_OK);
  const Bytes good(blob.data, blob.data + blob.len);
  CHECK(good[0] == 1);
  const auto load = [](const Bytes &bytes) {
    Credential loaded;
    const mfa_status status = mfa_webauthn_credential_load(bytes.data(), bytes.size(), &loaded.it, nullptr);
    CHECK((loaded.it != nullptr) == (status == MFA_OK));
    return status;
  };
  CHECK(load(good) == MFA_OK);
  CHECK(load({}) == MFA_ERR_DAMAGED);
  for (size_t len = 0; len < good.size(); len++)
    CHECK(load(Bytes(good.begin(), good.begin() + len)) == MFA_ERR_DAMAGED);
  Bytes changed = good;
  changed[0] = 2;
  CHECK(load(changed) == MFA_ERR_DAMAGED);
  changed = good;
  changed.push_back(0);
  CHECK(load(changed) == MFA_ERR_DAMAGED);
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
