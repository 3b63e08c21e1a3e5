// JSON Lines in, a verdict a line out.
#pragma once

#include <functional>

#include "cli/cli.hpp"

namespace cli {

using JudgeLine = std::function<mfa_status(std::string_view line, mfa_buffer *verdict, mfa_error *err)>;
// Of the one operand, or standard input. Each line that is not blank is judged; one that is longer than the
// library reads is judged by its beginning, which is no JSON. kNo when a verdict has not "ok":true.
int judge_lines(const Args &args, const JudgeLine &judge);

}  // namespace cli
