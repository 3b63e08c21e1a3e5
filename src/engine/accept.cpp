#include "engine/accept.hpp"

#include "core/encoding.hpp"
#include "core/network.hpp"
#include "methods/webauthn/documents.hpp"

namespace mfa::engine {
namespace {

// A sign-in in steps: the statement of a step before, if it is of this user, browser session and account.
std::optional<Evidence> earlier_step(const Scene &scene, const Account &account) {
  if (!scene.statement.has_value()) return std::nullopt;
  const Statement &statement = scene.statement.value();
  if (!statement.partial || statement.verified_s + scene.config.ticket.login_s < scene.now_s)
    return std::nullopt;
  if (!check_statement(statement, scene.request, scene.now_s).has_value()) return std::nullopt;
  if (!check_epoch(statement, &account).has_value()) return std::nullopt;
  return statement.evidence;
}

uint32_t recovery_signals(const Scene &scene, const Account &account) {
  const size_t left = account.recovery_remaining();
  uint32_t signals = MFA_SIGNAL_MUST_ENROLL;
  if (left <= scene.config.recovery.warn_at) signals |= MFA_SIGNAL_RECOVERY_LOW;
  if (left == 0) signals |= MFA_SIGNAL_RECOVERY_LAST;
  return signals;
}

}  // namespace

Result<Done> may_accept(const Scene &scene, const Account &account) {
  if (scene.request.purpose == Purpose::login) return done;
  if (!scene.statement.has_value()) return scene.statement.error();
  const Statement &statement = scene.statement.value();
  MFA_TRY(check_statement(statement, scene.request, scene.now_s));
  MFA_TRY(check_epoch(statement, &account));
  if (statement.partial) {
    return fail(Status::expired, Reason::statement_partial, "the sign-in was not finished");
  }
  return done;
}

Statement statement_for(const Scene &scene, uint64_t epoch, const Evidence &evidence) {
  Statement statement;
  statement.user = scene.request.user;
  statement.session = session_binding(scene.request.session);
  statement.epoch = epoch;
  statement.evidence = evidence;
  statement.signed_in_s = scene.now_s;
  return statement;
}

Decision accept(const Scene &scene, Account &account, Factor &factor, const Verified &verified) {
  const Method method = factor.method();
  Accepted accepted;
  accepted.method = method;
  accepted.factor = factor.id;
  accepted.signals = verified.signals | enroll_signals(scene.config, scene.role, account);
  if (method == Method::recovery) accepted.signals |= recovery_signals(scene, account);

  Evidence evidence;
  if (scene.request.purpose == Purpose::login) {
    if (const auto earlier = earlier_step(scene, account)) evidence = *earlier;
    evidence.proven |= scene.request.proven;
  } else {
    evidence = scene.statement.value().evidence;
  }
  evidence.add(method, verified);
  accepted.evidence = evidence;
  if (evidence.aal() < scene.role.min_aal) {
    accepted.status = Status::more_needed;
    accepted.reason = Reason::policy_more_needed;
  }

  if (scene.request.purpose != Purpose::approve) {
    Statement statement = statement_for(scene, account.epoch, evidence);
    statement.user = account.user;
    Evidence fresh = evidence;
    if (scene.request.purpose == Purpose::step_up) {
      // What was verified long ago is not fresh because something weaker is.
      const Statement &before = scene.statement.value();
      statement.signed_in_s = before.signed_in_s;
      statement.aal2_s = before.aal2_s;
      statement.aal3_s = before.aal3_s;
      fresh = Evidence{.proven = evidence.proven, .methods = {}};
      fresh.add(method, verified);
    }
    statement.verified(method, factor.id, fresh, scene.now_s);
    statement.recheck_s = recheck_at(scene, method);
    statement.enroll_only = method == Method::recovery;
    statement.partial = accepted.status == Status::more_needed && scene.request.purpose == Purpose::login;
    accepted.statement = std::move(statement);
  }

  factor.last_used_s = scene.now_s;
  account.serial++;
  remember(account, entry_of(scene, "verified", method, factor.id), scene.config.events_in_account);
  Event event = event_of(scene, "verified", method, factor.id);
  event.user = account.user;
  event.status = accepted.status;
  event.reason = accepted.reason;
  event.signals = accepted.signals;
  event.serial = account.serial;
  describe(scene, account, accepted);
  Decision decision{std::move(accepted), true};
  decision.events.push_back(std::move(event));
  return decision;
}

void describe(const Scene &scene, const Account &account, Accepted &accepted) {
  accepted.user = account.user;
  accepted.serial = account.serial;
  accepted.recovery_remaining = account.recovery_remaining();
  if (accepted.method != Method::webauthn) return;
  // Signal API: what is left out is hidden for good, so every credential is in it, the disabled ones too.
  std::vector<ByteView> ids;
  for (const Factor &factor : account.factors) {
    const auto *credential = factor.as<webauthn::Credential>();
    if (credential) ids.emplace_back(credential->id);
  }
  accepted.credentials_json =
      webauthn::signal_accepted(scene.config.webauthn.rp_id, account.user_handle, ids);
}

Failure unknown_method(const Scene &scene) {
  // Someone who proved nothing yet does not learn which factors an account has.
  if (scene.request.proven == 0 && scene.request.purpose == Purpose::login) {
    return fail(Status::wrong, Reason::account_wrong_code, "a wrong code");
  }
  return fail(Status::not_found, Reason::account_no_factor_of_method,
              "the account has no enabled factor of this method");
}

std::optional<Failure> held_off(const Scene &scene, const Account &account, Method method) {
  auto lock = locked(account, scene.config, method, scene.now_s);
  if (lock && has_relief(account, scene.config, method, known_browser(scene, account), scene.now_s))
    return std::nullopt;
  return lock;
}

Decision charged_no(const Scene &scene, Account &account, Method method, Failure failure) {
  // Judged under a lock: by a browser that we know.
  const bool was_locked = locked(account, scene.config, method, scene.now_s).has_value();
  const Charged charged =
      was_locked ? charge_known(account, scene.config, method, known_browser(scene, account), scene.now_s)
                 : charge(account, scene.config, method, scene.now_s);
  failure.attempts_left = charged.attempts_left;
  failure.retry_at_s = charged.retry_at_s;
  Entry entry = entry_of(scene, kRefused, method, {});
  entry.reason = failure.reason;
  remember(account, std::move(entry), scene.config.events_in_account);
  account.serial++;
  Decision decision = Decision::recorded_no(failure);
  Event event = event_of(scene, kRefused, method, {});
  event.status = failure.status;
  event.reason = failure.reason;
  if (!was_locked) event.locked_until_s = locked_until_s(account, scene.config, method, scene.now_s);
  event.serial = account.serial;
  decision.events.push_back(std::move(event));
  return decision;
}

uint64_t recheck_at(const Scene &scene, Method method) {
  const RecheckConfig &recheck = scene.config.session.recheck;
  if (!recheck.enabled) return 0;
  const Span &span = recheck.of(method);
  return scene.now_s + span.min_s + scene.chance.recheck % (span.max_s - span.min_s + 1);
}

std::string kept_source(const Config &config, std::string_view source) {
  switch (config.events_source) {
    case SourceKept::full: return std::string(clipped(source, kSourceKept));
    case SourceKept::network: return network_of(source);
    case SourceKept::none: break;
  }
  return "";
}

Event event_of(const Scene &scene, const char *name, Method method, ByteView factor) {
  Event event;
  event.name = name;
  event.user = scene.request.user;
  event.method = method;
  event.factor = copy_of(factor);
  event.at_s = scene.now_s;
  event.purpose = name_of(scene.request.purpose);
  event.source = kept_source(scene.config, scene.request.source);
  event.user_agent = scene.request.user_agent;
  return event;
}

Entry entry_of(const Scene &scene, const char *name, Method method, ByteView factor) {
  Entry entry;
  entry.at_s = scene.now_s;
  entry.event = name;
  entry.method = method;
  entry.factor = copy_of(factor);
  entry.source = kept_source(scene.config, scene.request.source);
  return entry;
}

}  // namespace mfa::engine
