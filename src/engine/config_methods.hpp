// The sections of the configuration that are of one method each.
#pragma once

#include "engine/config_io.hpp"

namespace mfa::engine {

// There for the three visitors.
template <class V>
void visit_methods(V &v, Config &c);

}  // namespace mfa::engine
