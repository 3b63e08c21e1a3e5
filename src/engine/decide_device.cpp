// Trusted devices: their cookie at sign-in, and the browser that is remembered after a full second factor.
#include <algorithm>

#include "engine/accept.hpp"
#include "engine/decide.hpp"
#include "methods/device/agent.hpp"

namespace mfa::engine {
namespace {

constexpr uint64_t kDay_s = 86400;

Failure unknown_device() {
  return fail(Status::not_found, Reason::device_unknown, "no trusted device of this user");
}

// Factor * of an Account, const Factor * of a const one.
template <class Held>
auto find_device(Held &account, const device::Selector &selector) {
  const auto at = std::find_if(account.factors.begin(), account.factors.end(), [&](const Factor &factor) {
    const auto *device = factor.template as<DeviceFactor>();
    return device && factor.enabled && device->selector == selector;
  });
  return at == account.factors.end() ? nullptr : &*at;
}

uint64_t left_s(const Scene &scene, const Factor &factor) {
  const uint64_t end_s = factor.added_s + scene.config.device.absolute_days * kDay_s;
  return end_s > scene.now_s ? end_s - scene.now_s : 0;
}

// Somebody has a copy of the cookie: whoever came, neither is trusted from here on.
Decision reused(const Scene &scene, Account &account, const Bytes &id) {
  std::erase_if(account.factors, [&](const Factor &factor) { return same(factor.id, id); });
  account.serial++;
  remember(account, entry_of(scene, "device_reused", Method::device, id), scene.config.events_in_account);
  Failure failure = fail(Status::wrong, Reason::device_reused,
                         "an old cookie of a trusted device came back: it is trusted no more");
  failure.signals = MFA_SIGNAL_DEVICE_REUSED;
  Event event = event_of(scene, "device_reused", Method::device, id);
  event.status = failure.status;
  event.reason = failure.reason;
  event.signals = failure.signals;
  event.serial = account.serial;
  Decision decision = Decision::recorded_no(std::move(failure));
  decision.events.push_back(std::move(event));
  return decision;
}

Decision spared(const Scene &scene, Account &account, Factor &factor) {
  Accepted accepted;
  accepted.method = Method::device;
  accepted.factor = factor.id;
  accepted.signals = enroll_signals(scene.config, scene.role, account);
  accepted.evidence.proven = scene.request.proven;
  // Verified at no time: what asks for a fresh factor finds none.
  Statement statement = statement_for(scene, account.epoch, accepted.evidence);
  statement.method = Method::device;
  statement.factor = factor.id;
  statement.recheck_s = recheck_at(scene, Method::device);
  accepted.statement = std::move(statement);
  factor.last_used_s = scene.now_s;
  account.serial++;
  remember(account, entry_of(scene, "verified", Method::device, factor.id), scene.config.events_in_account);
  Event event = event_of(scene, "verified", Method::device, factor.id);
  event.signals = accepted.signals;
  event.serial = account.serial;
  describe(scene, account, accepted);
  Decision decision{std::move(accepted), true};
  decision.events.push_back(std::move(event));
  return decision;
}

Result<Done> may_present(const Scene &scene, const Account &account) {
  if (scene.request.purpose != Purpose::login) {
    return fail(Status::denied, Reason::policy_device_purpose, "a trusted device signs in, and nothing else");
  }
  MFA_TRY(may_trust_device(scene.config, scene.role));
  if (scene.request.proven == 0) {
    return fail(Status::denied, Reason::policy_not_alone,
                "a trusted device needs a password or another first proof");
  }
  if (!account.has_enabled()) return unknown_device();
  return done;
}

// What a session must show to have its browser remembered: the factor, not what stands in for it.
Result<Done> may_remember(const Scene &scene, const Account &account) {
  MFA_TRY(may_trust_device(scene.config, scene.role));
  if (!scene.config.device.remember) {
    return fail(Status::denied, Reason::policy_method_forbidden, "device.remember is off");
  }
  MFA_TRY(may_manage(scene, account, false));
  const Statement &statement = scene.statement.value();
  if (!account.has_enabled()) {
    return fail(Status::denied, Reason::policy_device_first, "there is no factor that a device could spare");
  }
  if (statement.reached_s(2) == 0 || statement.method == Method::email ||
      statement.reached_s(2) + scene.config.session.step_up_max_age_s < scene.now_s) {
    return fail(Status::factor_needed, Reason::policy_too_old, "verify a full second factor again");
  }
  return done;
}

}  // namespace

uint64_t device_expires_s(const Config &config, const Factor &factor) {
  const uint64_t used_s = std::max(factor.last_used_s, factor.added_s);
  return std::min(factor.added_s + config.device.absolute_days * kDay_s,
                  used_s + config.device.idle_days * kDay_s);
}

bool device_is_over(const Scene &scene, const Factor &factor) {
  return device_expires_s(scene.config, factor) <= scene.now_s || is_misdated(factor.added_s, scene.now_s);
}

void forget_devices(Account &account) {
  std::erase_if(account.factors, [](const Factor &factor) { return factor.method() == Method::device; });
  account.pairing.reset();
  account.throttle.relief.clear();
}

Bytes known_browser(const Scene &scene, const Account &account) {
  for (const device::Token &token : scene.known.devices) {
    const Factor *factor = find_device(account, token.selector);
    if (!factor || device_is_over(scene, *factor)) continue;
    // As it would be judged at sign-in, and changing nothing.
    device::Chain chain = factor->as<DeviceFactor>()->chain;
    const auto presented = device::present(chain, device::digest_of(token.verifier), {}, scene.now_s,
                                           scene.config.device.rotate_grace_s);
    if (presented != device::Presented::reused) return factor->id;
  }
  const auto &remembered = scene.known.remembered;
  if (remembered && remembered->user == account.user &&
      check_remembered(*remembered, &account, scene.now_s).has_value())
    return copy_of(remembered->id);
  return {};
}

Decision decide_device(const Scene &scene, Account &account, const Secret &fresh, Cookied &cookied) {
  cookied = {};
  if (const auto allowed = may_present(scene, account); !allowed.has_value())
    return Decision::no(allowed.error());
  for (const device::Token &token : scene.known.devices) {
    Factor *factor = find_device(account, token.selector);
    if (!factor) continue;
    if (device_is_over(scene, *factor)) {
      return Decision::no(
          fail(Status::expired, Reason::device_expired, "the device was trusted for too long"));
    }
    const auto presented =
        device::present(factor->as<DeviceFactor>()->chain, device::digest_of(token.verifier),
                        device::digest_of(fresh), scene.now_s, scene.config.device.rotate_grace_s);
    switch (presented) {
      case device::Presented::reused: return reused(scene, account, copy_of(factor->id));
      case device::Presented::renewed: cookied = {true, token.selector, left_s(scene, *factor)}; break;
      case device::Presented::accepted: break;
    }
    return spared(scene, account, *factor);
  }
  return Decision::no(unknown_device());
}

Decision decide_remember(const Scene &scene, Account &account, const device::Token &token,
                         std::string_view label, Cookied &cookied) {
  cookied = {};
  if (const auto allowed = may_remember(scene, account); !allowed.has_value())
    return Decision::no(allowed.error());
  auto name = label_of(scene.config, Method::device, label);
  if (!name.has_value()) return Decision::no(name.error());
  // The browser that is remembered again has one device, not two.
  const Bytes before = known_browser(scene, account);
  std::erase_if(account.factors, [&](const Factor &factor) {
    return factor.method() == Method::device && (same(factor.id, before) || device_is_over(scene, factor));
  });
  Decision decision = add_device(scene, account, token, std::move(name).value(),
                                 device::name_of_agent(scene.request.user_agent), cookied);
  if (decision.answer.has_value()) {
    decision.answer.value().statement = scene.statement.value();
    decision.answer.value().evidence = scene.statement.value().evidence;
  }
  return decision;
}

Decision add_device(const Scene &scene, Account &account, const device::Token &token, std::string label,
                    std::string agent, Cookied &cookied) {
  if (account.count(Method::device) >= scene.config.of(Method::device).max_factors) {
    return Decision::no(
        fail(Status::denied, Reason::policy_max_factors, "the account has as many devices as policy allows"));
  }
  Factor factor;
  factor.label = std::move(label);
  factor.added_s = scene.now_s;
  DeviceFactor device{token.selector, std::move(agent), {}};
  device.chain.current = device::digest_of(token.verifier);
  factor.detail = std::move(device);
  const Factor &added = add_factor(scene, account, std::move(factor));
  cookied = {true, token.selector, left_s(scene, added)};
  account.serial++;
  remember(account, entry_of(scene, "enrolled", Method::device, added.id), scene.config.events_in_account);
  Event event = event_of(scene, "enrolled", Method::device, added.id);
  event.user = account.user;
  event.serial = account.serial;
  Accepted accepted;
  accepted.method = Method::device;
  accepted.factor = added.id;
  describe(scene, account, accepted);
  Decision decision{std::move(accepted), true};
  decision.events.push_back(std::move(event));
  return decision;
}

}  // namespace mfa::engine
