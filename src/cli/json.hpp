// JSON for machines that call the mfa command: one object, written member by member.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

class JsonObject {
 public:
  JsonObject &text(std::string_view name, std::string_view value);
  JsonObject &number(std::string_view name, uint64_t value) { return raw(name, std::to_string(value)); }
  JsonObject &signed_number(std::string_view name, int64_t value) { return raw(name, std::to_string(value)); }
  JsonObject &boolean(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }
  JsonObject &raw(std::string_view name, std::string_view json);
  JsonObject &members_of(const JsonObject &other);  // after its own
  std::string object() const { return "{" + members_ + "}"; }
  std::string line() const { return object() + "\n"; }

 private:
  std::string members_;
};

std::string json_string(std::string_view text);  // what is no UTF-8 becomes U+FFFD

// JSON without white space, with a member a line and a line's end, for people.
std::string indented(std::string_view json);

bool is_utf8(std::string_view text);  // RFC 3629

// UTF-8 (RFC 3629) without control characters: fit for a terminal and for JSON.
bool is_printable(std::string_view text);

}  // namespace cli
