// Why policy decides as it does: the decision, and every rule that led to it, for whoever configures it.
#pragma once

#include "engine/decide.hpp"

namespace mfa::engine {

// As JSON. A function of its arguments; account NULL: there is none.
std::string explain(const Scene &scene, const Account *account, const SessionNeed &need);

}  // namespace mfa::engine
