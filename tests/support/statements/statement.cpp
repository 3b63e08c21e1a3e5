#include "support/statements/statement.hpp"

#include "core/cbor.hpp"
#include "support/der.hpp"
#include "support/must.hpp"

namespace mfa::test {

std::span<const Format> formats() {
  static const Format rows[] = {
      {"none", none_statement, {}},
      {"self", packed_self_statement, {}},
      {"basic", packed_basic_statement, {}},
      {"attca", packed_attca_statement, {}},
      {"fido-u2f", u2f_statement, {-7}},
      {"tpm", tpm_statement, {-7, -35, -36, -9, -51, -52, -257, -258, -259, -37, -38, -39, -65535}},
      {"android-key", android_key_statement, {-7, -35, -36, -257, -258, -259}},
      {"android-safetynet", safety_net_statement, {}},
      {"apple", apple_statement, {-7}},
      {"compound", compound_statement, {}},
  };
  return rows;
}

const Format &format_of(std::string_view name) {
  for (const Format &row : formats())
    if (row.name == name) return row;
  must(false, "not a format of the software authenticator");
  return formats()[0];
}

Bytes statement_bytes(const StatementParts &parts) {
  if (parts.whole) return *parts.whole;
  cbor::Writer writer;
  size_t members = 0;
  for (const bool present : {parts.algorithm.has_value(), parts.signature.has_value(),
                             parts.version.has_value(), parts.x5c.has_value(), parts.public_area.has_value(),
                             parts.response.has_value(), parts.certificate_info.has_value()})
    members += present ? 1 : 0;
  writer.map(members);  // in the canonical order of keys
  if (parts.algorithm) writer.text("alg").number(*parts.algorithm);
  if (parts.signature) writer.text("sig").bytes(*parts.signature);
  if (parts.version) writer.text("ver").text(*parts.version);
  if (parts.x5c) {
    writer.text("x5c").array(parts.x5c->size());
    for (const Bytes &der : *parts.x5c) writer.bytes(der);
  }
  if (parts.public_area) writer.text("pubArea").bytes(*parts.public_area);
  if (parts.certificate_info) writer.text("certInfo").bytes(*parts.certificate_info);
  if (parts.response) writer.text("response").bytes(*parts.response);
  return writer.take();
}

Bytes Attesting::message() const {
  Bytes bytes = copy_of(authenticator_data);
  bytes.insert(bytes.end(), client_data_hash.begin(), client_data_hash.end());
  return bytes;
}

SoftwareKey Attesting::attestation_key() const {
  SoftwareKey key = SoftwareKey::quick(settings.attestation_algorithm, "attestation");
  let_change(tamper.attesting_key, key);
  return key;
}

SoftwareKey Attesting::credential_key() const {
  SoftwareKey key = credential;
  let_change(tamper.attesting_key, key);
  return key;
}

Bytes Attesting::aaguid_extension() const { return der::octets(settings.aaguid); }

std::vector<Bytes> Attesting::x5c(CertificateSpec spec, const SoftwareKey &key) const {
  let_change(tamper.certificate, spec);
  if (!settings.authority) return {make_certificate(spec, key)};
  std::vector<Bytes> chain = settings.authority->chain();
  chain.insert(chain.begin(), settings.authority->issue(spec, key));
  return chain;
}

StatementParts none_statement(const Attesting &) { return {.format = "none"}; }

}  // namespace mfa::test
