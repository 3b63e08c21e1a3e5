// The calls of mfa/engine.h by their names, for `mfa engine`.
#pragma once

#include <mfa/engine.h>

#include "cli/engine_line.hpp"
#include "cli/json.hpp"

namespace cli {

// Does the call that the line names and writes the answer. MFA_ERR_ARGUMENT for a line that cannot be read,
// of which nothing was done.
mfa_status answer_line(mfa_engine *engine, Members &line, JsonObject &answer);
// The answer to a line of which nothing was done.
mfa_status refuse_line(std::string_view why, JsonObject &answer);

}  // namespace cli
