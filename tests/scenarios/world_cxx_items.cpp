#include "scenarios/world_cxx_items.hpp"

#include <stdexcept>

namespace scenarios {
namespace {

uint32_t bits_of(std::string_view text, std::initializer_list<const char *> names) {
  uint32_t bits = 0;
  for (const auto &name : list_of(text)) {
    const int bit = index_of(name.c_str(), names.begin(), static_cast<int>(names.size()));
    if (bit < 0) throw std::runtime_error("there is nothing called " + name);
    bits |= uint32_t{1} << bit;
  }
  return bits;
}

int place_of(std::string_view text, std::initializer_list<const char *> names) {
  return index_of(std::string(text).c_str(), names.begin(), static_cast<int>(names.size()));
}

std::string bytes_of_hex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

template <class Number>
void add_number(pairs *items, const std::string &name, Number number) {
  add(items, name, std::to_string(number));
}

void add_json(pairs *items, mfa::Answer<mfa::Buffer> json) {
  add(items, "json", std::move(json).or_throw().text());
}

void add_method(pairs *items, const mfa_method_info &info) {
  const std::string method(mfa::method_name(info.method)), prefix = "method." + method + ".";
  pairs_list(items, "methods", method.c_str());
  if (info.can_verify) pairs_list(items, "can_verify", method.c_str());
  if (info.can_enroll) pairs_list(items, "can_enroll", method.c_str());
  add(items, prefix + "label", mfa::view(info.label));
  add_number(items, prefix + "factors", info.factors);
  add_number(items, prefix + "aal", info.aal);
  add_number(items, prefix + "locked_until_s", info.locked_until_s);
}

void add_factor(pairs *items, size_t index, const mfa_factor &factor) {
  const std::string prefix = "factor." + std::to_string(index) + ".";
  add(items, prefix + "method", mfa::method_name(factor.method));
  add(items, prefix + "id", mfa::view(factor.id));
  add(items, prefix + "label", mfa::view(factor.label));
  add(items, prefix + "device", mfa::view(factor.device));
  add(items, prefix + "address", mfa::view(factor.address));
  add_number(items, prefix + "enabled", factor.enabled);
  add_number(items, prefix + "can_disable", factor.can_disable);
  add_number(items, prefix + "can_remove", factor.can_remove);
  add_number(items, prefix + "enterprise", factor.enterprise);
  add_number(items, prefix + "added_s", factor.added_s);
  add_number(items, prefix + "last_used_s", factor.last_used_s);
  add_number(items, prefix + "expires_s", factor.expires_s);
  add_number(items, prefix + "locked_until_s", factor.locked_until_s);
}

}  // namespace

uint64_t number_of(const pairs *arguments, const std::string &name) {
  const std::string text(text_of(arguments, name));
  return text.empty() ? 0 : std::stoull(text);
}

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> names;
  for (size_t at = 0; at < text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    names.emplace_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return names;
}

GivenRequest::GivenRequest(const pairs *arguments)
    : role_names_(list_of(text_of(arguments, "request.roles"))),
      action_(bytes_of_hex(text_of(arguments, "request.action"))) {
  const auto text = [&](const char *name) { return text_of(arguments, std::string("request.") + name); };
  for (const auto &role : role_names_) roles_.push_back(mfa::text(role));
  it.purpose = place_of(text("purpose"), {"", "login", "step_up", "manage", "approve"});
  it.proven = bits_of(text("proven"), {"password", "federated", "other"});
  it.flags = bits_of(text("flags"), {"usernameless"});
  it.user = text("user");
  it.browser = text("browser");
  it.session = text("session");
  it.statement = text("statement");
  it.source = text("source");
  it.user_agent = text("user_agent");
  it.action = mfa::bytes(action_);
  it.locale = text("locale");
  it.roles = roles_;
  it.min_serial = number_of(arguments, "request.min_serial");
  it.cookies = text("cookies");
}

mfa::BeginOptions options_of(const pairs *arguments) {
  const auto text = [&](const char *name) { return text_of(arguments, std::string("options.") + name); };
  mfa::BeginOptions options;
  if (!text("mediation").empty()) options.mediation = place_of(text("mediation"), {"modal", "conditional"});
  options.user_verification =
      place_of(text("user_verification"), {"", "discouraged", "preferred", "required"});
  options.factor = text("factor");
  options.account_name = text("account_name");
  options.display_name = text("display_name");
  options.label = text("label");
  options.address = text("address");
  options.extra_json = text("extra_json");
  return options;
}

mfa::SessionNeed need_of(const pairs *arguments) {
  return {.aal = static_cast<int32_t>(number_of(arguments, "need.aal")),
          .max_age_s = number_of(arguments, "need.max_age_s"),
          .method = mfa::method_from_name(text_of(arguments, "need.method"))};
}

void add(pairs *items, const std::string &name, std::string_view text) {
  pairs_set_n(items, name.c_str(), text.data(), text.size());
}

void add_error(pairs *items, const mfa::Error &error) {
  add(items, "reason", error.reason_name());
  add_number(items, "attempts_left", error.attempts_left());
  add_number(items, "retry_at_s", error.retry_at_s());
  add_number(items, "clock_skew_s", error.clock_skew_s());
  add_signals(items, error.signals());
}

void add_value(pairs *items, const mfa::Offer &offer) {
  add(items, "ticket", offer.ticket());
  add(items, "options", offer.options());
  add(items, "uri", offer.uri());
  add(items, "secret", offer.secret());
  add(items, "code", offer.code());
  add(items, "mail_to", offer.mail_to());
  add(items, "mail_subject", offer.mail_subject());
  add(items, "mail_text", offer.mail_text());
  add(items, "mail_html", offer.mail_html());
  add(items, "address_masked", offer.address_masked());
  add(items, "recovery_codes", offer.recovery_codes());
  add_number(items, "expires_at_s", offer.expires_at_s());
  add_json(items, offer.json());
}

void add_value(pairs *items, const mfa::Proof &proof) {
  add(items, "user", proof.user());
  add(items, "factor", proof.factor());
  add(items, "statement", proof.statement());
  add(items, "set_cookie", proof.set_cookie());
  add(items, "amr", proof.amr());
  add(items, "credentials", proof.credentials());
  add(items, "method", mfa::method_name(proof.method()));
  add_number(items, "aal", proof.aal());
  add_signals(items, proof.signals());
  add_number(items, "serial", proof.serial());
  add_number(items, "recovery_remaining", proof.recovery_remaining());
  add_json(items, proof.json());
}

void add_value(pairs *items, const mfa::Account &account) {
  constexpr const char *kNeeds[] = {"nothing", "factor", "enroll", "enroll_soon"};
  add(items, "need", kNeeds[account.need() & 3]);
  add_number(items, "grace_until_s", account.number(MFA_ACCOUNT_GRACE_UNTIL_S));
  add_number(items, "recovery_remaining", account.number(MFA_ACCOUNT_RECOVERY_REMAINING));
  add_number(items, "must_enroll_recovery", account.number(MFA_ACCOUNT_MUST_ENROLL_RECOVERY));
  add_number(items, "aal_needed", account.number(MFA_ACCOUNT_AAL_NEEDED));
  for (size_t i = 0; i < account.method_count(); i++) add_method(items, account.method(i).or_throw());
  add_number(items, "factors", account.factor_count());
  for (size_t i = 0; i < account.factor_count(); i++) add_factor(items, i, account.factor(i).or_throw());
  add_json(items, account.json());
}

void add_value(pairs *items, const mfa::Buffer &buffer) { add(items, "text", buffer.text()); }

}  // namespace scenarios
