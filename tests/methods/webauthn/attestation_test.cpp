#include <doctest.h>

#include "methods/webauthn/registration_case.hpp"

using namespace mfa;
using namespace mfa::webauthn;

namespace {

Tamper certificate(std::function<void(test::CertificateSpec &)> change) {
  return {.certificate = std::move(change)};
}

}  // namespace

TEST_CASE("attestation none: the statement is empty") {
  expect({"webauthn.registration.7.1.22.none.statement_not_empty", Status::malformed, nullptr,
          statement([](auto &parts) { parts.algorithm = -7; })},
         "none");
  expect({"webauthn.registration.7.1.22.none.statement_not_empty", Status::malformed, nullptr,
          statement([](auto &parts) { parts.whole = Bytes{0xF6}; })},
         "none");
  expect({"webauthn.registration.7.1.22.none.statement_not_empty", Status::malformed, nullptr,
          statement([](auto &parts) { parts.whole = Bytes{0x80}; })},
         "none");
  // A statement in another format's name.
  expect({"webauthn.registration.7.1.22.none.statement_not_empty", Status::malformed, nullptr,
          statement([](auto &parts) { parts.format = "none"; })},
         "basic");
  expect({"webauthn.registration.7.1.22.statement_malformed", Status::malformed, nullptr,
          statement([](auto &parts) { parts.format = "packed"; })},
         "none");
}

TEST_CASE("attestation packed, self: each rule of section 8.2 violated once") {
  const RegistrationCase cases[] = {
      {"webauthn.registration.7.1.22.statement_malformed", Status::malformed, nullptr,
       statement([](auto &parts) { parts.algorithm = std::nullopt; })},
      {"webauthn.registration.7.1.22.statement_malformed", Status::malformed, nullptr,
       statement([](auto &parts) { parts.signature = std::nullopt; })},
      {"webauthn.registration.7.1.22.statement_malformed", Status::malformed, nullptr,
       statement([](auto &parts) { parts.whole = Bytes{0x80}; })},
      {"webauthn.registration.7.1.22.packed.algorithm_not_of_the_credential", Status::wrong, nullptr,
       statement([](auto &parts) { parts.algorithm = -257; })},
      {"webauthn.registration.7.1.22.packed.algorithm_not_of_the_credential", Status::wrong, nullptr,
       statement([](auto &parts) { parts.algorithm = INT64_MIN; })},
      {"webauthn.registration.7.1.22.packed.signature", Status::wrong, nullptr,
       statement([](auto &parts) { parts.signature->at(10) ^= 1; })},
      {"webauthn.registration.7.1.22.packed.signature", Status::wrong, nullptr,
       statement([](auto &parts) { parts.signature->push_back(0); })},
      {"webauthn.registration.7.1.22.packed.signature", Status::wrong, nullptr,
       statement([](auto &parts) { parts.signature->clear(); })},
      // An empty list of certificates is not self attestation.
      {"webauthn.registration.7.1.22.statement_malformed", Status::malformed, nullptr,
       statement([](auto &parts) { parts.x5c = std::vector<Bytes>{}; })},
  };
  for (const RegistrationCase &row : cases) expect(row, "self");
}

TEST_CASE("attestation packed, self: the signature covers authenticator data and client data") {
  for (const int32_t algorithm : {-7, -8, -257}) {
    Fixture fixture;
    fixture.key.settings.format = "self";
    fixture.key.settings.algorithms = {algorithm};
    auto response = parse_response(fixture.create_json()).value();
    CHECK(verify_registration(fixture.expected, kNow, response).has_value());
    auto other = response;
    other.client_data.raw.push_back(' ');
    CHECK(verify_registration(fixture.expected, kNow, other).error().reason ==
          Reason::registration_packed_signature);
    other = response;
    other.authenticator_data.raw[33] ^= 1;
    CHECK(verify_registration(fixture.expected, kNow, other).error().reason ==
          Reason::registration_packed_signature);
  }
}

TEST_CASE("attestation packed, x5c: each rule of section 8.2 and 8.2.1 violated once") {
  using Subject = std::vector<std::pair<std::string, std::string>>;
  const auto subject = [](Subject names) {
    return certificate([names](auto &spec) { spec.subject = names; });
  };
  const char *unit = "Authenticator Attestation";
  const RegistrationCase cases[] = {
      {"webauthn.registration.7.1.22.statement_malformed", Status::malformed, nullptr,
       statement([](auto &parts) { parts.x5c->clear(); })},
      {"webauthn.registration.7.1.22.statement_malformed", Status::malformed, nullptr,
       statement([](auto &parts) {
         parts.whole =
             Bytes{0xA3, 0x63, 'a', 'l', 'g', 0x26, 0x63, 's', 'i', 'g', 0x40, 0x63, 'x', '5', 'c', 0x40};
       })},
      {"webauthn.registration.7.1.22.statement_malformed", Status::malformed, nullptr,
       statement([](auto &parts) {
         parts.whole = Bytes{0xA3, 0x63, 'a',  'l', 'g', 0x26, 0x63, 's', 'i',
                             'g',  0x40, 0x63, 'x', '5', 'c',  0x81, 0x00};
       })},
      {"webauthn.registration.7.1.22.packed.chain_limit", Status::malformed, nullptr,
       statement([](auto &parts) { parts.x5c->resize(kMaxCertificates + 1, parts.x5c->front()); })},
      {"webauthn.registration.7.1.22.packed.certificate_malformed", Status::malformed, nullptr,
       statement([](auto &parts) { parts.x5c->front().push_back(0); })},
      {"webauthn.registration.7.1.22.packed.certificate_malformed", Status::malformed, nullptr,
       statement([](auto &parts) {
         parts.x5c->push_back({0x30, 0x00});
       })},
      {"webauthn.registration.7.1.22.packed.certificate_malformed", Status::malformed, nullptr,
       statement([](auto &parts) { parts.x5c->push_back(Bytes(8193, 0x30)); })},
      {"webauthn.registration.7.1.22.packed.certificate_key", Status::malformed, nullptr,
       statement([](auto &parts) { parts.algorithm = -257; })},
      {"webauthn.registration.7.1.22.packed.certificate_key", Status::wrong, nullptr,
       statement([](auto &parts) { parts.algorithm = -34; })},
      {"webauthn.registration.7.1.22.packed.certificate_key", Status::malformed, nullptr,
       statement([](auto &parts) { parts.algorithm = INT64_MIN; })},
      {"webauthn.registration.7.1.22.packed.signature", Status::wrong, nullptr,
       statement([](auto &parts) { parts.signature->at(10) ^= 1; })},
      {"webauthn.registration.7.1.22.packed.signature", Status::wrong, nullptr,
       statement([](test::StatementParts &parts) {
         parts.x5c->front() =
             test::make_certificate(test::CertificateSpec(), test::SoftwareKey::make(-7));  // another's
       })},
      {"webauthn.registration.7.1.22.packed.certificate_version", Status::wrong, nullptr,
       certificate([](auto &spec) { spec.version = 2; })},
      {"webauthn.registration.7.1.22.packed.certificate_country", Status::wrong, nullptr,
       subject({{"O", "x"}, {"OU", unit}, {"CN", "y"}})},
      {"webauthn.registration.7.1.22.packed.certificate_country", Status::wrong, nullptr,
       subject({{"C", "ch"}, {"O", "x"}, {"OU", unit}, {"CN", "y"}})},
      {"webauthn.registration.7.1.22.packed.certificate_country", Status::wrong, nullptr,
       subject({{"C", "CH"}, {"C", "DE"}, {"O", "x"}, {"OU", unit}, {"CN", "y"}})},
      {"webauthn.registration.7.1.22.packed.certificate_organization", Status::wrong, nullptr,
       subject({{"C", "CH"}, {"OU", unit}, {"CN", "y"}})},
      {"webauthn.registration.7.1.22.packed.certificate_organizational_unit", Status::wrong, nullptr,
       subject({{"C", "CH"}, {"O", "x"}, {"CN", "y"}})},
      {"webauthn.registration.7.1.22.packed.certificate_organizational_unit", Status::wrong, nullptr,
       subject({{"C", "CH"}, {"O", "x"}, {"OU", "authenticator attestation"}, {"CN", "y"}})},
      {"webauthn.registration.7.1.22.packed.certificate_organizational_unit", Status::wrong, nullptr,
       subject({{"C", "CH"}, {"O", "x"}, {"OU", unit}, {"OU", unit}, {"CN", "y"}})},
      {"webauthn.registration.7.1.22.packed.certificate_common_name", Status::wrong, nullptr,
       subject({{"C", "CH"}, {"O", "x"}, {"OU", unit}})},
      {"webauthn.registration.7.1.22.packed.certificate_is_an_authority", Status::wrong, nullptr,
       certificate([](auto &spec) { spec.authority = true; })},
      {"webauthn.registration.7.1.22.packed.certificate_is_an_authority", Status::wrong, nullptr,
       certificate([](auto &spec) { spec.authority = std::nullopt; })},
      {"webauthn.registration.7.1.22.packed.certificate_aaguid", Status::wrong, nullptr,
       certificate([](auto &spec) { spec.aaguid->back() ^= 1; })},
      {"webauthn.registration.7.1.22.packed.certificate_aaguid", Status::wrong, nullptr,
       certificate([](auto &spec) { spec.aaguid->erase(spec.aaguid->begin(), spec.aaguid->begin() + 2); })},
      {"webauthn.registration.7.1.22.packed.certificate_aaguid_critical", Status::wrong, nullptr,
       certificate([](auto &spec) { spec.aaguid_critical = true; })},
      {"webauthn.registration.7.1.22.packed.certificate_malformed", Status::malformed, nullptr,
       certificate([](auto &spec) { spec.aaguid_times = 2; })},
  };
  for (const RegistrationCase &row : cases) expect(row, "basic");
}

TEST_CASE("attestation packed, x5c: what is allowed") {
  Fixture fixture;
  fixture.key.settings.format = "basic";
  CHECK(fixture.create(certificate([](auto &spec) { spec.aaguid = std::nullopt; })).has_value());
  CHECK(
      fixture.create(statement([](auto &parts) { parts.x5c->resize(kMaxCertificates, parts.x5c->front()); }))
          .has_value());
}

TEST_CASE("attestation android-safetynet: a time of 64 bits that has no milliseconds") {
  Fixture fixture;
  fixture.key.settings.format = "android-safetynet";
  fixture.expected.policy.safetynet_fresh = true;
  const auto response = parse_response(fixture.create_json());
  REQUIRE(response.has_value());
  for (const uint64_t now_s : {uint64_t{INT64_MAX}, uint64_t{UINT64_MAX}, uint64_t{0}}) {
    CHECK(std::string(reason_name(verify_registration(fixture.expected, now_s, response.value()))) ==
          "webauthn.registration.7.1.22.android_safetynet.timestamp");
  }
  CHECK(verify_registration(fixture.expected, kNow, response.value()).has_value());
}

TEST_CASE("attestation compound: a format that is not accepted is not accepted inside it either") {
  Fixture fixture;
  fixture.key.settings.format = "compound";
  fixture.key.settings.members = {"none", "self"};
  fixture.expected.formats = {"compound", "packed"};
  CHECK(std::string(reason_name(fixture.create())) == "webauthn.registration.7.1.21.format_not_supported");
  fixture.expected.policy.compound = Policy::Compound::any;
  const auto made = fixture.create();
  REQUIRE(made.has_value());
  CHECK(made.value().attestation_type == "self");
  fixture.key.settings.members = {"none", "none"};
  CHECK(std::string(reason_name(fixture.create())) ==
        "webauthn.registration.7.1.22.compound.members_not_verified");
  fixture.expected.formats.emplace_back("none");
  CHECK(fixture.create().has_value());
}
