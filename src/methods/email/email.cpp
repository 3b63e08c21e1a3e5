#include "methods/email/email.hpp"

#include <algorithm>

#include "core/encoding.hpp"
#include "core/seal.hpp"

namespace mfa::email {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

Failure bad_address() {
  return fail(Status::err_argument, Reason::email_address, "not a mail address that a mail could be sent to");
}

}  // namespace

Result<Done> check_address(std::string_view address) {
  const size_t at = address.find('@');
  if (address.size() > kAddressMax || at == 0 || at == std::string_view::npos || at + 1 == address.size() ||
      address.find('@', at + 1) != std::string_view::npos || !is_utf8(address))
    return bad_address();
  const bool plain = std::none_of(address.begin(), address.end(), [](char c) {
    return is_control(c) || c == ' ' || c == ',' || c == ';' || c == '<' || c == '>' || c == '"';
  });
  if (!plain) return bad_address();
  return done;
}

std::string masked(std::string_view address) {
  const size_t at = address.find('@');
  size_t first = 1;  // the whole first character, however many bytes it has
  while (first < at && (static_cast<unsigned char>(address[first]) & 0xC0) == 0x80) first++;
  return std::string(address.substr(0, first)) + "***" + std::string(address.substr(at));
}

Secret make_code(ByteView random, uint32_t digits) {
  // The random number, modulo 10^digits, byte by byte: as in long division.
  uint64_t modulus = 1;
  for (uint32_t i = 0; i < digits; i++) modulus *= 10;
  uint64_t rest = 0;
  for (const uint8_t byte : random.first(kCodeRandom)) rest = (rest << 8 | byte) % modulus;
  Secret code(digits);
  for (uint32_t i = digits; i > 0; i--) {
    code.fill()[i - 1] = static_cast<uint8_t>('0' + rest % 10);
    rest /= 10;
  }
  return code;
}

Result<Secret> parse_code(std::string_view text, uint32_t digits) {
  const auto malformed = fail(Status::malformed, Reason::email_code, "not a code of that many digits");
  if (text.size() > 4 * digits) return malformed;
  Secret code(digits);
  uint32_t count = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9' || count == digits) return malformed;
    code.fill()[count++] = static_cast<uint8_t>(c);
  }
  if (count != digits) return malformed;
  return code;
}

Secret hash_code(const Secret &code, ByteView salt, ByteView nonce, ByteView pepper) {
  Bytes key = copy_of(bytes_of("mfa email code"));
  for (const ByteView part : {salt, nonce, pepper}) key.insert(key.end(), part.begin(), part.end());
  const Secret held = Secret::take(std::move(key));
  return derive(held.reveal(), text_of(code.reveal()));
}

}  // namespace mfa::email
