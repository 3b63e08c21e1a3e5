#include "methods/webauthn/formats/tpm_certificate.hpp"

#include <algorithm>

#include "core/der.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn::tpm {
namespace {

constexpr const char *kAlternativeName = "2.5.29.17", *kExtendedKeyUsage = "2.5.29.37";
constexpr uint32_t kDirectoryName = 4;                          // of GeneralName (RFC 5280 section 4.2.1.6)
constexpr uint8_t kUsage[] = {0x67, 0x81, 0x05, 0x08, 0x03};    // 2.23.133.8.3, tcg-kp-AIKCertificate
constexpr uint8_t kAttributes[] = {0x67, 0x81, 0x05, 0x02};     // 2.23.133.2
constexpr uint8_t kManufacturer = 1, kModel = 2, kVersion = 3;  // below it

// TCG TPM Vendor ID Registry, Family 1.2 and 2.0, version 1.07.
constexpr std::string_view kManufacturers[] = {
    "414D4400", "414E5400", "41544D4C", "4252434D", "4353434F", "464C5953", "524F4343",
    "474F4F47", "48504900", "48504500", "48495349", "49424D00", "49465800", "494E5443",
    "4C454E00", "4D534654", "4E534D20", "4E545A00", "4E544300", "51434F4D", "534D534E",
    "53454345", "534E5300", "53545443", "534D5343", "54584E00", "57454300", "5345414C"};

Failure bad_name() {
  return fail(
      Status::wrong, Reason::registration_tpm_certificate_name,
      "an attestation certificate without the TPM's maker, model and version as its alternative name");
}

struct Device {
  std::string manufacturer, model, version;
  bool whole() const { return !manufacturer.empty() && !model.empty() && !version.empty(); }
};

// AttributeTypeAndValue: each at most once.
Result<Done> take_attribute(ByteView attribute, Device &device) {
  der::Reader reader(attribute);
  MFA_TRY(const ByteView type, reader.take(der::kObjectIdentifier));
  MFA_TRY(const der::Element value, reader.next());
  MFA_TRY(reader.finish());
  if (type.size() != std::size(kAttributes) + 1 || !same(type.first(std::size(kAttributes)), kAttributes))
    return done;
  std::string *member = type.back() == kManufacturer ? &device.manufacturer
                        : type.back() == kModel      ? &device.model
                        : type.back() == kVersion    ? &device.version
                                                     : nullptr;
  if (!member) return done;
  if (!member->empty()) return bad_name();
  *member = text_of(value.content);
  return done;
}

// All three in one relative distinguished name, or each in one of its own: both are about.
Result<Done> take_name(ByteView directory_name, Device &device) {
  MFA_TRY(const ByteView sequence, der::only(directory_name, der::kSequence));
  for (der::Reader names(sequence); !names.at_end();) {
    MFA_TRY(const ByteView set, names.take(der::kSet));
    for (der::Reader attributes(set); !attributes.at_end();) {
      MFA_TRY(const ByteView attribute, attributes.take(der::kSequence));
      MFA_TRY(take_attribute(attribute, device));
    }
  }
  return done;
}

Result<Device> device_in(const Bytes &alternative_name) {
  Device device;
  MFA_TRY(const ByteView sequence, der::only(alternative_name, der::kSequence));
  for (der::Reader names(sequence); !names.at_end();) {
    MFA_TRY(const der::Element name, names.next());
    if (name.is_context(kDirectoryName)) MFA_TRY(take_name(name.content, device));
  }
  return device;
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); }

// TCG EK Credential Profile section 3.2.9: "id:" and the vendor id in eight hex digits.
Result<Done> check_manufacturer(std::string_view manufacturer, const Policy &policy) {
  if (manufacturer.size() != 11 || !manufacturer.starts_with("id:") ||
      !std::all_of(manufacturer.begin() + 3, manufacturer.end(), is_hex))
    return fail(Status::wrong, Reason::registration_tpm_manufacturer, "a TPM's maker that is no vendor id");
  if (policy.tpm_known_manufacturer && !is_known_manufacturer(manufacturer))
    return fail(Status::denied, Reason::registration_tpm_manufacturer, "a TPM's maker that is not known",
                std::string(manufacturer));
  return done;
}

// "The Subject Alternative Name extension MUST be set as defined in [TPMv2-EK-Profile] section 3.2.9."
Result<Done> check_alternative_name(const Certificate &certificate, const Policy &policy) {
  MFA_TRY(const auto extension, under(Reason::registration_x5c, certificate.extension(kAlternativeName)));
  // RFC 5280 section 4.2.1.6: critical where the subject is empty.
  if (!extension || (!extension->critical && !policy.tpm_name_not_critical)) return bad_name();
  const auto device = device_in(extension->value);
  if (!device.has_value() || !device.value().whole()) return bad_name();
  return check_manufacturer(device.value().manufacturer, policy);
}

// "The Extended Key Usage extension MUST contain the OID 2.23.133.8.3".
Result<bool> has_usage(const Bytes &extended_key_usage) {
  MFA_TRY(const ByteView sequence, der::only(extended_key_usage, der::kSequence));
  for (der::Reader usages(sequence); !usages.at_end();) {
    MFA_TRY(const ByteView usage, usages.take(der::kObjectIdentifier));
    if (same(usage, kUsage)) return true;
  }
  return false;
}

Result<Done> check_usage(const Certificate &certificate) {
  MFA_TRY(const auto extension, under(Reason::registration_x5c, certificate.extension(kExtendedKeyUsage)));
  const auto found = extension ? has_usage(extension->value) : false;
  if (!found.has_value() || !found.value())
    return fail(Status::wrong, Reason::registration_tpm_certificate_usage,
                "a certificate that is not an attestation identity key's");
  return done;
}

}  // namespace

bool is_known_manufacturer(std::string_view id) {
  std::string digits(id.starts_with("id:") ? id.substr(3) : id);
  for (char &c : digits) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  return std::find(std::begin(kManufacturers), std::end(kManufacturers), digits) != std::end(kManufacturers);
}

Result<Done> check_certificate(const Certificate &certificate, const Policy &policy) {
  if (certificate.version() != 3)
    return fail(Status::wrong, Reason::registration_tpm_certificate_version,
                "an attestation certificate not of version 3");
  if (certificate.has_subject())
    return fail(Status::wrong, Reason::registration_tpm_certificate_subject,
                "a TPM's attestation certificate with a subject");
  MFA_TRY(check_alternative_name(certificate, policy));
  MFA_TRY(check_usage(certificate));
  MFA_TRY(const auto authority, under(Reason::registration_x5c, certificate.authority()));
  if (authority != Certificate::Authority::no)
    return fail(Status::wrong, Reason::registration_tpm_certificate_authority,
                "an attestation certificate that is, or may be, an authority's");
  return done;
}

}  // namespace mfa::webauthn::tpm
