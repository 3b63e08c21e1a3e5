// Signatures through OpenSSL: ECDSA, RSA, and those that hash by themselves (Ed448, ML-DSA).
#pragma once

#include <memory>

#include "core/digest.hpp"
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
  // By OpenSSL's name of the key type. malformed when OpenSSL does not take the key's bytes.
  static Result<SignatureKey> raw(const char *name, ByteView key);

  // Over a digest. wrong when it does not verify, or is not the one strict encoding (DER) of it.
  Result<Done> verify_ecdsa(ByteView digest, ByteView signature) const;
  // RSASSA-PKCS1-v1_5, and RSASSA-PSS with a salt as long as the digest (RFC 8230 section 2).
  enum class RsaPadding { pkcs1, pss };
  Result<Done> verify_rsa(RsaPadding padding, DigestAlgorithm algorithm, ByteView digest,
                          ByteView signature) const;
  // Over the message itself: raw keys.
  Result<Done> verify_message(ByteView message, ByteView signature) const;

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

// The DER of a signature that is two scalars, r and s, big endian.
Bytes ecdsa_from_scalars(ByteView r, ByteView s);

// RFC 8032 section 5.2.3: the one encoding of a point on the curve, and none of small order.
Result<bool> is_ed448_key(ByteView key);

}  // namespace mfa
