// Key pairs for tests, of every algorithm that WebAuthn has a number for: what a security key holds inside.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/bytes.hpp"

struct evp_pkey_st;

namespace mfa::test {

// A signature algorithm of the IANA COSE registry, and the kind of key that is made for it.
struct Algorithm {
  int32_t number;
  const char *name;
  int key_type;         // COSE kty: 1 OKP, 2 EC2, 3 RSA, 7 AKP
  int curve;            // COSE crv; 0: none
  const char *openssl;  // the key's type, of EC2 its group
  const char *digest;   // nullptr: part of the algorithm
  bool pss;             // RSA: PSS, with a salt as long as the digest
};
// Ends the program for a number that is none.
const Algorithm &algorithm_of(int32_t number);
// Those that this OpenSSL can: ML-DSA from 3.5 on.
std::vector<int32_t> all_algorithms();

class SoftwareKey {
 public:
  static bool available(int32_t algorithm);
  // bits: of an RSA modulus.
  static SoftwareKey make(int32_t algorithm, unsigned bits = 2048);
  // One for the program, or for the seed, of each kind and role: RSA keys take a quarter of a second.
  static SoftwareKey shared(int32_t algorithm, unsigned bits = 2048, const std::string &role = "");
  // Shared if it is RSA, its own otherwise.
  static SoftwareKey quick(int32_t algorithm, const std::string &role = "");
  // The same key as of another algorithm, fitting or not: make(-53).under(-8) is Ed448 as EdDSA, and
  // make(-35).under(-7) breaks the rule that binds curve and algorithm.
  SoftwareKey under(int32_t algorithm) const;

  int32_t algorithm() const { return use_->number; }
  const Algorithm &kind() const { return *kind_; }  // under which it was made
  Bytes cose() const;                               // its public half as a COSE_Key
  Bytes sign(ByteView message) const;               // ECDSA as DER
  Bytes sign_raw(ByteView message) const;           // ECDSA as r and s side by side, as JWS has it
  Bytes spki() const;                               // DER
  Bytes point() const;                              // EC2: 04, x, y
  Bytes coordinate(char which) const;               // EC2: 'x' or 'y', of the curve's length
  Bytes modulus() const;                            // RSA
  evp_pkey_st *pkey() const { return key_.get(); }

 private:
  SoftwareKey(const Algorithm &kind, const Algorithm &use, std::shared_ptr<evp_pkey_st> key);
  const Algorithm *kind_, *use_;
  std::shared_ptr<evp_pkey_st> key_;
};

// OpenSSL's own word on a signature, with the public half as DER: what the tests of these tools trust.
bool openssl_verifies(int32_t algorithm, ByteView spki, ByteView message, ByteView signature);

}  // namespace mfa::test
