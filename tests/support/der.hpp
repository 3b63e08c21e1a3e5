// DER (X.690), written by hand so that a test can write it wrong: each call gives one encoded value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"

namespace mfa::test::der {

Bytes joined(const std::vector<Bytes> &items);
Bytes tagged(uint8_t identifier, ByteView content);
Bytes sequence(const std::vector<Bytes> &items);
Bytes set(std::vector<Bytes> items);                  // SET OF: in DER's order
Bytes explicitly(unsigned number, ByteView value);    // [number] EXPLICIT, of any number
Bytes implicitly(unsigned number, ByteView content);  // [number] IMPLICIT of a primitive type

Bytes boolean(bool value);
Bytes integer(int64_t value);
Bytes positive(ByteView magnitude);  // INTEGER, big-endian
Bytes enumerated(int64_t value);
Bytes bits(ByteView bytes, unsigned unused = 0);
Bytes octets(ByteView bytes);
Bytes null();
Bytes oid(std::string_view dotted);
Bytes utf8(std::string_view text);
Bytes printable(std::string_view text);
Bytes ia5(std::string_view text);

// "YYYYMMDDhhmmssZ" becomes what RFC 5280 section 4.1.2.5 wants, UTCTime until 2049; "YYMMDDhhmmssZ" is
// UTCTime.
Bytes time(std::string_view text);
std::string time_text(int64_t unix_seconds);  // "YYYYMMDDhhmmssZ", of any year to 9999

}  // namespace mfa::test::der
