#include "core/encoding.hpp"

#include <doctest.h>

using namespace mfa;

TEST_CASE("base32: the vectors of RFC 4648 section 10, unpadded") {
  const std::pair<const char *, const char *> rows[] = {{"", ""},
                                                        {"f", "MY"},
                                                        {"fo", "MZXQ"},
                                                        {"foo", "MZXW6"},
                                                        {"foob", "MZXW6YQ"},
                                                        {"fooba", "MZXW6YTB"},
                                                        {"foobar", "MZXW6YTBOI"}};
  for (const auto &[plain, text] : rows) {
    CHECK(base32(bytes_of(plain)) == text);
    const auto back = from_base32(text);
    REQUIRE(back.has_value());
    CHECK(text_of(back.value()) == plain);
  }
}

TEST_CASE("base32 reads what people type, and nothing else") {
  for (const char *text : {"mzxw 6ytb oi", "MZXW-6YTB-OI", "MZXW6YTBOI======"}) {
    const auto back = from_base32(text);
    REQUIRE(back.has_value());
    CHECK(text_of(back.value()) == "foobar");
  }
  for (const char *text : {"M", "MZXW6YTBO", "MZ", "1ZXW", "MY=A", "M\u00fcY"})
    CHECK_FALSE(from_base32(text).has_value());
}

TEST_CASE("base64url: one text for each value") {
  CHECK(base64url(bytes_of("\xff\xfe\xfd")) == "__79");
  CHECK(base64url(bytes_of("f")) == "Zg");
  CHECK(from_base64url("Zg").has_value());
  CHECK(from_base64url("").has_value());
  for (const char *text : {"Zg==", "Zh", "Z", "Z g", "+/79", "Zg\n"})
    CHECK_FALSE(from_base64url(text).has_value());
}

TEST_CASE("hex") {
  CHECK(hex(bytes_of("\x01\xab")) == "01ab");
  CHECK(from_hex("01AB").value() == Bytes{0x01, 0xab});
  CHECK_FALSE(from_hex("0").has_value());
  CHECK_FALSE(from_hex("0g").has_value());
}

TEST_CASE("UTF-8: RFC 3629") {
  for (const char *text : {"", "abc", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x94\x91", "\xf4\x8f\xbf\xbf"})
    CHECK(is_utf8(text));
  for (const char *text : {"\x80", "\xc0\x80", "\xc3", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                           "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"}) {
    CHECK_FALSE(is_utf8(text));
  }
}
