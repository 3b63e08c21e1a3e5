#include "engine/view.hpp"

#include <algorithm>

#include "core/encoding.hpp"
#include "core/json.hpp"
#include "engine/decide.hpp"

namespace mfa::engine {
namespace {

uint64_t last_used_s(const Account &account, Method method) {
  uint64_t last = 0;
  for (const Factor &factor : account.factors) {
    if (factor.method() == method && factor.enabled) last = std::max(last, factor.last_used_s);
  }
  return last;
}

int32_t level_of(const Config &config, const Request &request, Method method) {
  Evidence evidence;
  evidence.proven = request.proven;
  evidence.methods = {method};
  evidence.user_verified =
      method == Method::webauthn &&
      (request.proven == 0 || config.webauthn.user_verification == webauthn::UserVerification::required);
  return evidence.aal();
}

// Keys of U2F sign in through WebAuthn too.
bool may_use(const Config &config, const RoleConfig &role, const Request &request, const Factor &factor,
             Method method) {
  if (!factor.enabled) return false;
  const auto *key = factor.as<U2fFactor>();
  if (!key) return factor.method() == method;
  if (key->app_id != config.u2f.app_id) return false;
  return method == Method::u2f ||
         (method == Method::webauthn && config.has_app_id() &&
          config.webauthn.user_verification != webauthn::UserVerification::required &&
          may_verify(config, role, request, Method::u2f, false).has_value());
}

MethodRow row_of(const Config &config, const RoleConfig &role, const Request &request, const Account &account,
                 Method method, uint64_t now_s) {
  MethodRow row;
  row.method = method;
  row.label = config.of(method).label;
  Request asked = request;
  if (asked.purpose == Purpose::manage) asked.purpose = Purpose::step_up;
  bool usable = method == Method::email && has_mail_unasked(config, role, account);
  for (const Factor &factor : account.factors) {
    row.factors += factor.method() == method && factor.enabled ? 1 : 0;
    usable = usable || may_use(config, role, asked, factor, method);
  }
  row.can_verify = usable && may_verify(config, role, asked, method, true).has_value() &&
                   (method != Method::recovery || account.recovery_remaining() > 0);
  const bool room = method == Method::recovery ? account.primary_enabled() > 0
                                               : has_room(config, account, method).has_value();
  const bool on_the_way_in =
      request.purpose == Purpose::login && !is_guarded(config, role, account) && request.proven != 0;
  row.can_enroll = config.allows(method) && role.methods.count(method) != 0 && room &&
                   (method != Method::u2f || config.u2f.enroll_raw) &&
                   (request.purpose == Purpose::manage || on_the_way_in);
  if (method == Method::device) {
    row.can_enroll = config.device.pairing && room && account.has_enabled() &&
                     request.purpose == Purpose::manage && may_trust_device(config, role).has_value();
  }
  row.aal = level_of(config, request, method);
  row.locked_until_s = row.factors > 0 ? locked_until_s(account, config, method, now_s) : 0;
  return row;
}

void write(json::Writer &out, const MethodRow &row) {
  out.begin_object().member("method", name_of(row.method)).member("label", row.label);
  out.member("can_verify", row.can_verify)
      .member("can_enroll", row.can_enroll)
      .member("factors", row.factors);
  out.member("aal", row.aal).member("locked_until_s", row.locked_until_s).end_object();
}

void write(json::Writer &out, const FactorRow &row) {
  out.begin_object().member("id", row.id).member("method", name_of(row.method)).member("label", row.label);
  out.member("enabled", row.enabled)
      .member("can_disable", row.can_disable)
      .member("can_remove", row.can_remove);
  out.member("enterprise", row.enterprise)
      .member("added_s", row.added_s)
      .member("last_used_s", row.last_used_s);
  if (!row.address.empty()) out.member("address", row.address);
  if (!row.device.empty()) out.member("device", row.device);
  if (row.expires_s != 0) out.member("expires_s", row.expires_s);
  out.member("locked_until_s", row.locked_until_s).end_object();
}

void write(json::Writer &out, const Entry &entry) {
  out.begin_object().member("at_s", entry.at_s).member("event", entry.event);
  if (entry.method != Method::none) out.member("method", name_of(entry.method));
  if (!entry.factor.empty()) out.member("factor", base64url(entry.factor));
  if (!entry.source.empty()) out.member("source", entry.source);
  if (entry.reason != Reason::none) out.member("reason", name_of(entry.reason));
  out.member("count", entry.count).end_object();
}

const char *name_of(Need need) {
  switch (need) {
    case Need::nothing: return "nothing";
    case Need::factor: return "factor";
    case Need::enroll: return "enroll";
    case Need::enroll_soon: return "enroll_soon";
  }
  return "nothing";
}

}  // namespace

View view_of(const Config &config, const RoleConfig &role, const Request &request, const Account &account,
             uint64_t now_s) {
  View view;
  const Asked asked = sign_in_need(config, role, account, now_s, true);
  view.need = asked.need;
  view.grace_until_s = asked.grace_until_s;
  // Someone who proved nothing yet is told what may be tried, and no more.
  const bool stranger = request.purpose == Purpose::login && request.proven == 0;
  if (!stranger) {
    view.recovery_remaining = account.recovery_remaining();
    view.must_enroll_recovery =
        (enroll_signals(config, role, account) & MFA_SIGNAL_MUST_ENROLL_RECOVERY) != 0;
  }
  view.aal_needed = role.min_aal;
  view.serial = account.serial;
  for (const Method method : kMethods) {
    const MethodRow row = row_of(config, role, request, account, method, now_s);
    if (row.can_verify || row.can_enroll || (row.factors > 0 && !stranger)) view.methods.push_back(row);
  }
  if (config.offer_order == Order::last_used) {
    // Recovery codes stay last: they are the way back, not a habit.
    std::stable_sort(view.methods.begin(), view.methods.end(), [&](const MethodRow &a, const MethodRow &b) {
      if ((a.method == Method::recovery) != (b.method == Method::recovery))
        return b.method == Method::recovery;
      return last_used_s(account, a.method) > last_used_s(account, b.method);
    });
  }
  if (stranger) return view;
  view.recent = account.recent;
  for (const Factor &factor : account.factors) {
    FactorRow row;
    row.method = factor.method();
    row.id = base64url(factor.id);
    row.label = factor.label;
    row.enabled = factor.enabled;
    row.can_disable = may_disable(config, role, account, factor).has_value();
    row.can_remove = may_remove(config, role, account, factor).has_value();
    row.enterprise = factor.enterprise;
    row.added_s = factor.added_s;
    row.last_used_s = factor.last_used_s;
    if (const auto *mail = factor.as<EmailFactor>()) row.address = email::masked(mail->address);
    if (const auto *device = factor.as<DeviceFactor>()) {
      row.device = device->agent;
      row.expires_s = device_expires_s(config, factor);
    }
    row.locked_until_s = locked_until_s(account, config, factor.method(), now_s);
    view.factors.push_back(std::move(row));
  }
  return view;
}

std::string view_json(const View &view) {
  json::Writer out;
  out.begin_object().member("need", name_of(view.need)).member("grace_until_s", view.grace_until_s);
  out.member("aal_needed", view.aal_needed).member("recovery_remaining", view.recovery_remaining);
  out.member("must_enroll_recovery", view.must_enroll_recovery).member("serial", view.serial);
  out.key("methods").begin_array();
  for (const MethodRow &row : view.methods) write(out, row);
  out.end_array().key("factors").begin_array();
  for (const FactorRow &row : view.factors) write(out, row);
  out.end_array().key("recent").begin_array();
  for (auto entry = view.recent.rbegin(); entry != view.recent.rend(); ++entry) write(out, *entry);
  out.end_array().end_object();
  return out.take();
}

}  // namespace mfa::engine
