// SHA-256, one shot.
#pragma once

#include <array>

#include "core/bytes.hpp"

namespace mfa {

using Sha256 = std::array<uint8_t, 32>;
Sha256 sha256(ByteView data);

}  // namespace mfa
