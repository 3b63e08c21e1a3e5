#include "core/hmac.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>

namespace mfa {
namespace {

constexpr uint8_t kNoKey[1] = {0};

struct FreeContext {
  void operator()(EVP_MAC_CTX *context) const { ::EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, FreeContext>;

Failure failed() {
  // A host that uses OpenSSL on this thread must not find our errors in its queue.
  ::ERR_clear_error();
  return fail(Status::err_internal, Reason::hmac_failed, "OpenSSL could not compute an HMAC");
}

Context new_context(Hash hash) {
  const std::unique_ptr<EVP_MAC, decltype(&::EVP_MAC_free)> algorithm(
      ::EVP_MAC_fetch(nullptr, "HMAC", nullptr), &::EVP_MAC_free);
  if (!algorithm) return nullptr;
  Context context(::EVP_MAC_CTX_new(algorithm.get()));
  char digest[8] = {};
  std::string_view(name_of(hash)).copy(digest, sizeof digest - 1);
  const OSSL_PARAM params[] = {::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               ::OSSL_PARAM_construct_end()};
  if (!context || ::EVP_MAC_CTX_set_params(context.get(), params) != 1) return nullptr;
  return context;
}

// Fetching the algorithm costs ten times the HMAC of a one-time password, and threads that share a context
// (its fetched digest's reference count) are together slower than one. So each thread keeps one context a
// hash, made at first use and freed when the thread ends. It changes no answer and holds no key between
// calls, and a fork copies it like any memory.
EVP_MAC_CTX *thread_context(Hash hash) {
  thread_local Context contexts[3];
  Context &context = contexts[static_cast<size_t>(hash) - static_cast<size_t>(Hash::sha1)];
  if (!context) context = new_context(hash);
  return context.get();
}

bool start(EVP_MAC_CTX *context, ByteView key) {
  const ByteView given = key.empty() ? ByteView(kNoKey, 0) : key;  // NULL would mean the key before
  return ::EVP_MAC_init(context, given.data(), given.size(), nullptr) == 1;
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
  EVP_MAC_CTX *context = thread_context(hash);
  if (!context) return failed();
  Mac mac{};
  const bool computed = start(context, key) &&
                        ::EVP_MAC_update(context, message.data(), message.size()) == 1 &&
                        ::EVP_MAC_final(context, mac.bytes.data(), &mac.size, mac.bytes.size()) == 1;
  const bool forgotten = start(context, {});  // the context outlives the caller's secret
  if (!computed || !forgotten || mac.size != size_of(hash)) return failed();
  return mac;
}

}  // namespace mfa
