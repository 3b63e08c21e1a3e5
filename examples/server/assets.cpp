#include "assets.hpp"

#include <algorithm>

namespace demo {

const Asset *asset(std::string_view name) {
  auto found = std::ranges::find(assets(), name, &Asset::name);
  return found == assets().end() ? nullptr : &*found;
}

std::string asset_url(std::string_view name) {
  const Asset *found = asset(name);
  return "/" + std::string(name) + (found ? "?v=" + std::string(found->version) : "");
}

}  // namespace demo
