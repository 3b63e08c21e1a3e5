// The numbers of a public key, before anybody has checked them.
#pragma once

#include "core/bytes.hpp"

namespace mfa {

// COSE numbers (RFC 9053 section 7; RFC 8812 section 3.1 for secp256k1; RFC 9964 section 3 for akp).
enum class KeyType : int32_t { okp = 1, ec2 = 2, rsa = 3, akp = 7 };
enum class Curve : int32_t { none = 0, p256 = 1, p384 = 2, p521 = 3, ed25519 = 6, ed448 = 7, secp256k1 = 8 };

struct KeyMaterial {
  KeyType type;
  Curve curve = Curve::none;  // okp, ec2
  Bytes x, y;                 // ec2: both coordinates; okp and akp: x, the key
  Bytes n, e;                 // rsa: big endian
  friend bool operator==(const KeyMaterial &, const KeyMaterial &) = default;
};

}  // namespace mfa
