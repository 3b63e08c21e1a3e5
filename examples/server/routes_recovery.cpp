// Recovery codes: shown once, and good from when one was typed back.
#include "enrolling.hpp"

namespace demo {
namespace {

constexpr std::string_view kHere = "/security/recovery";
constexpr std::string_view kTitle = "Recovery codes";

void set_codes(View &view, std::string_view lines) {
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (!line.empty()) view.add_row("codes").set("code", line);
  }
}

Response get_recovery(Site &site, Visit &visit) {
  Answer<Account> seen = site.engine.account(site.asks(visit, MFA_PURPOSE_MANAGE));
  if (!seen.yes()) {
    return say_no(site, visit, seen.error, explain(seen.error, Doing::enrolling, MFA_METHOD_RECOVERY),
                  "/security");
  }
  View view;
  uint64_t left = mfa_account_number(seen.value.get(), MFA_ACCOUNT_RECOVERY_REMAINING);
  if (left > 0) view.set("left", left).set("one", left == 1);
  const std::optional<Pending> &kept = visit.session->recovery;
  if (kept && kept->expires_s > unix_s()) view.set("ticket", std::string_view(kept->ticket));
  return site.page(visit, 200, "recovery", kTitle, std::move(view));
}

Response post_recovery(Site &site, Visit &visit) {
  Answer<Offer> begun =
      site.engine.enroll_begin(asks_to_enroll(site, visit), MFA_METHOD_RECOVERY, options_for(visit));
  if (!begun.yes()) {
    return say_no(site, visit, begun.error, explain(begun.error, Doing::enrolling, MFA_METHOD_RECOVERY),
                  std::string(kHere));
  }
  Pending pending;
  pending.ticket = text_of(begun.value, MFA_OFFER_TICKET);
  pending.expires_s = mfa_offer_expires_at_s(begun.value.get());
  site.sessions.change(visit.session_id, [&pending](Session &session) { session.recovery = pending; });
  View view;
  set_codes(view, text_of(begun.value, MFA_OFFER_RECOVERY_CODES));
  view.set("ticket", std::string_view(pending.ticket));
  set_time(view, "made", unix_s());
  return site.page(visit, 200, "recovery", kTitle, std::move(view));
}

Response post_confirm(Site &site, Visit &visit) {
  Answer<Proof> proved =
      site.engine.enroll_finish(asks_to_enroll(site, visit), visit.form("ticket"), visit.form("code"));
  if (proved.yes() || is_spent(proved.status())) {
    site.sessions.change(visit.session_id, [](Session &session) { session.recovery.reset(); });
  }
  if (proved.yes())
    return redirect_to(enrolled(site, visit, proved.value, {}, "Your new recovery codes are ready"));
  return say_no(site, visit, proved.error, explain(proved.error, Doing::enrolling, MFA_METHOD_RECOVERY),
                std::string(kHere));
}

constexpr Route kRoutes[] = {
    {"GET", kHere, Access::signed_in, Speaks::html, get_recovery},
    {"POST", kHere, Access::signed_in, Speaks::html, post_recovery},
    {"POST", "/security/recovery/confirm", Access::signed_in, Speaks::html, post_confirm},
};

}  // namespace

std::span<const Route> recovery_routes() { return kRoutes; }

}  // namespace demo
