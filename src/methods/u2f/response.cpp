#include "methods/u2f/response.hpp"

#include "core/encoding.hpp"
#include "core/json.hpp"
#include "methods/u2f/step.hpp"

namespace mfa::u2f {
namespace {

struct Steps {
  Reason not_json, client_error, member;
};
constexpr Steps kRegistration = {Reason::u2f_registration_json, Reason::u2f_registration_client_error,
                                 Reason::u2f_registration_member};
constexpr Steps kAuthentication = {Reason::u2f_authentication_json, Reason::u2f_authentication_client_error,
                                   Reason::u2f_authentication_member};

Result<json::Document> parse(std::string_view text, const Steps &steps) {
  const json::Limits limits{.max_bytes = kMaxResponseBytes};
  MFA_TRY(json::Document document, under(steps.not_json, json::Document::parse(text, limits)));
  const auto error = document.root().find("errorCode");
  if (!error || error->is_null()) return document;
  // Pages post the API's Error just as they post a response; 0 is its OK.
  MFA_TRY(const int64_t code, under(steps.member, error->as_int()));
  if (code != 0) {
    return fail(Status::malformed, steps.client_error, "the client reports an error instead of a response",
                "errorCode " + std::to_string(code));
  }
  return document;
}

Result<Bytes> member(const json::Document &document, std::string_view name, const Steps &steps) {
  MFA_TRY(const std::string_view text, under(steps.member, document.root().need_text(name)));
  return under(steps.member, from_base64url(text));
}

Result<Bytes> key_handle_of(const json::Document &document) {
  MFA_TRY(Bytes key_handle, member(document, "keyHandle", kAuthentication));
  if (key_handle.empty() || key_handle.size() > kKeyHandleMax)
    return fail(Status::malformed, Reason::u2f_authentication_key_handle,
                "a key handle not of 1 to 255 bytes");
  return key_handle;
}

}  // namespace

Result<RegisterResponse> parse_register_response(std::string_view json) {
  MFA_TRY(const json::Document document, parse(json, kRegistration));
  RegisterResponse out;
  MFA_TRY(out.registration_data, member(document, "registrationData", kRegistration));
  MFA_TRY(out.client_data, member(document, "clientData", kRegistration));
  return out;
}

Result<SignResponse> parse_sign_response(std::string_view json) {
  MFA_TRY(const json::Document document, parse(json, kAuthentication));
  SignResponse out;
  MFA_TRY(out.key_handle, key_handle_of(document));
  MFA_TRY(out.signature_data, member(document, "signatureData", kAuthentication));
  MFA_TRY(out.client_data, member(document, "clientData", kAuthentication));
  return out;
}

Result<Bytes> response_key_handle(std::string_view json) {
  MFA_TRY(const json::Document document, parse(json, kAuthentication));
  return key_handle_of(document);
}

}  // namespace mfa::u2f
