// How often a long test repeats: MFA_TEST_PERCENT=10 asks for a tenth, as sanitizers do.
#pragma once

#include <algorithm>
#include <cstdlib>

namespace mfa::test {

inline int rounds(int full) {
  const char *percent = std::getenv("MFA_TEST_PERCENT");
  return percent ? std::max(1, full * std::clamp(std::atoi(percent), 1, 100) / 100) : full;
}

}  // namespace mfa::test
