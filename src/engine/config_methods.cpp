#include "engine/config_methods.hpp"

#include "core/cose.hpp"
#include "engine/config_schema.hpp"
#include "methods/webauthn/extensions.hpp"
#include "methods/webauthn/policy.hpp"

namespace mfa::engine {
namespace {

constexpr size_t kOriginsMax = 32;
constexpr size_t kAlgorithmsMax = 32;
constexpr size_t kExtensionsMax = 2048;
constexpr size_t kTemplatesMax = 64;
constexpr size_t kLocaleMax = 35;  // of a language tag (RFC 5646 section 4.4.1)

constexpr std::pair<int32_t, const char *> kOfNewerOpenSsl[] = {
    {-48, "ML-DSA-44"}, {-49, "ML-DSA-65"}, {-50, "ML-DSA-87"}};

constexpr Shape kAppId = {"^($|https://)",
                          [](std::string_view text) { return text.empty() || text.starts_with("https://"); },
                          "an AppID is an https address"};
constexpr Shape kLocale = {"^.{1,35}$",
                           [](std::string_view text) { return !text.empty() && text.size() <= kLocaleMax; },
                           "not the name of a locale"};

template <class V>
void visit_hash(V &v, Hash &hash) {
  v.choice("hash", hash,
           Choices<Hash>{{"sha1", Hash::sha1}, {"sha256", Hash::sha256}, {"sha512", Hash::sha512}});
}

template <class V>
void visit(V &v, TotpConfig &c) {
  visit_hash(v, c.hash);
  v.number("digits", c.digits, {6, 10});
  v.number("period_s", c.period_s, {1, 3600});
  v.number("t0_s", c.t0_s, {0, uint64_t{1} << 53});
  v.number("past", c.past, {0, 2});
  v.number("future", c.future, {0, 2});
  v.number("secret_bytes", c.secret_bytes, {16, 64});
  v.number("drift_steps", c.drift_steps, {0, otp::kDriftMax});
}

template <class V>
void visit(V &v, HotpConfig &c) {
  visit_hash(v, c.hash);
  v.number("digits", c.digits, {6, 10});
  v.number("look_ahead", c.look_ahead, {0, 100});
  v.number("resync_range", c.resync_range, {0, 1000});
}

void visit_algorithms(ConfigReader &v, WebauthnConfig &c) {
  const auto list = v.take("algorithms");
  if (!list) return;
  if (list->type() != json::Type::array || list->size() == 0 || list->size() > kAlgorithmsMax) {
    return v.refuse(Reason::config_type, "not a list of algorithms", "algorithms");
  }
  c.algorithms.clear();
  for (size_t i = 0; i < list->size(); i++) {
    const auto name = list->item(i).as_text();
    const auto number = list->item(i).as_int();
    const int64_t algorithm = name.has_value()     ? cose::algorithm_of(name.value())
                              : number.has_value() ? number.value()
                                                   : 0;
    if (algorithm < INT32_MIN || algorithm > INT32_MAX || !cose::is_known(static_cast<int32_t>(algorithm))) {
      return v.refuse(Reason::config_value, "an algorithm that this build does not verify", "algorithms");
    }
    c.algorithms.push_back(static_cast<int32_t>(algorithm));
  }
}
void visit_algorithms(ConfigWriter &v, WebauthnConfig &c) {
  v.out().key("algorithms").begin_array();
  for (const int32_t algorithm : c.algorithms) v.out().text(cose::name_of(algorithm));
  v.out().end_array();
}
void visit_algorithms(ConfigSchema &v, WebauthnConfig &c) {
  json::Writer &out = v.open("algorithms", "array");
  out.member("minItems", uint64_t{1}).member("maxItems", uint64_t{kAlgorithmsMax});
  out.key("items").begin_object().key("enum").begin_array();
  for (const int32_t algorithm : cose::algorithms()) out.text(cose::name_of(algorithm)).integer(algorithm);
  // The schema must not depend on the OpenSSL that it was made with.
  for (const auto &[algorithm, name] : kOfNewerOpenSsl) {
    if (!cose::is_known(algorithm)) out.text(name).integer(algorithm);
  }
  out.end_array().end_object();
  out.key("default").begin_array();
  for (const int32_t algorithm : c.algorithms) out.text(cose::name_of(algorithm));
  out.end_array().end_object();
}

void visit_extensions(ConfigReader &v, WebauthnConfig &c) {
  const auto inputs = v.take("extensions");
  if (!inputs) return;
  json::Writer out;
  const bool read = webauthn::read_asked(*inputs).has_value() && json::rewrite(*inputs, out).has_value();
  if (!read || out.view().size() > kExtensionsMax)
    return v.refuse(Reason::config_value, "not extension inputs of the specification", "extensions");
  if (inputs->find("appid") || inputs->find("appidExclude"))
    return v.refuse(Reason::config_value, "the AppID is u2f.app_id", "extensions");
  c.extensions_json = out.take();
}
void visit_extensions(ConfigWriter &v, WebauthnConfig &c) {
  v.out().key("extensions").raw(c.extensions_json);
}
void visit_extensions(ConfigSchema &v, WebauthnConfig &c) {
  json::Writer &out = v.open("extensions", "object");
  out.key("properties").begin_object().member("appid", false).member("appidExclude", false).end_object();
  out.key("default").raw(c.extensions_json).end_object();
}

void visit_compound(ConfigReader &v, WebauthnConfig &c) {
  const auto value = v.take("compound");
  if (value && !webauthn::read_compound(*value, c.policy).has_value())
    v.refuse(Reason::config_value, "\"all\", \"any\", or a list of formats", "compound");
}
void visit_compound(ConfigWriter &v, WebauthnConfig &c) {
  using Compound = webauthn::Policy::Compound;
  if (c.policy.compound == Compound::set) return v.texts("compound", c.policy.compound_formats, 0);
  v.out().member("compound", c.policy.compound == Compound::all ? "all" : "any");
}
void visit_compound(ConfigSchema &v, WebauthnConfig &) {
  json::Writer &out = v.open("compound", nullptr);
  out.key("anyOf").begin_array();
  out.begin_object().key("enum").begin_array().text("all").text("any").end_array().end_object();
  out.begin_object().member("type", "array").member("minItems", uint64_t{1});
  out.member("maxItems", uint64_t{webauthn::kMaxCompoundFormats});
  out.key("items").begin_object().member("type", "string").end_object().end_object();
  out.end_array().member("default", "all").end_object();
}

template <class V>
void visit(V &v, WebauthnConfig &c) {
  using webauthn::Backup;
  using webauthn::Rule;
  using Verification = webauthn::UserVerification;
  const Choices<Rule> rules = {{"reject", Rule::reject}, {"flag", Rule::flag}, {"ignore", Rule::ignore}};
  const Choices<Backup> backups = {
      {"any", Backup::any}, {"required", Backup::required}, {"forbidden", Backup::forbidden}};
  c.present = true;
  v.needed({"rp_id", "origins"});
  v.text("rp_id", c.rp_id, {1, 253});
  v.text("rp_name", c.rp_name, {1, 64});
  v.texts("origins", c.origins, kOriginsMax, 1);
  v.texts("top_origins", c.top_origins, kOriginsMax);
  v.choice("cross_origin", c.cross_origin, Choices<bool>{{"reject", false}, {"allow", true}});
  visit_algorithms(v, c);
  v.one_of("resident_key", c.resident_key, {"discouraged", "preferred", "required"});
  v.one_of("authenticator_attachment", c.authenticator_attachment, {"any", "platform", "cross-platform"});
  v.choice("user_verification", c.user_verification,
           Choices<Verification>{{"discouraged", Verification::discouraged},
                                 {"preferred", Verification::preferred},
                                 {"required", Verification::required}});
  v.one_of("attestation", c.attestation, {"none", "indirect", "direct", "enterprise"});
  v.texts("attestation_formats", c.attestation_formats, 16);
  v.boolean("require_trusted_attestation", c.require_trusted_attestation);
  v.some_of("hints", c.hints, {"security-key", "client-device", "hybrid"});
  v.number("timeout_s", c.timeout_s, {10, 600});
  v.choice("sign_count", c.sign_count, rules);
  v.choice("backup_eligible_change", c.backup_eligible_change, rules);
  v.choice("require_backup", c.require_backup, backups);
  v.choice("require_backed_up", c.require_backed_up, backups);
  visit_extensions(v, c);
  visit_compound(v, c);
  v.boolean("decoys", c.decoys);
  v.boolean("legacy_user_handles", c.legacy_user_handles);
  v.section("switches", [&](V &inner) {
    for (const auto &row : webauthn::switches()) inner.boolean(row.name.data(), c.policy.*row.member);
  });
}

template <class V>
void visit(V &v, U2fConfig &c) {
  v.text("app_id", c.app_id, {0, 256}, &kAppId);
  v.texts("facets", c.facets, kOriginsMax);
  v.boolean("enroll_raw", c.enroll_raw);
}

template <class V>
void visit_template(V &v, email::Template &c, bool code_in_subject) {
  v.needed({"subject", "text"});
  v.text("subject", c.subject, {1, 998});
  v.text("text", c.text, {1, email::kTemplateMax});
  v.text("html", c.html, {0, email::kTemplateMax});
  v.rule([&](ConfigReader &reader) {
    if (const auto fit = email::check_template(c); !fit.has_value())
      reader.refuse(Reason::config_value, fit.error().message, "");
    if (!code_in_subject && c.subject.find("{code}") != std::string::npos)
      reader.refuse(Reason::config_value, "the code in the subject needs unsafe.code_in_subject", "subject");
  });
}

template <class V>
void visit(V &v, EmailConfig &c) {
  v.boolean("enforced", c.enforced);
  v.number("digits", c.digits, {6, 10});
  v.number("valid_s", c.valid_s, {60, 600});
  v.number("tries", c.tries, {1, 10});
  v.number("resend_after_s", c.resend_after_s, {10, 600});
  v.number("per_hour", c.per_hour, {1, 20});
  v.number("per_day", c.per_day, {1, 50});
  v.map("templates", c.templates, kTemplatesMax, kLocale, {},
        [&](auto &inner, email::Template &row) { visit_template(inner, row, c.code_in_subject); });
  v.text("default_locale", c.default_locale, {1, kLocaleMax});
}

template <class V>
void visit(V &v, RecoveryConfig &c) {
  v.boolean("required", c.required);
  v.number("codes", c.codes, {5, 20});
  v.boolean("confirm", c.confirm);
  v.number("warn_at", c.warn_at, {0, 10});
  v.section("hash", [&](V &inner) {
    std::string name = "argon2id";
    inner.one_of("name", name, {"argon2id"});
    inner.number("memory_kib", c.cost.memory_kib, {recovery::kFloor.memory_kib, 1048576});
    inner.number("passes", c.cost.passes, {recovery::kFloor.passes, 16});
  });
  v.without("min_legacy_iterations", "recovery codes that another program hashed are not imported");
  v.boolean("forgets_devices", c.forgets_devices);
}

}  // namespace

template <class V>
void visit_methods(V &v, Config &c) {
  v.section("totp", [&](V &inner) { visit(inner, c.totp); });
  v.section("hotp", [&](V &inner) { visit(inner, c.hotp); });
  if (V::sees_all || c.webauthn.present) v.section("webauthn", [&](V &inner) { visit(inner, c.webauthn); });
  v.section("u2f", [&](V &inner) { visit(inner, c.u2f); });
  v.section("email", [&](V &inner) { visit(inner, c.email); });
  v.section("recovery", [&](V &inner) { visit(inner, c.recovery); });
}
template void visit_methods(ConfigReader &, Config &);
template void visit_methods(ConfigWriter &, Config &);
template void visit_methods(ConfigSchema &, Config &);

}  // namespace mfa::engine
