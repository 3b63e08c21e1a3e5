#include <doctest.h>

#include "core/cbor.hpp"
#include "core/encoding.hpp"
#include "methods/webauthn/registration_case.hpp"

using namespace mfa;
using namespace mfa::webauthn;

namespace {

Tamper client_data(std::function<void(test::ClientData &)> change) {
  return {.client_data = std::move(change)};
}
Tamper client_json(std::function<void(std::string &)> change) {
  return {.client_data_json = std::move(change)};
}
Tamper data(std::function<void(test::AuthenticatorParts &)> change) {
  return {.authenticator_data = std::move(change)};
}
Tamper bytes(std::function<void(Bytes &)> change) { return {.authenticator_data_bytes = std::move(change)}; }
Tamper object(std::function<void(Bytes &)> change) { return {.attestation_object = std::move(change)}; }
Tamper reply(std::function<void(test::ReplyParts &)> change) { return {.reply = std::move(change)}; }

constexpr size_t kKeyAt = 37 + 16 + 2 + 32;  // of the COSE_Key in authenticator data

// The key of attested data replaced by another.
void put_key(test::AuthenticatorParts &parts, const Bytes &key) {
  parts.attested.resize(16 + 2 + 32);
  parts.attested.insert(parts.attested.end(), key.begin(), key.end());
}

}  // namespace

TEST_CASE("registration: every algorithm in every format") {
  for (const int32_t algorithm : {-7, -8, -257}) {
    for (const char *format : {"none", "self", "basic"}) {
      CAPTURE(algorithm);
      CAPTURE(format);
      Fixture fixture;
      fixture.key.settings.algorithms = {algorithm};
      fixture.key.settings.attestation_algorithm = algorithm;
      fixture.key.settings.format = format;
      const auto result = fixture.create();
      REQUIRE_MESSAGE(result.has_value(), reason_name(result));
      const Credential &credential = result.value();
      CHECK(credential.id.size() == 32);
      CHECK(credential.algorithm == algorithm);
      CHECK(credential.rp_id == "example.test");
      CHECK(credential.user_handle == fixture.expected.user_handle);
      CHECK(credential.app_id.empty());
      CHECK(credential.sign_count == 1);
      CHECK(credential.flags == (kUserPresent | kUserVerified));
      CHECK(credential.backup_eligible_known);
      CHECK(credential.uv_initialized);
      CHECK(credential.aaguid == fixture.key.settings.aaguid);
      CHECK(credential.transports == std::vector<std::string>{"usb", "nfc"});
      CHECK(credential.attestation_format == (std::string(format) == "none" ? "none" : "packed"));
      CHECK(credential.attestation_type == format);
      CHECK(cose::PublicKey::parse(credential.public_key).value().algorithm() == algorithm);
    }
  }
}

TEST_CASE("registration: each step of section 7.1 violated once, in each format") {
  const std::vector<RegistrationCase> cases = {
      {"webauthn.registration.7.1.3.not_an_attestation", Status::malformed, [](Fixture &) {}, {}},
      {"webauthn.registration.7.1.4.extension_results_malformed", Status::malformed, nullptr,
       reply([](auto &parts) { parts.extension_results = "[]"; })},
      {"webauthn.registration.7.1.4.extension_results_malformed", Status::malformed, nullptr,
       reply([](auto &parts) { parts.extension_results = R"({"appid":1})"; })},
      {"webauthn.registration.7.1.5.client_data_not_utf8", Status::malformed, nullptr,
       client_json([](auto &text) { text.insert(2, "\xff"); })},
      {"webauthn.registration.7.1.6.client_data_not_json", Status::malformed, nullptr,
       client_json([](auto &text) { text.pop_back(); })},
      {"webauthn.registration.7.1.6.client_data_not_json", Status::malformed, nullptr,
       client_json([](auto &text) { text += "{}"; })},
      {"webauthn.registration.7.1.6.client_data_not_json", Status::malformed, nullptr,
       client_json([](auto &text) { text.insert(1, R"("type":"webauthn.get",)"); })},  // twice
      {"webauthn.registration.7.1.6.client_data_not_json", Status::malformed, nullptr,
       client_json([](auto &text) { text += std::string(kMaxClientDataBytes, ' '); })},
      {"webauthn.registration.7.1.6.client_data_member", Status::malformed, nullptr,
       client_json([](auto &text) { text = R"({"type":"webauthn.create","origin":"https://example.test"})"; })},
      {"webauthn.registration.7.1.6.client_data_member", Status::malformed, nullptr,
       client_json([](auto &text) { text = "[]"; })},
      {"webauthn.registration.7.1.6.client_data_member", Status::malformed, nullptr,
       client_json([](auto &text) { text.insert(1, R"("topOrigin":5,)"); })},
      {"webauthn.registration.7.1.6.client_data_member", Status::malformed, nullptr,
       client_data([](auto &parts) { parts.challenge += "="; })},
      {"webauthn.registration.7.1.7.type_not_create", Status::wrong, nullptr,
       client_data([](auto &parts) { parts.type = "webauthn.get"; })},
      {"webauthn.registration.7.1.7.type_not_create", Status::wrong, nullptr,
       client_data([](auto &parts) { parts.type = "Webauthn.create"; })},
      {"webauthn.registration.7.1.8.challenge_not_expected", Status::wrong, nullptr,
       client_data([](auto &parts) { parts.challenge = base64url(Bytes(32, 0x5B)); })},
      {"webauthn.registration.7.1.8.challenge_not_expected", Status::wrong, nullptr,
       client_data([](auto &parts) { parts.challenge = base64url(Bytes(31, 0x5A)); })},
      {"webauthn.registration.7.1.8.challenge_not_expected", Status::wrong, nullptr,
       client_data([](auto &parts) { parts.challenge = ""; })},
      // A relying party that issued a challenge too short to be one accepts nothing.
      {"webauthn.registration.7.1.8.challenge_not_expected", Status::wrong,
       [](Fixture &fixture) { fixture.expected.challenge.resize(15); }, {}},
      {"webauthn.registration.7.1.8.challenge_not_expected", Status::wrong,
       [](Fixture &fixture) { fixture.expected.challenge.clear(); }, {}},
      {"webauthn.registration.7.1.9.origin_not_expected", Status::wrong,
       [](Fixture &fixture) { fixture.origin = "https://example.test.evil.test"; }, {}},
      {"webauthn.registration.7.1.9.origin_not_expected", Status::wrong,
       [](Fixture &fixture) { fixture.origin = "https://login.example.test"; }, {}},
      {"webauthn.registration.7.1.9.origin_not_expected", Status::wrong,
       [](Fixture &fixture) { fixture.origin = "http://example.test"; }, {}},
      {"webauthn.registration.7.1.9.origin_not_expected", Status::wrong,
       [](Fixture &fixture) { fixture.origin = "https://example.test/"; }, {}},
      {"webauthn.registration.7.1.9.origin_not_expected", Status::wrong,
       [](Fixture &fixture) { fixture.origin = "https://EXAMPLE.test"; }, {}},
      {"webauthn.registration.7.1.9.origin_not_expected", Status::wrong,
       [](Fixture &fixture) { fixture.origin = "android:apk-key-hash:aB-_0"; }, {}},
      {"webauthn.registration.7.1.9.origin_not_expected", Status::wrong,
       [](Fixture &fixture) { fixture.origin = ""; }, {}},
      {"webauthn.registration.7.1.10.cross_origin_not_expected", Status::denied, nullptr,
       client_data([](auto &parts) { parts.cross_origin = true; })},
      {"webauthn.registration.7.1.11.top_origin_not_expected", Status::denied, nullptr,
       client_data([](auto &parts) { parts.top_origin = "https://top.test"; })},
      {"webauthn.registration.7.1.11.top_origin_not_expected", Status::denied,
       [](Fixture &fixture) { fixture.expected.top_origins = {"https://top.test"}; },  // but no frames allowed
       client_data([](auto &parts) { parts.top_origin = "https://top.test"; })},
      {"webauthn.registration.7.1.11.top_origin_not_expected", Status::denied,
       [](Fixture &fixture) {
         fixture.expected.allow_cross_origin = true;
         fixture.expected.top_origins = {"https://top.test"};
       },
       client_data([](auto &parts) {
         parts.cross_origin = true;
         parts.top_origin = "https://other.test";
       })},
      {"webauthn.registration.7.1.13.attestation_object_malformed", Status::malformed, nullptr,
       object([](auto &cbor) { cbor.push_back(0); })},
      {"webauthn.registration.7.1.13.attestation_object_malformed", Status::malformed, nullptr,
       object([](auto &cbor) { cbor.pop_back(); })},
      {"webauthn.registration.7.1.13.attestation_object_malformed", Status::malformed, nullptr,
       object([](auto &cbor) { cbor = {0xA0}; })},
      {"webauthn.registration.7.1.13.attestation_object_malformed", Status::malformed, nullptr,
       object([](auto &cbor) { cbor = {0x80}; })},
      {"webauthn.registration.7.1.13.authenticator_data_malformed", Status::malformed, nullptr,
       bytes([](auto &raw) { raw.push_back(0); })},
      {"webauthn.registration.7.1.13.authenticator_data_malformed", Status::malformed, nullptr,
       bytes([](auto &raw) { raw.pop_back(); })},
      {"webauthn.registration.7.1.13.authenticator_data_malformed", Status::malformed, nullptr,
       bytes([](auto &raw) { raw.resize(36); })},
      {"webauthn.registration.7.1.13.authenticator_data_malformed", Status::malformed, nullptr,
       bytes([](auto &raw) { raw.clear(); })},
      {"webauthn.registration.7.1.13.authenticator_data_malformed", Status::malformed, nullptr,
       bytes([](auto &raw) { raw[37 + 16] = 0xFF; })},  // an id longer than all of it
      {"webauthn.registration.7.1.13.authenticator_data_malformed", Status::malformed, nullptr,
       data([](auto &parts) { parts.flags |= 0x80; })},  // extensions announced, none there
      {"webauthn.registration.7.1.13.authenticator_data_malformed", Status::malformed, nullptr,
       data([](auto &parts) { parts.extensions = {0xA0}; })},  // there, but not announced
      {"webauthn.registration.7.1.13.authenticator_data_malformed", Status::malformed, nullptr,
       data([](auto &parts) {
         parts.flags |= 0x80;
         parts.extensions = {0x80};
       })},  // no map
      {"webauthn.registration.7.1.13.authenticator_data_malformed", Status::malformed, nullptr,
       bytes([](auto &raw) { raw[kKeyAt] = 0x45; })},  // a key that is a byte string
      {"webauthn.registration.7.1.13.attested_credential_data_absent", Status::malformed, nullptr,
       data([](auto &parts) {
         parts.flags &= 0xBF;
         parts.attested.clear();
       })},
      {"webauthn.registration.7.1.13.credential_id_is_not_raw_id", Status::malformed, nullptr,
       reply([](auto &parts) { parts.id = parts.raw_id = base64url(Bytes(32, 1)); })},
      {"webauthn.registration.7.1.14.rp_id_hash_not_expected", Status::wrong, nullptr,
       data([](auto &parts) { parts.rp_id_hash[31] ^= 1; })},
      {"webauthn.registration.7.1.15.user_not_present", Status::wrong,
       [](Fixture &fixture) { fixture.key.settings.user_present = false; }, {}},
      {"webauthn.registration.7.1.16.user_not_verified", Status::denied,
       [](Fixture &fixture) {
         fixture.expected.user_verification = UserVerification::required;
         fixture.key.settings.user_verified = false;
       },
       {}},
      {"webauthn.registration.7.1.17.backed_up_but_not_eligible", Status::wrong,
       [](Fixture &fixture) { fixture.key.settings.backed_up = true; }, {}},
      {"webauthn.registration.7.1.18.backup_eligibility_refused", Status::denied,
       [](Fixture &fixture) {
         fixture.expected.backup = Backup::forbidden;
         fixture.key.settings.backup_eligible = true;
       },
       {}},
      {"webauthn.registration.7.1.18.backup_eligibility_refused", Status::denied,
       [](Fixture &fixture) { fixture.expected.backup = Backup::required; }, {}},
      {"webauthn.registration.7.1.20.algorithm_not_offered", Status::denied,
       [](Fixture &fixture) {
         fixture.expected.algorithms = {-8};
         fixture.key.settings.algorithms = {-7};
       },
       {}},
      {"webauthn.registration.7.1.20.algorithm_not_offered", Status::denied, nullptr,
       data([](auto &parts) { put_key(parts, {0xA2, 0x01, 0x02, 0x03, 0x38, 0x22}); })},  // ES384
      {"webauthn.registration.7.1.20.public_key_malformed", Status::malformed, nullptr,
       data([](auto &parts) { put_key(parts, {0xA1, 0x01, 0x02}); })},  // no algorithm
      {"webauthn.registration.7.1.20.public_key_malformed", Status::malformed, nullptr,
       data([](auto &parts) { put_key(parts, {0xA2, 0x01, 0x02, 0x03, 0x26}); })},  // no point
      {"webauthn.registration.7.1.20.public_key_malformed", Status::malformed,
       [](Fixture &fixture) { fixture.key.settings.algorithms = {-7}; },
       data([](auto &parts) { parts.attested.back() ^= 1; })},  // not on the curve
      {"webauthn.registration.7.1.20.public_key_malformed", Status::malformed, nullptr,
       data([](auto &parts) {
         cbor::Writer weak;  // an Ed25519 key of small order
         weak.map(4).number(1).number(1).number(3).number(-8).number(-1).number(6).number(-2).bytes(Bytes(32, 0));
         put_key(parts, weak.take());
       })},
      // Offered by a careless relying party, but not in this build.
      {"webauthn.registration.7.1.20.public_key_malformed", Status::wrong,
       [](Fixture &fixture) { fixture.expected.algorithms.push_back(-34); },
       data([](auto &parts) { put_key(parts, {0xA2, 0x01, 0x02, 0x03, 0x38, 0x21}); })},
      {"webauthn.registration.7.1.21.format_not_supported", Status::denied, nullptr,
       statement([](auto &parts) { parts.format = "fido-u2g"; })},
      {"webauthn.registration.7.1.21.format_not_supported", Status::denied, nullptr,
       statement([](auto &parts) { parts.format = "None"; })},
      {"webauthn.registration.7.1.21.format_not_supported", Status::denied, nullptr,
       statement([](auto &parts) { parts.format = ""; })},
      {"webauthn.registration.7.1.24.attestation_not_trusted", Status::denied,
       [](Fixture &fixture) { fixture.expected.require_trusted = true; }, {}},
      {"webauthn.registration.7.1.25.credential_id_too_long", Status::malformed, nullptr,
       Tamper{.authenticator_data =
                  [](auto &parts) {
                    parts.attested[16] = 0x04;  // 1024 bytes in place of 32
                    parts.attested[17] = 0x00;
                    parts.attested.erase(parts.attested.begin() + 18, parts.attested.begin() + 18 + 32);
                    parts.attested.insert(parts.attested.begin() + 18, 1024, 0x77);
                  },
              .reply = [](auto &parts) { parts.id = parts.raw_id = base64url(Bytes(1024, 0x77)); }}},
  };
  for (const char *format : {"none", "self", "basic"}) {
    for (size_t i = 1; i < cases.size(); i++) expect(cases[i], format);
  }
  Fixture fixture;
  REQUIRE(fixture.create().has_value());
  const auto assertion = parse_response(fixture.get_json());
  REQUIRE(assertion.has_value());
  const auto result = verify_registration(fixture.expected, kNow, assertion.value());
  CHECK(std::string(reason_name(result)) == cases[0].reason);
  CHECK(status_of(result) == cases[0].status);
}

TEST_CASE("registration: what is allowed when the relying party says so") {
  const std::pair<std::function<void(Fixture &)>, Tamper> rows[] = {
      {[](Fixture &fixture) { fixture.origin = "android:apk-key-hash:Ab-_0"; }, {}},
      {[](Fixture &fixture) { fixture.expected.allow_cross_origin = true; },
       client_data([](auto &parts) { parts.cross_origin = true; })},
      {[](Fixture &fixture) {
         fixture.expected.allow_cross_origin = true;
         fixture.expected.top_origins = {"https://a.test", "https://top.test"};
       },
       client_data([](auto &parts) {
         parts.cross_origin = true;
         parts.top_origin = "https://top.test";
       })},
      {[](Fixture &fixture) {
         fixture.expected.mediation = Mediation::conditional;
         fixture.key.settings.user_present = false;
       },
       {}},
      {[](Fixture &fixture) { fixture.key.settings.user_verified = false; }, {}},
      {[](Fixture &fixture) { fixture.expected.user_verification = UserVerification::required; }, {}},
      {[](Fixture &fixture) { fixture.key.settings.backup_eligible = fixture.key.settings.backed_up = true; },
       {}},
      {[](Fixture &fixture) {
         fixture.expected.backup = Backup::required;
         fixture.key.settings.backup_eligible = true;
       },
       {}},
      {[](Fixture &fixture) { fixture.expected.backup = Backup::forbidden; }, {}},
      {[](Fixture &fixture) { fixture.key.settings.count_step = 0; }, {}},
      {[](Fixture &fixture) {
         fixture.key.settings.transports = {"usb", "carrier-pigeon"};
       },
       {}},
      {nullptr, client_data([](auto &parts) { parts.cross_origin = std::nullopt; })},
      {nullptr, client_json([](auto &text) { text.insert(0, "\xEF\xBB\xBF"); })},
      {nullptr,
       client_json([](auto &text) { text.insert(1, R"("other_keys_can_be_added_here":{"a":[1.5]},)"); })},
      {nullptr, client_json([](auto &text) { text.insert(1, R"("topOrigin":null,)"); })},
      {nullptr, data([](auto &parts) { parts.flags |= 0x22; })},  // reserved
      {nullptr, data([](auto &parts) {
         parts.flags |= 0x80;
         parts.extensions = {0xA1, 0x6B, 'c', 'r', 'e', 'd', 'P', 'r', 'o', 't', 'e', 'c', 't', 0x02};
       })},
      {nullptr, reply([](auto &parts) { parts.extension_results = R"({"credProps":{"rk":true}})"; })},
      {nullptr, Tamper{.authenticator_data =
                           [](auto &parts) {
                             parts.attested[16] = 0x03;  // 1023 bytes in place of 32
                             parts.attested[17] = 0xFF;
                             parts.attested.erase(parts.attested.begin() + 18,
                                                  parts.attested.begin() + 18 + 32);
                             parts.attested.insert(parts.attested.begin() + 18, 1023, 0x77);
                           },
                       .reply = [](auto &parts) { parts.id = parts.raw_id = base64url(Bytes(1023, 0x77)); }}},
  };
  for (const char *format : {"none", "self", "basic"}) {
    for (const auto &[before, tamper] : rows) {
      Fixture fixture;
      fixture.key.settings.format = format;
      if (before) before(fixture);
      const auto result = fixture.create(tamper);
      CHECK(std::string(reason_name(result)) == "yes");
    }
  }
}

TEST_CASE("registration: the flags that are kept") {
  Fixture fixture;
  fixture.key.settings.backup_eligible = fixture.key.settings.backed_up = true;
  fixture.key.settings.user_verified = false;
  const auto result = fixture.create();
  REQUIRE(result.has_value());
  CHECK(result.value().flags == (kUserPresent | kBackupEligible | kBackedUp));
  CHECK_FALSE(result.value().uv_initialized);
}
