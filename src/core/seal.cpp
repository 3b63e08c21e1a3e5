#include "core/seal.hpp"

#include <sodium.h>

#include <algorithm>

namespace mfa {
namespace {

constexpr uint8_t kFormat = 1;
constexpr size_t kHead = 1 + 4;
constexpr size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "mfaseal1";
static_assert(kSealKey == crypto_auth_hmacsha256_KEYBYTES);
static_assert(kSealNonce == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kSealKey == crypto_aead_xchacha20poly1305_ietf_KEYBYTES && kSealKey == crypto_kdf_KEYBYTES);

// Associated data: format, key id, kind, place.
Bytes associated(ByteView head, Kind kind, std::string_view place) {
  Bytes data;
  data.reserve(head.size() + 1 + place.size());
  data.insert(data.end(), head.begin(), head.end());
  data.push_back(static_cast<uint8_t>(kind));
  data.insert(data.end(), place.begin(), place.end());
  return data;
}

uint32_t key_id_of(ByteView sealed) {
  return static_cast<uint32_t>(sealed[1]) << 24 | static_cast<uint32_t>(sealed[2]) << 16 |
         static_cast<uint32_t>(sealed[3]) << 8 | sealed[4];
}

}  // namespace

Result<KeyRing> KeyRing::make(std::span<const RingKey> keys) {
  if (keys.empty() || keys.size() > kMaxKeys) {
    return fail(Status::err_config, Reason::config_keys, "the key ring needs 1 to 64 keys");
  }
  KeyRing ring;
  for (const auto &key : keys) {
    if (key.bytes.size() != kSealKey)
      return fail(Status::err_config, Reason::config_keys, "a key is not 32 bytes");
    if (std::any_of(ring.entries_.begin(), ring.entries_.end(),
                    [&](const Entry &e) { return e.id == key.id; })) {
      return fail(Status::err_config, Reason::config_keys, "two keys have the same id");
    }
    if (std::all_of(key.bytes.begin(), key.bytes.end(), [](uint8_t byte) { return byte == 0; })) {
      return fail(Status::err_config, Reason::config_keys, "a key is all zero");
    }
    Entry entry{.id = key.id, .subkeys = {}};
    for (size_t kind = 1; kind < entry.subkeys.size(); kind++) {
      Secret subkey(kSealKey);
      ::crypto_kdf_derive_from_key(subkey.fill().data(), kSealKey, kind, kContext, key.bytes.data());
      entry.subkeys[kind] = std::move(subkey);
    }
    ring.entries_.push_back(std::move(entry));
  }
  return ring;
}

Bytes KeyRing::seal(Kind kind, std::string_view place, ByteView plain, size_t block,
                    std::span<const uint8_t, kSealNonce> nonce) const {
  const Entry &entry = entries_.front();
  size_t padded_size = 0;
  Bytes padded;
  padded.reserve(plain.size() + block);
  padded.insert(padded.end(), plain.begin(), plain.end());
  padded.resize(plain.size() + block);
  ::sodium_pad(&padded_size, padded.data(), plain.size(), block, padded.size());

  Bytes sealed(kHead + kSealNonce + padded_size + kTag);
  sealed[0] = kFormat;
  for (size_t i = 0; i < 4; i++) sealed[1 + i] = static_cast<uint8_t>(entry.id >> (24 - 8 * i));
  std::copy(nonce.begin(), nonce.end(), sealed.begin() + kHead);
  const Bytes data = associated(ByteView(sealed).first(kHead), kind, place);
  ::crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kHead + kSealNonce, nullptr, padded.data(),
                                               padded_size, data.data(), data.size(), nullptr, nonce.data(),
                                               entry.subkeys[static_cast<size_t>(kind)].reveal().data());
  return sealed;
}

Result<Secret> KeyRing::open(Kind kind, std::string_view place, ByteView sealed) const {
  if (sealed.size() < kHead + kSealNonce + kTag || sealed[0] != kFormat) {
    return fail(Status::err_damaged, Reason::seal_damaged, "not a sealed text of this library");
  }
  const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                  [id = key_id_of(sealed)](const Entry &e) { return e.id == id; });
  if (entry == entries_.end()) {
    return fail(Status::err_key, Reason::seal_key_unknown, "sealed with a key that is not in the ring",
                std::to_string(key_id_of(sealed)));
  }
  const Bytes data = associated(sealed.first(kHead), kind, place);
  const ByteView body = sealed.subspan(kHead + kSealNonce);
  Bytes plain(body.size() - kTag);
  if (::crypto_aead_xchacha20poly1305_ietf_decrypt(
          plain.data(), nullptr, nullptr, body.data(), body.size(), data.data(), data.size(),
          sealed.data() + kHead, entry->subkeys[static_cast<size_t>(kind)].reveal().data()) != 0) {
    return fail(Status::err_damaged, Reason::seal_damaged, "a sealed text was altered, moved or cut");
  }
  size_t size = 0;
  if (plain.empty() || ::sodium_unpad(&size, plain.data(), plain.size(), plain.size()) != 0) {
    return fail(Status::err_damaged, Reason::seal_damaged, "a sealed text has no padding");
  }
  plain.resize(size);
  return Secret::take(std::move(plain));
}

KeyRing::Mac KeyRing::mac_of(const Entry &entry, Kind kind, std::string_view text) {
  Mac mac;
  ::crypto_auth_hmacsha256(mac.data(), bytes_of(text).data(), text.size(),
                           entry.subkeys[static_cast<size_t>(kind)].reveal().data());
  return mac;
}

KeyRing::Mac KeyRing::mac(Kind kind, std::string_view text) const {
  return mac_of(entries_.front(), kind, text);
}

std::optional<KeyRing::Mac> KeyRing::mac_by(uint32_t id, Kind kind, std::string_view text) const {
  for (const Entry &entry : entries_) {
    if (entry.id == id) return mac_of(entry, kind, text);
  }
  return std::nullopt;
}

Secret derive(ByteView secret, std::string_view label) {
  Secret key(crypto_auth_hmacsha256_BYTES);
  crypto_auth_hmacsha256_state state;
  ::crypto_auth_hmacsha256_init(&state, secret.data(), secret.size());
  ::crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char *>(label.data()),
                                  label.size());
  ::crypto_auth_hmacsha256_final(&state, key.fill().data());
  wipe(&state, sizeof state);
  return key;
}

}  // namespace mfa
