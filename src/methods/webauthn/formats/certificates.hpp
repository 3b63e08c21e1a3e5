// What several statement formats ask of x5c, each under its own reasons.
#pragma once

#include "core/certificate.hpp"
#include "methods/webauthn/webauthn.hpp"

namespace mfa::webauthn {

struct Chain {
  std::vector<Bytes> der;
  std::vector<Certificate> certificates;  // the first is the authenticator's
};
struct ChainReasons {
  Reason malformed = Reason::registration_x5c;
  Reason limit = Reason::registration_x5c_limit;
};
// Every certificate is read, also those that only a trust path would use. malformed.
Result<Chain> read_chain(const cbor::Item &x5c, const ChainReasons &reasons = {});
// The same of a list that came otherwise.
Result<Chain> read_chain(const std::vector<Bytes> &der, const ChainReasons &reasons = {});

// RS1, whose hash no longer resists collisions, only where it is allowed.
Result<Done> check_algorithm(int64_t algorithm, bool rs1_allowed);
// A certificate's key, to verify with under the statement's alg.
Result<cose::PublicKey> attestation_key(const Certificate &certificate, int64_t algorithm, Reason reason);

struct AaguidReasons {
  Reason differs, critical;
  Reason malformed = Reason::registration_x5c;
};
// The extension id-fido-gen-ce-aaguid, which may be absent.
Result<Done> check_aaguid(const Certificate &certificate, const std::array<uint8_t, 16> &aaguid,
                          const AaguidReasons &reasons);

}  // namespace mfa::webauthn
