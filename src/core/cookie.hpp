// Cookies, as RFC 6265 writes them.
#pragma once

#include <string>
#include <vector>

#include "core/secret.hpp"

namespace mfa {

inline constexpr size_t kCookieHeaderMax = 16384;  // bytes of a request's whole Cookie header that are read

struct CookieRules {
  std::string name;
  bool host_prefix = true;  // "__Host-": of this host alone, and never of a subdomain's making
  bool secure = true;
  std::string same_site = "Lax";
  std::string path = "/";
};

// The name that browsers see; suffix: of the rules' name, "" for none.
std::string cookie_name(const CookieRules &rules, std::string_view suffix);
// A whole Set-Cookie value (section 4.1). Not for scripts.
Secret set_cookie(const CookieRules &rules, std::string_view name, std::string_view value,
                  uint64_t max_age_s);
// The values under this name in a Cookie header (section 4.2), `max` of them at most: of two paths there may
// be several.
std::vector<std::string_view> cookies_in(std::string_view header, std::string_view name, size_t max);

// A token (RFC 9110 section 5.6.2) of at most 64 characters.
bool is_cookie_name(std::string_view name);

}  // namespace mfa
