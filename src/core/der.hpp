// DER (X.690) as the extensions of certificates need it: one element after the other, definite lengths in
// their shortest form. Nothing is copied.
#pragma once

#include <optional>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa::der {

// Identifier octets of universal types, constructed where the type is.
inline constexpr uint8_t kInteger = 0x02, kBitString = 0x03, kOctetString = 0x04, kNull = 0x05,
                         kObjectIdentifier = 0x06, kEnumerated = 0x0A, kUtf8String = 0x0C,
                         kPrintableString = 0x13, kSequence = 0x30, kSet = 0x31;
// Class and form of [n] EXPLICIT.
inline constexpr uint8_t kContext = 0xA0;

struct Element {
  uint8_t lead = 0;     // class and form, and the number where it is below 31
  uint32_t number = 0;  // of the tag
  ByteView content;

  bool is_context(uint32_t tag) const { return (lead & 0xE0) == kContext && number == tag; }
};

class Reader {
 public:
  explicit Reader(ByteView rest) : rest_(rest) {}
  bool at_end() const { return rest_.empty(); }
  // malformed at the end, and for what is not DER.
  Result<Element> next();
  // The content of an element that must be of this type.
  Result<ByteView> take(uint8_t lead);
  // A non-negative INTEGER or ENUMERATED that fits.
  Result<uint64_t> take_unsigned(uint8_t lead = kInteger);
  // malformed unless everything was read.
  Result<Done> finish() const;

 private:
  ByteView rest_;
};

// Of one element that is all of `input`.
Result<ByteView> only(ByteView input, uint8_t lead);
Result<uint64_t> unsigned_of(ByteView integer);

}  // namespace mfa::der
