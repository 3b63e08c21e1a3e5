#include "core/seal.hpp"

#include <doctest.h>

#include "core/sodium.hpp"

using namespace mfa;

namespace {

const Bytes kOne(32, 1), kTwo(32, 2);
const std::array<uint8_t, kSealNonce> kNonce{7};

KeyRing ring(std::vector<RingKey> keys) {
  auto made = KeyRing::make(keys);
  REQUIRE(made.has_value());
  return std::move(made).value();
}

}  // namespace

TEST_CASE("seal: opens where it was sealed, and nowhere else") {
  const auto keys = ring({{1, kOne}});
  const auto sealed = keys.seal(Kind::account, "r/acct/u", bytes_of("hello"), 64, kNonce);
  CHECK(text_of(keys.open(Kind::account, "r/acct/u", sealed).value().reveal()) == "hello");
  CHECK(keys.open(Kind::account, "r/acct/v", sealed).error().status == Status::err_damaged);
  CHECK(keys.open(Kind::ticket, "r/acct/u", sealed).error().status == Status::err_damaged);
  for (size_t i = 0; i < sealed.size(); i++) {
    auto altered = sealed;
    altered[i] ^= 1;
    CHECK_FALSE(keys.open(Kind::account, "r/acct/u", altered).has_value());
    CHECK_FALSE(keys.open(Kind::account, "r/acct/u", ByteView(sealed).first(i)).has_value());
  }
}

TEST_CASE("seal: sizes are padded") {
  const auto keys = ring({{1, kOne}});
  CHECK(keys.seal(Kind::account, "k", bytes_of("a"), 64, kNonce).size() ==
        keys.seal(Kind::account, "k", Bytes(63), 64, kNonce).size());
  CHECK(text_of(keys.open(Kind::account, "k", keys.seal(Kind::account, "k", {}, 64, kNonce)).value().reveal())
            .empty());
}

TEST_CASE("key ring: the first seals, all open, a key is found by its id") {
  const auto before = ring({{1, kOne}});
  const auto adding = ring({{1, kOne}, {2, kTwo}});
  const auto moved = ring({{2, kTwo}, {1, kOne}});
  const auto dropped = ring({{2, kTwo}});
  const auto old = before.seal(Kind::ticket, "", bytes_of("x"), 16, kNonce);
  CHECK(adding.open(Kind::ticket, "", old).has_value());
  CHECK(moved.open(Kind::ticket, "", old).has_value());
  CHECK(dropped.open(Kind::ticket, "", old).error().status == Status::err_key);
  CHECK(
      before.open(Kind::ticket, "", moved.seal(Kind::ticket, "", bytes_of("x"), 16, kNonce)).error().status ==
      Status::err_key);
  // the right id with the wrong bytes is damage, not another try
  CHECK(ring({{1, kTwo}}).open(Kind::ticket, "", old).error().status == Status::err_damaged);
}

TEST_CASE("key ring: refuses what is not a ring") {
  CHECK_FALSE(KeyRing::make({}).has_value());
  CHECK_FALSE(KeyRing::make(std::vector<RingKey>{{1, ByteView(kOne).first(31)}}).has_value());
  CHECK_FALSE(KeyRing::make(std::vector<RingKey>{{1, kOne}, {1, kTwo}}).has_value());
  CHECK_FALSE(KeyRing::make(std::vector<RingKey>{{1, Bytes(32)}}).has_value());
}
