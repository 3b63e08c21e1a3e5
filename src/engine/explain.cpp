#include "engine/explain.hpp"

#include "core/json.hpp"

namespace mfa::engine {
namespace {

const char *name_of(Requirement requirement) {
  switch (requirement) {
    case Requirement::off: return "off";
    case Requirement::optional: return "optional";
    case Requirement::required: return "required";
  }
  return "off";
}

void write(json::Writer &out, const RoleConfig &role) {
  out.member("mfa", name_of(role.mfa)).member("min_aal", role.min_aal);
  out.member("grace_days", role.grace_days).member("grace_reminders", role.grace_reminders);
  out.member("trusted_device", role.trusted_device);
  out.key("methods").begin_array();
  for (const Method method : role.methods) out.text(mfa::name_of(method));
  out.end_array();
}

// "ok", or the status and the rule that said no.
void verdict(json::Writer &out, const Result<Done> &answer) {
  if (answer.has_value()) {
    out.member("status", mfa::name_of(Status::ok));
    return;
  }
  out.member("status", mfa::name_of(answer.error().status));
  out.member("reason", mfa::name_of(answer.error().reason));
}

// Every role that counts, with what it says; what the configuration does not name adds nothing.
void roles(json::Writer &out, const Scene &scene) {
  const auto add = [&](std::string_view name) {
    const auto at = scene.config.policy.roles.find(std::string(name));
    const bool known = at != scene.config.policy.roles.end();
    out.begin_object().member("role", name).member("configured", known);
    if (known) write(out, at->second);
    out.end_object();
  };
  out.key("roles").begin_array();
  add("*");
  for (const auto role : scene.request.roles) {
    if (role != "*") add(role);
  }
  out.end_array();
  out.key("strictest").begin_object();
  write(out, scene.role);
  out.end_object();
}

Result<Done> sign_in(const Asked &asked) {
  switch (asked.need) {
    case Need::factor:
      return fail(Status::factor_needed, Reason::policy_factor_needed, "a factor must be verified");
    case Need::enroll:
      return fail(Status::enroll_needed, Reason::policy_enroll_needed, "policy asks for a factor first");
    case Need::nothing:
    case Need::enroll_soon: break;
  }
  return done;
}

Result<Done> may_use(const Scene &scene, const Account &account, const Request &request, Method method) {
  if (method == Method::device) return may_trust_device(scene.config, scene.role);
  MFA_TRY(may_verify(scene.config, scene.role, request, method, true));
  const bool there = account.has_enabled(method) ||
                     (method == Method::email && has_mail_unasked(scene.config, scene.role, account));
  if (!there) return fail(Status::not_found, Reason::account_no_factor_of_method, "no enabled factor of it");
  if (const auto lock = locked(account, scene.config, method, scene.now_s)) return *lock;
  return done;
}

void methods(json::Writer &out, const Scene &scene, const Account &account) {
  Request request = scene.request;
  if (request.purpose == Purpose::manage) request.purpose = Purpose::step_up;
  out.key("methods").begin_array();
  for (const Method method : kMethods) {
    out.begin_object().member("method", mfa::name_of(method));
    verdict(out, may_use(scene, account, request, method));
    out.end_object();
  }
  out.end_array();
}

}  // namespace

std::string explain(const Scene &scene, const Account *account, const SessionNeed &need) {
  const Account none;
  const Account &held = account ? *account : none;
  const Asked asked = sign_in_need(scene.config, scene.role, held, scene.now_s, true);
  json::Writer out;
  out.begin_object().member("purpose", name_of(scene.request.purpose));
  roles(out, scene);
  out.key("account").begin_object().member("record", account != nullptr && !held.tombstone);
  out.member("factors", static_cast<uint64_t>(held.primary_enabled()));
  out.member("guarded", is_guarded(scene.config, scene.role, held));
  out.member("grace_used", held.grace_used)
      .member("grace_since_s", held.grace_since_s)
      .member("grace_until_s", asked.grace_until_s)
      .end_object();
  out.key("sign_in").begin_object();
  verdict(out, sign_in(asked));
  out.end_object();
  methods(out, scene, held);
  // The session is judged where there is one to judge.
  if (!scene.request.statement.empty()) {
    out.key("session").begin_object().member("aal", need.aal).member("max_age_s", need.max_age_s);
    if (need.method != Method::none) out.member("method", mfa::name_of(need.method));
    verdict(out, check_session(scene, account, true, need));
    out.end_object();
  }
  if (scene.request.purpose == Purpose::manage) {
    out.key("factor_changes").begin_object();
    verdict(out, may_manage(scene, held, false));
    out.end_object();
  }
  out.end_object();
  return out.take();
}

}  // namespace mfa::engine
