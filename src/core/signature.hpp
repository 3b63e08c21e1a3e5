// ECDSA and RSA signatures, through OpenSSL.
#pragma once

#include <memory>

#include "core/key_material.hpp"
#include "core/result.hpp"

struct evp_pkey_st;

namespace mfa {

// A public key made ready. Immutable; any number of threads may verify with it at once.
class SignatureKey {
 public:
  // malformed when (x, y), each of the curve's length, is not a point on it.
  static Result<SignatureKey> ec(Curve curve, ByteView x, ByteView y);
  static Result<SignatureKey> rsa(ByteView n, ByteView e);

  // Over the SHA-256 of a message. wrong when it does not verify, or is not the one strict encoding (DER) of
  // it.
  Result<Done> verify_ecdsa(ByteView digest, ByteView signature) const;
  // RSASSA-PKCS1-v1_5.
  Result<Done> verify_pkcs1(ByteView digest, ByteView signature) const;

 private:
  struct Free {
    void operator()(evp_pkey_st *key) const;
  };
  explicit SignatureKey(evp_pkey_st *key, Curve curve) : key_(key), curve_(curve) {}
  std::unique_ptr<evp_pkey_st, Free> key_;
  Curve curve_;
};

// Of the form SEQUENCE { r INTEGER, s INTEGER } in DER, with 0 < r, s < the order of the curve.
bool is_strict_ecdsa(Curve curve, ByteView signature);

}  // namespace mfa
