// A payment that has to be approved: the factor is verified for exactly this one, and for nothing else.
#include <sodium.h>

#include <algorithm>
#include <array>

#include "signing.hpp"

namespace demo {
namespace {

constexpr size_t kToMax = 64;
constexpr size_t kAmountMax = 12;

struct Payment {
  std::string to;
  std::string amount;
};

bool is_amount(std::string_view text) {
  size_t point = std::min(text.find('.'), text.size());
  bool digits = text.find_first_not_of("0123456789.") == std::string_view::npos;
  bool cents = point == text.size() || text.size() - point == 3;
  return digits && cents && point > 0 && text.size() <= kAmountMax &&
         text.find('.', point + 1) == std::string_view::npos;
}

std::optional<Payment> payment_in(const Fields &fields) {
  Payment payment{std::string(find(fields, "to")), std::string(find(fields, "amount"))};
  bool control = std::ranges::any_of(payment.to, [](unsigned char c) { return c < 0x20; });
  if (payment.to.empty() || payment.to.size() > kToMax || control || !is_amount(payment.amount))
    return std::nullopt;
  return payment;
}

using Action = std::array<unsigned char, crypto_hash_sha256_BYTES>;

// Over all that the user agrees to. No field can hold the separator.
Action action_of(const Visit &visit, const Payment &payment) {
  const std::string text = "pay\n" + visit.session->user + "\n" + payment.to + "\n" + payment.amount;
  Action action;
  crypto_hash_sha256(action.data(), reinterpret_cast<const unsigned char *>(text.data()), text.size());
  return action;
}

mfa_request asks_to_approve(const Site &site, const Visit &visit, const Action &action) {
  mfa_request request = site.asks(visit, MFA_PURPOSE_APPROVE);
  request.action = mfa_text_n(action.data(), action.size());
  return request;
}

std::string path_of(const Payment &payment) {
  return "/pay/approve?to=" + percent_encode(payment.to) + "&amount=" + percent_encode(payment.amount);
}

// Where the money would move: in the request whose approval was just spent.
void pay(Site &site, Visit &visit, const Payment &payment) {
  site.leave_message(visit,
                     done("Approved: " + payment.amount + " to " + payment.to,
                          "No money was moved, since there is none. The approval cannot be used again."));
}

Response get_pay(Site &site, Visit &visit) { return site.page(visit, 200, "pay", "Approve a payment"); }

Response get_approve(Site &site, Visit &visit) {
  std::optional<Payment> payment = payment_in(visit.request.query);
  if (!payment) {
    View view;
    view.set("to", visit.query("to"))
        .set("amount", visit.query("amount"))
        .set("problem", true)
        .set("failed", true);
    return site.page(visit, 422, "pay", "Approve a payment", std::move(view));
  }
  Action action = action_of(visit, *payment);
  Answer<Account> seen = site.engine.account(asks_to_approve(site, visit, action));
  if (!seen.yes()) {
    return say_no(site, visit, seen.error, explain(seen.error, Doing::verifying, MFA_METHOD_NONE), "/pay");
  }
  View view;
  view.set("to", std::string_view(payment->to)).set("amount", std::string_view(payment->amount));
  for (size_t i = 0; i < mfa_account_method_count(seen.value.get()); i++) {
    mfa_method_info info = MFA_METHOD_INFO_INIT;
    if (mfa_account_method(seen.value.get(), i, &info) != MFA_OK || !info.can_verify) continue;
    view.set(std::string("use_") + mfa_method_name(info.method), true).set("any_way", true);
  }
  return site.page(visit, 200, "approve", "Approve a payment", std::move(view));
}

Response post_code(Site &site, Visit &visit) {
  std::optional<Payment> payment = payment_in(visit.request.form);
  if (!payment) return redirect_to("/pay");
  Action action = action_of(visit, *payment);
  mfa_request request = asks_to_approve(site, visit, action);
  Answer<Proof> proved = site.engine.verify_code(request, MFA_METHOD_TOTP, visit.form("code"));
  if (!proved.yes()) {
    Message message = explain(proved.error, Doing::verifying, MFA_METHOD_TOTP);
    return say_no(site, visit, proved.error, message, path_of(*payment));
  }
  pay(site, visit, *payment);
  return redirect_to("/pay");
}

Response post_begin(Site &site, Visit &visit) {
  std::optional<Payment> payment = payment_in(visit.request.form);
  if (!payment) return json_elsewhere("/pay");
  Action action = action_of(visit, *payment);
  mfa_request request = asks_to_approve(site, visit, action);
  return json_offer(site.engine.verify_begin(request, MFA_METHOD_WEBAUTHN, MFA_BEGIN_OPTIONS_INIT),
                    Doing::verifying, path_of(*payment));
}

Response post_finish(Site &site, Visit &visit) {
  std::optional<Payment> payment = payment_in(visit.request.query);
  if (!payment) return json_elsewhere("/pay");
  Action action = action_of(visit, *payment);
  mfa_request request = asks_to_approve(site, visit, action);
  Answer<Proof> proved =
      site.engine.verify_finish(request, visit.request.header("x-ticket"), visit.request.body);
  if (!proved.yes()) {
    Message message = explain(proved.error, Doing::verifying, MFA_METHOD_WEBAUTHN);
    return say_no_json(proved.error, message, path_of(*payment));
  }
  pay(site, visit, *payment);
  return json_go("/pay");
}

constexpr Route kRoutes[] = {
    {"GET", "/pay", Access::signed_in, Speaks::html, get_pay},
    {"GET", "/pay/approve", Access::signed_in, Speaks::html, get_approve},
    {"POST", "/pay/code", Access::signed_in, Speaks::html, post_code},
    {"POST", "/pay/passkey/begin", Access::signed_in, Speaks::json, post_begin},
    {"POST", "/pay/passkey/finish", Access::signed_in, Speaks::json, post_finish},
};

}  // namespace

std::span<const Route> pay_routes() { return kRoutes; }

}  // namespace demo
