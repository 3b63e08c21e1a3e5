// Adding an authenticator app, or a hardware token that counts: both show a code for a secret.
#include "enrolling.hpp"

namespace demo {
namespace {

constexpr uint64_t kTimeToType = 60;  // seconds that a secret shown again should still be good for

struct Kind {
  mfa_method method;
  std::string_view here, title, added;
  std::optional<Pending> Session::*pending;
};
constexpr Kind kTotp = {MFA_METHOD_TOTP, "/security/totp", "Add an authenticator app",
                        "Authenticator app added", &Session::totp};
constexpr Kind kHotp = {MFA_METHOD_HOTP, "/security/hotp", "Add a hardware token", "Hardware token added",
                        &Session::hotp};

std::string in_groups(std::string_view secret) {
  std::string out;
  for (size_t i = 0; i < secret.size(); i++) {
    if (i > 0 && i % 4 == 0) out += ' ';
    out += secret[i];
  }
  return out;
}

Response show(Site &site, Visit &visit, const Kind &kind, const Pending &pending) {
  View view;
  view.set("qr", std::string_view(qr_image(pending.uri))).set("uri", std::string_view(pending.uri));
  view.set("secret", std::string_view(in_groups(pending.secret)))
      .set("ticket", std::string_view(pending.ticket));
  view.set("here", kind.here).set(std::string("is_") + mfa_method_name(kind.method), true);
  return site.page(visit, 200, "totp", kind.title, std::move(view));
}

Response get(Site &site, Visit &visit, const Kind &kind) {
  const std::optional<Pending> &kept = *visit.session.*kind.pending;
  if (kept && kept->expires_s > unix_s() + kTimeToType) return show(site, visit, kind, *kept);
  Answer<Offer> begun =
      site.engine.enroll_begin(asks_to_enroll(site, visit), kind.method, options_for(visit));
  if (!begun.yes()) {
    Message message = explain(begun.error, Doing::enrolling, kind.method);
    return say_no(site, visit, begun.error, message,
                  asks_for_factor(begun.status()) ? std::string(kind.here) : "/security");
  }
  Pending pending{text_of(begun.value, MFA_OFFER_TICKET), text_of(begun.value, MFA_OFFER_URI),
                  text_of(begun.value, MFA_OFFER_SECRET), mfa_offer_expires_at_s(begun.value.get())};
  site.sessions.change(visit.session_id, [&](Session &session) { session.*kind.pending = pending; });
  return show(site, visit, kind, pending);
}

Response post(Site &site, Visit &visit, const Kind &kind) {
  Answer<Proof> proved =
      site.engine.enroll_finish(asks_to_enroll(site, visit), visit.form("ticket"), visit.form("code"));
  if (proved.yes() || is_spent(proved.status())) {
    site.sessions.change(visit.session_id, [&](Session &session) { (session.*kind.pending).reset(); });
  }
  if (proved.yes()) return redirect_to(enrolled(site, visit, proved.value, visit.form("label"), kind.added));
  return say_no(site, visit, proved.error, explain(proved.error, Doing::enrolling, kind.method),
                std::string(kind.here));
}

Response get_totp(Site &site, Visit &visit) { return get(site, visit, kTotp); }
Response post_totp(Site &site, Visit &visit) { return post(site, visit, kTotp); }
Response get_hotp(Site &site, Visit &visit) { return get(site, visit, kHotp); }
Response post_hotp(Site &site, Visit &visit) { return post(site, visit, kHotp); }

constexpr Route kRoutes[] = {
    {"GET", kTotp.here, Access::password_done, Speaks::html, get_totp},
    {"POST", kTotp.here, Access::password_done, Speaks::html, post_totp},
    {"GET", kHotp.here, Access::password_done, Speaks::html, get_hotp},
    {"POST", kHotp.here, Access::password_done, Speaks::html, post_hotp},
};

}  // namespace

std::span<const Route> totp_routes() { return kRoutes; }

}  // namespace demo
