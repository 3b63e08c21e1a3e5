// A host's mfa_store as the engine's Store. Nothing it says is taken on trust: an answer, a size or a version
// that include/mfa/store.h does not allow is a failure of the store.
#pragma once

#include <memory>

#include "core/result.hpp"
#include "engine/ports.hpp"
#include "mfa/store.h"

namespace mfa::capi {

// Copies the struct; what it points to must outlive the result. err_argument without load, save and erase.
Result<std::unique_ptr<engine::Store>> host_store(const mfa_store *store);

}  // namespace mfa::capi
