// The X.509 certificate inside a registration response: where it ends, and the repair of a known fault.
#pragma once

#include "core/certificate.hpp"
#include "core/cose.hpp"
#include "core/digest.hpp"
#include "methods/u2f/u2f.hpp"

namespace mfa::u2f {

// The certificate at the start of `rest`, which then begins behind it: "Parsing of the X.509 certificate
// unambiguously establishes its ending" (Raw Message Formats section 4.3). malformed.
Result<ByteView> take_certificate(ByteView &rest);

struct AttestationCertificate {
  Bytes der;
  Certificate parsed;
};
// A certificate that can be read. Of early tokens the BIT STRING of the certificate's own signature
// counts unused bits, which no signature has. Where that keeps it from being read, or the certificate is one
// that is known for it, the count is set to zero. The certificate's key and names are what they were.
// malformed.
Result<AttestationCertificate> read_certificate(ByteView given);

// Its P-256 key. malformed for one of another kind.
Result<cose::PublicKey> key_of(const Certificate &certificate);

// By its digest, one that is known for the fault, whether it can be read or not.
bool is_known_for_unused_bits(const Sha256 &certificate);
// The certificate with that count zero; as it is when it has no such place.
Bytes without_unused_bits(ByteView certificate);

}  // namespace mfa::u2f
