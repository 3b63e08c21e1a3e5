// A store in this process's memory: for tests, trials, and servers whose accounts may go with them.
#pragma once

#include <memory>

#include "engine/ports.hpp"

namespace mfa::store {

std::unique_ptr<engine::Store> open_memory();

}  // namespace mfa::store
