// Bytes and views of bytes, the words everything else speaks in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mfa {

// Wipes in a way that the compiler keeps.
void wipe(void *data, size_t len);

// Bytes leave no copy behind when they grow or go: any of them may have held a secret.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U> &) {}
  T *allocate(size_t n) { return std::allocator<T>().allocate(n); }
  void deallocate(T *data, size_t n) {
    wipe(data, n * sizeof(T));
    std::allocator<T>().deallocate(data, n);
  }
  friend bool operator==(const WipingAllocator &, const WipingAllocator &) { return true; }
};

using Bytes = std::vector<uint8_t, WipingAllocator<uint8_t>>;
using ByteView = std::span<const uint8_t>;

inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}
inline Bytes copy_of(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }
// Not for secrets: Secret has its own.
inline bool same(ByteView a, ByteView b) { return text_of(a) == text_of(b); }

}  // namespace mfa
