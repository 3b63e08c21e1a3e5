// Hashes, one shot.
#pragma once

#include <array>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa {

using Sha256 = std::array<uint8_t, 32>;
Sha256 sha256(ByteView data);

enum class DigestAlgorithm { sha1, sha256, sha384, sha512, sha3_256, sha3_384, sha3_512 };

struct Digest {
  std::array<uint8_t, 64> bytes;
  size_t size;
  ByteView view() const { return {bytes.data(), size}; }
};
// err_internal when OpenSSL fails, or its provider refuses the algorithm.
Result<Digest> digest(DigestAlgorithm algorithm, ByteView data);

}  // namespace mfa
