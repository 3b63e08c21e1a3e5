#include <doctest.h>

#include "core/encoding.hpp"
#include "methods/webauthn/fixture.hpp"

using namespace mfa;
using namespace mfa::webauthn;
using test::ReplyParts;
using test::Tamper;

namespace {

std::string reason(std::string_view json) { return reason_name(parse_response(json)); }

std::string after_create(std::function<void(ReplyParts &)> change) {
  Fixture fixture;
  return reason(fixture.create_json({.reply = std::move(change)}));
}
std::string after_get(std::function<void(ReplyParts &)> change) {
  Fixture fixture;
  fixture.create_json();
  return reason(fixture.get_json({.reply = std::move(change)}));
}

}  // namespace

TEST_CASE("response: what a registration says") {
  Fixture fixture;
  const auto parsed = parse_response(fixture.create_json());
  REQUIRE(parsed.has_value());
  const Response &response = parsed.value();
  CHECK(response.registration);
  CHECK(response.id.size() == 32);
  CHECK(response.id == response.authenticator_data.credential_id);
  CHECK(response.client_data.type == "webauthn.create");
  CHECK(response.client_data.origin == kOrigin);
  CHECK(response.client_data.challenge == fixture.expected.challenge);
  CHECK_FALSE(response.client_data.cross_origin);
  CHECK_FALSE(response.client_data.top_origin.has_value());
  CHECK(response.format == "none");
  CHECK(response.transports == fixture.key.settings.transports);
  CHECK(response.authenticator_data.attested);
  CHECK(response.authenticator_data.sign_count == 1);
  CHECK(response.user_handle.empty());
  CHECK(response.client_outputs.names.empty());
}

TEST_CASE("response: what a login says") {
  Fixture fixture;
  fixture.create_json();
  const auto parsed = parse_response(fixture.get_json());
  REQUIRE(parsed.has_value());
  const Response &response = parsed.value();
  CHECK_FALSE(response.registration);
  CHECK(response.client_data.type == "webauthn.get");
  CHECK(response.user_handle == fixture.expected.user_handle);
  CHECK_FALSE(response.authenticator_data.attested);
  CHECK(response.signature.size() >= 64);
  CHECK_FALSE(response.client_outputs.app_id);
}

TEST_CASE("response: JSON that is none of ours") {
  for (const char *json : {"", "{", "nonsense", "{}{}", R"({"id":"AA","id":"AA"})"})
    CHECK_MESSAGE(reason(json) == "webauthn.response_not_json", json);
  for (const char *json : {"{}", "[]", "null", "5", R"({"id":"AA"})", R"({"id":"AA","rawId":"AA"})",
                           R"({"id":5,"rawId":"AA","type":"public-key","response":{}})",
                           R"({"id":"A","rawId":"A","type":"public-key","response":{}})",
                           R"({"id":"","rawId":"","type":"public-key","response":{}})",
                           R"({"id":"AA==","rawId":"AA==","type":"public-key","response":{}})",
                           R"({"id":"AA","rawId":"AA","type":"public-key"})"}) {
    CHECK_MESSAGE(reason(json) == "webauthn.response_member", json);
  }
  for (const char *response : {"{}", "[]", "null", R"({"clientDataJSON":"AA"})"})
    CHECK(reason(R"({"id":"AA","rawId":"AA","type":"public-key","response":)" + std::string(response) +
                 "}") == "webauthn.response_of_neither_ceremony");
  CHECK(reason(std::string(kMaxResponseBytes + 1, ' ')) == "webauthn.response_not_json");
}

TEST_CASE("response: each member that is wrong") {
  CHECK(after_create([](auto &) {}) == "yes");
  CHECK(after_get([](auto &) {}) == "yes");
  CHECK(after_get([](auto &parts) { parts.id = "AAAA"; }) == "webauthn.response_id_is_not_raw_id");
  CHECK(after_get([](auto &parts) { parts.type = "password"; }) == "webauthn.response_type_not_public_key");
  CHECK(after_get([](auto &parts) { parts.attestation_object = "AA"; }) ==
        "webauthn.response_of_neither_ceremony");
  CHECK(after_get([](auto &parts) { parts.signature = std::nullopt; }) ==
        "webauthn.response_of_neither_ceremony");
  CHECK(after_get([](auto &parts) { parts.signature = "*"; }) == "webauthn.response_member");
  CHECK(after_get([](auto &parts) { parts.authenticator_data = std::nullopt; }) ==
        "webauthn.response_member");
  CHECK(after_get([](auto &parts) { parts.authenticator_data = "+/"; }) == "webauthn.response_member");
  CHECK(after_get([](auto &parts) { parts.client_data = std::nullopt; }) == "webauthn.response_member");
  CHECK(after_get([](auto &parts) { parts.user_handle = "*"; }) == "webauthn.response_user_handle");
  CHECK(after_get([](auto &parts) { parts.user_handle = base64url(Bytes(64, 1)); }) == "yes");
  CHECK(after_get([](auto &parts) { parts.user_handle = base64url(Bytes(65, 1)); }) ==
        "webauthn.response_user_handle");
  CHECK(after_create([](auto &parts) { parts.client_data = "A"; }) == "webauthn.response_member");
  CHECK(after_create([](auto &parts) { parts.attestation_object = "A"; }) == "webauthn.response_member");
}

TEST_CASE("response: transports, known or not, within their limits") {
  const std::vector<std::string> most(kMaxTransports, std::string(kMaxTransportBytes, 'x'));
  CHECK(after_create([&](auto &parts) { parts.transports = most; }) == "yes");
  CHECK(after_create([](auto &parts) { parts.transports.clear(); }) == "yes");
  CHECK(after_create([&](auto &parts) {
          parts.transports = most;
          parts.transports.push_back("usb");
        }) == "webauthn.response_transports");
  CHECK(after_create([](auto &parts) { parts.transports = {std::string(kMaxTransportBytes + 1, 'x')}; }) ==
        "webauthn.response_transports");
  CHECK(after_create([](auto &parts) { parts.transports = {""}; }) == "webauthn.response_transports");
}

TEST_CASE("response: a failure names its part as well") {
  Fixture fixture;
  const auto parsed =
      parse_response(fixture.create_json({.attestation_object = [](Bytes &cbor) { cbor.push_back(0); }}));
  CHECK(parsed.error().reason == Reason::registration_attestation_object);
  CHECK(parsed.error().detail == "cbor.trailing_bytes");
}

TEST_CASE("response: an attestation object nested or filled beyond the limits") {
  const auto with_statement = [](Bytes whole) {
    Fixture fixture;
    return std::string(reason_name(parse_response(
        fixture.create_json({.statement = [&](auto &parts) { parts.whole = std::move(whole); }}))));
  };
  Bytes deep(20, 0x81);
  deep.push_back(0x00);
  CHECK(with_statement(deep) == "webauthn.registration.7.1.13.attestation_object_malformed");
  Bytes wide{0x99, 0x20, 0x00};
  wide.resize(wide.size() + 0x2000, 0x00);
  CHECK(with_statement(wide) == "webauthn.registration.7.1.13.attestation_object_malformed");
  // Claims 2^62 items and holds none.
  CHECK(with_statement({0x9B, 0x40, 0, 0, 0, 0, 0, 0, 0}) ==
        "webauthn.registration.7.1.13.attestation_object_malformed");
}
