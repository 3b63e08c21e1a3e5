#include "core/argon2.hpp"

#include <doctest.h>

#include "core/encoding.hpp"

using namespace mfa;

namespace {

const Bytes kSalt(16, 0x02);

std::string tag_hex(std::string_view password, ByteView salt, uint32_t memory_kib, uint32_t passes) {
  const auto tag = argon2id(bytes_of(password), salt, memory_kib, passes);
  REQUIRE(tag.has_value());
  REQUIRE(tag.value().size() == kArgon2TagSize);
  return hex(tag.value().reveal());
}

}  // namespace

TEST_CASE("Argon2id depends on password, salt and both costs, and on nothing else") {
  const auto tag = tag_hex("password", kSalt, 8, 1);
  CHECK(tag == tag_hex("password", kSalt, 8, 1));
  CHECK(tag != tag_hex("passwore", kSalt, 8, 1));
  CHECK(tag != tag_hex("password", Bytes(16, 0x03), 8, 1));
  CHECK(tag != tag_hex("password", kSalt, 16, 1));
  CHECK(tag != tag_hex("password", kSalt, 8, 2));
}

TEST_CASE("Argon2id refuses costs and salts out of bounds before any work") {
  const auto refused = [](ByteView salt, uint32_t memory_kib, uint32_t passes) {
    const auto tag = argon2id(bytes_of("password"), salt, memory_kib, passes);
    return !tag.has_value() && tag.error().status == Status::err_argument;
  };
  CHECK(refused(kSalt, kArgon2MinMemoryKib - 1, 1));
  CHECK(refused(kSalt, kArgon2MaxMemoryKib + 1, 1));
  CHECK(refused(kSalt, 8, 0));
  CHECK(refused(kSalt, 8, kArgon2MaxPasses + 1));
  CHECK(refused(Bytes(15, 0), 8, 1));
  CHECK(refused(Bytes(17, 0), 8, 1));
  CHECK(refused({}, 8, 1));
}
