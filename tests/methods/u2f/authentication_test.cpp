#include "methods/u2f/fixture.hpp"
#include "mfa/base.h"

using namespace mfa;
using namespace mfa::u2f;
using test::SoftwareKey;
using test::U2fTamper;

namespace {

U2fTamper client_data(std::function<void(test::U2fClientData &)> change) {
  return {.client_data = std::move(change)};
}
U2fTamper client_text(std::function<void(std::string &)> change) {
  return {.client_data_text = std::move(change)};
}

struct Case {
  const char *reason;
  Status status;
  U2fTamper tamper;
};

}  // namespace

TEST_CASE("u2f authentication: after a registration") {
  Fixture fixture;
  const auto registration = fixture.enrol();
  REQUIRE(registration.has_value());
  const auto answer = fixture.signs();
  CHECK(response_key_handle(answer.json).value() == registration.value().key_handle);
  const auto result =
      verify_authentication(fixture.expected, registration.value().public_key, 0, answer.json);
  REQUIRE_MESSAGE(result.has_value(), outcome(result));
  CHECK(result.value().counter == 1);
  CHECK(result.value().signals == 0);

  const auto pieces = verify_authentication(fixture.expected, registration.value().public_key, 0,
                                            answer.message, bytes_of(answer.client_data));
  REQUIRE(pieces.has_value());
  CHECK(pieces.value().counter == 1);
}

TEST_CASE("u2f authentication: the example of Raw Message Formats section 8.2") {
  const auto challenge = from_base64url("opsXqUifDriAAmWclinfbS0e-USY0CgyJHe_Otd7z8o").value();
  const std::string client_data =
      R"({"typ":"navigator.id.getAssertion","challenge":"opsXqUifDriAAmWclinfbS0e-USY0CgyJHe_Otd7z8o",)"
      R"("cid_pubkey":{"kty":"EC","crv":"P-256","x":"HzQwlfXX7Q4S5MtCCnZUNBw3RMzPO9tOyWjBqRl4tJ8",)"
      R"("y":"XVguGFLIZx1fXg3wNqfdbn75hi4-_7-BxhMljw42Ht4"},"origin":"http://example.com"})";
  CHECK(hex(sha256(bytes_of(client_data))) ==
        "ccd6ee2e47baef244d49a222db496bad0ef5b6f93aa7cc4d30c4821b3b9dbc57");
  const auto public_key = from_hex(
                              "04d368f1b665bade3c33a20f1e429c7750d5033660c019119d29aa4ba7abc04aa7"
                              "c80a46bbe11ca8cb5674d74f31f8a903f6bad105fb6ab74aefef4db8b0025e1d")
                              .value();
  const auto data = from_hex(
                        "0100000001"
                        "304402204b5f0cd17534cedd8c34ee09570ef542a353df4436030ce43d406de870b847780220"
                        "267bb998fac9b7266eb60e7cb0b5eabdfd5ba9614f53c7b22272ec10047a923f")
                        .value();
  const Expected expected{.app_id = "https://gstatic.com/securitykey/a/example.com",
                          .challenge = challenge,
                          .facets = {"http://example.com"}};
  const auto result = verify_authentication(expected, public_key, 0, data, bytes_of(client_data));
  REQUIRE_MESSAGE(result.has_value(), outcome(result));
  CHECK(result.value().counter == 1);
  CHECK(result.value().signals == 0);
}

TEST_CASE("u2f authentication: a counter that is not greater is a signal, not a refusal") {
  struct Row {
    uint32_t last, now, signals;
  };
  for (const Row &row : {Row{0, 1, 0}, Row{0, 0, MFA_SIGNAL_CLONE_SUSPECTED}, Row{7, 8, 0},
                         Row{7, 7, MFA_SIGNAL_CLONE_SUSPECTED}, Row{7, 6, MFA_SIGNAL_CLONE_SUSPECTED},
                         Row{0x7FFFFFFF, 0x80000000, 0}, Row{0xFFFFFFFE, 0xFFFFFFFF, 0},
                         Row{0xFFFFFFFF, 0, MFA_SIGNAL_CLONE_SUSPECTED}}) {
    CAPTURE(row.last);
    CAPTURE(row.now);
    Fixture fixture;
    fixture.token.counter = row.now - 1;
    const auto result = fixture.sign_in({}, row.last);
    REQUIRE(result.has_value());
    CHECK(result.value().counter == row.now);
    CHECK(result.value().signals == row.signals);
  }
}

TEST_CASE("u2f authentication: each rule broken once") {
  const std::vector<Case> cases = {
      {"u2f.authentication.response_is_an_error",
       Status::malformed,
       {.members = [](auto &writer) { writer.member("errorCode", 5); }}},
      {"u2f.authentication.response_not_json",
       Status::malformed,
       {.members = [](auto &writer) { writer.member("keyHandle", "Bw"); }}},  // twice
      {"u2f.authentication.message_truncated",
       Status::malformed,
       {.message = [](auto &bytes) { bytes.clear(); }}},
      {"u2f.authentication.message_truncated",
       Status::malformed,
       {.message = [](auto &bytes) { bytes.resize(4); }}},
      {"u2f.authentication.user_not_present", Status::wrong, {.head = [](auto &bytes) { bytes[0] = 0; }}},
      {"u2f.authentication.user_not_present", Status::wrong, {.head = [](auto &bytes) { bytes[0] = 0xFE; }}},
      {"u2f.authentication.signature_not_strictly_encoded",
       Status::wrong,
       {.message = [](auto &bytes) { bytes.resize(5); }}},
      {"u2f.authentication.signature_not_strictly_encoded",
       Status::wrong,
       {.signature = [](auto &bytes) { bytes.push_back(0); }}},
      {"u2f.authentication.signature_not_strictly_encoded",
       Status::wrong,
       {.signature = [](auto &bytes) { bytes.insert(bytes.begin() + 1, 0x81); }}},
      {"u2f.authentication.signature", Status::wrong, {.signature = [](auto &bytes) { bytes.back() ^= 1; }}},
      {"u2f.authentication.signature",
       Status::wrong,
       {.message = [](auto &bytes) { bytes[4] ^= 1; }}},  // the counter
      {"u2f.authentication.signature",
       Status::wrong,
       {.message = [](auto &bytes) { bytes[0] = 3; }}},  // presence and a reserved bit, not signed
      {"u2f.authentication.client_data_not_json", Status::malformed,
       client_text([](auto &text) { text.pop_back(); })},
      {"u2f.authentication.client_data_not_json", Status::malformed,
       client_text([](auto &text) { text.append(kMaxClientDataBytes, ' '); })},
      {"u2f.authentication.client_data_member", Status::malformed,
       client_text([](auto &text) { text = "{}"; })},
      {"u2f.authentication.type_not_get_assertion", Status::wrong,
       client_data([](auto &data) { data.typ = "navigator.id.finishEnrollment"; })},
      {"u2f.authentication.type_not_get_assertion", Status::wrong,
       client_data([](auto &data) { data.typ = "webauthn.get"; })},
      {"u2f.authentication.challenge_not_expected", Status::wrong,
       client_data([](auto &data) { data.challenge.clear(); })},
      {"u2f.authentication.origin_not_expected", Status::wrong,
       client_data([](auto &data) { data.origin = "https://evil.example.test"; })},
  };
  for (const Case &one : cases) {
    CAPTURE(one.reason);
    Fixture fixture;
    const auto result = fixture.sign_in(one.tamper);
    CHECK(outcome(result) == one.reason);
    CHECK(status_of(result) == one.status);
  }
}

TEST_CASE("u2f authentication: reserved bits that are signed may be anything") {
  Fixture fixture;
  CHECK(outcome(fixture.sign_in({.head = [](auto &bytes) { bytes[0] = 0xFF; }})) == "yes");
}

TEST_CASE("u2f authentication: responses without their members") {
  const Fixture fixture;
  const Bytes key = fixture.token.public_key();
  for (const char *json :
       {"{}", "[]", R"({"keyHandle":"Bw","signatureData":"AQ"})", R"({"keyHandle":"Bw","clientData":"e30"})",
        R"({"signatureData":"AQ","clientData":"e30"})",
        R"({"keyHandle":"B=","signatureData":"AQ","clientData":"e30"})"}) {
    CAPTURE(json);
    const auto result = verify_authentication(fixture.expected, key, 0, json);
    CHECK(outcome(result) == "u2f.authentication.response_member");
    CHECK(status_of(result) == Status::malformed);
  }
  CHECK(outcome(response_key_handle("{}")) == "u2f.authentication.response_member");
  CHECK(outcome(response_key_handle("")) == "u2f.authentication.response_not_json");
  CHECK(outcome(response_key_handle(R"({"errorCode":5})")) == "u2f.authentication.response_is_an_error");
  CHECK(response_key_handle(R"({"keyHandle":"Bw"})").value() == Bytes{7});
}

TEST_CASE("u2f authentication: a key handle has 1 to 255 bytes") {
  const auto named = [](size_t size) {
    return response_key_handle(R"({"keyHandle":")" + base64url(Bytes(size, 1)) + "\"}");
  };
  CHECK(outcome(named(0)) == "u2f.authentication.key_handle_length");
  CHECK(named(1).value().size() == 1);
  CHECK(named(255).value().size() == 255);
  CHECK(outcome(named(256)) == "u2f.authentication.key_handle_length");
}

TEST_CASE("u2f authentication: another key, another AppID") {
  Fixture fixture;
  const auto answer = fixture.signs();
  const Bytes other = SoftwareKey::make(-7).point();
  CHECK(outcome(verify_authentication(fixture.expected, other, 0, answer.json)) ==
        "u2f.authentication.signature");
  fixture.expected.app_id += "x";
  CHECK(outcome(verify_authentication(fixture.expected, fixture.token.public_key(), 0, answer.json)) ==
        "u2f.authentication.signature");
}

TEST_CASE("u2f authentication: what the host keeps and expects must be whole") {
  Fixture fixture;
  const auto answer = fixture.signs();
  Bytes key = fixture.token.public_key();
  key.back() ^= 1;
  const auto off_curve = verify_authentication(fixture.expected, key, 0, answer.json);
  CHECK(outcome(off_curve) == "u2f.stored_public_key_malformed");
  CHECK(status_of(off_curve) == Status::err_argument);
  key.pop_back();
  CHECK(outcome(verify_authentication(fixture.expected, key, 0, answer.json)) ==
        "u2f.stored_public_key_malformed");
  fixture.expected.challenge.resize(15);
  CHECK(status_of(verify_authentication(fixture.expected, fixture.token.public_key(), 0, answer.json)) ==
        Status::err_argument);
}
