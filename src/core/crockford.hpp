// Crockford's base32 for codes that people type: no I, L, O, U to mistake.
#pragma once

#include <cstdint>
#include <string_view>

namespace mfa::crockford {

inline constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
inline constexpr uint8_t kNoSymbol = 0xFF;

// 0 to 31; lower case, and O, I and L are read as what they were mistaken for. kNoSymbol for anything else.
constexpr uint8_t value_of(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  const size_t at = kAlphabet.find(c);
  return at == std::string_view::npos ? kNoSymbol : static_cast<uint8_t>(at);
}

}  // namespace mfa::crockford
