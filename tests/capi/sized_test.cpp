// What becomes of a struct that grew: callers of before the growth, of today, and of after it.
#include <doctest/doctest.h>

#include "capi/boundary.hpp"

using namespace mfa;
using namespace mfa::capi;

namespace {

struct Grown {
  uint32_t struct_size;
  uint32_t first;
  uint32_t later;  // with the second release
};
constexpr Grown kInitial = {sizeof(Grown), 1, 7};

struct Newer {
  Grown grown;
  uint32_t latest;
};

}  // namespace

template <>
inline constexpr size_t mfa::capi::first_size<Grown> = 8;

TEST_CASE("a struct of before a member was appended is read, and the member has its default") {
  const Grown given = {8, 5, 99};  // the caller's struct ends before 99
  const auto read = read_sized(&given, kInitial);
  REQUIRE(read.has_value());
  CHECK(read.value().first == 5);
  CHECK(read.value().later == 7);
}

TEST_CASE("a struct of today is read whole") {
  const Grown given = {sizeof given, 5, 6};
  CHECK(read_sized(&given, kInitial).value().later == 6);
}

TEST_CASE("a newer struct is read while what it has more is zero") {
  Newer given = {{sizeof given, 5, 6}, 0};
  CHECK(read_sized(&given.grown, kInitial).value().later == 6);
  given.latest = 1;
  const auto refused = read_sized(&given.grown, kInitial);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().status == Status::err_unsupported);
  CHECK(refused.error().reason == Reason::argument_struct_tail);
}

TEST_CASE("a struct smaller than it ever was is refused, and so is none") {
  for (const uint32_t size : {0u, 4u, 7u}) {
    Grown given = {size, 5, 6};
    CHECK(read_sized(&given, kInitial).error().reason == Reason::argument_struct_size);
    CHECK(write_sized(&given, kInitial).error().reason == Reason::argument_struct_size);
    CHECK(given.first == 5);
  }
  CHECK(read_sized<Grown>(nullptr, kInitial).error().status == Status::err_argument);
  CHECK(write_sized<Grown>(nullptr, kInitial).error().status == Status::err_argument);
}

TEST_CASE("a row is written as far as the caller's struct goes, and the caller's size stays") {
  Grown older = {8, 0, 99};
  REQUIRE(write_sized(&older, kInitial).has_value());
  CHECK(older.struct_size == 8);
  CHECK(older.first == 1);
  CHECK(older.later == 99);
  Newer newer = {{sizeof newer, 0, 0}, 99};
  REQUIRE(write_sized(&newer.grown, kInitial).has_value());
  CHECK(newer.grown.struct_size == sizeof newer);
  CHECK(newer.grown.later == 7);
  CHECK(newer.latest == 99);
}

TEST_CASE("no struct has grown yet, so the oldest caller's is today's") {
  CHECK(first_size<mfa_request> == sizeof(mfa_request));
  CHECK(first_size<mfa_engine_config> == sizeof(mfa_engine_config));
  CHECK(first_size<mfa_store> == sizeof(mfa_store));
}
