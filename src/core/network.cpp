#include "core/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <span>

namespace mfa {
namespace {

constexpr size_t kV4Bits = 24, kV6Bits = 48;
// RFC 4291 section 2.5.5.2, RFC 3056 section 2: prefixes that an IPv4 address follows.
constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::array<uint8_t, 2> k6to4 = {0x20, 0x02};

bool begins(std::span<const uint8_t> bytes, std::span<const uint8_t> prefix) {
  return std::ranges::equal(bytes.first(prefix.size()), prefix);
}

std::string text_of_network(int family, std::span<uint8_t> bytes, size_t bits) {
  std::ranges::fill(bytes.subspan(bits / 8), uint8_t{0});
  char text[INET6_ADDRSTRLEN];
  if (!inet_ntop(family, bytes.data(), text, sizeof text)) return "";
  return std::string(text) + "/" + std::to_string(bits);
}

}  // namespace

std::string network_of(std::string_view address) {
  if (address.size() >= INET6_ADDRSTRLEN || address.find('\0') != std::string_view::npos) return "";
  const std::string text(address);
  std::array<uint8_t, 4> v4;
  if (inet_pton(AF_INET, text.c_str(), v4.data()) == 1) return text_of_network(AF_INET, v4, kV4Bits);
  std::array<uint8_t, 16> v6;
  if (inet_pton(AF_INET6, text.c_str(), v6.data()) != 1) return "";
  if (begins(v6, kMapped)) return text_of_network(AF_INET, std::span(v6).subspan(kMapped.size()), kV4Bits);
  return text_of_network(AF_INET6, v6, begins(v6, k6to4) ? 8 * k6to4.size() + kV4Bits : kV6Bits);
}

}  // namespace mfa
