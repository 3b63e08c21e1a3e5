#include "support/authenticator.hpp"

#include <algorithm>

#include "core/cbor.hpp"
#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "support/must.hpp"
#include "support/seed.hpp"
#include "support/statements/statement.hpp"

namespace mfa::test {
namespace {

constexpr uint8_t kPresent = 0x01, kVerified = 0x04, kEligible = 0x08, kBackedUp = 0x10, kAttested = 0x40,
                  kExtensions = 0x80;

void append(Bytes &out, ByteView more) { out.insert(out.end(), more.begin(), more.end()); }

Bytes digest(std::string_view text) {
  const auto hash = sha256(bytes_of(text));
  return Bytes(hash.begin(), hash.end());
}

std::string client_data_json(const json::Value &options, const char *type, std::string_view origin,
                             const Tamper &tamper) {
  ClientData data{.type = type,
                  .challenge = std::string(must(options.need_text("challenge"))),
                  .origin = std::string(origin),
                  .cross_origin = false,
                  .top_origin = std::nullopt};
  let_change(tamper.client_data, data);
  json::Writer writer;
  writer.begin_object()
      .member("type", data.type)
      .member("challenge", data.challenge)
      .member("origin", data.origin);
  if (data.cross_origin) writer.member("crossOrigin", *data.cross_origin);
  if (data.top_origin) writer.member("topOrigin", *data.top_origin);
  std::string text = writer.end_object().take();
  let_change(tamper.client_data_json, text);
  return text;
}

Bytes authenticator_data(AuthenticatorParts parts, const Tamper &tamper) {
  let_change(tamper.authenticator_data, parts);
  Bytes bytes = parts.rp_id_hash;
  bytes.push_back(parts.flags);
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<uint8_t>(parts.sign_count >> shift));
  append(bytes, parts.attested);
  append(bytes, parts.extensions);
  let_change(tamper.authenticator_data_bytes, bytes);
  return bytes;
}

Bytes attested_data(const std::array<uint8_t, 16> &aaguid, const Bytes &id, const Bytes &key) {
  Bytes bytes(aaguid.begin(), aaguid.end());
  bytes.push_back(static_cast<uint8_t>(id.size() >> 8));
  bytes.push_back(static_cast<uint8_t>(id.size()));
  append(bytes, id);
  append(bytes, key);
  return bytes;
}

std::string reply_json(ReplyParts parts, const Tamper &tamper) {
  let_change(tamper.reply, parts);
  json::Writer writer;
  writer.begin_object().member("id", parts.id).member("rawId", parts.raw_id).key("response").begin_object();
  const auto optional = [&](const char *name, const std::optional<std::string> &value) {
    if (value) writer.member(name, *value);
  };
  optional("clientDataJSON", parts.client_data);
  optional("attestationObject", parts.attestation_object);
  optional("authenticatorData", parts.authenticator_data);
  optional("signature", parts.signature);
  if (parts.user_handle == "null") {
    writer.key("userHandle").null();
  } else {
    optional("userHandle", parts.user_handle);
  }
  writer.key("transports").begin_array();
  for (const auto &transport : parts.transports) writer.text(transport);
  writer.end_array().end_object();
  writer.member("authenticatorAttachment", "cross-platform");
  writer.key("clientExtensionResults").raw(parts.extension_results);
  return writer.member("type", parts.type).end_object().take();
}

int32_t first_offered(const json::Value &options, const std::vector<int32_t> &able) {
  const auto offered = must(options.need("pubKeyCredParams"));
  for (size_t i = 0; i < offered.size(); i++) {
    const auto algorithm = static_cast<int32_t>(must(must(offered.item(i).need("alg")).as_int()));
    if (std::find(able.begin(), able.end(), algorithm) != able.end()) return algorithm;
  }
  return able.front();
}

uint8_t flag_of(const ExtensionOutputs &outputs) { return outputs.authenticator.empty() ? 0 : kExtensions; }

std::optional<std::string> asked_app_id(const json::Value &options) {
  const auto extensions = options.find("extensions");
  const auto app_id = extensions ? extensions->find("appid") : std::nullopt;
  if (!app_id) return std::nullopt;
  return std::string(must(app_id->as_text()));
}

// Section 10.1.1: whether the AppID was used.
std::string with_app_id(const std::string &results, bool used) {
  const std::string member = std::string("{\"appid\":") + (used ? "true" : "false");
  return member + (results == "{}" ? "}" : "," + results.substr(1));
}

}  // namespace

std::vector<std::string> all_formats() {
  std::vector<std::string> names;
  for (const Format &row : formats()) names.push_back(row.name);
  return names;
}

bool format_takes(std::string_view format, int32_t algorithm) {
  const auto &able = format_of(format).algorithms;
  return able.empty() || std::find(able.begin(), able.end(), algorithm) != able.end();
}

uint8_t Authenticator::flags(bool u2f) const {
  const uint8_t present = settings.user_present ? kPresent : 0;
  if (u2f) return present;
  return static_cast<uint8_t>(present | (settings.user_verified ? kVerified : 0) |
                              (settings.backup_eligible ? kEligible : 0) |
                              (settings.backed_up ? kBackedUp : 0));
}

std::string Authenticator::create(std::string_view text, std::string_view origin, const Tamper &tamper) {
  const auto document = must(json::Document::parse(text));
  const json::Value options = document.root();
  Credential made{.id = random_bytes(32),
                  .key = SoftwareKey::quick(first_offered(options, settings.algorithms)),
                  .rp_id = std::string(must(must(options.need("rp")).need_text("id"))),
                  .user_handle = must(from_base64url(must(must(options.need("user")).need_text("id")))),
                  .sign_count = settings.count_step};

  const std::string client_data = client_data_json(options, "webauthn.create", origin, tamper);
  const Bytes client_data_hash = digest(client_data), rp_id_hash = digest(made.rp_id);
  const ExtensionOutputs &outputs = settings.create_extensions;
  const Bytes data =
      authenticator_data({.rp_id_hash = rp_id_hash,
                          .flags = static_cast<uint8_t>(flags() | kAttested | flag_of(outputs)),
                          .sign_count = made.sign_count,
                          .attested = attested_data(settings.aaguid, made.id, made.key.cose()),
                          .extensions = outputs.authenticator},
                         tamper);
  StatementParts statement = format_of(settings.format)
                                 .make({.settings = settings,
                                        .credential = made.key,
                                        .credential_id = made.id,
                                        .rp_id_hash = rp_id_hash,
                                        .authenticator_data = data,
                                        .client_data_hash = client_data_hash,
                                        .tamper = tamper});
  let_change(tamper.statement, statement);
  Bytes encoded = statement_bytes(statement);
  let_change(tamper.statement_bytes, encoded);
  cbor::Writer object;
  object.map(3).text("fmt").text(statement.format).text("attStmt").raw(encoded);
  Bytes attestation_object = object.text("authData").bytes(data).take();
  let_change(tamper.attestation_object, attestation_object);

  const std::string id = base64url(made.id);
  credentials_.push_back(std::move(made));
  return reply_json({.id = id,
                     .raw_id = id,
                     .client_data = base64url(bytes_of(client_data)),
                     .attestation_object = base64url(attestation_object),
                     .authenticator_data = base64url(data),  // a convenience of toJSON()
                     .signature = std::nullopt,
                     .user_handle = std::nullopt,
                     .transports = settings.transports,
                     .extension_results = outputs.client},
                    tamper);
}

U2fRegistration Authenticator::register_u2f(std::string_view app_id) {
  credentials_.push_back({.id = random_bytes(64),
                          .key = SoftwareKey::make(-7),
                          .rp_id = std::string(app_id),
                          .user_handle = {},
                          .sign_count = 0,
                          .u2f = true});
  return {.key_handle = credentials_.back().id, .public_key = credentials_.back().key.point()};
}

const SoftwareKey &Authenticator::key_of(ByteView id) const {
  const auto held = std::find_if(credentials_.begin(), credentials_.end(),
                                 [&](const Credential &each) { return same(each.id, id); });
  must(held != credentials_.end(), "no such credential");
  return held->key;
}

Authenticator::Credential *Authenticator::pick(std::string_view text) {
  const auto document = must(json::Document::parse(text));
  const json::Value options = document.root();
  const auto allowed = options.find("allowCredentials");
  if (!allowed || allowed->size() == 0) {
    const auto rp_id = must(options.need_text("rpId"));
    const auto newest = std::find_if(credentials_.rbegin(), credentials_.rend(), [&](const Credential &held) {
      return held.rp_id == rp_id && !held.u2f;
    });
    return newest == credentials_.rend() ? nullptr : &*newest;
  }
  const auto app_id = asked_app_id(options);
  for (size_t i = 0; i < allowed->size(); i++) {
    const Bytes id = must(from_base64url(must(allowed->item(i).need_text("id"))));
    for (Credential &held : credentials_) {
      if (held.id == id && (!held.u2f || held.rp_id == app_id)) return &held;
    }
  }
  return nullptr;
}

std::string Authenticator::get(std::string_view text, std::string_view origin, const Tamper &tamper) {
  Credential *held = pick(text);
  if (!held) return "";
  const auto document = must(json::Document::parse(text));
  const std::string client_data = client_data_json(document.root(), "webauthn.get", origin, tamper);
  const ExtensionOutputs &outputs = settings.get_extensions;
  held->sign_count += settings.count_step;
  const Bytes data = authenticator_data({.rp_id_hash = digest(held->rp_id),
                                         .flags = static_cast<uint8_t>(flags(held->u2f) | flag_of(outputs)),
                                         .sign_count = settings.count_step == 0 ? 0 : held->sign_count,
                                         .attested = {},
                                         .extensions = outputs.authenticator},
                                        tamper);
  Bytes signed_bytes = data;
  append(signed_bytes, digest(client_data));
  Bytes signature = held->key.sign(signed_bytes);
  let_change(tamper.signature, signature);
  const std::string id = base64url(held->id);
  std::optional<std::string> user_handle;
  if (settings.user_handles && !held->u2f) user_handle = base64url(held->user_handle);
  std::string results = outputs.client;
  if (asked_app_id(document.root())) results = with_app_id(results, held->u2f);
  return reply_json({.id = id,
                     .raw_id = id,
                     .client_data = base64url(bytes_of(client_data)),
                     .attestation_object = std::nullopt,
                     .authenticator_data = base64url(data),
                     .signature = base64url(signature),
                     .user_handle = user_handle,
                     .transports = {},
                     .extension_results = results},
                    tamper);
}

}  // namespace mfa::test
