// Pairing a device, between two browsers.
#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "engine/engine.hpp"
#include "engine/setting.hpp"

namespace mfa::engine {
namespace {

constexpr size_t kCodeTextMax = 64;  // what is longer is a link's ticket

Failure other_operation() {
  return fail(Status::mismatch, Reason::ticket_other_operation, "a ticket of another step");
}

// The link holds no code, and what it holds never reaches a server's log: browsers keep fragments to
// themselves.
std::string link_of(const Config &config, const BeginOptions &options, const std::string &ticket) {
  const std::string_view base =
      options.link.empty() ? std::string_view(config.device.pairing_url) : options.link;
  return base.empty() ? std::string() : std::string(base) + "#" + ticket;
}

}  // namespace

Result<Offer> Engine::offer_pairing(const Setting &set, const BeginOptions &options) const {
  const Request &request = set.request;
  const Scene scene = set.scene(config_);
  MFA_TRY(const std::string label, label_of(config_, Method::device, options.label));
  PairingChance chance;
  MFA_TRY(chance.nonce, records_.draw<kNonce>());
  MFA_TRY(chance.salt, records_.draw<device::kCodeSalt>());
  Secret random(device::kCodeRandom);
  MFA_TRY(ports_.random.fill(random.fill()));
  chance.code = device::make_code(random.reveal());
  // The tickets are made first: what is saved must be answered.
  MFA_TRY(Ticket ticket,
          new_ticket(set, Operation::enroll, Method::device, nullptr, config_.device.pairing_s));
  ticket.nonce = chance.nonce;
  Ticket link = ticket;
  link.operation = Operation::claim;
  link.purpose = Purpose::login;
  link.browser.clear();

  Offer offer;
  offer.method = Method::device;
  offer.enroll = true;
  offer.expires_s = ticket.expires_s;
  MFA_TRY(const Decision decision,
          records_.update(request.user, request.min_serial,
                          [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
                            if (!account) {
                              MFA_TRY(may_enroll(scene, nullptr, Method::device));
                              return std::optional<Decision>(Decision::no(no_account()));
                            }
                            ticket.epoch = link.epoch = account->epoch;
                            return std::optional<Decision>(
                                decide_pair_open(scene, *account, chance, label, pepper_.reveal()));
                          }));
  MFA_TRY(answered(decision));
  MFA_TRY(const std::string link_text, seal(link));
  const std::string uri = link_of(config_, options, link_text);
  if (!uri.empty()) offer.set(MFA_OFFER_URI, uri);
  offer.set(MFA_OFFER_CODE, text_of(device::text_of_code(chance.code).reveal()));
  MFA_TRY(const std::string text, seal(ticket));
  offer.set(MFA_OFFER_TICKET, text);
  return offer;
}

Result<Offer> Engine::claim_pairing(Call &call, std::string_view code) const {
  Request asked = call.request;
  MFA_TRY(check_browser(asked, config_.unsafe.unbound_tickets));
  if (asked.purpose != Purpose::login || asked.usernameless)
    return fail(Status::err_argument, Reason::argument_purpose, "a device claims with MFA_PURPOSE_LOGIN");
  if (!config_.allows(Method::device) || !config_.device.pairing)
    return fail(Status::denied, Reason::policy_method_forbidden, "policy forbids pairing");
  std::optional<Ticket> link;
  Secret typed;
  if (asked.user.empty() || code.size() > kCodeTextMax) {
    MFA_TRY(link, open_ticket(ring_, config_.realm, code));
    if (link->operation != Operation::claim) return other_operation();
    if (asked.user.empty()) asked.user = link->user;
    if (link->user != asked.user)
      return fail(Status::mismatch, Reason::ticket_other_user, "a link of another user");
  } else {
    MFA_TRY(typed, device::parse_code(code));
  }
  MFA_TRY(check_user(asked, false));
  call.user = asked.user;
  MFA_TRY(const Setting set, setting(asked));
  if (link) MFA_TRY(check_time(*link, set.now_s));
  const Scene scene = set.scene(config_);

  Secret claim(device::kClaimSecret);
  MFA_TRY(ports_.random.fill(claim.fill()));
  MFA_TRY(const auto number, records_.draw<8>());
  const auto digest = sha256(claim.reveal());
  const ClaimWish wish{&typed, link ? &*link : nullptr, copy_of(digest), device::make_check(number)};
  MFA_TRY(Ticket ticket,
          new_ticket(set, Operation::collect, Method::device, nullptr, config_.device.pairing_s));
  ticket.payload = copy_of(claim.reveal());

  MFA_TRY(
      const Decision decision,
      records_.update(asked.user, 0, [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
        if (!account) {
          decoy_.imitate_load();
          return std::optional<Decision>(Decision::no(not_that_code()));
        }
        if (link) MFA_TRY(check_unspent(*link, &*account));
        ticket.epoch = account->epoch;
        ticket.expires_s = account->pairing ? account->pairing->expires_s : ticket.expires_s;
        return std::optional<Decision>(decide_claim(scene, *account, wish, pepper_.reveal()));
      }));
  MFA_TRY(answered(decision));
  Offer offer;
  offer.method = Method::device;
  offer.expires_s = ticket.expires_s;
  offer.set(MFA_OFFER_CODE, wish.check);
  MFA_TRY(const std::string text, seal(ticket));
  offer.set(MFA_OFFER_TICKET, text);
  return offer;
}

Result<std::string> Engine::claimed_device(const Request &request, std::string_view text) const {
  MFA_TRY(check_user(request, false));
  MFA_TRY(check_browser(request, config_.unsafe.unbound_tickets));
  MFA_TRY(const Ticket ticket, open_ticket(ring_, config_.realm, text));
  MFA_TRY(const Setting set, setting(request));
  MFA_TRY(check_binding(ticket, request, Operation::enroll));
  MFA_TRY(check_time(ticket, set.now_s));
  MFA_TRY(const Held held, records_.load(request.user, request.min_serial));
  if (!held.account) return no_account();
  MFA_TRY(const Pairing *pairing, claimed_pairing(set.scene(config_), *held.account, ticket));
  json::Writer out;
  out.begin_object().member("device", pairing->agent).member("source", pairing->source);
  out.member("claimed_s", pairing->claimed_s).member("approved", pairing->state == Pairing::State::approved);
  out.end_object();
  return out.take();
}

Result<Proof> Engine::approve_device(const Setting &set, const Ticket &ticket,
                                     std::string_view response) const {
  MFA_TRY(const std::string check, device::parse_check(response));
  const Request &request = set.request;
  const Scene scene = set.scene(config_);
  MFA_TRY(const Decision decision,
          records_.update(request.user, request.min_serial, [&](std::optional<Account> &account) {
            return Result<std::optional<Decision>>(
                account ? decide_pair_approve(scene, *account, ticket, check) : Decision::no(no_account()));
          }));
  return prove(decision);
}

Result<Proof> Engine::collect_pairing(Call &call, std::string_view text) const {
  Request asked = call.request;
  MFA_TRY(check_browser(asked, config_.unsafe.unbound_tickets));
  MFA_TRY(const Ticket ticket, open_ticket(ring_, config_.realm, text));
  if (asked.user.empty()) asked.user = ticket.user;
  call.user = asked.user;
  MFA_TRY(const Setting set, setting(asked));
  MFA_TRY(check_binding(ticket, asked, Operation::collect));
  MFA_TRY(check_time(ticket, set.now_s));
  const Scene scene = set.scene(config_);
  Cookied cookied;
  MFA_TRY(const Decision decision, records_.update(asked.user, 0, [&](std::optional<Account> &account) {
    return Result<std::optional<Decision>>(
        account ? decide_collect(scene, *account, ticket, ticket.payload, cookied)
                : Decision::no(no_account()));
  }));
  return prove_device(decision, cookied, device::token_from(ticket.payload).verifier, asked.user);
}

}  // namespace mfa::engine
