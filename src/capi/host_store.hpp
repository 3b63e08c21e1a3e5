// A host's mfa_store as the engine's Store. Nothing it says is taken on trust: an answer, a size or a version
// that include/mfa/store.h does not allow is a failure of the store.
#pragma once

#include <memory>

#include "core/result.hpp"
#include "engine/ports.hpp"
#include "mfa/store.h"

namespace mfa::capi {

// What a caller's struct says, with load, save and erase in it; else err_argument.
Result<mfa_store> read_store(const mfa_store *store);

// Copies the struct; what it points to must outlive the result.
Result<std::unique_ptr<engine::Store>> host_store(const mfa_store *store);

}  // namespace mfa::capi
