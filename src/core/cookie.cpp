#include "core/cookie.hpp"

#include <algorithm>

namespace mfa {
namespace {

constexpr size_t kNameMax = 64;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view unquoted(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    return value.substr(1, value.size() - 2);
  return value;
}

bool has_prefix(const CookieRules &rules) { return rules.host_prefix && rules.secure; }

}  // namespace

std::string cookie_name(const CookieRules &rules, std::string_view suffix) {
  std::string name = has_prefix(rules) ? "__Host-" + rules.name : rules.name;
  if (!suffix.empty()) name.append("-").append(suffix);
  return name;
}

Secret set_cookie(const CookieRules &rules, std::string_view name, std::string_view value,
                  uint64_t max_age_s) {
  Bytes text;
  const auto add = [&](std::string_view part) { text.insert(text.end(), part.begin(), part.end()); };
  const std::string age = std::to_string(max_age_s);
  text.reserve(name.size() + value.size() + rules.path.size() +
               96);  // grows not: nothing is left behind unwiped
  for (const std::string_view part :
       {name, std::string_view("="), value, std::string_view("; Path="), std::string_view(rules.path),
        std::string_view("; Max-Age="), std::string_view(age), std::string_view("; HttpOnly; SameSite="),
        std::string_view(rules.same_site)})
    add(part);
  if (rules.secure) add("; Secure");
  return Secret::take(std::move(text));
}

std::vector<std::string_view> cookies_in(std::string_view header, std::string_view name, size_t max) {
  std::vector<std::string_view> found;
  while (!header.empty() && found.size() < max) {
    const size_t end = std::min(header.find(';'), header.size());
    const std::string_view pair = trimmed(header.substr(0, end));
    header.remove_prefix(std::min(end + 1, header.size()));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || trimmed(pair.substr(0, equals)) != name) continue;
    found.push_back(unquoted(trimmed(pair.substr(equals + 1))));
  }
  return found;
}

bool is_cookie_name(std::string_view name) {
  if (name.empty() || name.size() > kNameMax) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return plain || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

}  // namespace mfa
