#include "core/digest.hpp"

#include <sodium.h>

#include <algorithm>

#include "core/openssl.hpp"

namespace mfa {
namespace {

const EVP_MD *implementation(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::sha1: return ::EVP_sha1();
    case DigestAlgorithm::sha256: return ::EVP_sha256();
    case DigestAlgorithm::sha384: return ::EVP_sha384();
    case DigestAlgorithm::sha512: return ::EVP_sha512();
    case DigestAlgorithm::sha3_256: return ::EVP_sha3_256();
    case DigestAlgorithm::sha3_384: return ::EVP_sha3_384();
    case DigestAlgorithm::sha3_512: return ::EVP_sha3_512();
  }
  return nullptr;
}

}  // namespace

// libsodium's, since OpenSSL's one-shot call costs three times the work in fetching the algorithm.
Sha256 sha256(ByteView data) {
  Sha256 out;
  ::crypto_hash_sha256(out.data(), data.data(), data.size());
  return out;
}

Result<Digest> digest(DigestAlgorithm algorithm, ByteView data) {
  Digest out{};
  if (algorithm == DigestAlgorithm::sha256) {
    const Sha256 hash = sha256(data);
    std::copy(hash.begin(), hash.end(), out.bytes.begin());
    out.size = hash.size();
    return out;
  }
  const openssl::Errors errors;
  unsigned size = 0;
  if (::EVP_Digest(data.data(), data.size(), out.bytes.data(), &size, implementation(algorithm), nullptr) !=
      1)
    return errors.broken();
  out.size = size;
  return out;
}

}  // namespace mfa
