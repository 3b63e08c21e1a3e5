#include "support/seed.hpp"

#include <doctest.h>

#include "support/authenticator.hpp"

using namespace mfa;
using test::SeededRandom;
using test::SoftwareKey;

namespace {

constexpr const char *kOptions =
    R"({"challenge":"AAAA","rp":{"id":"example.test"},"user":{"id":"AQ"},"pubKeyCredParams":[{"type":"public-key","alg":-7}]})";

Bytes key_and_signature(uint64_t seed, int32_t algorithm) {
  const SeededRandom random(seed);
  const auto key = SoftwareKey::make(algorithm);
  Bytes bytes = key.cose();
  const Bytes signature = key.sign(bytes_of("message"));
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return bytes;
}

std::string registration(uint64_t seed) {
  const SeededRandom random(seed);
  test::Authenticator key({.format = "basic"});
  return key.create(kOptions, "https://example.test");
}

}  // namespace

TEST_CASE("seeded randomness: the same keys, nonces and salts from the same seed, others from another") {
  for (const int32_t algorithm : test::all_algorithms()) {
    if (test::algorithm_of(algorithm).key_type == 3 && algorithm != -37) continue;  // RSA keys take long
    CAPTURE(algorithm);
    const Bytes bytes = key_and_signature(1, algorithm);
    CHECK(bytes == key_and_signature(1, algorithm));
    CHECK(bytes != key_and_signature(2, algorithm));
  }
}

TEST_CASE("seeded randomness: a whole registration again") {
  CHECK(registration(7) == registration(7));
  CHECK(registration(7) != registration(8));
}

TEST_CASE("seeded randomness ends with its object, and the outer one goes on") {
  const auto pair = [](bool inner) {
    const SeededRandom outer(1);
    Bytes bytes = test::random_bytes(40);
    if (inner) {
      const SeededRandom other(2);
      CHECK(test::random_bytes(40) != bytes);
    } else {
      test::random_bytes(1);  // what the inner one draws at its start
    }
    const Bytes more = test::random_bytes(40);
    bytes.insert(bytes.end(), more.begin(), more.end());
    return bytes;
  };
  CHECK(pair(true) == pair(false));
  CHECK(test::random_bytes(40) != test::random_bytes(40));
  CHECK(SeededRandom::stream() == 0);
}

TEST_CASE("seeded randomness: shared keys are the seed's own") {
  const auto shared = [](uint64_t seed) {
    const SeededRandom random(seed);
    const Bytes key = SoftwareKey::shared(-7).cose();
    CHECK(key == SoftwareKey::shared(-7).cose());
    return key;
  };
  const Bytes program = SoftwareKey::shared(-7).cose();
  CHECK(shared(3) == shared(3));
  CHECK(shared(3) != shared(4));
  CHECK(SoftwareKey::shared(-7).cose() == program);
}
