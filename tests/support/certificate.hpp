// Certificates for tests, right in everything until a test changes it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/software_key.hpp"

namespace mfa::test {

// Attributes of a name, each an RDN of its own: short name, "C as UTF8String" and "O as PrintableString" for
// those that have another string type than section 8.2.1 wants, or dotted OID; value.
using Attributes = std::vector<std::pair<std::string, std::string>>;

struct Extension {
  std::string oid;
  Bytes value;  // what goes into the OCTET STRING
  bool critical = false;
};

// Bits of a key usage, as RFC 5280 section 4.2.1.3 numbers them from the left.
enum KeyUsage : uint16_t { kDigitalSignature = 0x8000, kCertSign = 0x0400, kCrlSign = 0x0200 };

// An attestation certificate as section 8.2.1 asks for it; change a member to break one rule.
struct CertificateSpec {
  int version = 3;
  Attributes subject = {
      {"C", "CH"}, {"O", "libmfa tests"}, {"OU", "Authenticator Attestation"}, {"CN", "Software key"}};
  std::optional<bool> authority = false;       // basic constraints: cA; none: the extension is absent
  std::optional<Bytes> aaguid = std::nullopt;  // the extension's value, DER; none: absent
  bool aaguid_critical = false;
  int aaguid_times = 1;

  std::optional<Attributes> issuer = std::nullopt;  // none: the issuing authority's subject, or this subject
  // "YYYYMMDDhhmmssZ"; of seconds: der::time_text().
  std::string not_before = "20200101000000Z", not_after = "20991231235959Z";
  Bytes serial = {1};  // big-endian, positive
  std::optional<int64_t> path_length = std::nullopt;
  std::optional<uint16_t> key_usage = std::nullopt;
  bool key_usage_critical = true;
  std::vector<std::string> extended_key_usage = {};  // OIDs; none: absent
  bool extended_key_usage_critical = false;
  std::optional<Bytes> alternative_name =
      std::nullopt;  // GeneralNames: directory_name(), dns_names(), any DER
  bool alternative_name_critical = false;
  bool key_identifiers = false;                    // subject's and, when another issued it, authority's
  std::vector<Extension> extensions = {};          // after those above
  std::optional<Bytes> public_key = std::nullopt;  // SubjectPublicKeyInfo in place of the key's

  // The issuer's key signs under this COSE number; 0: its own. -65535 is SHA-1, with ECDSA too.
  int32_t signature_algorithm = 0;
  std::optional<SoftwareKey> signed_by = std::nullopt;  // in place of the issuer's key
  bool wrong_signature = false;
};

// GeneralNames of one directoryName; its attributes in one multi-valued RDN or each in its own.
Bytes directory_name(const Attributes &attributes, bool one_rdn);
Bytes dns_names(const std::vector<std::string> &names);
// SHA-1 of the key's bits: the key identifier of RFC 5280 section 4.2.1.2 (1), and of FIDO metadata.
Bytes key_identifier(const SoftwareKey &key);

struct Issuer {
  Attributes subject;
  SoftwareKey key;
};
// DER, signed by the issuer, or by the key itself.
Bytes make_certificate(const CertificateSpec &spec, const SoftwareKey &key, const Issuer *issuer = nullptr);

// ---- parts that certificates share with revocation lists

Bytes name_der(const Attributes &attributes, bool one_rdn = false);
Bytes extension_der(const Extension &extension);
// SEQUENCE { signed part, algorithm, signature }.
Bytes signed_der(const Bytes &to_be_signed, const SoftwareKey &key, bool wrong_signature);
// AlgorithmIdentifier under which this key signs.
Bytes signature_identifier(const SoftwareKey &key);

}  // namespace mfa::test
