#include "mailing.hpp"

namespace demo {

Message mail_not_sent() {
  Message message;
  message.kind = "bad";
  message.title = "The mail could not be sent";
  message.text = "Nothing was changed. Try again in a minute, or use another way.";
  message.status = "mail_not_sent";
  return message;
}

std::optional<Pending> send_mail(Site &site, const Visit &visit, const Offer &offer,
                                 std::string_view address) {
  Mail mail{visit.session->user, text_of(offer, MFA_OFFER_MAIL_TO), text_of(offer, MFA_OFFER_MAIL_SUBJECT),
            text_of(offer, MFA_OFFER_MAIL_TEXT), text_of(offer, MFA_OFFER_MAIL_HTML)};
  if (!site.mailer->send(mail)) return std::nullopt;
  Pending pending;
  pending.ticket = text_of(offer, MFA_OFFER_TICKET);
  pending.expires_s = mfa_offer_expires_at_s(offer.get());
  pending.address = address;
  pending.masked = text_of(offer, MFA_OFFER_ADDRESS_MASKED);
  return pending;
}

}  // namespace demo
