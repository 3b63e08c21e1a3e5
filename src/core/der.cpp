#include "core/der.hpp"

namespace mfa::der {
namespace {

Failure bad() { return fail(Status::malformed, Reason::der_malformed, "not DER"); }

// Takes bytes from the front; false when there are none left.
class Octets {
 public:
  explicit Octets(ByteView &rest) : rest_(rest) {}
  bool take(uint8_t *octet) {
    if (rest_.empty()) return false;
    *octet = rest_.front();
    rest_ = rest_.subspan(1);
    return true;
  }

 private:
  ByteView &rest_;
};

// X.690 section 8.1.2.4: base 128, for numbers from 31 on.
bool take_high_number(Octets &octets, uint32_t *number) {
  constexpr int kMaxOctets = 4;
  *number = 0;
  for (int i = 0; i < kMaxOctets; i++) {
    uint8_t octet = 0;
    if (!octets.take(&octet) || (i == 0 && octet == 0x80)) return false;
    *number = (*number << 7) | (octet & 0x7F);
    if ((octet & 0x80) == 0) return *number >= 31;
  }
  return false;
}

// X.690 section 10.1: definite, in the fewest octets.
bool take_length(Octets &octets, size_t *length) {
  uint8_t first = 0;
  if (!octets.take(&first)) return false;
  *length = first;
  if (first < 0x80) return true;
  const int count = first & 0x7F;
  if (count == 0 || count > 4) return false;
  *length = 0;
  for (int i = 0; i < count; i++) {
    uint8_t octet = 0;
    if (!octets.take(&octet) || (i == 0 && octet == 0)) return false;
    *length = (*length << 8) | octet;
  }
  return *length >= 0x80;
}

}  // namespace

Result<Element> Reader::next() {
  Element element;
  Octets octets(rest_);
  if (!octets.take(&element.lead)) return bad();
  element.number = element.lead & 0x1F;
  if (element.number == 0x1F && !take_high_number(octets, &element.number)) return bad();
  size_t length = 0;
  if (!take_length(octets, &length) || length > rest_.size()) return bad();
  element.content = rest_.first(length);
  rest_ = rest_.subspan(length);
  return element;
}

Result<ByteView> Reader::take(uint8_t lead) {
  MFA_TRY(const Element element, next());
  if (element.lead != lead) return bad();
  return element.content;
}

Result<uint64_t> Reader::take_unsigned(uint8_t lead) {
  MFA_TRY(const ByteView content, take(lead));
  return unsigned_of(content);
}

Result<Done> Reader::finish() const {
  if (!at_end()) return bad();
  return done;
}

Result<ByteView> only(ByteView input, uint8_t lead) {
  Reader reader(input);
  MFA_TRY(const ByteView content, reader.take(lead));
  MFA_TRY(reader.finish());
  return content;
}

// X.690 section 8.3.2: the first nine bits are neither all zero nor all one.
Result<uint64_t> unsigned_of(ByteView integer) {
  if (integer.empty() || integer[0] >= 0x80) return bad();
  if (integer.size() > 1 && integer[0] == 0 && integer[1] < 0x80) return bad();
  if (integer[0] == 0) integer = integer.subspan(1);
  if (integer.size() > sizeof(uint64_t)) return bad();
  uint64_t value = 0;
  for (const uint8_t octet : integer) value = (value << 8) | octet;
  return value;
}

}  // namespace mfa::der
