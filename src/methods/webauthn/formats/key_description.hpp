// The Android key attestation extension: KeyDescription of every attestation version so far.
#pragma once

#include <optional>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa::webauthn::android {

// What section 8.4 asks of an AuthorizationList; other tags are passed over.
struct AuthorizationList {
  std::vector<uint64_t> purpose;
  bool all_applications = false;
  std::optional<uint64_t> origin;
};
struct KeyDescription {
  uint64_t attestation_version = 0, attestation_security_level = 0;
  Bytes attestation_challenge;
  AuthorizationList software_enforced, tee_enforced;
};
Result<KeyDescription> parse_key_description(ByteView extension);

}  // namespace mfa::webauthn::android
