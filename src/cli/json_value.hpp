// JSON (RFC 8259) as the mfa command reads it: whole, bounded, each object's names once. A value keeps the
// text it was written as, so that a document within a document is handed on as it came.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct JsonMember;

struct JsonValue {
  enum class Type { null, boolean, number, text, list, object };
  Type type = Type::null;
  std::string_view raw;  // as it was written; shows the text that was read
  std::string text;      // of a text, its characters
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;

  const JsonValue *find(std::string_view name) const;
  bool is_true() const { return type == Type::boolean && raw == "true"; }
  // Of a number that is whole, not negative and fits.
  std::optional<uint64_t> whole() const;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

// Empty for what is no JSON, is nested deeper than 32, or names a member twice. The text must outlive the
// value.
std::optional<JsonValue> read_json(std::string_view text);

}  // namespace cli
