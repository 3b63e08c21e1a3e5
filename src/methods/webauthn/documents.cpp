#include "methods/webauthn/documents.hpp"

#include <algorithm>

#include "core/encoding.hpp"
#include "core/json.hpp"

namespace mfa::webauthn {
namespace {

constexpr size_t kFingerprintBytes = 32;
constexpr std::string_view kHttps = "https://";

bool is_https_origin(std::string_view origin) {
  if (!origin.starts_with(kHttps) || origin.size() == kHttps.size()) return false;
  const std::string_view host = origin.substr(kHttps.size());
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':';
  });
}

}  // namespace

Result<std::string> android_origin(std::string_view fingerprint) {
  std::string digits(fingerprint);
  digits.erase(std::remove(digits.begin(), digits.end(), ':'), digits.end());
  const auto bytes = from_hex(digits);
  if (!bytes.has_value() || bytes.value().size() != kFingerprintBytes)
    return fail(Status::err_argument, Reason::argument_range, "not a SHA-256 fingerprint");
  return "android:apk-key-hash:" + base64url(bytes.value());
}

Result<std::string> related_origins(const std::vector<std::string> &origins) {
  json::Writer writer;
  writer.begin_object().key("origins").begin_array();
  for (const std::string &origin : origins) {
    if (!is_https_origin(origin))
      return fail(Status::err_argument, Reason::argument_range, "not an https origin", origin);
    writer.text(origin);
  }
  return writer.end_array().end_object().take();
}

std::string signal_unknown(std::string_view rp_id, ByteView credential_id) {
  json::Writer writer;
  writer.begin_object().member("rpId", rp_id).member("credentialId", base64url(credential_id));
  return writer.end_object().take();
}

std::string signal_accepted(std::string_view rp_id, ByteView user_handle, const std::vector<ByteView> &ids) {
  json::Writer writer;
  writer.begin_object().member("rpId", rp_id).member("userId", base64url(user_handle));
  writer.key("allAcceptedCredentialIds").begin_array();
  for (const ByteView id : ids) writer.text(base64url(id));
  return writer.end_array().end_object().take();
}

std::string signal_user(std::string_view rp_id, const User &user) {
  json::Writer writer;
  writer.begin_object().member("rpId", rp_id).member("userId", base64url(user.handle));
  writer.member("name", user.name).member("displayName", user.display_name);
  return writer.end_object().take();
}

}  // namespace mfa::webauthn
