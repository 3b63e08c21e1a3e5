// The other end of a pairing: a device that nobody is signed in at.
#include <algorithm>

#include "respond.hpp"

namespace demo {
namespace {

// Nobody's id: random ids have no spaces.
constexpr std::string_view kNobody = "no such user";

Response form(Site &site, Visit &visit, int status, const Message *problem) {
  View view;
  view.set("name", visit.form("name"));
  if (problem) set_message(view, *problem);
  return site.page(visit, status, "pair", "Pair this device", std::move(view));
}

Response get_pair(Site &site, Visit &visit) { return form(site, visit, 200, nullptr); }

Response wait(Site &site, Visit &visit, std::string_view ticket, std::string_view number) {
  View view;
  view.set("ticket", ticket).set("number", number);
  return site.page(visit, 200, "pair_wait", "Pair this device", std::move(view));
}

Message why_not(const mfa_error &error) {
  Message message = explain(error, Doing::verifying, MFA_METHOD_DEVICE);
  if (error.status == MFA_WRONG || error.status == MFA_MALFORMED) {
    message.title = "That is not the code of a pairing";
    message.text =
        "Check name and code, or begin again at the other browser. A code works for ten minutes, for one "
        "device.";
  }
  return message;
}

Response post_pair(Site &site, Visit &visit) {
  if (uint64_t wait_s = site.wrong_by_source.take(visit.request.peer, steady_s())) {
    Message message;
    message.kind = "bad";
    message.title = "Too many codes";
    message.text = "Wait a while before you try another.";
    message.until_s = unix_s() + wait_s;
    return form(site, visit, 429, &message);
  }
  mfa_request request = site.asks(visit, MFA_PURPOSE_LOGIN);
  const std::string_view link = visit.form("ticket");
  std::optional<User> user;
  if (link.empty()) user = site.users.by_name(normal_name(visit.form("name")).value_or(""));
  // A link names its user itself; for a name that nobody has the engine does the same work.
  const std::string id = !link.empty() ? "" : user ? user->id : std::string(kNobody);
  request.user = text_of(id);
  request.statement = text_of(std::string_view());
  request.proven = 0;
  Answer<Offer> claimed = site.engine.device_claim(request, link.empty() ? visit.form("code") : link);
  if (!claimed.yes()) {
    Message message = why_not(claimed.error);
    return form(site, visit, http_status_of(claimed.status()), &message);
  }
  site.wrong_by_source.forgive(visit.request.peer, false);
  return wait(site, visit, text_of(claimed.value, MFA_OFFER_TICKET), text_of(claimed.value, MFA_OFFER_CODE));
}

Answer<Proof> collect(Site &site, Visit &visit) {
  mfa_request request = site.asks(visit, MFA_PURPOSE_LOGIN);
  request.user = text_of(std::string_view());
  request.statement = text_of(std::string_view());
  request.proven = 0;
  Answer<Proof> proved = site.engine.device_collect(request, visit.form("pairing"));
  if (proved.yes()) visit.set_cookies.push_back(text_of(proved.value, MFA_PROOF_SET_COOKIE));
  return proved;
}

// Asked now and then by the page that waits.
Response post_poll(Site &site, Visit &visit) {
  Answer<Proof> proved = collect(site, visit);
  if (proved.yes()) return json_go("/pair/done");
  if (proved.status() == MFA_PENDING) return json(200, "{\"ok\":true,\"state\":\"waiting\"}");
  return json_elsewhere("/pair/over");
}

// Without a script the button asks.
Response post_collect(Site &site, Visit &visit) {
  Answer<Proof> proved = collect(site, visit);
  if (proved.yes()) return redirect_to("/pair/done");
  if (proved.status() == MFA_PENDING) return wait(site, visit, visit.form("pairing"), visit.form("number"));
  return redirect_to("/pair/over");
}

Response get_done(Site &site, Visit &visit) {
  return site.page(
      visit, 200, "notice", "This device is trusted",
      View().set(
          "text",
          "You are not signed in yet: give your name and password. A second step is not asked for here."));
}

Response get_over(Site &site, Visit &visit) {
  return site.page(visit, 403, "notice", "The pairing is over",
                   View().set("text",
                              "It was refused, took too long, or was claimed by another device as well. "
                              "Begin again at the other browser."));
}

constexpr Route kRoutes[] = {
    {"GET", "/pair", Access::anyone, Speaks::html, get_pair},
    {"POST", "/pair", Access::anyone, Speaks::html, post_pair},
    {"POST", "/pair/poll", Access::anyone, Speaks::json, post_poll},
    {"POST", "/pair/collect", Access::anyone, Speaks::html, post_collect},
    {"GET", "/pair/done", Access::anyone, Speaks::html, get_done},
    {"GET", "/pair/over", Access::anyone, Speaks::html, get_over},
};

}  // namespace

std::span<const Route> pair_routes() { return kRoutes; }

}  // namespace demo
