// One target as a libFuzzer program; meson.build says which.
#include "core/sodium.hpp"
#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const bool kReady = mfa::sodium_ready();
  mfa::fuzz::require(kReady);
  mfa::fuzz::MFA_FUZZ_TARGET({data, size});
  return 0;
}
