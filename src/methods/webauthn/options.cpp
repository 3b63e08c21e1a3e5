// The options of both ceremonies as the browser's parse...FromJSON() takes them (section 5.1.8 and 5.1.9).
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "methods/webauthn/webauthn.hpp"

namespace mfa::webauthn {
namespace {

constexpr uint64_t kMillisecondsPerSecond = 1000;

const char *name_of(UserVerification verification) {
  switch (verification) {
    case UserVerification::discouraged: return "discouraged";
    case UserVerification::preferred: return "preferred";
    case UserVerification::required: return "required";
  }
  return "preferred";
}

void write_texts(json::Writer &writer, std::string_view name, const std::vector<std::string> &texts) {
  if (texts.empty()) return;
  writer.key(name).begin_array();
  for (const auto &text : texts) writer.text(text);
  writer.end_array();
}

void write_descriptors(json::Writer &writer, std::string_view name,
                       const std::vector<CreateExtras::Known> &list) {
  writer.key(name).begin_array();
  for (const auto &known : list) {
    writer.begin_object().member("type", "public-key").member("id", base64url(known.id));
    write_texts(writer, "transports", known.transports);
    writer.end_object();
  }
  writer.end_array();
}

// The caller's extensions, and the AppID's under this name when one is expected.
void write_extensions(json::Writer &writer, std::string_view app_id_name, const std::string &app_id,
                      const std::string &extensions_json) {
  writer.key("extensions");
  if (app_id.empty()) {
    writer.raw(extensions_json);
    return;
  }
  json::Writer member;
  member.begin_object().member(app_id_name, app_id).end_object();
  const std::string first = member.take();
  const auto rest = std::string_view(extensions_json).substr(extensions_json.find('{') + 1);
  const bool alone = rest.find('"') == std::string_view::npos;  // an object without a name is empty
  writer.raw(first.substr(0, first.size() - 1) + (alone ? "" : ",") + std::string(rest));
}

}  // namespace

std::string creation_options(const Expected &expected, const User &user, const CreateExtras &extras) {
  json::Writer writer;
  writer.begin_object();
  writer.key("rp").begin_object().member("id", expected.rp_id);
  writer.member("name", extras.rp_name.empty() ? expected.rp_id : extras.rp_name).end_object();
  writer.key("user").begin_object().member("id", base64url(user.handle)).member("name", user.name);
  writer.member("displayName", user.display_name).end_object();
  writer.member("challenge", base64url(expected.challenge));
  writer.key("pubKeyCredParams").begin_array();
  for (const int32_t algorithm : expected.algorithms)
    writer.begin_object().member("type", "public-key").member("alg", algorithm).end_object();
  writer.end_array();
  writer.member("timeout", extras.timeout_s * kMillisecondsPerSecond);
  write_descriptors(writer, "excludeCredentials", extras.exclude);
  writer.key("authenticatorSelection").begin_object();
  if (!extras.attachment.empty()) writer.member("authenticatorAttachment", extras.attachment);
  writer.member("residentKey", extras.resident_key);
  writer.member("requireResidentKey", extras.resident_key == "required");  // for Level 1 clients
  writer.member("userVerification", name_of(expected.user_verification)).end_object();
  write_texts(writer, "hints", extras.hints);
  writer.member("attestation", extras.attestation);
  write_texts(writer, "attestationFormats", extras.attestation_formats);
  write_extensions(writer, "appidExclude", expected.app_id, extras.extensions_json);
  return writer.end_object().take();
}

std::string request_options(const Expected &expected, const GetExtras &extras) {
  json::Writer writer;
  writer.begin_object().member("challenge", base64url(expected.challenge));
  writer.member("timeout", extras.timeout_s * kMillisecondsPerSecond).member("rpId", expected.rp_id);
  write_descriptors(writer, "allowCredentials", extras.allow);
  writer.member("userVerification", name_of(expected.user_verification));
  write_texts(writer, "hints", extras.hints);
  write_extensions(writer, "appid", expected.app_id, extras.extensions_json);
  return writer.end_object().take();
}

}  // namespace mfa::webauthn
