// The requests of the U2F JavaScript API 1.1 (sections 3.1 and 3.2), as one JSON object each.
#pragma once

#include <vector>

#include "methods/u2f/u2f.hpp"

namespace mfa::u2f {

// For u2f.register(appId, registerRequests, registeredKeys, ..., timeoutSeconds). known: keys of the user
// already.
std::string register_request(const Expected &expected, const std::vector<Bytes> &known, uint32_t timeout_s);
// For u2f.sign(appId, challenge, registeredKeys, ..., timeoutSeconds).
std::string sign_request(const Expected &expected, const std::vector<Bytes> &allowed, uint32_t timeout_s);

}  // namespace mfa::u2f
