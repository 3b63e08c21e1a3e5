// The stored form of a credential record: a canonical CBOR map with a version.
#include <algorithm>
#include <limits>

#include "methods/webauthn/step.hpp"
#include "methods/webauthn/webauthn.hpp"

namespace mfa::webauthn {
namespace {

constexpr uint64_t kVersion = 2;
constexpr uint64_t kFirstVersion = 1;  // ended with the attestation's type
// Numbers are never reused.
enum Key : int64_t {
  kKeyVersion = 0,
  kId,
  kPublicKey,
  kAlgorithm,
  kUserHandle,
  kRpId,
  kAppId,
  kSignCount,
  kFlags,
  kBackupEligibleKnown,
  kUvInitialized,
  kAaguid,
  kTransports,
  kFormat,
  kType,
  kFirstKeys,
  kAttestationKeyIdentifier = kFirstKeys,
  kAttestationKeys,
  kEnterpriseSerial,
  kFirmwareVersion,
  kDiscoverable,
  kCredProtect,
  kMinPinLength,
  kFeatures,
  kKeys
};

// Bits of kFeatures.
constexpr uint32_t kHmacSecret = 1u << 0, kPrf = 1u << 1, kLargeBlob = 1u << 2, kCredBlob = 1u << 3;

Failure bad(const char *message) { return fail(Status::malformed, Reason::webauthn_credential, message); }

// Reads members one by one; the first failure stays.
class Members {
 public:
  explicit Members(const cbor::Item &map) : map_(map) {}

  Result<Bytes> bytes(Key key) const {
    MFA_TRY(const cbor::Item item, map_.need(key));
    MFA_TRY(const ByteView value, item.as_bytes());
    return copy_of(value);
  }
  Result<std::string> text(Key key) const {
    MFA_TRY(const cbor::Item item, map_.need(key));
    MFA_TRY(const std::string_view value, item.as_text());
    return std::string(value);
  }
  Result<uint32_t> number(Key key) const {
    MFA_TRY(const cbor::Item item, map_.need(key));
    MFA_TRY(const uint64_t value, item.as_uint());
    if (value > UINT32_MAX) return bad("a number out of range");
    return static_cast<uint32_t>(value);
  }
  template <class Number>
  Result<std::optional<Number>> optional_number(Key key) const {
    MFA_TRY(const cbor::Item item, map_.need(key));
    if (item.is_null()) return std::optional<Number>();
    MFA_TRY(const uint64_t value, item.as_uint());
    if (value > std::numeric_limits<Number>::max()) return bad("a number out of range");
    return std::optional<Number>(static_cast<Number>(value));
  }
  Result<std::vector<Bytes>> list_of_bytes(Key key) const {
    MFA_TRY(const cbor::Item list, map_.need(key));
    if (list.type() != cbor::Type::array) return bad("no list where one belongs");
    std::vector<Bytes> all;
    for (size_t i = 0; i < list.size(); i++) {
      MFA_TRY(const ByteView value, list.item(i).as_bytes());
      all.push_back(copy_of(value));
    }
    return all;
  }
  Result<bool> boolean(Key key) const {
    MFA_TRY(const cbor::Item item, map_.need(key));
    return item.as_bool();
  }
  Result<std::vector<std::string>> texts(Key key) const {
    MFA_TRY(const cbor::Item list, map_.need(key));
    if (list.type() != cbor::Type::array) return bad("no list where one belongs");
    std::vector<std::string> texts;
    for (size_t i = 0; i < list.size(); i++) {
      MFA_TRY(const std::string_view value, list.item(i).as_text());
      texts.emplace_back(value);
    }
    return texts;
  }

 private:
  const cbor::Item &map_;
};

// What version 2 added.
Result<Done> read_second(const cbor::Item &map, const Members &members, Credential &credential) {
  MFA_TRY(credential.attestation_key_identifier, members.bytes(kAttestationKeyIdentifier));
  MFA_TRY(credential.attestation_keys, members.list_of_bytes(kAttestationKeys));
  MFA_TRY(credential.enterprise_serial, members.bytes(kEnterpriseSerial));
  MFA_TRY(credential.firmware_version, members.optional_number<uint64_t>(kFirmwareVersion));
  MFA_TRY(const cbor::Item discoverable, map.need(kDiscoverable));
  if (!discoverable.is_null()) {
    MFA_TRY(credential.discoverable, discoverable.as_bool());
  }
  MFA_TRY(credential.cred_protect, members.number(kCredProtect));
  MFA_TRY(credential.min_pin_length, members.optional_number<uint32_t>(kMinPinLength));
  MFA_TRY(const uint32_t features, members.number(kFeatures));
  credential.hmac_secret = (features & kHmacSecret) != 0;
  credential.prf = (features & kPrf) != 0;
  credential.large_blob = (features & kLargeBlob) != 0;
  credential.cred_blob = (features & kCredBlob) != 0;
  return done;
}

template <class Number>
void write_optional(cbor::Writer &writer, const std::optional<Number> &value) {
  if (value) {
    writer.unsigned_number(*value);
  } else {
    writer.null();
  }
}

Result<Credential> read(const cbor::Item &map) {
  const Members members(map);
  MFA_TRY(const uint32_t version, members.number(kKeyVersion));
  const bool first = version == kFirstVersion && map.size() == kFirstKeys;
  if (!first && (version != kVersion || map.size() != kKeys))
    return bad("a credential of a version that is not known");
  Credential credential;
  MFA_TRY(credential.id, members.bytes(kId));
  MFA_TRY(credential.public_key, members.bytes(kPublicKey));
  MFA_TRY(const cbor::Item algorithm, map.need(kAlgorithm));
  MFA_TRY(const int64_t number, algorithm.as_int());
  if (number < INT32_MIN || number > INT32_MAX) return bad("an algorithm out of range");
  credential.algorithm = static_cast<int32_t>(number);
  MFA_TRY(credential.user_handle, members.bytes(kUserHandle));
  MFA_TRY(credential.rp_id, members.text(kRpId));
  MFA_TRY(credential.app_id, members.text(kAppId));
  MFA_TRY(credential.sign_count, members.number(kSignCount));
  MFA_TRY(credential.flags, members.number(kFlags));
  MFA_TRY(credential.backup_eligible_known, members.boolean(kBackupEligibleKnown));
  MFA_TRY(credential.uv_initialized, members.boolean(kUvInitialized));
  MFA_TRY(const Bytes aaguid, members.bytes(kAaguid));
  if (aaguid.size() != credential.aaguid.size()) return bad("an AAGUID of another length");
  std::copy(aaguid.begin(), aaguid.end(), credential.aaguid.begin());
  MFA_TRY(credential.transports, members.texts(kTransports));
  MFA_TRY(credential.attestation_format, members.text(kFormat));
  MFA_TRY(credential.attestation_type, members.text(kType));
  if (!first) MFA_TRY(read_second(map, members, credential));
  return credential;
}

}  // namespace

void encode(cbor::Writer &writer, const Credential &credential) {
  writer.map(kKeys).number(kKeyVersion).unsigned_number(kVersion);
  writer.number(kId).bytes(credential.id);
  writer.number(kPublicKey).bytes(credential.public_key);
  writer.number(kAlgorithm).number(credential.algorithm);
  writer.number(kUserHandle).bytes(credential.user_handle);
  writer.number(kRpId).text(credential.rp_id);
  writer.number(kAppId).text(credential.app_id);
  writer.number(kSignCount).unsigned_number(credential.sign_count);
  writer.number(kFlags).unsigned_number(credential.flags);
  writer.number(kBackupEligibleKnown).boolean(credential.backup_eligible_known);
  writer.number(kUvInitialized).boolean(credential.uv_initialized);
  writer.number(kAaguid).bytes(credential.aaguid);
  writer.number(kTransports).array(credential.transports.size());
  for (const auto &transport : credential.transports) writer.text(transport);
  writer.number(kFormat).text(credential.attestation_format);
  writer.number(kType).text(credential.attestation_type);
  writer.number(kAttestationKeyIdentifier).bytes(credential.attestation_key_identifier);
  writer.number(kAttestationKeys).array(credential.attestation_keys.size());
  for (const Bytes &hash : credential.attestation_keys) writer.bytes(hash);
  writer.number(kEnterpriseSerial).bytes(credential.enterprise_serial);
  write_optional(writer.number(kFirmwareVersion), credential.firmware_version);
  if (credential.discoverable) {
    writer.number(kDiscoverable).boolean(*credential.discoverable);
  } else {
    writer.number(kDiscoverable).null();
  }
  writer.number(kCredProtect).unsigned_number(credential.cred_protect);
  write_optional(writer.number(kMinPinLength), credential.min_pin_length);
  writer.number(kFeatures).unsigned_number(
      (credential.hmac_secret ? kHmacSecret : 0) | (credential.prf ? kPrf : 0) |
      (credential.large_blob ? kLargeBlob : 0) | (credential.cred_blob ? kCredBlob : 0));
}

Result<Credential> decode(const cbor::Item &item) { return under(Reason::webauthn_credential, read(item)); }

}  // namespace mfa::webauthn
