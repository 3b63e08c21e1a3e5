#include "core/cbor.hpp"

#include <doctest.h>

#include "core/encoding.hpp"

using namespace mfa;
using cbor::Document;
using cbor::Type;

namespace {

Bytes h(const char *text) { return from_hex(text).value(); }

Reason refusal(const Bytes &input, const cbor::Limits &limits = {}) {
  const auto parsed = Document::parse(input, limits);
  if (parsed.has_value()) return Reason::none;
  CHECK(parsed.error().status == Status::malformed);
  return parsed.error().reason;
}

}  // namespace

TEST_CASE("CBOR: the values of RFC 8949 appendix A that the profile keeps") {
  const std::pair<const char *, uint64_t> naturals[] = {{"00", 0},
                                                        {"17", 23},
                                                        {"1818", 24},
                                                        {"1903e8", 1000},
                                                        {"1a000f4240", 1000000},
                                                        {"1bffffffffffffffff", UINT64_MAX}};
  for (const auto &[text, value] : naturals) {
    const Bytes input = h(text);
    const auto parsed = Document::parse(input);
    REQUIRE(parsed.has_value());
    CHECK(parsed.value().root().as_uint().value() == value);
    CHECK_FALSE(parsed.value().report().wide_integers);
    CHECK(cbor::Writer().unsigned_number(value).view() == input);
  }
  const std::pair<const char *, int64_t> integers[] = {
      {"20", -1}, {"3863", -100}, {"3903e7", -1000}, {"3b7fffffffffffffff", INT64_MIN}, {"0a", 10}};
  for (const auto &[text, value] : integers) {
    const Bytes input = h(text);
    const auto parsed = Document::parse(input);
    REQUIRE(parsed.has_value());
    CHECK(parsed.value().root().as_int().value() == value);
    CHECK(cbor::Writer().number(value).view() == input);
  }
  for (const char *text : {"f90000", "f93c00", "fa47c35000", "fb3ff199999999999a", "f97e00"}) {
    const Bytes input = h(text);
    const auto parsed = Document::parse(input);
    REQUIRE(parsed.has_value());
    CHECK(parsed.value().root().type() == Type::floating);
  }
  const Bytes nested = h("a26161016162820203");  // {"a": 1, "b": [2, 3]}
  const auto parsed = Document::parse(nested);
  REQUIRE(parsed.has_value());
  const auto root = parsed.value().root();
  CHECK(root.type() == Type::map);
  CHECK(root.size() == 2);
  CHECK(root.key(1).as_text().value() == "b");
  CHECK(root.need("a").value().as_int().value() == 1);
  const auto list = root.value(1);
  CHECK(list.size() == 2);
  CHECK(list.item(1).as_uint().value() == 3);
  CHECK(list.raw().size() == 3);
  CHECK(same(root.raw(), nested));
}

TEST_CASE("CBOR: a type is what it is and nothing else") {
  const Bytes list = h("87002041016131f5f680");
  const auto parsed = Document::parse(list);
  REQUIRE(parsed.has_value());
  const auto root = parsed.value().root();
  REQUIRE(root.size() == 7);
  for (size_t i = 0; i < root.size(); i++) {
    const auto item = root.item(i);
    CHECK(item.as_uint().has_value() == (i == 0));
    CHECK(item.as_int().has_value() == (i <= 1));
    CHECK(item.as_bytes().has_value() == (i == 2));
    CHECK(item.as_text().has_value() == (i == 3));
    CHECK(item.as_bool().has_value() == (i == 4));
    CHECK(item.is_null() == (i == 5));
    CHECK(item.size() == 0);
    CHECK_FALSE(item.find("x").has_value());
    CHECK_FALSE(item.find(1).has_value());
  }
  CHECK(root.item(0).as_text().error().reason == Reason::cbor_type);
  CHECK(root.need("x").error().reason == Reason::cbor_type);
  CHECK(root.need(0).error().reason == Reason::cbor_type);
}

TEST_CASE("CBOR integers that do not fit are refused, not cut") {
  for (const char *text : {"1b8000000000000000", "3b8000000000000000", "3bffffffffffffffff"}) {
    const Bytes input = h(text);
    const auto parsed = Document::parse(input);
    REQUIRE(parsed.has_value());
    CHECK_FALSE(parsed.value().root().as_int().has_value());
  }
}

TEST_CASE("CBOR lengths that do not fit 32 bits are refused, not cut") {
  for (const char *text :
       {"5b000000010000000401020304", "7b000000010000000141", "9b0000000100000000", "9b000000010000000101",
        "9b4000000000000000", "bb0000000100000000", "bb00000001000000010101"})
    CHECK_MESSAGE(refusal(h(text)) == Reason::cbor_malformed, text);
}

TEST_CASE("CBOR that ends too early, or is not CBOR") {
  for (const char *text : {"", "18", "19 01", "41", "6261", "81", "a1", "a101", "1c", "1d", "1e", "fc",
                           "f8ff", "9bffffffffffffffff", "bbffffffffffffffff", "5bffffffffffffffff",
                           "5affffffff00", "61ff", "63eda080"}) {
    std::string plain(text);
    std::erase(plain, ' ');
    CHECK_MESSAGE(refusal(h(plain.c_str())) == Reason::cbor_malformed, text);
  }
}

TEST_CASE("CBOR of indefinite length, tags, undefined and odd keys are refused") {
  for (const char *text : {"5f4100ff", "7f6161ff", "9fff", "bfff", "ff", "81ff"})
    CHECK_MESSAGE(refusal(h(text)) == Reason::cbor_indefinite, text);
  for (const char *text :
       {"c001", "d9d9f700", "f7", "81f7", "a1f401", "a1f601", "a18001", "a1a001", "a1f93c0001"})
    CHECK_MESSAGE(refusal(h(text)) == Reason::cbor_type, text);
}

TEST_CASE("CBOR: bytes after the item") {
  CHECK(refusal(h("0000")) == Reason::cbor_trailing);
  size_t consumed = 0;
  const Bytes two = h("a1010205");
  const auto first = Document::parse_first(two, &consumed);
  REQUIRE(first.has_value());
  CHECK(consumed == 3);
  CHECK(first.value().root().raw().size() == 3);
}

TEST_CASE("CBOR map keys: repeated are refused however they are written, unordered are reported") {
  for (const char *text : {
           "a201000100",            // 1, 1
           "a3010202030104",        // 1, 2, 1
           "a20100180100",          // 1, and 1 in two bytes
           "a220002000",            // -1, -1
           "a2616100616100",        // "a", "a"
           "a24161004161f5",        // h'61', h'61'
           "a3616200616100616200",  // "b", "a", "b"
           "a101a201000100",        // in a map inside
       }) {
    CHECK_MESSAGE(refusal(h(text)) == Reason::cbor_duplicate_key, text);
  }

  // Alike but of another type: not the same key.
  const Bytes alike = h("a4010020004161006161f5");
  const auto parsed = Document::parse(alike);
  REQUIRE(parsed.has_value());
  CHECK_FALSE(parsed.value().report().unordered_keys);
  CHECK(parsed.value().root().need("a").value().as_bool().value());
  for (const char *text : {"a202000100", "a220000100", "a261620061610061", "a26261610061620000"}) {
    const Bytes input = h(text);
    size_t consumed = 0;
    const auto unordered = Document::parse_first(input, &consumed);
    REQUIRE(unordered.has_value());
    CHECK_MESSAGE(unordered.value().report().unordered_keys, text);
  }
}

TEST_CASE("CBOR lengths and integers wider than needed are reported") {
  for (const char *text : {"1817", "190017", "1a00000017", "1b0000000000000017", "3800", "580101", "780161",
                           "9800", "b800", "1900ff", "1a0000ffff", "1b00000000ffffffff"}) {
    const Bytes input = h(text);
    const auto parsed = Document::parse(input);
    REQUIRE_MESSAGE(parsed.has_value(), text);
    CHECK_MESSAGE(parsed.value().report().wide_integers, text);
  }
}

TEST_CASE("CBOR limits: bytes, depth, items") {
  const cbor::Limits limits{.max_bytes = 16, .max_depth = 3, .max_items = 5};
  CHECK(refusal(Bytes(17, 0x00), limits) == Reason::cbor_limit);
  CHECK(refusal(h("81818100"), limits) == Reason::none);
  CHECK(refusal(h("8181818100"), limits) == Reason::cbor_limit);
  CHECK(refusal(h("8400010203"), limits) == Reason::none);
  CHECK(refusal(h("850001020304"), limits) == Reason::cbor_limit);
  Bytes deep(60000, 0x81);
  CHECK(refusal(deep) == Reason::cbor_limit);
}

TEST_CASE("CBOR: a map of many keys in the worst order stays quick") {
  cbor::Writer writer;
  writer.map(2000);
  for (int i = 0; i < 2000; i++) writer.number((i * 7919) % 2000).null();
  const auto parsed = Document::parse(writer.view());
  REQUIRE(parsed.has_value());
  CHECK(parsed.value().report().unordered_keys);
  CHECK(parsed.value().root().size() == 2000);
}

TEST_CASE("CBOR writing is canonical") {
  cbor::Writer writer;
  writer.map(3)
      .number(1)
      .bytes(h("0102"))
      .number(-1)
      .text("a")
      .text("x")
      .array(3)
      .boolean(true)
      .boolean(false)
      .null();
  CHECK(hex(writer.view()) ==
        "a30142010220616161788"
        "3f5f4f6");
  const auto parsed = Document::parse(writer.view());
  REQUIRE(parsed.has_value());
  CHECK_FALSE(parsed.value().report().unordered_keys);
  CHECK_FALSE(parsed.value().report().wide_integers);
  CHECK(hex(cbor::Writer().bytes(Bytes(300, 7)).view()).starts_with("59012c0707"));
  CHECK(hex(cbor::Writer().raw(h("182a")).view()) == "182a");
}
