// Adding an authenticator app.
#include "enrolling.hpp"

namespace demo {
namespace {

constexpr uint64_t kTimeToType = 60;  // seconds that a secret shown again should still be good for
constexpr std::string_view kHere = "/security/totp";

std::string in_groups(std::string_view secret) {
  std::string out;
  for (size_t i = 0; i < secret.size(); i++) {
    if (i > 0 && i % 4 == 0) out += ' ';
    out += secret[i];
  }
  return out;
}

Response show(Site &site, Visit &visit, const Pending &pending) {
  View view;
  view.set("qr", std::string_view(qr_image(pending.uri))).set("uri", std::string_view(pending.uri));
  view.set("secret", std::string_view(in_groups(pending.secret)))
      .set("ticket", std::string_view(pending.ticket));
  return site.page(visit, 200, "totp", "Add an authenticator app", std::move(view));
}

Response get_totp(Site &site, Visit &visit) {
  const std::optional<Pending> &kept = visit.session->totp;
  if (kept && kept->expires_s > unix_s() + kTimeToType) return show(site, visit, *kept);
  Answer<Offer> begun =
      site.engine.enroll_begin(asks_to_enroll(site, visit), MFA_METHOD_TOTP, options_for(visit));
  if (!begun.yes()) {
    Message message = explain(begun.error, Doing::enrolling, MFA_METHOD_TOTP);
    return say_no(site, visit, begun.error, message,
                  asks_for_factor(begun.status()) ? std::string(kHere) : "/security");
  }
  Pending pending{text_of(begun.value, MFA_OFFER_TICKET), text_of(begun.value, MFA_OFFER_URI),
                  text_of(begun.value, MFA_OFFER_SECRET), mfa_offer_expires_at_s(begun.value.get())};
  site.sessions.change(visit.session_id, [&pending](Session &session) { session.totp = pending; });
  return show(site, visit, pending);
}

Response post_totp(Site &site, Visit &visit) {
  Answer<Proof> proved =
      site.engine.enroll_finish(asks_to_enroll(site, visit), visit.form("ticket"), visit.form("code"));
  if (proved.yes() || is_spent(proved.status())) {
    site.sessions.change(visit.session_id, [](Session &session) { session.totp.reset(); });
  }
  if (proved.yes())
    return redirect_to(enrolled(site, visit, proved.value, visit.form("label"), "Authenticator app added"));
  return say_no(site, visit, proved.error, explain(proved.error, Doing::enrolling, MFA_METHOD_TOTP),
                std::string(kHere));
}

constexpr Route kRoutes[] = {
    {"GET", kHere, Access::password_done, Speaks::html, get_totp},
    {"POST", kHere, Access::password_done, Speaks::html, post_totp},
};

}  // namespace

std::span<const Route> totp_routes() { return kRoutes; }

}  // namespace demo
