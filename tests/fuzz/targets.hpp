// A fuzz target is one function over bytes that came from outside. It must answer, whatever they are.
#pragma once

#include "core/bytes.hpp"
#include "core/result.hpp"

// Every one of them: meson.build makes a libFuzzer program of each, and replay.cpp runs them all.
#define MFA_FUZZ_TARGETS(X) \
  X(client_data)            \
  X(authenticator_data)     \
  X(attestation_object)     \
  X(response)               \
  X(packed)                 \
  X(tpm)                    \
  X(android_key)            \
  X(safetynet)              \
  X(fido_u2f)               \
  X(apple)                  \
  X(compound)               \
  X(certificate)            \
  X(revocations)            \
  X(tpm_structures)         \
  X(key_description)        \
  X(jws)                    \
  X(metadata)               \
  X(u2f)                    \
  X(ceremony)               \
  X(cbor)                   \
  X(json)                   \
  X(record)                 \
  X(log)                    \
  X(texts)

namespace mfa::fuzz {

#define MFA_FUZZ_DECLARE(name) void run_##name(ByteView input);
MFA_FUZZ_TARGETS(MFA_FUZZ_DECLARE)
#undef MFA_FUZZ_DECLARE

inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

// Nothing that a client sends is the caller's mistake.
template <class T>
void require_answer(const Result<T> &result) {
  require(result.has_value() || static_cast<int32_t>(result.error().status) > 0);
}

// Several parts in one input: each but the last behind its length, two bytes, as far as there is that much.
class Parts {
 public:
  explicit Parts(ByteView rest) : rest_(rest) {}
  uint8_t byte() {
    const ByteView taken = take(1);
    return taken.empty() ? 0 : taken[0];
  }
  ByteView part() {
    const size_t high = byte();
    return take(high << 8 | byte());
  }
  ByteView rest() const { return rest_; }

 private:
  ByteView take(size_t count) {
    const ByteView taken = rest_.first(count < rest_.size() ? count : rest_.size());
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  ByteView rest_;
};

}  // namespace mfa::fuzz
