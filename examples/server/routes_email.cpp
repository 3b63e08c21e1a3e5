// Codes by mail: an address added, a code sent for it, and a code sent to sign in.
#include "enrolling.hpp"
#include "mailing.hpp"

namespace demo {
namespace {

constexpr std::string_view kHere = "/security/email";
constexpr std::string_view kVerify = "/verify?method=email";

std::string verify_page(const std::string &next) {
  return std::string(kVerify) + "&next=" + percent_encode(next);
}

Message sent(const Pending &pending) {
  return done("A code is on its way",
              "Look into the mailbox of " + pending.masked + ". A code that came before it works no longer.");
}

Response get_email(Site &site, Visit &visit) {
  View view;
  const std::optional<Pending> &kept = visit.session->mail_enroll;
  if (kept && kept->expires_s > unix_s()) {
    view.set("pending", true).set("address", std::string_view(kept->address));
  }
  return site.page(visit, 200, "email", "Add codes by mail", std::move(view));
}

Response post_email(Site &site, Visit &visit) {
  mfa_begin_options options = options_for(visit);
  const std::string_view address = visit.form("address");
  options.address = text_of(address);
  Answer<Offer> begun = site.engine.enroll_begin(asks_to_enroll(site, visit), MFA_METHOD_EMAIL, options);
  if (!begun.yes()) {
    Message message = explain(begun.error, Doing::enrolling, MFA_METHOD_EMAIL);
    if (begun.status() == MFA_ERR_ARGUMENT) return say_bad_address(site, visit, std::string(kHere));
    return say_no(site, visit, begun.error, message, std::string(kHere));
  }
  const std::optional<Pending> pending = send_mail(site, visit, begun.value, address);
  site.sessions.change(visit.session_id, [&](Session &session) { session.mail_enroll = pending; });
  site.leave_message(visit, pending ? sent(*pending) : mail_not_sent());
  return redirect_to(std::string(kHere));
}

Response post_other(Site &site, Visit &visit) {
  site.sessions.change(visit.session_id, [](Session &session) { session.mail_enroll.reset(); });
  return redirect_to(std::string(kHere));
}

Response post_confirm(Site &site, Visit &visit) {
  const std::string ticket = visit.session->mail_enroll ? visit.session->mail_enroll->ticket : "";
  Answer<Proof> proved = site.engine.enroll_finish(asks_to_enroll(site, visit), ticket, visit.form("code"));
  if (proved.yes() || is_spent(proved.status()))
    site.sessions.change(visit.session_id, [](Session &session) { session.mail_enroll.reset(); });
  if (proved.yes())
    return redirect_to(enrolled(site, visit, proved.value, visit.form("label"), "Codes by mail added"));
  return say_no(site, visit, proved.error, explain(proved.error, Doing::enrolling, MFA_METHOD_EMAIL),
                std::string(kHere));
}

Response post_send(Site &site, Visit &visit) {
  const std::string next = local_path(visit.form("next"), "/security");
  mfa_request request = site.asks(visit, purpose_of(visit, MFA_PURPOSE_STEP_UP));
  Answer<Offer> begun = site.engine.verify_begin(request, MFA_METHOD_EMAIL, options_for(visit));
  if (!begun.yes()) {
    return say_no(site, visit, begun.error, explain(begun.error, Doing::verifying, MFA_METHOD_EMAIL),
                  verify_page(next));
  }
  const std::optional<Pending> pending = send_mail(site, visit, begun.value, {});
  site.sessions.change(visit.session_id, [&](Session &session) { session.mail_verify = pending; });
  site.leave_message(visit, pending ? sent(*pending) : mail_not_sent());
  return redirect_to(verify_page(next));
}

Response post_code(Site &site, Visit &visit) {
  const std::string next = local_path(visit.form("next"), "/security");
  const std::string id = id_for_proof(visit);
  mfa_request request = site.asks(visit, purpose_of(visit, MFA_PURPOSE_STEP_UP));
  request.session = text_of(id);
  const std::string ticket = visit.session->mail_verify ? visit.session->mail_verify->ticket : "";
  Answer<Proof> proved = site.engine.verify_finish(request, ticket, visit.form("code"));
  if (proved.value || is_spent(proved.status()))
    site.sessions.change(visit.session_id, [](Session &session) { session.mail_verify.reset(); });
  if (!proved.value) {
    Message message = explain(proved.error, Doing::verifying, MFA_METHOD_EMAIL);
    message.until_s = 0;  // the page itself shows a lock, from the account
    if (proved.status() == MFA_LOCKED_OUT) return redirect_to(verify_page(next));
    return say_no(site, visit, proved.error, message, verify_page(next));
  }
  visit.session->mail_verify.reset();
  take_proof(site, visit, proved.value, id, proved.yes());
  if (proved.yes()) return redirect_to(next);
  site.leave_message(visit, explain(proved.error, Doing::verifying, MFA_METHOD_EMAIL));
  return redirect_to("/verify?next=" + percent_encode(next));
}

// Only where no SMTP server was named: what would have been sent to this user.
Response get_outbox(Site &site, Visit &visit) {
  const Outbox *outbox = site.mailer->outbox();
  if (!outbox) {
    return site.page(visit, 404, "notice", "There is no such page",
                     View().set("text", "Mails of this site go out by SMTP."));
  }
  View view;
  for (const Mail &mail : outbox->of(visit.session->user)) {
    View &row = view.add_row("mails");
    row.set("to", std::string_view(mail.to)).set("subject", std::string_view(mail.subject));
    row.set("text", std::string_view(mail.text));
  }
  return site.page(visit, 200, "outbox", "Outbox", std::move(view));
}

constexpr Route kRoutes[] = {
    {"GET", kHere, Access::password_done, Speaks::html, get_email},
    {"POST", kHere, Access::password_done, Speaks::html, post_email},
    {"POST", "/security/email/other", Access::password_done, Speaks::html, post_other},
    {"POST", "/security/email/confirm", Access::password_done, Speaks::html, post_confirm},
    {"POST", "/verify/email/send", Access::password_done, Speaks::html, post_send},
    {"POST", "/verify/email/code", Access::password_done, Speaks::html, post_code},
    {"GET", "/outbox", Access::password_done, Speaks::html, get_outbox},
};

}  // namespace

std::span<const Route> email_routes() { return kRoutes; }

}  // namespace demo
