#include "support/authenticator.hpp"

#include <algorithm>

#include "core/cbor.hpp"
#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "support/must.hpp"
#include "support/seed.hpp"

namespace mfa::test {
namespace {

constexpr uint8_t kPresent = 0x01, kVerified = 0x04, kEligible = 0x08, kBackedUp = 0x10, kAttested = 0x40;

template <class Part>
void apply(const std::function<void(Part &)> &change, Part &part) {
  if (change) change(part);
}

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
  apply(tamper.client_data, data);
  json::Writer writer;
  writer.begin_object()
      .member("type", data.type)
      .member("challenge", data.challenge)
      .member("origin", data.origin);
  if (data.cross_origin) writer.member("crossOrigin", *data.cross_origin);
  if (data.top_origin) writer.member("topOrigin", *data.top_origin);
  std::string text = writer.end_object().take();
  apply(tamper.client_data_json, text);
  return text;
}

Bytes authenticator_data(AuthenticatorParts parts, const Tamper &tamper) {
  apply(tamper.authenticator_data, parts);
  Bytes bytes = parts.rp_id_hash;
  bytes.push_back(parts.flags);
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<uint8_t>(parts.sign_count >> shift));
  append(bytes, parts.attested);
  append(bytes, parts.extensions);
  apply(tamper.authenticator_data_bytes, bytes);
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

Bytes statement_bytes(const StatementParts &parts) {
  if (parts.whole) return *parts.whole;
  cbor::Writer writer;
  writer.map((parts.algorithm ? 1 : 0) + (parts.signature ? 1 : 0) + (parts.x5c ? 1 : 0));
  if (parts.algorithm) writer.text("alg").number(*parts.algorithm);
  if (parts.signature) writer.text("sig").bytes(*parts.signature);
  if (parts.x5c) {
    writer.text("x5c").array(parts.x5c->size());
    for (const Bytes &der : *parts.x5c) writer.bytes(der);
  }
  return writer.take();
}

std::string reply_json(ReplyParts parts, const Tamper &tamper) {
  apply(tamper.reply, parts);
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

}  // namespace

uint8_t Authenticator::flags() const {
  return static_cast<uint8_t>(
      (settings.user_present ? kPresent : 0) | (settings.user_verified ? kVerified : 0) |
      (settings.backup_eligible ? kEligible : 0) | (settings.backed_up ? kBackedUp : 0));
}

StatementParts Authenticator::attest(const Credential &credential, const Bytes &signed_bytes,
                                     const Tamper &tamper) const {
  StatementParts parts{.format = settings.format == "none" ? "none" : "packed"};
  if (settings.format == "self") {
    parts.algorithm = credential.key.algorithm();
    parts.signature = credential.key.sign(signed_bytes);
  }
  if (settings.format == "basic") {
    const SoftwareKey key = SoftwareKey::quick(settings.attestation_algorithm, "attestation");
    Bytes aaguid{0x04, 16};
    append(aaguid, settings.aaguid);
    CertificateSpec spec{.aaguid = aaguid};
    apply(tamper.certificate, spec);
    parts.algorithm = key.algorithm();
    parts.signature = key.sign(signed_bytes);
    parts.x5c = std::vector<Bytes>{make_certificate(spec, key)};
  }
  apply(tamper.statement, parts);
  return parts;
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
  const Bytes data = authenticator_data({.rp_id_hash = digest(made.rp_id),
                                         .flags = static_cast<uint8_t>(flags() | kAttested),
                                         .sign_count = made.sign_count,
                                         .attested = attested_data(settings.aaguid, made.id, made.key.cose()),
                                         .extensions = {}},
                                        tamper);
  Bytes signed_bytes = data;
  append(signed_bytes, digest(client_data));
  const StatementParts statement = attest(made, signed_bytes, tamper);
  cbor::Writer object;
  object.map(3).text("fmt").text(statement.format).text("attStmt").raw(statement_bytes(statement));
  Bytes attestation_object = object.text("authData").bytes(data).take();
  apply(tamper.attestation_object, attestation_object);

  const std::string id = base64url(made.id);
  credentials_.push_back(std::move(made));
  return reply_json({.id = id,
                     .raw_id = id,
                     .client_data = base64url(bytes_of(client_data)),
                     .attestation_object = base64url(attestation_object),
                     .authenticator_data = base64url(data),  // a convenience of toJSON()
                     .signature = std::nullopt,
                     .user_handle = std::nullopt,
                     .transports = settings.transports},
                    tamper);
}

Authenticator::Credential *Authenticator::pick(std::string_view text) {
  const auto document = must(json::Document::parse(text));
  const json::Value options = document.root();
  const auto allowed = options.find("allowCredentials");
  if (!allowed || allowed->size() == 0) {
    const auto rp_id = must(options.need_text("rpId"));
    const auto newest = std::find_if(credentials_.rbegin(), credentials_.rend(),
                                     [&](const Credential &held) { return held.rp_id == rp_id; });
    return newest == credentials_.rend() ? nullptr : &*newest;
  }
  for (size_t i = 0; i < allowed->size(); i++) {
    const Bytes id = must(from_base64url(must(allowed->item(i).need_text("id"))));
    for (Credential &held : credentials_) {
      if (held.id == id) return &held;
    }
  }
  return nullptr;
}

std::string Authenticator::get(std::string_view text, std::string_view origin, const Tamper &tamper) {
  Credential *held = pick(text);
  if (!held) return "";
  const auto document = must(json::Document::parse(text));
  const std::string client_data = client_data_json(document.root(), "webauthn.get", origin, tamper);
  held->sign_count += settings.count_step;
  const Bytes data = authenticator_data({.rp_id_hash = digest(held->rp_id),
                                         .flags = flags(),
                                         .sign_count = settings.count_step == 0 ? 0 : held->sign_count,
                                         .attested = {},
                                         .extensions = {}},
                                        tamper);
  Bytes signed_bytes = data;
  append(signed_bytes, digest(client_data));
  Bytes signature = held->key.sign(signed_bytes);
  apply(tamper.signature, signature);
  const std::string id = base64url(held->id);
  std::optional<std::string> user_handle;
  if (settings.user_handles) user_handle = base64url(held->user_handle);
  return reply_json({.id = id,
                     .raw_id = id,
                     .client_data = base64url(bytes_of(client_data)),
                     .attestation_object = std::nullopt,
                     .authenticator_data = base64url(data),
                     .signature = base64url(signature),
                     .user_handle = user_handle,
                     .transports = {}},
                    tamper);
}

}  // namespace mfa::test
