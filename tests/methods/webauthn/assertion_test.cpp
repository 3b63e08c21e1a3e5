#include <doctest.h>

#include "core/encoding.hpp"
#include "methods/webauthn/fixture.hpp"

using namespace mfa;
using namespace mfa::webauthn;
using test::Tamper;

namespace {

// After a registration: changes anything, then breaks one part of the response.
struct Case {
  const char *reason;
  Status status;
  std::function<void(Fixture &, Credential &)> before;
  Tamper tamper;
};

void expect(const Case &row, int32_t algorithm) {
  CAPTURE(algorithm);
  CAPTURE(std::string(row.reason));
  Fixture fixture;
  fixture.key.settings.algorithms = {algorithm};
  Credential credential = fixture.create().value();
  fixture.expected.challenge = Bytes(32, 0xC3);
  if (row.before) row.before(fixture, credential);
  const auto result = fixture.get(credential, row.tamper);
  CHECK(std::string(reason_name(result)) == row.reason);
  CHECK(status_of(result) == row.status);
}

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
Tamper signature(std::function<void(Bytes &)> change) { return {.signature = std::move(change)}; }
Tamper reply(std::function<void(test::ReplyParts &)> change) { return {.reply = std::move(change)}; }

Bytes hash_of(const char *hex_text) { return from_hex(hex_text).value(); }
const char *kAppId = "https://example.test/app-id.json";

}  // namespace

TEST_CASE("assertion: every algorithm") {
  for (const int32_t algorithm : {-7, -8, -257}) {
    Fixture fixture;
    fixture.key.settings.algorithms = {algorithm};
    const Credential credential = fixture.create().value();
    const auto result = fixture.get(credential);
    REQUIRE_MESSAGE(result.has_value(), reason_name(result));
    CHECK(result.value().flags == (kUserPresent | kUserVerified));
    CHECK(result.value().sign_count == 2);
    CHECK(result.value().signals == 0);
  }
}

TEST_CASE("assertion: each step of section 7.2 violated once, with each algorithm") {
  const std::vector<Case> cases = {
      {"webauthn.authentication.7.2.4.extension_results_malformed", Status::malformed, nullptr,
       reply([](auto &parts) { parts.extension_results = "true"; })},
      {"webauthn.authentication.7.2.4.extension_results_malformed", Status::malformed, nullptr,
       reply([](auto &parts) { parts.extension_results = R"({"appid":"yes"})"; })},
      {"webauthn.authentication.7.2.5.credential_not_allowed",
       Status::wrong,
       [](Fixture &fixture, Credential &) {
         fixture.expected.allowed_ids = {Bytes(32, 1), Bytes(32, 2)};
         fixture.obey_list = false;
       },
       {}},
      {"webauthn.authentication.7.2.6.credential_of_another_id",
       Status::wrong,
       [](Fixture &, Credential &credential) { credential.id.back() ^= 1; },
       {}},
      {"webauthn.authentication.7.2.6.user_handle_not_the_users", Status::wrong, nullptr,
       reply([](auto &parts) { parts.user_handle = base64url(Bytes(16, 0x12)); })},
      {"webauthn.authentication.7.2.6.user_handle_not_the_users",
       Status::wrong,
       [](Fixture &fixture, Credential &) { fixture.expected.user_handle = Bytes(16, 0x12); },
       {}},
      // Without a user handle as well: a credential of another user's record.
      {"webauthn.authentication.7.2.6.user_handle_not_the_users",
       Status::wrong,
       [](Fixture &fixture, Credential &) {
         fixture.expected.user_handle = Bytes(16, 0x12);
         fixture.key.settings.user_handles = false;
       },
       {}},
      {"webauthn.authentication.7.2.6.user_handle_not_the_users", Status::wrong,
       [](Fixture &fixture, Credential &) { fixture.expected.user_handle.clear(); },
       reply([](auto &parts) { parts.user_handle = base64url(Bytes(16, 0x12)); })},
      {"webauthn.authentication.7.2.6.user_handle_not_the_users",
       Status::wrong,
       [](Fixture &fixture, Credential &credential) {
         fixture.expected.user_handle.clear();
         credential.user_handle.clear();
       },
       {}},
      {"webauthn.authentication.7.2.6.user_handle_absent",
       Status::wrong,
       [](Fixture &fixture, Credential &) {
         fixture.expected.user_handle.clear();
         fixture.key.settings.user_handles = false;
       },
       {}},
      {"webauthn.authentication.7.2.6.user_handle_absent", Status::wrong,
       [](Fixture &fixture, Credential &) { fixture.expected.user_handle.clear(); },
       reply([](auto &parts) { parts.user_handle = ""; })},
      {"webauthn.authentication.7.2.7.authenticator_data_malformed", Status::malformed, nullptr,
       bytes([](auto &raw) { raw.push_back(0); })},
      {"webauthn.authentication.7.2.7.authenticator_data_malformed", Status::malformed, nullptr,
       bytes([](auto &raw) { raw.pop_back(); })},
      {"webauthn.authentication.7.2.7.authenticator_data_malformed", Status::malformed, nullptr,
       bytes([](auto &raw) { raw.clear(); })},
      {"webauthn.authentication.7.2.7.authenticator_data_malformed", Status::malformed, nullptr,
       data([](auto &parts) { parts.flags |= 0x40; })},
      {"webauthn.authentication.7.2.7.authenticator_data_malformed", Status::malformed, nullptr,
       data([](auto &parts) {
         parts.flags |= 0x80;
         parts.extensions = {0xA2, 0x01, 0x01, 0x01, 0x02};
       })},
      {"webauthn.authentication.7.2.7.signature_absent", Status::malformed, nullptr,
       signature([](auto &raw) { raw.clear(); })},
      {"webauthn.authentication.7.2.8.client_data_not_utf8", Status::malformed, nullptr,
       client_json([](auto &text) { text.insert(2, "\xC0\x80"); })},
      {"webauthn.authentication.7.2.9.client_data_not_json", Status::malformed, nullptr,
       client_json([](auto &text) { text[0] = '['; })},
      {"webauthn.authentication.7.2.9.client_data_member", Status::malformed, nullptr,
       client_json([](auto &text) { text = R"({"type":"webauthn.get","challenge":"AA"})"; })},
      {"webauthn.authentication.7.2.9.client_data_member", Status::malformed, nullptr,
       client_json([](auto &text) { text.replace(text.find("false"), 5, "\"no\""); })},
      {"webauthn.authentication.7.2.10.type_not_get", Status::wrong, nullptr,
       client_data([](auto &parts) { parts.type = "webauthn.create"; })},
      {"webauthn.authentication.7.2.10.type_not_get", Status::wrong, nullptr,
       client_data([](auto &parts) { parts.type = "payment.get"; })},
      {"webauthn.authentication.7.2.11.challenge_not_expected", Status::wrong, nullptr,
       client_data([](auto &parts) { parts.challenge = base64url(Bytes(32, 0x5A)); })},  // the registration's
      {"webauthn.authentication.7.2.11.challenge_not_expected",
       Status::wrong,
       [](Fixture &fixture, Credential &) { fixture.expected.challenge.clear(); },
       {}},
      {"webauthn.authentication.7.2.12.origin_not_expected",
       Status::wrong,
       [](Fixture &fixture, Credential &) { fixture.origin = "https://example.test:8443"; },
       {}},
      {"webauthn.authentication.7.2.12.origin_not_expected",
       Status::wrong,
       [](Fixture &fixture, Credential &) { fixture.origin = "https://xexample.test"; },
       {}},
      {"webauthn.authentication.7.2.13.cross_origin_not_expected", Status::denied, nullptr,
       client_data([](auto &parts) { parts.cross_origin = true; })},
      {"webauthn.authentication.7.2.14.top_origin_not_expected", Status::denied, nullptr,
       client_data([](auto &parts) { parts.top_origin = "https://example.test"; })},
      {"webauthn.authentication.7.2.14.top_origin_not_expected", Status::denied,
       [](Fixture &fixture, Credential &) { fixture.expected.allow_cross_origin = true; },
       client_data([](auto &parts) {
         parts.cross_origin = true;
         parts.top_origin = "https://example.test";
       })},
      {"webauthn.authentication.7.2.15.rp_id_hash_not_expected", Status::wrong, nullptr,
       data([](auto &parts) { parts.rp_id_hash[0] ^= 0x80; })},
      {"webauthn.authentication.7.2.16.user_not_present",
       Status::wrong,
       [](Fixture &fixture, Credential &) { fixture.key.settings.user_present = false; },
       {}},
      {"webauthn.authentication.7.2.16.user_not_present",
       Status::wrong,
       [](Fixture &fixture, Credential &) {
         fixture.expected.mediation = Mediation::conditional;  // excuses a create only
         fixture.key.settings.user_present = false;
       },
       {}},
      {"webauthn.authentication.7.2.17.user_not_verified",
       Status::denied,
       [](Fixture &fixture, Credential &) {
         fixture.expected.user_verification = UserVerification::required;
         fixture.key.settings.user_verified = false;
       },
       {}},
      {"webauthn.authentication.7.2.18.backed_up_but_not_eligible",
       Status::wrong,
       [](Fixture &fixture, Credential &) { fixture.key.settings.backed_up = true; },
       {}},
      {"webauthn.authentication.7.2.19.backup_eligibility_changed",
       Status::denied,
       [](Fixture &fixture, Credential &) { fixture.key.settings.backup_eligible = true; },
       {}},
      {"webauthn.authentication.7.2.19.backup_eligibility_changed",
       Status::denied,
       [](Fixture &, Credential &credential) { credential.flags |= kBackupEligible; },
       {}},
      {"webauthn.authentication.7.2.19.backup_eligibility_refused",
       Status::denied,
       [](Fixture &fixture, Credential &) { fixture.expected.backup = Backup::required; },
       {}},
      {"webauthn.authentication.7.2.21.signature", Status::wrong, nullptr,
       signature([](auto &raw) { raw[raw.size() / 2] ^= 1; })},
      {"webauthn.authentication.7.2.21.signature", Status::wrong, nullptr,
       signature([](auto &raw) { raw.push_back(0); })},
      {"webauthn.authentication.7.2.21.signature", Status::wrong, nullptr,
       signature([](auto &raw) { raw = {0}; })},
      {"webauthn.authentication.7.2.22.sign_count_not_greater",
       Status::denied,
       [](Fixture &fixture, Credential &credential) {
         fixture.expected.sign_count = Rule::reject;
         credential.sign_count = 2;  // equal
       },
       {}},
  };
  for (const int32_t algorithm : {-7, -8, -257}) {
    for (const Case &row : cases) expect(row, algorithm);
  }
}

TEST_CASE("assertion: an attestation is none") {
  Fixture fixture;
  const auto response = parse_response(fixture.create_json()).value();
  const Credential credential = verify_registration(fixture.expected, kNow, response).value().credential;
  const auto key = cose::PublicKey::parse(credential.public_key).value();
  const auto result = verify_assertion(fixture.expected, credential, key, response);
  CHECK(std::string(reason_name(result)) == "webauthn.authentication.7.2.3.not_an_assertion");
  CHECK(status_of(result) == Status::malformed);
}

TEST_CASE("assertion: the signature is the credential's own, over both parts") {
  for (const int32_t algorithm : {-7, -8, -257}) {
    Fixture fixture;
    fixture.key.settings.algorithms = {algorithm};
    const Credential credential = fixture.create().value();
    const auto response = parse_response(fixture.get_json()).value();
    const auto key = cose::PublicKey::parse(credential.public_key).value();
    CHECK(verify_assertion(fixture.expected, credential, key, response).has_value());
    auto other = response;
    other.client_data.raw.push_back(' ');
    CHECK(verify_assertion(fixture.expected, credential, key, other).error().reason ==
          Reason::authentication_signature);
    other = response;
    other.authenticator_data.raw.back() ^= 1;
    CHECK(verify_assertion(fixture.expected, credential, key, other).error().reason ==
          Reason::authentication_signature);
    const auto stranger = cose::PublicKey::parse(test::SoftwareKey::make(-7).cose()).value();
    CHECK(verify_assertion(fixture.expected, credential, stranger, response).error().reason ==
          Reason::authentication_signature);
  }
}

TEST_CASE("assertion: with and without a user, with and without a user handle") {
  Fixture fixture;
  Credential credential = fixture.create().value();
  const Bytes handle = fixture.expected.user_handle;
  CHECK(fixture.get(credential).has_value());
  // Usernameless.
  fixture.expected.user_handle.clear();
  CHECK(fixture.get(credential).has_value());
  // The user is known, and a key that keeps no handles answers.
  fixture.expected.user_handle = handle;
  fixture.key.settings.user_handles = false;
  CHECK(fixture.get(credential).has_value());
  CHECK(fixture.get(credential, reply([](auto &parts) { parts.user_handle = "null"; })).has_value());
  CHECK(fixture.get(credential, reply([](auto &parts) { parts.user_handle = ""; })).has_value());
  // A credential from before user handles: the known user's counts.
  credential.user_handle.clear();
  CHECK(fixture.get(credential).has_value());
  fixture.key.settings.user_handles = true;
  CHECK(fixture.get(credential).has_value());
}

TEST_CASE("assertion: among the credentials that were asked for") {
  Fixture fixture;
  const Credential credential = fixture.create().value();
  fixture.expected.allowed_ids = {Bytes(32, 1), credential.id};
  CHECK(fixture.get(credential).has_value());
}

TEST_CASE("assertion: signature counters") {
  const auto login = [](Rule rule, uint32_t stored, uint32_t step) {
    Fixture fixture;
    fixture.key.settings.count_step = step;
    Credential credential = fixture.create().value();
    credential.sign_count = stored;
    fixture.expected.sign_count = rule;
    return fixture.get(credential);
  };
  for (const Rule rule : {Rule::reject, Rule::flag, Rule::ignore}) {
    CHECK(login(rule, 0, 0).value().signals == 0);  // 0 and 0: an authenticator without a counter
    CHECK(login(rule, 1, 1).value().signals == 0);
    CHECK(login(rule, 1, 1).value().sign_count == 2);
    CHECK(login(rule, 0, 1).value().sign_count == 2);
    CHECK(login(rule, 1, 1000).value().sign_count == 2000);
  }
  for (const auto &[stored, step] : {std::pair{2u, 1u}, {3u, 1u}, {7u, 0u}, {UINT32_MAX, 1u}}) {
    const auto rejected = login(Rule::reject, stored, step);
    CHECK(rejected.error().reason == Reason::authentication_sign_count);
    CHECK(rejected.error().signals == MFA_SIGNAL_CLONE_SUSPECTED);
    CHECK(login(Rule::flag, stored, step).value().signals == MFA_SIGNAL_CLONE_SUSPECTED);
    CHECK(login(Rule::flag, stored, step).value().sign_count == stored);
    CHECK(login(Rule::ignore, stored, step).value().signals == 0);
    CHECK(login(Rule::ignore, stored, step).value().sign_count == 2 * step);
  }
}

TEST_CASE("assertion: a clone shows, and only to those whose signature is right") {
  Fixture fixture;
  Credential credential = fixture.create().value();
  test::Authenticator clone = fixture.key;
  for (int i = 0; i < 3; i++) credential.sign_count = fixture.get(credential).value().sign_count;
  std::swap(fixture.key, clone);
  const auto result = fixture.get(credential);
  CHECK(result.value().signals == MFA_SIGNAL_CLONE_SUSPECTED);
  const auto forged = fixture.get(credential, signature([](auto &raw) { raw[10] ^= 1; }));
  CHECK(forged.error().reason == Reason::authentication_signature);
  CHECK(forged.error().signals == 0);
}

TEST_CASE("assertion: backup eligibility and state") {
  Fixture fixture;
  fixture.key.settings.backup_eligible = true;
  Credential credential = fixture.create().value();
  CHECK(fixture.get(credential).value().signals == 0);
  fixture.key.settings.backed_up = true;
  const auto backed_up = fixture.get(credential);
  CHECK(backed_up.value().signals == MFA_SIGNAL_BACKUP_STATE_CHANGED);
  CHECK(backed_up.value().flags == (kUserPresent | kUserVerified | kBackupEligible | kBackedUp));
  fixture.key.settings.backup_eligible = fixture.key.settings.backed_up = false;
  CHECK(fixture.get(credential).error().signals == MFA_SIGNAL_BACKUP_ELIGIBLE_CHANGED);
  fixture.expected.backup_eligible_change = Rule::flag;
  CHECK(fixture.get(credential).value().signals == MFA_SIGNAL_BACKUP_ELIGIBLE_CHANGED);
  fixture.expected.backup_eligible_change = Rule::ignore;
  CHECK(fixture.get(credential).value().signals == 0);
  // A row of a library that did not keep it.
  fixture.expected.backup_eligible_change = Rule::reject;
  credential.backup_eligible_known = false;
  CHECK(fixture.get(credential).value().signals == 0);
  fixture.expected.backup = Backup::forbidden;
  CHECK(fixture.get(credential).has_value());
  fixture.key.settings.backup_eligible = true;
  CHECK(fixture.get(credential).error().reason == Reason::authentication_backup_policy);
}

TEST_CASE("assertion: that a credential is trusted stays when its flags are stored") {
  Fixture fixture;
  Credential credential = fixture.create().value();
  credential.flags |= kTrusted;
  CHECK((fixture.get(credential).value().flags & kTrusted) != 0);
}

TEST_CASE("assertion: the AppID of a U2F key, when asked for and said") {
  // SHA-256 of kAppId
  const Bytes app_hash = hash_of("bd8f9d0ed39f64d768c494e5b9979f8eaacf3193c63cf1e8c54ddfb2f355155e");
  Fixture fixture;
  Credential credential = fixture.create().value();
  credential.app_id = kAppId;
  fixture.expected.app_id = kAppId;
  const auto use = [&](bool said, bool hashed) {
    Tamper tamper;
    if (hashed) tamper.authenticator_data = [&](auto &parts) { parts.rp_id_hash = app_hash; };
    if (said) tamper.reply = [](auto &parts) { parts.extension_results = R"({"appid":true})"; };
    return tamper;
  };
  CHECK(fixture.get(credential, use(true, true)).has_value());
  CHECK(fixture.get(credential, use(false, false)).has_value());
  CHECK(fixture.get(credential, reply([](auto &parts) { parts.extension_results = R"({"appid":false})"; }))
            .has_value());
  // "If it is true, expect the AppID": never either of the two.
  CHECK(fixture.get(credential, use(true, false)).error().reason == Reason::authentication_rp_id);
  CHECK(fixture.get(credential, use(false, true)).error().reason == Reason::authentication_rp_id);
  // Not a credential of that AppID.
  credential.app_id = "https://other.test";
  CHECK(fixture.get(credential, use(true, true)).error().reason == Reason::authentication_rp_id);
  credential.app_id.clear();
  CHECK(fixture.get(credential, use(true, true)).error().reason == Reason::authentication_rp_id);
  // Not asked for.
  credential.app_id = kAppId;
  fixture.expected.app_id.clear();
  CHECK(fixture.get(credential, use(true, true)).error().reason == Reason::authentication_rp_id);
  CHECK(fixture.get(credential, use(true, false)).value().signals == MFA_SIGNAL_UNSOLICITED_EXTENSION);
}

TEST_CASE("assertion: extension outputs that nobody asked for are signalled") {
  Fixture fixture;
  const Credential credential = fixture.create().value();
  const auto with = [](const char *results) {
    return reply([results](auto &parts) { parts.extension_results = results; });
  };
  CHECK(fixture.get(credential, with(R"({"prf":{"results":{"first":"AAAA"}}})")).value().signals ==
        MFA_SIGNAL_UNSOLICITED_EXTENSION);
  CHECK(fixture.get(credential, with(R"({"unknown":null})")).value().signals ==
        MFA_SIGNAL_UNSOLICITED_EXTENSION);
  CHECK(fixture.get(credential, with(R"({"credProps":{}})")).value().signals == 0);
}

TEST_CASE("assertion: tolerated") {
  Fixture fixture;
  const Credential credential = fixture.create().value();
  CHECK(fixture.get(credential, client_json([](auto &text) { text.insert(0, "\xEF\xBB\xBF"); })).has_value());
  CHECK(fixture.get(credential, data([](auto &parts) { parts.flags |= 0x22; })).has_value());
}

TEST_CASE("assertion: CBOR of the authenticator that is not canonical, by policy") {
  Fixture fixture;
  const Credential credential = fixture.create().value();
  for (const Bytes &extensions :
       {Bytes{0xA2, 0x02, 0x00, 0x01, 0x00}, Bytes{0xA1, 0x18, 0x01, 0x00}, Bytes{0xBF, 0x01, 0x00, 0xFF}}) {
    const auto unusual = data([&](auto &parts) {
      parts.flags |= 0x80;
      parts.extensions = extensions;
    });
    fixture.expected.policy.noncanonical_cbor = false;
    CHECK(std::string(reason_name(fixture.get(credential, unusual))) ==
          "webauthn.authentication.7.2.7.cbor_not_canonical");
    fixture.expected.policy.noncanonical_cbor = true;
    CHECK(fixture.get(credential, unusual).has_value());
  }
}
