#include "core/argon2.hpp"

#include <sodium.h>

namespace mfa {

static_assert(kArgon2SaltSize == crypto_pwhash_argon2id_SALTBYTES);
static_assert(kArgon2MinMemoryKib * 1024 == crypto_pwhash_argon2id_MEMLIMIT_MIN);

Result<Secret> argon2id(ByteView password, ByteView salt, uint32_t memory_kib, uint32_t passes) {
  if (salt.size() != kArgon2SaltSize || memory_kib < kArgon2MinMemoryKib ||
      memory_kib > kArgon2MaxMemoryKib || passes < 1 || passes > kArgon2MaxPasses) {
    return fail(Status::err_argument, Reason::argument_range, "Argon2id cost or salt out of bounds");
  }
  Secret tag(kArgon2TagSize);
  const auto text = text_of(password);
  // With arguments in bounds it fails for want of memory alone.
  if (::crypto_pwhash_argon2id(tag.fill().data(), tag.size(), text.data(), text.size(), salt.data(), passes,
                               size_t{memory_kib} * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
    return fail(Status::err_no_memory, Reason::no_memory, "no memory for Argon2id");
  }
  return tag;
}

}  // namespace mfa
