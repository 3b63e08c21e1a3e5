#include "core/json.hpp"

#include <doctest.h>

using namespace mfa;
using json::Document;
using json::Type;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

Reason refusal(std::string_view text, const json::Limits &limits = {}) {
  const auto parsed = Document::parse(text, limits);
  if (parsed.has_value()) return Reason::none;
  CHECK(parsed.error().status == Status::malformed);
  return parsed.error().reason;
}

std::string text_in(std::string_view json) {
  const auto parsed = Document::parse(json);
  REQUIRE_MESSAGE(parsed.has_value(), json);
  return std::string(parsed.value().root().as_text().value());
}

std::string written(std::string_view text) { return json::Writer().text(text).take(); }

}  // namespace

TEST_CASE("JSON: a document and its values") {
  const auto parsed = Document::parse(
      " {\"a\": [1, -2, \"x\", true, null, 1.5, {\"in\": []}], \"b\": {}, \"\": \"empty name\"} \t\r\n");
  REQUIRE(parsed.has_value());
  const auto root = parsed.value().root();
  CHECK(root.type() == Type::object);
  REQUIRE(root.size() == 3);
  CHECK(root.key(0) == "a");
  CHECK(root.key(1) == "b");
  CHECK(root.value(1).type() == Type::object);
  CHECK(root.need_text("").value() == "empty name");
  const auto list = root.need("a").value();
  REQUIRE(list.size() == 7);
  CHECK(list.item(0).as_int().value() == 1);
  CHECK(list.item(1).as_int().value() == -2);
  CHECK(list.item(2).as_text().value() == "x");
  CHECK(list.item(3).as_bool().value());
  CHECK(list.item(4).is_null());
  CHECK(list.item(5).type() == Type::number);
  CHECK(list.item(6).find("in")->type() == Type::array);
  for (size_t i = 0; i < 7; i++) {
    CHECK(list.item(i).as_int().has_value() == (i <= 1));
    CHECK(list.item(i).as_text().has_value() == (i == 2));
    CHECK(list.item(i).as_bool().has_value() == (i == 3));
    CHECK_FALSE(list.item(i).find("a").has_value());
  }
  CHECK(root.need("c").error().reason == Reason::json_type);
  CHECK(root.need_text("a").error().reason == Reason::json_type);
}

TEST_CASE("JSON integers are exact or not integers") {
  const auto parsed = Document::parse(
      "[9223372036854775807, -9223372036854775808, 9223372036854775808, 18446744073709551615, 1.0, 1e2, -0, "
      "9007199254740993]");
  REQUIRE(parsed.has_value());
  const auto root = parsed.value().root();
  CHECK(root.item(0).as_int().value() == INT64_MAX);
  CHECK(root.item(1).as_int().value() == INT64_MIN);
  for (size_t i = 2; i < 6; i++) CHECK(root.item(i).as_int().error().reason == Reason::json_type);
  CHECK(root.item(6).as_int().value() == 0);
  CHECK(root.item(7).as_int().value() == 9007199254740993);
}

TEST_CASE("JSON strings: escapes, NUL inside, any Unicode") {
  CHECK(text_in(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(text_in(R"("a\u0000b")") == "a\0b"s);
  CHECK(text_in(R"("\u00fc\u20ac\ud83d\udd11")") == "\u00fc\u20ac\U0001f511");
  CHECK(text_in("\"\u00fc\U0001f511\"") == "\u00fc\U0001f511");
}

TEST_CASE("JSON that is none") {
  for (const auto text : {""sv,          " "sv,           "{"sv,         "}"sv,
                          "[1,]"sv,      "{\"a\":}"sv,    "{\"a\" 1}"sv, "{a:1}"sv,
                          "{'a':1}"sv,   "01"sv,          "+1"sv,        "1."sv,
                          ".5"sv,        "1e"sv,          "NaN"sv,       "Infinity"sv,
                          "tru"sv,       "truex"sv,       "\"a"sv,       "\"\\x\""sv,
                          "\"\\u12\""sv, "\"a\nb\""sv,    "\"a\0b\""sv,  "[1]//"sv,
                          "/*c*/1"sv,    "1 2"sv,         "{} {}"sv,     "\0"sv,
                          "1\0"sv,       "{}\0garbage"sv, "{}x"sv,       "\xEF\xBB\xBF{}"sv,
                          "1e999"sv}) {
    CHECK_MESSAGE(refusal(text) == Reason::json_malformed, text);
  }
}

TEST_CASE("JSON strings that are not Unicode are refused") {
  for (const auto text :
       {"\"\xff\""sv, "\"\xc0\x80\""sv, "\"\xed\xa0\x80\""sv, "\"\xf5\x80\x80\x80\""sv, "\"\xe2\x82\""sv,
        R"("\ud800")"sv, R"("\udc00")"sv, R"("\ud800\u0041")"sv, R"("\udc00\ud800")"sv}) {
    CHECK_MESSAGE(refusal(text) == Reason::json_malformed, text);
    CHECK(refusal("{" + std::string(text) + ":1}") == Reason::json_malformed);
  }
}

TEST_CASE("JSON that ends inside a character, an escape or a string is refused, and nothing beyond is read") {
  for (const auto text : {"\""sv, "\"\xf0"sv, "\"\xf0\x9f"sv, "\"\xf0\x9f\x98"sv, "\"\xe2"sv, "\"\xc3"sv,
                          "\"\\"sv, "\"\\u"sv, "\"\\u00e"sv, "\"\\ud83d\\ude0"sv, "{\"\xf0"sv, "[\"a"sv}) {
    CHECK_MESSAGE(refusal(text) == Reason::json_malformed, text);
    // So long that it is allocated, where a sanitizer sees one byte too many.
    CHECK(refusal("[\"" + std::string(4000, 'x') + "\"," + std::string(text)) == Reason::json_malformed);
  }
}

TEST_CASE("JSON names twice are refused, however they are written") {
  for (const char *text :
       {R"({"a":1,"a":1})", R"({"a":1,"b":2,"a":{}})", R"({"a":1,"\u0061":2})", R"([{"x":{"":1,"":2}}])"})
    CHECK_MESSAGE(refusal(text) == Reason::json_duplicate_key, text);
  CHECK(refusal(R"({"a":{"a":1},"b":{"a":1},"A":2})") == Reason::none);
}

TEST_CASE("JSON limits: bytes, depth, values") {
  const json::Limits limits{.max_bytes = 20, .max_depth = 3, .max_values = 5};
  CHECK(refusal(std::string(20, ' ') + "1", limits) == Reason::json_limit);
  CHECK(refusal("[[[1]]]", limits) == Reason::none);
  CHECK(refusal("[[[[1]]]]", limits) == Reason::json_limit);
  CHECK(refusal("[{\"a\":[{}]}]", limits) == Reason::json_limit);
  CHECK(refusal("[1,2,3,4]", limits) == Reason::none);
  CHECK(refusal("[1,2,3,4,5]", limits) == Reason::json_limit);
  CHECK(refusal(std::string(60000, '[')) == Reason::json_limit);
}

TEST_CASE("JSON writing") {
  json::Writer writer;
  writer.begin_object()
      .member("text", "a\"b\\c\n\x01")
      .member("yes", true)
      .member("n", int64_t{-5})
      .member("big", UINT64_MAX)
      .key("list")
      .begin_array()
      .integer(1)
      .null()
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .raw("{\"r\":1}")
      .end_array()
      .member("last", false)
      .end_object();
  CHECK(writer.view() ==
        "{\"text\":\"a\\\"b\\\\c\\u000a\\u0001\",\"yes\":true,\"n\":-5,\"big\":18446744073709551615,"
        "\"list\":[1,null,{},[],{\"r\":1}],\"last\":false}");
  CHECK(Document::parse(writer.view()).has_value());
}

TEST_CASE("JSON writing: any bytes become text that reads back, and none closes a script element") {
  CHECK(written("</script>") == "\"\\u003c/script>\"");
  CHECK(text_in(written("</script>")) == "</script>");
  CHECK(text_in(written("\u00fc\U0001f511\0"sv)) == "\u00fc\U0001f511\0"sv);
  CHECK(text_in(written("a\xff\xc3z\xe2\x82")) == "a\uFFFD\uFFFDz\uFFFD\uFFFD");
}
