#include <algorithm>

#include "engine/accept.hpp"
#include "engine/decide.hpp"

namespace mfa::engine {
namespace {

Failure needs(Status status, Reason reason, const char *message) { return fail(status, reason, message); }

// A factor that could lift the level is one the account has; else one must be enrolled. Without the store
// nobody knows which: whoever is asked to verify finds out.
Failure needs_level(const Account *account, bool strict) {
  if (!strict || (account && account->has_enabled())) {
    return needs(Status::factor_needed, Reason::policy_level_needed, "a higher level is needed");
  }
  return needs(Status::enroll_needed, Reason::policy_enroll_needed,
               "a higher level needs a factor that is not enrolled");
}

// A sign-in that a trusted device spared the factor lasts as long as the device does.
Result<Done> check_spared(const Scene &scene, const Account *account, const Statement &statement) {
  const Factor *device = account ? account->find(statement.factor) : nullptr;
  if (!device || !device->enabled || device_is_over(scene, *device)) {
    return fail(Status::revoked, Reason::device_unknown,
                "the device that the session rests on is trusted no more");
  }
  if (!may_trust_device(scene.config, scene.role).has_value()) {
    return needs(Status::factor_needed, Reason::policy_factor_needed, "a factor must be verified");
  }
  return done;
}

}  // namespace

Decision decide_session_start(const Scene &scene, std::optional<Account> &account) {
  if (scene.request.purpose != Purpose::login) {
    return Decision::no(
        fail(Status::err_argument, Reason::argument_purpose, "a session starts with MFA_PURPOSE_LOGIN"));
  }
  if (scene.request.proven == 0) {
    return Decision::no(fail(Status::factor_needed, Reason::policy_needs_proof, "nothing was proven yet"));
  }
  const Account none;
  const Asked asked = sign_in_need(scene.config, scene.role, account ? *account : none, scene.now_s, true);
  switch (asked.need) {
    case Need::factor:
      return Decision::no(
          needs(Status::factor_needed, Reason::policy_factor_needed, "a factor must be verified"));
    case Need::enroll:
      return Decision::no(
          needs(Status::enroll_needed, Reason::policy_enroll_needed, "policy asks for a factor first"));
    case Need::nothing:
    case Need::enroll_soon: break;
  }
  Accepted accepted;
  accepted.evidence.proven = scene.request.proven;
  bool save = false;
  if (asked.need == Need::enroll_soon) {
    if (!account) account = new_account(scene);
    account->tombstone = false;
    if (account->grace_since_s == 0) {
      account->grace_since_s = scene.now_s;
      account->grace_used = 0;
    }
    account->grace_used++;
    account->serial++;
    save = true;
  }
  accepted.signals = enroll_signals(scene.config, scene.role, account ? *account : none);
  accepted.statement = statement_for(scene, account ? account->epoch : 0, accepted.evidence);
  if (account) {
    describe(scene, *account, accepted);
  } else {
    accepted.user = scene.request.user;
  }
  Event event = event_of(scene, "session_started", Method::none, {});
  event.signals = accepted.signals;
  Decision decision{std::move(accepted), save};
  decision.events.push_back(std::move(event));
  return decision;
}

Result<Done> check_session(const Scene &scene, const Account *account, bool strict, const SessionNeed &need) {
  if (!scene.statement.has_value()) return scene.statement.error();
  const Statement &statement = scene.statement.value();
  MFA_TRY(check_statement(statement, scene.request, scene.now_s));
  if (statement.partial)
    return fail(Status::expired, Reason::statement_partial, "the sign-in was not finished");
  if (strict) MFA_TRY(check_epoch(statement, account));

  const int32_t aal = statement.evidence.aal();
  const uint64_t max_age = scene.config.session.max_age_s[static_cast<size_t>(std::clamp(aal, 1, 3) - 1)];
  // A level lasts from when it was reached: a weaker factor verified since does not renew it.
  const uint64_t last_s =
      aal == 1 ? std::max(statement.signed_in_s, statement.verified_s) : statement.reached_s(aal);
  if (last_s + max_age < scene.now_s)
    return fail(Status::expired, Reason::statement_expired, "the session is too old");
  if (strict) {
    const Account none;
    const Asked asked = sign_in_need(scene.config, scene.role, account ? *account : none, scene.now_s, false);
    if (asked.need == Need::enroll) {
      return needs(Status::enroll_needed, Reason::policy_enroll_needed,
                   "policy asks for a factor that is not enrolled");
    }
    const bool spared = statement.method == Method::device;
    if (spared) MFA_TRY(check_spared(scene, account, statement));
    if (asked.need == Need::factor && statement.verified_s == 0 && !spared) {
      return needs(Status::factor_needed, Reason::policy_factor_needed, "a factor must be verified");
    }
  }
  // During a grace period the level that roles ask for is not asked for yet; only the account knows of it.
  const bool in_grace = strict ? account && account->grace_since_s != 0 && !account->has_enabled()
                               : statement.verified_s == 0 && statement.method != Method::device;
  const int32_t wanted = need.aal != 0 ? need.aal : in_grace ? 1 : scene.role.min_aal;
  if (aal < wanted) return needs_level(account, strict);
  if (need.method != Method::none && statement.method != need.method) {
    return needs(Status::factor_needed, Reason::policy_other_method, "another method is needed");
  }
  if (need.max_age_s != 0 &&
      (statement.verified_s == 0 || statement.reached_s(wanted) + need.max_age_s < scene.now_s)) {
    return needs(Status::factor_needed, Reason::policy_too_old, "the last verification is too old");
  }
  if (statement.recheck_s != 0 && statement.recheck_s <= scene.now_s) {
    return needs(Status::recheck_due, Reason::policy_recheck_due, "the timed recheck is due");
  }
  return done;
}

}  // namespace mfa::engine
