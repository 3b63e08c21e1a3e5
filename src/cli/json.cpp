#include "cli/json.hpp"

namespace cli {
namespace {

struct Character {
  size_t length;  // in bytes; 0: no UTF-8 (RFC 3629)
  uint32_t point;
};

Character character_at(std::string_view text, size_t at) {
  constexpr uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};  // below: overlong forms
  const auto lead = static_cast<uint8_t>(text[at]);
  const size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
  if (length == 0 || length > text.size() - at) return {0, 0};
  uint32_t point = length == 1 ? lead : lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) {
    const auto next = static_cast<uint8_t>(text[at + i]);
    if (next >> 6 != 2) return {0, 0};
    point = point << 6 | (next & 0x3F);
  }
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < kLeast[length - 1] || point > 0x10FFFF || surrogate) return {0, 0};
  return {length, point};
}

}  // namespace

std::string json_string(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const auto character = character_at(text, at);
    const char c = text[at];
    if (character.length == 0) {
      out += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (character.point < 0x20) {
      out += "\\u00";
      out += kHex[character.point >> 4];
      out += kHex[character.point & 15];
    } else {
      out += text.substr(at, character.length);
    }
    at += character.length == 0 ? 1 : character.length;
  }
  return out + "\"";
}

std::string indented(std::string_view json) {
  std::string out, open;  // `open`: the brackets around what is written
  size_t depth = 0;       // the braces among them
  bool in_text = false;
  const auto line = [&] { out.append(1, '\n').append(depth, ' '); };
  for (size_t i = 0; i < json.size(); i++) {
    const char c = json[i];
    if (in_text || c == '"') {
      in_text = !in_text || c != '"';
      out += c;
      if (c == '\\') out += json[++i];
    } else if (c == '{' || c == '[') {
      out += c;
      open += c;
      if (c == '[') continue;
      depth++;
      if (json[i + 1] != '}') line();
    } else if (c == '}' || c == ']') {
      open.pop_back();
      if (c == '}') {
        depth--;
        if (json[i - 1] != '{') line();
      }
      out += c;
    } else {
      out += c;
      if (c == ',' && open.ends_with('{')) line();
      if (c == ':' || (c == ',' && open.ends_with('['))) out += ' ';
    }
  }
  return out += '\n';
}

bool is_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const auto character = character_at(text, at);
    if (character.length == 0) return false;
    at += character.length;
  }
  return true;
}

bool is_printable(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const auto character = character_at(text, at);
    const bool control = character.point < 0x20 || (character.point >= 0x7F && character.point < 0xA0);
    if (character.length == 0 || control) return false;
    at += character.length;
  }
  return true;
}

JsonObject &JsonObject::raw(std::string_view name, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  members_.append(json_string(name)).append(":").append(json);
  return *this;
}

JsonObject &JsonObject::members_of(const JsonObject &other) {
  if (!members_.empty() && !other.members_.empty()) members_ += ',';
  members_ += other.members_;
  return *this;
}

JsonObject &JsonObject::text(std::string_view name, std::string_view value) {
  return raw(name, json_string(value));
}

}  // namespace cli
