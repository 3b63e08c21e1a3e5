// A fuzz target is one function over bytes that came from outside. It must answer, whatever they are.
#pragma once

#include "core/bytes.hpp"
#include "core/sodium.hpp"

namespace mfa::fuzz {

void target(ByteView input);

inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace mfa::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const bool kReady = mfa::sodium_ready();
  mfa::fuzz::require(kReady);
  mfa::fuzz::target({data, size});
  return 0;
}
