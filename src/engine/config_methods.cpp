#include "engine/config_methods.hpp"

#include "core/cose.hpp"
#include "methods/webauthn/extensions.hpp"
#include "methods/webauthn/policy.hpp"

namespace mfa::engine {
namespace {

constexpr size_t kOriginsMax = 32;
constexpr size_t kExtensionsMax = 2048;
constexpr size_t kTemplatesMax = 64;
constexpr size_t kLocaleMax = 35;  // of a language tag (RFC 5646 section 4.4.1)

template <class V>
void visit_hash(V &v, Hash &hash) {
  v.choice("hash", hash,
           Choices<Hash>{{"sha1", Hash::sha1}, {"sha256", Hash::sha256}, {"sha512", Hash::sha512}});
}

template <class V>
void visit_totp(V &v, TotpConfig &c) {
  visit_hash(v, c.hash);
  v.number("digits", c.digits, {6, 10});
  v.number("period_s", c.period_s, {1, 3600});
  v.number("t0_s", c.t0_s, {0, uint64_t{1} << 53});
  v.number("past", c.past, {0, 2});
  v.number("future", c.future, {0, 2});
  v.number("secret_bytes", c.secret_bytes, {16, 64});
  v.later("drift_steps");
}

template <class V>
void visit_hotp(V &v, HotpConfig &c) {
  visit_hash(v, c.hash);
  v.number("digits", c.digits, {6, 10});
  v.number("look_ahead", c.look_ahead, {0, 100});
  v.number("resync_range", c.resync_range, {0, 1000});
}

void visit_algorithms(ConfigReader &v, WebauthnConfig &c) {
  const auto list = v.take("algorithms");
  if (!list) return;
  if (list->type() != json::Type::array || list->size() == 0 || list->size() > 32) {
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

template <class V>
void visit_webauthn(V &v, WebauthnConfig &c) {
  using webauthn::Backup;
  using webauthn::Rule;
  using Verification = webauthn::UserVerification;
  const Choices<Rule> rules = {{"reject", Rule::reject}, {"flag", Rule::flag}, {"ignore", Rule::ignore}};
  const Choices<Backup> backups = {
      {"any", Backup::any}, {"required", Backup::required}, {"forbidden", Backup::forbidden}};
  c.present = true;
  v.text("rp_id", c.rp_id, {1, 253});
  v.text("rp_name", c.rp_name, {1, 64});
  v.texts("origins", c.origins, kOriginsMax);
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
  v.texts("hints", c.hints, 3);
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
void visit_u2f(V &v, U2fConfig &c) {
  v.text("app_id", c.app_id, {0, 256});
  v.texts("facets", c.facets, kOriginsMax);
  v.boolean("enroll_raw", c.enroll_raw);
}

void visit_templates(ConfigReader &v, EmailConfig &c) {
  if (v.has("templates")) c.templates.clear();
  v.members("templates", kTemplatesMax, [&](ConfigReader &inner, std::string_view locale) {
    email::Template &row = c.templates[std::string(locale)];
    inner.text("subject", row.subject, {1, 998});
    inner.text("text", row.text, {1, email::kTemplateMax});
    inner.text("html", row.html, {0, email::kTemplateMax});
    for (const char *needed : {"subject", "text"}) {
      if (!inner.has(needed)) inner.refuse(Reason::config_missing, "missing", needed);
    }
    if (locale.empty() || locale.size() > kLocaleMax)
      inner.refuse(Reason::config_value, "not the name of a locale", "");
    if (const auto fit = email::check_template(row); !fit.has_value())
      inner.refuse(Reason::config_value, fit.error().message, "");
    if (!c.code_in_subject && row.subject.find("{code}") != std::string::npos)
      inner.refuse(Reason::config_value, "the code in the subject needs unsafe.code_in_subject", "subject");
  });
}
void visit_templates(ConfigWriter &v, EmailConfig &c) {
  v.section("templates", [&](ConfigWriter &inner) {
    for (auto &[locale, row] : c.templates) {
      email::Template &written = row;
      inner.section(locale.c_str(), [&](ConfigWriter &member) {
        member.text("subject", written.subject, {});
        member.text("text", written.text, {});
        member.text("html", written.html, {});
      });
    }
  });
}

template <class V>
void visit_email(V &v, EmailConfig &c) {
  v.boolean("enforced", c.enforced);
  v.number("digits", c.digits, {6, 10});
  v.number("valid_s", c.valid_s, {60, 600});
  v.number("tries", c.tries, {1, 10});
  v.number("resend_after_s", c.resend_after_s, {10, 600});
  v.number("per_hour", c.per_hour, {1, 20});
  v.number("per_day", c.per_day, {1, 50});
  visit_templates(v, c);
  v.text("default_locale", c.default_locale, {1, kLocaleMax});
}

template <class V>
void visit_recovery(V &v, RecoveryConfig &c) {
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
  v.later("min_legacy_iterations");
  v.boolean("forgets_devices", c.forgets_devices);
}

}  // namespace

void visit(ConfigReader &v, TotpConfig &c) { visit_totp(v, c); }
void visit(ConfigWriter &v, TotpConfig &c) { visit_totp(v, c); }
void visit(ConfigReader &v, HotpConfig &c) { visit_hotp(v, c); }
void visit(ConfigWriter &v, HotpConfig &c) { visit_hotp(v, c); }
void visit(ConfigReader &v, WebauthnConfig &c) { visit_webauthn(v, c); }
void visit(ConfigWriter &v, WebauthnConfig &c) { visit_webauthn(v, c); }
void visit(ConfigReader &v, U2fConfig &c) { visit_u2f(v, c); }
void visit(ConfigWriter &v, U2fConfig &c) { visit_u2f(v, c); }
void visit(ConfigReader &v, EmailConfig &c) { visit_email(v, c); }
void visit(ConfigWriter &v, EmailConfig &c) { visit_email(v, c); }
void visit(ConfigReader &v, RecoveryConfig &c) { visit_recovery(v, c); }
void visit(ConfigWriter &v, RecoveryConfig &c) { visit_recovery(v, c); }

}  // namespace mfa::engine
