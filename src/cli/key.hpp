// Sealing keys as text and in files.
#pragma once

#include <array>

#include "cli/cli.hpp"

namespace cli {

inline constexpr size_t kKeySize = 32;

// A key ring read from a file: the first seals, all open. A file is 32 raw bytes, or lines of `ID KEY` (a
// lone KEY has id 1) with KEY in base64url or hex; empty lines and those that begin with # are skipped. Ends
// the program (kUsage) for anything else.
class KeyRing {
 public:
  static KeyRing read(const Args &args, std::string_view path);
  KeyRing(KeyRing &&) = default;
  KeyRing &operator=(KeyRing &&) = delete;
  ~KeyRing();
  // Points into this ring.
  std::vector<mfa_key> keys() const;

 private:
  struct Key {
    uint32_t id;
    std::array<uint8_t, kKeySize> bytes;
  };
  KeyRing() = default;
  std::vector<Key> keys_;
};

}  // namespace cli
