// Seeds from the corpus of WebAuthn ceremonies, each taken apart as well.
#include <algorithm>

#include "core/cbor.hpp"
#include "core/certificate.hpp"
#include "core/digest.hpp"
#include "core/json.hpp"
#include "core/jws.hpp"
#include "corpus/line.hpp"
#include "fuzz/expectation.hpp"
#include "fuzz/seeds.hpp"
#include "methods/webauthn/authenticator_data.hpp"
#include "support/must.hpp"

namespace mfa::fuzz {
namespace {

using namespace mfa::webauthn;
using test::must;

constexpr const char *kKeyDescription = "1.3.6.1.4.1.11129.2.1.17";

Bytes bytes_in(const json::Value &object, std::string_view name) {
  const auto value = object.find(name);
  return value && value->type() == json::Type::string ? must(from_base64url(must(value->as_text())))
                                                      : Bytes();
}
std::vector<Bytes> list_in(const json::Value &object, std::string_view name) {
  std::vector<Bytes> out;
  const auto list = object.find(name);
  for (size_t i = 0; list && i < list->size(); i++)
    out.push_back(must(from_base64url(must(list->item(i).as_text()))));
  return out;
}

const char *target_of(std::string_view format) {
  return format == "packed"              ? "packed"
         : format == "tpm"               ? "tpm"
         : format == "android-key"       ? "android_key"
         : format == "android-safetynet" ? "safetynet"
         : format == "fido-u2f"          ? "fido_u2f"
         : format == "apple"             ? "apple"
         : format == "compound"          ? "compound"
                                         : nullptr;
}

void add_certificates(Seeds &seeds, const cbor::Item &statement) {
  const auto chain = statement.find("x5c");
  if (!chain || chain->type() != cbor::Type::array) return;
  for (size_t i = 0; i < chain->size(); i++) {
    const auto der = chain->item(i).as_bytes();
    if (!der.has_value()) continue;
    seeds.add("certificate", der.value());
    const auto certificate = Certificate::parse(der.value());
    if (!certificate.has_value()) continue;
    const auto description = certificate.value().extension(kKeyDescription);
    if (description.has_value() && description.value())
      seeds.add("key_description", description.value()->value);
  }
}

void add_members(Seeds &seeds, const cbor::Item &statement) {
  if (statement.type() != cbor::Type::map) return;
  add_certificates(seeds, statement);
  const auto bytes = [&](const char *name) {
    const auto member = statement.find(name);
    return member && member->as_bytes().has_value() ? copy_of(member->as_bytes().value()) : Bytes();
  };
  if (const Bytes area = bytes("pubArea"); !area.empty()) seeds.add("tpm_structures", after({0}, area));
  if (const Bytes info = bytes("certInfo"); !info.empty()) seeds.add("tpm_structures", after({1}, info));
  if (const Bytes jws = bytes("response"); !jws.empty()) seeds.add("jws", jws);
}

void add_statement(Seeds &seeds, unsigned bits, const Bytes &client_data, const Bytes &object) {
  const auto document = cbor::Document::parse(object, kAttestationObjectLimits);
  if (!document.has_value() || document.value().root().type() != cbor::Type::map) return;
  const auto root = document.value().root();
  const auto format = root.find("fmt"), statement = root.find("attStmt"), data = root.find("authData");
  if (!format || !statement || !data || !data->as_bytes().has_value() || !format->as_text().has_value())
    return;
  const char *target = target_of(format->as_text().value());
  if (!target) return;
  const Sha256 hash = sha256(client_data);
  seeds.add(target, after({static_cast<uint8_t>(bits >> 8), static_cast<uint8_t>(bits)},
                          seed({data->as_bytes().value(), hash}, statement->raw())));
  add_members(seeds, *statement);
}

// What a browser would have sent, around the parts of a line.
std::string response_json(const json::Value &parts, const Bytes &id, bool registration) {
  json::Writer out;
  out.begin_object().member("id", base64url(id)).member("rawId", base64url(id));
  out.member("type", "public-key").key("response").begin_object();
  out.member("clientDataJSON", base64url(bytes_in(parts, "clientDataJSON")));
  if (registration) {
    out.member("attestationObject", base64url(bytes_in(parts, "attestationObject")));
    out.key("transports").begin_array().text("usb").text("nfc").end_array();
  } else {
    for (const char *name : {"authenticatorData", "signature", "userHandle"})
      out.member(name, base64url(bytes_in(parts, name)));
  }
  out.end_object().key("clientExtensionResults").begin_object();
  out.key("credProps").begin_object().member("rk", true).end_object();
  out.key("prf").begin_object().member("enabled", true).end_object();
  return out.end_object().end_object().take();
}

void add_registration(Seeds &seeds, const json::Value &parts, unsigned bits, bool whole) {
  const Bytes client_data = bytes_in(parts, "clientDataJSON"), object = bytes_in(parts, "attestationObject");
  seeds.add("client_data", after({0}, client_data));
  add_statement(seeds, bits, client_data, object);
  const auto response = read_response({.client_data = client_data, .attestation_object = object});
  if (response.has_value())
    seeds.add("authenticator_data", after({0}, response.value().authenticator_data.raw));
  if (!whole) return;
  seeds.add("attestation_object", after({static_cast<uint8_t>(bits >> 8), static_cast<uint8_t>(bits)},
                                        seed({client_data}, object)));
  seeds.add("cbor", object);
  if (response.has_value()) {
    const std::string text = response_json(parts, response.value().id, true);
    seeds.add("response", bytes_of(text));
    seeds.add("ceremony", after({2}, bytes_of(text)));
  }
}

void add_assertion(Seeds &seeds, const json::Value &parts, bool whole) {
  seeds.add("client_data", after({1}, bytes_in(parts, "clientDataJSON")));
  seeds.add("authenticator_data", after({1}, bytes_in(parts, "authenticatorData")));
  if (!whole) return;
  const std::string text = response_json(parts, Bytes(16, 2), false);
  seeds.add("response", bytes_of(text));
}

void add_trust(Seeds &seeds, const json::Value &expect, const json::Value &parts) {
  const auto anchors = list_in(expect, "trust_anchors");
  for (const Bytes &anchor : anchors) seeds.add("certificate", anchor);
  if (const auto blob = expect.find("mds_blob")) {
    const std::string_view text = must(blob->as_text());
    seeds.add("metadata", after({1}, bytes_of(text)));
    seeds.add("metadata", after({0}, must(Jws::parse(text)).payload));
    seeds.add("jws", bytes_of(text));
  }
  const Bytes encoded = bytes_in(parts, "attestationObject");
  const auto object = cbor::Document::parse(encoded, kAttestationObjectLimits);
  if (!object.has_value() || object.value().root().type() != cbor::Type::map) return;
  const auto statement = object.value().root().find("attStmt");
  if (!statement || statement->type() != cbor::Type::map) return;
  const auto chain = statement->find("x5c");
  if (!chain || chain->type() != cbor::Type::array) return;
  // An issuer of the list as the anchor: what it revoked is the certificate below.
  for (const Bytes &list : list_in(expect, "crls")) {
    for (size_t i = 0; i < chain->size(); i++) {
      const ByteView below = must(chain->item(i).as_bytes());
      const bool last = i + 1 == chain->size();
      if (last && anchors.empty()) continue;
      const ByteView issuer = last ? ByteView(anchors[0]) : must(chain->item(i + 1).as_bytes());
      seeds.add("revocations", seed({issuer, below}, list));
    }
  }
}

void add_signature(Seeds &seeds, const test::SoftwareKey &key) {
  const std::string message = "what is signed";
  json::Writer out;
  out.begin_object().member("public_key", base64url(key.cose()));
  out.member("message", base64url(bytes_of(message)));
  out.member("signature", base64url(key.sign(bytes_of(message)))).member("rs1", true).end_object();
  seeds.add("ceremony", after({1}, bytes_of(out.view())));
}

// What breaks a rule is in the targets of the parts; whole it would only be large, but for what the relying
// party expects.
bool is_whole(const corpus::Case &row) {
  if (row.algorithm != -7) return false;
  const bool good = row.id.starts_with("good/");
  return row.format == "none" ? good || row.expect : good && !row.authentication;
}
bool is_line(const corpus::Case &row) {
  static constexpr std::string_view kTrust[] = {"trust/leaf revoked", "trust/metadata says REVOKED",
                                                "trust/metadata leads to the root, beside a broken entry"};
  return (is_whole(row) && (row.format == "none" || row.format == "basic")) ||
         std::find(std::begin(kTrust), std::end(kTrust), row.id) != std::end(kTrust);
}

// Most formats care little for the credential's algorithm.
bool is_repetition(const corpus::Case &row) {
  static constexpr int32_t kOfEachKind[] = {-7, -8, -35, -257};
  return row.format != "self" && row.id.starts_with("good/") &&
         std::find(std::begin(kOfEachKind), std::end(kOfEachKind), row.algorithm) == std::end(kOfEachKind);
}

}  // namespace

void add_ceremonies(Seeds &seeds) {
  for (const auto &row : corpus::all_cases()) {
    if (is_repetition(row)) continue;
    const std::string line = corpus::line_of(row);
    const bool whole = is_whole(row);
    if (is_line(row)) {
      seeds.add("ceremony", after({0}, bytes_of(line)));
      seeds.add("json", bytes_of(line));
    }
    const auto document = must(json::Document::parse(line, {.max_bytes = 1 << 20, .max_values = 1 << 16}));
    const json::Value root = document.root();
    const json::Value parts = must(root.need("response")), expect = must(root.need("expect"));
    if (row.authentication) {
      add_assertion(seeds, parts, whole);
    } else {
      add_registration(seeds, parts, bits_of(must(read_policy(must(expect.need("policy"))))), whole);
    }
    add_trust(seeds, expect, parts);
  }
  for (const int32_t algorithm : test::all_algorithms())
    add_signature(seeds, test::SoftwareKey::quick(algorithm));
}

}  // namespace mfa::fuzz
