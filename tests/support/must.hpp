// What a test relies on and does not test: a test that cannot even make its key or read its own options is
// broken, not failing, and ends the program.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "core/result.hpp"

namespace mfa::test {

inline void must(bool succeeded, const char *what = "OpenSSL failed") {
  if (succeeded) return;
  std::fprintf(stderr, "tests/support: %s\n", what);
  std::abort();
}

template <class T>
T must(Result<T> result) {
  must(result.has_value(), result.has_value() ? "" : result.error().message);
  return std::move(result).value();
}

}  // namespace mfa::test
