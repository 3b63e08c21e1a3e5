// Keys of U2F in the engine: their own protocol, and WebAuthn's AppID extension.
#include "engine/host.hpp"
#include "methods/u2f/token.hpp"
#include "methods/webauthn/trust.hpp"
#include "support/authority.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr const char *kAppId = "https://example.test/app-id.json";

std::string config(const std::string &u2f_more = "", const std::string &more = "") {
  return config_text(
      R"("methods":{"u2f":{"allowed":true}},"u2f":{"app_id":"https://example.test/app-id.json",)"
      R"("facets":["https://example.test"])" +
      u2f_more + "}" + more);
}
const char *const kRaw = R"(,"enroll_raw":true)";

Bytes challenge_in(const std::string &options) {
  const auto document = json::Document::parse(options).value();
  const json::Value root = document.root();
  const auto requests = root.find("registerRequests");
  const json::Value holder = requests ? requests->item(0) : root;
  return from_base64url(holder.need_text("challenge").value()).value();
}

Result<Proof> enrol(Host &host, U2fToken &token, Purpose purpose = Purpose::login,
                    std::string_view user = "alice") {
  MFA_TRY(const Offer offer, host.engine->enroll_begin(host.request(purpose, user), Method::u2f, {}));
  const std::string response =
      token.registers(kAppId, challenge_in(Host::text(offer, MFA_OFFER_OPTIONS))).json;
  return host.keep(
      host.engine->enroll_finish(host.request(purpose, user), Host::text(offer, MFA_OFFER_TICKET), response));
}

struct Begun {
  std::string ticket, options;
};
Begun begin(Host &host, Method method, Purpose purpose = Purpose::login) {
  const auto offer = host.engine->verify_begin(host.request(purpose), method, {});
  REQUIRE(offer.has_value());
  return {Host::text(offer.value(), MFA_OFFER_TICKET), Host::text(offer.value(), MFA_OFFER_OPTIONS)};
}

Result<Proof> sign_in(Host &host, U2fToken &token) {
  host.statement.clear();
  const Begun asked = begin(host, Method::u2f);
  return host.keep(host.engine->verify_finish(host.request(), asked.ticket,
                                              token.signs(kAppId, challenge_in(asked.options)).json));
}

std::string import_json(const U2fRegistration &key, const std::string &more = "") {
  return R"({"method":"u2f","key_handle":")" + base64url(key.key_handle) + R"(","public_key":")" +
         base64url(key.public_key) + "\"" + more + "}";
}

}  // namespace

TEST_CASE("u2f: a key is enrolled and signs in, once for each ticket") {
  Host host(config(kRaw));
  U2fToken token;
  const auto enrolled = enrol(host, token);
  REQUIRE(enrolled.has_value());
  CHECK(enrolled.value().method == Method::u2f);
  CHECK(enrolled.value().aal == 2);

  host.statement.clear();
  const Begun asked = begin(host, Method::u2f);
  CHECK(asked.options.find(base64url(token.key_handle)) != std::string::npos);
  const std::string response = token.signs(kAppId, challenge_in(asked.options)).json;
  const auto proof = host.keep(host.engine->verify_finish(host.request(), asked.ticket, response));
  REQUIRE(proof.has_value());
  CHECK(Host::text(proof.value(), MFA_PROOF_AMR) == "pwd,hwk,mfa");
  CHECK(proof.value().aal == 2);
  CHECK(status_of(host.engine->verify_finish(host.request(), asked.ticket, response)) ==
        Status::already_used);
  CHECK(status_of(host.engine->verify_finish(host.request(), begin(host, Method::u2f).ticket, response)) ==
        Status::wrong);
}

TEST_CASE("u2f: enrolment is off unless configured, and the method unless allowed") {
  U2fToken token;
  Host off(config());
  CHECK(reason_of(enrol(off, token)) == Reason::policy_raw_u2f);
  Host never;
  CHECK(reason_of(enrol(never, token)) == Reason::policy_method_forbidden);
  CHECK(reason_of(never.engine->verify_begin(never.request(), Method::u2f, {})) ==
        Reason::policy_method_forbidden);
}

TEST_CASE("u2f: an attestation that is not trusted enrols nothing where trust is required") {
  const Authority vendor = Authority::root("Vendor"), other = Authority::root("Other");
  const auto trust_in = [](const Authority &authority) {
    return std::make_shared<const webauthn::Trust>(webauthn::Trust{
        .anchors = TrustAnchors::make({authority.certificate()}, {}).value(), .metadata = std::nullopt});
  };
  Host host(
      R"({"version":1,"issuer":"Example","methods":{"u2f":{"allowed":true}},"webauthn":{"rp_id":"example.test",)"
      R"("origins":["https://example.test"],"require_trusted_attestation":true},"u2f":{)"
      R"("app_id":"https://example.test/app-id.json","facets":["https://example.test"],"enroll_raw":true}})");
  U2fToken token;
  token.certificate = vendor.issue({}, token.attestation);
  const Reason untrusted = Reason::registration_untrusted;
  CHECK(reason_of(enrol(host, token)) == untrusted);
  host.engine->set_trust(trust_in(other));
  const auto no = enrol(host, token);
  CHECK(status_of(no) == Status::denied);
  CHECK(reason_of(no) == untrusted);
  CHECK(host.engine->view(host.request()).value().factors.empty());
  host.engine->set_trust(trust_in(vendor));
  U2fToken own;  // attested by itself
  CHECK(reason_of(enrol(host, own)) == untrusted);
  const auto yes = enrol(host, token);
  REQUIRE(yes.has_value());
  CHECK(yes.value().aal == 2);
}

TEST_CASE("u2f: a key never stands alone") {
  Host host(config(kRaw));
  U2fToken token;
  REQUIRE(enrol(host, token).has_value());
  Request request = host.request();
  request.proven = 0;
  CHECK(reason_of(host.engine->verify_begin(request, Method::u2f, {})) == Reason::policy_not_alone);
}

TEST_CASE("u2f: a key belongs to one user, and to that one once") {
  Host host(config(kRaw));
  U2fToken token;
  REQUIRE(enrol(host, token).has_value());
  CHECK(reason_of(enrol(host, token, Purpose::manage)) == Reason::account_credential_known);
  host.statement.clear();
  CHECK(reason_of(enrol(host, token, Purpose::login, "bob")) == Reason::account_credential_taken);
  // Removed, it is free again.
  REQUIRE(host.engine->admin(AdminAction::reset, "alice", "", "operator").has_value());
  CHECK(enrol(host, token, Purpose::login, "bob").has_value());
}

TEST_CASE("u2f: a counter that went back is flagged, or refused, or ignored") {
  struct Row {
    const char *rule;
    const char *reason;
    uint32_t signals;
  };
  for (const Row &row :
       {Row{"flag", "none", MFA_SIGNAL_CLONE_SUSPECTED},
        Row{"reject", "u2f.authentication.counter_went_back", 0}, Row{"ignore", "none", 0}}) {
    Host host(
        R"({"version":1,"issuer":"Example","methods":{"u2f":{"allowed":true}},"webauthn":{"rp_id":"example.test",)"
        R"("origins":["https://example.test"],"sign_count":")" +
        std::string(row.rule) +
        R"("},"u2f":{"app_id":"https://example.test/app-id.json","facets":["https://example.test"],"enroll_raw":true}})");
    U2fToken token;
    REQUIRE(enrol(host, token).has_value());
    token.counter = 40;
    REQUIRE(sign_in(host, token).has_value());
    token.counter = 7;
    const auto proof = sign_in(host, token);
    CHECK(std::string(name_of(reason_of(proof))) == row.reason);
    if (proof.has_value()) CHECK((proof.value().signals & MFA_SIGNAL_CLONE_SUSPECTED) == row.signals);
    // The higher count stays.
    token.counter = 40;
    CHECK(std::string(name_of(reason_of(sign_in(host, token)))) == row.reason);
    token.counter = 41;
    CHECK(sign_in(host, token).has_value());
  }
}

TEST_CASE("u2f: a key of long ago signs in through WebAuthn by its AppID") {
  Host host(config());
  Authenticator browser;
  const U2fRegistration old = browser.register_u2f(kAppId);
  REQUIRE(host.engine->import("alice", import_json(old, R"(,"counter":3,"label":"Blue key")"), "operator")
              .has_value());
  const Begun asked = begin(host, Method::webauthn);
  CHECK(asked.options.find(R"("appid":"https://example.test/app-id.json")") != std::string::npos);
  CHECK(asked.options.find(base64url(old.key_handle)) != std::string::npos);
  browser.settings.user_handles = false;
  std::string response;
  for (int press = 0; press < 5; press++) response = browser.get(asked.options, kOrigin);
  const auto proof = host.keep(host.engine->verify_finish(host.request(), asked.ticket, response));
  REQUIRE(proof.has_value());
  CHECK(proof.value().method == Method::u2f);
  CHECK(proof.value().aal == 2);
  CHECK(proof.value().signals == 0);

  // Never where the user must be verified, where nothing was proven, or where U2F is not allowed.
  BeginOptions verified;
  verified.user_verification = webauthn::UserVerification::required;
  const auto strict = host.engine->verify_begin(host.request(), Method::webauthn, verified);
  REQUIRE(strict.has_value());
  CHECK(Host::text(strict.value(), MFA_OFFER_OPTIONS).find(base64url(old.key_handle)) == std::string::npos);
  Request alone = host.request();
  alone.proven = 0;
  const auto without = host.engine->verify_begin(alone, Method::webauthn, {});
  REQUIRE(without.has_value());
  CHECK(Host::text(without.value(), MFA_OFFER_OPTIONS).find(base64url(old.key_handle)) == std::string::npos);
  host.restart(config_text());
  CHECK(begin(host, Method::webauthn).options.find(base64url(old.key_handle)) == std::string::npos);
}

TEST_CASE("u2f: of a passkey the RP ID counts, whatever the client says of the AppID") {
  Host host(config());
  Authenticator key;
  REQUIRE(host.add_passkey(key).has_value());
  host.statement.clear();
  const Begun asked = begin(host, Method::webauthn);
  std::string response = key.get(asked.options, kOrigin);
  const std::string claim = R"("clientExtensionResults":{"appid":false})";
  const size_t at = response.find(claim);
  REQUIRE(at != std::string::npos);
  response.replace(at, claim.size(), R"("clientExtensionResults":{"appid":true})");
  // It has no AppID of its own: the hash must still be the RP ID's, which it is.
  CHECK(host.engine->verify_finish(host.request(), asked.ticket, response).has_value());
}

TEST_CASE("u2f: keys of another AppID are neither offered nor taken") {
  Host host(config(kRaw));
  U2fToken token;
  REQUIRE(enrol(host, token).has_value());
  host.restart(config_text(
      R"("methods":{"u2f":{"allowed":true}},"u2f":{"app_id":"https://other.test","enroll_raw":true})"));
  host.statement.clear();
  const Begun asked = begin(host, Method::u2f);
  CHECK(asked.options.find(base64url(token.key_handle)) == std::string::npos);  // a decoy instead
  CHECK(reason_of(host.engine->verify_finish(host.request(), asked.ticket,
                                             token.signs(kAppId, challenge_in(asked.options)).json)) ==
        Reason::account_credential_unknown);
}

TEST_CASE("u2f: passkeys are not made on a token that has a key already") {
  Host host(config(kRaw));
  U2fToken token;
  REQUIRE(enrol(host, token).has_value());
  const auto offer = host.engine->enroll_begin(host.request(Purpose::manage), Method::webauthn, {});
  REQUIRE(offer.has_value());
  const std::string options = Host::text(offer.value(), MFA_OFFER_OPTIONS);
  CHECK(options.find(R"("appidExclude":"https://example.test/app-id.json")") != std::string::npos);
  CHECK(options.find(base64url(token.key_handle)) != std::string::npos);
}

TEST_CASE("u2f: the view says which ways a key may be used") {
  Host host(config());
  Authenticator browser;
  const U2fRegistration old = browser.register_u2f(kAppId);
  REQUIRE(host.engine->import("alice", import_json(old), "operator").has_value());
  const auto view = host.engine->view(host.request());
  REQUIRE(view.has_value());
  for (const MethodRow &row : view.value().methods) {
    CAPTURE(name_of(row.method));
    CHECK(row.can_verify == (row.method == Method::webauthn || row.method == Method::u2f));
    CHECK((row.method != Method::u2f || !row.can_enroll));
  }
  CHECK(view.value().need == Need::factor);
}
