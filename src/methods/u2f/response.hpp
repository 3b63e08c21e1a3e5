// What the JavaScript API's RegisterResponse and SignResponse hold, decoded, not yet looked into.
#pragma once

#include "methods/u2f/u2f.hpp"

namespace mfa::u2f {

struct RegisterResponse {
  Bytes registration_data;
  Bytes client_data;
};
struct SignResponse {
  Bytes key_handle;
  Bytes signature_data;
  Bytes client_data;
};
// malformed. Members that are not known are ignored: clients add version, challenge and appId.
Result<RegisterResponse> parse_register_response(std::string_view json);
Result<SignResponse> parse_sign_response(std::string_view json);

}  // namespace mfa::u2f
