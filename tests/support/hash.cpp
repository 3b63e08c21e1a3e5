#include "support/hash.hpp"

#include <openssl/evp.h>

#include "support/must.hpp"

namespace mfa::test {

Bytes hash(const char *name, ByteView data) {
  Bytes out(EVP_MAX_MD_SIZE);
  size_t size = 0;
  must(::EVP_Q_digest(nullptr, name, nullptr, data.data(), data.size(), out.data(), &size) == 1);
  out.resize(size);
  return out;
}

}  // namespace mfa::test
