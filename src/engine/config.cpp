#include "engine/config.hpp"

#include <algorithm>

#include "core/cose.hpp"
#include "engine/config_methods.hpp"
#include "engine/config_schema.hpp"

namespace mfa::engine {
namespace {

constexpr size_t kRolesMax = 64;
constexpr size_t kAloneMax = 8;
constexpr Bounds kAge{60, 31536000};

bool is_word(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [more](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           more.find(c) != std::string_view::npos;
  });
}
constexpr Shape kRealm = {"^[0-9A-Za-z._-]*$", [](std::string_view text) { return is_word(text, "._-"); },
                          "only letters, digits, '.', '_' and '-'"};
constexpr Shape kIssuer = {"^[^:]*$",
                           [](std::string_view text) { return text.find(':') == std::string_view::npos; },
                           "must not hold ':'"};
constexpr Shape kRoleName = {"^([*]|[0-9A-Za-z._:-]{1,64})$",
                             [](std::string_view text) {
                               return text == "*" ||
                                      (!text.empty() && text.size() <= 64 && is_word(text, "._:-"));
                             },
                             "not a role name"};
constexpr Shape kCookieName = {"^[0-9A-Za-z!#$%&'*+.^_`|~-]*$", is_cookie_name, "not the name of a cookie"};
constexpr Shape kCookiePath = {"^/[!-:<-~]*$",
                               [](std::string_view text) {
                                 return text.starts_with('/') && std::ranges::all_of(text, [](char c) {
                                          return c > ' ' && c < 0x7F && c != ';';
                                        });
                               },
                               "not a path that a cookie can have"};
constexpr Shape kLink = {"^($|(https://|http://localhost)[!-\"$-~]*$)",
                         [](std::string_view text) { return text.empty() || is_link(text); },
                         "not an https address without a fragment"};
constexpr Shape kMethodName = {"^(webauthn|u2f|totp|hotp|email|recovery|device)$",
                               [](std::string_view text) { return method_of(text) != Method::none; },
                               "not a method"};

// Each function below describes one object of the document, for reading, for writing and for the schema.

template <class V>
void visit(V &v, MethodConfig &c) {
  v.boolean("allowed", c.allowed);
  v.text("label", c.label, {1, 64});
  v.boolean("user_may_disable", c.user_may_disable);
  v.boolean("user_may_remove", c.user_may_remove);
  v.number("max_factors", c.max_factors, {1, 20});
  v.boolean("enterprise_owned", c.enterprise_owned);
}

template <class V>
void visit(V &v, RoleConfig &c) {
  v.choice("mfa", c.mfa,
           Choices<Requirement>{{"off", Requirement::off},
                                {"optional", Requirement::optional},
                                {"required", Requirement::required}});
  v.number("min_aal", c.min_aal, {1, 3});
  v.number("grace_days", c.grace_days, {0, 365});
  v.number("grace_reminders", c.grace_reminders, {0, 100});
  v.methods("methods", c.methods);
  v.boolean("trusted_device", c.trusted_device);
}

template <class V>
void visit(V &v, Alone &c) {
  v.needed({"method"});
  v.choice("method", c.method, Choices<Method>{{"webauthn", Method::webauthn}},
           "only webauthn stands alone; see unsafe.alone_methods");
  v.boolean("user_verification", c.user_verification);
}

template <class V>
void visit(V &v, PolicyConfig &c) {
  v.map("roles", c.roles, kRolesMax, kRoleName, {}, [](auto &inner, RoleConfig &row) { visit(inner, row); });
  v.list("alone", c.alone, kAloneMax, [](auto &inner, Alone &row) { visit(inner, row); });
  v.boolean("last_factor_removable", c.last_factor_removable);
  v.number("factor_change_max_age_s", c.factor_change_max_age_s, {30, 3600});
  v.number("max_factors", c.max_factors, {1, 100});
  v.number("label_max_bytes", c.label_max_bytes, {1, 256});
}

template <class V>
void visit(V &v, Span &c) {
  v.number("min_s", c.min_s, {1, 604800});
  v.number("max_s", c.max_s, {1, 604800});
}

template <class V>
void visit(V &v, SessionConfig &c) {
  v.number("aal1_max_age_s", c.max_age_s[0], kAge);
  v.number("aal2_max_age_s", c.max_age_s[1], kAge);
  v.number("aal3_max_age_s", c.max_age_s[2], kAge);
  v.number("step_up_max_age_s", c.step_up_max_age_s, {10, 86400});
  v.methods("step_up_methods", c.step_up_methods);
  v.section("recheck", [&](V &inner) {
    inner.boolean("enabled", c.recheck.enabled);
    visit(inner, c.recheck.span);
    inner.map("methods", c.recheck.methods, kMethods.size(), kMethodName, c.recheck.span,
              [](auto &row, Span &span) { visit(row, span); });
  });
}

template <class V>
void visit(V &v, ThrottleConfig &c) {
  v.section("per_method", [&](V &inner) {
    inner.number("free", c.free, {1, 20});
    inner.number("first_wait_s", c.first_wait_s, {1, 3600});
    inner.number("max_wait_s", c.max_wait_s, {1, 86400});
    inner.number("disable_after", c.disable_after, {10, 100});
  });
  v.section("long_budget", [&](V &inner) {
    inner.number("failures", c.long_failures, {10, 1000});
    inner.number("days", c.long_days, {1, 365});
  });
  v.section("per_user", [&](V &inner) {
    inner.number("failures", c.user_failures, {1, 1000});
    inner.number("window_s", c.user_window_s, {60, 86400});
    inner.number("hold_s", c.user_hold_s, {60, 86400});
    inner.without("exempt", "passkeys, U2F, recovery codes and devices are never held, other codes always");
  });
  v.section("per_source", [&](V &inner) {
    inner.boolean("enabled", c.per_source);
    inner.number("failures", c.source_failures, {1, 100000});
    inner.number("window_s", c.source_window_s, {1, 86400});
  });
  v.section("known_device", [&](V &inner) { inner.number("free", c.known_free, {0, 20}); });
}

template <class V>
void visit(V &v, UnsafeConfig &c) {
  v.number("totp_window_steps", c.totp_window_steps, {0, otp::kWindowMaxUnsafe});
  v.methods("alone_methods", c.alone_methods);
  v.boolean("unbound_tickets", c.unbound_tickets);
  v.boolean("recovery_test_hash", c.recovery_test_hash);
  v.boolean("code_in_subject", c.code_in_subject);
  v.boolean("http_cookies", c.http_cookies);
}

template <class V>
void visit(V &v, CookieRules &c) {
  v.text("name", c.name, {1, 64}, &kCookieName);
  v.boolean("host_prefix", c.host_prefix);
  v.one_of("same_site", c.same_site, {"Lax", "Strict"});
  v.text("path", c.path, {1, 256}, &kCookiePath);
}

template <class V>
void visit(V &v, DeviceConfig &c) {
  v.boolean("remember", c.remember);
  v.boolean("pairing", c.pairing);
  v.text("pairing_url", c.pairing_url, {0, 512}, &kLink);
  v.number("pairing_s", c.pairing_s, {60, 600});
  v.number("absolute_days", c.absolute_days, {1, 180});
  v.number("idle_days", c.idle_days, {1, 180});
  v.number("rotate_grace_s", c.rotate_grace_s, {0, 60});
  v.section("cookie", [&](V &inner) { visit(inner, c.cookie); });
}

template <class V>
void visit(V &v, QuickLoginConfig &c) {
  v.boolean("enabled", c.enabled);
  v.number("days", c.days, {1, 180});
  v.section("cookie", [&](V &inner) { visit(inner, c.cookie); });
}

template <class V>
void visit(V &v, Config &c) {
  uint32_t version = 1;
  v.needed({"version", "issuer"});
  v.number("version", version, {1, 1});
  v.section("unsafe", [&](V &inner) { visit(inner, c.unsafe); });
  c.email.code_in_subject = c.unsafe.code_in_subject;
  v.text("realm", c.realm, {0, 64}, &kRealm);
  v.text("issuer", c.issuer, {1, 64}, &kIssuer);
  v.section("methods", [&](V &inner) {
    for (const Method method : kMethods) {
      inner.section(mfa::name_of(method), [&](V &member) { visit(member, c.methods[method]); });
    }
  });
  v.choice("offer_order", c.offer_order,
           Choices<Order>{{"best", Order::best}, {"last_used", Order::last_used}});
  v.section("policy", [&](V &inner) { visit(inner, c.policy); });
  v.section("session", [&](V &inner) { visit(inner, c.session); });
  v.section("approval", [&](V &inner) {
    inner.number("ticket_s", c.approval.ticket_s, {30, 600});
    inner.methods("methods", c.approval.methods);
  });
  v.section("ticket_s", [&](V &inner) {
    inner.number("login", c.ticket.login_s, {60, 3600});
    inner.number("enroll", c.ticket.enroll_s, {60, 3600});
    inner.number("webauthn", c.ticket.webauthn_s, {60, 600});
  });
  visit_methods(v, c);
  v.section("device", [&](V &inner) { visit(inner, c.device); });
  v.section("quick_login", [&](V &inner) { visit(inner, c.quick_login); });
  c.device.cookie.secure = c.quick_login.cookie.secure = !c.unsafe.http_cookies;
  v.section("throttle", [&](V &inner) { visit(inner, c.throttle); });
  v.section("events", [&](V &inner) {
    inner.number("keep_in_account", c.events_in_account, {0, 32});
    inner.choice(
        "source", c.events_source,
        Choices<SourceKept>{
            {"full", SourceKept::full}, {"network", SourceKept::network}, {"none", SourceKept::none}});
  });
}

Config defaults() {
  Config config;
  const auto add = [&](Method method, bool allowed, const char *label, uint32_t max_factors) {
    config.methods[method] = MethodConfig{.allowed = allowed, .label = label, .max_factors = max_factors};
  };
  add(Method::webauthn, true, "Passkey or security key", 10);
  add(Method::u2f, false, "Old security key", 5);
  add(Method::totp, true, "Authenticator app", 5);
  add(Method::hotp, false, "Hardware token", 2);
  add(Method::email, false, "Code by mail", 1);
  add(Method::recovery, true, "Recovery codes", 1);
  add(Method::device, false, "Trusted device", 5);
  return config;
}

Failure refused(Reason reason, const char *message, const char *path) {
  return fail(Status::err_config, reason, message, path);
}

Result<Done> check_cookie(const CookieRules &cookie, const char *path) {
  if (cookie.host_prefix && cookie.path != "/")
    return refused(Reason::config_value, "host_prefix needs the path \"/\"", path);
  return done;
}

Result<Done> check_devices(const Config &config) {
  MFA_TRY(check_cookie(config.device.cookie, "device.cookie"));
  MFA_TRY(check_cookie(config.quick_login.cookie, "quick_login.cookie"));
  if (config.device.cookie.name == config.quick_login.cookie.name)
    return refused(Reason::config_value, "the cookie of a device", "quick_login.cookie.name");
  if (config.device.idle_days > config.device.absolute_days)
    return refused(Reason::config_range, "above absolute_days", "device.idle_days");
  for (const auto &row : config.session.recheck.methods) {
    if (row.second.min_s > row.second.max_s)
      return refused(Reason::config_range, "min_s is above max_s", "session.recheck.methods");
  }
  return done;
}

// What no single key can say.
Result<Done> check_whole(Config &config) {
  // A clock that is right must stay in the window, wherever it has followed one that was not.
  const otp::TotpParams totp = config.totp_params();
  if (config.totp.drift_steps > std::min(totp.past, totp.future))
    return refused(Reason::config_range, "above past or future", "totp.drift_steps");
  MFA_TRY(check_devices(config));
  if (config.session.recheck.span.min_s > config.session.recheck.span.max_s) {
    return refused(Reason::config_range, "min_s is above max_s", "session.recheck");
  }
  for (const uint32_t age : config.session.max_age_s) {
    if (age < config.policy.factor_change_max_age_s) {
      return refused(Reason::config_range, "a session that ends before factor_change_max_age_s", "session");
    }
  }
  if (config.allows(Method::email) && config.email.templates.count(config.email.default_locale) == 0)
    return refused(Reason::config_value, "no template of this locale", "email.default_locale");
  if (config.allows(Method::u2f) && config.u2f.app_id.empty())
    return refused(Reason::config_missing, "missing, and methods.u2f is allowed", "u2f.app_id");
  if (config.webauthn.present) {
    if (config.webauthn.rp_name.empty()) config.webauthn.rp_name = config.issuer;
    const auto &offered = config.webauthn.algorithms;
    if (!config.webauthn.policy.rs1 && std::find(offered.begin(), offered.end(), cose::kRs1) != offered.end())
      return refused(Reason::config_value, "RS1 without the switch that allows it", "webauthn.algorithms");
  } else {
    // Nothing to check a passkey against: the method is off, and an explicit wish for it is a mistake.
    config.methods[Method::webauthn].allowed = false;
  }
  return done;
}

}  // namespace

bool is_link(std::string_view url) {
  constexpr size_t kLinkMax = 512;
  return url.size() <= kLinkMax && (url.starts_with("https://") || url.starts_with("http://localhost")) &&
         std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7F && c != '#'; });
}

const MethodConfig &Config::of(Method method) const {
  static const MethodConfig kNone;
  const auto at = methods.find(method);
  return at == methods.end() ? kNone : at->second;
}

const Span &RecheckConfig::of(Method method) const {
  const auto at = methods.find(method);
  return at == methods.end() ? span : at->second;
}

const email::Template &EmailConfig::of(std::string_view locale) const {
  // "de-AT" is served by "de" where there is no other.
  for (std::string name(locale); !name.empty(); name.resize(std::min(name.rfind('-'), name.size()))) {
    if (const auto at = templates.find(name); at != templates.end()) return at->second;
    if (name.find('-') == std::string::npos) break;
  }
  return templates.at(default_locale);
}

otp::TotpParams Config::totp_params() const {
  return {.hash = totp.hash,
          .digits = totp.digits,
          .period_s = totp.period_s,
          .t0_s = totp.t0_s,
          .past = std::max(totp.past, unsafe.totp_window_steps),
          .future = std::max(totp.future, unsafe.totp_window_steps),
          .wide = unsafe.totp_window_steps > 0};
}

recovery::Cost Config::recovery_cost() const {
  return unsafe.recovery_test_hash ? recovery::kTest : recovery.cost;
}

std::vector<std::string> Config::unsafe_used() const {
  std::vector<std::string> used;
  if (unsafe.totp_window_steps > 0) used.emplace_back("totp_window_steps");
  if (!unsafe.alone_methods.empty()) used.emplace_back("alone_methods");
  if (unsafe.unbound_tickets) used.emplace_back("unbound_tickets");
  if (unsafe.recovery_test_hash) used.emplace_back("recovery_test_hash");
  if (unsafe.code_in_subject) used.emplace_back("code_in_subject");
  if (unsafe.http_cookies) used.emplace_back("http_cookies");
  return used;
}

uint64_t Config::mail_valid_s(Purpose purpose) const {
  return purpose == Purpose::approve ? std::min(email.valid_s, approval.ticket_s) : email.valid_s;
}

uint64_t Config::longest_ticket_s() const {
  return std::max<uint64_t>({ticket.login_s, ticket.enroll_s, ticket.webauthn_s, approval.ticket_s,
                             email.valid_s, device.pairing_s});
}

Result<Config> parse_config(std::string_view text) {
  auto document = json::Document::parse(text);
  if (!document.has_value()) {
    return fail(Status::err_config, Reason::config_json, "the configuration is not JSON",
                document.error().message);
  }
  Config config = defaults();
  ConfigReader reader(document.value().root());
  const bool wants_passkeys =
      reader.has("methods") && document.value().root().find("methods")->find("webauthn").has_value();
  visit(reader, config);
  reader.finish();
  if (reader.failure()) return *reader.failure();
  if (wants_passkeys && config.allows(Method::webauthn) && !config.webauthn.present) {
    return refused(Reason::config_missing, "missing, and methods.webauthn is allowed", "webauthn");
  }
  MFA_TRY(check_whole(config));
  return config;
}

std::string config_json(const Config &config) {
  json::Writer out;
  Config copy = config;
  ConfigWriter writer(out);
  out.begin_object();
  visit(writer, copy);
  out.end_object();
  return out.take();
}

std::string config_schema() {
  Config config = defaults();
  return ConfigSchema::whole([&](ConfigSchema &schema) { visit(schema, config); });
}

}  // namespace mfa::engine
