#include "cli/json.hpp"

namespace cli {

std::string json_string(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= 0 && c < ' ') {
      out += "\\u00";
      out += kHex[static_cast<size_t>(c) >> 4];
      out += kHex[static_cast<size_t>(c) & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

JsonObject &JsonObject::raw(std::string_view name, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  members_.append(json_string(name)).append(":").append(json);
  return *this;
}

JsonObject &JsonObject::text(std::string_view name, std::string_view value) {
  return raw(name, json_string(value));
}

}  // namespace cli
