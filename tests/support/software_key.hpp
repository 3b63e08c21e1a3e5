// Key pairs and attestation certificates for tests: what a security key holds inside.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.hpp"

struct evp_pkey_st;

namespace mfa::test {

class SoftwareKey {
 public:
  // algorithm: -7, -8, -257. bits: of an RSA modulus.
  static SoftwareKey make(int32_t algorithm, unsigned bits = 2048);
  int32_t algorithm() const { return algorithm_; }
  Bytes cose() const;  // its public half as a COSE_Key
  Bytes sign(ByteView message) const;
  evp_pkey_st *pkey() const { return key_.get(); }

 private:
  SoftwareKey(int32_t algorithm, evp_pkey_st *key);
  int32_t algorithm_;
  std::shared_ptr<evp_pkey_st> key_;
};

// An attestation certificate as section 8.2.1 asks for it; change a member to break one rule.
struct CertificateSpec {
  int version = 3;
  std::vector<std::pair<std::string, std::string>> subject = {
      {"C", "CH"}, {"O", "libmfa tests"}, {"OU", "Authenticator Attestation"}, {"CN", "Software key"}};
  std::optional<bool> authority = false;       // basic constraints: cA; none: the extension is absent
  std::optional<Bytes> aaguid = std::nullopt;  // the extension's value, DER; none: absent
  bool aaguid_critical = false;
  int aaguid_times = 1;
};
// DER, signed by the key itself.
Bytes make_certificate(const CertificateSpec &spec, const SoftwareKey &key);

}  // namespace mfa::test
