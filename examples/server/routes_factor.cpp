// One factor: its name, on and off, and its end.
#include "signing.hpp"

namespace demo {
namespace {

std::string page_of(std::string_view id) { return "/security/factor?id=" + percent_encode(id); }

std::optional<mfa_factor> find_factor(const Account &account, std::string_view id) {
  for (size_t i = 0; i < mfa_account_factor_count(account.get()); i++) {
    mfa_factor factor = MFA_FACTOR_INIT;
    if (mfa_account_factor(account.get(), i, &factor) == MFA_OK && view_of(factor.id) == id) return factor;
  }
  return std::nullopt;
}

Response refuse(Site &site, Visit &visit, const mfa_error &error, const std::string &here) {
  return say_no(site, visit, error, explain(error, Doing::changing, MFA_METHOD_NONE), here);
}

Response get_factor(Site &site, Visit &visit) {
  Answer<Account> seen = site.engine.account(site.asks(visit, MFA_PURPOSE_MANAGE));
  if (!seen.yes()) return refuse(site, visit, seen.error, "/security");
  std::optional<mfa_factor> factor = find_factor(seen.value, visit.query("id"));
  if (!factor) {
    mfa_error gone{};
    gone.status = MFA_NOT_FOUND;
    return refuse(site, visit, gone, "/security");
  }
  View view;
  view.set("id", view_of(factor->id))
      .set("label", view_of(factor->label))
      .set("device", view_of(factor->device))
      .set("address", view_of(factor->address));
  view.set(std::string("is_") + mfa_method_name(factor->method), true).set("enabled", factor->enabled != 0);
  view.set("can_disable", factor->can_disable != 0).set("can_remove", factor->can_remove != 0);
  set_time(view, "added", factor->added_s);
  if (factor->last_used_s > 0) set_time(view, "used", factor->last_used_s);
  return site.page(visit, 200, "factor", view_of(factor->label), std::move(view));
}

Response post_rename(Site &site, Visit &visit) {
  std::string_view id = visit.form("id");
  mfa_error error = site.engine.rename(site.asks(visit, MFA_PURPOSE_MANAGE), id, visit.form("label"));
  if (error.status != MFA_OK) return refuse(site, visit, error, page_of(id));
  site.leave_message(visit, done("Renamed"));
  return redirect_to("/security");
}

// Disabling and removing end every other session of the account; the proof keeps this one.
Response changed(Site &site, Visit &visit, const Answer<Proof> &answer, const std::string &here,
                 std::string_view title, std::string_view text) {
  if (!answer.yes()) return refuse(site, visit, answer.error, here);
  take_proof(site, visit, answer.value, visit.session_id, true);
  Message message = done(title, text);
  message.credentials = text_of(answer.value, MFA_PROOF_CREDENTIALS);
  site.leave_message(visit, std::move(message));
  return redirect_to("/security");
}

Response post_enabled(Site &site, Visit &visit) {
  std::string_view id = visit.form("id");
  bool on = visit.form("enabled") == "1";
  const Turn turn = site.take_turn(visit);
  Answer<Proof> answer = site.engine.set_enabled(site.asks(visit, MFA_PURPOSE_MANAGE), id, on);
  return changed(site, visit, answer, page_of(id), on ? "Turned on" : "Turned off",
                 on ? "" : "It cannot be used until you turn it on again. Other sessions were signed out.");
}

Response post_remove(Site &site, Visit &visit) {
  std::string_view id = visit.form("id");
  const Turn turn = site.take_turn(visit);
  Answer<Proof> answer = site.engine.remove(site.asks(visit, MFA_PURPOSE_MANAGE), id);
  return changed(site, visit, answer, page_of(id), "Removed",
                 "Other sessions of your account were signed out.");
}

constexpr Route kRoutes[] = {
    {"GET", "/security/factor", Access::signed_in, Speaks::html, get_factor},
    {"POST", "/security/factor/rename", Access::signed_in, Speaks::html, post_rename},
    {"POST", "/security/factor/enabled", Access::signed_in, Speaks::html, post_enabled},
    {"POST", "/security/factor/remove", Access::signed_in, Speaks::html, post_remove},
};

}  // namespace

std::span<const Route> factor_routes() { return kRoutes; }

}  // namespace demo
