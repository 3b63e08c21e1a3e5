// Adding a passkey or security key.
#include "enrolling.hpp"

namespace demo {
namespace {

constexpr std::string_view kHere = "/security/passkey";

Answer<Offer> begin(Site &site, Visit &visit, std::string_view label) {
  mfa_begin_options options = options_for(visit);
  options.label = text_of(label);
  return site.engine.enroll_begin(asks_to_enroll(site, visit), MFA_METHOD_WEBAUTHN, options);
}

Response get_passkey(Site &site, Visit &visit) {
  // Begun to learn whether it may be, and then forgotten: that writes nothing.
  Answer<Offer> begun = begin(site, visit, {});
  if (!begun.yes()) {
    Message message = explain(begun.error, Doing::enrolling, MFA_METHOD_WEBAUTHN);
    return say_no(site, visit, begun.error, message,
                  asks_for_factor(begun.status()) ? std::string(kHere) : "/security");
  }
  View view;
  view.set("label", std::string_view(device_name(visit.request.header("user-agent"))));
  return site.page(visit, 200, "passkey", "Add a passkey", std::move(view));
}

Response post_begin(Site &site, Visit &visit) {
  return json_offer(begin(site, visit, visit.form("label")), Doing::enrolling, std::string(kHere));
}

Response post_finish(Site &site, Visit &visit) {
  Answer<Proof> proved = site.engine.enroll_finish(asks_to_enroll(site, visit),
                                                   visit.request.header("x-ticket"), visit.request.body);
  if (proved.yes()) return json_go(enrolled(site, visit, proved.value, {}, "Passkey added"));
  return say_no_json(proved.error, explain(proved.error, Doing::enrolling, MFA_METHOD_WEBAUTHN),
                     std::string(kHere));
}

constexpr Route kRoutes[] = {
    {"GET", kHere, Access::password_done, Speaks::html, get_passkey},
    {"POST", "/security/passkey/begin", Access::password_done, Speaks::json, post_begin},
    {"POST", "/security/passkey/finish", Access::password_done, Speaks::json, post_finish},
};

}  // namespace

std::span<const Route> passkey_routes() { return kRoutes; }

}  // namespace demo
