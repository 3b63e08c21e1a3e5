// Argon2id (RFC 9106) version 1.3 with one lane, to make guessing a stored code slow.
#pragma once

#include "core/result.hpp"
#include "core/secret.hpp"

namespace mfa {

inline constexpr size_t kArgon2SaltSize = 16;
inline constexpr size_t kArgon2TagSize = 32;
// libsodium's least; and a most, so that no stored row can demand more of the machine.
inline constexpr uint32_t kArgon2MinMemoryKib = 8;
inline constexpr uint32_t kArgon2MaxMemoryKib = 1u << 20;
inline constexpr uint32_t kArgon2MaxPasses = 64;

// 32 bytes. err_argument for a cost out of bounds or a salt that is not 16 bytes; err_no_memory when the
// system does not give memory_kib.
Result<Secret> argon2id(ByteView password, ByteView salt, uint32_t memory_kib, uint32_t passes);

}  // namespace mfa
