#include <algorithm>

#include "core/cbor.hpp"
#include "core/encoding.hpp"
#include "engine/claim.hpp"
#include "engine/setting.hpp"
#include "methods/otp/otpauth.hpp"

namespace mfa::engine {
namespace {

// otpauth labels cannot hold ':'.
std::string without_colon(std::string_view text) {
  std::string result(text);
  std::replace(result.begin(), result.end(), ':', ' ');
  return result;
}

Failure wrong_response() {
  return fail(Status::malformed, Reason::ticket_malformed, "a ticket whose content does not read");
}

std::optional<uint32_t> small(const cbor::Item &item) {
  const auto number = item.as_uint();
  if (!number.has_value() || number.value() > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(number.value());
}

// ---- what waits in the ticket for its confirmation

Bytes pack(const recovery::Cost &cost, const std::vector<recovery::Made> &codes) {
  cbor::Writer out;
  out.array(2 + codes.size()).unsigned_number(cost.memory_kib).unsigned_number(cost.passes);
  for (const auto &code : codes) {
    out.array(3).unsigned_number(code.stored.selector).bytes(code.stored.salt).bytes(code.stored.hash);
  }
  return out.take();
}

Result<RecoveryFactor> unpack_recovery(ByteView payload) {
  MFA_TRY(const auto document, cbor::Document::parse(payload));
  const cbor::Item root = document.root();
  if (root.type() != cbor::Type::array || root.size() < 3) return wrong_response();
  const auto memory = small(root.item(0)), passes = small(root.item(1));
  if (!memory || !passes) return wrong_response();
  RecoveryFactor set;
  for (size_t i = 2; i < root.size(); i++) {
    const cbor::Item row = root.item(i);
    if (row.size() != 3) return wrong_response();
    RecoveryCode code;
    code.stored.cost = {*memory, *passes};
    const auto selector = small(row.item(0));
    MFA_TRY(const ByteView salt, row.item(1).as_bytes());
    MFA_TRY(const ByteView hash, row.item(2).as_bytes());
    if (!selector || *selector >= recovery::kMaxCodes || salt.size() != code.stored.salt.size() ||
        hash.size() != code.stored.hash.size()) {
      return wrong_response();
    }
    code.stored.selector = static_cast<uint8_t>(*selector);
    std::copy(salt.begin(), salt.end(), code.stored.salt.begin());
    std::copy(hash.begin(), hash.end(), code.stored.hash.begin());
    set.codes.push_back(code);
  }
  return set;
}

struct PendingOtp {
  Secret secret;
  Hash hash;
  uint32_t digits;
  uint32_t period_s;
  uint64_t t0_s;
};

Bytes pack(const PendingOtp &otp) {
  cbor::Writer out;
  out.array(5)
      .bytes(otp.secret.reveal())
      .unsigned_number(static_cast<uint64_t>(otp.hash))
      .unsigned_number(otp.digits);
  out.unsigned_number(otp.period_s).unsigned_number(otp.t0_s);
  return out.take();
}

Result<PendingOtp> unpack_otp(ByteView payload) {
  MFA_TRY(const auto document, cbor::Document::parse(payload));
  const cbor::Item root = document.root();
  if (root.type() != cbor::Type::array || root.size() != 5) return wrong_response();
  MFA_TRY(const ByteView secret, root.item(0).as_bytes());
  const auto hash = small(root.item(1)), digits = small(root.item(2)), period = small(root.item(3));
  MFA_TRY(const uint64_t t0_s, root.item(4).as_uint());
  if (!hash || !digits || !period) return wrong_response();
  return PendingOtp{Secret::copy(secret), static_cast<Hash>(*hash), *digits, *period, t0_s};
}

void offer_otp(Offer &offer, const PendingOtp &pending, const std::string &uri) {
  offer.set(MFA_OFFER_URI, uri);
  offer.set(MFA_OFFER_SECRET, base32(pending.secret.reveal()));
}

otp::Otpauth otpauth_of(Method method, const Config &config, const PendingOtp &pending,
                        const std::string &user, const BeginOptions &options) {
  otp::Otpauth uri;
  uri.method = method;
  uri.issuer = config.issuer;
  uri.account = without_colon(options.account_name.empty() ? std::string_view(user) : options.account_name);
  uri.secret = pending.secret.clone();
  uri.hash = pending.hash;
  uri.digits = pending.digits;
  if (method == Method::totp) uri.period_s = pending.period_s;
  return uri;
}

}  // namespace

Result<Done> Engine::offer_totp(Ticket &ticket, Offer &offer, const BeginOptions &options) const {
  const TotpConfig &c = config_.totp;
  PendingOtp pending{Secret(std::max<size_t>(c.secret_bytes, size_of(c.hash))), c.hash, c.digits, c.period_s,
                     c.t0_s};
  MFA_TRY(ports_.random.fill(pending.secret.fill()));
  MFA_TRY(const std::string uri,
          otp::build(otpauth_of(Method::totp, config_, pending, ticket.user, options)));
  offer_otp(offer, pending, uri);
  ticket.payload = pack(pending);
  return done;
}

Result<Done> Engine::offer_hotp(Ticket &ticket, Offer &offer, const BeginOptions &options) const {
  const HotpConfig &c = config_.hotp;
  PendingOtp pending{Secret(std::max<size_t>(20, size_of(c.hash))), c.hash, c.digits, 0, 0};
  MFA_TRY(ports_.random.fill(pending.secret.fill()));
  MFA_TRY(const std::string uri,
          otp::build(otpauth_of(Method::hotp, config_, pending, ticket.user, options)));
  offer_otp(offer, pending, uri);
  ticket.payload = pack(pending);
  return done;
}

Result<Done> Engine::offer_recovery(Ticket &ticket, Offer &offer) const {
  const recovery::Cost cost = config_.recovery_cost();
  Secret random(config_.recovery.codes * 32);
  MFA_TRY(ports_.random.fill(random.fill()));
  MFA_TRY(const auto codes, recovery::make(config_.recovery.codes, cost, pepper_.reveal(), random.reveal()));
  Bytes lines;
  for (const auto &code : codes) {
    if (!lines.empty()) lines.push_back('\n');
    const ByteView text = code.text.reveal();
    lines.insert(lines.end(), text.begin(), text.end());
  }
  offer.set(MFA_OFFER_RECOVERY_CODES, text_of(lines));
  ticket.payload = pack(cost, codes);
  return done;
}

Result<Offer> Engine::begin_enrolment(const Request &request, Method method,
                                      const BeginOptions &options) const {
  MFA_TRY(check_user(request, false));
  MFA_TRY(check_browser(request, config_.unsafe.unbound_tickets));
  MFA_TRY(check_action(request));
  if (method == Method::none) return fail(Status::malformed, Reason::argument_method, "no such method");
  MFA_TRY(const Setting set, setting(request));
  if (method == Method::email) return offer_mail(set, Operation::enroll, options);
  if (method == Method::device) return offer_pairing(set, options);
  MFA_TRY(const Held held, records_.load(request.user, request.min_serial));
  const Account *account = held.account ? &*held.account : nullptr;
  MFA_TRY(may_enroll(set.scene(config_), account, method));

  const bool is_key = method == Method::webauthn || method == Method::u2f;
  const uint64_t life_s = is_key ? config_.ticket.webauthn_s : config_.ticket.enroll_s;
  MFA_TRY(Ticket ticket, new_ticket(set, Operation::enroll, method, account, life_s));
  MFA_TRY(ticket.label, label_of(config_, method, options.label));
  Offer offer;
  offer.method = method;
  offer.enroll = true;
  offer.expires_s = ticket.expires_s;
  if (method == Method::totp) MFA_TRY(offer_totp(ticket, offer, options));
  if (method == Method::hotp) MFA_TRY(offer_hotp(ticket, offer, options));
  if (method == Method::recovery) MFA_TRY(offer_recovery(ticket, offer));
  if (method == Method::u2f) MFA_TRY(offer_u2f(ticket, offer, account));
  if (method == Method::webauthn) MFA_TRY(offer_passkey(ticket, offer, options, account));
  MFA_TRY(const std::string text, seal(ticket));
  offer.set(MFA_OFFER_TICKET, text);
  return offer;
}

// The factor that the response proves, or why it does not.
Result<Engine::Confirmed> Engine::confirm(const Ticket &ticket, std::string_view response,
                                          uint64_t now_s) const {
  Confirmed confirmed;
  Factor &factor = confirmed.factor;
  factor.label = ticket.label;
  if (ticket.method == Method::totp) {
    MFA_TRY(PendingOtp pending, unpack_otp(ticket.payload));
    otp::TotpParams params = config_.totp_params();
    params.hash = pending.hash;
    params.digits = pending.digits;
    params.period_s = pending.period_s;
    params.t0_s = pending.t0_s;
    // The step is burnt: the code that enrolled does not sign in as well.
    MFA_TRY(const uint64_t step, otp::totp_verify(params, pending.secret.reveal(), 0, now_s, response));
    factor.detail = TotpFactor{std::move(pending.secret), pending.hash, pending.digits,
                               pending.period_s,          pending.t0_s, step};
    return confirmed;
  }
  if (ticket.method == Method::hotp) {
    MFA_TRY(PendingOtp pending, unpack_otp(ticket.payload));
    MFA_TRY(const uint64_t counter, otp::hotp_verify({pending.hash, pending.digits, config_.hotp.look_ahead},
                                                     pending.secret.reveal(), 0, response));
    factor.detail = HotpFactor{std::move(pending.secret), pending.hash, pending.digits, counter};
    return confirmed;
  }
  if (ticket.method == Method::recovery) {
    MFA_TRY(RecoveryFactor set, unpack_recovery(ticket.payload));
    if (config_.recovery.confirm) {
      MFA_TRY(const recovery::Code code, recovery::parse(response));
      recovery::Stored row;
      row.cost = set.codes.front().stored.cost;
      for (const RecoveryCode &candidate : set.codes) {
        if (candidate.stored.selector == code.selector) row = candidate.stored;
      }
      MFA_TRY(const Secret hash, recovery::hash(code, row, pepper_.reveal()));
      if (!hash.matches(row.hash)) {
        return fail(Status::wrong, Reason::account_wrong_code, "not one of the new recovery codes");
      }
    }
    factor.detail = std::move(set);
    return confirmed;
  }
  if (ticket.method == Method::webauthn && config_.webauthn.present)
    return confirm_passkey(ticket, response, now_s);
  if (ticket.method == Method::u2f) return confirm_u2f(ticket, response, now_s);
  return fail(Status::denied, Reason::policy_method_forbidden, "policy forbids this method");
}

Result<Proof> Engine::finish_enrolment(Call &call, std::string_view text, std::string_view response) const {
  const Request &request = call.request;
  MFA_TRY(check_user(request, false));
  MFA_TRY(check_browser(request, config_.unsafe.unbound_tickets));
  MFA_TRY(check_action(request));
  MFA_TRY(const Ticket ticket, open_ticket(ring_, config_.realm, text));
  call.method = ticket.method;
  MFA_TRY(const Setting set, setting(request));
  MFA_TRY(check_binding(ticket, request, Operation::enroll));
  MFA_TRY(check_time(ticket, set.now_s));

  if (ticket.method == Method::email) return take_mail_code(set, ticket, response);
  if (ticket.method == Method::device) return approve_device(set, ticket, response);

  // A dead ticket, a locked account or a policy that says no is told before a code is compared.
  const Scene scene = set.scene(config_);
  MFA_TRY(const Held held, records_.load(request.user, request.min_serial));
  const Account *account = held.account ? &*held.account : nullptr;
  MFA_TRY(check_unspent(ticket, account));
  MFA_TRY(may_enroll(scene, account, ticket.method));
  if (account) {
    if (const auto failure = enroll_locked(*account, set.now_s)) return *failure;
  }
  return finish_enroll(set, ticket, confirm(ticket, response, set.now_s));
}

Result<Proof> Engine::finish_enroll(const Setting &set, const Ticket &ticket,
                                    Result<Confirmed> confirmed) const {
  // A signature that does not verify cannot be guessed at: nothing is counted.
  const bool is_key = ticket.method == Method::webauthn || ticket.method == Method::u2f;
  if (!confirmed.has_value() && is_key) return confirmed.error();
  const Request &request = set.request;
  const Scene scene = set.scene(config_);
  MFA_TRY(const Decision decision,
          records_.update(request.user, request.min_serial,
                          [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
                            if (!confirmed.has_value())
                              return std::optional<Decision>(
                                  refuse_enroll(scene, account, ticket.method, confirmed.error()));
                            const Factor &factor = confirmed.value().factor;
                            return claim(factor.credential_id(), request.user, account, [&] {
                              return decide_enroll(scene, account, ticket, factor.clone(),
                                                   confirmed.value().signals);
                            });
                          }));
  return prove(decision);
}

}  // namespace mfa::engine
