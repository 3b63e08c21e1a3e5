// JSON Web Signatures (RFC 7515) in the compact form, with their certificates inside (x5c).
#pragma once

#include <vector>

#include "core/bytes.hpp"
#include "core/certificate.hpp"
#include "core/result.hpp"

namespace mfa {

inline constexpr size_t kMaxJwsHeaderBytes = 65536;
inline constexpr size_t kMaxJwsCertificates = 8;

struct Jws {
  int32_t algorithm = 0;   // COSE number of the header's alg
  std::vector<Bytes> x5c;  // DER, the signer's first
  Bytes payload;
  std::string_view signed_text;  // of the input
  Bytes signature;

  // malformed; wrong for an algorithm or a header member that we do not know and may not ignore.
  static Result<Jws> parse(std::string_view compact);
  // By the first certificate's key. wrong.
  Result<Done> verify() const;
};

}  // namespace mfa
