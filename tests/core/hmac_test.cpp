#include "core/hmac.hpp"

#include <doctest.h>

#include <string>
#include <thread>

#include "core/encoding.hpp"

using namespace mfa;

namespace {

std::string hmac_hex(Hash hash, ByteView key, std::string_view message) {
  const auto mac = hmac(hash, key, bytes_of(message));
  REQUIRE(mac.has_value());
  CHECK(mac.value().size == size_of(hash));
  return hex(mac.value().view());
}

constexpr std::string_view kQuestion = "what do ya want for nothing?";
constexpr auto kSha1OfQuestion = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";

}  // namespace

TEST_CASE("HMAC: test case 2 of RFC 2202 and RFC 4231") {
  const auto key = bytes_of("Jefe");
  CHECK(hmac_hex(Hash::sha1, key, kQuestion) == kSha1OfQuestion);
  CHECK(hmac_hex(Hash::sha256, key, kQuestion) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_hex(Hash::sha512, key, kQuestion) ==
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

TEST_CASE("HMAC: a key longer than the block (RFC 4231 test case 6)") {
  const Bytes key(131, 0xaa);
  CHECK(hmac_hex(Hash::sha256, key, "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("HMAC: an empty key is a key, not the key before") {
  CHECK(hmac_hex(Hash::sha1, bytes_of("Jefe"), kQuestion) == kSha1OfQuestion);
  CHECK(hmac_hex(Hash::sha1, {}, "") == "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
  CHECK(hmac_hex(Hash::sha256, {}, "") == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("HMAC: every thread has contexts of its own") {
  std::string answers[4];
  std::thread threads[4];
  for (int i = 0; i < 4; i++) {
    threads[i] = std::thread([&answers, i] {
      for (int round = 0; round < 100; round++) {
        const auto mac = hmac(Hash::sha1, bytes_of("Jefe"), bytes_of(kQuestion));
        if (mac.has_value()) answers[i] = hex(mac.value().view());
      }
    });
  }
  for (auto &thread : threads) thread.join();
  for (const auto &answer : answers) CHECK(answer == kSha1OfQuestion);
}

TEST_CASE("HMAC: a number that is not a hash is refused") {
  const auto mac = hmac(static_cast<Hash>(4), {}, {});
  REQUIRE_FALSE(mac.has_value());
  CHECK(mac.error().status == Status::err_argument);
  CHECK_FALSE(hmac(static_cast<Hash>(0), {}, {}).has_value());
}
