#include "support/der.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace mfa::test::der {
namespace {

void append(Bytes &out, ByteView more) { out.insert(out.end(), more.begin(), more.end()); }

void append_base128(Bytes &out, uint64_t number) {
  int shift = 63;
  while (shift > 0 && (number >> shift) == 0) shift -= 7;
  for (; shift > 0; shift -= 7) out.push_back(static_cast<uint8_t>(0x80 | (number >> shift)));
  out.push_back(static_cast<uint8_t>(number & 0x7F));
}

void append_length(Bytes &out, size_t length) {
  if (length < 0x80) {
    out.push_back(static_cast<uint8_t>(length));
    return;
  }
  int count = 1;
  while (length >> (8 * count) != 0) count++;
  out.push_back(static_cast<uint8_t>(0x80 | count));
  for (int shift = 8 * (count - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<uint8_t>(length >> shift));
}

Bytes context(uint8_t form, unsigned number, ByteView content) {
  if (number < 31) return tagged(static_cast<uint8_t>(form | number), content);
  Bytes out{static_cast<uint8_t>(form | 31)};
  append_base128(out, number);
  append_length(out, content.size());
  append(out, content);
  return out;
}

// Two's complement, as short as it goes.
Bytes number_content(int64_t value) {
  Bytes content;
  for (int shift = 56; shift >= 0; shift -= 8) content.push_back(static_cast<uint8_t>(value >> shift));
  while (content.size() > 1 &&
         ((content[0] == 0 && content[1] < 0x80) || (content[0] == 0xFF && content[1] >= 0x80)))
    content.erase(content.begin());
  return content;
}

}  // namespace

Bytes joined(const std::vector<Bytes> &items) {
  Bytes out;
  for (const Bytes &item : items) append(out, item);
  return out;
}

Bytes tagged(uint8_t identifier, ByteView content) {
  Bytes out{identifier};
  append_length(out, content.size());
  append(out, content);
  return out;
}

Bytes sequence(const std::vector<Bytes> &items) { return tagged(0x30, joined(items)); }
Bytes set(std::vector<Bytes> items) {
  std::sort(items.begin(), items.end());
  return tagged(0x31, joined(items));
}
Bytes explicitly(unsigned number, ByteView value) { return context(0xA0, number, value); }
Bytes implicitly(unsigned number, ByteView content) { return context(0x80, number, content); }

Bytes boolean(bool value) { return {0x01, 0x01, static_cast<uint8_t>(value ? 0xFF : 0x00)}; }
Bytes integer(int64_t value) { return tagged(0x02, number_content(value)); }
Bytes positive(ByteView magnitude) {
  Bytes content = copy_of(magnitude);
  if (content.empty() || content.front() >= 0x80) content.insert(content.begin(), 0);
  return tagged(0x02, content);
}
Bytes enumerated(int64_t value) { return tagged(0x0A, number_content(value)); }
Bytes bits(ByteView bytes, unsigned unused) {
  Bytes content{static_cast<uint8_t>(unused)};
  append(content, bytes);
  return tagged(0x03, content);
}
Bytes octets(ByteView bytes) { return tagged(0x04, bytes); }
Bytes null() { return {0x05, 0x00}; }

Bytes oid(std::string_view dotted) {
  std::vector<uint64_t> arcs(1);
  for (const char each : dotted) {
    if (each == '.') {
      arcs.push_back(0);
    } else {
      arcs.back() = arcs.back() * 10 + static_cast<uint64_t>(each - '0');
    }
  }
  if (arcs.size() < 2) std::abort();
  Bytes content;
  append_base128(content, arcs[0] * 40 + arcs[1]);
  for (size_t i = 2; i < arcs.size(); i++) append_base128(content, arcs[i]);
  return tagged(0x06, content);
}

Bytes utf8(std::string_view text) { return tagged(0x0C, bytes_of(text)); }
Bytes printable(std::string_view text) { return tagged(0x13, bytes_of(text)); }
Bytes ia5(std::string_view text) { return tagged(0x16, bytes_of(text)); }

Bytes time(std::string_view text) {
  constexpr uint8_t kUtc = 0x17, kGeneralized = 0x18;
  if (text.size() == 13) return tagged(kUtc, bytes_of(text));
  const bool short_form = text >= "1950" && text < "2050" && text.size() == 15;
  return short_form ? tagged(kUtc, bytes_of(text.substr(2))) : tagged(kGeneralized, bytes_of(text));
}

std::string time_text(int64_t unix_seconds) {
  // Days since 0000-03-01, so that a leap day is a year's last (proleptic Gregorian calendar).
  int64_t days = unix_seconds / 86400, rest = unix_seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    days--;
  }
  days += 719468;
  const int64_t era = days / 146097, of_era = days % 146097;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t march = (5 * of_year + 2) / 153, day = of_year - (153 * march + 2) / 5 + 1;
  const int64_t month = march < 10 ? march + 3 : march - 9;
  const int64_t year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02dZ", static_cast<int>(year),
                static_cast<int>(month), static_cast<int>(day), static_cast<int>(rest / 3600),
                static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  return text;
}

}  // namespace mfa::test::der
