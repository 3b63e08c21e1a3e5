// The byte order of keys, as a scan walks it.
#pragma once

#include <string>
#include <string_view>

namespace mfa::store {

// The least key after `key`.
inline std::string key_after(std::string_view key) { return std::string(key) + '\0'; }

// Where a scan of `prefix` after `after` begins.
inline std::string first_key(std::string_view prefix, std::string_view after) {
  return after < prefix ? std::string(prefix) : key_after(after);
}

}  // namespace mfa::store
