// Owners of OpenSSL's objects, and its error queue left as it was found.
#pragma once

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "core/result.hpp"

namespace mfa::openssl {

template <auto Free>
struct Release {
  template <class T>
  void operator()(T *object) const {
    Free(object);
  }
};

using Pkey = std::unique_ptr<EVP_PKEY, Release<::EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<::EVP_PKEY_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Release<::BN_free>>;
using X509Pointer = std::unique_ptr<X509, Release<::X509_free>>;

// A host that uses OpenSSL on this thread must not find our errors in its queue, nor miss its own.
class ErrorMark {
 public:
  ErrorMark() { ::ERR_set_mark(); }
  ~ErrorMark() { ::ERR_pop_to_mark(); }
  ErrorMark(const ErrorMark &) = delete;
  ErrorMark &operator=(const ErrorMark &) = delete;
};

inline bool out_of_memory() { return ERR_GET_REASON(::ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE; }

// For calls that sound input cannot make fail.
inline Failure broken() {
  if (out_of_memory()) return fail(Status::err_no_memory, Reason::no_memory, "out of memory");
  return fail(Status::err_internal, Reason::crypto_failed, "OpenSSL failed");
}

// For calls that fail for unsound input, and for want of memory, with the same answer.
inline Failure refused(Status status, Reason reason, const char *message) {
  return out_of_memory() ? broken() : fail(status, reason, message);
}

}  // namespace mfa::openssl
