// Asking who is signed in to verify again, by a script and with the page in place: recheck_mfa() in mfa.js.
#include <rapidjson/document.h>

#include "enrolling.hpp"
#include "mailing.hpp"

namespace demo {
namespace {

// A recovery code is the way back in, not something to be asked for in passing.
bool may_recheck(mfa_method method) {
  return method == MFA_METHOD_TOTP || method == MFA_METHOD_HOTP || method == MFA_METHOD_WEBAUTHN ||
         method == MFA_METHOD_EMAIL;
}

bool is_code(mfa_method method) { return method == MFA_METHOD_TOTP || method == MFA_METHOD_HOTP; }

mfa_method method_in(std::string_view name) { return mfa_method_from_name(name.data(), name.size()); }

mfa_method verified_by(Site &site, const Visit &visit) {
  rapidjson::Document session;
  const std::string json = site.engine.session_json(site.asks(visit, MFA_PURPOSE_STEP_UP));
  session.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (session.HasParseError() || !session.IsObject() || !session.HasMember("method")) return MFA_METHOD_NONE;
  const rapidjson::Value &method = session["method"];
  return method.IsString() ? method_in({method.GetString(), method.GetStringLength()}) : MFA_METHOD_NONE;
}

// The way that verified this session, where it may be used again; else the first that may.
mfa_method choose(const Account &account, mfa_method wanted) {
  mfa_method first = MFA_METHOD_NONE;
  for (size_t i = 0; i < mfa_account_method_count(account.get()); i++) {
    mfa_method_info info = MFA_METHOD_INFO_INIT;
    if (mfa_account_method(account.get(), i, &info) != MFA_OK || !info.can_verify ||
        !may_recheck(info.method))
      continue;
    if (info.method == wanted) return wanted;
    if (!first) first = info.method;
  }
  return first;
}

bool has_factor(const Account &account) {
  for (size_t i = 0; i < mfa_account_factor_count(account.get()); i++) {
    mfa_factor factor = MFA_FACTOR_INIT;
    if (mfa_account_factor(account.get(), i, &factor) == MFA_OK && factor.enabled &&
        may_recheck(factor.method))
      return true;
  }
  return false;
}

Response no(const mfa_error &error, mfa_method method) {
  return say_no_json(error, explain(error, Doing::verifying, method), "/security");
}

Response denied(mfa_method method) {
  mfa_error error{};
  error.status = MFA_DENIED;
  return no(error, method);
}

// Half way through a sign-in there is nothing to check again.
std::optional<Response> keep_out(const Visit &visit) {
  if (visit.signed_in()) return std::nullopt;
  return json_elsewhere("/verify");
}

Response get_recheck(Site &site, Visit &visit) {
  if (auto stopped = keep_out(visit)) return std::move(*stopped);
  Answer<Account> seen = site.engine.account(site.asks(visit, MFA_PURPOSE_STEP_UP));
  if (!seen.yes()) return no(seen.error, MFA_METHOD_NONE);
  mfa_method method = choose(seen.value, verified_by(site, visit));
  if (!method && has_factor(seen.value)) return denied(MFA_METHOD_NONE);
  return json(200, "{\"ok\":true,\"method\":" + json_string(mfa_method_name(method)) + "}");
}

// More than a yes to this one factor would be another sign-in: the statement stays as it was.
Response settle(Site &site, Visit &visit, const Answer<Proof> &proved, mfa_method method) {
  if (!proved.yes()) return no(proved.error, method);
  take_proof(site, visit, proved.value, visit.session_id, true);
  return json(200, "{\"ok\":true}");
}

Response post_code(Site &site, Visit &visit) {
  if (auto stopped = keep_out(visit)) return std::move(*stopped);
  const mfa_method method = method_in(visit.form("method"));
  if (!is_code(method)) return denied(method);
  return settle(site, visit,
                site.engine.verify_code(site.asks(visit, MFA_PURPOSE_STEP_UP), method, visit.form("code")),
                method);
}

Response mailed(const Pending &pending) {
  return json(200, "{\"ok\":true,\"to_address\":" + json_string(pending.masked) + "}");
}

Response post_mail(Site &site, Visit &visit) {
  if (auto stopped = keep_out(visit)) return std::move(*stopped);
  const mfa_request request = site.asks(visit, MFA_PURPOSE_STEP_UP);
  Answer<Offer> begun = site.engine.verify_begin(request, MFA_METHOD_EMAIL, options_for(visit));
  const std::optional<Pending> &kept = visit.session->mail_verify;
  // Asked again so soon, the mail before it is the one to read.
  if (begun.status() == MFA_TOO_SOON && kept && kept->expires_s > unix_s()) return mailed(*kept);
  if (!begun.yes()) return no(begun.error, MFA_METHOD_EMAIL);
  const std::optional<Pending> pending = send_mail(site, visit, begun.value, {});
  site.sessions.change(visit.session_id, [&](Session &session) { session.mail_verify = pending; });
  return pending ? mailed(*pending) : json_no(503, mail_not_sent());
}

Response post_mail_code(Site &site, Visit &visit) {
  if (auto stopped = keep_out(visit)) return std::move(*stopped);
  const std::string ticket = visit.session->mail_verify ? visit.session->mail_verify->ticket : "";
  Answer<Proof> proved =
      site.engine.verify_finish(site.asks(visit, MFA_PURPOSE_STEP_UP), ticket, visit.form("code"));
  if (proved.value || is_spent(proved.status())) {
    visit.session->mail_verify.reset();
    site.sessions.change(visit.session_id, [](Session &session) { session.mail_verify.reset(); });
  }
  return settle(site, visit, proved, MFA_METHOD_EMAIL);
}

Response post_passkey_begin(Site &site, Visit &visit) {
  if (auto stopped = keep_out(visit)) return std::move(*stopped);
  return json_offer(site.engine.verify_begin(site.asks(visit, MFA_PURPOSE_STEP_UP), MFA_METHOD_WEBAUTHN,
                                             MFA_BEGIN_OPTIONS_INIT),
                    Doing::verifying, "/security");
}

Response post_passkey_finish(Site &site, Visit &visit) {
  if (auto stopped = keep_out(visit)) return std::move(*stopped);
  return settle(site, visit,
                site.engine.verify_finish(site.asks(visit, MFA_PURPOSE_STEP_UP),
                                          visit.request.header("x-ticket"), visit.request.body),
                MFA_METHOD_WEBAUTHN);
}

// A recheck that is due must not keep out those who come to make it: see Site::admit.
constexpr Route kRoutes[] = {
    {"GET", "/recheck", Access::password_done, Speaks::json, get_recheck},
    {"POST", "/recheck/code", Access::password_done, Speaks::json, post_code},
    {"POST", "/recheck/email/send", Access::password_done, Speaks::json, post_mail},
    {"POST", "/recheck/email/code", Access::password_done, Speaks::json, post_mail_code},
    {"POST", "/recheck/passkey/begin", Access::password_done, Speaks::json, post_passkey_begin},
    {"POST", "/recheck/passkey/finish", Access::password_done, Speaks::json, post_passkey_finish},
};

}  // namespace

std::span<const Route> recheck_routes() { return kRoutes; }

}  // namespace demo
