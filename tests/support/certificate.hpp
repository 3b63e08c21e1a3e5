// Certificates for tests, right in everything until a test changes it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/software_key.hpp"

namespace mfa::test {

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
