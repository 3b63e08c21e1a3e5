// COSE keys (RFC 9052, RFC 9053) made ready to verify with: algorithm bound to key type, curve and length,
// points on the curve, signatures in their one strict encoding. Each algorithm is a row of a table in
// cose.cpp.
#pragma once

#include <memory>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa::cose {

// Immutable; any number of threads may verify with it at once.
class PublicKey {
 public:
  // A COSE_Key, all of `encoded`. malformed; err_unsupported for an algorithm that is not a row.
  static Result<PublicKey> parse(ByteView encoded);
  int32_t algorithm() const;  // COSE number
  // wrong when the signature does not verify or is not in its strict encoding.
  Result<Done> verify(ByteView message, ByteView signature) const;

  struct Impl;
  explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

bool is_known(int32_t algorithm);
// -7 for "ES256"; 0 for a name that is not a row.
int32_t algorithm_of(std::string_view name);
const char *name_of(int32_t algorithm);  // NULL for a number that is not a row

}  // namespace mfa::cose
