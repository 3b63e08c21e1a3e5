// The stateless WebAuthn calls: what a host may give them, and what it may not.
#include "capi/webauthn_host.hpp"

using namespace host;

TEST_CASE("an expectation that cannot be one is the caller's mistake") {
  Authenticator key;
  Credential credential;
  enrol(key, credential);
  const Response response(key.get(get_options(expectation()), kOrigin));
  using Change = void (*)(mfa_webauthn_expect &);
  static const int32_t kUnknown[] = {-7, -65534};
  static const int32_t kWeak[] = {-65535};
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
      {[](auto &e) { e.policy_json = mfa_text_of("{"); }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.policy_json = mfa_text_of("[]"); }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.policy_json = mfa_text_of(R"({"rs1":1})"); }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.policy_json = mfa_text_of(R"({"unknown":true})"); }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.policy_json = mfa_text_of(R"({"compound":"some"})"); }, MFA_ERR_ARGUMENT},
      {[](auto &e) { e.policy_json = mfa_text_of(R"({"compound":[]})"); }, MFA_ERR_ARGUMENT},
      {[](auto &e) {
         e.algorithms = kWeak;  // without the policy
         e.algorithms_count = 1;
       },
       MFA_ERR_ARGUMENT},
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
  for (const std::string word : {"none", "indirect", "direct", "enterprise"}) {
    const std::string options = create_options(expect, "{\"attestation\":\"" + word + "\"}");
    CHECK(options.find("\"attestation\":\"" + word + "\"") != std::string::npos);
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
      {[](auto &c) { c.public_key = mfa_text_of("\xA2\x01\x02\x03\x38\x21"); },
       MFA_ERR_UNSUPPORTED},  // an algorithm that is none
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
