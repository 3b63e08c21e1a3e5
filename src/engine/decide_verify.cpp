#include <algorithm>

#include "engine/accept.hpp"
#include "engine/decide.hpp"

namespace mfa::engine {
namespace {

otp::TotpParams params_of(const Config &config, const TotpFactor &totp) {
  otp::TotpParams params = config.totp_params();
  params.hash = totp.hash;
  params.digits = totp.digits;
  params.period_s = totp.period_s;
  params.t0_s = totp.t0_s;
  params.drift = otp::drift_steps(totp.drift, config.totp.drift_steps);
  return params;
}

Result<Done> try_totp(const Scene &scene, TotpFactor &totp, std::string_view code) {
  const otp::TotpParams params = params_of(scene.config, totp);
  MFA_TRY(totp.last_step, otp::totp_verify(params, totp.secret.reveal(), totp.last_step, scene.now_s, code));
  totp.drift = otp::drift_after(totp.drift, scene.config.totp.drift_steps,
                                otp::totp_step(params, scene.now_s), totp.last_step);
  return done;
}

// One code, or two in a row to find the counter again (RFC 4226 section 7.4).
Result<Done> try_hotp(const Scene &scene, HotpFactor &hotp, std::string_view code) {
  const HotpConfig &config = scene.config.hotp;
  const otp::HotpParams params{hotp.hash, hotp.digits, config.look_ahead};
  MFA_TRY(const auto two, otp::split_two(code, hotp.digits));
  if (!two) {
    MFA_TRY(hotp.counter, otp::hotp_verify(params, hotp.secret.reveal(), hotp.counter, code));
    return done;
  }
  if (config.resync_range == 0)
    return fail(Status::malformed, Reason::otp_resync_off, "two codes, and resynchronisation is off");
  MFA_TRY(hotp.counter, otp::hotp_resync(params, hotp.secret.reveal(), hotp.counter, config.resync_range,
                                         two->first, two->second));
  return done;
}

// A code on one factor; what the factor keeps moves on only when it is right.
Result<Done> try_code(const Scene &scene, Factor &factor, std::string_view code) {
  if (auto *totp = factor.as<TotpFactor>()) return try_totp(scene, *totp, code);
  if (auto *hotp = factor.as<HotpFactor>()) return try_hotp(scene, *hotp, code);
  return fail(Status::err_argument, Reason::argument_method, "not a method of codes");
}

bool outranks(Status a, Status b) {  // which refusal tells most
  const auto rank = [](Status status) {
    return status == Status::already_used ? 2 : status == Status::wrong ? 1 : 0;
  };
  return rank(a) > rank(b);
}

// Nothing was found out, and another try may find it out.
bool is_breakdown(Status status) { return status == Status::err_no_memory || status == Status::err_internal; }

// RFC 6238 section 5.2: a captured code must not outlive the sign-in that replaced it.
void burn_totp_steps(const Scene &scene, Account &account) {
  for (Factor &factor : account.factors) {
    if (auto *totp = factor.as<TotpFactor>()) {
      const otp::TotpParams params = params_of(scene.config, *totp);
      const uint32_t ahead = params.future + static_cast<uint32_t>(std::max(params.drift, 0));
      totp->last_step = std::max(totp->last_step, otp::totp_step(params, scene.now_s) + ahead);
    }
  }
}

RecoveryCode *find_code(Account &account, const recovery::Stored &row, Factor **owner) {
  for (Factor &factor : account.factors) {
    auto *set = factor.as<RecoveryFactor>();
    if (!set || !factor.enabled) continue;
    for (RecoveryCode &code : set->codes) {
      if (code.stored.selector == row.selector && code.stored.salt == row.salt) {
        *owner = &factor;
        return &code;
      }
    }
  }
  return nullptr;
}

}  // namespace

Decision decide_code(const Scene &scene, Account &account, Method method, std::string_view code) {
  if (const auto allowed = may_verify(scene.config, scene.role, scene.request, method, false);
      !allowed.has_value()) {
    return Decision::no(allowed.error());
  }
  if (const auto ready = may_accept(scene, account); !ready.has_value()) return Decision::no(ready.error());
  if (!account.has_enabled(method)) return Decision::no(unknown_method(scene));
  if (const auto failure = held_off(scene, account, method)) return Decision::no(*failure);

  Factor *right = nullptr;
  std::optional<Failure> refusal, broken;
  for (Factor &factor : account.factors) {
    if (!factor.enabled || factor.method() != method) continue;
    if (right) continue;
    const auto tried = try_code(scene, factor, code);
    if (tried.has_value()) {
      right = &factor;
    } else if (is_breakdown(tried.error().status)) {
      broken = tried.error();
    } else if (!refusal || outranks(tried.error().status, refusal->status)) {
      refusal = tried.error();
    }
  }
  if (right) {
    settle(account, scene.config, method);
    return accept(scene, account, *right, Verified{});
  }
  // The code may have been right for a factor that could not be tried; where others compared it, it was a
  // guess all the same.
  const bool compared = refusal && refusal->status == Status::wrong;
  if (broken && !compared) return Decision::no(*broken);
  if (compared) return charged_no(scene, account, method, broken ? *broken : *refusal);
  return Decision::no(*refusal);  // malformed compared nothing; a spent code tells nothing that still works
}

Decision reserve_recovery(const Scene &scene, Account &account, const recovery::Code &code,
                          Reserved &reserved) {
  if (const auto allowed = may_verify(scene.config, scene.role, scene.request, Method::recovery, false);
      !allowed.has_value()) {
    return Decision::no(allowed.error());
  }
  if (const auto ready = may_accept(scene, account); !ready.has_value()) return Decision::no(ready.error());
  if (!account.has_enabled(Method::recovery)) return Decision::no(unknown_method(scene));
  if (const auto failure = held_off(scene, account, Method::recovery)) return Decision::no(*failure);

  reserved = Reserved{};
  reserved.row.cost = scene.config.recovery_cost();
  for (const Factor &factor : account.factors) {
    const auto *set = factor.as<RecoveryFactor>();
    if (!set || !factor.enabled) continue;
    for (const RecoveryCode &stored : set->codes) {
      if (stored.stored.selector != code.selector) continue;
      reserved = Reserved{true, stored.stored};
    }
  }
  return charged_no(scene, account, Method::recovery,
                    fail(Status::wrong, Reason::account_wrong_code, "a wrong recovery code"));
}

Decision settle_recovery(const Scene &scene, Account &account, const Reserved &reserved, ByteView hash) {
  const auto wrong = fail(Status::wrong, Reason::account_wrong_code, "a wrong recovery code");
  if (!reserved.known || !same_secret(reserved.row.hash, hash)) return Decision::no(wrong);
  // What reserve found is looked at anew: the account may have changed while the hash was computed.
  if (const auto allowed = may_verify(scene.config, scene.role, scene.request, Method::recovery, false);
      !allowed.has_value()) {
    return Decision::no(allowed.error());
  }
  if (const auto ready = may_accept(scene, account); !ready.has_value()) return Decision::no(ready.error());
  Factor *owner = nullptr;
  RecoveryCode *code = find_code(account, reserved.row, &owner);
  if (!code) return Decision::no(wrong);
  if (code->used_s != 0) {
    return Decision::no(
        fail(Status::already_used, Reason::recovery_code_used, "the recovery code was used before"));
  }
  const Bytes used = owner->id;  // the factors move when devices go
  code->used_s = std::max<uint64_t>(scene.now_s, 1);
  refund(account, scene.config, Method::recovery);
  forget_refusal(account, Method::recovery, Reason::account_wrong_code);
  burn_totp_steps(scene, account);
  if (scene.config.recovery.forgets_devices) forget_devices(account);
  owner = account.find(used);
  return accept(scene, account, *owner, Verified{});
}

}  // namespace mfa::engine
