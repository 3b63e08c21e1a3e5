#include <algorithm>

#include "engine/accept.hpp"
#include "engine/decide.hpp"

namespace mfa::engine {
namespace {

constexpr uint64_t kHour_s = 3600, kDay_s = 86400;

// retry_at_s of a refusal; 0: a mail may go.
uint64_t blocked_until_s(const std::vector<uint64_t> &sent_s, uint64_t span_s, size_t most, uint64_t now_s) {
  // Newest last. What is from the future counts as now, so that a clock set back sends no flood.
  if (sent_s.size() < most) return 0;
  const uint64_t oldest = std::min(sent_s[sent_s.size() - most], now_s);
  return oldest + span_s > now_s ? oldest + span_s : 0;
}

Result<Done> may_send(const Account &account, const EmailConfig &config, uint64_t now_s) {
  std::vector<uint64_t> sent_s = account.mails.sent_s;
  std::erase_if(sent_s, [&](uint64_t at_s) { return is_misdated(at_s, now_s); });
  const uint64_t soon = blocked_until_s(sent_s, config.resend_after_s, 1, now_s);
  const uint64_t hour = blocked_until_s(sent_s, kHour_s, config.per_hour, now_s);
  const uint64_t day = blocked_until_s(sent_s, kDay_s, config.per_day, now_s);
  const uint64_t until = std::max({soon, hour, day});
  if (until == 0) return done;
  Failure failure = std::max(hour, day) == 0
                        ? fail(Status::too_soon, Reason::email_too_soon, "a mail was sent a moment ago")
                        : fail(Status::too_soon, Reason::email_too_many, "too many mails were sent");
  failure.retry_at_s = until;
  return failure;
}

bool is_of(const MailSlot &slot, Purpose purpose, Operation operation) {
  return slot.purpose == purpose && slot.enroll == (operation == Operation::enroll);
}

void send(const Scene &scene, Account &account, Operation operation, const MailChance &chance,
          std::string address, ByteView pepper) {
  Mails &mails = account.mails;
  const Purpose purpose = scene.request.purpose;
  std::erase_if(mails.slots, [&](const MailSlot &slot) {
    return is_of(slot, purpose, operation) || slot.expires_s <= scene.now_s;
  });
  MailSlot slot;
  slot.purpose = purpose;
  slot.enroll = operation == Operation::enroll;
  slot.salt = chance.salt;
  slot.hash = copy_of(email::hash_code(chance.code, chance.salt, chance.nonce, pepper).reveal());
  slot.nonce = chance.nonce;
  slot.address = std::move(address);
  slot.expires_s = scene.now_s + scene.config.mail_valid_s(purpose);
  mails.slots.push_back(std::move(slot));
  std::erase_if(mails.sent_s, [&](uint64_t at_s) {
    return at_s + kDay_s <= scene.now_s || is_misdated(at_s, scene.now_s);
  });
  mails.sent_s.push_back(scene.now_s);
}

// Whom a mail to verify goes to.
Result<std::string> address_of(const Scene &scene, const Account &account, const MailWish &wish) {
  for (const Factor &factor : account.factors) {
    const auto *mail = factor.as<EmailFactor>();
    if (mail && factor.enabled && (wish.factor.empty() || same(wish.factor, factor.id))) return mail->address;
  }
  if (!has_mail_unasked(scene.config, scene.role, account)) return unknown_method(scene);
  MFA_TRY(email::check_address(wish.address));
  return std::string(wish.address);
}

Result<std::string> recipient(const Scene &scene, const std::optional<Account> &account,
                              const MailWish &wish) {
  const Account none;
  const Account &held = account ? *account : none;
  if (wish.operation == Operation::enroll) {
    MFA_TRY(may_enroll(scene, account ? &*account : nullptr, Method::email));
    MFA_TRY(email::check_address(wish.address));
    if (const auto failure = enroll_locked(held, scene.now_s)) return *failure;
    MFA_TRY(may_send(held, scene.config.email, scene.now_s));
    return std::string(wish.address);
  }
  MFA_TRY(may_verify(scene.config, scene.role, scene.request, Method::email, false));
  MFA_TRY(may_accept(scene, held));
  MFA_TRY(std::string address, address_of(scene, held, wish));
  if (const auto failure = held_off(scene, held, Method::email)) return *failure;
  MFA_TRY(may_send(held, scene.config.email, scene.now_s));
  return address;
}

// The slot that the ticket's mail went into. A newer mail took it over, or it is used up or too old.
Result<MailSlot *> slot_of(const Scene &scene, Account &account, const Ticket &ticket) {
  auto &slots = account.mails.slots;
  const auto at = std::find_if(slots.begin(), slots.end(), [&](const MailSlot &slot) {
    return is_of(slot, ticket.purpose, ticket.operation) && slot.nonce == ticket.nonce;
  });
  if (at == slots.end())
    return fail(Status::expired, Reason::email_replaced, "a newer mail, or too many tries, ended this code");
  if (at->expires_s <= scene.now_s)
    return fail(Status::expired, Reason::email_expired, "the code has expired");
  return &*at;
}

void end(Account &account, const Ticket &ticket) {
  std::erase_if(account.mails.slots, [&](const MailSlot &slot) { return slot.nonce == ticket.nonce; });
}

// A wrong code: one of the slot's tries, whatever the throttle says. Tries left.
int32_t try_wrong(const Scene &scene, Account &account, const Ticket &ticket, MailSlot &slot) {
  slot.tries++;
  const int32_t left = static_cast<int32_t>(scene.config.email.tries) - static_cast<int32_t>(slot.tries);
  if (left <= 0) end(account, ticket);
  return std::max(left, 0);
}

bool is_right(const MailSlot &slot, const Secret &code, ByteView pepper) {
  return email::hash_code(code, slot.salt, slot.nonce, pepper).matches(slot.hash);
}

const char *const kWrong = "not the code that was mailed";

// Where everybody has mail, the first right code makes the factor.
Factor *factor_of(const Scene &scene, Account &account, const std::string &address) {
  for (Factor &factor : account.factors) {
    const auto *mail = factor.as<EmailFactor>();
    if (mail && factor.enabled && mail->address == address) return &factor;
  }
  if (!has_mail_unasked(scene.config, scene.role, account)) return nullptr;
  Factor factor;
  factor.label = scene.config.of(Method::email).label;
  factor.added_s = scene.now_s;
  factor.detail = EmailFactor{address};
  return &add_factor(scene, account, std::move(factor));
}

}  // namespace

Decision decide_mail(const Scene &scene, std::optional<Account> &account, const MailWish &wish,
                     const MailChance &chance, ByteView pepper, Mailed &mailed) {
  auto to = recipient(scene, account, wish);
  if (!to.has_value()) return Decision::no(to.error());
  // The session that asked has a statement of no account, or of an erased one: it must not end with the mail.
  const uint64_t epoch = account ? account->epoch : 0;
  if (!account) account = new_account(scene);
  open_account(scene, account);
  account->epoch = epoch;
  mailed.address = to.value();
  mailed.epoch = account->epoch;
  send(scene, *account, wish.operation, chance, std::move(to).value(), pepper);
  account->serial++;
  Event event = event_of(scene, "mailed", Method::email, {});
  event.serial = account->serial;
  Decision decision{Accepted{}, true};
  decision.events.push_back(std::move(event));
  return decision;
}

Decision decide_mail_code(const Scene &scene, Account &account, const Ticket &ticket, const Secret &code,
                          ByteView pepper) {
  if (const auto allowed = may_verify(scene.config, scene.role, scene.request, Method::email, false);
      !allowed.has_value())
    return Decision::no(allowed.error());
  if (const auto unspent = check_unspent(ticket, &account); !unspent.has_value())
    return Decision::no(unspent.error());
  if (const auto ready = may_accept(scene, account); !ready.has_value()) return Decision::no(ready.error());
  if (const auto failure = held_off(scene, account, Method::email)) return Decision::no(*failure);
  const auto slot = slot_of(scene, account, ticket);
  if (!slot.has_value()) return Decision::no(slot.error());
  if (!is_right(*slot.value(), code, pepper)) {
    const int32_t left = try_wrong(scene, account, ticket, *slot.value());
    Decision decision =
        charged_no(scene, account, Method::email, fail(Status::wrong, Reason::account_wrong_code, kWrong));
    Failure &failure = decision.answer.error();
    failure.attempts_left = std::min(failure.attempts_left, left);
    return decision;
  }
  Factor *factor = factor_of(scene, account, slot.value()->address);
  if (!factor) return Decision::no(unknown_method(scene));
  end(account, ticket);
  spend(account, ticket, scene.now_s, scene.config.longest_ticket_s());
  settle(account, scene.config, Method::email);
  return accept(scene, account, *factor, Verified{});
}

Decision decide_mail_enroll(const Scene &scene, std::optional<Account> &account, const Ticket &ticket,
                            const Secret &code, ByteView pepper) {
  // Begin made the account: without one it was erased since.
  if (const auto unspent = check_unspent(ticket, account ? &*account : nullptr); !unspent.has_value())
    return Decision::no(unspent.error());
  if (const auto allowed = may_enroll(scene, account ? &*account : nullptr, Method::email);
      !allowed.has_value())
    return Decision::no(allowed.error());
  if (const auto failure = enroll_locked(*account, scene.now_s)) return Decision::no(*failure);
  const auto slot = slot_of(scene, *account, ticket);
  if (!slot.has_value()) return Decision::no(slot.error());
  if (!is_right(*slot.value(), code, pepper)) {
    const int32_t left = try_wrong(scene, *account, ticket, *slot.value());
    Decision decision =
        refuse_enroll(scene, account, Method::email, fail(Status::wrong, Reason::account_wrong_code, kWrong));
    Failure &failure = decision.answer.error();
    failure.attempts_left = std::min(failure.attempts_left, left);
    return decision;
  }
  Factor factor;
  factor.label = ticket.label;
  factor.detail = EmailFactor{slot.value()->address};
  end(*account, ticket);
  return decide_enroll(scene, account, ticket, std::move(factor), 0);
}

}  // namespace mfa::engine
