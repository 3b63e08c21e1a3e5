// Randomness that can be made again: while one of these lives, all that OpenSSL draws in this process (keys,
// nonces, salts) and all that the software authenticator draws is a function of the seed.
//
//   test::SeededRandom seed(7);
//   test::Authenticator key({.format = "basic"});  // the same bytes each time
#pragma once

#include "core/bytes.hpp"

namespace mfa::test {

// They nest: the outer one goes on where it was. Two threads that draw at once share one stream, in no order.
class SeededRandom {
 public:
  explicit SeededRandom(uint64_t seed);
  ~SeededRandom();
  SeededRandom(const SeededRandom &) = delete;
  SeededRandom &operator=(const SeededRandom &) = delete;
  // A number for the innermost that lives, never used again; 0 for none.
  static uint64_t stream();

 private:
  struct Before;
  Before *before_;
};

// From the seed, or the system's when there is none.
Bytes random_bytes(size_t count);

}  // namespace mfa::test
