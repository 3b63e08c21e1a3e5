#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "engine/accept.hpp"
#include "engine/engine.hpp"
#include "engine/setting.hpp"
#include "methods/u2f/options.hpp"
#include "methods/webauthn/extensions.hpp"

namespace mfa::engine {
namespace {

constexpr size_t kResponseMax = 65536;

using webauthn::UserVerification;

bool is_code(Method method) {
  return method == Method::totp || method == Method::hotp || method == Method::recovery;
}

Failure nobody(const Request &request) {
  // As for an account without a factor of the method.
  if (request.proven == 0) return fail(Status::wrong, Reason::account_wrong_code, "a wrong code");
  return fail(Status::not_found, Reason::account_no_factor_of_method,
              "the account has no enabled factor of this method");
}

// The strictest of what the configuration, the caller and standing alone ask for.
UserVerification verification_of(const Config &config, const Request &request, const BeginOptions &options) {
  UserVerification wanted = config.webauthn.user_verification;
  if (options.user_verification) wanted = std::max(wanted, *options.user_verification);
  const bool alone = request.purpose == Purpose::login && request.proven == 0;
  if (alone && alone_needs_user_verification(config, Method::webauthn)) wanted = UserVerification::required;
  return wanted;
}

}  // namespace

Failure Engine::unknown_credential(const Ticket &ticket, const webauthn::Response &response) const {
  const auto unknown = fail(Status::wrong, Reason::account_credential_unknown,
                            "no enabled passkey of this account has that id");
  // Without decoys, and without a user to have one, there is nothing to imitate.
  if (ticket.user.empty() || !config_.webauthn.decoys) return unknown;
  if (!same(response.id, decoy_.credential_id(ticket.user))) return unknown;
  webauthn::Expected expected = expected_of(config_, ticket);
  expected.user_handle = response.user_handle.empty() ? Bytes(1) : response.user_handle;
  return decoy_.judge(expected, response);
}

Result<Ticket> Engine::new_ticket(const Setting &set, Operation operation, Method method,
                                  const Account *account, uint64_t life_s) const {
  const Request &request = set.request;
  Ticket ticket;
  ticket.operation = operation;
  ticket.method = method;
  ticket.purpose = request.purpose;
  ticket.user = request.user;
  if (!request.browser.empty()) {
    const auto browser = sha256(bytes_of(request.browser));
    ticket.browser = copy_of(browser);
  }
  ticket.action = copy_of(bytes_of(request.action));
  ticket.epoch = account ? account->epoch : 0;
  MFA_TRY(ticket.nonce, records_.draw<kNonce>());
  ticket.issued_s = set.now_s;
  ticket.expires_s = set.now_s + life_s;
  return ticket;
}

Result<std::string> Engine::seal(const Ticket &ticket) const {
  MFA_TRY(const auto nonce, records_.draw<kSealNonce>());
  return seal_ticket(ring_, config_.realm, ticket, nonce);
}

Result<Done> Engine::offer_request(Ticket &ticket, Offer &offer, const BeginOptions &options,
                                   const Scene &scene, const Account &account) const {
  MFA_TRY(const auto challenge, records_.draw<32>());
  ticket.challenge = copy_of(challenge);
  webauthn::GetExtras extras;
  extras.hints = options.hints.empty() ? config_.webauthn.hints : options.hints;
  extras.timeout_s = config_.webauthn.timeout_s;
  std::vector<Bytes> handles;
  for (const Factor &factor : account.factors) {
    if (!answers(scene, ticket, factor)) continue;
    const auto *credential = factor.as<webauthn::Credential>();
    handles.push_back(copy_of(factor.credential_id()));
    extras.allow.push_back(
        {handles.back(), credential ? credential->transports : std::vector<std::string>()});
  }
  if (handles.empty() && !ticket.user.empty()) {
    // An empty list would let any passkey of any account answer for this user.
    if (!config_.webauthn.decoys || !decoy_.ready()) {
      return fail(Status::not_found, Reason::account_no_factor_of_method,
                  "the account has no enabled key of this method");
    }
    handles.push_back(decoy_.credential_id(ticket.user));
    extras.allow.push_back({handles.back(), {"internal", "hybrid"}});
  }
  if (ticket.method == Method::u2f) {
    offer.set(MFA_OFFER_OPTIONS,
              u2f::sign_request(u2f_expected_of(config_, ticket), handles, config_.webauthn.timeout_s));
    return done;
  }
  if (!options.extensions_json.empty()) {
    extras.extensions_json = options.extensions_json;
    MFA_TRY(ticket.asked, webauthn::asked_in(extras.extensions_json));
  }
  offer.set(MFA_OFFER_OPTIONS, webauthn::request_options(expected_of(config_, ticket), extras));
  return done;
}

Result<Offer> Engine::begin_verification(const Request &request, Method method,
                                         const BeginOptions &options) const {
  MFA_TRY(check_user(request, method == Method::webauthn));
  MFA_TRY(check_browser(request, config_.unsafe.unbound_tickets));
  MFA_TRY(check_action(request));
  // Which method it is may be what a page posted, so that none of them is the host's mistake.
  if (method == Method::none) return fail(Status::malformed, Reason::argument_method, "no such method");
  if (is_code(method)) {
    return fail(Status::malformed, Reason::argument_method,
                "nothing to begin for codes: call mfa_verify_code");
  }
  if (method == Method::email) {
    MFA_TRY(const Setting set, setting(request));
    return offer_mail(set, Operation::verify, options);
  }
  if (method != Method::u2f && (method != Method::webauthn || !config_.webauthn.present)) {
    return fail(Status::denied, Reason::policy_method_forbidden, "policy forbids this method");
  }
  MFA_TRY(const Setting set, setting(request));
  const Scene scene = set.scene(config_);
  // A key of U2F cannot verify its user.
  const UserVerification verification =
      method == Method::u2f ? UserVerification::discouraged : verification_of(config_, request, options);
  MFA_TRY(may_verify(config_, set.role, request, method, verification == UserVerification::required));

  Held held;
  if (!request.usernameless) {
    MFA_TRY(held, records_.load(request.user, request.min_serial));
    if (!held.account) decoy_.imitate_load();
  }
  const Account none;
  const Account &account = held.account ? *held.account : none;
  if (!request.usernameless) MFA_TRY(may_accept(scene, account));

  uint64_t life_s = config_.ticket.webauthn_s;
  if (request.purpose == Purpose::approve) life_s = std::min<uint64_t>(life_s, config_.approval.ticket_s);
  MFA_TRY(Ticket ticket,
          new_ticket(set, Operation::verify, method, held.account ? &*held.account : nullptr, life_s));
  ticket.user_verification = verification;
  ticket.mediation = options.mediation;
  if (!options.factor.empty()) {
    MFA_TRY(ticket.factor, from_base64url(options.factor));
  }
  Offer offer;
  offer.method = method;
  offer.expires_s = ticket.expires_s;
  MFA_TRY(offer_request(ticket, offer, options, scene, account));
  MFA_TRY(const std::string text, seal(ticket));
  offer.set(MFA_OFFER_TICKET, text);
  return offer;
}

Result<Proof> Engine::verify_u2f(const Setting &set, const Ticket &ticket, std::string_view response) const {
  const Request &request = set.request;
  const Scene scene = set.scene(config_);
  MFA_TRY(const Decision decision,
          records_.update(request.user, request.min_serial,
                          [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
                            if (!account) return std::optional<Decision>(Decision::no(nobody(request)));
                            return std::optional<Decision>(decide_u2f(scene, *account, ticket, response));
                          }));
  return prove(decision);
}

Result<Proof> Engine::finish_verification(Call &call, std::string_view text,
                                          std::string_view response) const {
  const Request &request = call.request;
  MFA_TRY(check_user(request, true));
  MFA_TRY(check_browser(request, config_.unsafe.unbound_tickets));
  MFA_TRY(check_action(request));
  MFA_TRY(const Ticket ticket, open_ticket(ring_, config_.realm, text));
  call.method = ticket.method;
  MFA_TRY(const Setting set, setting(request));
  MFA_TRY(check_binding(ticket, request, Operation::verify));
  MFA_TRY(check_time(ticket, set.now_s));
  if (ticket.method == Method::email) return guess_mail(set, ticket, response);
  if (response.size() > kResponseMax) {
    return fail(Status::malformed, Reason::json_limit, "the response is longer than any authenticator's");
  }
  if (ticket.method == Method::u2f) return verify_u2f(set, ticket, response);
  MFA_TRY(const webauthn::Response parsed, webauthn::parse_response(response));
  if (parsed.registration) {
    return fail(Status::malformed, Reason::json_type, "a registration does not sign in");
  }
  std::string user(request.user);
  if (ticket.user.empty()) {
    MFA_TRY(const HeldOwner owner, records_.load_owner(parsed.id));
    if (!owner.user) return unknown_credential(ticket, parsed);
    user = *owner.user;
    call.user = user;
  }
  const Scene scene = set.scene(config_);
  MFA_TRY(
      const Decision decision,
      records_.update(user, request.min_serial,
                      [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
                        if (!account) {
                          decoy_.imitate_load();
                          return std::optional<Decision>(Decision::no(unknown_credential(ticket, parsed)));
                        }
                        return std::optional<Decision>(decide_assertion(scene, *account, ticket, parsed));
                      }));
  if (!decision.answer.has_value() && decision.answer.error().reason == Reason::account_credential_unknown) {
    return unknown_credential(ticket, parsed);
  }
  return prove(decision);
}

Result<Proof> Engine::judge_code(const Request &request, Method method, std::string_view code) const {
  MFA_TRY(check_user(request, false));
  MFA_TRY(check_action(request));
  if (method == Method::device) return verify_device(request, code);
  if (!is_code(method)) return fail(Status::malformed, Reason::argument_method, "not a method of codes");
  MFA_TRY(const Setting set, setting(request));
  if (method == Method::recovery) return verify_recovery(set, code);
  const Scene scene = set.scene(config_);
  MFA_TRY(const Decision decision,
          records_.update(request.user, request.min_serial,
                          [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
                            if (!account) {
                              MFA_TRY(may_verify(config_, set.role, request, method, false));
                              return std::optional<Decision>(Decision::no(nobody(request)));
                            }
                            return std::optional<Decision>(decide_code(scene, *account, method, code));
                          }));
  return prove(decision);
}

Result<Proof> Engine::verify_recovery(const Setting &set, std::string_view text) const {
  const Request &request = set.request;
  MFA_TRY(const recovery::Code code, recovery::parse(text));
  const Scene scene = set.scene(config_);
  Reserved reserved;
  MFA_TRY(const Decision charged,
          records_.update(request.user, request.min_serial,
                          [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
                            if (!account) {
                              MFA_TRY(may_verify(config_, set.role, request, Method::recovery, false));
                              return std::optional<Decision>(Decision::no(nobody(request)));
                            }
                            return std::optional<Decision>(reserve_recovery(scene, *account, code, reserved));
                          }));
  if (!charged.save) return prove(charged);  // refused before anything was compared

  MFA_TRY(const Secret hash, recovery::hash(code, reserved.row, pepper_.reveal()));
  MFA_TRY(const Decision settled,
          records_.update(request.user, request.min_serial,
                          [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
                            if (!account) return std::optional<Decision>(Decision::no(no_account()));
                            return std::optional<Decision>(
                                settle_recovery(scene, *account, reserved, hash.reveal()));
                          }));
  const bool wrong = !settled.answer.has_value() && settled.answer.error().status == Status::wrong;
  return prove(wrong ? charged : settled);
}

}  // namespace mfa::engine
