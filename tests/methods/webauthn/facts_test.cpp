// What a registration says of the authenticator beside its key, and what of it the credential keeps.
#include <doctest.h>

#include "core/cbor.hpp"
#include "methods/webauthn/fixture.hpp"
#include "methods/webauthn/trust.hpp"
#include "support/der.hpp"

using namespace mfa;
using namespace mfa::webauthn;
namespace der = mfa::test::der;

TEST_CASE("registration: serial number and firmware version of an attestation certificate") {
  Fixture fixture;
  fixture.key.settings.format = "basic";
  const auto with = [](Bytes serial, Bytes firmware) {
    return test::Tamper{.certificate = [=](test::CertificateSpec &spec) {
      spec.extensions = {{.oid = "1.3.6.1.4.1.45724.1.1.2", .value = serial},
                         {.oid = "1.3.6.1.4.1.45724.1.1.5", .value = firmware}};
    }};
  };
  const auto made = fixture.create(with(der::octets(Bytes{1, 2, 3}), der::integer(70'000)));
  REQUIRE(made.has_value());
  CHECK(made.value().enterprise_serial == Bytes{1, 2, 3});
  CHECK(made.value().firmware_version == 70'000);
  const auto plain = fixture.create();
  REQUIRE(plain.has_value());
  CHECK(plain.value().enterprise_serial.empty());
  CHECK_FALSE(plain.value().firmware_version);
  const char *malformed = "webauthn.registration.7.1.22.x5c.malformed";
  CHECK(std::string(reason_name(fixture.create(with(der::integer(1), der::integer(1))))) == malformed);
  CHECK(std::string(reason_name(fixture.create(with(der::octets(Bytes{1}), der::octets(Bytes{1}))))) ==
        malformed);
  const test::Tamper critical = {.certificate = [](test::CertificateSpec &spec) {
    spec.extensions = {
        {.oid = "1.3.6.1.4.1.45724.1.1.2", .value = der::octets(Bytes{1, 2, 3}), .critical = true}};
  }};
  CHECK(std::string(reason_name(fixture.create(critical))) ==
        "webauthn.registration.7.1.22.x5c.serial_number_critical");
}

TEST_CASE("registration: what extensions say is kept") {
  Fixture fixture;
  cbor::Writer outputs;
  outputs.map(4).text("credBlob").boolean(true).text("credProtect").number(2);
  outputs.text("hmac-secret").boolean(true).text("minPinLength").number(6);
  fixture.key.settings.create_extensions = {
      .authenticator = outputs.take(),
      .client =
          R"({"credProps":{"rk":true},"largeBlob":{"supported":true},"prf":{"enabled":true},"hmacCreateSecret":true})"};
  const auto made = fixture.create();
  REQUIRE(made.has_value());
  const Credential &credential = made.value();
  CHECK(credential.discoverable == true);
  CHECK(credential.cred_protect == 2);
  CHECK(credential.min_pin_length == 6);
  CHECK(credential.cred_blob);
  CHECK(credential.hmac_secret);
  CHECK(credential.prf);
  CHECK(credential.large_blob);
  fixture.key.settings.create_extensions = {};
  const auto plain = fixture.create();
  REQUIRE(plain.has_value());
  CHECK_FALSE(plain.value().discoverable);
  CHECK_FALSE(plain.value().min_pin_length);
  CHECK_FALSE((plain.value().cred_blob || plain.value().hmac_secret || plain.value().prf ||
               plain.value().large_blob || plain.value().cred_protect != 0));
}

TEST_CASE("registration: a compound statement leaves the keys of each member that counts") {
  Fixture fixture;
  fixture.key.settings.format = "compound";
  fixture.expected.algorithms = {-7};  // as fido-u2f takes them
  const auto kept = [&](std::vector<std::string> members) {
    fixture.key.settings.members = std::move(members);
    const auto made = fixture.create();
    REQUIRE(made.has_value());
    CHECK(made.value().attestation_key_identifier.empty() == made.value().attestation_keys.empty());
    return made.value().attestation_keys.size();
  };
  CHECK(kept({"self", "none"}) == 0);
  CHECK(kept({"self", "basic"}) == 1);
  CHECK(kept({"basic", "fido-u2f"}) == 2);
  fixture.expected.policy.compound = Policy::Compound::set;
  fixture.expected.policy.compound_formats = {"fido-u2f"};
  CHECK(kept({"fido-u2f", "self"}) == 1);
}

TEST_CASE(
    "registration: a member of a compound statement that nobody trusts does not speak for one that is") {
  // Anybody can make such a certificate, and put what it signs beside a true statement.
  test::CertificateSpec forged;
  forged.extensions = {{.oid = "1.3.6.1.4.1.45724.1.1.2", .value = der::octets(Bytes{6, 6, 6})}};
  const auto attesting = test::SoftwareKey::make(-7);
  const Bytes certificate = make_certificate(forged, attesting);
  const auto root = std::make_shared<test::Authority>(test::Authority::root("Root"));
  const Trust trust{.anchors = TrustAnchors::make({root->certificate()}, {}).value(),
                    .metadata = std::nullopt};
  Fixture fixture;
  fixture.expected.algorithms = {-7};
  fixture.expected.trust = &trust;
  fixture.expected.require_trusted = true;
  fixture.key.settings.format = "compound";
  fixture.key.settings.authority = root;
  fixture.key.settings.members = {"basic", "fido-u2f"};
  const test::Tamper tamper = {
      .attesting_key = [&](test::SoftwareKey &key) { key = attesting; },
      .compound =
          [&](std::vector<test::StatementParts> &parts) { parts[0].x5c = std::vector<Bytes>{certificate}; }};
  for (const auto compound : {Policy::Compound::any, Policy::Compound::set}) {
    fixture.expected.policy.compound = compound;
    if (compound == Policy::Compound::set) fixture.expected.policy.compound_formats = {"fido-u2f"};
    const auto made = fixture.create(tamper);
    REQUIRE_MESSAGE(made.has_value(), reason_name(made));
    const Credential &credential = made.value();
    CHECK((credential.flags & kTrusted) != 0);
    CHECK(credential.enterprise_serial.empty());
  }
  fixture.expected.policy.compound = Policy::Compound::all;
  CHECK(std::string(reason_name(fixture.create(tamper))) ==
        "webauthn.registration.7.1.24.attestation_not_trusted");
}
