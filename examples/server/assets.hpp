// The files of pages/ and static/ and the configuration, which embed.py puts into the program.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace demo {

struct Asset {
  std::string_view name;     // "static/style.css"
  std::string_view type;     // of its content, for HTTP
  std::string_view version;  // changes with the content
  std::string_view bytes;
};

std::span<const Asset> assets();
const Asset *asset(std::string_view name);  // nullptr when there is none
std::string asset_url(std::string_view name);

}  // namespace demo
