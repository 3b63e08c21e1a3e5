#include "methods/recovery/row_text.hpp"

#include <doctest.h>

using namespace mfa;
using namespace mfa::recovery;

namespace {

const std::string kSalt = "AAAAAAAAAAAAAAAAAAAAAA";
const std::string kHash = std::string(42, '_') + "8";
const std::string kTail = "$" + kSalt + "$" + kHash;
const std::string kGood = "$mfa-recovery$s=7$argon2id$v=19$m=19456,t=2,p=1" + kTail;

}  // namespace

TEST_CASE("a stored recovery code is one line, and is read back") {
  Stored row{.selector = 7, .cost = {}, .salt = {}, .hash = {}};
  row.hash.fill(0xff);
  CHECK(row_text(row) == kGood);
  const auto back = parse_row(kGood);
  REQUIRE(back.has_value());
  CHECK(back.value().selector == 7);
  CHECK(back.value().cost.memory_kib == 19456);
  CHECK(back.value().cost.passes == 2);
  CHECK(back.value().salt == row.salt);
  CHECK(back.value().hash == row.hash);
}

TEST_CASE("a stored recovery code has costs between the floor and the most that a row may ask for") {
  const auto with = [](const std::string &cost) {
    return parse_row("$mfa-recovery$s=31$argon2id$v=19$" + cost + kTail);
  };
  CHECK(with("m=8192,t=1,p=1").has_value());
  CHECK(with("m=262144,t=8,p=1").has_value());
  for (const char *cost :
       {"m=8191,t=1,p=1", "m=8192,t=0,p=1", "m=262145,t=8,p=1", "m=262144,t=9,p=1", "m=4294967296,t=1,p=1",
        "m=18446744073709551616,t=1,p=1", "m=99999999,t=1,p=1", "m=-1,t=1,p=1", "m=8192,t=1,p=2"}) {
    const auto row = with(cost);
    REQUIRE_FALSE(row.has_value());
    CHECK(row.error().status == Status::err_damaged);
    CHECK(row.error().reason == Reason::recovery_row);
  }
}

TEST_CASE("a stored recovery code has one text only") {
  const auto changed = [](std::string_view from, std::string_view to) {
    std::string text = kGood;
    text.replace(text.find(from), from.size(), to);
    return parse_row(text).has_value();
  };
  CHECK(changed("s=7", "s=31"));
  for (const std::pair<const char *, const char *> &row : {std::pair{"s=7", "s=07"},
                                                           {"s=7", "s=32"},
                                                           {"s=7", "s="},
                                                           {"s=7", "s=+7"},
                                                           {"s=7", "t=7"},
                                                           {"argon2id", "argon2i"},
                                                           {"v=19", "v=16"},
                                                           {"m=19456", "m=019456"},
                                                           {",t=2", ",t= 2"},
                                                           {"AAAA$", "AAA$"},
                                                           {"AAAA$", "AAAB$"},
                                                           {"AAAA$", "AAAAA$"},
                                                           {"AAAA$", "AA==$"},
                                                           {"___8", "___9"},
                                                           {"___8", "___"},
                                                           {"___8", "___8 "},
                                                           {"___8", "___8$"}}) {
    CHECK_FALSE_MESSAGE(changed(row.first, row.second), row.second);
  }
  for (size_t length = 0; length < kGood.size(); length++)
    CHECK_FALSE(parse_row(kGood.substr(0, length)).has_value());
  CHECK_FALSE(parse_row(kGood + std::string(1, '\0')).has_value());
  CHECK_FALSE(parse_row(" " + kGood).has_value());
  CHECK_FALSE(parse_row(std::string(100000, '9')).has_value());
}
