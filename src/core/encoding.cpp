#include "core/encoding.hpp"

#include <algorithm>
#include <array>

#include "core/secret.hpp"

namespace mfa {
namespace {

constexpr uint8_t kBad = 0xFF;

constexpr std::array<uint8_t, 256> table_of(std::string_view alphabet) {
  std::array<uint8_t, 256> table{};
  for (auto &entry : table) entry = kBad;
  for (size_t i = 0; i < alphabet.size(); i++)
    table[static_cast<uint8_t>(alphabet[i])] = static_cast<uint8_t>(i);
  return table;
}

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kBase64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kHex = "0123456789abcdef";
constexpr auto kFromBase32 = table_of(kBase32);
constexpr auto kFromBase64url = table_of(kBase64url);
constexpr auto kFromHex = table_of(kHex);

std::string encode(ByteView bytes, std::string_view alphabet, unsigned bits) {
  std::string text;
  text.reserve((bytes.size() * 8 + bits - 1) / bits);
  uint32_t buffer = 0;
  unsigned held = 0;
  for (uint8_t byte : bytes) {
    buffer = (buffer << 8) | byte;
    held += 8;
    while (held >= bits) {
      held -= bits;
      text += alphabet[(buffer >> held) & ((1u << bits) - 1)];
    }
  }
  if (held > 0) text += alphabet[(buffer << (bits - held)) & ((1u << bits) - 1)];
  return text;
}

// Adds one symbol of `bits` bits; whole bytes go to `bytes`.
struct Gather {
  Bytes bytes;
  uint32_t buffer = 0;
  unsigned held = 0;
  unsigned bits;

  void add(uint8_t value) {
    buffer = (buffer << bits) | value;
    held += bits;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<uint8_t>(buffer >> held));
    }
  }
  // What is left is less than a symbol, and zero.
  bool complete() const { return held < bits && (buffer & ((1u << held) - 1)) == 0; }
};

}  // namespace

std::string base32(ByteView bytes) { return encode(bytes, kBase32, 5); }
std::string base64url(ByteView bytes) { return encode(bytes, kBase64url, 6); }

std::string base64(ByteView bytes) {
  std::string text = base64url(bytes);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::string hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (uint8_t byte : bytes) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

Result<Bytes> from_base32(std::string_view text) {
  Gather gather{.bits = 5};
  gather.bytes.reserve(text.size() * 5 / 8);
  bool padding = false;
  for (char c : text) {
    if (c == ' ' || c == '-') continue;
    if (c == '=') {
      padding = true;
      continue;
    }
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const uint8_t value = kFromBase32[static_cast<uint8_t>(upper)];
    if (value == kBad || padding) {
      wipe(gather.bytes.data(), gather.bytes.size());  // base32 is how secrets are typed
      return fail(Status::malformed, Reason::base32_malformed, "not base32");
    }
    gather.add(value);
  }
  if (!gather.complete())
    return fail(Status::malformed, Reason::base32_malformed, "base32 of an impossible length");
  return std::move(gather.bytes);
}

Result<Bytes> from_base64url(std::string_view text) {
  Gather gather{.bits = 6};
  gather.bytes.reserve(text.size() * 6 / 8);
  for (char c : text) {
    const uint8_t value = kFromBase64url[static_cast<uint8_t>(c)];
    if (value == kBad) return fail(Status::malformed, Reason::base64url_malformed, "not base64url");
    gather.add(value);
  }
  if (!gather.complete())
    return fail(Status::malformed, Reason::base64url_malformed, "base64url of an impossible length");
  return std::move(gather.bytes);
}

Result<Bytes> from_base64(std::string_view text, bool white_space) {
  std::string plain;
  plain.reserve(text.size());
  for (const char c : text) {
    if (white_space && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) continue;
    // The other alphabet's two characters become none of any.
    plain += c == '+' ? '-' : c == '/' ? '_' : c == '-' || c == '_' ? '!' : c;
  }
  const size_t padding = plain.ends_with("==") ? 2 : plain.ends_with("=") ? 1 : 0;
  if (plain.size() % 4 == 0) {
    auto bytes = from_base64url(std::string_view(plain).substr(0, plain.size() - padding));
    if (bytes.has_value()) return bytes;
  }
  return fail(Status::malformed, Reason::base64_malformed, "not base64");
}

Result<Bytes> from_hex(std::string_view text) {
  Gather gather{.bits = 4};
  gather.bytes.reserve(text.size() / 2);
  for (char c : text) {
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const uint8_t value = kFromHex[static_cast<uint8_t>(lower)];
    if (value == kBad) return fail(Status::malformed, Reason::hex_malformed, "not hex");
    gather.add(value);
  }
  if (text.size() % 2 != 0) return fail(Status::malformed, Reason::hex_malformed, "hex of odd length");
  return std::move(gather.bytes);
}

bool is_utf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<uint8_t>(text[i]);
    const size_t more = lead < 0x80                    ? 0
                        : lead >= 0xC2 && lead <= 0xDF ? 1
                        : (lead & 0xF0) == 0xE0        ? 2
                        : lead >= 0xF0 && lead <= 0xF4 ? 3
                                                       : 4;
    if (more == 4 || more >= text.size() - i) return false;
    for (size_t k = 1; k <= more; k++) {
      if ((static_cast<uint8_t>(text[i + k]) & 0xC0) != 0x80) return false;
    }
    const auto second = static_cast<uint8_t>(more > 0 ? text[i + 1] : 0);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
      return false;
    }
    i += more + 1;
  }
  return true;
}

std::string_view clipped(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) end--;
  return text.substr(0, end);
}

}  // namespace mfa
