// HMAC-SHA-1, -256, -512 (RFC 2104), on contexts kept per thread (hmac.cpp says why).
#pragma once

#include <array>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa {

enum class Hash : int32_t { sha1 = MFA_HASH_SHA1, sha256 = MFA_HASH_SHA256, sha512 = MFA_HASH_SHA512 };

const char *name_of(Hash hash);  // "sha1"
size_t size_of(Hash hash);       // 20, 32, 64 bytes

struct Mac {
  std::array<uint8_t, 64> bytes;
  size_t size;
  ByteView view() const { return {bytes.data(), size}; }
};
// err_internal when OpenSSL fails.
Result<Mac> hmac(Hash hash, ByteView key, ByteView message);

}  // namespace mfa
