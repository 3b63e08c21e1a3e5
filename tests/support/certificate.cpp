#include "support/certificate.hpp"

#include <openssl/x509.h>

#include <string_view>

#include "support/der.hpp"
#include "support/hash.hpp"
#include "support/must.hpp"

namespace mfa::test {
namespace {

struct Named {
  std::string_view name, oid;
  bool printable;
};
constexpr Named kAttributes[] = {
    {"C", "2.5.4.6", true},
    {"C as UTF8String", "2.5.4.6", false},
    {"O as PrintableString", "2.5.4.10", true},
    {"OU as PrintableString", "2.5.4.11", true},
    {"CN as PrintableString", "2.5.4.3", true},
    {"O", "2.5.4.10", false},
    {"OU", "2.5.4.11", false},
    {"CN", "2.5.4.3", false},
    {"L", "2.5.4.7", false},
    {"ST", "2.5.4.8", false},
    {"SERIALNUMBER", "2.5.4.5", true},
};

Bytes attribute(const std::string &type, const std::string &value) {
  for (const Named &row : kAttributes) {
    if (row.name == type)
      return der::sequence({der::oid(row.oid), row.printable ? der::printable(value) : der::utf8(value)});
  }
  return der::sequence({der::oid(type), der::utf8(value)});
}

Bytes hash_identifier(std::string_view digest) {
  const char *oid = digest == "SHA1"     ? "1.3.14.3.2.26"
                    : digest == "SHA256" ? "2.16.840.1.101.3.4.2.1"
                    : digest == "SHA384" ? "2.16.840.1.101.3.4.2.2"
                                         : "2.16.840.1.101.3.4.2.3";
  return der::sequence({der::oid(oid), der::null()});
}

// RFC 4055 section 3.1
Bytes pss_identifier(std::string_view digest) {
  const int64_t salt = digest == "SHA256" ? 32 : digest == "SHA384" ? 48 : 64;
  const Bytes hash = hash_identifier(digest);
  const Bytes mask = der::sequence({der::oid("1.2.840.113549.1.1.8"), hash});
  return der::sequence(
      {der::oid("1.2.840.113549.1.1.10"), der::sequence({der::explicitly(0, hash), der::explicitly(1, mask),
                                                         der::explicitly(2, der::integer(salt))})});
}

Bytes key_usage(uint16_t bits) {
  Bytes bytes{static_cast<uint8_t>(bits >> 8)};
  if (bits & 0xFF) bytes.push_back(static_cast<uint8_t>(bits));
  unsigned unused = 0;  // a named bit list ends with its last one bit
  while (unused < 7 && ((bytes.back() >> unused) & 1) == 0) unused++;
  return der::bits(bytes, unused);
}

std::vector<Extension> extensions_of(const CertificateSpec &spec, const SoftwareKey &key,
                                     const Issuer *issuer) {
  std::vector<Extension> list;
  if (spec.authority) {
    Bytes content;
    if (*spec.authority) content = der::boolean(true);  // DEFAULT FALSE is left out
    if (spec.path_length) content = der::joined({content, der::integer(*spec.path_length)});
    list.push_back({"2.5.29.19", der::tagged(0x30, content), true});
  }
  if (spec.key_usage) list.push_back({"2.5.29.15", key_usage(*spec.key_usage), spec.key_usage_critical});
  if (!spec.extended_key_usage.empty()) {
    std::vector<Bytes> purposes;
    for (const std::string &oid : spec.extended_key_usage) purposes.push_back(der::oid(oid));
    list.push_back({"2.5.29.37", der::sequence(purposes), spec.extended_key_usage_critical});
  }
  if (spec.alternative_name)
    list.push_back({"2.5.29.17", *spec.alternative_name, spec.alternative_name_critical});
  if (spec.key_identifiers) list.push_back({"2.5.29.14", der::octets(key_identifier(key)), false});
  if (spec.key_identifiers && issuer) {
    const Bytes identifier = der::implicitly(0, key_identifier(issuer->key));
    list.push_back({"2.5.29.35", der::sequence({identifier}), false});
  }
  for (int i = 0; spec.aaguid && i < spec.aaguid_times; i++)
    list.push_back({"1.3.6.1.4.1.45724.1.1.4", *spec.aaguid, spec.aaguid_critical});
  list.insert(list.end(), spec.extensions.begin(), spec.extensions.end());
  return list;
}

}  // namespace

Bytes name_der(const Attributes &attributes, bool one_rdn) {
  std::vector<Bytes> encoded, names;
  for (const auto &[type, value] : attributes) encoded.push_back(attribute(type, value));
  if (one_rdn) return der::sequence({der::set(encoded)});
  for (const Bytes &each : encoded) names.push_back(der::set({each}));
  return der::sequence(names);
}

Bytes directory_name(const Attributes &attributes, bool one_rdn) {
  return der::sequence({der::explicitly(4, name_der(attributes, one_rdn))});
}

Bytes dns_names(const std::vector<std::string> &names) {
  std::vector<Bytes> encoded;
  for (const std::string &name : names) encoded.push_back(der::implicitly(2, bytes_of(name)));
  return der::sequence(encoded);
}

Bytes key_identifier(const SoftwareKey &key) {
  const Bytes spki = key.spki();
  const unsigned char *at = spki.data(), *bits = nullptr;
  X509_PUBKEY *parsed = ::d2i_X509_PUBKEY(nullptr, &at, static_cast<long>(spki.size()));
  int size = 0;
  must(parsed && ::X509_PUBKEY_get0_param(nullptr, &bits, &size, nullptr, parsed) == 1);
  const Bytes identifier = hash("SHA1", ByteView(bits, static_cast<size_t>(size)));
  ::X509_PUBKEY_free(parsed);
  return identifier;
}

Bytes extension_der(const Extension &extension) {
  std::vector<Bytes> members = {der::oid(extension.oid)};
  if (extension.critical) members.push_back(der::boolean(true));
  members.push_back(der::octets(extension.value));
  return der::sequence(members);
}

Bytes signature_identifier(const SoftwareKey &key) {
  const Algorithm &use = algorithm_of(key.algorithm());
  const std::string_view digest = use.digest ? use.digest : "";
  const std::string last = digest == "SHA384" ? "3" : digest == "SHA512" ? "4" : "2";
  switch (key.kind().key_type) {
    case 1: return der::sequence({der::oid(key.kind().curve == 6 ? "1.3.101.112" : "1.3.101.113")});
    case 2:
      return der::sequence({der::oid(digest == "SHA1" ? "1.2.840.10045.4.1" : "1.2.840.10045.4.3." + last)});
    case 3:
      if (use.pss) return pss_identifier(digest);
      return der::sequence(
          {der::oid("1.2.840.113549.1.1." +
                    (digest == "SHA1" ? std::string("5") : std::to_string(9 + std::stoi(last)))),
           der::null()});
    default:  // ML-DSA-44, -65, -87
      return der::sequence({der::oid("2.16.840.1.101.3.4.3." + std::to_string(17 - 48 - use.number))});
  }
}

Bytes signed_der(const Bytes &to_be_signed, const SoftwareKey &key, bool wrong_signature) {
  Bytes signature = key.sign(to_be_signed);
  if (wrong_signature) signature.back() ^= 1;
  return der::sequence({to_be_signed, signature_identifier(key), der::bits(signature)});
}

Bytes make_certificate(const CertificateSpec &spec, const SoftwareKey &key, const Issuer *issuer) {
  SoftwareKey signer = spec.signed_by ? *spec.signed_by : issuer ? issuer->key : key;
  if (spec.signature_algorithm != 0) signer = signer.under(spec.signature_algorithm);
  const Attributes &issued_by = spec.issuer ? *spec.issuer : issuer ? issuer->subject : spec.subject;

  std::vector<Bytes> members;
  if (spec.version != 1) members.push_back(der::explicitly(0, der::integer(spec.version - 1)));
  members.push_back(der::positive(spec.serial));
  members.push_back(signature_identifier(signer));
  members.push_back(name_der(issued_by));
  members.push_back(der::sequence({der::time(spec.not_before), der::time(spec.not_after)}));
  members.push_back(name_der(spec.subject));
  members.push_back(spec.public_key ? *spec.public_key : key.spki());
  std::vector<Bytes> extensions;
  for (const Extension &extension : extensions_of(spec, key, issuer))
    extensions.push_back(extension_der(extension));
  if (!extensions.empty()) members.push_back(der::explicitly(3, der::sequence(extensions)));
  return signed_der(der::sequence(members), signer, spec.wrong_signature);
}

}  // namespace mfa::test
