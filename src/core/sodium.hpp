// libsodium's general services: start-up, randomness, wiping. Each other use of it has a file of its own
// name.
#pragma once

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa {

// Once a process; every exported function passes here first. False: the system has no randomness.
bool sodium_ready();
// The system's generator.
void system_random(std::span<uint8_t> out);

}  // namespace mfa
