// A secret: move-only, wiped, compared in constant time, read through one greppable name.
#pragma once

#include "core/bytes.hpp"

namespace mfa {

// Constant time for equal lengths; a length is not a secret.
bool same_secret(ByteView a, ByteView b);

class Secret {
 public:
  Secret() = default;
  explicit Secret(size_t size) : bytes_(size) {}
  static Secret copy(ByteView bytes);
  // Takes the bytes; what the caller moved from is empty.
  static Secret take(Bytes &&bytes);

  Secret(const Secret &) = delete;
  Secret &operator=(const Secret &) = delete;
  Secret(Secret &&other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  Secret &operator=(Secret &&other) noexcept;
  ~Secret();

  // The one way to read it. The span dies with the secret.
  ByteView reveal() const { return bytes_; }
  std::span<uint8_t> fill() { return bytes_; }
  Secret clone() const { return copy(bytes_); }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  bool matches(ByteView other) const { return same_secret(bytes_, other); }

 private:
  Bytes bytes_;
};

}  // namespace mfa
