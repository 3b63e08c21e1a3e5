// Pairing a device: its user opens it at a browser that is signed in, the device claims it with the code, the
// user approves by the number that the device shows, the device collects its cookie. It is one slot of the
// account.
#include <algorithm>

#include "core/digest.hpp"
#include "engine/accept.hpp"
#include "engine/decide.hpp"
#include "methods/device/agent.hpp"

namespace mfa::engine {
namespace {

constexpr uint32_t kTries = 5;

using State = Pairing::State;

Failure is_over() {
  return fail(Status::expired, Reason::device_pairing_over, "the pairing is over: begin another");
}

// The code is of no more use from then on.
void close(Pairing &pairing, State state) {
  pairing.state = state;
  pairing.code.clear();
  pairing.claim.clear();
  pairing.check.clear();
}

Decision saved(const Scene &scene, Account &account, const char *name, Result<Accepted> answer,
               uint32_t signals = 0) {
  account.serial++;
  Entry entry = entry_of(scene, name, Method::device, {});
  if (!answer.has_value()) entry.reason = answer.error().reason;
  remember(account, std::move(entry), scene.config.events_in_account);
  Event event = event_of(scene, name, Method::device, {});
  event.user = account.user;
  event.signals = signals;
  event.serial = account.serial;
  if (!answer.has_value()) {
    event.status = answer.error().status;
    event.reason = answer.error().reason;
  }
  Decision decision{std::move(answer), true};
  decision.events.push_back(std::move(event));
  return decision;
}

bool is_open_to(const Pairing &pairing, const ClaimWish &wish, ByteView pepper) {
  if (wish.link) return wish.link->nonce == pairing.nonce;
  return device::hash_code(*wish.code, pairing.salt, pairing.nonce, pepper).matches(pairing.code);
}

// Why a pairing that was closed is over, for the browser that opened it.
Failure closed(const Pairing &pairing) {
  switch (pairing.state) {
    case State::contested: {
      Failure failure = fail(Status::denied, Reason::device_contested, "two devices claimed the pairing");
      failure.signals = MFA_SIGNAL_PAIRING_CONTESTED;
      return failure;
    }
    case State::tried_out:
      return fail(Status::denied, Reason::device_tried_out, "wrong codes were tried too often");
    case State::refused:
      return fail(Status::denied, Reason::device_wrong_check, "the number was not the device's");
    case State::open:
    case State::claimed:
    case State::approved: break;
  }
  return is_over();
}

// The account's slot is the one that the ticket is of.
Result<Done> check_slot(const Scene &scene, const Account &account, const Ticket &ticket) {
  if (!account.pairing || account.pairing->nonce != ticket.nonce || account.pairing->expires_s <= scene.now_s)
    return is_over();
  return done;
}

}  // namespace

Decision decide_pair_open(const Scene &scene, Account &account, const PairingChance &chance,
                          std::string label, ByteView pepper) {
  if (const auto allowed = may_enroll(scene, &account, Method::device); !allowed.has_value())
    return Decision::no(allowed.error());
  Pairing pairing;
  pairing.nonce = chance.nonce;
  pairing.salt = chance.salt;
  const Secret hash = device::hash_code(chance.code, chance.salt, chance.nonce, pepper);
  pairing.code = copy_of(hash.reveal());
  pairing.expires_s = scene.now_s + scene.config.device.pairing_s;
  pairing.label = std::move(label);
  account.pairing = std::move(pairing);
  return saved(scene, account, "pairing_opened", Accepted{});
}

Decision decide_claim(const Scene &scene, Account &account, const ClaimWish &wish, ByteView pepper) {
  auto &slot = account.pairing;
  if (!slot || slot->expires_s <= scene.now_s || slot->code.empty()) return Decision::no(not_that_code());
  if (!is_open_to(*slot, wish, pepper)) {
    // Of an older link nothing can be guessed.
    if (wish.link) return Decision::no(not_that_code());
    slot->tries++;
    if (slot->tries >= kTries) close(*slot, State::tried_out);
    return saved(scene, account, kPairingRefused, not_that_code());
  }
  if (slot->state != State::open) {
    close(*slot, State::contested);
    Failure failure = fail(Status::already_used, Reason::device_contested, "two devices claimed the pairing");
    failure.signals = MFA_SIGNAL_PAIRING_CONTESTED;
    return saved(scene, account, "pairing_contested", std::move(failure), MFA_SIGNAL_PAIRING_CONTESTED);
  }
  slot->state = State::claimed;
  slot->claim = wish.claim;
  slot->check = wish.check;
  slot->agent = device::name_of_agent(scene.request.user_agent);
  slot->source = kept_source(scene.config, scene.request.source);
  slot->claimed_s = scene.now_s;
  return saved(scene, account, "pairing_claimed", Accepted{});
}

Result<const Pairing *> claimed_pairing(const Scene &scene, const Account &account, const Ticket &ticket) {
  if (!scene.statement.has_value()) return scene.statement.error();
  MFA_TRY(check_statement(scene.statement.value(), scene.request, scene.now_s));
  MFA_TRY(check_epoch(scene.statement.value(), &account));
  MFA_TRY(check_slot(scene, account, ticket));
  const Pairing &pairing = *account.pairing;
  if (pairing.state == State::open)
    return fail(Status::pending, Reason::device_pending, "no device has claimed the pairing yet");
  if (pairing.state == State::claimed || pairing.state == State::approved) return &pairing;
  return closed(pairing);
}

Decision decide_pair_approve(const Scene &scene, Account &account, const Ticket &ticket,
                             std::string_view check) {
  if (const auto unspent = check_unspent(ticket, &account); !unspent.has_value())
    return Decision::no(unspent.error());
  if (const auto allowed = may_enroll(scene, &account, Method::device); !allowed.has_value())
    return Decision::no(allowed.error());
  if (const auto mine = check_slot(scene, account, ticket); !mine.has_value())
    return Decision::no(mine.error());
  Pairing &pairing = *account.pairing;
  if (pairing.state == State::open) {
    return Decision::no(
        fail(Status::pending, Reason::device_pending, "no device has claimed the pairing yet"));
  }
  if (pairing.state != State::claimed) return Decision::no(closed(pairing));
  if (!same_secret(bytes_of(pairing.check), bytes_of(check))) {
    close(pairing, State::refused);
    return saved(scene, account, kPairingRefused,
                 fail(Status::wrong, Reason::device_wrong_check, "the number was not the device's"));
  }
  pairing.state = State::approved;
  spend(account, ticket, scene.now_s, scene.config.longest_ticket_s());
  Decision decision = saved(scene, account, "pairing_approved", Accepted{});
  Accepted &accepted = decision.answer.value();
  accepted.method = Method::device;
  accepted.evidence = scene.statement.value().evidence;
  accepted.statement = scene.statement.value();
  accepted.signals = enroll_signals(scene.config, scene.role, account);
  describe(scene, account, accepted);
  return decision;
}

Decision decide_collect(const Scene &scene, Account &account, const Ticket &ticket, ByteView claim,
                        Cookied &cookied) {
  cookied = {};
  if (const auto unspent = check_unspent(ticket, &account); !unspent.has_value())
    return Decision::no(unspent.error());
  const device::Token token = device::token_from(claim);
  const auto collected =
      std::find_if(account.factors.begin(), account.factors.end(), [&](const Factor &factor) {
        const auto *device = factor.as<DeviceFactor>();
        return device && device->selector == token.selector;
      });
  if (collected != account.factors.end()) {
    // Until its first use the answer may have been lost.
    if (collected->last_used_s != 0) {
      return Decision::no(
          fail(Status::already_used, Reason::device_collected, "the device has used its cookie"));
    }
    cookied = {true, token.selector, device_expires_s(scene.config, *collected) - scene.now_s};
    Accepted accepted;
    accepted.method = Method::device;
    accepted.factor = collected->id;
    describe(scene, account, accepted);
    return {std::move(accepted), false};
  }
  auto &slot = account.pairing;
  const auto digest = sha256(claim);
  if (!slot || slot->expires_s <= scene.now_s || !same_secret(slot->claim, digest))
    return Decision::no(is_over());
  if (slot->state == State::claimed) {
    return Decision::no(fail(Status::pending, Reason::device_pending, "the pairing waits for its approval"));
  }
  if (slot->state != State::approved) return Decision::no(is_over());
  std::erase_if(account.factors, [&](const Factor &factor) {
    return factor.method() == Method::device && device_is_over(scene, factor);
  });
  Decision decision = add_device(scene, account, token, slot->label, slot->agent, cookied);
  if (decision.save) slot.reset();
  return decision;
}

}  // namespace mfa::engine
