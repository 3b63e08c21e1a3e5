#include "methods/device/pairing.hpp"

#include <algorithm>

#include "core/crockford.hpp"
#include "core/seal.hpp"

namespace mfa::device {
namespace {

constexpr size_t kInputMax = 64;
constexpr size_t kGroup = 4;

Failure malformed_code() { return fail(Status::malformed, Reason::device_code, "not a pairing code"); }

}  // namespace

Secret make_code(ByteView random) {
  Secret code(kCodeSymbols);
  for (size_t i = 0; i < kCodeSymbols; i++)
    code.fill()[i] = static_cast<uint8_t>(crockford::kAlphabet[random[i] % crockford::kAlphabet.size()]);
  return code;
}

Secret text_of_code(const Secret &code) {
  Secret text(kCodeSymbols + 1);
  const ByteView from = code.reveal();
  std::ranges::copy(from.first(kGroup), text.fill().begin());
  text.fill()[kGroup] = '-';
  std::ranges::copy(from.subspan(kGroup), text.fill().begin() + kGroup + 1);
  return text;
}

Result<Secret> parse_code(std::string_view text) {
  if (text.size() > kInputMax) return malformed_code();
  Secret code(kCodeSymbols);
  size_t count = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    const uint8_t value = crockford::value_of(c);
    if (value == crockford::kNoSymbol || count == kCodeSymbols) return malformed_code();
    code.fill()[count++] = static_cast<uint8_t>(crockford::kAlphabet[value]);
  }
  if (count != kCodeSymbols) return malformed_code();
  return code;
}

Secret hash_code(const Secret &code, ByteView salt, ByteView nonce, ByteView pepper) {
  Bytes key = copy_of(bytes_of("mfa pairing code"));
  for (const ByteView part : {salt, nonce, pepper}) key.insert(key.end(), part.begin(), part.end());
  const Secret held = Secret::take(std::move(key));
  return derive(held.reveal(), mfa::text_of(code.reveal()));
}

std::string make_check(ByteView random) {
  uint32_t rest = 0;  // modulo 100, byte by byte
  for (const uint8_t byte : random) rest = (rest << 8 | byte) % 100;
  return {static_cast<char>('0' + rest / 10), static_cast<char>('0' + rest % 10)};
}

Result<std::string> parse_check(std::string_view text) {
  const auto malformed = fail(Status::malformed, Reason::device_check, "not a number of two digits");
  if (text.size() > kInputMax) return malformed;
  std::string digits;
  for (const char c : text) {
    if (c == ' ') continue;
    if (c < '0' || c > '9') return malformed;
    digits += c;
  }
  if (digits.size() != kCheckDigits) return malformed;
  return digits;
}

Token token_from(ByteView claim_secret) {
  Token token;
  const Secret selector = derive(claim_secret, "mfa device selector");
  std::ranges::copy(selector.reveal().first(kSelector), token.selector.begin());
  token.verifier = derive(claim_secret, "mfa device verifier");
  return token;
}

}  // namespace mfa::device
