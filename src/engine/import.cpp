#include "engine/import.hpp"

#include <algorithm>

#include "core/cose.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "engine/decide.hpp"
#include "methods/otp/otpauth.hpp"
#include "methods/u2f/u2f.hpp"
#include "methods/webauthn/webauthn.hpp"

namespace mfa::engine {
namespace {

Failure bad(std::string_view member, const char *message = "not what this member must be") {
  return fail(Status::err_argument, Reason::account_import, message, std::string(member));
}

// Members of the object, each read once; what nobody read is refused.
class Members {
 public:
  explicit Members(const json::Value &object) : object_(object) {}

  std::optional<json::Value> take(std::string_view name) {
    known_.push_back(name);
    return object_.find(name);
  }
  Result<std::string> text(const char *name, const char *otherwise) {
    const auto value = take(name);
    if (!value && otherwise) return std::string(otherwise);
    if (!value) return bad(name, "missing");
    const auto text = value->as_text();
    if (!text.has_value()) return bad(name);
    return std::string(text.value());
  }
  Result<Bytes> bytes(const char *name, size_t min, size_t max) {
    MFA_TRY(const std::string encoded, text(name, min == 0 ? "" : nullptr));
    auto decoded = from_base64url(encoded);
    if (!decoded.has_value() || decoded.value().size() < min || decoded.value().size() > max)
      return bad(name);
    return decoded;
  }
  Result<uint64_t> number(const char *name, uint64_t max) {
    const auto value = take(name);
    if (!value) return uint64_t{0};
    const auto number = value->as_int();
    if (!number.has_value() || number.value() < 0 || static_cast<uint64_t>(number.value()) > max)
      return bad(name);
    return static_cast<uint64_t>(number.value());
  }
  Result<std::optional<bool>> flag(const char *name) {
    const auto value = take(name);
    if (!value) return std::optional<bool>();
    const auto flag = value->as_bool();
    if (!flag.has_value()) return bad(name);
    return std::optional<bool>(flag.value());
  }
  Result<Done> finish() const {
    for (size_t i = 0; i < object_.size(); i++) {
      if (std::find(known_.begin(), known_.end(), object_.key(i)) == known_.end())
        return bad(object_.key(i), "a member that this method does not have");
    }
    return done;
  }

 private:
  const json::Value &object_;
  std::vector<std::string_view> known_;
};

// What operators give is their mistake, never a client's no.
template <class T>
Result<T> given(const char *member, Result<T> result) {
  if (result.has_value() || static_cast<int32_t>(result.error().status) < 0) return result;
  return bad(member, result.error().message);
}

Result<FactorDetail> read_otp(Members &members, Method method) {
  MFA_TRY(const std::string text, members.text("uri", nullptr));
  MFA_TRY(otp::Otpauth uri, given("uri", otp::parse(text, false)));
  if (uri.method != method) return bad("uri", "a URI of another method");
  if (method == Method::hotp)
    return FactorDetail(HotpFactor{std::move(uri.secret), uri.hash, uri.digits, uri.counter});
  TotpFactor totp{std::move(uri.secret), uri.hash, uri.digits, uri.period_s};
  MFA_TRY(totp.last_step, members.number("last_step", INT64_MAX));
  return FactorDetail(std::move(totp));
}

Result<FactorDetail> read_u2f(Members &members, const Config &config) {
  U2fFactor key;
  MFA_TRY(key.key_handle, members.bytes("key_handle", 1, u2f::kKeyHandleMax));
  MFA_TRY(key.public_key, members.bytes("public_key", u2f::kPublicKeyBytes, u2f::kPublicKeyBytes));
  MFA_TRY(const Bytes cose, given("public_key", cose::from_uncompressed_p256(key.public_key)));
  MFA_TRY(given("public_key", cose::PublicKey::parse(cose)));
  MFA_TRY(key.app_id, members.text("app_id", config.u2f.app_id.c_str()));
  if (key.app_id.empty()) return bad("app_id", "missing, and the configuration has no u2f.app_id");
  MFA_TRY(const uint64_t counter, members.number("counter", UINT32_MAX));
  key.counter = static_cast<uint32_t>(counter);
  return FactorDetail(std::move(key));
}

Result<std::vector<std::string>> read_transports(Members &members) {
  std::vector<std::string> transports;
  const auto list = members.take("transports");
  if (!list) return transports;
  if (list->type() != json::Type::array || list->size() > webauthn::kMaxTransports) return bad("transports");
  for (size_t i = 0; i < list->size(); i++) {
    const auto name = list->item(i).as_text();
    if (!name.has_value() || name.value().empty() || name.value().size() > webauthn::kMaxTransportBytes)
      return bad("transports");
    transports.emplace_back(name.value());
  }
  return transports;
}

Result<Done> read_aaguid(Members &members, webauthn::Credential &credential) {
  MFA_TRY(std::string text, members.text("aaguid", ""));
  std::erase(text, '-');
  if (text.empty()) return done;
  const auto aaguid = from_hex(text);
  if (!aaguid.has_value() || aaguid.value().size() != credential.aaguid.size()) return bad("aaguid");
  std::copy(aaguid.value().begin(), aaguid.value().end(), credential.aaguid.begin());
  return done;
}

Result<FactorDetail> read_passkey(Members &members, const Config &config) {
  webauthn::Credential credential;
  MFA_TRY(credential.id, members.bytes("id", 1, webauthn::kMaxCredentialIdBytes));
  MFA_TRY(credential.public_key, members.bytes("public_key", 1, kImportMax));
  MFA_TRY(const cose::PublicKey key, given("public_key", cose::PublicKey::parse(credential.public_key)));
  credential.algorithm = key.algorithm();
  MFA_TRY(credential.user_handle, members.bytes("user_handle", 0, webauthn::kMaxUserHandleBytes));
  if (credential.user_handle.empty() && !config.webauthn.legacy_user_handles)
    return bad("user_handle", "missing, and webauthn.legacy_user_handles is off");
  MFA_TRY(const uint64_t count, members.number("sign_count", UINT32_MAX));
  MFA_TRY(credential.transports, read_transports(members));
  MFA_TRY(read_aaguid(members, credential));
  MFA_TRY(const auto verified, members.flag("user_verified"));
  MFA_TRY(const auto eligible, members.flag("backup_eligible"));
  MFA_TRY(const auto backed_up, members.flag("backed_up"));
  if (backed_up.value_or(false) && !eligible.value_or(false)) return bad("backed_up");
  credential.sign_count = static_cast<uint32_t>(count);
  credential.rp_id = config.webauthn.rp_id;
  credential.flags = webauthn::kUserPresent | (verified.value_or(false) ? webauthn::kUserVerified : 0) |
                     (eligible.value_or(false) ? webauthn::kBackupEligible : 0) |
                     (backed_up.value_or(false) ? webauthn::kBackedUp : 0);
  credential.uv_initialized = verified.value_or(false);
  credential.backup_eligible_known = eligible.has_value();
  return FactorDetail(std::move(credential));
}

Result<FactorDetail> read_detail(Members &members, const Config &config, Method method) {
  switch (method) {
    case Method::totp:
    case Method::hotp: return read_otp(members, method);
    case Method::u2f: return read_u2f(members, config);
    case Method::webauthn:
      if (!config.webauthn.present) return bad("method", "the configuration has no section webauthn");
      return read_passkey(members, config);
    case Method::none:
    case Method::email:
    case Method::recovery:
    case Method::device: break;
  }
  return bad("method", "not a method whose factors are imported");
}

}  // namespace

Result<Factor> read_import(const Config &config, std::string_view text) {
  const auto document = json::Document::parse(text, {.max_bytes = kImportMax});
  if (!document.has_value() || document.value().root().type() != json::Type::object)
    return fail(Status::err_argument, Reason::account_import, "not a JSON object");
  const json::Value root = document.value().root();
  Members members(root);
  MFA_TRY(const std::string name, members.text("method", nullptr));
  const Method method = method_of(name);
  Factor factor;
  MFA_TRY(factor.detail, read_detail(members, config, method));
  MFA_TRY(const std::string label, members.text("label", ""));
  MFA_TRY(factor.label, given("label", label_of(config, method, label)));
  MFA_TRY(factor.added_s, members.number("added_s", INT64_MAX));
  MFA_TRY(factor.last_used_s, members.number("last_used_s", INT64_MAX));
  MFA_TRY(const auto enabled, members.flag("enabled"));
  factor.enabled = enabled.value_or(true);
  MFA_TRY(members.finish());
  return factor;
}

}  // namespace mfa::engine
