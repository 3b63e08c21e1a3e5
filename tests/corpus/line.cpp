#include "corpus/line.hpp"

#include "core/cbor.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "support/must.hpp"

namespace mfa::corpus {
namespace {

using test::Authenticator;

std::string creation_options(const Expect &expect, const std::vector<int32_t> &algorithms) {
  json::Writer out;
  out.begin_object().member("challenge", base64url(expect.challenge));
  out.key("rp").begin_object().member("id", expect.rp_id).end_object();
  out.key("user").begin_object().member("id", base64url(expect.user_handle)).end_object();
  out.key("pubKeyCredParams").begin_array();
  for (const int32_t algorithm : algorithms)
    out.begin_object().member("type", "public-key").member("alg", algorithm).end_object();
  return out.end_array().end_object().take();
}

std::string request_options(const Expect &expect) {
  json::Writer out;
  out.begin_object().member("challenge", base64url(expect.challenge)).member("rpId", expect.rp_id);
  return out.end_object().take();
}

void write_texts(json::Writer &out, const char *name, const std::vector<std::string> &texts) {
  if (texts.empty()) return;
  out.key(name).begin_array();
  for (const std::string &text : texts) out.text(text);
  out.end_array();
}

void write_list(json::Writer &out, const char *name, const std::vector<Bytes> &list) {
  std::vector<std::string> texts;
  for (const Bytes &bytes : list) texts.push_back(base64url(bytes));
  write_texts(out, name, texts);
}

void write_word(json::Writer &out, const char *name, const std::string &word) {
  if (!word.empty()) out.member(name, word);
}

void write_expect(json::Writer &out, const Expect &expect, const std::vector<int32_t> &algorithms) {
  out.key("expect").begin_object().member("rp_id", expect.rp_id);
  write_texts(out, "origins", expect.origins);
  write_texts(out, "top_origins", expect.top_origins);
  out.member("challenge", base64url(expect.challenge));
  if (expect.user_known) out.member("user_handle", base64url(expect.user_handle));
  out.member("user_verification", expect.user_verification).member("cross_origin", expect.cross_origin);
  write_word(out, "mediation", expect.mediation);
  write_word(out, "app_id", expect.app_id);
  write_word(out, "backup_eligible", expect.backup);
  write_word(out, "backed_up", expect.backup_state);
  if (!expect.extensions.empty()) out.key("extensions").raw(expect.extensions);
  write_word(out, "sign_count", expect.sign_count);
  write_word(out, "backup_eligible_change", expect.backup_eligible_change);
  out.key("algorithms").begin_array();
  for (const int32_t algorithm : algorithms) out.integer(algorithm);
  out.end_array().member("now_s", expect.now_s);
  out.member("require_trusted_attestation", expect.require_trusted);
  write_list(out, "trust_anchors", expect.anchors);
  write_list(out, "crls", expect.crls);
  write_list(out, "allowed_ids", expect.allowed_ids);
  write_word(out, "mds_blob", expect.metadata);
  if (!expect.metadata_root.empty()) out.member("mds_root", base64url(expect.metadata_root));
  out.key("policy").raw(expect.policy).end_object();
}

// The parts of what the browser gave, under the same names.
void write_response(json::Writer &out, const std::string &response) {
  const auto document = test::must(json::Document::parse(response));
  const auto parts = test::must(document.root().need("response"));
  out.key("response").begin_object();
  for (const char *name :
       {"clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"}) {
    const auto value = parts.find(name);
    if (value && !value->is_null()) out.member(name, test::must(value->as_text()));
  }
  const auto results = document.root().find("clientExtensionResults");
  out.key("clientExtensionResults").begin_object();
  for (size_t i = 0; results && i < results->size(); i++) {
    const auto flag = results->value(i).as_bool();  // of others the name is all that is judged
    out.key(results->key(i));
    if (flag.has_value()) {
      out.boolean(flag.value());
    } else {
      out.null();
    }
  }
  out.end_object();
  out.end_object();
}

}  // namespace

Authenticator::Settings settings_of(const Case &row, uint64_t now_s) {
  Authenticator::Settings settings;
  settings.format = row.format;
  settings.algorithms = {row.algorithm};
  settings.now_s = now_s;
  if (row.cred_protect != 0) {
    cbor::Writer outputs;
    outputs.map(1).text("credProtect").number(row.cred_protect);
    settings.create_extensions.authenticator = outputs.take();
  }
  if (row.settings) row.settings(settings);
  return settings;
}

std::string line_of(const Case &row) {
  Expect expect;
  if (row.expect) row.expect(expect);
  const std::vector<int32_t> algorithms =
      expect.algorithms.empty() ? std::vector<int32_t>{row.algorithm} : expect.algorithms;
  const Authenticator::Settings settings = settings_of(row, expect.now_s);
  Authenticator key(settings);
  const test::Tamper none;
  const std::string created =
      key.create(creation_options(expect, algorithms), row.origin, row.authentication ? none : row.tamper);
  json::Writer out;
  out.begin_object().member("id", row.id);
  out.member("ceremony", row.authentication ? "authentication" : "registration");
  write_expect(out, expect, algorithms);
  if (row.authentication) {
    const auto document = test::must(json::Document::parse(created));
    const Bytes id = test::must(from_base64url(test::must(document.root().need_text("id"))));
    out.key("credential").begin_object().member("id", base64url(id));
    out.member("public_key", base64url(key.key_of(id).cose())).member("sign_count", settings.count_step);
    out.member("user_handle", base64url(expect.user_handle));
    out.member("backup_eligible", settings.backup_eligible);
    if (row.cred_protect != 0) out.member("cred_protect", row.cred_protect);
    out.end_object();
  }
  write_response(out,
                 row.authentication ? key.get(request_options(expect), row.origin, row.tamper) : created);
  // What the judge does not read: for the one who compares, and for the matrix.
  out.key("corpus").begin_object().member("reason", row.reason).member("format", row.format);
  return out.member("algorithm", row.algorithm).end_object().end_object().take();
}

}  // namespace mfa::corpus
