// Codes by mail: begin draws and counts one, finish takes it back.
#include <algorithm>

#include "core/encoding.hpp"
#include "engine/engine.hpp"
#include "engine/setting.hpp"

namespace mfa::engine {
namespace {

constexpr uint32_t kMinute_s = 60;

Result<Done> write_mail(const Config &config, const Request &request, const BeginOptions &options,
                        const Mailed &mailed, const Secret &code, Offer &offer) {
  std::string_view name = options.display_name.empty() ? options.account_name : options.display_name;
  if (name.empty()) name = request.user;
  const std::string minutes =
      std::to_string(std::max<uint64_t>(config.mail_valid_s(request.purpose) / kMinute_s, 1));
  MFA_TRY(const email::Mail mail,
          email::render(
              config.email.of(request.locale),
              {.user = name, .code = text_of(code.reveal()), .minutes = minutes, .issuer = config.issuer}));
  offer.set(MFA_OFFER_MAIL_TO, mailed.address);
  offer.set(MFA_OFFER_MAIL_SUBJECT, text_of(mail.subject.reveal()));
  offer.set(MFA_OFFER_MAIL_TEXT, text_of(mail.text.reveal()));
  if (!mail.html.empty()) offer.set(MFA_OFFER_MAIL_HTML, text_of(mail.html.reveal()));
  return done;
}

}  // namespace

Result<Offer> Engine::offer_mail(const Setting &set, Operation operation, const BeginOptions &options) const {
  const Request &request = set.request;
  const Scene scene = set.scene(config_);
  MailChance chance;
  MFA_TRY(chance.nonce, records_.draw<kNonce>());
  MFA_TRY(chance.salt, records_.draw<email::kSalt>());
  Secret random(email::kCodeRandom);
  MFA_TRY(ports_.random.fill(random.fill()));
  chance.code = email::make_code(random.reveal(), config_.email.digits);
  // What cannot be written must not be counted as sent.
  Offer offer;
  MFA_TRY(write_mail(config_, request, options, {}, chance.code, offer));

  MailWish wish{operation, options.address, {}};
  if (!options.factor.empty()) {
    MFA_TRY(wish.factor, from_base64url(options.factor));
  }
  Mailed mailed;
  MFA_TRY(const Decision decision,
          records_.update(request.user, request.min_serial,
                          [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
                            return std::optional<Decision>(
                                decide_mail(scene, account, wish, chance, pepper_.reveal(), mailed));
                          }));
  for (const Event &event : decision.events) tell(event);
  const bool stranger = request.purpose == Purpose::login && request.proven == 0;
  std::optional<Failure> hidden;
  if (!decision.answer.has_value()) {
    const Failure &failure = decision.answer.error();
    // Someone who proved nothing sees the same page, whether a mail is on its way or not.
    const bool tells = failure.status == Status::wrong || failure.status == Status::too_soon ||
                       failure.status == Status::locked_out;
    if (!stranger || !tells) return failure;
    mailed = {};
    hidden = failure;
  }
  MFA_TRY(Ticket ticket,
          new_ticket(set, operation, Method::email, nullptr, config_.mail_valid_s(request.purpose)));
  ticket.nonce = chance.nonce;
  ticket.epoch = mailed.epoch;
  if (operation == Operation::enroll) {
    MFA_TRY(ticket.label, label_of(config_, Method::email, options.label));
  }
  offer = Offer();
  offer.hidden = std::move(hidden);
  offer.method = Method::email;
  offer.enroll = operation == Operation::enroll;
  offer.expires_s = ticket.expires_s;
  if (!mailed.address.empty()) MFA_TRY(write_mail(config_, request, options, mailed, chance.code, offer));
  if (!stranger) offer.set(MFA_OFFER_ADDRESS_MASKED, email::masked(mailed.address));
  MFA_TRY(const std::string text, seal(ticket));
  offer.set(MFA_OFFER_TICKET, text);
  return offer;
}

Result<Proof> Engine::take_mail_code(const Setting &set, const Ticket &ticket, std::string_view text) const {
  const Request &request = set.request;
  const Scene scene = set.scene(config_);
  MFA_TRY(const Secret code, email::parse_code(text, config_.email.digits));
  MFA_TRY(
      const Decision decision,
      records_.update(request.user, request.min_serial,
                      [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
                        if (ticket.operation == Operation::enroll) {
                          return std::optional<Decision>(
                              decide_mail_enroll(scene, account, ticket, code, pepper_.reveal()));
                        }
                        if (!account) {
                          return std::optional<Decision>(Decision::no(fail(
                              Status::wrong, Reason::account_wrong_code, "not the code that was mailed")));
                        }
                        return std::optional<Decision>(
                            decide_mail_code(scene, *account, ticket, code, pepper_.reveal()));
                      }));
  return prove(decision);
}

}  // namespace mfa::engine
