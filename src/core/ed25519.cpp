#include "core/ed25519.hpp"

#include <sodium.h>

namespace mfa {

static_assert(kEd25519KeyBytes == crypto_sign_PUBLICKEYBYTES && kEd25519SignatureBytes == crypto_sign_BYTES);

bool ed25519_verify(ByteView key, ByteView message, ByteView signature) {
  return key.size() == kEd25519KeyBytes && signature.size() == kEd25519SignatureBytes &&
         ::crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

bool is_ed25519_key(ByteView key) {
  return key.size() == kEd25519KeyBytes && ::crypto_core_ed25519_is_valid_point(key.data()) == 1;
}

}  // namespace mfa
