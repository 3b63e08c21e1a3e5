// Sealing: XChaCha20-Poly1305 under a subkey of a ring key, bound to the kind of text and to its place.
#pragma once

#include <array>
#include <optional>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace mfa {

// Each kind has a subkey of its own, so that nothing sealed as one opens as another. The numbers are part of
// the sealed form: none is used twice.
enum class Kind : uint8_t {
  account = 1,
  index = 2,
  ticket = 3,
  statement = 4,
  remembered = 6,
  event = 7,
  source = 8
};

inline constexpr size_t kSealKey = 32;
inline constexpr size_t kSealNonce = 24;

struct RingKey {
  uint32_t id;
  ByteView bytes;
};

// The first key seals, all open; a key is found by its id, never by trial. Immutable.
class KeyRing {
 public:
  static constexpr size_t kMaxKeys = 64;
  static Result<KeyRing> make(std::span<const RingKey> keys);

  // format || key id || nonce || ciphertext; the plaintext is padded to a multiple of `block` first. place:
  // the full store key, or the realm of a text that travels.
  Bytes seal(Kind kind, std::string_view place, ByteView plain, size_t block,
             std::span<const uint8_t, kSealNonce> nonce) const;
  // err_key: sealed with a key that is not in the ring. err_damaged: does not open here.
  Result<Secret> open(Kind kind, std::string_view place, ByteView sealed) const;

  // HMAC-SHA-256, for what must be readable and not to be altered: by the first key, or by the key of an id.
  using Mac = std::array<uint8_t, 32>;
  uint32_t first_id() const { return entries_.front().id; }
  Mac mac(Kind kind, std::string_view text) const;
  // No value: there is no key of that id.
  std::optional<Mac> mac_by(uint32_t id, Kind kind, std::string_view text) const;

 private:
  struct Entry {
    uint32_t id;
    std::array<Secret, 9> subkeys;  // by Kind
  };
  static Mac mac_of(const Entry &entry, Kind kind, std::string_view text);
  std::vector<Entry> entries_;
};

// A key for one named use, derived from a secret of any length: HMAC-SHA-256(secret, label).
Secret derive(ByteView secret, std::string_view label);

}  // namespace mfa
