#include "core/hmac.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "core/per_thread.hpp"
#include "core/secret.hpp"

namespace mfa {
namespace {

constexpr size_t kBlockMax = 128;

struct FreeContext {
  void operator()(EVP_MD_CTX *context) const { ::EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

size_t block_of(Hash hash) { return hash == Hash::sha512 ? 128 : 64; }

Context new_context(Hash hash) {
  const std::unique_ptr<EVP_MD, decltype(&::EVP_MD_free)> algorithm(
      ::EVP_MD_fetch(nullptr, name_of(hash), nullptr), &::EVP_MD_free);
  Context context(::EVP_MD_CTX_new());
  if (!algorithm || !context || ::EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) != 1)
    return nullptr;
  return context;
}

// Fetching an algorithm costs more than the HMAC of a one-time password, and threads that share a fetched one
// (its reference count) are together slower than one thread. So each thread keeps a context a hash, made at
// its first use and freed when it ends. It changes no answer, and a fork copies it like any memory.
EVP_MD_CTX *thread_context(Hash hash) {
  static PerThread<std::array<Context, 3>> per_thread;
  auto *contexts = per_thread.get();
  if (!contexts) return nullptr;
  Context &context = (*contexts)[static_cast<size_t>(hash) - static_cast<size_t>(Hash::sha1)];
  if (!context) context = new_context(hash);
  return context.get();
}

// Stack that held key bytes.
struct Block {
  std::array<uint8_t, kBlockMax> bytes{};
  ~Block() { wipe(bytes.data(), bytes.size()); }
};

bool digest(EVP_MD_CTX *context, ByteView first, ByteView second, uint8_t *out) {
  return ::EVP_DigestInit_ex2(context, nullptr, nullptr) == 1 &&
         ::EVP_DigestUpdate(context, first.data(), first.size()) == 1 &&
         ::EVP_DigestUpdate(context, second.data(), second.size()) == 1 &&
         ::EVP_DigestFinal_ex(context, out, nullptr) == 1;
}

// RFC 2104 section 2, on digests: OpenSSL's EVP_MAC keeps the key in its context after the call, and setting
// it up anew for each step of a window costs twice as much.
bool compute(EVP_MD_CTX *context, Hash hash, ByteView key, ByteView message, Mac &mac) {
  const size_t block = block_of(hash);
  Block inner, outer;
  if (key.size() > block) {
    if (!digest(context, key, {}, inner.bytes.data())) return false;
  } else {
    std::ranges::copy(key, inner.bytes.begin());
  }
  for (size_t i = 0; i < block; i++) {
    outer.bytes[i] = inner.bytes[i] ^ 0x5C;
    inner.bytes[i] ^= 0x36;
  }
  mac.size = size_of(hash);
  return digest(context, {inner.bytes.data(), block}, message, mac.bytes.data()) &&
         digest(context, {outer.bytes.data(), block}, mac.view(), mac.bytes.data());
}

}  // namespace

const char *name_of(Hash hash) {
  switch (hash) {
    case Hash::sha1: return "sha1";
    case Hash::sha256: return "sha256";
    case Hash::sha512: return "sha512";
  }
  return "unknown";
}

size_t size_of(Hash hash) {
  switch (hash) {
    case Hash::sha1: return 20;
    case Hash::sha256: return 32;
    case Hash::sha512: return 64;
  }
  return 0;
}

Result<Mac> hmac(Hash hash, ByteView key, ByteView message) {
  if (size_of(hash) == 0) return fail(Status::err_argument, Reason::argument_range, "not a hash");
  EVP_MD_CTX *context = thread_context(hash);
  Mac mac{};
  if (!context || !compute(context, hash, key, message, mac)) {
    ::ERR_clear_error();  // a host that uses OpenSSL on this thread must not find our errors in its queue
    return fail(Status::err_internal, Reason::hmac_failed, "OpenSSL could not compute an HMAC");
  }
  return mac;
}

}  // namespace mfa
