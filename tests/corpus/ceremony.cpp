// Sections 7.1 and 7.2, each step violated once.
#include "core/cbor.hpp"
#include "core/encoding.hpp"
#include "corpus/case.hpp"

namespace mfa::corpus {
namespace {

using test::Authenticator;
using test::AuthenticatorParts;
using test::ClientData;
using test::ReplyParts;

using Settings = std::function<void(Authenticator::Settings &)>;
using Relying = std::function<void(Expect &)>;

// A row that exists for both ceremonies, each under its own step.
struct Both {
  const char *id, *registration, *authentication;
  test::Tamper tamper;
  Relying expect;
  Settings settings;
};

Case registration(const Both &row) {
  return {.id = std::string("registration/") + row.id,
          .reason = row.registration,
          .expect = row.expect,
          .settings = row.settings,
          .tamper = row.tamper};
}
Case authentication(const Both &row) {
  return {.id = std::string("authentication/") + row.id,
          .reason = row.authentication,
          .authentication = true,
          .expect = row.expect,
          .settings = row.settings,
          .tamper = row.tamper};
}

test::Tamper client_data(std::function<void(ClientData &)> change) {
  return {.client_data = std::move(change)};
}
test::Tamper text(std::function<void(std::string &)> change) {
  return {.client_data_json = std::move(change)};
}
test::Tamper data(std::function<void(AuthenticatorParts &)> change) {
  return {.authenticator_data = std::move(change)};
}
test::Tamper reply(std::function<void(ReplyParts &)> change) { return {.reply = std::move(change)}; }

std::vector<Both> client_data_rows() {
  return {
      {"client data not UTF-8", "webauthn.registration.7.1.5.client_data_not_utf8",
       "webauthn.authentication.7.2.8.client_data_not_utf8",
       text([](std::string &json) { json.insert(2, "\xFF"); }), nullptr, nullptr},
      {"client data not JSON", "webauthn.registration.7.1.6.client_data_not_json",
       "webauthn.authentication.7.2.9.client_data_not_json", text([](std::string &json) { json.pop_back(); }),
       nullptr, nullptr},
      {"client data with a member twice", "webauthn.registration.7.1.6.client_data_not_json",
       "webauthn.authentication.7.2.9.client_data_not_json",
       text([](std::string &json) { json.insert(1, R"("origin":"https://example.test",)"); }), nullptr,
       nullptr},
      {"client data with bytes after it", "webauthn.registration.7.1.6.client_data_not_json",
       "webauthn.authentication.7.2.9.client_data_not_json", text([](std::string &json) { json += "{}"; }),
       nullptr, nullptr},
      {"client data without a challenge", "webauthn.registration.7.1.6.client_data_member",
       "webauthn.authentication.7.2.9.client_data_member",
       text([](std::string &json) { json.replace(json.find("challenge"), 9, "challange"); }), nullptr,
       nullptr},
      {"type", "webauthn.registration.7.1.7.type_not_create", "webauthn.authentication.7.2.10.type_not_get",
       client_data([](ClientData &c) { c.type = "payment.get"; }), nullptr, nullptr},
      {"challenge", "webauthn.registration.7.1.8.challenge_not_expected",
       "webauthn.authentication.7.2.11.challenge_not_expected",
       client_data([](ClientData &c) { c.challenge[4] = c.challenge[4] == 'A' ? 'B' : 'A'; }), nullptr,
       nullptr},
      {"origin", "webauthn.registration.7.1.9.origin_not_expected",
       "webauthn.authentication.7.2.12.origin_not_expected",
       client_data([](ClientData &c) { c.origin = "https://example.test:8443"; }), nullptr, nullptr},
      {"origin in capitals", "webauthn.registration.7.1.9.origin_not_expected",
       "webauthn.authentication.7.2.12.origin_not_expected",
       client_data([](ClientData &c) { c.origin = "https://Example.test"; }), nullptr, nullptr},
      {"crossOrigin", "webauthn.registration.7.1.10.cross_origin_not_expected",
       "webauthn.authentication.7.2.13.cross_origin_not_expected",
       client_data([](ClientData &c) { c.cross_origin = true; }), nullptr, nullptr},
      {"crossOrigin allowed", "", "", client_data([](ClientData &c) { c.cross_origin = true; }),
       [](Expect &expect) { expect.cross_origin = true; }, nullptr},
      {"topOrigin", "webauthn.registration.7.1.11.top_origin_not_expected",
       "webauthn.authentication.7.2.14.top_origin_not_expected", client_data([](ClientData &c) {
         c.cross_origin = true;
         c.top_origin = "https://other.test";
       }),
       [](Expect &expect) {
         expect.cross_origin = true;
         expect.top_origins = {"https://shop.test"};
       },
       nullptr},
      {"topOrigin allowed", "", "", client_data([](ClientData &c) {
         c.cross_origin = true;
         c.top_origin = "https://shop.test";
       }),
       [](Expect &expect) {
         expect.cross_origin = true;
         expect.top_origins = {"https://shop.test"};
       },
       nullptr},
      {"no crossOrigin", "", "", client_data([](ClientData &c) { c.cross_origin.reset(); }), nullptr,
       nullptr},
      {"byte order mark", "", "", text([](std::string &json) { json.insert(0, "\xEF\xBB\xBF"); }), nullptr,
       nullptr},
      {"unknown member", "", "", text([](std::string &json) { json.insert(1, R"("more":{"a":[1]},)"); }),
       nullptr, nullptr},
  };
}

std::vector<Both> authenticator_rows() {
  const auto flags = [](uint8_t set, uint8_t clear) {
    return data(
        [=](AuthenticatorParts &parts) { parts.flags = static_cast<uint8_t>((parts.flags | set) & ~clear); });
  };
  const Relying required = [](Expect &expect) { expect.user_verification = "required"; };
  return {
      {"RP ID", "webauthn.registration.7.1.14.rp_id_hash_not_expected",
       "webauthn.authentication.7.2.15.rp_id_hash_not_expected",
       data([](AuthenticatorParts &parts) { parts.rp_id_hash[31] ^= 1; }), nullptr, nullptr},
      {"user not present", "webauthn.registration.7.1.15.user_not_present",
       "webauthn.authentication.7.2.16.user_not_present", flags(0, 0x01), nullptr, nullptr},
      {"user not verified", "webauthn.registration.7.1.16.user_not_verified",
       "webauthn.authentication.7.2.17.user_not_verified", flags(0, 0x04), required, nullptr},
      {"user not verified, nor wanted", "", "", flags(0, 0x04), nullptr, nullptr},
      {"backed up but not eligible", "webauthn.registration.7.1.17.backed_up_but_not_eligible",
       "webauthn.authentication.7.2.18.backed_up_but_not_eligible", flags(0x10, 0), nullptr, nullptr},
      {"reserved flags", "", "", flags(0x22, 0), nullptr, nullptr},
      {"authenticator data with bytes after it",
       "webauthn.registration.7.1.13.authenticator_data_malformed",
       "webauthn.authentication.7.2.7.authenticator_data_malformed",
       {.authenticator_data_bytes = [](Bytes &bytes) { bytes.push_back(0); }},
       nullptr,
       nullptr},
      {"authenticator data cut short",
       "webauthn.registration.7.1.13.authenticator_data_malformed",
       "webauthn.authentication.7.2.7.authenticator_data_malformed",
       {.authenticator_data_bytes = [](Bytes &bytes) { bytes.resize(36); }},
       nullptr,
       nullptr},
      {"extensions announced and absent", "webauthn.registration.7.1.13.authenticator_data_malformed",
       "webauthn.authentication.7.2.7.authenticator_data_malformed", flags(0x80, 0), nullptr, nullptr},
      {"extensions that are a list", "webauthn.registration.7.1.13.authenticator_data_malformed",
       "webauthn.authentication.7.2.7.authenticator_data_malformed", data([](AuthenticatorParts &parts) {
         parts.flags |= 0x80;
         parts.extensions = {0x80};
       }),
       nullptr, nullptr},
      {"extension results of another type", "webauthn.registration.7.1.4.extension_results_malformed",
       "webauthn.authentication.7.2.4.extension_results_malformed",
       reply([](ReplyParts &parts) { parts.extension_results = R"({"appid":null})"; }), nullptr, nullptr},
      {"unsolicited extension", "", "", data([](AuthenticatorParts &parts) {
         parts.flags |= 0x80;
         parts.extensions = {0xA1, 0x61, 'x', 0x01};
       }),
       nullptr, nullptr},
  };
}

// The object of a registration in another encoding, or with the maps in another order.
Bytes unordered(const Bytes &object) {
  const auto document = cbor::Document::parse(object);
  const cbor::Item root = document.value().root();
  cbor::Writer writer;
  writer.map(3).text("authData").raw(root.need("authData").value().raw());
  writer.text("attStmt").raw(root.need("attStmt").value().raw());
  return writer.text("fmt").raw(root.need("fmt").value().raw()).take();
}

Bytes indefinite(Bytes object) {
  object[0] = 0xBF;
  object.push_back(0xFF);
  return object;
}

void unordered_outputs(AuthenticatorParts &parts) {
  parts.flags |= 0x80;
  parts.extensions = {0xA2, 0x61, 'b', 0x01, 0x61, 'a', 0x01};
}

const char *kEnforced =
    R"({"credentialProtectionPolicy":"userVerificationRequired","enforceCredentialProtectionPolicy":true})";

void protect(AuthenticatorParts &parts, uint8_t level) {
  parts.flags |= 0x80;
  parts.extensions = cbor::Writer().map(1).text("credProtect").number(level).take();
}

std::vector<Case> own_registration_rows() {
  const char *object = "webauthn.registration.7.1.13.attestation_object_malformed";
  const char *canonical = "webauthn.registration.7.1.13.cbor_not_canonical";
  const Relying tolerant = [](Expect &expect) { expect.policy = R"({"noncanonical_cbor":true})"; };
  const auto change = [](auto with) {
    return test::Tamper{.attestation_object = [with](Bytes &bytes) { bytes = with(bytes); }};
  };
  std::vector<Case> rows = {
      {.id = "registration/attestation object with bytes after it",
       .reason = object,
       .tamper = {.attestation_object = [](Bytes &bytes) { bytes.push_back(0); }}},
      {.id = "registration/attestation object cut short",
       .reason = object,
       .tamper = {.attestation_object = [](Bytes &bytes) { bytes.pop_back(); }}},
      {.id = "registration/attestation object with a key twice",
       .reason = object,
       .tamper = {.attestation_object =
                      [](Bytes &bytes) {
                        bytes[0] = 0xA4;
                        bytes.insert(bytes.begin() + 1, {0x63, 'f', 'm', 't', 0x60});
                      }}},
      {.id = "registration/unordered CBOR", .reason = canonical, .tamper = change(unordered)},
      {.id = "registration/unordered CBOR, by policy",
       .reason = "",
       .expect = tolerant,
       .tamper = change(unordered)},
      {.id = "registration/CBOR of indefinite length", .reason = canonical, .tamper = change(indefinite)},
      {.id = "registration/CBOR of indefinite length, by policy",
       .reason = "",
       .expect = tolerant,
       .tamper = change(indefinite)},
      {.id = "registration/no attested credential data",
       .reason = "webauthn.registration.7.1.13.attested_credential_data_absent",
       .tamper = data([](AuthenticatorParts &parts) {
         parts.flags &= 0xBF;
         parts.attested.clear();
       })},
      {.id = "registration/user not present, conditional",
       .reason = "",
       .expect = [](Expect &expect) { expect.mediation = "conditional"; },
       .settings = [](Authenticator::Settings &settings) { settings.user_present = false; }},
      {.id = "registration/eligible for backup, refused by policy",
       .reason = "webauthn.registration.7.1.18.backup_eligibility_refused",
       .expect = [](Expect &expect) { expect.backup = "forbidden"; },
       .settings = [](Authenticator::Settings &settings) { settings.backup_eligible = true; }},
      {.id = "registration/not eligible for backup, refused by policy",
       .reason = "webauthn.registration.7.1.18.backup_eligibility_refused",
       .expect = [](Expect &expect) { expect.backup = "required"; }},
      {.id = "registration/algorithm not offered",
       .reason = "webauthn.registration.7.1.20.algorithm_not_offered",
       .expect =
           [](Expect &expect) {
             expect.algorithms = {-8, -257};
           },
       .settings = [](Authenticator::Settings &settings) { settings.algorithms = {-7}; }},
      {.id = "registration/RS1 offered without the policy",
       .reason = "webauthn.registration.7.1.20.algorithm_not_offered",
       .algorithm = -65535},
      {.id = "registration/not backed up, refused by policy",
       .reason = "webauthn.registration.7.1.19.backup_state_refused",
       .expect = [](Expect &expect) { expect.backup_state = "required"; }},
      {.id = "registration/credential id too long",
       .reason = "webauthn.registration.7.1.25.credential_id_too_long",
       .tamper = {
           .authenticator_data =
               [](AuthenticatorParts &parts) {
                 // AAGUID 16, length 2, id 32, key
                 const Bytes key(parts.attested.begin() + 50, parts.attested.end());
                 parts.attested.resize(16);
                 parts.attested.insert(parts.attested.end(), {0x04, 0x00});
                 parts.attested.resize(18 + 1024, 0x41);
                 parts.attested.insert(parts.attested.end(), key.begin(), key.end());
               },
           .reply = [](ReplyParts &parts) { parts.id = parts.raw_id = base64url(Bytes(1024, 0x41)); }}},
      {.id = "registration/credProtect enforced and lower",
       .reason = "webauthn.registration.7.1.28.cred_protect_not_enforced",
       .expect = [](Expect &expect) { expect.extensions = kEnforced; },
       .tamper = data([](AuthenticatorParts &parts) { protect(parts, 2); })},
      {.id = "registration/credProtect enforced",
       .reason = "",
       .expect = [](Expect &expect) { expect.extensions = kEnforced; },
       .tamper = data([](AuthenticatorParts &parts) { protect(parts, 3); })},
      {.id = "registration/public key not on its curve",
       .reason = "webauthn.registration.7.1.20.public_key_malformed",
       .tamper = data([](AuthenticatorParts &parts) { parts.attested.back() ^= 1; })},
  };
  return rows;
}

std::vector<Case> own_authentication_rows() {
  const auto signature = [](std::function<void(Bytes &)> change) {
    return test::Tamper{.signature = std::move(change)};
  };
  const char *wrong = "webauthn.authentication.7.2.21.signature";
  const auto base64url_of_other = [](ReplyParts &parts) { parts.user_handle = "AAAA"; };
  std::vector<Case> rows = {
      {.id = "authentication/signature", .reason = wrong, .tamper = signature([](Bytes &s) { s[9] ^= 1; })},
      {.id = "authentication/signature with bytes after it",
       .reason = wrong,
       .tamper = signature([](Bytes &s) { s.push_back(0); })},
      {.id = "authentication/signature of zeros",
       .reason = wrong,
       .tamper = signature([](Bytes &s) { s = {0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00}; })},
      {.id = "authentication/no signature",
       .reason = "webauthn.authentication.7.2.7.signature_absent",
       .tamper = signature([](Bytes &s) { s.clear(); })},
      {.id = "authentication/unordered CBOR",
       .reason = "webauthn.authentication.7.2.7.cbor_not_canonical",
       .tamper = data(unordered_outputs)},
      {.id = "authentication/unordered CBOR, by policy",
       .reason = "",
       .expect = [](Expect &expect) { expect.policy = R"({"noncanonical_cbor":true})"; },
       .tamper = data(unordered_outputs)},
      {.id = "authentication/credential not allowed",
       .reason = "webauthn.authentication.7.2.5.credential_not_allowed",
       .expect = [](Expect &expect) { expect.allowed_ids = {Bytes(16, 7)}; }},
      {.id = "authentication/no longer backed up, refused by policy",
       .reason = "webauthn.authentication.7.2.19.backup_state_refused",
       .expect = [](Expect &expect) { expect.backup_state = "required"; },
       .settings =
           [](Authenticator::Settings &settings) { settings.backup_eligible = settings.backed_up = true; },
       .tamper = data([](AuthenticatorParts &parts) { parts.flags &= 0xEF; })},
      {.id = "authentication/user handle",
       .reason = "webauthn.authentication.7.2.6.user_handle_not_the_users",
       .tamper = reply(base64url_of_other)},
      {.id = "authentication/user handle null", .reason = "", .tamper = reply([](ReplyParts &parts) {
                                                                parts.user_handle = "null";
                                                              })},
      {.id = "authentication/user handle empty", .reason = "", .tamper = reply([](ReplyParts &parts) {
                                                                 parts.user_handle = "";
                                                               })},
      {.id = "authentication/user unknown",
       .reason = "",
       .expect = [](Expect &expect) { expect.user_known = false; }},
      {.id = "authentication/user unknown and no user handle",
       .reason = "webauthn.authentication.7.2.6.user_handle_absent",
       .expect = [](Expect &expect) { expect.user_known = false; },
       .settings = [](Authenticator::Settings &settings) { settings.user_handles = false; }},
      {.id = "authentication/eligible for backup, refused by policy",
       .reason = "webauthn.authentication.7.2.19.backup_eligibility_refused",
       .expect =
           [](Expect &expect) {
             expect.backup = "forbidden";
             expect.backup_eligible_change = "ignore";
           },
       .tamper = data([](AuthenticatorParts &parts) { parts.flags |= 0x08; })},
      {.id = "authentication/credProtect without verification",
       .reason = "webauthn.authentication.7.2.23.cred_protect_without_verification",
       .cred_protect = 3,
       .tamper = data([](AuthenticatorParts &parts) { parts.flags &= 0xFB; })},
      {.id = "authentication/credProtect with verification", .reason = "", .cred_protect = 3},
      {.id = "authentication/credProtect of the second level without verification",
       .reason = "",
       .cred_protect = 2,
       .tamper = data([](AuthenticatorParts &parts) { parts.flags &= 0xFB; })},
      {.id = "authentication/backup eligibility changed",
       .reason = "webauthn.authentication.7.2.19.backup_eligibility_changed",
       .tamper = data([](AuthenticatorParts &parts) { parts.flags |= 0x08; })},
      {.id = "authentication/backup eligibility changed, flagged",
       .reason = "",
       .expect = [](Expect &expect) { expect.backup_eligible_change = "flag"; },
       .tamper = data([](AuthenticatorParts &parts) { parts.flags |= 0x08; })},
      {.id = "authentication/sign count went back, rejected",
       .reason = "webauthn.authentication.7.2.22.sign_count_not_greater",
       .expect = [](Expect &expect) { expect.sign_count = "reject"; },
       .tamper = data([](AuthenticatorParts &parts) { parts.sign_count = 1; })},
      {.id = "authentication/sign count back to zero, rejected",
       .reason = "webauthn.authentication.7.2.22.sign_count_not_greater",
       .expect = [](Expect &expect) { expect.sign_count = "reject"; },
       .tamper = data([](AuthenticatorParts &parts) { parts.sign_count = 0; })},
      {.id = "authentication/sign count went back, flagged",
       .reason = "",
       .tamper = data([](AuthenticatorParts &parts) { parts.sign_count = 1; })},
      {.id = "authentication/sign counts always zero",
       .reason = "",
       .expect = [](Expect &expect) { expect.sign_count = "reject"; },
       .settings = [](Authenticator::Settings &settings) { settings.count_step = 0; }},
  };
  return rows;
}

}  // namespace

std::vector<Case> registration_cases() {
  std::vector<Case> rows;
  for (const Both &row : client_data_rows()) rows.push_back(registration(row));
  for (const Both &row : authenticator_rows()) rows.push_back(registration(row));
  for (Case &row : own_registration_rows()) rows.push_back(std::move(row));
  return rows;
}

std::vector<Case> authentication_cases() {
  std::vector<Case> rows;
  for (const Both &row : client_data_rows()) rows.push_back(authentication(row));
  for (const Both &row : authenticator_rows()) rows.push_back(authentication(row));
  for (Case &row : own_authentication_rows()) {
    row.authentication = true;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace mfa::corpus
