// How often a long test repeats: MFA_TEST_PERCENT=10 asks for a tenth, as sanitizers do.
#pragma once

#include <algorithm>
#include <cstdlib>

namespace mfa::test {

inline int percent() {
  const char *wanted = std::getenv("MFA_TEST_PERCENT");
  return wanted ? std::clamp(std::atoi(wanted), 1, 100) : 100;
}
inline int rounds(int full) { return std::max(1, full * percent() / 100); }
// MFA_TEST_LONG asks for the long run, whatever the percentage.
inline int rounds(int full, int long_run) { return std::getenv("MFA_TEST_LONG") ? long_run : rounds(full); }
// Of a row of places each, or every tenth.
inline int stride() { return 100 / percent(); }

}  // namespace mfa::test
