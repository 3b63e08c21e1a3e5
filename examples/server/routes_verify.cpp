// Verifying a factor: the second step of signing in, and again when something needs it fresh.
#include "signing.hpp"

namespace demo {
namespace {

constexpr uint64_t kNoEnd = UINT64_MAX;  // of a lock that no time opens

struct Choice {
  mfa_method method = MFA_METHOD_NONE;
  uint64_t locked_until_s = 0;
};

bool known(mfa_method method) {
  return method == MFA_METHOD_TOTP || method == MFA_METHOD_HOTP || method == MFA_METHOD_WEBAUTHN ||
         method == MFA_METHOD_EMAIL || method == MFA_METHOD_RECOVERY;
}

// In the engine's order, last used first: the one asked for, else the first that is not locked.
Choice choose(const Account &account, mfa_method wanted) {
  Choice first;
  for (size_t i = 0; i < mfa_account_method_count(account.get()); i++) {
    mfa_method_info info = MFA_METHOD_INFO_INIT;
    if (mfa_account_method(account.get(), i, &info) != MFA_OK || !info.can_verify || !known(info.method))
      continue;
    Choice here = {info.method, info.locked_until_s};
    if (info.method == wanted) return here;
    if (!first.method || (first.locked_until_s > 0 && info.locked_until_s == 0)) first = here;
  }
  return first;
}

void set_choices(View &view, const Account &account, const Choice &chosen, const std::string &next) {
  for (size_t i = 0; i < mfa_account_method_count(account.get()); i++) {
    mfa_method_info info = MFA_METHOD_INFO_INIT;
    if (mfa_account_method(account.get(), i, &info) != MFA_OK || !info.can_verify || !known(info.method))
      continue;
    if (info.method == chosen.method) continue;
    std::string method = mfa_method_name(info.method);
    View &row = view.add_row("others");
    row.set("label", view_of(info.label))
        .set("is_" + method, true)
        .set("locked", info.locked_until_s > unix_s());
    row.set("href", std::string_view("/verify?method=" + method + "&next=" + percent_encode(next)));
  }
  view.set(std::string("use_") + mfa_method_name(chosen.method), true);
  view.set("method", mfa_method_name(chosen.method)).set("next", std::string_view(next));
  view.set("next_encoded", std::string_view(percent_encode(next)));
  if (chosen.locked_until_s == kNoEnd)
    view.set("turned_off", true);
  else if (chosen.locked_until_s > unix_s())
    set_time(view, "locked_until", chosen.locked_until_s);
  view.set("usable", chosen.locked_until_s <= unix_s());
}

Response get_verify(Site &site, Visit &visit) {
  const std::string next = local_path(visit.query("next"), "/security");
  Answer<Account> seen = site.engine.account(site.asks(visit, purpose_of(visit, MFA_PURPOSE_STEP_UP)));
  if (!seen.yes()) {
    Message message = explain(seen.error, Doing::verifying, MFA_METHOD_NONE);
    return site.page(visit, http_status_of(seen.status()), "notice", message.title,
                     View().set("text", std::string_view(message.text)));
  }
  if (mfa_account_need(seen.value.get()) == MFA_NEED_ENROLL) return redirect_to("/enroll");
  std::string_view wanted = visit.query("method");
  Choice chosen = choose(seen.value, mfa_method_from_name(wanted.data(), wanted.size()));
  if (!chosen.method) {
    // Nothing left to verify with: what needed it will say so, and a sign-in starts over.
    if (visit.signed_in()) return redirect_to("/security");
    site.leave(visit);
    return redirect_to("/signin");
  }
  View view;
  view.set("stepping_up", visit.signed_in());
  if (const auto &mail = visit.session->mail_verify; mail && mail->expires_s > unix_s())
    view.set("mailed", std::string_view(mail->masked));
  set_choices(view, seen.value, chosen, next);
  return site.page(visit, 200, "verify", visit.signed_in() ? "Confirm that it is you" : "Second step",
                   std::move(view));
}

std::string back_to(std::string_view method, const std::string &next) {
  return "/verify?method=" + percent_encode(method) + "&next=" + percent_encode(next);
}

Response post_verify_code(Site &site, Visit &visit) {
  std::string_view name = visit.form("method");
  const std::string next = local_path(visit.form("next"), "/security");
  mfa_method method = mfa_method_from_name(name.data(), name.size());
  const std::string id = id_for_proof(visit);
  mfa_request request = site.asks(visit, purpose_of(visit, MFA_PURPOSE_STEP_UP));
  request.session = text_of(id);
  Answer<Proof> proved = site.engine.verify_code(request, method, visit.form("code"));
  if (!proved.value) {
    Message message = explain(proved.error, Doing::verifying, method);
    message.until_s = 0;  // the page itself shows a lock, from the account
    if (proved.status() == MFA_LOCKED_OUT) return redirect_to(back_to(name, next));
    return say_no(site, visit, proved.error, message, back_to(name, next));
  }
  take_proof(site, visit, proved.value, id, proved.yes());
  if (proved.yes()) trust_browser(site, visit, visit.form("trust"));
  if (proved.yes()) return redirect_to(method == MFA_METHOD_RECOVERY ? "/security" : next);
  site.leave_message(visit, explain(proved.error, Doing::verifying, method));
  return redirect_to("/verify?next=" + percent_encode(next));
}

Response post_passkey_begin(Site &site, Visit &visit) {
  mfa_request request = site.asks(visit, purpose_of(visit, MFA_PURPOSE_STEP_UP));
  return json_offer(site.engine.verify_begin(request, MFA_METHOD_WEBAUTHN, MFA_BEGIN_OPTIONS_INIT),
                    Doing::verifying, "/verify");
}

Response post_passkey_finish(Site &site, Visit &visit) {
  const std::string next = local_path(visit.query("next"), "/security");
  const std::string id = id_for_proof(visit);
  mfa_request request = site.asks(visit, purpose_of(visit, MFA_PURPOSE_STEP_UP));
  request.session = text_of(id);
  Answer<Proof> proved =
      site.engine.verify_finish(request, visit.request.header("x-ticket"), visit.request.body);
  if (!proved.value) {
    return say_no_json(proved.error, explain(proved.error, Doing::verifying, MFA_METHOD_WEBAUTHN),
                       back_to("webauthn", next));
  }
  take_proof(site, visit, proved.value, id, proved.yes());
  if (proved.yes()) trust_browser(site, visit, visit.query("trust"));
  if (proved.yes()) return json_go(next);
  site.leave_message(visit, explain(proved.error, Doing::verifying, MFA_METHOD_WEBAUTHN));
  return json_go("/verify?next=" + percent_encode(next));
}

constexpr Route kRoutes[] = {
    {"GET", "/verify", Access::password_done, Speaks::html, get_verify},
    {"POST", "/verify/code", Access::password_done, Speaks::html, post_verify_code},
    {"POST", "/verify/passkey/begin", Access::password_done, Speaks::json, post_passkey_begin},
    {"POST", "/verify/passkey/finish", Access::password_done, Speaks::json, post_passkey_finish},
};

}  // namespace

std::span<const Route> verify_routes() { return kRoutes; }

}  // namespace demo
