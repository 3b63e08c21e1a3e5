// Trusted devices at the browser that is signed in: remembering it, and pairing another one.
#include "enrolling.hpp"

namespace demo {
namespace {

constexpr std::string_view kHere = "/security/device";

void forget(Site &site, const Visit &visit) {
  site.sessions.change(visit.session_id, [](Session &session) { session.pairing.reset(); });
}

Response refused(Site &site, Visit &visit, const mfa_error &error) {
  return say_no(site, visit, error, explain(error, Doing::enrolling, MFA_METHOD_DEVICE), std::string(kHere));
}

// What the pairing waits for: nothing left of it, the device, its number.
enum class Step { none, open, claimed };
const char *name_of(Step step) {
  return step == Step::open ? "open" : step == Step::claimed ? "claimed" : "over";
}

struct Progress {
  Step step = Step::none;
  Answer<Claimant> answer;
};
Progress progress_of(Site &site, const Visit &visit) {
  Progress progress;
  if (!visit.session->pairing) return progress;
  progress.answer =
      site.engine.device_claimed(site.asks(visit, MFA_PURPOSE_MANAGE), visit.session->pairing->ticket);
  if (progress.answer.yes()) progress.step = Step::claimed;
  if (progress.answer.status() == MFA_PENDING) progress.step = Step::open;
  return progress;
}

std::vector<std::string> devices_of(const Account &account) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < mfa_account_factor_count(account.get()); i++) {
    mfa_factor factor = MFA_FACTOR_INIT;
    if (mfa_account_factor(account.get(), i, &factor) == MFA_OK && factor.method == MFA_METHOD_DEVICE)
      ids.emplace_back(view_of(factor.id));
  }
  return ids;
}

Response get_device(Site &site, Visit &visit) {
  Progress progress = progress_of(site, visit);
  if (progress.step == Step::none && visit.session->pairing) {
    forget(site, visit);
    return refused(site, visit, progress.answer.error);
  }
  View view;
  if (visit.session->pairing) {
    const Pending &pairing = *visit.session->pairing;
    view.set("pairing", true).set(name_of(progress.step), true).set("step", name_of(progress.step));
    view.set("code", std::string_view(pairing.secret)).set("uri", std::string_view(pairing.uri));
    view.set("qr", std::string_view(qr_image(pairing.uri)));
    view.set("device", std::string_view(progress.answer.value.device));
    view.set("source", std::string_view(progress.answer.value.source));
    set_time(view, "until", pairing.expires_s);
  }
  Answer<Account> seen = site.engine.account(site.asks(visit, MFA_PURPOSE_MANAGE));
  if (!seen.yes()) return refused(site, visit, seen.error);
  if (const size_t trusted = devices_of(seen.value).size(); trusted > 0) {
    view.set("trusted", std::string_view(std::to_string(trusted))).set("one", trusted == 1);
  }
  view.set("this_device", std::string_view(device_name(visit.request.header("user-agent"))));
  return site.page(visit, 200, "device", "Trusted devices", std::move(view));
}

Response post_remember(Site &site, Visit &visit) {
  Answer<Proof> proved =
      site.engine.device_remember(site.asks(visit, MFA_PURPOSE_MANAGE), visit.form("label"));
  if (!proved.yes()) return refused(site, visit, proved.error);
  take_proof(site, visit, proved.value, visit.session_id, true);
  site.leave_message(
      visit, done("This browser is trusted", "From the next sign-in on the password is enough here."));
  return redirect_to("/security");
}

Response post_pair(Site &site, Visit &visit) {
  const std::string link = "{\"link\":" + json_string(site.origin() + "/pair") + "}";
  mfa_begin_options options = MFA_BEGIN_OPTIONS_INIT;
  options.label = text_of(visit.form("label"));
  options.extra_json = text_of(link);
  Answer<Offer> begun =
      site.engine.enroll_begin(site.asks(visit, MFA_PURPOSE_MANAGE), MFA_METHOD_DEVICE, options);
  if (!begun.yes()) return refused(site, visit, begun.error);
  Pending pending{text_of(begun.value, MFA_OFFER_TICKET), text_of(begun.value, MFA_OFFER_URI),
                  text_of(begun.value, MFA_OFFER_CODE), mfa_offer_expires_at_s(begun.value.get())};
  site.sessions.change(visit.session_id, [&](Session &session) { session.pairing = pending; });
  return redirect_to(std::string(kHere));
}

// For the page that waits: it is loaded again when the answer is another one.
Response post_claimed(Site &site, Visit &visit) {
  return json(200, "{\"ok\":true,\"state\":" + json_string(name_of(progress_of(site, visit).step)) + "}");
}

Response post_approve(Site &site, Visit &visit) {
  const std::string ticket = visit.session->pairing ? visit.session->pairing->ticket : "";
  Answer<Proof> proved =
      site.engine.enroll_finish(site.asks(visit, MFA_PURPOSE_MANAGE), ticket, visit.form("number"));
  if (!proved.yes()) {
    const bool goes_on = proved.status() == MFA_MALFORMED || asks_for_factor(proved.status());
    if (!goes_on && !is_trouble(proved.status())) forget(site, visit);
    return refused(site, visit, proved.error);
  }
  forget(site, visit);
  take_proof(site, visit, proved.value, visit.session_id, true);
  site.leave_message(visit,
                     done("The device is trusted", "It is told in a moment, and appears below once it was."));
  return redirect_to("/security");
}

Response post_cancel(Site &site, Visit &visit) {
  forget(site, visit);
  return redirect_to("/security");
}

// One after the other, as the library ends each: what was not reached when one is refused stays, and is
// shown.
Response post_forget(Site &site, Visit &visit) {
  const mfa_request request = site.asks(visit, MFA_PURPOSE_MANAGE);
  Answer<Account> seen = site.engine.account(request);
  if (!seen.yes()) return refused(site, visit, seen.error);
  for (const std::string &id : devices_of(seen.value)) {
    Answer<Proof> removed = site.engine.remove(request, id);
    if (!removed.yes() && removed.status() != MFA_NOT_FOUND) return refused(site, visit, removed.error);
  }
  Message done;
  done.kind = "good";
  done.title = "No device is trusted";
  done.text = "Each is asked for a second step at its next sign-in.";
  site.leave_message(visit, std::move(done));
  return redirect_to("/security");
}

constexpr Route kRoutes[] = {
    {"GET", kHere, Access::signed_in, Speaks::html, get_device},
    {"POST", "/security/device/remember", Access::signed_in, Speaks::html, post_remember},
    {"POST", "/security/device/pair", Access::signed_in, Speaks::html, post_pair},
    {"POST", "/security/device/claimed", Access::signed_in, Speaks::json, post_claimed},
    {"POST", "/security/device/approve", Access::signed_in, Speaks::html, post_approve},
    {"POST", "/security/device/forget", Access::signed_in, Speaks::html, post_forget},
    {"POST", "/security/device/cancel", Access::signed_in, Speaks::html, post_cancel},
};

}  // namespace

std::span<const Route> device_routes() { return kRoutes; }

}  // namespace demo
