// What the opaque mfa_trust is.
#pragma once

#include <memory>

#include "methods/webauthn/trust.hpp"
#include "mfa/webauthn.h"

// Engines share it: the handle may go before they do.
struct mfa_trust {
  std::shared_ptr<const mfa::webauthn::Trust> trust;
};
