#include "core/der.hpp"

#include <doctest.h>

#include "core/encoding.hpp"

using namespace mfa;

namespace {

Bytes h(std::string_view text) { return from_hex(text).value(); }
bool reads(std::string_view text) {
  const Bytes bytes = h(text);
  der::Reader reader{ByteView(bytes)};
  return reader.next().has_value() && reader.at_end();
}
Result<uint64_t> number(std::string_view text) {
  const Bytes bytes = h(text);
  der::Reader reader{ByteView(bytes)};
  return reader.take_unsigned();
}

}  // namespace

TEST_CASE("der: one length for each size, and none of indefinite length") {
  CHECK(reads("0400"));
  CHECK(reads("040107"));
  CHECK(reads("048180" + std::string(256, '0')));
  for (const char *bad :
       {"", "04", "0401", "0480", "04810107", "0481", "048200800000", "0484ffffffff", "04850000000000", "1f"})
    CHECK_FALSE_MESSAGE(reads(bad), bad);
}

TEST_CASE("der: tags from 31 on, in the fewest octets") {
  const Bytes bytes = h("bf8458020500");
  der::Reader reader{ByteView(bytes)};
  const auto element = reader.next();
  REQUIRE(element.has_value());
  CHECK(element.value().is_context(600));
  CHECK_FALSE(element.value().is_context(601));
  CHECK(same(element.value().content, h("0500")));
  for (const char *bad : {"bf800100", "bf1e00", "bfffffffff7f00", "bf84"})
    CHECK_FALSE_MESSAGE(reads(bad), bad);
}

TEST_CASE("der: numbers that are not negative, in the fewest octets") {
  CHECK(number("020100").value() == 0);
  CHECK(number("02017f").value() == 127);
  CHECK(number("02020080").value() == 128);
  CHECK(number("020900ffffffffffffffff").value() == UINT64_MAX);
  for (const char *bad : {"0200", "0201ff", "02020001", "0209010000000000000000", "0a0100"})
    CHECK_FALSE_MESSAGE(number(bad).has_value(), bad);
}

TEST_CASE("der: only one element") {
  const Bytes one = h("300404020102"), more = h("30040402010200");
  const auto content = der::only(one, der::kSequence);
  REQUIRE(content.has_value());
  CHECK(same(content.value(), h("04020102")));
  CHECK_FALSE(der::only(more, der::kSequence).has_value());
  CHECK_FALSE(der::only(one, der::kSet).has_value());
}
