// Recovery codes: XXXX-XXXX-XXXX-XXXX in Crockford base32, one selector and 75 secret bits, so that an
// attempt costs one hash however many codes there are.
#pragma once

#include <array>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace mfa::recovery {

inline constexpr size_t kMaxCodes = 32;  // as many as there are selectors
inline constexpr size_t kInputMax = 64;  // bytes of what a client sent as a code

struct Cost {
  uint32_t memory_kib = 19456;
  uint32_t passes = 2;
};
inline constexpr Cost kFloor{8192, 1};  // no configuration goes below
inline constexpr Cost kTest{8, 1};      // unsafe.recovery_test_hash: for tests, never for people

// What is kept of one code.
struct Stored {
  uint8_t selector = 0;  // 0 to 31
  Cost cost;
  std::array<uint8_t, 16> salt{};
  std::array<uint8_t, 32> hash{};
};

struct Code {
  uint8_t selector = 0;
  Secret secret;  // the 15 symbols, folded to upper case
};

// Folds case and O, I, L; ignores spaces and hyphens. malformed for anything else.
Result<Code> parse(std::string_view text);

struct Made {
  Secret text;  // XXXX-XXXX-XXXX-XXXX
  Stored stored;
};
// The selector is the place in the set: it tells no more. random: 32 bytes for each code, 16 for its symbols
// and 16 for its salt.
Result<std::vector<Made>> make(size_t count, const Cost &cost, ByteView pepper, ByteView random);

// The slow hash of a code under a stored row's salt and cost. err_no_memory when Argon2id gets none.
Result<Secret> hash(const Code &code, const Stored &row, ByteView pepper);

}  // namespace mfa::recovery
