// Keys that sign: passkeys, and those of U2F, which speak their own protocol or WebAuthn's AppID extension.
#include <algorithm>

#include "core/encoding.hpp"
#include "engine/accept.hpp"
#include "engine/decide.hpp"

namespace mfa::engine {
namespace {

constexpr int32_t kEs256 = -7;

Failure unknown_key() {
  return fail(Status::wrong, Reason::account_credential_unknown,
              "no enabled passkey of this account has that id");
}

// What both protocols begin with.
Result<Done> may_answer(const Scene &scene, const Account &account, const Ticket &ticket) {
  const bool required = ticket.user_verification == webauthn::UserVerification::required;
  MFA_TRY(may_verify(scene.config, scene.role, scene.request, ticket.method, required));
  MFA_TRY(check_unspent(ticket, &account));
  return may_accept(scene, account);
}

Bytes handle_of(const Account &account) {
  return account.user_handle.empty() ? copy_of(bytes_of(account.user)) : account.user_handle;
}

// A key of U2F as WebAuthn sees it (section 10.1.1): no user handle of its own, so the account's.
Result<webauthn::Credential> as_passkey(const Config &config, const Account &account, const U2fFactor &key) {
  webauthn::Credential credential;
  credential.id = key.key_handle;
  MFA_TRY(credential.public_key, cose::from_uncompressed_p256(key.public_key));
  credential.algorithm = kEs256;
  credential.user_handle = handle_of(account);
  credential.rp_id = config.webauthn.rp_id;
  credential.app_id = key.app_id;
  credential.sign_count = key.counter;
  credential.flags = webauthn::kUserPresent;
  return credential;
}

// What django-mfa2 gave as user.id, neither of which it kept: the user's name, later the padded base64url of
// it.
Bytes legacy_handle(ByteView name, ByteView given) {
  std::string encoded = base64url(name);
  encoded.append((4 - encoded.size() % 4) % 4, '=');
  return copy_of(same(given, bytes_of(encoded)) ? bytes_of(encoded) : name);
}

// Section 7.2 step 24, of uvInitialized: "This change SHOULD require authorization by an additional
// authentication factor equivalent to WebAuthn user verification". A code from an app is none.
bool another_factor(const Scene &scene) {
  constexpr uint32_t kEquivalent = MFA_PROVEN_PASSWORD | MFA_PROVEN_FEDERATED;
  if (scene.request.purpose == Purpose::login) return (scene.request.proven & kEquivalent) != 0;
  if (!scene.statement.has_value()) return false;
  const Evidence &evidence = scene.statement.value().evidence;
  return (evidence.proven & kEquivalent) != 0 || evidence.user_verified;
}

// Until then its user verification counts for nothing: whoever holds a key without a PIN can set one.
bool verified_user(const Scene &scene, webauthn::Credential &credential, uint32_t flags) {
  if ((flags & webauthn::kUserVerified) == 0) return false;
  credential.uv_initialized = credential.uv_initialized || another_factor(scene);
  return credential.uv_initialized;
}

Decision accept_key(const Scene &scene, Account &account, const Ticket &ticket, Factor &factor,
                    const Verified &verified) {
  spend(account, ticket, scene.now_s, scene.config.longest_ticket_s());
  settle(account, scene.config, factor.method());
  return accept(scene, account, factor, verified);
}

Decision accept_passkey(const Scene &scene, Account &account, const Ticket &ticket, Factor &factor,
                        const webauthn::Assertion &assertion) {
  auto &credential = *factor.as<webauthn::Credential>();
  Verified verified;
  verified.user_verified = verified_user(scene, credential, assertion.flags);
  if (ticket.user_verification == webauthn::UserVerification::required && !verified.user_verified) {
    return Decision::no(fail(Status::denied, Reason::policy_uv_uninitialized,
                             "the key had no user verification when it was registered: sign in once with it "
                             "and a password"));
  }
  verified.device_bound = (assertion.flags & webauthn::kBackupEligible) == 0;
  verified.attested = (credential.flags & webauthn::kTrusted) != 0;
  verified.signals = assertion.signals;
  credential.flags = (credential.flags & webauthn::kTrusted) | assertion.flags;
  credential.backup_eligible_known = true;
  // A counter that went back is not stored: the next answer of the true authenticator must not look like a
  // clone.
  credential.sign_count = std::max(credential.sign_count, assertion.sign_count);
  return accept_key(scene, account, ticket, factor, verified);
}

Decision accept_u2f(const Scene &scene, Account &account, const Ticket &ticket, Factor &factor,
                    uint32_t counter, uint32_t signals) {
  auto &key = *factor.as<U2fFactor>();
  key.counter = std::max(key.counter, counter);
  Verified verified;
  verified.device_bound = true;  // its protocol knows no copies
  verified.attested = key.trusted;
  verified.signals = signals;
  return accept_key(scene, account, ticket, factor, verified);
}

}  // namespace

bool answers(const Scene &scene, const Ticket &ticket, const Factor &factor) {
  if (!factor.enabled || (!ticket.factor.empty() && !same(ticket.factor, factor.id))) return false;
  if (factor.as<webauthn::Credential>()) return ticket.method == Method::webauthn;
  const auto *key = factor.as<U2fFactor>();
  if (!key || key->app_id != scene.config.u2f.app_id) return false;
  if (ticket.method == Method::u2f) return true;
  return ticket.method == Method::webauthn && !ticket.user.empty() &&
         ticket.user_verification != webauthn::UserVerification::required &&
         may_verify(scene.config, scene.role, scene.request, Method::u2f, false).has_value();
}

Decision decide_assertion(const Scene &scene, Account &account, const Ticket &ticket,
                          const webauthn::Response &response) {
  if (const auto may = may_answer(scene, account, ticket); !may.has_value()) return Decision::no(may.error());
  webauthn::Expected expected = expected_of(scene.config, ticket);
  Factor *factor = nullptr;
  for (Factor &candidate : account.factors) {
    if (!answers(scene, ticket, candidate)) continue;
    expected.allowed_ids.push_back(copy_of(candidate.credential_id()));
    if (same(candidate.credential_id(), response.id)) factor = &candidate;
  }
  if (!factor) return Decision::no(unknown_key());

  const auto *credential = factor->as<webauthn::Credential>();
  webauthn::Credential old;
  if (const auto *key = factor->as<U2fFactor>()) {
    auto shown = as_passkey(scene.config, account, *key);
    if (!shown.has_value()) return Decision::no(shown.error());
    old = std::move(shown).value();
    credential = &old;
  }
  // Without a user in the request the response itself must name one.
  const bool named = !ticket.user.empty() || !response.user_handle.empty();
  if (!ticket.user.empty()) expected.user_handle = credential->user_handle;
  if (scene.config.webauthn.legacy_user_handles && named) {
    // The name is the user id's, or the one that was imported with the key where ids are no names.
    old = *credential;
    expected.user_handle = legacy_handle(
        old.user_handle.empty() ? bytes_of(account.user) : ByteView(old.user_handle), response.user_handle);
    old.user_handle.clear();
    credential = &old;
  }
  const auto key = cose::PublicKey::parse(credential->public_key);
  if (!key.has_value()) return Decision::no(key.error());
  const auto assertion = webauthn::verify_assertion(expected, *credential, key.value(), response);
  if (!assertion.has_value()) return Decision::no(assertion.error());
  const webauthn::Assertion &right = assertion.value();
  return factor->as<U2fFactor>()
             ? accept_u2f(scene, account, ticket, *factor, right.sign_count, right.signals)
             : accept_passkey(scene, account, ticket, *factor, right);
}

Decision decide_u2f(const Scene &scene, Account &account, const Ticket &ticket, std::string_view response) {
  if (const auto may = may_answer(scene, account, ticket); !may.has_value()) return Decision::no(may.error());
  const auto handle = u2f::response_key_handle(response);
  if (!handle.has_value()) return Decision::no(handle.error());
  Factor *factor = nullptr;
  for (Factor &candidate : account.factors) {
    if (answers(scene, ticket, candidate) && same(candidate.credential_id(), handle.value()))
      factor = &candidate;
  }
  if (!factor) return Decision::no(unknown_key());
  const auto &key = *factor->as<U2fFactor>();
  const auto answer = u2f::verify_authentication(u2f_expected_of(scene.config, ticket), key.public_key,
                                                 key.counter, response);
  if (!answer.has_value()) return Decision::no(answer.error());
  uint32_t signals = answer.value().signals;
  if (scene.config.webauthn.sign_count == webauthn::Rule::ignore) signals &= ~MFA_SIGNAL_CLONE_SUSPECTED;
  if (signals != 0 && scene.config.webauthn.sign_count == webauthn::Rule::reject) {
    Failure failure = fail(Status::denied, Reason::u2f_authentication_counter,
                           "the counter did not grow: perhaps a cloned key");
    failure.signals = signals;
    return Decision::no(std::move(failure));
  }
  return accept_u2f(scene, account, ticket, *factor, answer.value().counter, signals);
}

webauthn::Expected expected_of(const Config &config, const Ticket &ticket) {
  const WebauthnConfig &c = config.webauthn;
  webauthn::Expected expected;
  expected.rp_id = c.rp_id;
  expected.origins = c.origins;
  expected.top_origins = c.top_origins;
  expected.allow_cross_origin = c.cross_origin;
  expected.user_verification = ticket.user_verification;
  expected.mediation = ticket.mediation;
  expected.challenge = ticket.challenge;
  expected.algorithms = c.algorithms;
  // Keys of U2F are never found without a user.
  if (config.has_app_id() && !ticket.user.empty()) expected.app_id = config.u2f.app_id;
  expected.sign_count = c.sign_count;
  expected.backup_eligible_change = c.backup_eligible_change;
  expected.backup = c.require_backup;
  expected.backup_state = c.require_backed_up;
  expected.asked = ticket.asked;
  expected.require_trusted = c.require_trusted_attestation;
  expected.formats = c.attestation_formats;
  expected.policy = c.policy;
  return expected;
}

u2f::Expected u2f_expected_of(const Config &config, const Ticket &ticket) {
  return {.app_id = config.u2f.app_id, .challenge = ticket.challenge, .facets = config.u2f.facets};
}

}  // namespace mfa::engine
