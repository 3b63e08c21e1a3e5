// Bytes and views of bytes, the words everything else speaks in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mfa {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;

inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}
inline Bytes copy_of(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }
inline bool same(ByteView a, ByteView b) {
  return text_of(a) == text_of(b);
}  // not for secrets: Secret has its own

}  // namespace mfa
