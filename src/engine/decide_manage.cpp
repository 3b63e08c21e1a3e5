#include <algorithm>

#include "core/encoding.hpp"
#include "engine/accept.hpp"
#include "engine/decide.hpp"

namespace mfa::engine {
namespace {

Failure needs_factor(Reason reason, const char *message) {
  return fail(Status::factor_needed, reason, message);
}

// The session goes on under the new epoch; every other one ends.
Accepted renewed(const Scene &scene, const Account &account, const Factor *factor, Method method) {
  Accepted accepted;
  accepted.method = method;
  if (factor) accepted.factor = factor->id;
  accepted.signals = enroll_signals(scene.config, scene.role, account);
  if (scene.statement.has_value()) {
    Statement statement = scene.statement.value();
    statement.epoch = account.epoch;
    accepted.evidence = statement.evidence;
    accepted.statement = std::move(statement);
  }
  return accepted;
}

Decision changed(const Scene &scene, Account &account, const char *name, Method method, Bytes factor) {
  account.serial++;
  remember(account, entry_of(scene, name, method, factor), scene.config.events_in_account);
  Event event = event_of(scene, name, method, factor);
  event.serial = account.serial;
  Accepted accepted = renewed(scene, account, account.find(factor), method);
  accepted.factor = std::move(factor);
  describe(scene, account, accepted);
  Decision decision{std::move(accepted), true};
  decision.events.push_back(std::move(event));
  return decision;
}

// The first factor turns what the host proved into a sign-in with two.
void add_first_factor(const Scene &scene, const Factor &factor, Statement &statement) {
  Verified verified;
  if (const auto *credential = factor.as<webauthn::Credential>()) {
    verified.user_verified = (credential->flags & webauthn::kUserVerified) != 0;
    verified.device_bound = (credential->flags & webauthn::kBackupEligible) == 0;
    verified.attested = (credential->flags & webauthn::kTrusted) != 0;
  }
  if (const auto *key = factor.as<U2fFactor>()) {
    verified.device_bound = true;
    verified.attested = key->trusted;
  }
  statement.evidence.add(factor.method(), verified);
  statement.verified(factor.method(), factor.id, statement.evidence, scene.now_s);
  statement.recheck_s = recheck_at(scene, factor.method());
}

// What rested on a factor that goes: sessions, tickets, trusted devices. A device takes its own sessions with
// it.
void end_trust(const Scene &scene, Account &account, Method going) {
  if (!is_factor(going)) return;
  account.epoch = scene.chance.epoch;
  forget_devices(account);
}

Failure too_many() {
  return fail(Status::denied, Reason::policy_max_factors,
              "the account has as many factors of this method as policy allows");
}

bool is_weak(const Factor &factor) {
  const auto *totp = factor.as<TotpFactor>();
  const auto *hotp = factor.as<HotpFactor>();
  return (totp && totp->secret.size() < otp::kSecretMin) || (hotp && hotp->secret.size() < otp::kSecretMin);
}

}  // namespace

Result<Done> may_manage(const Scene &scene, const Account &account, bool enrolling) {
  if (scene.request.purpose != Purpose::manage) {
    return fail(Status::err_argument, Reason::argument_purpose, "changing factors needs MFA_PURPOSE_MANAGE");
  }
  if (!scene.statement.has_value()) {
    return needs_factor(Reason::policy_needs_statement,
                        "the session has no statement to change factors with");
  }
  const Statement &statement = scene.statement.value();
  MFA_TRY(check_statement(statement, scene.request, scene.now_s));
  MFA_TRY(check_epoch(statement, account.epoch == 0 ? nullptr : &account));
  if (statement.partial && !(statement.enroll_only && enrolling)) {
    return needs_factor(Reason::statement_partial, "the sign-in was not finished");
  }
  if (!is_guarded(scene.config, scene.role, account)) return done;
  if (statement.enroll_only && !enrolling) {
    return needs_factor(Reason::policy_enrol_only, "a sign-in with a recovery code may only enrol");
  }
  if (statement.verified_s == 0 ||
      statement.verified_s + scene.config.policy.factor_change_max_age_s < scene.now_s) {
    return needs_factor(Reason::policy_too_old, "verify a factor again before changing factors");
  }
  // Whoever reads the mail must not take the place of what is stronger.
  const bool has_stronger = std::any_of(account.factors.begin(), account.factors.end(), [](const Factor &f) {
    return f.enabled && is_factor(f.method()) && f.method() != Method::email &&
           f.method() != Method::recovery;
  });
  if (statement.method == Method::email && has_stronger) {
    return needs_factor(Reason::policy_weak_factor,
                        "a code by mail changes no factors of an account that has a stronger one");
  }
  return done;
}

namespace {

Result<Done> may_pair(const Scene &scene, const Account &account) {
  MFA_TRY(may_trust_device(scene.config, scene.role));
  if (!scene.config.device.pairing)
    return fail(Status::denied, Reason::policy_method_forbidden, "device.pairing is off");
  MFA_TRY(may_manage(scene, account, false));
  if (!account.has_enabled())
    return fail(Status::denied, Reason::policy_device_first, "there is no factor that a device could spare");
  const auto live = std::count_if(account.factors.begin(), account.factors.end(), [&](const Factor &factor) {
    return factor.method() == Method::device && !device_is_over(scene, factor);
  });
  if (static_cast<size_t>(live) >= scene.config.of(Method::device).max_factors) return too_many();
  return done;
}

}  // namespace

Result<Done> may_enroll(const Scene &scene, const Account *account, Method method) {
  const Account none;
  const Account &held = account ? *account : none;
  const MethodConfig &method_config = scene.config.of(method);
  if (method == Method::device) return may_pair(scene, held);
  if (!method_config.allowed || scene.role.methods.count(method) == 0) {
    return fail(Status::denied, Reason::policy_method_forbidden, "policy forbids this method");
  }
  if (method == Method::u2f && !scene.config.u2f.enroll_raw) {
    return fail(Status::denied, Reason::policy_raw_u2f,
                "u2f.enroll_raw is off: enrol security keys through WebAuthn");
  }
  if (scene.request.purpose == Purpose::login) {
    if (scene.request.proven == 0) {
      return fail(Status::denied, Reason::policy_needs_proof,
                  "nothing was proven that could authenticate a first factor");
    }
    if (is_guarded(scene.config, scene.role, held)) {
      return needs_factor(Reason::policy_has_factor,
                          "the account has a factor: verify it before enrolling another");
    }
  } else {
    MFA_TRY(may_manage(scene, held, true));
  }
  if (method == Method::recovery) {
    if (held.primary_enabled() == 0) {
      return fail(Status::denied, Reason::policy_recovery_first,
                  "recovery codes stand in for another factor: enrol that first");
    }
    return done;  // a new set replaces the old
  }
  return has_room(scene.config, held, method);
}

Result<std::string> label_of(const Config &config, Method method, std::string_view label) {
  if (label.empty()) return config.of(method).label;
  const bool control = std::any_of(label.begin(), label.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (label.size() > config.policy.label_max_bytes || control || !is_utf8(label)) {
    return fail(Status::malformed, Reason::argument_label,
                "a label is UTF-8 without control characters, up to policy.label_max_bytes");
  }
  return std::string(label);
}

// The account that a first factor makes, and the one that follows an erased one.
void open_account(const Scene &scene, std::optional<Account> &account) {
  if (account && !account->tombstone) return;
  const uint64_t serial = account ? account->serial : 0;
  account = new_account(scene);
  account->serial = serial;
}

Factor &add_factor(const Scene &scene, Account &account, Factor &&factor) {
  if (const auto *credential = factor.as<webauthn::Credential>(); credential && account.user_handle.empty()) {
    account.user_handle = credential->user_handle;
  }
  if (account.epoch == 0) account.epoch = scene.chance.epoch;
  factor.id = copy_of(scene.chance.factor_id);
  factor.enterprise = scene.config.of(factor.method()).enterprise_owned;
  account.factors.push_back(std::move(factor));
  return account.factors.back();
}

Account new_account(const Scene &scene) {
  Account account;
  account.user = scene.request.user;
  account.epoch = scene.chance.epoch;
  account.created_s = scene.now_s;
  return account;
}

Decision decide_enroll(const Scene &scene, std::optional<Account> &account, const Ticket &ticket,
                       Factor factor, uint32_t signals) {
  if (const auto unspent = check_unspent(ticket, account ? &*account : nullptr); !unspent.has_value()) {
    return Decision::no(unspent.error());
  }
  const Method method = factor.method();
  if (const auto allowed = may_enroll(scene, account ? &*account : nullptr, method); !allowed.has_value()) {
    return Decision::no(allowed.error());
  }
  // Others may have guessed since this code was compared.
  if (account) {
    if (const auto failure = enroll_locked(*account, scene.now_s)) return Decision::no(*failure);
  }
  const bool first = !account || !account->has_enabled();
  open_account(scene, account);
  if (method == Method::recovery) {
    std::erase_if(account->factors, [](const Factor &f) { return f.method() == Method::recovery; });
  }
  factor.added_s = scene.now_s;
  spend(*account, ticket, scene.now_s, scene.config.longest_ticket_s());
  account->throttle.enroll = Meter{};
  const Factor &added = add_factor(scene, *account, std::move(factor));

  Decision decision = changed(scene, *account, "enrolled", method, added.id);
  Accepted &accepted = decision.answer.value();
  accepted.signals |= signals;
  decision.events.front().signals = accepted.signals;
  if (scene.request.purpose == Purpose::login) {
    Evidence evidence;
    evidence.proven = scene.request.proven;
    accepted.statement = statement_for(scene, account->epoch, evidence);
  }
  if (first && accepted.statement) {
    add_first_factor(scene, added, *accepted.statement);
    accepted.statement->partial = accepted.statement->evidence.aal() < scene.role.min_aal;
  }
  if (accepted.statement) accepted.evidence = accepted.statement->evidence;
  return decision;
}

Decision decide_import(const Scene &scene, std::optional<Account> &account, Factor factor,
                       std::string_view actor) {
  open_account(scene, account);
  const Method method = factor.method();
  if (const auto room = has_room(scene.config, *account, method); !room.has_value())
    return Decision::no(room.error());
  if (factor.added_s == 0) factor.added_s = scene.now_s;
  const Factor &added = add_factor(scene, *account, std::move(factor));
  account->serial++;
  remember(*account, entry_of(scene, "admin_imported", method, added.id), scene.config.events_in_account);
  Event event = event_of(scene, "admin_imported", method, added.id);
  event.purpose.clear();  // an administrator has none
  event.actor = actor;
  event.serial = account->serial;
  if (is_weak(added)) event.signals = MFA_SIGNAL_WEAK_SECRET;
  Accepted accepted;
  accepted.signals = event.signals;
  Decision decision{std::move(accepted), true};
  decision.events.push_back(std::move(event));
  return decision;
}

Decision refuse_enroll(const Scene &scene, std::optional<Account> &account, Method method, Failure failure) {
  if (!account || failure.status != Status::wrong) return Decision::no(std::move(failure));
  if (const auto lock = enroll_locked(*account, scene.now_s)) return Decision::no(*lock);
  const Charged charged = charge_enroll(*account, scene.config, scene.now_s);
  failure.attempts_left = charged.attempts_left;
  failure.retry_at_s = charged.retry_at_s;
  account->serial++;
  Event event = event_of(scene, kRefused, method, {});
  event.status = failure.status;
  event.reason = failure.reason;
  event.locked_until_s = charged.retry_at_s;
  event.serial = account->serial;
  Decision decision = Decision::recorded_no(std::move(failure));
  decision.events.push_back(std::move(event));
  return decision;
}

Decision decide_rename(const Scene &scene, Account &account, ByteView id, std::string_view label) {
  if (const auto allowed = may_manage(scene, account, false); !allowed.has_value())
    return Decision::no(allowed.error());
  Factor *factor = account.find(id);
  if (!factor) return Decision::no(no_such_factor());
  auto name = label_of(scene.config, factor->method(), label);
  if (!name.has_value()) return Decision::no(name.error());
  factor->label = std::move(name).value();
  return changed(scene, account, "renamed", factor->method(), factor->id);
}

Decision decide_set_enabled(const Scene &scene, Account &account, ByteView id, bool enabled) {
  if (const auto allowed = may_manage(scene, account, false); !allowed.has_value())
    return Decision::no(allowed.error());
  Factor *factor = account.find(id);
  if (!factor) return Decision::no(no_such_factor());
  if (!enabled) {
    if (const auto allowed = may_disable(scene.config, scene.role, account, *factor); !allowed.has_value()) {
      return Decision::no(allowed.error());
    }
    end_trust(scene, account, factor->method());
    factor = account.find(id);
  }
  factor->enabled = enabled;
  return changed(scene, account, enabled ? "enabled" : "disabled", factor->method(), factor->id);
}

Decision decide_remove(const Scene &scene, Account &account, ByteView id) {
  if (const auto allowed = may_manage(scene, account, false); !allowed.has_value())
    return Decision::no(allowed.error());
  const Factor *factor = account.find(id);
  if (!factor) return Decision::no(no_such_factor());
  if (const auto allowed = may_remove(scene.config, scene.role, account, *factor); !allowed.has_value()) {
    return Decision::no(allowed.error());
  }
  const Method method = factor->method();
  std::erase_if(account.factors, [&](const Factor &f) { return same(f.id, id); });
  end_trust(scene, account, method);
  return changed(scene, account, "removed", method, copy_of(id));
}

}  // namespace mfa::engine
