// What a message is signed with: ECDSA on P-256 over SHA-256, each way to fail under its own reason.
#pragma once

#include "core/cose.hpp"

namespace mfa::u2f {

// From an uncompressed point, 65 bytes 04 x y. malformed.
Result<cose::PublicKey> read_point(ByteView point);

struct SignatureSteps {
  Reason encoding, signature;
};
// All of `signature` is one DER signature. wrong.
Result<Done> check_signature(const cose::PublicKey &key, ByteView message, ByteView signature,
                             const SignatureSteps &steps);

}  // namespace mfa::u2f
