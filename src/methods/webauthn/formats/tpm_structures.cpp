#include "methods/webauthn/formats/tpm_structures.hpp"

#include <algorithm>
#include <optional>

#include "methods/webauthn/step.hpp"

namespace mfa::webauthn::tpm {
namespace {

// TPM_ALG_ID, section 6.3
constexpr uint16_t kRsa = 0x0001, kEcc = 0x0023, kNull = 0x0010, kRsaes = 0x0015, kEcdaa = 0x001A;
// TPM_GENERATED and TPM_ST, sections 6.2 and 6.9
constexpr uint32_t kGenerated = 0xFF544347;
constexpr uint16_t kAttestCertify = 0x8017;
constexpr uint32_t kDefaultExponent = 65537;

// TPM_ECC_CURVE, section 6.4
struct CurveRow {
  uint16_t id;
  Curve curve;
  size_t bytes;
};
constexpr CurveRow kCurves[] = {
    {0x0003, Curve::p256, 32}, {0x0004, Curve::p384, 48}, {0x0005, Curve::p521, 66}};

class Reader {
 public:
  Reader(ByteView rest, Reason reason) : rest_(rest), reason_(reason) {}
  Failure bad() const { return fail(Status::malformed, reason_, "a TPM structure that cannot be read"); }
  Result<ByteView> take(size_t count) {
    if (count > rest_.size()) return bad();
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  Result<uint32_t> number(size_t bytes) {
    MFA_TRY(const ByteView taken, take(bytes));
    uint32_t value = 0;
    for (const uint8_t byte : taken) value = (value << 8) | byte;
    return value;
  }
  Result<uint16_t> number16() {
    MFA_TRY(const uint32_t value, number(2));
    return static_cast<uint16_t>(value);
  }
  // TPM2B: a length of two bytes, then as many.
  Result<ByteView> sized() {
    MFA_TRY(const uint16_t length, number16());
    return take(length);
  }
  Result<Done> finish() const {
    if (!rest_.empty()) return bad();
    return done;
  }

 private:
  ByteView rest_;
  Reason reason_;
};

// TPMT_SYM_DEF_OBJECT, section 11.1.7: nothing more behind TPM_ALG_NULL.
Result<Done> skip_symmetric(Reader &reader) {
  MFA_TRY(const uint16_t algorithm, reader.number16());
  if (algorithm != kNull) MFA_TRY(reader.take(4));  // key bits and mode
  return done;
}

// TPMT_RSA_SCHEME, TPMT_ECC_SCHEME and TPMT_KDF_SCHEME, sections 11.2.4.2, 11.2.5.6 and 11.2.3.3.
Result<Done> skip_scheme(Reader &reader) {
  MFA_TRY(const uint16_t scheme, reader.number16());
  if (scheme == kNull || scheme == kRsaes) return done;
  MFA_TRY(reader.take(2));                        // the hash
  if (scheme == kEcdaa) MFA_TRY(reader.take(2));  // the count
  return done;
}

Bytes without_zeros(ByteView number) {
  const auto first = std::find_if(number.begin(), number.end(), [](uint8_t byte) { return byte != 0; });
  return Bytes(first, number.end());
}

// TPMS_RSA_PARMS and TPM2B_PUBLIC_KEY_RSA, sections 12.2.3.5 and 11.2.4.5.
Result<KeyMaterial> take_rsa(Reader &reader) {
  MFA_TRY(skip_symmetric(reader));
  MFA_TRY(skip_scheme(reader));
  MFA_TRY(reader.take(2));  // key bits: the modulus says it itself
  MFA_TRY(const uint32_t given, reader.number(4));
  MFA_TRY(const ByteView modulus, reader.sized());
  const uint32_t exponent = given == 0 ? kDefaultExponent : given;
  const uint8_t bytes[] = {static_cast<uint8_t>(exponent >> 24), static_cast<uint8_t>(exponent >> 16),
                           static_cast<uint8_t>(exponent >> 8), static_cast<uint8_t>(exponent)};
  return KeyMaterial{.type = KeyType::rsa, .n = without_zeros(modulus), .e = without_zeros(bytes)};
}

// A coordinate may come without its leading zeros.
Result<Bytes> take_coordinate(Reader &reader, size_t bytes) {
  MFA_TRY(const ByteView given, reader.sized());
  const Bytes number = without_zeros(given);
  if (number.size() > bytes) return reader.bad();
  Bytes padded(bytes - number.size(), 0);
  padded.insert(padded.end(), number.begin(), number.end());
  return padded;
}

// TPMS_ECC_PARMS and TPMS_ECC_POINT, sections 12.2.3.6 and 11.2.5.2.
Result<KeyMaterial> take_ecc(Reader &reader) {
  MFA_TRY(skip_symmetric(reader));
  MFA_TRY(skip_scheme(reader));
  MFA_TRY(const uint16_t id, reader.number16());
  MFA_TRY(skip_scheme(reader));  // the key derivation
  const auto *row =
      std::find_if(std::begin(kCurves), std::end(kCurves), [id](const CurveRow &r) { return r.id == id; });
  if (row == std::end(kCurves)) return reader.bad();
  KeyMaterial key{.type = KeyType::ec2, .curve = row->curve};
  MFA_TRY(key.x, take_coordinate(reader, row->bytes));
  MFA_TRY(key.y, take_coordinate(reader, row->bytes));
  return key;
}

}  // namespace

Result<Public> parse_public(ByteView area) {
  Reader reader(area, Reason::registration_tpm_pub_area);
  Public out;
  MFA_TRY(const uint16_t type, reader.number16());
  MFA_TRY(out.name_algorithm, reader.number16());
  MFA_TRY(reader.take(4));  // objectAttributes
  MFA_TRY(reader.sized());  // authPolicy
  if (type != kRsa && type != kEcc) return reader.bad();
  MFA_TRY(out.key, type == kRsa ? take_rsa(reader) : take_ecc(reader));
  MFA_TRY(reader.finish());
  return out;
}

Result<Attest> parse_attest(ByteView info) {
  Reader reader(info, Reason::registration_tpm_cert_info);
  MFA_TRY(const uint32_t magic, reader.number(4));
  if (magic != kGenerated)
    return fail(Status::wrong, Reason::registration_tpm_magic, "a structure that no TPM made");
  MFA_TRY(const uint16_t type, reader.number16());
  if (type != kAttestCertify)
    return fail(Status::wrong, Reason::registration_tpm_type, "a TPM's statement of another kind");
  Attest out;
  MFA_TRY(reader.sized());  // qualifiedSigner
  MFA_TRY(out.extra_data, reader.sized());
  // "Note: The remaining fields in the Standard Attestation Structure can be ignored": they must be there.
  MFA_TRY(reader.take(17));  // clockInfo
  MFA_TRY(reader.take(8));   // firmwareVersion
  MFA_TRY(out.name, reader.sized());
  MFA_TRY(reader.sized());  // qualifiedName
  MFA_TRY(reader.finish());
  return out;
}

std::optional<DigestAlgorithm> hash_of(uint16_t algorithm) {
  switch (algorithm) {
    case 0x0004: return DigestAlgorithm::sha1;
    case 0x000B: return DigestAlgorithm::sha256;
    case 0x000C: return DigestAlgorithm::sha384;
    case 0x000D: return DigestAlgorithm::sha512;
    case 0x0027: return DigestAlgorithm::sha3_256;
    case 0x0028: return DigestAlgorithm::sha3_384;
    case 0x0029: return DigestAlgorithm::sha3_512;
    default: return std::nullopt;
  }
}

}  // namespace mfa::webauthn::tpm
