// The browser's JSON (section 5.1's RegistrationResponseJSON and AuthenticationResponseJSON) read into a
// Response. What a step of section 7 asks of the form of a response is answered here, under that step's
// reason.
#include <algorithm>

#include "core/encoding.hpp"
#include "core/json.hpp"
#include "methods/webauthn/authenticator_data.hpp"
#include "methods/webauthn/extensions.hpp"
#include "methods/webauthn/step.hpp"
#include "methods/webauthn/webauthn.hpp"

namespace mfa::webauthn {
namespace {

constexpr json::Limits kClientDataLimits = {.max_bytes = kMaxClientDataBytes};
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The steps of either ceremony that the form of client data can fail.
struct Steps {
  Reason utf8, client_data, client_data_member;
};
constexpr Steps kRegistration = {Reason::registration_utf8, Reason::registration_client_data,
                                 Reason::registration_client_data_member};
constexpr Steps kAuthentication = {Reason::authentication_utf8, Reason::authentication_client_data,
                                   Reason::authentication_client_data_member};

Failure bad(Reason reason, const char *message) { return fail(Status::malformed, reason, message); }

Result<Bytes> bytes_member(const json::Value &object, std::string_view name) {
  MFA_TRY(const std::string_view text, object.need_text(name));
  return from_base64url(text);
}

// A member that may be absent or null.
std::optional<json::Value> optional_member(const json::Value &object, std::string_view name) {
  auto found = object.find(name);
  return found && !found->is_null() ? found : std::nullopt;
}

Result<ClientData> read_client_data(const json::Value &object, Bytes raw) {
  ClientData data{.raw = std::move(raw)};
  MFA_TRY(const std::string_view type, object.need_text("type"));
  MFA_TRY(const std::string_view origin, object.need_text("origin"));
  MFA_TRY(data.challenge, bytes_member(object, "challenge"));
  data.type = type;
  data.origin = origin;
  if (const auto cross = optional_member(object, "crossOrigin")) {
    MFA_TRY(data.cross_origin, cross->as_bool());
  }
  if (const auto top = optional_member(object, "topOrigin")) {
    MFA_TRY(const std::string_view text, top->as_text());
    data.top_origin = std::string(text);
  }
  return data;
}

Result<ClientData> parse_client_data(Bytes raw, const Steps &steps) {
  std::string_view text = text_of(raw);
  // "UTF-8 decode" strips a byte order mark; the hash is over the bytes with it.
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!is_utf8(text)) return bad(steps.utf8, "clientDataJSON that is not UTF-8");
  MFA_TRY(const json::Document document,
          under(steps.client_data, json::Document::parse(text, kClientDataLimits)));
  return under(steps.client_data_member, read_client_data(document.root(), std::move(raw)));
}

Result<Done> read_transports(const json::Value &response, RawResponse &out) {
  const auto list = optional_member(response, "transports");
  if (!list) return done;
  if (list->type() != json::Type::array || list->size() > kMaxTransports)
    return bad(Reason::webauthn_transports, "transports that are no list, or too many");
  for (size_t i = 0; i < list->size(); i++) {
    MFA_TRY(const std::string_view text, under(Reason::webauthn_transports, list->item(i).as_text()));
    // A comma would split it where a column keeps them.
    if (text.empty() || text.size() > kMaxTransportBytes || text.find(',') != std::string_view::npos)
      return bad(Reason::webauthn_transports, "a transport's name that cannot be one");
    out.transports.emplace_back(text);  // unknown ones as well: section 5.8.4
  }
  return done;
}

Result<Done> read_attestation_object(Response &out) {
  MFA_TRY(const cbor::Document document,
          under(Reason::registration_attestation_object,
                cbor::Document::parse(out.attestation_object, kAttestationObjectLimits)));
  const cbor::Item root = document.root();
  const auto text = [&](const char *name) -> Result<std::string_view> {
    MFA_TRY(const cbor::Item item, root.need(name));
    return item.as_text();
  };
  const auto bytes = [&](const char *name) -> Result<ByteView> {
    MFA_TRY(const cbor::Item item, root.need(name));
    return item.as_bytes();
  };
  MFA_TRY(const std::string_view format, under(Reason::registration_attestation_object, text("fmt")));
  MFA_TRY(under(Reason::registration_attestation_object, root.need("attStmt")));
  MFA_TRY(const ByteView data, under(Reason::registration_attestation_object, bytes("authData")));
  MFA_TRY(out.authenticator_data, parse_authenticator_data(data, Reason::registration_authenticator_data));
  out.canonical = document.report().canonical() && out.authenticator_data.canonical;
  if (!out.authenticator_data.attested)
    return bad(Reason::registration_attested_data, "authenticator data without a new credential");
  if (out.id.empty()) out.id = out.authenticator_data.credential_id;
  if (out.authenticator_data.credential_id != out.id)
    return bad(Reason::registration_credential_id, "the new credential's id is not the response's");
  out.format = format;
  return done;
}

Result<Done> read_registration(RawResponse &raw, Response &out) {
  out.registration = true;
  MFA_TRY(out.client_data, parse_client_data(std::move(raw.client_data), kRegistration));
  out.attestation_object = std::move(*raw.attestation_object);
  out.transports = std::move(raw.transports);
  return read_attestation_object(out);
}

Result<Done> read_authentication(RawResponse &raw, Response &out) {
  MFA_TRY(out.client_data, parse_client_data(std::move(raw.client_data), kAuthentication));
  MFA_TRY(out.authenticator_data,
          parse_authenticator_data(raw.authenticator_data, Reason::authentication_authenticator_data));
  out.canonical = out.authenticator_data.canonical;
  if (raw.signature.empty()) return bad(Reason::authentication_signature_absent, "a signature of no bytes");
  if (raw.user_handle.size() > kMaxUserHandleBytes)
    return bad(Reason::webauthn_user_handle, "a user handle too long");
  out.signature = std::move(raw.signature);
  out.user_handle = std::move(raw.user_handle);
  return done;
}

// ---- from JSON

Result<Done> read_parts(const json::Value &response, RawResponse &out) {
  // authenticatorData is in both: a convenience beside an attestationObject.
  const bool registration = response.find("attestationObject").has_value();
  if (registration == response.find("signature").has_value())
    return bad(Reason::webauthn_kind, "neither an attestation nor an assertion, or both");
  MFA_TRY(out.client_data, under(Reason::webauthn_member, bytes_member(response, "clientDataJSON")));
  if (registration) {
    MFA_TRY(out.attestation_object,
            under(Reason::webauthn_member, bytes_member(response, "attestationObject")));
    return read_transports(response, out);
  }
  MFA_TRY(out.authenticator_data,
          under(Reason::webauthn_member, bytes_member(response, "authenticatorData")));
  MFA_TRY(out.signature, under(Reason::webauthn_member, bytes_member(response, "signature")));
  if (optional_member(response, "userHandle")) {
    MFA_TRY(out.user_handle, under(Reason::webauthn_user_handle, bytes_member(response, "userHandle")));
  }
  return done;
}

Result<Done> read_extension_results(const json::Value &root, RawResponse &out) {
  const auto results = optional_member(root, "clientExtensionResults");
  if (!results) return done;
  const Reason reason = out.attestation_object ? Reason::registration_extension_results
                                               : Reason::authentication_extension_results;
  if (results->type() != json::Type::object) return bad(reason, "clientExtensionResults that is no object");
  MFA_TRY(out.client_outputs, under(reason, read_client_outputs(*results)));
  return done;
}

Result<Done> read_id(const json::Value &root, RawResponse &out) {
  MFA_TRY(const std::string_view id, under(Reason::webauthn_member, root.need_text("id")));
  MFA_TRY(const std::string_view raw_id, under(Reason::webauthn_member, root.need_text("rawId")));
  MFA_TRY(const std::string_view type, under(Reason::webauthn_member, root.need_text("type")));
  if (id != raw_id) return bad(Reason::webauthn_raw_id, "id and rawId differ");
  if (type != "public-key") return bad(Reason::webauthn_type, "not a public key credential");
  MFA_TRY(out.id, under(Reason::webauthn_member, from_base64url(raw_id)));
  if (out.id.empty()) return bad(Reason::webauthn_member, "a credential id of no bytes");
  return done;
}

}  // namespace

Result<Response> read_response(RawResponse raw) {
  Response out{.id = std::move(raw.id), .client_outputs = std::move(raw.client_outputs)};
  MFA_TRY(raw.attestation_object ? read_registration(raw, out) : read_authentication(raw, out));
  return out;
}

Result<Response> parse_response(std::string_view text) {
  const json::Limits limits{.max_bytes = kMaxResponseBytes};
  MFA_TRY(const json::Document document, under(Reason::webauthn_json, json::Document::parse(text, limits)));
  const json::Value root = document.root();
  RawResponse raw;
  MFA_TRY(read_id(root, raw));
  MFA_TRY(const json::Value response, under(Reason::webauthn_member, root.need("response")));
  MFA_TRY(read_parts(response, raw));
  MFA_TRY(read_extension_results(root, raw));
  return read_response(std::move(raw));
}

}  // namespace mfa::webauthn
