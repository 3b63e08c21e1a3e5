// RAND_set_rand_method is deprecated since OpenSSL 3.0 in favour of a provider with a generator of its own;
// that is some hundred lines for the same effect, and 3.0 to 3.5 honour it in every call that draws.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "support/seed.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <mutex>

#include "core/digest.hpp"
#include "support/must.hpp"

namespace mfa::test {
namespace {

// SHA-256 over seed and block number, block after block.
struct Stream {
  uint64_t name = 0, seed = 0, block = 0;
  Sha256 left = {};
  size_t used = sizeof(Sha256);

  uint8_t next() {
    if (used == left.size()) {
      Bytes input;
      for (const uint64_t number : {seed, block++})
        for (int shift = 56; shift >= 0; shift -= 8) input.push_back(static_cast<uint8_t>(number >> shift));
      left = sha256(input);
      used = 0;
    }
    return left[used++];
  }
};

std::mutex mutex;
Stream current;
uint64_t streams = 0;

int draw(unsigned char *out, int count) {
  const std::lock_guard lock(mutex);
  std::generate_n(out, count, [] { return current.next(); });
  return 1;
}
int add_nothing(const void *, int, double) { return 1; }
int seed_nothing(const void *, int) { return 1; }
int ready() { return 1; }
void keep() {}

const RAND_METHOD method = {seed_nothing, draw, keep, add_nothing, draw, ready};

}  // namespace

struct SeededRandom::Before {
  Stream stream;
  const RAND_METHOD *method;
};

SeededRandom::SeededRandom(uint64_t seed) {
  // Drawn once before, so that what OpenSSL seeds at its first use is not drawn from the stream.
  random_bytes(1);
  before_ = new Before{current, ::RAND_get_rand_method()};
  const std::lock_guard lock(mutex);
  current = Stream{.name = ++streams, .seed = seed};
  must(::RAND_set_rand_method(&method) == 1);
}

SeededRandom::~SeededRandom() {
  const std::lock_guard lock(mutex);
  current = before_->stream;
  must(::RAND_set_rand_method(before_->method) == 1);
  delete before_;
}

uint64_t SeededRandom::stream() {
  const std::lock_guard lock(mutex);
  return current.name;
}

Bytes random_bytes(size_t count) {
  Bytes bytes(count);
  must(::RAND_bytes(bytes.data(), static_cast<int>(count)) == 1);
  return bytes;
}

}  // namespace mfa::test
