#include "core/sodium.hpp"

#include <sodium.h>

#include "core/secret.hpp"

namespace mfa {

bool sodium_ready() {
  static const bool ready = ::sodium_init() >= 0;
  return ready;
}

void system_random(std::span<uint8_t> out) {
  if (!out.empty()) ::randombytes_buf(out.data(), out.size());
}

void wipe(void *data, size_t len) {
  if (len != 0) ::sodium_memzero(data, len);
}

bool same_secret(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || ::sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

Secret Secret::copy(ByteView bytes) {
  Secret secret(bytes.size());
  std::copy(bytes.begin(), bytes.end(), secret.bytes_.begin());
  return secret;
}

Secret Secret::take(Bytes &&bytes) {
  Secret secret;
  secret.bytes_ = std::move(bytes);
  bytes.clear();
  return secret;
}

Secret &Secret::operator=(Secret &&other) noexcept {
  if (this != &other) {
    wipe(bytes_.data(), bytes_.size());
    bytes_ = std::move(other.bytes_);
    other.bytes_.clear();
  }
  return *this;
}

Secret::~Secret() { wipe(bytes_.data(), bytes_.size()); }

}  // namespace mfa
