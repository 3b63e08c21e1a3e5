// Ed25519 (RFC 8032), through libsodium.
#pragma once

#include "core/bytes.hpp"

namespace mfa {

inline constexpr size_t kEd25519KeyBytes = 32;
inline constexpr size_t kEd25519SignatureBytes = 64;

// False as well for keys of small order and for encodings that are not canonical.
bool ed25519_verify(ByteView key, ByteView message, ByteView signature);
// A canonical point of the prime-order subgroup, as every honest key is. Takes about as long as to verify.
bool is_ed25519_key(ByteView key);

}  // namespace mfa
