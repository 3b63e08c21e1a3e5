#include "methods/webauthn/extensions.hpp"

#include <algorithm>

#include "core/encoding.hpp"
#include "core/json.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

constexpr uint32_t kProtectOptional = 1, kProtectRequired = 3;
constexpr size_t kMaxOutputs = 32;
constexpr size_t kMaxVerificationMethods = 3;  // Level 2 section 10.3: uvmFormat = [ 1*3 uvmEntry ]

// An authenticator's extension answers to the client's of the same row.
struct Row {
  std::string_view client, authenticator;
};
constexpr Row kRows[] = {
    {"credentialProtectionPolicy", "credProtect"},
    {"credBlob", "credBlob"},
    {"getCredBlob", "credBlob"},
    {"minPinLength", "minPinLength"},
    {"prf", "hmac-secret"},
    {"hmacCreateSecret", "hmac-secret"},
    {"hmacGetSecret", "hmac-secret"},
    {"hmacCreateSecret", "hmac-secret-mc"},
    {"prf", "hmac-secret-mc"},
    {"uvm", "uvm"},
    {"largeBlob", "largeBlobKey"},
};

constexpr std::pair<std::string_view, uint32_t> kProtections[] = {
    {"userVerificationOptional", kProtectOptional},
    {"userVerificationOptionalWithCredentialIDList", 2},
    {"userVerificationRequired", kProtectRequired}};

bool contains(const std::vector<std::string> &names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_true(const json::Value &object, std::string_view name) {
  const auto value = object.find(name);
  return value && value->type() == json::Type::boolean && value->as_bool().value();
}

// Of the extensions in authenticator data; absent ones and a map that cannot be read answer nothing.
std::optional<cbor::Document> authenticator_outputs(const Response &response) {
  const Bytes &encoded = response.authenticator_data.extensions;
  if (encoded.empty()) return std::nullopt;
  auto document = cbor::Document::parse(encoded, kAttestationObjectLimits);
  if (!document.has_value()) return std::nullopt;
  return std::move(document).value();
}

bool answers_asked(const Asked &asked, std::string_view authenticator) {
  return std::any_of(std::begin(kRows), std::end(kRows), [&](const Row &row) {
    return row.authenticator == authenticator && contains(asked.names, row.client);
  });
}

void copy(const cbor::Item &item, json::Writer &out) {
  switch (item.type()) {
    case cbor::Type::unsigned_integer: out.unsigned_integer(item.as_uint().value()); return;
    case cbor::Type::negative_integer: {
      const auto number = item.as_int();
      if (!number.has_value()) break;
      out.integer(number.value());
      return;
    }
    case cbor::Type::bytes: out.text(base64url(item.as_bytes().value())); return;
    case cbor::Type::text: out.text(item.as_text().value()); return;
    case cbor::Type::boolean: out.boolean(item.as_bool().value()); return;
    case cbor::Type::array:
      out.begin_array();
      for (size_t i = 0; i < item.size(); i++) copy(item.item(i), out);
      out.end_array();
      return;
    case cbor::Type::map:
    case cbor::Type::null:
    case cbor::Type::floating: break;
  }
  out.null();
}

// Nothing when it is of another form than Level 2's UvmEntries.
std::vector<std::array<uint32_t, 3>> read_uvm(const json::Value &entries) {
  std::vector<std::array<uint32_t, 3>> out;
  if (entries.type() != json::Type::array || entries.size() > kMaxVerificationMethods) return {};
  for (size_t i = 0; i < entries.size(); i++) {
    const json::Value entry = entries.item(i);
    std::array<uint32_t, 3> numbers{};
    if (entry.type() != json::Type::array || entry.size() != numbers.size()) return {};
    for (size_t k = 0; k < numbers.size(); k++) {
      const auto number = entry.item(k).as_int();
      if (!number.has_value() || number.value() < 0 || number.value() > UINT32_MAX) return {};
      numbers[k] = static_cast<uint32_t>(number.value());
    }
    out.push_back(numbers);
  }
  return out;
}

void write_uvm(json::Writer &writer, const std::vector<std::array<uint32_t, 3>> &entries) {
  writer.begin_array();
  for (const auto &entry : entries) {
    writer.begin_array();
    for (const uint32_t number : entry) writer.unsigned_integer(number);
    writer.end_array();
  }
  writer.end_array();
}

}  // namespace

Result<Asked> read_asked(const json::Value &inputs) {
  Asked asked;
  if (inputs.type() != json::Type::object || inputs.size() > kMaxOutputs)
    return fail(Status::err_argument, Reason::argument_range, "extensions that are no object, or too many");
  for (size_t i = 0; i < inputs.size(); i++) asked.names.emplace_back(inputs.key(i));
  if (const auto policy = inputs.find("credentialProtectionPolicy")) {
    const auto word = policy->as_text();
    const auto *row = std::find_if(std::begin(kProtections), std::end(kProtections), [&](const auto &known) {
      return word.has_value() && word.value() == known.first;
    });
    if (row == std::end(kProtections))
      return fail(Status::err_argument, Reason::argument_range, "a credentialProtectionPolicy that is none");
    asked.cred_protect = row->second;
    asked.cred_protect_enforced = is_true(inputs, "enforceCredentialProtectionPolicy");
  }
  return asked;
}

Result<Asked> asked_in(std::string_view inputs_json) {
  MFA_TRY(const json::Document document, json::Document::parse(inputs_json));
  return read_asked(document.root());
}

Result<std::string> joined_inputs(std::string_view inputs_json, std::string_view more) {
  if (more.empty()) return std::string(inputs_json);
  MFA_TRY(const json::Document first, json::Document::parse(inputs_json));
  MFA_TRY(const json::Document second, json::Document::parse(more));
  json::Writer out;
  out.begin_object();
  for (const json::Value &inputs : {first.root(), second.root()}) {
    for (size_t i = 0; i < inputs.size(); i++) {
      out.key(inputs.key(i));
      MFA_TRY(json::rewrite(inputs.value(i), out));
    }
  }
  for (size_t i = 0; i < second.root().size(); i++) {
    if (first.root().find(second.root().key(i)))
      return fail(Status::err_argument, Reason::argument_range,
                  "an extension that the configuration asks for", std::string(second.root().key(i)));
  }
  return out.end_object().take();
}

Result<ClientOutputs> read_client_outputs(const json::Value &results) {
  ClientOutputs out;
  for (size_t i = 0; i < results.size() && i < kMaxOutputs; i++) out.names.emplace_back(results.key(i));
  if (const auto appid = results.find("appid")) {
    MFA_TRY(out.app_id, appid->as_bool());
  }
  if (const auto properties = results.find("credProps")) {
    const auto rk = properties->find("rk");
    if (rk && rk->type() == json::Type::boolean) out.discoverable = rk->as_bool().value();
  }
  if (const auto blob = results.find("largeBlob")) {
    out.large_blob_supported = is_true(*blob, "supported");
    out.large_blob_written = is_true(*blob, "written");
    const auto content = blob->find("blob");
    if (content && content->type() == json::Type::string &&
        from_base64url(content->as_text().value()).has_value())
      out.large_blob = content->as_text().value();
  }
  if (const auto prf = results.find("prf")) out.prf_enabled = is_true(*prf, "enabled");
  out.hmac_secret = is_true(results, "hmacCreateSecret");
  if (const auto entries = results.find("uvm")) out.uvm = read_uvm(*entries);
  return out;
}

uint32_t unsolicited(const Expected &expected, const Response &response) {
  // Those that the library itself asks for, or that say nothing.
  static constexpr std::string_view kOwn[] = {"appid", "appidExclude", "credProps"};
  const auto is_own = [](std::string_view name) {
    return std::find(std::begin(kOwn), std::end(kOwn), name) != std::end(kOwn);
  };
  const ClientOutputs &outputs = response.client_outputs;
  bool found = outputs.app_id && expected.app_id.empty();
  for (const std::string &name : outputs.names)
    found = found || (!is_own(name) && !(expected.asked && contains(expected.asked->names, name)));
  if (const auto document = authenticator_outputs(response)) {
    const cbor::Item map = document->root();
    for (size_t i = 0; i < map.size(); i++) {
      const auto name = map.key(i).as_text();
      found = found || !name.has_value() || !expected.asked || !answers_asked(*expected.asked, name.value());
    }
  }
  return found ? static_cast<uint32_t>(MFA_SIGNAL_UNSOLICITED_EXTENSION) : 0;
}

Result<Done> take_outputs(const Expected &expected, const Response &response, Credential &credential) {
  const ClientOutputs &outputs = response.client_outputs;
  credential.discoverable = outputs.discoverable;
  credential.large_blob = outputs.large_blob_supported;
  credential.prf = outputs.prf_enabled;
  credential.hmac_secret = outputs.hmac_secret;
  if (const auto document = authenticator_outputs(response)) {
    const cbor::Item map = document->root();
    const auto number = [&](const char *name) -> std::optional<uint32_t> {
      const auto item = map.find(name);
      const auto value = item ? item->as_uint() : Result<uint64_t>(uint64_t{UINT64_MAX});
      if (!value.has_value() || value.value() > UINT32_MAX) return std::nullopt;
      return static_cast<uint32_t>(value.value());
    };
    const auto is_set = [&](const char *name) {
      const auto item = map.find(name);
      return item && item->type() == cbor::Type::boolean && item->as_bool().value();
    };
    const uint32_t protect = number("credProtect").value_or(0);
    if (protect <= kProtectRequired) credential.cred_protect = protect;
    credential.min_pin_length = number("minPinLength");
    credential.cred_blob = is_set("credBlob");
    credential.hmac_secret = credential.hmac_secret || is_set("hmac-secret");
  }
  // CTAP 2.2 section 12.1: an authenticator that says nothing has the first level.
  const uint32_t level = std::max(credential.cred_protect, kProtectOptional);
  if (expected.asked && expected.asked->cred_protect_enforced && level < expected.asked->cred_protect)
    return fail(Status::denied, Reason::registration_cred_protect,
                "a credential protected less than was asked for");
  return done;
}

Result<Done> check_protection(const Credential &credential, uint32_t flags) {
  if (credential.cred_protect == kProtectRequired && (flags & kUserVerified) == 0)
    return fail(Status::denied, Reason::authentication_cred_protect,
                "a credential that takes a verified user, and none was");
  return done;
}

bool is_secret_output(std::string_view name) {
  return name == "prf" || name == "hmacGetSecret" || name == "hmac-secret" || name == "hmac-secret-mc";
}

std::string outputs_json(const Response &response) {
  const ClientOutputs &outputs = response.client_outputs;
  json::Writer writer;
  writer.begin_object().key("client").begin_object();
  for (const std::string &name : outputs.names) {
    writer.key(name);
    if (name == "appid") {
      writer.boolean(outputs.app_id);
    } else if (name == "credProps") {
      writer.begin_object();
      if (outputs.discoverable) writer.member("rk", *outputs.discoverable);
      writer.end_object();
    } else if (name == "largeBlob") {
      writer.begin_object()
          .member("supported", outputs.large_blob_supported)
          .member("written", outputs.large_blob_written);
      if (outputs.large_blob) writer.member("blob", *outputs.large_blob);
      writer.end_object();
    } else if (name == "prf") {
      writer.begin_object().member("enabled", outputs.prf_enabled).end_object();
    } else if (name == "hmacCreateSecret") {
      writer.boolean(outputs.hmac_secret);
    } else if (name == "uvm" && !outputs.uvm.empty()) {
      write_uvm(writer, outputs.uvm);
    } else {
      writer.null();  // there, and not read
    }
  }
  writer.end_object().key("authenticator").begin_object();
  if (const auto document = authenticator_outputs(response)) {
    const cbor::Item map = document->root();
    for (size_t i = 0; i < map.size(); i++) {
      const auto name = map.key(i).as_text();
      if (!name.has_value()) continue;
      writer.key(name.value());
      const bool secret = is_secret_output(name.value()) && map.value(i).type() == cbor::Type::bytes;
      if (secret) {
        writer.null();
      } else {
        copy(map.value(i), writer);
      }
    }
  }
  return writer.end_object().end_object().take();
}

}  // namespace mfa::webauthn
