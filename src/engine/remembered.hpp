// Remembered users: a sealed text in a cookie that names who used the browser last. It authenticates nobody.
#pragma once

#include <optional>

#include "core/seal.hpp"
#include "engine/account.hpp"
#include "engine/config.hpp"

namespace mfa::engine {

inline constexpr size_t kRememberedTextMax = 2048;

struct Remembered {
  std::string user;
  uint64_t epoch = 0;
  std::array<uint8_t, 16> id{};
  uint64_t issued_s = 0;
  uint64_t expires_s = 0;
};

std::string seal_remembered(const KeyRing &ring, std::string_view realm, const Remembered &remembered,
                            std::span<const uint8_t, kSealNonce> nonce);
// not_found for what does not open here.
Result<Remembered> open_remembered(const KeyRing &ring, std::string_view realm, std::string_view text);
// expired, or revoked when the account's epoch is another. account NULL: there is none.
Result<Done> check_remembered(const Remembered &remembered, const Account *account, uint64_t now_s);

// What the browser brought beside its request: none of it proves a user.
struct Known {
  std::vector<device::Token> devices;
  std::optional<Remembered> remembered;
};
// Of a Cookie header. user: whose devices to look for.
Known read_cookies(const Config &config, const KeyRing &ring, std::string_view user, std::string_view header);
// The name of a user's device cookie: two users of one browser do not overwrite each other's.
std::string device_cookie_name(const Config &config, std::string_view user);

}  // namespace mfa::engine
