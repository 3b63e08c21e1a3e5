// From a URL to a store.
#pragma once

#include <memory>

#include "engine/ports.hpp"

namespace mfa::store {

// "memory:", "sqlite:PATH", "sqlite:PATH?synchronous=normal|full|extra". PATH ends at the first '?'.
// err_argument for a URL that says something else, err_unsupported for a scheme that this build lacks.
Result<std::unique_ptr<engine::Store>> open(std::string_view url);

}  // namespace mfa::store
