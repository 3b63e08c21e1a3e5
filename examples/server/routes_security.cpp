// The security page: what protects the account, and what happened to it.
#include "account_page.hpp"
#include "signing.hpp"

namespace demo {
namespace {

constexpr size_t kActivityShown = 10;

void set_factors(View &view, const Account &account) {
  for (size_t i = 0; i < mfa_account_factor_count(account.get()); i++) {
    mfa_factor factor = MFA_FACTOR_INIT;
    if (mfa_account_factor(account.get(), i, &factor) != MFA_OK || factor.method == MFA_METHOD_RECOVERY)
      continue;
    View &row = view.add_row("factors");
    row.set(std::string("is_") + mfa_method_name(factor.method), true).set("id", view_of(factor.id));
    row.set("label", view_of(factor.label)).set("device", view_of(factor.device));
    row.set("address", view_of(factor.address));
    row.set("disabled", !factor.enabled).set("enabled", factor.enabled != 0);
    row.set("can_disable", factor.can_disable != 0).set("can_remove", factor.can_remove != 0);
    set_time(row, "added", factor.added_s);
    if (factor.last_used_s > 0) set_time(row, "used", factor.last_used_s);
    if (factor.expires_s > 0) set_time(row, "expires", factor.expires_s);
    row.set("paused", factor.locked_until_s > unix_s());
  }
}

void set_methods(View &view, const Account &account) {
  for (size_t i = 0; i < mfa_account_method_count(account.get()); i++) {
    mfa_method_info info = MFA_METHOD_INFO_INIT;
    if (mfa_account_method(account.get(), i, &info) != MFA_OK) continue;
    if (info.can_enroll) view.set(std::string("can_add_") + mfa_method_name(info.method), true);
    if (info.factors > 0 && info.method != MFA_METHOD_RECOVERY && info.method != MFA_METHOD_DEVICE)
      view.set("protected", true);
  }
}

void set_recovery(View &view, const Account &account) {
  uint64_t left = mfa_account_number(account.get(), MFA_ACCOUNT_RECOVERY_REMAINING);
  if (left > 0) view.set("recovery_left", left).set("recovery_one", left == 1);
  view.set("recovery_low", left > 0 && left <= 3);
  view.set("recovery_due", mfa_account_number(account.get(), MFA_ACCOUNT_MUST_ENROLL_RECOVERY) != 0);
}

Response get_security(Site &site, Visit &visit) {
  Answer<Account> seen = site.engine.account(site.asks(visit, MFA_PURPOSE_MANAGE));
  if (!seen.yes()) {
    return say_no(site, visit, seen.error, explain(seen.error, Doing::changing, MFA_METHOD_NONE), "/");
  }
  View view;
  set_factors(view, seen.value);
  set_methods(view, seen.value);
  set_recovery(view, seen.value);
  set_activity(view, site, seen.value, kActivityShown);
  view.set("recovered", visit.session->recovered);
  if (uint64_t until_s = mfa_account_number(seen.value.get(), MFA_ACCOUNT_GRACE_UNTIL_S)) {
    set_time(view, "grace_until", until_s);
  }
  return site.page(visit, 200, "security", "Security", std::move(view));
}

// On the way in, where policy asks for a factor that is not there yet.
Response get_enroll(Site &site, Visit &visit) {
  return site.page(visit, 200, "enroll", "Set up a second step");
}

constexpr Route kRoutes[] = {
    {"GET", "/security", Access::signed_in, Speaks::html, get_security},
    {"GET", "/enroll", Access::password_done, Speaks::html, get_enroll},
};

}  // namespace

std::span<const Route> security_routes() { return kRoutes; }

}  // namespace demo
