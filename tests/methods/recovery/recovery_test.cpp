#include "methods/recovery/recovery.hpp"

#include <doctest.h>

#include <set>
#include <string>

#include "core/sodium.hpp"

using namespace mfa;
using namespace mfa::recovery;

namespace {

const ByteView kPepper = bytes_of("a key kept apart from the table!");

std::vector<Made> make_codes(size_t count, ByteView pepper = {}) {
  REQUIRE(sodium_ready());
  Bytes random(count * 32);
  system_random(random);
  auto codes = make(count, kTest, pepper, random);
  REQUIRE(codes.has_value());
  return std::move(codes).value();
}

Code parsed(std::string_view text) {
  auto code = parse(text);
  REQUIRE(code.has_value());
  return std::move(code).value();
}

bool opens(std::string_view text, const Stored &row, ByteView pepper = {}) {
  const auto tag = hash(parsed(text), row, pepper);
  REQUIRE(tag.has_value());
  return tag.value().matches(row.hash);
}

}  // namespace

TEST_CASE("recovery codes: four groups, one selector each, every symbol of Crockford's alphabet") {
  const auto codes = make_codes(32);
  std::set<uint8_t> selectors;
  std::set<char> symbols;
  std::set<std::string> texts;
  for (const auto &code : codes) {
    const std::string text(text_of(code.text.reveal()));
    REQUIRE(text.size() == 19);
    for (size_t i = 0; i < text.size(); i++) CHECK((text[i] == '-') == (i % 5 == 4));
    symbols.insert(text.begin(), text.end());
    selectors.insert(code.stored.selector);
    CHECK(parsed(text).selector == code.stored.selector);
    texts.insert(text);
  }
  symbols.erase('-');
  CHECK(selectors.size() == 32);
  CHECK(texts.size() == 32);
  CHECK(std::string(symbols.begin(), symbols.end()) == "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
}

TEST_CASE("recovery codes depend on the randomness given and on nothing else") {
  const Bytes zero(64, 0);
  Bytes other = zero;
  other[32] = 1;
  const auto a = make(2, kTest, {}, zero).value();
  const auto b = make(2, kTest, {}, zero).value();
  const auto c = make(2, kTest, {}, other).value();
  CHECK(text_of(a[0].text.reveal()) == "0000-0000-0000-0000");
  CHECK(text_of(a[1].text.reveal()) == "1000-0000-0000-0000");
  CHECK(text_of(c[1].text.reveal()) == "1100-0000-0000-0000");
  CHECK(a[0].stored.hash == b[0].stored.hash);
  CHECK(a[1].stored.hash != c[1].stored.hash);
}

TEST_CASE("a recovery code opens its own row, with its own pepper") {
  for (const auto pepper : {ByteView{}, kPepper}) {
    const auto codes = make_codes(3, pepper);
    for (size_t i = 0; i < codes.size(); i++) {
      for (size_t k = 0; k < codes.size(); k++)
        CHECK(opens(text_of(codes[i].text.reveal()), codes[k].stored, pepper) == (i == k));
    }
    CHECK_FALSE(opens(text_of(codes[0].text.reveal()), codes[0].stored, bytes_of("another pepper")));
  }
  const auto peppered = make_codes(1, kPepper);
  CHECK_FALSE(opens(text_of(peppered[0].text.reveal()), peppered[0].stored));
}

TEST_CASE("two codes of one text have hashes that differ: each has a salt") {
  Bytes random(64, 7);
  random[48] = 8;
  const auto codes = make(2, kTest, {}, random).value();
  CHECK(codes[0].stored.salt != codes[1].stored.salt);
  CHECK(codes[0].stored.hash != codes[1].stored.hash);
}

TEST_CASE("recovery codes are read as people type them") {
  const auto code = parsed("7ABC-D0E1-F2G3-H1J0");
  CHECK(code.selector == 7);
  CHECK(text_of(code.secret.reveal()) == "ABCD0E1F2G3H1J0");
  for (const char *text : {"7abc-d0e1-f2g3-h1j0", "7ABCD0E1F2G3H1J0", " 7abc doei f2g3 hLjO ",
                           "7ABC-DoEl-F2G3-HiJ0", "7-A-B-C-D-0-E-1-F-2-G-3-H-1-J-0"}) {
    const auto same = parsed(text);
    CHECK(same.selector == 7);
    CHECK(same.secret.matches(code.secret.reveal()));
  }
}

TEST_CASE("what is not a recovery code is malformed") {
  using namespace std::string_view_literals;
  for (const auto text : {""sv, "----"sv, "7ABC-D0E1-F2G3-H1J"sv, "7ABC-D0E1-F2G3-H1J00"sv,
                          "7ABC-D0E1-F2G3-H1JU"sv, "7ABC_D0E1_F2G3_H1J0"sv, "7ABC-D0E1-F2G3-H1J0\n"sv,
                          "7ABC-D0E1-F2G3-H1J0\0"sv, "\u0667ABC-D0E1-F2G3-H1J0"sv, "123456"sv}) {
    const auto code = parse(text);
    REQUIRE_FALSE(code.has_value());
    CHECK(code.error().status == Status::malformed);
    CHECK(code.error().reason == Reason::recovery_malformed);
  }
  CHECK(parse(std::string(48, ' ') + "7ABCD0E1F2G3H1J0").has_value());
  CHECK_FALSE(parse(std::string(49, ' ') + "7ABCD0E1F2G3H1J0").has_value());
}

TEST_CASE("making recovery codes refuses counts and randomness out of range, and costs no hash could have") {
  const auto refused = [](size_t count, const Cost &cost, size_t random_size) {
    const auto codes = make(count, cost, {}, Bytes(random_size, 1));
    return !codes.has_value() && codes.error().status == Status::err_argument;
  };
  CHECK(refused(0, kTest, 0));
  CHECK(refused(33, kTest, 33 * 32));
  CHECK(refused(1, kTest, 31));
  CHECK(refused(2, kTest, 96));
  CHECK(refused(1, {.memory_kib = 7, .passes = 1}, 32));
  CHECK(refused(1, {.memory_kib = 8, .passes = 0}, 32));
}
