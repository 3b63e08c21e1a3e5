#include "methods/device/pairing.hpp"

#include <doctest.h>

using namespace mfa;
using namespace mfa::device;

namespace {

std::string text(const Secret &secret) { return std::string(mfa::text_of(secret.reveal())); }

}  // namespace

TEST_CASE("pairing code: eight symbols of five bits, in two groups, read however they are typed") {
  const Bytes random = {0, 31, 32, 63, 10, 255, 17, 22};
  const Secret code = make_code(random);
  CHECK(text(code) == "0Z0ZAZHP");
  CHECK(text(text_of_code(code)) == "0Z0Z-AZHP");
  for (const std::string_view typed : {"0Z0Z-AZHP", "0z0zazhp", "oZoZ azhp", "O Z O Z-A Z H P"}) {
    const auto read = parse_code(typed);
    REQUIRE(read.has_value());
    CHECK(read.value().matches(code.reveal()));
  }
  for (const std::string &no : {std::string(), std::string("0Z0ZAZH"), std::string("0Z0ZAZHPP"),
                                std::string("0Z0ZAZHU"), std::string(65, ' '), std::string("0Z0ZAZH\xC3")}) {
    REQUIRE_FALSE(parse_code(no).has_value());
    CHECK(parse_code(no).error().reason == Reason::device_code);
    CHECK(parse_code(no).error().status == Status::malformed);
  }
}

TEST_CASE("pairing code: its hash is of this code, salt, ticket and pepper alone") {
  const Secret code = make_code(Bytes(kCodeRandom, 7)), other = make_code(Bytes(kCodeRandom, 8));
  const Bytes salt(16, 1), nonce(16, 2), pepper(4, 3);
  const Secret hash = hash_code(code, salt, nonce, pepper);
  CHECK(hash.matches(hash_code(code, salt, nonce, pepper).reveal()));
  CHECK_FALSE(hash.matches(hash_code(other, salt, nonce, pepper).reveal()));
  CHECK_FALSE(hash.matches(hash_code(code, nonce, nonce, pepper).reveal()));
  CHECK_FALSE(hash.matches(hash_code(code, salt, salt, pepper).reveal()));
  CHECK_FALSE(hash.matches(hash_code(code, salt, nonce, {}).reveal()));
}

TEST_CASE("pairing check number: two digits, each as likely") {
  int count[100] = {};
  for (uint32_t i = 0; i < 65536; i++) {
    const Bytes random = {0, 0, 0, 0, 0, 0, static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)};
    const std::string check = make_check(random);
    REQUIRE(check.size() == 2);
    count[(check[0] - '0') * 10 + check[1] - '0']++;
  }
  for (const int n : count) CHECK((n == 655 || n == 656));
  CHECK(parse_check(" 0 7 ").value() == "07");
  for (const std::string &no :
       {std::string(), std::string("7"), std::string("007"), std::string("a7"), std::string(65, ' ')}) {
    REQUIRE_FALSE(parse_check(no).has_value());
    CHECK(parse_check(no).error().reason == Reason::device_check);
  }
}

TEST_CASE("pairing: a claim leads to one cookie, and another claim to another") {
  const Token one = token_from(Bytes(32, 1)), again = token_from(Bytes(32, 1)),
              two = token_from(Bytes(32, 2));
  CHECK(one.selector == again.selector);
  CHECK(one.verifier.matches(again.verifier.reveal()));
  CHECK(one.verifier.size() == kVerifier);
  CHECK(one.selector != two.selector);
  CHECK_FALSE(one.verifier.matches(two.verifier.reveal()));
}
