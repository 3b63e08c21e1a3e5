#include "capi/request.hpp"

#include "core/json.hpp"
#include "methods/webauthn/extensions.hpp"

namespace mfa::capi {
namespace {

constexpr uint32_t kProven = MFA_PROVEN_PASSWORD | MFA_PROVEN_FEDERATED | MFA_PROVEN_OTHER;

Failure out_of_range(const char *message) {
  return fail(Status::err_argument, Reason::argument_range, message);
}

Result<std::string_view> read_short(mfa_text text) {
  MFA_TRY(const auto view, read_text(text));
  if (view.size() > engine::kHostTextMax)
    return out_of_range("a text of the request is longer than 4096 bytes");
  return view;
}

Result<Done> read_texts(const mfa_request &from, engine::Request &to) {
  MFA_TRY(to.user, read_short(from.user));
  MFA_TRY(to.browser, read_short(from.browser));
  MFA_TRY(to.session, read_short(from.session));
  MFA_TRY(to.statement, read_short(from.statement));
  MFA_TRY(to.source, read_short(from.source));
  // Browsers write these two: what is longer than is kept is no mistake of the host's.
  MFA_TRY(to.user_agent, read_text(from.user_agent));
  to.user_agent = to.user_agent.substr(0, engine::kHostTextMax);
  MFA_TRY(to.cookies, read_text(from.cookies));
  MFA_TRY(to.action, read_short(from.action));
  MFA_TRY(to.locale, read_short(from.locale));
  return done;
}

Failure bad_extra() {
  return fail(Status::err_argument, Reason::json_type,
              "extra_json is {\"hints\":[...],\"extensions\":{...}} of webauthn, {\"link\":\"https://...\"} "
              "of device");
}

Result<std::vector<std::string>> read_hints(const json::Value &list) {
  std::vector<std::string> hints;
  if (list.type() != json::Type::array || list.size() > 3) return bad_extra();
  for (size_t i = 0; i < list.size(); i++) {
    const auto hint = list.item(i).as_text();
    if (!hint.has_value()) return bad_extra();
    if (hint.value() != "security-key" && hint.value() != "client-device" && hint.value() != "hybrid")
      return bad_extra();
    hints.emplace_back(hint.value());
  }
  return hints;
}

Result<std::string> read_extensions(const json::Value &inputs) {
  MFA_TRY(webauthn::read_asked(inputs));
  if (inputs.find("appid") || inputs.find("appidExclude"))
    return fail(Status::err_argument, Reason::argument_range, "the AppID is the configuration's u2f.app_id");
  json::Writer out;
  if (!json::rewrite(inputs, out).has_value()) return bad_extra();
  return out.take();
}

// A page of the host's own, to which a ticket is appended as the fragment.
Result<std::string> read_link(const json::Value &value) {
  const auto link = value.as_text();
  if (!link.has_value() || !engine::is_link(link.value())) return bad_extra();
  return std::string(link.value());
}

Result<Done> read_extra(std::string_view text, Method method, engine::BeginOptions &options) {
  if (text.empty()) return done;
  const auto document = json::Document::parse(text);
  if (!document.has_value())
    return fail(Status::err_argument, Reason::json_malformed, "extra_json is not JSON");
  const json::Value root = document.value().root();
  if (root.type() != json::Type::object) return bad_extra();
  for (size_t i = 0; i < root.size(); i++) {
    if (root.key(i) == "link" && method == Method::device) {
      MFA_TRY(options.link, read_link(root.value(i)));
    } else if (method == Method::device) {
      return bad_extra();
    } else if (root.key(i) == "hints") {
      MFA_TRY(options.hints, read_hints(root.value(i)));
    } else if (root.key(i) == "extensions") {
      MFA_TRY(options.extensions_json, read_extensions(root.value(i)));
    } else {
      return bad_extra();
    }
  }
  return done;
}

}  // namespace

Result<engine::Request> read_request(const mfa_request *request) {
  MFA_TRY(const mfa_request given, read_sized<mfa_request>(request, MFA_REQUEST_INIT));
  if (given.purpose < MFA_PURPOSE_LOGIN || given.purpose > MFA_PURPOSE_APPROVE) {
    return fail(Status::err_argument, Reason::argument_purpose, "a request needs a purpose");
  }
  if ((given.proven & ~kProven) != 0 || (given.flags & ~uint32_t{MFA_REQUEST_USERNAMELESS}) != 0) {
    return fail(Status::err_unsupported, Reason::argument_range,
                "bits of proven or flags that this library does not know");
  }
  engine::Request result;
  result.purpose = static_cast<engine::Purpose>(given.purpose);
  result.proven = given.proven;
  result.usernameless = (given.flags & MFA_REQUEST_USERNAMELESS) != 0;
  MFA_TRY(read_texts(given, result));
  if (given.roles_count > engine::kRolesMax) return out_of_range("more than 64 roles");
  if (!given.roles && given.roles_count != 0) return null_argument();
  for (size_t i = 0; i < given.roles_count; i++) {
    MFA_TRY(const auto role, read_short(given.roles[i]));
    result.roles.push_back(role);
  }
  result.min_serial = given.min_serial;
  return result;
}

Result<engine::SessionNeed> read_need(const mfa_session_need *need) {
  if (!need) return engine::SessionNeed{};
  MFA_TRY(const mfa_session_need given, read_sized<mfa_session_need>(need, MFA_SESSION_NEED_INIT));
  if (given.aal < 0 || given.aal > 3 || given.reserved != 0)
    return out_of_range("a session need out of range");
  return engine::SessionNeed{given.aal, given.max_age_s, static_cast<Method>(given.method)};
}

Result<engine::BeginOptions> read_options(const mfa_begin_options *options, Method method) {
  engine::BeginOptions result;
  if (!options) return result;
  MFA_TRY(const mfa_begin_options given, read_sized<mfa_begin_options>(options, MFA_BEGIN_OPTIONS_INIT));
  if (given.mediation < MFA_MEDIATION_MODAL || given.mediation > MFA_MEDIATION_CONDITIONAL ||
      given.user_verification < 0 || given.user_verification > MFA_UV_REQUIRED || given.reserved != 0) {
    return out_of_range("begin options out of range");
  }
  result.mediation = static_cast<webauthn::Mediation>(given.mediation);
  if (given.user_verification != 0) {
    result.user_verification = static_cast<webauthn::UserVerification>(given.user_verification);
  }
  MFA_TRY(result.factor, read_short(given.factor));
  MFA_TRY(result.account_name, read_short(given.account_name));
  MFA_TRY(result.display_name, read_short(given.display_name));
  MFA_TRY(result.label, read_short(given.label));
  MFA_TRY(result.address, read_short(given.address));
  MFA_TRY(const auto extra, read_short(given.extra_json));
  if (!extra.empty() && method != Method::webauthn && method != Method::device) {
    return fail(Status::err_unsupported, Reason::argument_range,
                "extra_json is of webauthn and device alone in this release");
  }
  MFA_TRY(read_extra(extra, method, result));
  return result;
}

Result<KeyRing> read_keys(const mfa_key *keys, size_t count) {
  if (!keys && count != 0) return null_argument();
  if (count > KeyRing::kMaxKeys)
    return fail(Status::err_config, Reason::config_keys, "the key ring needs 1 to 64 keys");
  std::vector<RingKey> ring;
  for (size_t i = 0; i < count; i++) {
    MFA_TRY(const ByteView bytes, read_bytes(keys[i].bytes, keys[i].bytes_len));
    if (keys[i].reserved != 0)
      return fail(Status::err_unsupported, Reason::argument_range, "mfa_key.reserved must be 0");
    ring.push_back({keys[i].id, bytes});
  }
  return KeyRing::make(ring);
}

}  // namespace mfa::capi
