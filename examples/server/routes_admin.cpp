// What administrators do: see who is here and what protects them, and open what is locked or lost.
#include <algorithm>

#include "account_page.hpp"
#include "log.hpp"

namespace demo {
namespace {

constexpr size_t kUsersShown = 50;
constexpr size_t kActivityShown = 20;
constexpr int32_t kLevel = 2;          // of the administrator's own session
constexpr uint64_t kFreshFor_s = 300;  // how long ago its factor may have been verified, to change anything

struct Deed {
  std::string_view name;
  mfa_admin_action action;
  std::string_view title, text;
};
constexpr Deed kDeeds[] = {
    {"unlock", MFA_ADMIN_UNLOCK, "Unlocked", "Codes may be tried again."},
    {"enable", MFA_ADMIN_FACTOR_ENABLE, "Turned on", ""},
    {"disable", MFA_ADMIN_FACTOR_DISABLE, "Turned off", "Its sessions were ended."},
    {"remove", MFA_ADMIN_FACTOR_REMOVE, "Removed", "Its sessions were ended."},
    {"sign_out", MFA_ADMIN_SIGN_OUT, "Signed out everywhere", ""},
    {"forget_devices", MFA_ADMIN_FORGET_DEVICES, "Devices forgotten",
     "No browser spares this account its factor."},
    {"reset", MFA_ADMIN_RESET, "Reset", "Factors, devices and codes are gone; the password is as it was."},
};

std::string page_of(std::string_view id) { return "/admin/user?id=" + percent_encode(id); }

// Nothing: go on. Users who are no administrators see what they would see at an address that is not there.
std::optional<Response> keep_out(Site &site, Visit &visit, const std::string &here, uint64_t max_age_s) {
  if (!site.is_admin(visit)) return no_such_page(site, visit);
  mfa_session_need need = MFA_SESSION_NEED_INIT;
  need.aal = kLevel;
  need.max_age_s = max_age_s;
  mfa_error error = site.engine.session_check(site.asks(visit, MFA_PURPOSE_STEP_UP), &need);
  if (error.status == MFA_OK) return std::nullopt;
  return say_no(site, visit, error, explain(error, Doing::verifying, MFA_METHOD_NONE), here);
}

void set_user(View &view, const User &user) {
  view.set("name", std::string_view(user.name)).set("id", std::string_view(user.id));
  view.set("staff", user.staff);
  if (user.created_s > 0) set_time(view, "created", user.created_s);
}

Response get_users(Site &site, Visit &visit) {
  if (auto stopped = keep_out(site, visit, "/admin", 0)) return std::move(*stopped);
  // One more than is shown tells whether there is another page.
  std::vector<User> users = site.users.after(visit.query("after"), kUsersShown + 1);
  View view;
  if (users.size() > kUsersShown) {
    users.pop_back();
    view.set("next", std::string_view(percent_encode(users.back().name)));
  }
  for (const User &user : users) {
    View &row = view.add_row("users");
    set_user(row, user);
    row.set("id_encoded", std::string_view(percent_encode(user.id)));
  }
  view.set("later", !visit.query("after").empty());
  return site.page(visit, 200, "admin", "Users", std::move(view));
}

std::string_view kind_of(mfa_method method) {
  switch (method) {
    case MFA_METHOD_WEBAUTHN: return "Passkey or security key";
    case MFA_METHOD_U2F: return "Old security key";
    case MFA_METHOD_TOTP: return "Authenticator app";
    case MFA_METHOD_HOTP: return "Hardware token";
    case MFA_METHOD_EMAIL: return "Code by mail";
    case MFA_METHOD_RECOVERY: return "Recovery codes";
    case MFA_METHOD_DEVICE: return "Trusted device";
    default: return mfa_method_name(method);
  }
}

void set_factors(View &view, const Account &account) {
  for (size_t i = 0; i < mfa_account_factor_count(account.get()); i++) {
    mfa_factor factor = MFA_FACTOR_INIT;
    if (mfa_account_factor(account.get(), i, &factor) != MFA_OK) continue;
    View &row = view.add_row("factors");
    std::string_view kind = kind_of(factor.method);
    row.set("factor", view_of(factor.id)).set("kind", kind);
    row.set("label", factor.label.len > 0 ? view_of(factor.label) : kind);
    row.set("device", view_of(factor.device)).set("address", view_of(factor.address));
    row.set("enabled", factor.enabled != 0).set("locked", factor.locked_until_s > unix_s());
    set_time(row, "added", factor.added_s);
    if (factor.last_used_s > 0) set_time(row, "used", factor.last_used_s);
  }
}

Response get_user(Site &site, Visit &visit) {
  const std::string here = page_of(visit.query("id"));
  if (auto stopped = keep_out(site, visit, here, 0)) return std::move(*stopped);
  std::optional<User> user = site.users.by_id(visit.query("id"));
  if (!user) return no_such_page(site, visit);
  mfa_request request = MFA_REQUEST_INIT;
  request.purpose = MFA_PURPOSE_MANAGE;
  request.user = text_of(user->id);
  Answer<Account> seen = site.engine.account(request);
  if (!seen.yes()) {
    return say_no(site, visit, seen.error, explain(seen.error, Doing::changing, MFA_METHOD_NONE), "/admin");
  }
  View view;
  set_user(view, *user);
  set_factors(view, seen.value);
  set_activity(view, site, seen.value, kActivityShown);
  view.set("own", user->id == visit.session->user);
  return site.page(visit, 200, "admin-user", user->name, std::move(view));
}

Message nothing_there() {
  Message message;
  message.kind = "warn";
  message.title = "There was nothing to do";
  message.text = "This account has no such factor, or none at all.";
  message.status = "MFA_NOT_FOUND";
  return message;
}

Response do_deed(Site &site, Visit &visit, const User &user, const Deed &deed) {
  mfa_error error =
      site.engine.admin(deed.action, user.id, visit.form("factor"), std::string_view(visit.session->name));
  if (error.status == MFA_NOT_FOUND && deed.action == MFA_ADMIN_SIGN_OUT) {
    // Whom the engine does not know has sessions by a password alone, and only we can end them.
    site.sessions.end_all_of(user.id);
    error.status = MFA_OK;
  }
  const std::string here = page_of(user.id);
  if (is_trouble(error.status))
    return say_no(site, visit, error, explain(error, Doing::changing, MFA_METHOD_NONE), here);
  const bool yes = error.status == MFA_OK;
  site.leave_message(visit, yes ? done(deed.title, deed.text) : nothing_there());
  return redirect_to(here);
}

// The engine learns it with the next request of that user, as a role.
Response set_staff(Site &site, Visit &visit, const User &user, bool on) {
  site.users.set_staff(user.id, on);
  log_line("admin " + visit.session->name + (on ? " requires" : " no longer requires") + " a factor of " +
           user.id);
  site.leave_message(visit, on ? done("A second factor is required", "Without one, nothing else is open.")
                               : done("A second factor is not required"));
  return redirect_to(page_of(user.id));
}

Response post_user(Site &site, Visit &visit) {
  if (auto stopped = keep_out(site, visit, page_of(visit.form("id")), kFreshFor_s))
    return std::move(*stopped);
  std::optional<User> user = site.users.by_id(visit.form("id"));
  if (!user) return no_such_page(site, visit);
  std::string_view wanted = visit.form("do");
  if (wanted == "require" || wanted == "relax") return set_staff(site, visit, *user, wanted == "require");
  auto deed = std::ranges::find(kDeeds, wanted, &Deed::name);
  if (deed == std::end(kDeeds)) return no_such_page(site, visit);
  return do_deed(site, visit, *user, *deed);
}

constexpr Route kRoutes[] = {
    {"GET", "/admin", Access::signed_in, Speaks::html, get_users},
    {"GET", "/admin/user", Access::signed_in, Speaks::html, get_user},
    {"POST", "/admin/user", Access::signed_in, Speaks::html, post_user},
};

}  // namespace

std::span<const Route> admin_routes() { return kRoutes; }

}  // namespace demo
