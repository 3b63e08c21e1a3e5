#include "support/metadata.hpp"

#include "core/encoding.hpp"
#include "core/json.hpp"

namespace mfa::test {
namespace {

// Members that are JSON already, after at least one other.
std::string with(std::string object, const std::string &members) {
  if (members.empty()) return object;
  object.back() = ',';
  return object + members + "}";
}

void texts(json::Writer &writer, const char *name, const std::vector<std::string> &values) {
  writer.key(name).begin_array();
  for (const std::string &value : values) writer.text(value);
  writer.end_array();
}

std::string report_json(const StatusReport &report) {
  json::Writer writer;
  writer.begin_object().member("status", report.status);
  if (report.effective_date) writer.member("effectiveDate", *report.effective_date);
  if (report.authenticator_version) writer.member("authenticatorVersion", *report.authenticator_version);
  if (report.certificate) writer.member("certificate", base64(*report.certificate));
  return writer.end_object().take();
}

void identify(json::Writer &writer, const MetadataEntry &entry) {
  if (entry.aaguid) writer.member("aaguid", uuid_text(*entry.aaguid));
  if (entry.key_identifiers.empty()) return;
  writer.key("attestationCertificateKeyIdentifiers").begin_array();
  for (const Bytes &identifier : entry.key_identifiers) writer.text(hex(identifier));
  writer.end_array();
}

// All that the FIDO Metadata Statement (section 4) requires of an authenticator, whether libmfa reads it or
// not.
std::string statement_json(const MetadataEntry &entry) {
  json::Writer writer;
  writer.begin_object().member("legalHeader", "For tests of libmfa only");
  identify(writer, entry);
  writer.member("description", entry.description)
      .member("authenticatorVersion", entry.authenticator_version)
      .member("protocolFamily", entry.protocol_family)
      .member("schema", entry.schema);
  writer.key("upv").begin_array();
  for (const auto &[major, minor] : entry.versions)
    writer.begin_object().member("major", major).member("minor", minor).end_object();
  writer.end_array();
  texts(writer, "authenticationAlgorithms", {"secp256r1_ecdsa_sha256_raw"});
  texts(writer, "publicKeyAlgAndEncodings", {"cose"});
  texts(writer, "attestationTypes", entry.attestation_types);
  writer.key("userVerificationDetails")
      .raw(R"([[{"userVerificationMethod":"presence_internal"}],[{"userVerificationMethod":"none"}]])");
  texts(writer, "keyProtection", {"hardware", "secure_element"});
  texts(writer, "matcherProtection", {"on_chip"});
  writer.member("cryptoStrength", 128);
  texts(writer, "attachmentHint", {"external"});
  writer.key("tcDisplay").begin_array().end_array();
  writer.key("attestationRootCertificates").begin_array();
  for (const Bytes &der : entry.roots) writer.text(base64(der));
  return with(writer.end_array().end_object().take(), entry.statement_extra);
}

}  // namespace

std::string uuid_text(const std::array<uint8_t, 16> &aaguid) {
  const std::string digits = hex(aaguid);
  std::string text;
  for (size_t i = 0; i < digits.size(); i++) {
    if (i == 8 || i == 12 || i == 16 || i == 20) text.push_back('-');
    text.push_back(digits[i]);
  }
  return text;
}

std::string entry_json(const MetadataEntry &entry) {
  if (!entry.raw.empty()) return entry.raw;
  json::Writer writer;
  writer.begin_object();
  identify(writer, entry);
  writer.key("metadataStatement").raw(statement_json(entry)).key("statusReports").begin_array();
  for (const StatusReport &report : entry.reports) writer.raw(report_json(report));
  writer.end_array().member("timeOfLastStatusChange", entry.last_change);
  return with(writer.end_object().take(), entry.extra);
}

std::string payload_json(const MetadataSpec &spec) {
  if (!spec.payload.empty()) return spec.payload;
  json::Writer writer;
  writer.begin_object()
      .member("legalHeader", spec.legal_header)
      .member("no", spec.number)
      .member("nextUpdate", spec.next_update);
  writer.key("entries").begin_array();
  for (const MetadataEntry &entry : spec.entries) writer.raw(entry_json(entry));
  return writer.end_array().end_object().take();
}

std::string make_metadata(const MetadataSpec &spec, const Authority &authority) {
  const SoftwareKey key = SoftwareKey::quick(spec.algorithm, "metadata");
  CertificateSpec certificate;
  certificate.subject = {{"C", "CH"}, {"O", "libmfa tests"}, {"CN", "mds.example.test"}};
  certificate.key_usage = kDigitalSignature;
  certificate.alternative_name = dns_names({"mds.example.test"});
  certificate.key_identifiers = true;
  if (spec.certificate) spec.certificate(certificate);
  Jws jws{.algorithm = algorithm_of(spec.algorithm).name,
          .type = "JWT",
          .x5c = {authority.issue(certificate, key)},
          .header = {},
          .payload = payload_json(spec)};
  for (const Bytes &above : authority.chain()) jws.x5c.push_back(above);
  if (spec.jws) spec.jws(jws);
  return make_jws(jws, spec.signed_by ? *spec.signed_by : key, spec.wrong_signature);
}

}  // namespace mfa::test
