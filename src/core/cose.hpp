// COSE keys (RFC 9052, RFC 9053) made ready to verify with: algorithm bound to key type, curve and length,
// points on the curve, signatures in their one strict encoding. Each algorithm is a row of a table in
// cose.cpp.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/bytes.hpp"
#include "core/digest.hpp"
#include "core/key_material.hpp"
#include "core/result.hpp"

namespace mfa::cose {

inline constexpr size_t kMaxKeyBytes = 4096;  // encoded
inline constexpr size_t kMinModulusBits = 2048;
inline constexpr size_t kMaxModulusBits = 8192;
inline constexpr size_t kMaxExponentBytes = 4;
// RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8812 section 2): known, but where it may be met is the caller's to say.
inline constexpr int32_t kRs1 = -65535;

// Immutable; any number of threads may verify with it at once.
class PublicKey {
 public:
  // A COSE_Key, all of `encoded`. malformed; err_unsupported for an algorithm that is not a row.
  static Result<PublicKey> parse(ByteView encoded);
  // The same from a key that came otherwise: in a certificate.
  static Result<PublicKey> make(int32_t algorithm, const KeyMaterial &material);
  // What a key must pass once, when it is new, and is too slow for each login: malformed for an Ed25519 key
  // outside the prime-order subgroup, or an Ed448 key that is no point or of small order. Verification of
  // Ed25519 refuses those of small order by itself.
  Result<Done> check_new() const;
  int32_t algorithm() const;  // COSE number
  // wrong when the signature does not verify or is not in its strict encoding.
  Result<Done> verify(ByteView message, ByteView signature) const;

  struct Impl;
  explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

// The algorithm that a COSE_Key names, whether it is a row or not. malformed.
Result<int64_t> algorithm_in(ByteView encoded);
// The numbers of a COSE_Key, whatever its algorithm. malformed.
Result<KeyMaterial> material_in(ByteView encoded);
// What an algorithm hashes a message with; nothing for those that have no hash of their own to speak of, and
// for unknown ones.
std::optional<DigestAlgorithm> digest_of(int64_t algorithm);
// The COSE_Key of an ES256 key from its uncompressed point, 65 bytes 04 x y. malformed.
Result<Bytes> from_uncompressed_p256(ByteView point);

std::vector<int32_t> algorithms();  // of the rows, each once
bool is_known(int32_t algorithm);
// -7 for "ES256"; 0 for a name that is not a row.
int32_t algorithm_of(std::string_view name);
const char *name_of(int32_t algorithm);  // NULL for a number that is not a row

}  // namespace mfa::cose
