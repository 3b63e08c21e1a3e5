// Section 8.5: android-safetynet.
#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "support/statements/statement.hpp"

namespace mfa::test {
namespace {

std::string payload_json(const SafetyNetParts &parts) {
  if (!parts.payload.empty()) return parts.payload;
  json::Writer writer;
  writer.begin_object().member("nonce", parts.nonce);
  if (parts.timestamp_ms) writer.member("timestampMs", *parts.timestamp_ms);
  writer.member("apkPackageName", "com.google.android.gms");
  writer.member("apkDigestSha256", base64(Bytes(32, 0xA9)));
  if (parts.cts_profile_match) writer.member("ctsProfileMatch", *parts.cts_profile_match);
  writer.key("apkCertificateDigestSha256").begin_array().text(base64(Bytes(32, 0xAA))).end_array();
  if (parts.basic_integrity) writer.member("basicIntegrity", *parts.basic_integrity);
  return writer.end_object().take();
}

}  // namespace

StatementParts safety_net_statement(const Attesting &about) {
  const auto nonce = sha256(about.message());
  SafetyNetParts parts;
  parts.nonce = base64(nonce);
  parts.timestamp_ms = static_cast<int64_t>(about.settings.now_s) * 1000;
  let_change(about.tamper.safety_net, parts);

  SoftwareKey key = SoftwareKey::shared(-257, 2048, "attestation");
  let_change(about.tamper.attesting_key, key);
  CertificateSpec spec;
  spec.subject = {{"C", "CH"}, {"O", "libmfa tests"}, {"CN", "attest.android.com"}};
  spec.alternative_name = dns_names({"attest.android.com"});
  Jws jws{.algorithm = "RS256",
          .type = "",
          .x5c = about.x5c(spec, key),
          .header = "",
          .payload = payload_json(parts)};
  let_change(parts.jws, jws);
  const std::string text = make_jws(jws, parts.signed_by ? *parts.signed_by : key, parts.wrong_signature);
  return {.format = "android-safetynet", .version = "14799021", .response = copy_of(bytes_of(text))};
}

}  // namespace mfa::test
