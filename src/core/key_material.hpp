// The numbers of a public key, before anybody has checked them.
#pragma once

#include "core/bytes.hpp"

namespace mfa {

// COSE numbers (RFC 9053 section 7).
enum class KeyType : int32_t { okp = 1, ec2 = 2, rsa = 3 };
enum class Curve : int32_t { none = 0, p256 = 1, ed25519 = 6 };

struct KeyMaterial {
  KeyType type;
  Curve curve = Curve::none;  // okp, ec2
  Bytes x, y;                 // ec2: both coordinates; okp: x, the key
  Bytes n, e;                 // rsa: big endian
};

}  // namespace mfa
