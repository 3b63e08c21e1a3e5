#include "engine/policy.hpp"

#include <algorithm>

namespace mfa::engine {
namespace {

constexpr uint64_t kDay_s = 86400;

bool has(const Methods &methods, Method method) { return methods.count(method) != 0; }

void tighten(RoleConfig &into, const RoleConfig &role) {
  into.mfa = std::max(into.mfa, role.mfa);
  into.min_aal = std::max(into.min_aal, role.min_aal);
  into.grace_days = std::min(into.grace_days, role.grace_days);
  into.grace_reminders = std::min(into.grace_reminders, role.grace_reminders);
  into.trusted_device = into.trusted_device && role.trusted_device;
  Methods both;
  std::set_intersection(into.methods.begin(), into.methods.end(), role.methods.begin(), role.methods.end(),
                        std::inserter(both, both.end()));
  into.methods = std::move(both);
}

bool stands_for_its_user(const Factor &factor) {
  return factor.enabled && is_factor(factor.method()) && factor.method() != Method::recovery;
}

// Level of a sign-in with a password and this factor, at its best.
int32_t best_level(const Factor &factor) {
  Evidence evidence{.proven = MFA_PROVEN_PASSWORD, .methods = {}};
  Verified verified;
  if (const auto *credential = factor.as<webauthn::Credential>()) {
    verified.user_verified = credential->uv_initialized;
    verified.device_bound = (credential->flags & webauthn::kBackupEligible) == 0;
    verified.attested = (credential->flags & webauthn::kTrusted) != 0;
  }
  evidence.add(factor.method(), verified);
  return evidence.aal();
}

// With this one its user can sign in as policy asks.
bool satisfies(const Config &config, const RoleConfig &role, const Factor &factor) {
  const Method method = factor.method();
  const auto *key = factor.as<U2fFactor>();
  return stands_for_its_user(factor) && config.allows(method) && has(role.methods, method) &&
         (!key || key->app_id == config.u2f.app_id) && best_level(factor) >= role.min_aal;
}

// Of those that are left at least one must do what this one does.
Result<Done> not_the_last(const Config &config, const RoleConfig &role, const Account &account,
                          const Factor &factor) {
  if (config.policy.last_factor_removable || !stands_for_its_user(factor)) return done;
  const bool is_needed = satisfies(config, role, factor);
  const bool another = std::any_of(account.factors.begin(), account.factors.end(), [&](const Factor &other) {
    return &other != &factor && (is_needed ? satisfies(config, role, other) : stands_for_its_user(other));
  });
  if (!another)
    return fail(Status::denied, Reason::policy_last_factor,
                "the last factor that satisfies policy cannot be taken away");
  return done;
}

}  // namespace

void Evidence::add(Method method, const Verified &verified) {
  methods.insert(method);
  user_verified |= verified.user_verified;
  device_bound |= verified.device_bound;
  // Of one key: what two have in part makes no third that has it all.
  hardware |=
      method == Method::webauthn && verified.user_verified && verified.device_bound && verified.attested;
}

int32_t Evidence::aal() const {
  if (hardware) return 3;
  if (has(methods, Method::webauthn) && user_verified) return 2;
  const bool possession = has(methods, Method::webauthn) || has(methods, Method::totp) ||
                          has(methods, Method::hotp) || has(methods, Method::u2f);
  return possession && proven != 0 ? 2 : 1;
}

std::string Evidence::amr() const {
  std::string text;
  const auto add = [&](const char *value) {
    if (!text.empty()) text += ',';
    text += value;
  };
  if ((proven & MFA_PROVEN_PASSWORD) != 0) add("pwd");
  if (has(methods, Method::totp) || has(methods, Method::hotp)) add("otp");
  if (has(methods, Method::webauthn) || has(methods, Method::u2f)) add(device_bound ? "hwk" : "swk");
  if (user_verified) add("user");
  if (aal() >= 2) add("mfa");
  return text;
}

RoleConfig combined(const PolicyConfig &policy, const std::vector<std::string_view> &roles) {
  RoleConfig result;
  bool first = true;
  const auto add = [&](const std::string &name) {
    const auto at = policy.roles.find(name);
    if (at == policy.roles.end()) return;
    if (first) {
      result = at->second;
    } else {
      tighten(result, at->second);
    }
    first = false;
  };
  add("*");
  for (const auto role : roles) {
    if (role != "*") add(std::string(role));
  }
  return result;
}

bool alone_needs_user_verification(const Config &config, Method method) {
  for (const Alone &alone : config.policy.alone) {
    if (alone.method == method && !alone.user_verification) return false;
  }
  return true;
}

Result<Done> may_verify(const Config &config, const RoleConfig &role, const Request &request, Method method,
                        bool user_verification) {
  if (!config.allows(method) || !has(role.methods, method)) {
    return fail(Status::denied, Reason::policy_method_forbidden, "policy forbids this method");
  }
  switch (request.purpose) {
    case Purpose::login: {
      if (request.proven != 0 || has(config.unsafe.alone_methods, method)) return done;
      const bool alone = std::any_of(
          config.policy.alone.begin(), config.policy.alone.end(),
          [&](const Alone &a) { return a.method == method && (user_verification || !a.user_verification); });
      if (!alone) {
        return fail(Status::denied, Reason::policy_not_alone,
                    "this method needs a password or another first proof");
      }
      return done;
    }
    case Purpose::step_up:
      if (!has(config.session.step_up_methods, method)) {
        return fail(Status::denied, Reason::policy_step_up_method,
                    "policy does not step up with this method");
      }
      return done;
    case Purpose::approve:
      if (!has(config.approval.methods, method)) {
        return fail(Status::denied, Reason::policy_approval_method,
                    "policy does not approve with this method");
      }
      return done;
    case Purpose::manage: break;
  }
  return fail(Status::err_argument, Reason::argument_purpose,
              "verify with MFA_PURPOSE_STEP_UP before MFA_PURPOSE_MANAGE");
}

bool has_mail_unasked(const Config &config, const RoleConfig &role, const Account &account) {
  return config.email.enforced && config.allows(Method::email) && has(role.methods, Method::email) &&
         account.count(Method::email) == 0;
}

bool is_guarded(const Config &config, const RoleConfig &role, const Account &account) {
  return account.has_enabled() || has_mail_unasked(config, role, account);
}

Asked sign_in_need(const Config &config, const RoleConfig &role, const Account &account, uint64_t now_s,
                   bool starting) {
  if (role.mfa == Requirement::off) return {};
  // Fails closed: a factor whose method policy no longer allows still bars a sign-in by password alone.
  if (is_guarded(config, role, account)) return {Need::factor, 0};
  if (role.mfa == Requirement::optional && role.min_aal == 1) return {};
  if (role.grace_days == 0) return {Need::enroll, 0};
  const uint64_t since = account.grace_since_s == 0 ? now_s : std::min(account.grace_since_s, now_s);
  const uint64_t until = since + role.grace_days * kDay_s;
  const uint32_t used = account.grace_since_s == 0 ? 0 : account.grace_used;
  const bool spent = used > role.grace_reminders || (starting && used == role.grace_reminders);
  return {until > now_s && !spent ? Need::enroll_soon : Need::enroll, until};
}

Result<Done> has_room(const Config &config, const Account &account, Method method) {
  if (account.count(method) >= config.of(method).max_factors) {
    return fail(Status::denied, Reason::policy_max_factors,
                "the account has as many factors of this method as policy allows");
  }
  const auto all = std::count_if(account.factors.begin(), account.factors.end(),
                                 [](const Factor &factor) { return is_factor(factor.method()); });
  if (is_factor(method) && static_cast<size_t>(all) >= config.policy.max_factors) {
    return fail(Status::denied, Reason::policy_max_factors,
                "the account has as many factors as policy allows");
  }
  return done;
}

Result<Done> may_remove(const Config &config, const RoleConfig &role, const Account &account,
                        const Factor &factor) {
  if (factor.enterprise) {
    return fail(Status::denied, Reason::policy_enterprise_owned, "this factor belongs to the enterprise");
  }
  if (!config.of(factor.method()).user_may_remove) {
    return fail(Status::denied, Reason::policy_may_not_remove,
                "policy does not let users remove this method");
  }
  return not_the_last(config, role, account, factor);
}

Result<Done> may_disable(const Config &config, const RoleConfig &role, const Account &account,
                         const Factor &factor) {
  if (factor.enterprise) {
    return fail(Status::denied, Reason::policy_enterprise_owned, "this factor belongs to the enterprise");
  }
  if (!config.of(factor.method()).user_may_disable) {
    return fail(Status::denied, Reason::policy_may_not_disable,
                "policy does not let users disable this method");
  }
  return not_the_last(config, role, account, factor);
}

Result<Done> may_trust_device(const Config &config, const RoleConfig &role) {
  if (!config.allows(Method::device) || !role.trusted_device) {
    return fail(Status::denied, Reason::policy_method_forbidden, "policy forbids trusted devices");
  }
  if (role.min_aal > 1) {
    return fail(Status::denied, Reason::policy_device_level,
                "a trusted device does not reach the level needed");
  }
  return done;
}

uint32_t enroll_signals(const Config &config, const RoleConfig &role, const Account &account) {
  uint32_t signals = 0;
  const bool primary = account.primary_enabled() > 0;
  if (!primary &&
      (role.mfa == Requirement::required || (role.mfa == Requirement::optional && role.min_aal > 1)))
    signals |= MFA_SIGNAL_MUST_ENROLL;
  if (primary && config.recovery.required && account.recovery_remaining() == 0) {
    signals |= MFA_SIGNAL_MUST_ENROLL_RECOVERY;
  }
  return signals;
}

}  // namespace mfa::engine
