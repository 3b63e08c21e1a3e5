#include "signing.hpp"

#include "enrolling.hpp"
#include "random.hpp"

namespace demo {
namespace {

Session session_of(const User &user) {
  Session session;
  session.user = user.id;
  session.name = user.name;
  session.password = true;
  session.csrf = random_text();
  return session;
}

}  // namespace

Response password_was_right(Site &site, Visit &visit, const User &user, const std::string &next) {
  site.enter(visit, random_text(), session_of(user));
  const mfa_request request = site.asks(visit, MFA_PURPOSE_LOGIN);
  Answer<Proof> device = site.engine.verify_code(request, MFA_METHOD_DEVICE, visit.request.header("cookie"));
  if (device.yes()) {
    take_proof(site, visit, device.value, visit.session_id, true);
    return redirect_to(next);
  }
  // An old cookie that came back is told, whatever the next step is.
  site.leave_message(visit, explain_signals(device.error.signals, 0));
  Answer<Proof> started = site.engine.session_start(site.asks(visit, MFA_PURPOSE_LOGIN));
  if (started.yes()) {
    take_proof(site, visit, started.value, visit.session_id, true);
    return redirect_to(next);
  }
  const mfa_error &error = started.error;
  if (asks_for_factor(error.status)) return redirect_to("/verify?next=" + percent_encode(next));
  if (error.status == MFA_ENROLL_NEEDED) return redirect_to("/enroll");
  site.leave(visit);
  return say_no(site, visit, error, explain(error, Doing::verifying, MFA_METHOD_NONE), "/signin?why=refused");
}

void take_proof(Site &site, Visit &visit, const Proof &proof, const std::string &new_id, bool complete) {
  Session session = *visit.session;
  session.statement = text_of(proof, MFA_PROOF_STATEMENT);
  session.signed_in = session.signed_in || complete;
  if (mfa_proof_method(proof.get()) == MFA_METHOD_RECOVERY) session.recovered = true;
  if (new_id != visit.session_id) {
    session.csrf = random_text();
    site.enter(visit, new_id, std::move(session));
  } else {
    visit.session = session;
    site.sessions.change(new_id, [&session](Session &kept) {
      kept.statement = session.statement;
      kept.signed_in = session.signed_in;
      kept.recovered = session.recovered;
    });
  }
  if (std::string cookie = text_of(proof, MFA_PROOF_SET_COOKIE); !cookie.empty())
    visit.set_cookies.push_back(cookie);
  site.leave_message(
      visit, explain_signals(mfa_proof_signals(proof.get()), mfa_proof_recovery_remaining(proof.get())));
  if (!complete) return;
  // The next visit may begin with a passkey instead of the name. Refused where no factor was verified.
  Answer<std::string> cookie = site.engine.remembered_issue(site.asks(visit, MFA_PURPOSE_MANAGE));
  if (cookie.yes()) visit.set_cookies.push_back(cookie.value);
}

Response passkey_was_right(Site &site, Visit &visit, const User &user, const std::string &new_id,
                           const Answer<Proof> &proved) {
  Session session = session_of(user);
  session.password = false;
  site.enter(visit, new_id, std::move(session));
  take_proof(site, visit, proved.value, new_id, proved.yes());
  return json_go(proved.yes() ? local_path(visit.query("next"), "/security") : "/verify");
}

void trust_browser(Site &site, Visit &visit, std::string_view ticked) {
  if (ticked != "1") return;
  const std::string label = device_name(visit.request.header("user-agent"));
  Answer<Proof> proved = site.engine.device_remember(site.asks(visit, MFA_PURPOSE_MANAGE), label);
  if (proved.yes()) return take_proof(site, visit, proved.value, visit.session_id, true);
  site.leave_message(visit, explain(proved.error, Doing::enrolling, MFA_METHOD_DEVICE));
}

std::optional<User> remembered(Site &site, const Visit &visit) {
  Answer<std::string> id = site.engine.remembered_user(site.asks(visit, MFA_PURPOSE_LOGIN));
  return id.yes() ? site.users.by_id(id.value) : std::nullopt;
}

std::string id_for_proof(const Visit &visit) {
  return visit.session && !visit.session->statement.empty() ? visit.session_id : random_text();
}

mfa_purpose purpose_of(const Visit &visit, mfa_purpose later) {
  return visit.signed_in() ? later : MFA_PURPOSE_LOGIN;
}

}  // namespace demo
