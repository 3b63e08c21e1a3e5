// What the engine makes of attestation: whom it trusts, which formats it takes.
#include "engine/host.hpp"
#include "methods/webauthn/trust.hpp"
#include "support/metadata.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

std::string config(const std::string &webauthn) {
  return R"({"version":1,"issuer":"Example","webauthn":{"rp_id":"example.test","origins":["https://example.test"],)" +
         webauthn + "}}";
}

std::shared_ptr<const webauthn::Trust> trust_in(const Authority &authority) {
  return std::make_shared<const webauthn::Trust>(webauthn::Trust{
      .anchors = TrustAnchors::make({authority.certificate()}, {}).value(), .metadata = std::nullopt});
}

// Metadata of one model, with these reports.
std::shared_ptr<const webauthn::Trust> trust_in(const Authority &service, const Authority &vendor,
                                                const char *status) {
  MetadataSpec spec;
  spec.entries.push_back({.aaguid = Authenticator().settings.aaguid,
                          .roots = {vendor.certificate()},
                          .reports = {{.status = status}}});
  const auto root = TrustAnchors::make({service.certificate()}, {}).value();
  auto metadata = webauthn::Metadata::read(make_metadata(spec, service), root, 0, TestClock().now);
  return std::make_shared<const webauthn::Trust>(webauthn::Trust{
      .anchors = TrustAnchors::make({}, {}).value(), .metadata = std::move(metadata).value()});
}

std::string enrols(Host &host, const Authority &by, const char *format) {
  Authenticator key({.format = format, .authority = std::make_shared<Authority>(by)});
  const auto proof = host.add_passkey(key);
  return proof.has_value() ? "" : name_of(proof.error().reason);
}

}  // namespace

TEST_CASE("a trusted attestation is one that leads to the trust of the moment") {
  const Authority vendor = Authority::root("Vendor"), other = Authority::root("Other");
  const char *untrusted = "webauthn.registration.7.1.24.attestation_not_trusted";
  Host host(config(R"("attestation":"direct","require_trusted_attestation":true)"));
  CHECK(enrols(host, vendor, "basic") == untrusted);
  host.engine->set_trust(trust_in(other));
  CHECK(enrols(host, vendor, "basic") == untrusted);
  host.engine->set_trust(trust_in(vendor));
  CHECK(enrols(host, vendor, "none") == untrusted);
  CHECK(enrols(host, vendor, "basic").empty());
  Host again(config(R"("require_trusted_attestation":true)"));
  again.engine->set_trust(trust_in(vendor));
  again.engine->set_trust(nullptr);
  CHECK(enrols(again, vendor, "basic") == untrusted);
}

TEST_CASE("a format that is not in the list is refused") {
  const Authority vendor = Authority::root("Vendor");
  Host host(config(R"("attestation_formats":["apple","none"])"));
  CHECK(enrols(host, vendor, "basic") == "webauthn.registration.7.1.21.format_not_supported");
  CHECK(enrols(host, vendor, "none").empty());
}

TEST_CASE("a switch reaches the ceremony, and RS1 needs its own") {
  const Authority vendor = Authority::root("Vendor");
  Host strict(
      config(R"("attestation":"direct","switches":{"fido_u2f_zero_aaguid":true},"algorithms":["ES256"])"));
  CHECK(enrols(strict, vendor, "fido-u2f") == "webauthn.registration.7.1.22.fido_u2f.aaguid_not_zero");
  Host plain(config(R"("attestation":"direct","algorithms":["ES256"])"));
  CHECK(enrols(plain, vendor, "fido-u2f").empty());
  const auto refused = parse_config(config(R"("algorithms":["ES256","RS1"])"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().detail == "webauthn.algorithms");
  CHECK(parse_config(config(R"("algorithms":["ES256","RS1"],"switches":{"rs1":true})")).has_value());
  CHECK(parse_config(config(R"("switches":{"unknown":true})")).error().detail == "webauthn.switches.unknown");
}

TEST_CASE("a model that metadata warns of shows at enrolment, and in the audit of those enrolled before") {
  const Authority service = Authority::root("Service"), vendor = Authority::root("Vendor");
  Host host(config(R"("attestation":"direct")"));
  host.engine->set_trust(trust_in(service, vendor, "FIDO_CERTIFIED"));
  Authenticator key({.format = "basic", .authority = std::make_shared<Authority>(vendor)});
  const auto good = host.add_passkey(key);
  REQUIRE(good.has_value());
  CHECK((good.value().signals & MFA_SIGNAL_ATTESTATION_STATUS) == 0);
  CHECK_FALSE(host.engine->audit("alice").value().undesired);

  host.engine->set_trust(trust_in(service, vendor, "REVOKED"));
  const auto audit = host.engine->audit("alice");
  REQUIRE(audit.has_value());
  CHECK(audit.value().undesired);
  CHECK(audit.value().json.find(R"("description":"Software key","statuses":[{"status":"REVOKED")") !=
        std::string::npos);
  Authenticator other(key.settings);
  const auto bad = host.add_passkey(other, Purpose::manage);
  REQUIRE(bad.has_value());  // trust is not required here
  CHECK((bad.value().signals & MFA_SIGNAL_ATTESTATION_STATUS) != 0);
  CHECK(host.events.list.back().signals == bad.value().signals);
}

TEST_CASE("webauthn.compound reaches the ceremony: one good member is enough for \"any\", not for \"all\"") {
  const auto enrols = [](const std::string &rule, bool breaks) -> std::string {
    Host host(config(R"("attestation":"direct","compound":)" + rule));
    Authenticator key({.format = "compound"});
    const auto offer = host.engine->enroll_begin(host.request(), Method::webauthn, {});
    REQUIRE(offer.has_value());
    Tamper tamper;
    if (breaks)
      tamper.compound = [](std::vector<StatementParts> &members) { members[1].signature->at(9) ^= 1; };
    const std::string response = key.create(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin, tamper);
    const auto proof =
        host.engine->enroll_finish(host.request(), Host::text(offer.value(), MFA_OFFER_TICKET), response);
    return proof.has_value() ? "" : name_of(proof.error().reason);
  };
  for (const char *rule : {R"("all")", R"("any")", R"(["packed"])"}) {
    CAPTURE(rule);
    CHECK(enrols(rule, false).empty());
  }
  CHECK(enrols(R"("any")", true).empty());
  CHECK(enrols(R"("all")", true) == "webauthn.registration.7.1.22.packed.signature");
}
