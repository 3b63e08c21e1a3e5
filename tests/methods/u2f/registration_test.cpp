#include "core/certificate.hpp"
#include "methods/u2f/fixture.hpp"

using namespace mfa;
using namespace mfa::u2f;
using test::SoftwareKey;
using test::U2fTamper;

namespace {

constexpr size_t kKeyHandleLengthAt = 66;
constexpr size_t kCertificateAt = 67 + 64;

U2fTamper message(std::function<void(Bytes &)> change) { return {.message = std::move(change)}; }
U2fTamper client_data(std::function<void(test::U2fClientData &)> change) {
  return {.client_data = std::move(change)};
}
U2fTamper client_text(std::function<void(std::string &)> change) {
  return {.client_data_text = std::move(change)};
}

struct Case {
  const char *reason;
  Status status;
  std::function<void(Fixture &)> prepare;
  U2fTamper tamper;
};

void attested_by(Fixture &fixture, int32_t algorithm) {
  fixture.token.attestation = SoftwareKey::quick(algorithm);
  fixture.token.certificate = test::make_certificate({}, fixture.token.attestation);
}

}  // namespace

TEST_CASE("u2f registration: what the token made is kept") {
  Fixture fixture;
  const auto result = fixture.enrol();
  REQUIRE_MESSAGE(result.has_value(), outcome(result));
  CHECK(same(result.value().public_key, fixture.token.public_key()));
  CHECK(result.value().key_handle == fixture.token.key_handle);
  CHECK(result.value().certificate == fixture.token.certificate);

  const auto answer = fixture.registers();
  const auto pieces = verify_registration(fixture.expected, answer.message, bytes_of(answer.client_data));
  REQUIRE(pieces.has_value());
  CHECK(pieces.value().key_handle == fixture.token.key_handle);
}

TEST_CASE("u2f registration: the example of Raw Message Formats section 8.1") {
  const auto challenge = from_base64url("vqrS6WXDe1JUs5_c3i4-LkKIHRr-3XVb3azuA5TifHo").value();
  const std::string client_data =
      R"({"typ":"navigator.id.finishEnrollment","challenge":"vqrS6WXDe1JUs5_c3i4-LkKIHRr-3XVb3azuA5TifHo",)"
      R"("cid_pubkey":{"kty":"EC","crv":"P-256","x":"HzQwlfXX7Q4S5MtCCnZUNBw3RMzPO9tOyWjBqRl4tJ8",)"
      R"("y":"XVguGFLIZx1fXg3wNqfdbn75hi4-_7-BxhMljw42Ht4"},"origin":"http://example.com"})";
  CHECK(hex(sha256(bytes_of(client_data))) ==
        "4142d21c00d94ffb9d504ada8f99b721f4b191ae4e37ca0140f696b6983cfacb");
  const std::string public_key =
      "04b174bc49c7ca254b70d2e5c207cee9cf174820ebd77ea3c65508c26da51b657c"
      "1cc6b952f8621697936482da0a6d3d3826a59095daf6cd7c03e2e60385d2f6d9";
  const std::string key_handle =
      "2a552dfdb7477ed65fd84133f86196010b2215b57da75d315b7b9e8fe2e3925a"
      "6019551bab61d16591659cbaf00b4950f7abfe6660e2e006f76868b772d70c25";
  const std::string certificate =
      "3082013c3081e4a003020102020a47901280001155957352300a06082a8648ce3d0403023017311530130603550403130c"
      "476e756262792050696c6f74301e170d3132303831343138323933325a170d3133303831343138323933325a3031312f30"
      "2d0603550403132650696c6f74476e756262792d302e342e312d3437393031323830303031313535393537333532305930"
      "1306072a8648ce3d020106082a8648ce3d030107034200048d617e65c9508e64bcc5673ac82a6799da3c1446682c258c46"
      "3fffdf58dfd2fa3e6c378b53d795c4a4dffb4199edd7862f23abaf0203b4b8911ba0569994e101300a06082a8648ce3d04"
      "03020347003044022060cdb6061e9c22262d1aac1d96d8c70829b2366531dda268832cb836bcd30dfa0220631b1459f09e"
      "6330055722c8d89b7f48883b9089b88d60d1d9795902b30410df";
  const std::string signature =
      "304502201471899bcc3987e62e8202c9b39c33c19033f7340352dba80fcab017db9230e4"
      "02210082677d673d891933ade6f617e5dbde2e247e70423fd5ad7804a6d3d3961ef871";
  const Bytes data = from_hex("05" + public_key + "40" + key_handle + certificate + signature).value();
  const Expected expected{.app_id = "http://example.com", .challenge = challenge, .facets = {}};
  const auto result = verify_registration(expected, data, bytes_of(client_data));
  REQUIRE_MESSAGE(result.has_value(), outcome(result));
  CHECK(hex(result.value().public_key) == public_key);
  CHECK(hex(result.value().key_handle) == key_handle);
  CHECK(hex(result.value().certificate) == certificate);
}

TEST_CASE("u2f registration: key handles of 1 and of 255 bytes, and members that are not known") {
  for (const size_t size : {1, 255}) {
    Fixture fixture;
    fixture.token.key_handle = Bytes(size, 7);
    const auto result = fixture.enrol({.members = [](auto &writer) {
      writer.member("version", "U2F_V2").member("appId", "https://example.test/other");
      writer.member("challenge", "whatever").member("errorCode", 0).member("novel", true);
    }});
    REQUIRE_MESSAGE(result.has_value(), outcome(result));
    CHECK(result.value().key_handle.size() == size);
  }
}

TEST_CASE("u2f registration: the AppID alone is the facet when there is none") {
  Fixture fixture;
  fixture.expected.facets.clear();
  CHECK(outcome(fixture.enrol()) == "u2f.registration.origin_not_expected");
  fixture.token.origin = fixture.expected.app_id;
  CHECK(outcome(fixture.enrol()) == "yes");
  fixture.expected.facets = {"https://example.test"};
  CHECK(outcome(fixture.enrol()) == "u2f.registration.origin_not_expected");
}

TEST_CASE("u2f registration: each rule broken once") {
  const std::vector<Case> cases = {
      {"u2f.registration.response_is_an_error",
       Status::malformed,
       nullptr,
       {.members = [](auto &writer) { writer.member("errorCode", 4); }}},
      {"u2f.registration.response_member",
       Status::malformed,
       nullptr,
       {.members = [](auto &writer) { writer.member("errorCode", "4"); }}},
      {"u2f.registration.response_not_json",
       Status::malformed,
       nullptr,
       {.members = [](auto &writer) { writer.member("clientData", "e30"); }}},  // twice
      {"u2f.registration.response_not_json",
       Status::malformed,
       nullptr,
       {.members = [](auto &writer) { writer.member("novel", std::string(kMaxResponseBytes, 'x')); }}},
      {"u2f.registration.message_truncated", Status::malformed, nullptr,
       message([](auto &bytes) { bytes.clear(); })},
      {"u2f.registration.message_truncated", Status::malformed, nullptr,
       message([](auto &bytes) { bytes.resize(65); })},
      {"u2f.registration.message_truncated", Status::malformed, nullptr,
       message([](auto &bytes) { bytes.resize(66); })},
      {"u2f.registration.message_truncated", Status::malformed, nullptr,
       message([](auto &bytes) { bytes.resize(kCertificateAt - 1); })},
      {"u2f.registration.certificate_malformed", Status::malformed, nullptr,
       message([](auto &bytes) { bytes.resize(kCertificateAt + 100); })},
      {"u2f.registration.reserved_byte_not_5",
       Status::malformed,
       nullptr,
       {.head = [](auto &bytes) { bytes[0] = 4; }}},
      {"u2f.registration.public_key_malformed",
       Status::malformed,
       nullptr,
       {.head = [](auto &bytes) { bytes[1] = 2; }}},
      {"u2f.registration.public_key_malformed",
       Status::malformed,
       nullptr,
       {.head = [](auto &bytes) { bytes[65] ^= 1; }}},  // not on the curve
      {"u2f.registration.key_handle_empty",
       Status::malformed,
       [](Fixture &fixture) { fixture.token.key_handle.clear(); },
       {}},
      {"u2f.registration.certificate_malformed", Status::malformed, nullptr,
       message([](auto &bytes) { bytes.resize(kCertificateAt); })},
      {"u2f.registration.certificate_malformed", Status::malformed, nullptr,
       message([](auto &bytes) { bytes[kCertificateAt] = 0x31; })},
      {"u2f.registration.certificate_malformed", Status::malformed, nullptr,
       message([](auto &bytes) { bytes[kCertificateAt + 1] = 0x80; })},  // indefinite length
      {"u2f.registration.certificate_malformed", Status::malformed, nullptr,
       message([](auto &bytes) {  // a length that is not in its shortest form
         bytes[kCertificateAt + 1] = 0x83;
         bytes.insert(bytes.begin() + kCertificateAt + 2, 0);
       })},
      {"u2f.registration.certificate_malformed", Status::malformed, nullptr,
       message([](auto &bytes) { bytes[kCertificateAt + 4] = 0x31; })},  // read by nobody
      {"u2f.registration.certificate_malformed", Status::malformed, nullptr,
       message([](auto &bytes) { bytes[kKeyHandleLengthAt]--; })},
      {"u2f.registration.certificate_limit",
       Status::malformed,
       [](Fixture &fixture) {
         fixture.token.certificate = {0x30, 0x82, 0x1F, 0xFD};
         fixture.token.certificate.resize(kMaxCertificateBytes + 1);
       },
       {}},
      {"u2f.registration.certificate_malformed",
       Status::malformed,
       [](Fixture &fixture) { fixture.token.certificate = {0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}; },
       {}},
      {"u2f.registration.certificate_key_not_p256",
       Status::malformed,
       [](Fixture &fixture) { attested_by(fixture, -257); },
       {}},
      {"u2f.registration.certificate_key_not_p256",
       Status::malformed,
       [](Fixture &fixture) { attested_by(fixture, -8); },
       {}},
      {"u2f.registration.certificate_key_not_p256",
       Status::malformed,
       [](Fixture &fixture) { attested_by(fixture, -35); },  // P-384
       {}},
      {"u2f.registration.signature_not_strictly_encoded",
       Status::wrong,
       nullptr,
       {.signature = [](auto &bytes) { bytes.clear(); }}},
      {"u2f.registration.signature_not_strictly_encoded",
       Status::wrong,
       nullptr,
       {.signature = [](auto &bytes) { bytes.push_back(0); }}},
      {"u2f.registration.signature_not_strictly_encoded",
       Status::wrong,
       nullptr,
       {.signature = [](auto &bytes) { bytes.pop_back(); }}},
      {"u2f.registration.signature_not_strictly_encoded",
       Status::wrong,
       nullptr,
       {.signature =
            [](auto &bytes) {  // BER: the length in two octets
              bytes.insert(bytes.begin() + 1, 0x81);
            }}},
      {"u2f.registration.signature",
       Status::wrong,
       nullptr,
       {.signature = [](auto &bytes) { bytes.back() ^= 1; }}},
      {"u2f.registration.signature", Status::wrong, nullptr,
       message([](auto &bytes) { bytes[kKeyHandleLengthAt + 1] ^= 1; })},
      {"u2f.registration.signature",
       Status::wrong,
       [](Fixture &fixture) { fixture.token.attestation = SoftwareKey::make(-7); },
       {}},
      {"u2f.registration.client_data_not_json", Status::malformed, nullptr,
       client_text([](auto &text) { text.pop_back(); })},
      {"u2f.registration.client_data_not_json", Status::malformed, nullptr,
       client_text([](auto &text) { text += "{}"; })},
      {"u2f.registration.client_data_not_json", Status::malformed, nullptr,
       client_text([](auto &text) { text.insert(2, "\xff"); })},
      {"u2f.registration.client_data_not_json", Status::malformed, nullptr,
       client_text([](auto &text) { text.insert(1, R"("origin":"https://example.test",)"); })},  // twice
      {"u2f.registration.client_data_not_json", Status::malformed, nullptr,
       client_text([](auto &text) { text.append(kMaxClientDataBytes, ' '); })},
      {"u2f.registration.client_data_member", Status::malformed, nullptr,
       client_text([](auto &text) { text = "[]"; })},
      {"u2f.registration.client_data_member", Status::malformed, nullptr,
       client_text([](auto &text) { text.replace(text.find("typ"), 3, "type"); })},
      {"u2f.registration.client_data_member", Status::malformed, nullptr,
       client_text([](auto &text) { text.replace(text.find("challenge"), 9, "Challenge"); })},
      {"u2f.registration.client_data_member", Status::malformed, nullptr,
       client_text([](auto &text) { text.replace(text.find("origin"), 6, "Origin"); })},
      {"u2f.registration.type_not_finish_enrollment", Status::wrong, nullptr,
       client_data([](auto &data) { data.typ = "navigator.id.getAssertion"; })},
      {"u2f.registration.challenge_not_expected", Status::wrong, nullptr,
       client_data([](auto &data) { data.challenge = base64url(Bytes(32, 0x5B)); })},
      {"u2f.registration.challenge_not_expected", Status::wrong, nullptr,
       client_data([](auto &data) { data.challenge += "="; })},
      {"u2f.registration.origin_not_expected", Status::wrong, nullptr,
       client_data([](auto &data) { data.origin = "https://Example.test"; })},
      {"u2f.registration.origin_not_expected", Status::wrong, nullptr,
       client_data([](auto &data) { data.origin = "https://example.test/"; })},
      {"u2f.registration.origin_not_expected", Status::wrong, nullptr,
       client_data([](auto &data) { data.origin = "https://example.test/app-id.json"; })},
  };
  for (const Case &one : cases) {
    CAPTURE(one.reason);
    Fixture fixture;
    if (one.prepare) one.prepare(fixture);
    const auto result = fixture.enrol(one.tamper);
    CHECK(outcome(result) == one.reason);
    CHECK(status_of(result) == one.status);
  }
}

TEST_CASE("u2f registration: responses without their members") {
  const Fixture fixture;
  for (const char *json :
       {"{}", "[]", "7", R"({"registrationData":"BQ"})", R"({"clientData":"e30"})",
        R"({"registrationData":"BQ==","clientData":"e30"})",
        R"({"registrationData":"B+","clientData":"e30"})", R"({"registrationData":5,"clientData":"e30"})"}) {
    CAPTURE(json);
    const auto result = verify_registration(fixture.expected, json);
    CHECK(outcome(result) == "u2f.registration.response_member");
    CHECK(status_of(result) == Status::malformed);
  }
  for (const char *json : {"", "{", "{}{}"}) {
    CHECK(outcome(verify_registration(fixture.expected, json)) == "u2f.registration.response_not_json");
  }
  const auto error = verify_registration(fixture.expected, R"({"errorCode":4,"errorMessage":"no"})");
  REQUIRE(!error.has_value());
  CHECK(error.error().detail == "errorCode 4");
}

TEST_CASE("u2f registration: the AppID is signed") {
  Fixture fixture;
  const auto answer = fixture.registers();
  fixture.expected.app_id = "https://example.test/other.json";
  CHECK(outcome(verify_registration(fixture.expected, answer.json)) == "u2f.registration.signature");
}

TEST_CASE("u2f registration: what is expected must be whole") {
  Fixture fixture;
  const auto answer = fixture.registers();
  Expected expected = fixture.expected;
  expected.challenge.resize(15);
  CHECK(status_of(verify_registration(expected, answer.json)) == Status::err_argument);
  CHECK(status_of(verify_registration(expected, answer.message, bytes_of(answer.client_data))) ==
        Status::err_argument);
  expected = fixture.expected;
  expected.app_id.clear();
  CHECK(status_of(verify_registration(expected, answer.json)) == Status::err_argument);
}
