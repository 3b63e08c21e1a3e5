// Enrolling keys that sign: what begin offers, what a right answer makes, and that no key has two users.
#include <algorithm>

#include "core/encoding.hpp"
#include "engine/engine.hpp"
#include "methods/u2f/options.hpp"
#include "methods/webauthn/extensions.hpp"

namespace mfa::engine {
namespace {

constexpr size_t kUserHandle = 32;

}  // namespace

Result<Done> Engine::offer_passkey(Ticket &ticket, Offer &offer, const BeginOptions &options,
                                   const Account *account) const {
  const WebauthnConfig &c = config_.webauthn;
  MFA_TRY(const auto challenge, records_.draw<32>());
  ticket.challenge = copy_of(challenge);
  ticket.user_verification = c.user_verification;
  if (options.user_verification)
    ticket.user_verification = std::max(c.user_verification, *options.user_verification);
  ticket.mediation = options.mediation;
  // One handle for all passkeys of an account, random: it says nothing about the person.
  if (account && !account->user_handle.empty()) {
    ticket.payload = account->user_handle;
  } else {
    MFA_TRY(const auto handle, records_.draw<kUserHandle>());
    ticket.payload = copy_of(handle);
  }
  webauthn::User user;
  user.handle = ticket.payload;
  user.name = options.account_name.empty() ? ticket.user : std::string(options.account_name);
  user.display_name = options.display_name.empty() ? user.name : std::string(options.display_name);
  if (!is_utf8(user.name) || !is_utf8(user.display_name)) {
    return fail(Status::err_argument, Reason::utf8_malformed,
                "a passkey's account_name and display_name are UTF-8");
  }

  webauthn::CreateExtras extras;
  extras.rp_name = c.rp_name;
  extras.resident_key = c.resident_key;
  extras.attachment = c.authenticator_attachment == "any" ? "" : c.authenticator_attachment;
  extras.attestation = c.attestation;
  extras.attestation_formats = c.attestation_formats;
  extras.hints = options.hints.empty() ? c.hints : options.hints;
  MFA_TRY(extras.extensions_json, webauthn::joined_inputs(c.extensions_json, options.extensions_json));
  MFA_TRY(ticket.asked, webauthn::asked_in(extras.extensions_json));
  extras.timeout_s = c.timeout_s;
  if (account) {
    for (const Factor &factor : account->factors) {
      if (factor.credential_id().empty()) continue;
      const auto *credential = factor.as<webauthn::Credential>();
      extras.exclude.push_back({copy_of(factor.credential_id()),
                                credential ? credential->transports : std::vector<std::string>()});
    }
  }
  offer.set(MFA_OFFER_OPTIONS, webauthn::creation_options(expected_of(config_, ticket), user, extras));
  return done;
}

Result<Engine::Confirmed> Engine::confirm_passkey(const Ticket &ticket, std::string_view response,
                                                  uint64_t now_s) const {
  MFA_TRY(const webauthn::Response parsed, webauthn::parse_response(response));
  if (!parsed.registration) return fail(Status::malformed, Reason::json_type, "an assertion does not enrol");
  const auto held = trust();
  webauthn::Expected expected = expected_of(config_, ticket);
  expected.trust = held.get();
  MFA_TRY(webauthn::Registration registration, webauthn::verify_registration(expected, now_s, parsed));
  webauthn::Credential &credential = registration.credential;
  credential.user_handle = ticket.payload;
  credential.rp_id = config_.webauthn.rp_id;
  Confirmed confirmed;
  confirmed.factor.label = ticket.label;
  confirmed.factor.detail = std::move(credential);
  confirmed.signals = registration.signals;
  return confirmed;
}

Result<Done> Engine::offer_u2f(Ticket &ticket, Offer &offer, const Account *account) const {
  MFA_TRY(const auto challenge, records_.draw<32>());
  ticket.challenge = copy_of(challenge);
  std::vector<Bytes> known;
  if (account) {
    for (const Factor &factor : account->factors) {
      const auto *key = factor.as<U2fFactor>();
      if (key && key->app_id == config_.u2f.app_id) known.push_back(key->key_handle);
    }
  }
  offer.set(MFA_OFFER_OPTIONS,
            u2f::register_request(u2f_expected_of(config_, ticket), known, config_.webauthn.timeout_s));
  return done;
}

Result<Engine::Confirmed> Engine::confirm_u2f(const Ticket &ticket, std::string_view response,
                                              uint64_t now_s) const {
  MFA_TRY(const u2f::Registration registration,
          u2f::verify_registration(u2f_expected_of(config_, ticket), response));
  const auto held = trust();
  const webauthn::Attestation attestation{.type = "basic", .trust_path = {registration.certificate}};
  MFA_TRY(webauthn::Provenance provenance, webauthn::provenance_of(attestation));
  MFA_TRY(webauthn::Assessment assessment, webauthn::assess(held.get(), attestation, provenance, {}, now_s));
  if (config_.webauthn.require_trusted_attestation && !assessment.trusted) {
    assessment.why_not->signals = assessment.signals;
    return std::move(*assessment.why_not);
  }
  U2fFactor key;
  key.key_handle = registration.key_handle;
  key.public_key = copy_of(registration.public_key);
  key.app_id = config_.u2f.app_id;
  key.trusted = assessment.trusted;
  key.attestation_key_identifier = std::move(provenance.key_identifier);
  key.attestation_key = std::move(provenance.keys.front());
  Confirmed confirmed;
  confirmed.factor.label = ticket.label;
  confirmed.factor.detail = std::move(key);
  confirmed.signals = assessment.signals;
  return confirmed;
}

}  // namespace mfa::engine
