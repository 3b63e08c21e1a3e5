#include "methods/u2f/p256.hpp"

#include "core/signature.hpp"
#include "methods/u2f/step.hpp"

namespace mfa::u2f {

Result<cose::PublicKey> read_point(ByteView point) {
  MFA_TRY(const Bytes key, cose::from_uncompressed_p256(point));
  return cose::PublicKey::parse(key);
}

Result<Done> check_signature(const cose::PublicKey &key, ByteView message, ByteView signature,
                             const SignatureSteps &steps) {
  if (!is_strict_ecdsa(Curve::p256, signature))
    return fail(Status::wrong, steps.encoding, "the signature is not one in strict DER, or bytes follow it");
  return under(steps.signature, key.verify(message, signature));
}

}  // namespace mfa::u2f
