// Factors from elsewhere, and the audit of those that are here.
#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

// The member that an import is refused for.
std::string refused(Host &host, const std::string &json) {
  const auto imported = host.engine->import("alice", json, "operator");
  if (imported.has_value()) return "";
  CHECK(imported.error().status == Status::err_argument);
  return imported.error().detail.empty() ? "json" : imported.error().detail;
}

std::string passkey_json(const Bytes &id, const Bytes &key, const std::string &more) {
  return R"({"method":"webauthn","id":")" + base64url(id) + R"(","public_key":")" + base64url(key) + "\"" +
         more + "}";
}

webauthn::Credential credential_of(Host &host, Authenticator &key) {
  const auto offer = host.engine->enroll_begin(host.request(Purpose::login, "origin"), Method::webauthn, {});
  const std::string response = key.create(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin);
  const auto parsed = webauthn::parse_response(response).value();
  webauthn::Credential credential;
  credential.id = parsed.authenticator_data.credential_id;
  credential.public_key = parsed.authenticator_data.public_key;
  return credential;
}

Result<Proof> sign_in(Host &host, Authenticator &key, Request request) {
  const auto offer = host.engine->verify_begin(request, Method::webauthn, {});
  REQUIRE(offer.has_value());
  return host.engine->verify_finish(request, Host::text(offer.value(), MFA_OFFER_TICKET),
                                    key.get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin));
}

}  // namespace

TEST_CASE("import: an app and a hardware token by their URIs") {
  Host host(config_text(R"("methods":{"hotp":{"allowed":true}})"));
  const std::string secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
  const auto totp = host.engine->import(
      "alice",
      R"({"method":"totp","uri":"otpauth://totp/Old:alice?secret=)" + secret + R"(","label":"My phone"})",
      "operator");
  REQUIRE(totp.has_value());
  CHECK(totp.value().signals == 0);
  CHECK(host.events.list.back().name == std::string("admin_imported"));
  CHECK(host.events.list.back().actor == "operator");
  CHECK(host.sign_in(secret).has_value());
  const auto view = host.engine->view(host.request());
  CHECK(view.value().factors.front().id == totp.value().factor);
  CHECK(view.value().factors.front().label == "My phone");

  REQUIRE(host.engine
              ->import("alice",
                       R"({"method":"hotp","uri":"otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=7"})",
                       "operator")
              .value()
              .signals == MFA_SIGNAL_WEAK_SECRET);
  const auto code = otp::hotp_code(Hash::sha1, 6, from_base32("JBSWY3DPEHPK3PXP").value(), 7).value();
  CHECK(host.engine->verify_code(host.request(), Method::hotp, code).has_value());
}

TEST_CASE("import: what is wrong is named, and nothing is written") {
  Host host;
  CHECK(refused(host, "[]") == "json");
  CHECK(refused(host, "{") == "json");
  CHECK(refused(host, "{}") == "method");
  CHECK(refused(host, R"({"method":"recovery"})") == "method");
  CHECK(refused(host, R"({"method":"totp"})") == "uri");
  CHECK(refused(host, R"({"method":"totp","uri":"otpauth://hotp/a?secret=JBSWY3DPEHPK3PXP&counter=1"})") ==
        "uri");
  CHECK(refused(host, R"({"method":"totp","uri":"x"})") == "uri");
  const std::string totp = R"({"method":"totp","uri":"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP")";
  CHECK(refused(host, totp + R"(,"counter":1})") == "counter");
  CHECK(refused(host, totp + R"(,"enabled":1})") == "enabled");
  CHECK(refused(host, totp + R"(,"added_s":-1})") == "added_s");
  CHECK(refused(host, totp + R"(,"label":"\u0007"})") == "label");
  CHECK(refused(host, R"({"method":"u2f","key_handle":""})") == "key_handle");
  CHECK(refused(host, R"({"method":"u2f","key_handle":"AA","public_key":"AA"})") == "public_key");
  const std::string off_curve = base64url(Bytes(65, 4));
  CHECK(refused(host, R"({"method":"u2f","key_handle":"AA","public_key":")" + off_curve + "\"}") ==
        "public_key");
  Authenticator key;
  const auto credential = credential_of(host, key);
  CHECK(refused(host, passkey_json({}, credential.public_key, "")) == "id");
  CHECK(refused(host, passkey_json(credential.id, Bytes{0xA0}, "")) == "public_key");
  CHECK(refused(host, passkey_json(credential.id, credential.public_key, "")) == "user_handle");
  const std::string handle = R"(,"user_handle":"AQID")";
  CHECK(refused(host, passkey_json(credential.id, credential.public_key, handle + R"(,"aaguid":"00"})")) ==
        "json");
  CHECK(refused(host, passkey_json(credential.id, credential.public_key, handle + R"(,"aaguid":"00")")) ==
        "aaguid");
  CHECK(refused(host, passkey_json(credential.id, credential.public_key, handle + R"(,"transports":[1])")) ==
        "transports");
  CHECK(refused(host, passkey_json(credential.id, credential.public_key, handle + R"(,"backed_up":true)")) ==
        "backed_up");
  CHECK(host.store.saved == 0);
}

TEST_CASE("import: a passkey signs in, belongs to one user, and counts against the limit") {
  Host host(config_text(R"("methods":{"webauthn":{"max_factors":1}})"));
  Authenticator key;
  const auto credential = credential_of(host, key);
  const std::string json = passkey_json(credential.id, credential.public_key,
                                        R"(,"user_handle":"b3JpZ2lu","sign_count":0,"transports":["usb"],)"
                                        R"("user_verified":true,"backup_eligible":false)");
  REQUIRE(host.engine->import("alice", json, "operator").has_value());
  CHECK(reason_of(host.engine->import("alice", json, "operator")) == Reason::account_credential_known);
  CHECK(reason_of(host.engine->import("bob", json, "operator")) == Reason::account_credential_taken);
  Authenticator other;
  const auto second = credential_of(host, other);
  CHECK(reason_of(host.engine->import(
            "alice", passkey_json(second.id, second.public_key, R"(,"user_handle":"AQID")"), "operator")) ==
        Reason::policy_max_factors);
  key.settings.user_handles = false;
  CHECK(sign_in(host, key, host.request()).has_value());
}

TEST_CASE("import: both user handles that django-mfa2 gave are taken where the configuration says so") {
  const std::string webauthn =
      R"({"version":1,"issuer":"Example","webauthn":{"rp_id":"example.test","origins":["https://example.test"],)"
      R"("legacy_user_handles":true}})";
  struct Row {
    const char *handle;
    bool right;
  };
  // victim, as it is and as dmljdGlt; the same unpadded where it needs padding; another's.
  for (const Row &row :
       {Row{"alice", true}, Row{"YWxpY2U=", true}, Row{"YWxpY2U", false}, Row{"bob", false}}) {
    CAPTURE(row.handle);
    Host host(webauthn);
    Authenticator key;
    // The authenticator keeps what a server of then gave as user.id.
    const auto offer = host.engine->enroll_begin(host.request(Purpose::login, "x"), Method::webauthn, {});
    std::string options = Host::text(offer.value(), MFA_OFFER_OPTIONS);
    const size_t at = options.find(R"("user":{"id":")") + 14;
    options.replace(at, options.find('"', at) - at, base64url(bytes_of(row.handle)));
    const auto parsed = webauthn::parse_response(key.create(options, kOrigin)).value();
    REQUIRE(host.engine
                ->import("alice",
                         passkey_json(parsed.authenticator_data.credential_id,
                                      parsed.authenticator_data.public_key, R"(,"user_verified":true)"),
                         "operator")
                .has_value());
    CHECK(sign_in(host, key, host.request()).has_value() == row.right);
    CHECK(sign_in(host, key, host.usernameless()).has_value() == row.right);
    key.settings.user_handles = false;
    CHECK(sign_in(host, key, host.request()).has_value());
  }
}

TEST_CASE("import: a name that is not the user id is taken both as it is and as django-mfa2 encoded it") {
  const std::string webauthn =
      R"({"version":1,"issuer":"Example","webauthn":{"rp_id":"example.test","origins":["https://example.test"],)"
      R"("legacy_user_handles":true}})";
  struct Row {
    const char *handle;
    bool right;
  };
  for (const Row &row : {Row{"victim", true}, Row{"dmljdGlt", true}, Row{"17", false}, Row{"MTc=", false},
                         Row{"bob", false}}) {
    CAPTURE(row.handle);
    Host host(webauthn);
    Authenticator key;
    const auto offer = host.engine->enroll_begin(host.request(Purpose::login, "x"), Method::webauthn, {});
    std::string options = Host::text(offer.value(), MFA_OFFER_OPTIONS);
    const size_t at = options.find(R"("user":{"id":")") + 14;
    options.replace(at, options.find('"', at) - at, base64url(bytes_of(row.handle)));
    const auto parsed = webauthn::parse_response(key.create(options, kOrigin)).value();
    REQUIRE(
        host.engine
            ->import("17",
                     passkey_json(
                         parsed.authenticator_data.credential_id, parsed.authenticator_data.public_key,
                         R"(,"user_verified":true,"user_handle":")" + base64url(bytes_of("victim")) + '"'),
                     "operator")
            .has_value());
    CHECK(sign_in(host, key, host.request(Purpose::login, "17")).has_value() == row.right);
    CHECK(sign_in(host, key, host.usernameless()).has_value() == row.right);
    key.settings.user_handles = false;
    CHECK(sign_in(host, key, host.request(Purpose::login, "17")).has_value());
  }
}

TEST_CASE("audit: an account without metadata, and one that is not there") {
  Host host;
  Authenticator key;
  CHECK(reason_of(host.engine->audit("alice")) == Reason::account_absent);
  REQUIRE(host.add_passkey(key).has_value());
  const auto audit = host.engine->audit("alice");
  REQUIRE(audit.has_value());
  CHECK_FALSE(audit.value().undesired);
  CHECK(audit.value().json.find(R"("method":"webauthn")") != std::string::npos);
  CHECK(audit.value().json.find(R"("known":false,"description":"","statuses":[])") != std::string::npos);
}
