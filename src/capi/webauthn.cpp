#include "mfa/webauthn.h"

#include <algorithm>

#include "capi/trust.hpp"
#include "capi/webauthn_input.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "methods/webauthn/documents.hpp"
#include "methods/webauthn/extensions.hpp"

static_assert(
    sizeof(void *) != 8 ||
        (sizeof(mfa_webauthn_expect) == 184 && offsetof(mfa_webauthn_expect, struct_size) == 0 &&
         offsetof(mfa_webauthn_expect, user_verification) == 4 &&
         offsetof(mfa_webauthn_expect, mediation) == 8 &&
         offsetof(mfa_webauthn_expect, allow_cross_origin) == 12 &&
         offsetof(mfa_webauthn_expect, rp_id) == 16 && offsetof(mfa_webauthn_expect, origins) == 32 &&
         offsetof(mfa_webauthn_expect, origins_count) == 40 &&
         offsetof(mfa_webauthn_expect, top_origins) == 48 &&
         offsetof(mfa_webauthn_expect, top_origins_count) == 56 &&
         offsetof(mfa_webauthn_expect, challenge) == 64 && offsetof(mfa_webauthn_expect, algorithms) == 80 &&
         offsetof(mfa_webauthn_expect, algorithms_count) == 88 &&
         offsetof(mfa_webauthn_expect, allowed_ids) == 96 &&
         offsetof(mfa_webauthn_expect, allowed_ids_count) == 104 &&
         offsetof(mfa_webauthn_expect, user_handle) == 112 && offsetof(mfa_webauthn_expect, app_id) == 128 &&
         offsetof(mfa_webauthn_expect, sign_count) == 144 &&
         offsetof(mfa_webauthn_expect, backup_eligible_change) == 148 &&
         offsetof(mfa_webauthn_expect, trust) == 152 &&
         offsetof(mfa_webauthn_expect, require_trusted) == 160 &&
         offsetof(mfa_webauthn_expect, reserved) == 164 && offsetof(mfa_webauthn_expect, policy_json) == 168),
    "frozen for ever");
static_assert(sizeof(void *) != 8 ||
                  (sizeof(mfa_webauthn_user) == 56 && offsetof(mfa_webauthn_user, struct_size) == 0 &&
                   offsetof(mfa_webauthn_user, reserved) == 4 && offsetof(mfa_webauthn_user, handle) == 8 &&
                   offsetof(mfa_webauthn_user, name) == 24 &&
                   offsetof(mfa_webauthn_user, display_name) == 40),
              "frozen for ever");
static_assert(
    sizeof(void *) != 8 ||
        (sizeof(mfa_webauthn_columns) == 168 && offsetof(mfa_webauthn_columns, struct_size) == 0 &&
         offsetof(mfa_webauthn_columns, algorithm) == 4 && offsetof(mfa_webauthn_columns, id) == 8 &&
         offsetof(mfa_webauthn_columns, public_key) == 24 &&
         offsetof(mfa_webauthn_columns, user_handle) == 40 && offsetof(mfa_webauthn_columns, rp_id) == 56 &&
         offsetof(mfa_webauthn_columns, app_id) == 72 && offsetof(mfa_webauthn_columns, sign_count) == 88 &&
         offsetof(mfa_webauthn_columns, flags) == 92 &&
         offsetof(mfa_webauthn_columns, backup_eligible_known) == 96 &&
         offsetof(mfa_webauthn_columns, reserved) == 100 && offsetof(mfa_webauthn_columns, aaguid) == 104 &&
         offsetof(mfa_webauthn_columns, transports) == 120 &&
         offsetof(mfa_webauthn_columns, attestation_format) == 136 &&
         offsetof(mfa_webauthn_columns, attestation_type) == 152),
    "frozen for ever");
static_assert(sizeof(mfa_webauthn_result) == 16 && offsetof(mfa_webauthn_result, struct_size) == 0 &&
                  offsetof(mfa_webauthn_result, flags) == 4 &&
                  offsetof(mfa_webauthn_result, sign_count) == 8 &&
                  offsetof(mfa_webauthn_result, signals) == 12,
              "frozen for ever");

using namespace mfa;
using namespace mfa::capi;

struct mfa_webauthn_response {
  webauthn::Response response;
};

struct mfa_webauthn_credential {
  webauthn::Credential credential;
  cose::PublicKey key;
  std::string transports;  // as the column has them
};

namespace {

static_assert(MFA_WEBAUTHN_USER_PRESENT == webauthn::kUserPresent &&
              MFA_WEBAUTHN_USER_VERIFIED == webauthn::kUserVerified &&
              MFA_WEBAUTHN_BACKUP_ELIGIBLE == webauthn::kBackupEligible &&
              MFA_WEBAUTHN_BACKED_UP == webauthn::kBackedUp && MFA_WEBAUTHN_TRUSTED == webauthn::kTrusted);

constexpr uint8_t kBlobFormat = 1;  // first byte of a stored credential, then its CBOR map

Result<std::unique_ptr<mfa_webauthn_credential>> prepare(webauthn::Credential credential) {
  MFA_TRY(cose::PublicKey key, cose::PublicKey::parse(credential.public_key));
  std::string transports;
  for (const auto &transport : credential.transports)
    transports += (transports.empty() ? "" : ",") + transport;
  return std::make_unique<mfa_webauthn_credential>(
      mfa_webauthn_credential{std::move(credential), std::move(key), std::move(transports)});
}

// What the host kept, not what a client sent: no answer may be above zero for it.
template <class T>
Result<T> kept(Status status, Result<T> result) {
  if (!result.has_value() && static_cast<int32_t>(result.error().status) > 0) result.error().status = status;
  return result;
}

Result<webauthn::Credential> decode_blob(ByteView blob) {
  if (blob.empty() || blob[0] != kBlobFormat)
    return fail(Status::err_damaged, Reason::webauthn_credential, "not a stored credential");
  MFA_TRY(const cbor::Document document, cbor::Document::parse(blob.subspan(1)));
  return webauthn::decode(document.root());
}

// A maker of credentials refuses weak keys and keys of another algorithm than the column's.
Result<std::unique_ptr<mfa_webauthn_credential>> import(const mfa_webauthn_columns *columns) {
  MFA_TRY(webauthn::Credential read, read_columns(columns));
  MFA_TRY(auto credential, prepare(std::move(read)));
  MFA_TRY(credential->key.check_new());
  int32_t &algorithm = credential->credential.algorithm;
  if (algorithm != 0 && algorithm != credential->key.algorithm())
    return fail(Status::err_argument, Reason::argument_range, "the column's algorithm is not the key's");
  algorithm = credential->key.algorithm();
  return credential;
}

mfa_text text_in(std::string_view text) { return mfa_text_n(text.data(), text.size()); }
mfa_text text_in(const Bytes &bytes) { return mfa_text_n(bytes.data(), bytes.size()); }

std::string uuid(const std::array<uint8_t, 16> &aaguid) {
  const std::string digits = hex(aaguid);
  std::string text;
  for (size_t i = 0; i < digits.size(); i++) {
    if (i == 8 || i == 12 || i == 16 || i == 20) text += '-';
    text += digits[i];
  }
  return text;
}

std::string credential_json(const mfa_webauthn_credential &held) {
  const webauthn::Credential &credential = held.credential;
  json::Writer writer;
  writer.begin_object()
      .member("id", base64url(credential.id))
      .member("publicKey", base64url(credential.public_key));
  writer.member("algorithm", credential.algorithm)
      .member("algorithmName", cose::name_of(credential.algorithm));
  writer.member("userHandle", base64url(credential.user_handle)).member("rpId", credential.rp_id);
  writer.member("appId", credential.app_id).member("signCount", credential.sign_count);
  writer.member("userVerified", (credential.flags & webauthn::kUserVerified) != 0);
  writer.member("backupEligible", (credential.flags & webauthn::kBackupEligible) != 0);
  writer.member("backupEligibleKnown", credential.backup_eligible_known);
  writer.member("backedUp", (credential.flags & webauthn::kBackedUp) != 0);
  writer.member("trusted", (credential.flags & webauthn::kTrusted) != 0);
  writer.member("aaguid", uuid(credential.aaguid)).key("transports").begin_array();
  for (const auto &transport : credential.transports) writer.text(transport);
  writer.end_array().member("attestationFormat", credential.attestation_format);
  writer.member("attestationType", credential.attestation_type);
  if (!credential.enterprise_serial.empty())
    writer.member("enterpriseSerial", hex(credential.enterprise_serial));
  if (credential.firmware_version) writer.member("firmwareVersion", *credential.firmware_version);
  if (credential.discoverable) writer.member("discoverable", *credential.discoverable);
  writer.member("credProtect", credential.cred_protect);
  if (credential.min_pin_length) writer.member("minPinLength", *credential.min_pin_length);
  writer.member("prf", credential.prf).member("largeBlob", credential.large_blob);
  return writer.member("credBlob", credential.cred_blob).end_object().take();
}

webauthn::Standing standing_of(const mfa_webauthn_credential &held, const webauthn::Trust &trust,
                               uint64_t now_s) {
  const webauthn::Credential &credential = held.credential;
  return webauthn::standing_of(trust, credential.aaguid, webauthn::provenance_of(credential), now_s);
}

const uint8_t *give(const Bytes *bytes, size_t *len) {
  const bool some = bytes && !bytes->empty();
  if (len) *len = some ? bytes->size() : 0;
  return some ? bytes->data() : nullptr;
}

// The options carry it already, for the expectation says so.
Result<Done> check_app_id(const webauthn::Expected &expected, const std::string &extensions_json,
                          const char *name) {
  if (expected.app_id.empty()) return done;
  MFA_TRY(const json::Document extensions, json::Document::parse(extensions_json));
  if (extensions.root().find(name))
    return fail(Status::err_argument, Reason::argument_range,
                "extra_json has an AppID, and the expectation one");
  return done;
}

}  // namespace

extern "C" {

mfa_status mfa_webauthn_create_options(const mfa_webauthn_expect *expect, const mfa_webauthn_user *user,
                                       const char *extra_json, size_t extra_json_len, mfa_buffer *json,
                                       mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    MFA_TRY(const auto expected, read_expect(expect));
    MFA_TRY(const auto whom, read_user(user));
    MFA_TRY(const auto text, read_text(extra_json, extra_json_len));
    MFA_TRY(const auto extras, read_create_extras(text));
    if (!expected.user_handle.empty() && expected.user_handle != whom.handle)
      return fail(Status::err_argument, Reason::argument_range, "two user handles that differ");
    MFA_TRY(check_app_id(expected, extras.extensions_json, "appidExclude"));
    return write_buffer(json, webauthn::creation_options(expected, whom, extras));
  });
}

mfa_status mfa_webauthn_get_options(const mfa_webauthn_expect *expect, const char *extra_json,
                                    size_t extra_json_len, mfa_buffer *json, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    MFA_TRY(const auto expected, read_expect(expect));
    MFA_TRY(const auto text, read_text(extra_json, extra_json_len));
    MFA_TRY(const auto extras, read_get_extras(text, expected));
    MFA_TRY(check_app_id(expected, extras.extensions_json, "appid"));
    return write_buffer(json, webauthn::request_options(expected, extras));
  });
}

mfa_status mfa_webauthn_response_parse(const char *json, size_t json_len, mfa_webauthn_response **response,
                                       mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(response));
    MFA_TRY(const auto text, read_text(json, json_len));
    MFA_TRY(auto parsed, webauthn::parse_response(text));
    *response = new mfa_webauthn_response{std::move(parsed)};
    return done;
  });
}

void mfa_webauthn_response_free(mfa_webauthn_response *response) { delete response; }

const uint8_t *mfa_webauthn_response_id(const mfa_webauthn_response *response, size_t *len) {
  return give(response ? &response->response.id : nullptr, len);
}

const uint8_t *mfa_webauthn_response_user_handle(const mfa_webauthn_response *response, size_t *len) {
  return give(response ? &response->response.user_handle : nullptr, len);
}

mfa_status mfa_webauthn_credential_new(const mfa_webauthn_columns *columns,
                                       mfa_webauthn_credential **credential, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(credential));
    MFA_TRY(auto made, kept(Status::err_argument, import(columns)));
    *credential = made.release();
    return done;
  });
}

mfa_status mfa_webauthn_credential_load(const uint8_t *blob, size_t blob_len,
                                        mfa_webauthn_credential **credential, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(credential));
    MFA_TRY(const auto bytes, read_bytes(blob, blob_len));
    MFA_TRY(auto read, kept(Status::err_damaged, decode_blob(bytes)));
    MFA_TRY(auto made, kept(Status::err_damaged, prepare(std::move(read))));
    *credential = made.release();
    return done;
  });
}

mfa_status mfa_webauthn_credential_save(const mfa_webauthn_credential *credential, mfa_buffer *blob,
                                        mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(blob));
    if (!credential) return null_argument();
    cbor::Writer writer;
    writer.raw(ByteView(&kBlobFormat, 1));
    webauthn::encode(writer, credential->credential);
    return write_buffer(blob, writer.view());
  });
}

mfa_status mfa_webauthn_credential_columns(const mfa_webauthn_credential *credential,
                                           mfa_webauthn_columns *columns, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    mfa_webauthn_columns row = MFA_WEBAUTHN_COLUMNS_INIT;
    MFA_TRY(write_sized(columns, row));
    if (!credential) return null_argument();
    const webauthn::Credential &held = credential->credential;
    row.algorithm = held.algorithm;
    row.id = text_in(held.id);
    row.public_key = text_in(held.public_key);
    row.user_handle = text_in(held.user_handle);
    row.rp_id = text_in(held.rp_id);
    row.app_id = text_in(held.app_id);
    row.sign_count = held.sign_count;
    row.flags = held.flags;
    row.backup_eligible_known = held.backup_eligible_known ? 1 : 0;
    std::copy(held.aaguid.begin(), held.aaguid.end(), row.aaguid);
    row.transports = text_in(credential->transports);
    row.attestation_format = text_in(held.attestation_format);
    row.attestation_type = text_in(held.attestation_type);
    return write_sized(columns, row);
  });
}

mfa_status mfa_webauthn_credential_json(const mfa_webauthn_credential *credential, mfa_buffer *json,
                                        mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!credential) return null_argument();
    return write_buffer(json, credential_json(*credential));
  });
}

mfa_status mfa_webauthn_response_extensions(const mfa_webauthn_response *response, mfa_buffer *json,
                                            mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!response) return null_argument();
    return write_buffer(json, webauthn::outputs_json(response->response));
  });
}

mfa_status mfa_webauthn_signal_unknown(const char *rp_id, size_t rp_id_len,
                                       const mfa_webauthn_response *response, mfa_buffer *json,
                                       mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    MFA_TRY(const auto text, read_text(rp_id, rp_id_len));
    if (!response) return null_argument();
    return write_buffer(json, webauthn::signal_unknown(text, response->response.id));
  });
}

mfa_status mfa_webauthn_signal_accepted(const char *rp_id, size_t rp_id_len, const uint8_t *user_handle,
                                        size_t user_handle_len, const mfa_text *ids, size_t ids_count,
                                        mfa_buffer *json, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    MFA_TRY(const auto text, read_text(rp_id, rp_id_len));
    MFA_TRY(const auto handle, read_bytes(user_handle, user_handle_len));
    if (!ids && ids_count != 0) return null_argument();
    if (handle.empty() || handle.size() > webauthn::kMaxUserHandleBytes)
      return fail(Status::err_argument, Reason::argument_range, "a user handle has 1 to 64 bytes");
    std::vector<ByteView> views;
    for (size_t i = 0; i < ids_count; i++) {
      MFA_TRY(const ByteView id, read_bytes(ids[i]));
      views.push_back(id);
    }
    return write_buffer(json, webauthn::signal_accepted(text, handle, views));
  });
}

mfa_status mfa_webauthn_signal_user(const char *rp_id, size_t rp_id_len, const mfa_webauthn_user *user,
                                    mfa_buffer *json, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    MFA_TRY(const auto text, read_text(rp_id, rp_id_len));
    MFA_TRY(const auto whom, read_user(user));
    return write_buffer(json, webauthn::signal_user(text, whom));
  });
}

mfa_status mfa_webauthn_credential_audit(const mfa_webauthn_credential *credential, const mfa_trust *trust,
                                         uint64_t now_s, mfa_buffer *json, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!credential || !trust) return null_argument();
    const auto standing = standing_of(*credential, *trust->trust, now_s);
    MFA_TRY(write_buffer(json, "{" + webauthn::standing_members(standing) + "}"));
    if (!standing.undesired.empty())
      return fail(Status::denied, Reason::registration_metadata_status, "a model that metadata warns of",
                  standing.undesired.front()->status);
    return done;
  });
}

void mfa_webauthn_credential_free(mfa_webauthn_credential *credential) { delete credential; }

mfa_status mfa_webauthn_verify_registration(const mfa_webauthn_expect *expect, uint64_t now_s,
                                            const mfa_webauthn_response *response,
                                            mfa_webauthn_credential **credential, mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    MFA_TRY(clear(credential));
    MFA_TRY(const auto expected, read_verify_expect(expect));
    if (!response) return null_argument();
    if (expected.user_handle.empty())
      return fail(Status::err_argument, Reason::argument_range, "a registration needs the user's handle");
    MFA_TRY(auto registration, webauthn::verify_registration(expected, now_s, response->response));
    MFA_TRY(auto made, prepare(std::move(registration.credential)));
    *credential = made.release();
    return Answer{.signals = registration.signals};
  });
}

mfa_status mfa_webauthn_verify_assertion(const mfa_webauthn_expect *expect,
                                         const mfa_webauthn_credential *credential,
                                         const mfa_webauthn_response *response, mfa_webauthn_result *result,
                                         mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    mfa_webauthn_result row = MFA_WEBAUTHN_RESULT_INIT;
    MFA_TRY(write_sized(result, row));
    MFA_TRY(const auto expected, read_verify_expect(expect));
    if (!credential || !response) return null_argument();
    MFA_TRY(const auto assertion, webauthn::verify_assertion(expected, credential->credential,
                                                             credential->key, response->response));
    row.flags = assertion.flags;
    row.sign_count = assertion.sign_count;
    row.signals = assertion.signals;
    MFA_TRY(write_sized(result, row));
    return Answer{.signals = assertion.signals};
  });
}

}  // extern "C"
