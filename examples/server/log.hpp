#pragma once

#include <string>

namespace demo {

// One line to standard error, whole also when many threads write. Never a secret in it.
void log_line(std::string line);

}  // namespace demo
