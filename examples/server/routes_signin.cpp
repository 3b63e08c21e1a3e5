// Signing in: with a password, or with a passkey and nothing else.
#include "random.hpp"
#include "signing.hpp"

namespace demo {
namespace {

struct Reason {
  std::string_view code, kind, title, text;
};
constexpr Reason kReasons[] = {
    {"left", "good", "You are signed out", ""},
    {"expired", "warn", "Your session has ended", "Sign in again to go on."},
    {"changed", "warn", "You were signed out", "The security of your account was changed. Sign in again."},
    {"refused", "bad", "You cannot sign in", "The rules of this site do not allow it for this account."},
};

void set_reason(View &view, std::string_view code) {
  for (const Reason &reason : kReasons) {
    if (reason.code != code) continue;
    Message message;
    message.kind = reason.kind;
    message.title = reason.title;
    message.text = reason.text;
    set_message(view, message);
  }
}

Response form(Site &site, Visit &visit, int status, std::string_view next, const Message *problem) {
  const std::string path = local_path(next, "/security");
  View view;
  view.set("name", visit.form("name")).set("next", std::string_view(path));
  view.set("next_encoded", std::string_view(percent_encode(path)));
  if (const std::optional<User> user = remembered(site, visit))
    view.set("remembered", std::string_view(user->name));
  if (problem)
    set_message(view, *problem);
  else
    set_reason(view, visit.query("why"));
  return site.page(visit, status, "signin", "Sign in", std::move(view));
}

Response get_signin(Site &site, Visit &visit) {
  if (visit.signed_in()) return redirect_to(local_path(visit.query("next"), "/security"));
  return form(site, visit, 200, visit.query("next"), nullptr);
}

Message wrong_password() {
  Message message;
  message.kind = "bad";
  message.title = "Name or password is not right";
  message.text = "Check both, then try again. Passwords tell capital and small letters apart.";
  return message;
}

Message too_many(uint64_t wait_s) {
  Message message;
  message.kind = "bad";
  message.title = "Too many wrong passwords";
  message.text =
      "For your protection signing in with a password is paused. A passkey, if you have one, works at any "
      "time.";
  message.until_s = unix_s() + wait_s;
  return message;
}

// Seconds to wait before another password may be tried; else the attempt is counted.
uint64_t wait_for_password(Site &site, const Visit &visit, const std::string &name) {
  uint64_t wait_s = site.wrong_by_source.take(visit.request.peer, steady_s());
  return wait_s > 0 || name.empty() ? wait_s : site.wrong_by_name.take(name, steady_s());
}

Response post_signin(Site &site, Visit &visit) {
  const std::string name = normal_name(visit.form("name")).value_or("");
  std::string_view next = visit.form("next");
  if (uint64_t wait_s = wait_for_password(site, visit, name)) {
    Message message = too_many(wait_s);
    return form(site, visit, 429, next, &message);
  }
  std::optional<User> user = site.users.by_name(name);
  switch (site.passwords.check(user ? user->password_hash : "", visit.form("password"))) {
    case Passwords::Check::right: break;
    case Passwords::Check::busy: {
      mfa_error busy{};
      busy.status = MFA_ERR_BUSY;
      Message message = explain(busy, Doing::verifying, MFA_METHOD_NONE);
      return form(site, visit, 503, next, &message);
    }
    case Passwords::Check::wrong: {
      Message message = wrong_password();
      return form(site, visit, 403, next, &message);
    }
  }
  site.wrong_by_name.forgive(name, true);
  site.wrong_by_source.forgive(visit.request.peer, false);
  return password_was_right(site, visit, *user, local_path(next, "/security"));
}

// Who it is, the passkey will say.
mfa_request asks_anyone(const Site &site, const Visit &visit) {
  mfa_request request = site.asks(visit, MFA_PURPOSE_LOGIN);
  request.user = text_of(std::string_view());
  request.statement = text_of(std::string_view());
  request.proven = 0;
  request.flags = MFA_REQUEST_USERNAMELESS;
  return request;
}

Response post_passkey_begin(Site &site, Visit &visit) {
  mfa_begin_options options = MFA_BEGIN_OPTIONS_INIT;
  bool autofill = visit.form("mediation") == "conditional";
  options.mediation = autofill ? MFA_MEDIATION_CONDITIONAL : MFA_MEDIATION_MODAL;
  Answer<Offer> begun = site.engine.verify_begin(asks_anyone(site, visit), MFA_METHOD_WEBAUTHN, options);
  return json_offer(begun, Doing::verifying, "/signin");
}

Response post_passkey_finish(Site &site, Visit &visit) {
  const std::string new_id = random_text();
  mfa_request request = asks_anyone(site, visit);
  request.session = text_of(new_id);
  Answer<Proof> proved =
      site.engine.verify_finish(request, visit.request.header("x-ticket"), visit.request.body);
  if (!proved.value) {
    return say_no_json(proved.error, explain(proved.error, Doing::verifying, MFA_METHOD_WEBAUTHN), "/signin");
  }
  std::optional<User> user = site.users.by_id(text_of(proved.value, MFA_PROOF_USER));
  if (!user) {
    mfa_error gone{};
    gone.status = MFA_NOT_FOUND;
    return say_no_json(gone, explain(gone, Doing::verifying, MFA_METHOD_WEBAUTHN), "/signin");
  }
  return passkey_was_right(site, visit, *user, new_id, proved);
}

constexpr Route kRoutes[] = {
    {"GET", "/signin", Access::anyone, Speaks::html, get_signin},
    {"POST", "/signin", Access::anyone, Speaks::html, post_signin},
    {"POST", "/signin/passkey/begin", Access::anyone, Speaks::json, post_passkey_begin},
    {"POST", "/signin/passkey/finish", Access::anyone, Speaks::json, post_passkey_finish},
};

}  // namespace

std::span<const Route> signin_routes() { return kRoutes; }

}  // namespace demo
