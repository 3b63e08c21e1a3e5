// mfa user import and mfa user audit.
#pragma once

#include "cli/cli.hpp"

namespace cli {

int user_import(Words words, std::string_view help);
int user_audit(Words words, std::string_view help);

}  // namespace cli
