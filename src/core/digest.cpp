#include "core/digest.hpp"

#include <sodium.h>

namespace mfa {

// libsodium's, since OpenSSL's one-shot call costs three times the work in fetching the algorithm.
Sha256 sha256(ByteView data) {
  Sha256 out;
  ::crypto_hash_sha256(out.data(), data.data(), data.size());
  return out;
}

}  // namespace mfa
