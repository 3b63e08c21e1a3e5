// Authenticator data (section 6.1): exactly what the flags announce, and no byte more.
#pragma once

#include "methods/webauthn/webauthn.hpp"

namespace mfa::webauthn {

// malformed, under the ceremony's step.
Result<AuthenticatorData> parse_authenticator_data(ByteView raw, Reason step);

}  // namespace mfa::webauthn
