// JSON Web Signatures in their compact form (RFC 7515 section 7.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "support/software_key.hpp"

namespace mfa::test {

struct Jws {
  std::string algorithm;  // "ES256"; empty: absent
  std::string type;       // empty: absent
  std::vector<Bytes> x5c;
  std::string header;   // JSON in place of the header made of these; empty: none
  std::string payload;  // JSON
};
std::string jws_header(const Jws &jws);
// ECDSA signatures as RFC 7518 section 3.4 has them; the key's own algorithm, whatever the header says.
std::string make_jws(const Jws &jws, const SoftwareKey &key, bool wrong_signature = false);

}  // namespace mfa::test
