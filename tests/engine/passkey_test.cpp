// Passkeys in the engine: extensions that are asked for, and user verification that was never initialized.
#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

std::string config(const std::string &webauthn) {
  return R"({"version":1,"issuer":"Example","webauthn":{"rp_id":"example.test","origins":["https://example.test"],)" +
         webauthn + "}}";
}

Result<Proof> sign_in(Host &host, Authenticator &key, const Request &request,
                      const BeginOptions &options = {}) {
  const auto offer = host.engine->verify_begin(request, Method::webauthn, options);
  REQUIRE(offer.has_value());
  return host.engine->verify_finish(request, Host::text(offer.value(), MFA_OFFER_TICKET),
                                    key.get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin));
}

}  // namespace

TEST_CASE("passkey: user verification counts once another factor has vouched for it") {
  Host host;
  Authenticator key;
  key.settings.user_verified = false;  // a security key without a PIN
  REQUIRE(host.add_passkey(key).has_value());
  host.statement.clear();
  key.settings.user_verified = true;  // and whoever holds it sets one
  CHECK(reason_of(sign_in(host, key, host.usernameless())) == Reason::policy_uv_uninitialized);
  Request alone = host.request();
  alone.proven = 0;
  CHECK(reason_of(sign_in(host, key, alone)) == Reason::policy_uv_uninitialized);
  // With the password it is the user who set it.
  const auto vouched = sign_in(host, key, host.request());
  REQUIRE(vouched.has_value());
  CHECK(Host::text(vouched.value(), MFA_PROOF_AMR).find("user") != std::string::npos);
  CHECK(sign_in(host, key, host.usernameless()).has_value());
}

TEST_CASE("passkey: a kind of proof that is no user verification vouches for none") {
  Host host;
  Authenticator key;
  key.settings.user_verified = false;
  REQUIRE(host.add_passkey(key).has_value());
  host.statement.clear();
  key.settings.user_verified = true;
  Request request = host.request();
  request.proven = MFA_PROVEN_OTHER;
  const auto proof = sign_in(host, key, request);
  REQUIRE(proof.has_value());
  CHECK(Host::text(proof.value(), MFA_PROOF_AMR).find("user") == std::string::npos);
  CHECK(reason_of(sign_in(host, key, host.usernameless())) == Reason::policy_uv_uninitialized);
}

TEST_CASE("passkey: extensions of the configuration and of the call are asked for, and no others expected") {
  Host host(config(R"("extensions":{"credProps":true,"minPinLength":true})"));
  Authenticator key;
  key.settings.create_extensions.client = R"({"credProps":{"rk":true},"prf":{"enabled":true}})";
  BeginOptions options;
  options.extensions_json = R"({"prf":{}})";
  const auto offer = host.engine->enroll_begin(host.request(), Method::webauthn, options);
  REQUIRE(offer.has_value());
  const std::string text = Host::text(offer.value(), MFA_OFFER_OPTIONS);
  CHECK(text.find(R"("extensions":{"credProps":true,"minPinLength":true,"prf":{}})") != std::string::npos);
  const auto asked = host.engine->enroll_finish(host.request(), Host::text(offer.value(), MFA_OFFER_TICKET),
                                                key.create(text, kOrigin));
  REQUIRE(asked.has_value());
  CHECK((asked.value().signals & MFA_SIGNAL_UNSOLICITED_EXTENSION) == 0);
  Authenticator other(key.settings);
  host.statement = Host::text(asked.value(), MFA_PROOF_STATEMENT);
  const auto unasked = host.add_passkey(other, Purpose::manage);
  REQUIRE(unasked.has_value());
  CHECK((unasked.value().signals & MFA_SIGNAL_UNSOLICITED_EXTENSION) != 0);

  options.extensions_json = R"({"minPinLength":false})";
  const auto twice = host.engine->enroll_begin(host.request(Purpose::manage), Method::webauthn, options);
  CHECK(status_of(twice) == Status::err_argument);
}

TEST_CASE("passkey: credential protection that was to be enforced and was not is refused") {
  const std::string asks =
      R"("extensions":{"credentialProtectionPolicy":"userVerificationRequired","enforceCredentialProtectionPolicy":true})";
  Host host(config(asks));
  Authenticator without;
  CHECK(reason_of(host.add_passkey(without)) == Reason::registration_cred_protect);
}

TEST_CASE("passkey: an extension of a sign-in is expected at that sign-in") {
  Host host;
  Authenticator key;
  REQUIRE(host.add_passkey(key).has_value());
  host.statement.clear();
  key.settings.get_extensions.client = R"({"largeBlob":{"written":true}})";
  BeginOptions options;
  options.extensions_json = R"({"largeBlob":{"write":"AAAA"}})";
  CHECK(sign_in(host, key, host.request(), options).value().signals == 0);
  CHECK(sign_in(host, key, host.request()).value().signals == MFA_SIGNAL_UNSOLICITED_EXTENSION);
}

TEST_CASE("passkey: a policy on being backed up reaches both ceremonies") {
  Host host(config(R"("require_backed_up":"forbidden")"));
  Authenticator key({.backup_eligible = true, .backed_up = true});
  CHECK(reason_of(host.add_passkey(key)) == Reason::registration_backup_state);
  key.settings.backed_up = false;
  REQUIRE(host.add_passkey(key).has_value());
  host.statement.clear();
  key.settings.backed_up = true;
  CHECK(reason_of(sign_in(host, key, host.request())) == Reason::authentication_backup_state);
}
