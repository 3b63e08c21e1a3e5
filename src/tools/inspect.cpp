#include "tools/inspect.hpp"

#include "core/certificate.hpp"
#include "core/cose.hpp"
#include "core/encoding.hpp"
#include "methods/webauthn/extensions.hpp"
#include "tools/transcript.hpp"
#include "tools/transcript_expect.hpp"

namespace mfa::tools {

using namespace webauthn;

namespace {

constexpr size_t kShownBytes = 64;

// Lines of "name: value", indented by what they belong to.
class Page {
 public:
  Page &line(std::string_view name, std::string_view value) {
    text_.append(indent_ * 2, ' ').append(name).append(value.empty() ? ":" : ": ").append(printable(value));
    text_ += '\n';
    return *this;
  }
  Page &bytes(std::string_view name, ByteView value) {
    const bool whole = value.size() <= kShownBytes;
    return line(name, hex(whole ? value : value.first(kShownBytes)) + (whole ? "" : "...") + " (" +
                          std::to_string(value.size()) + " bytes)");
  }
  Page &open(std::string_view name) {
    line(name, "");
    indent_++;
    return *this;
  }
  Page &close() {
    indent_--;
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  // A client chose some of it: nothing may steer a terminal.
  static std::string printable(std::string_view value) {
    if (!is_utf8(value)) return hex(bytes_of(value));
    std::string out;
    for (size_t i = 0; i < value.size(); i++) {
      const auto byte = static_cast<uint8_t>(value[i]);
      // U+0080 to U+009F are controls as well.
      const bool c1 = byte == 0xC2 && static_cast<uint8_t>(value[i + 1]) < 0xA0;
      out += c1 || byte < 0x20 || byte == 0x7F ? '?' : value[i];
      if (c1) i++;
    }
    return out;
  }

  std::string text_;
  size_t indent_ = 0;
};

std::string flags_text(uint32_t flags) {
  static constexpr const char *kNames[] = {"UP", "", "UV", "BE", "BS", "", "AT", "ED"};
  std::string text;
  for (int bit = 0; bit < 8; bit++) {
    if ((flags >> bit & 1) == 0) continue;
    const std::string name = kNames[bit];
    text += (text.empty() ? "" : " ") + (name.empty() ? "bit " + std::to_string(bit) : name);
  }
  return text.empty() ? "none" : text;
}

std::string number_text(const cbor::Item &item) {
  if (item.type() == cbor::Type::unsigned_integer) return std::to_string(item.as_uint().value());
  const auto number = item.as_int();
  return number.has_value() ? std::to_string(number.value()) : "below every 64-bit number";
}

std::string key_text(const cbor::Item &key) {
  const auto text = key.as_text();
  if (text.has_value()) return std::string(text.value());
  const auto bytes = key.as_bytes();
  return bytes.has_value() ? hex(bytes.value()) : number_text(key);
}

void show(Page &page, std::string_view name, const cbor::Item &item) {
  switch (item.type()) {
    case cbor::Type::unsigned_integer:
    case cbor::Type::negative_integer: page.line(name, number_text(item)); return;
    case cbor::Type::bytes: page.bytes(name, item.as_bytes().value()); return;
    case cbor::Type::text: page.line(name, item.as_text().value()); return;
    case cbor::Type::boolean: page.line(name, item.as_bool().value() ? "true" : "false"); return;
    case cbor::Type::null: page.line(name, "null"); return;
    case cbor::Type::floating: page.line(name, "a floating-point number"); return;
    case cbor::Type::array:
      page.open(name);
      for (size_t i = 0; i < item.size(); i++) show(page, std::to_string(i), item.item(i));
      page.close();
      return;
    case cbor::Type::map: break;
  }
  page.open(name);
  for (size_t i = 0; i < item.size(); i++) show(page, key_text(item.key(i)), item.value(i));
  page.close();
}

void show_certificates(Page &page, const cbor::Item &statement) {
  const auto x5c = statement.find("x5c");
  if (!x5c || x5c->type() != cbor::Type::array) return;
  for (size_t i = 0; i < x5c->size(); i++) {
    const auto der = x5c->item(i).as_bytes();
    const auto certificate =
        der.has_value() ? Certificate::parse(der.value()) : Result<Certificate>(der.error());
    page.open("certificate " + std::to_string(i));
    if (certificate.has_value()) {
      const Certificate &held = certificate.value();
      page.line("version", std::to_string(held.version()));
      for (const auto &[name, value] : held.summary()) page.line(name, value);
    } else {
      page.line("unreadable", certificate.error().message);
    }
    page.close();
  }
}

void show_key(Page &page, ByteView encoded) {
  page.open("public key");
  const auto algorithm = cose::algorithm_in(encoded);
  if (algorithm.has_value()) {
    const int64_t number = algorithm.value();
    const char *name =
        number >= INT32_MIN && number <= INT32_MAX ? cose::name_of(static_cast<int32_t>(number)) : nullptr;
    page.line("algorithm", (name ? name : "unknown") + std::string(" (") + std::to_string(number) + ")");
  }
  const auto key = cose::material_in(encoded);
  if (key.has_value()) {
    const KeyMaterial &material = key.value();
    if (!material.x.empty()) page.bytes("x", material.x);
    if (!material.y.empty()) page.bytes("y", material.y);
    if (!material.n.empty()) page.bytes("n", material.n).bytes("e", material.e);
  } else {
    page.bytes("COSE_Key", encoded);
  }
  page.close();
}

void show_outputs(Page &page, const cbor::Item &map) {
  page.open("extensions");
  for (size_t i = 0; i < map.size(); i++) {
    const std::string name = key_text(map.key(i));
    if (is_secret_output(name) && map.value(i).type() == cbor::Type::bytes) {
      page.line(name, "not shown");
    } else {
      show(page, name, map.value(i));
    }
  }
  page.close();
}

void show_authenticator_data(Page &page, const AuthenticatorData &data) {
  page.open("authenticator data").bytes("RP ID hash", data.rp_id_hash).line("flags", flags_text(data.flags));
  page.line("signature counter", std::to_string(data.sign_count));
  if (data.attested) {
    page.bytes("AAGUID", data.aaguid).line("credential id", base64url(data.credential_id));
    show_key(page, data.public_key);
  }
  if (const auto extensions = cbor::Document::parse(data.extensions, kAttestationObjectLimits);
      !data.extensions.empty() && extensions.has_value())
    show_outputs(page, extensions.value().root());
  page.close();
}

std::string readable(const Response &response) {
  Page page;
  page.line("ceremony", response.registration ? "registration" : "authentication");
  page.line("credential id", base64url(response.id));
  const ClientData &client = response.client_data;
  page.open("client data").line("type", client.type).line("challenge", base64url(client.challenge));
  page.line("origin", client.origin).line("crossOrigin", client.cross_origin ? "true" : "false");
  if (client.top_origin) page.line("topOrigin", *client.top_origin);
  page.close();
  show_authenticator_data(page, response.authenticator_data);
  if (!response.client_outputs.names.empty()) page.line("extension outputs", outputs_json(response));
  if (response.registration) {
    page.line("attestation format", response.format);
    if (const auto object = cbor::Document::parse(response.attestation_object, kAttestationObjectLimits);
        object.has_value()) {
      const auto statement = object.value().root().find("attStmt");
      show(page, "attestation statement", *statement);
      show_certificates(page, *statement);
    }
  } else {
    page.bytes("signature", response.signature);
    if (!response.user_handle.empty()) page.line("user handle", base64url(response.user_handle));
  }
  if (!response.canonical) page.line("encoding", "CBOR that is not in its canonical form");
  return page.take();
}

// A ceremony's document has the parts alone.
Result<Response> read_ceremony(const json::Value &root) {
  const auto parts = root.find("response");
  if (!parts) return fail(Status::malformed, Reason::transcript_member, "no response", "response");
  RawResponse raw;
  MFA_TRY(raw.client_data, optional_bytes(*parts, "clientDataJSON"));
  MFA_TRY(Bytes object, optional_bytes(*parts, "attestationObject"));
  if (!object.empty()) {
    raw.attestation_object = std::move(object);
    return read_response(std::move(raw));
  }
  MFA_TRY(raw.authenticator_data, optional_bytes(*parts, "authenticatorData"));
  MFA_TRY(raw.signature, optional_bytes(*parts, "signature"));
  MFA_TRY(raw.user_handle, optional_bytes(*parts, "userHandle"));
  if (const auto credential = root.find("credential")) {
    MFA_TRY(raw.id, optional_bytes(*credential, "id"));
  }
  return read_response(std::move(raw));
}

}  // namespace

Result<std::string> inspect(std::string_view text) {
  MFA_TRY(const json::Document document, json::Document::parse(text, {.max_bytes = kMaxTranscriptBytes}));
  const bool ceremony =
      document.root().find("expect").has_value() || !document.root().find("rawId").has_value();
  MFA_TRY(const Response response, ceremony ? read_ceremony(document.root()) : parse_response(text));
  return readable(response);
}

}  // namespace mfa::tools
