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

// OpenSSL's error queue for the length of a call: a host that uses OpenSSL on this thread must not find our
// errors in it, nor miss its own. And what a failure inside the call was.
class Errors {
 public:
  Errors() : ours_alone_(::ERR_peek_error() == 0) { ::ERR_set_mark(); }
  ~Errors() { ::ERR_pop_to_mark(); }
  Errors(const Errors &) = delete;
  Errors &operator=(const Errors &) = delete;

  // For calls that sound input cannot make fail.
  Failure broken() const {
    if (out_of_memory()) return fail(Status::err_no_memory, Reason::no_memory, "out of memory");
    return fail(Status::err_internal, Reason::crypto_failed, "OpenSSL failed");
  }
  // For calls that fail for unsound input, and for want of memory, with the same answer.
  Failure refused(Status status, Reason reason, const char *message) const {
    if (out_of_memory()) return fail(Status::err_no_memory, Reason::no_memory, "out of memory");
    return fail(status, reason, message);
  }

 private:
  // Want of memory shows in the first error, and others follow from it. Reading on takes errors out, which
  // the host's must not be. Some of OpenSSL's calls forget it: then memory itself is asked.
  bool out_of_memory() const { return in_errors() || !memory_left(); }
  static bool memory_left() {
    void *some = OPENSSL_malloc(1);
    OPENSSL_free(some);
    return some != nullptr;
  }
  bool in_errors() const {
    bool found = ERR_GET_REASON(::ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
    while (ours_alone_ && !found) {
      const unsigned long error = ::ERR_get_error();
      if (error == 0) break;
      found = ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
    }
    return found;
  }

  bool ours_alone_;
};

}  // namespace mfa::openssl
