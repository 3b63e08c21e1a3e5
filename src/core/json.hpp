// JSON (RFC 8259), bounded: valid UTF-8, no duplicate keys, limits on size, depth and values, nothing after
// the value.
#pragma once

#include <optional>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa::json {

enum class Type : uint8_t { null, boolean, integer, number, string, array, object };

struct Limits {
  size_t max_bytes = 65536;
  size_t max_depth = 16;
  size_t max_values = 4096;
};

class Document;

// A place in a document; lives as long as the document.
class Value {
 public:
  Type type() const;
  bool is_null() const { return type() == Type::null; }
  Result<std::string_view> as_text() const;
  Result<int64_t> as_int() const;  // a number without fraction or exponent that fits
  Result<bool> as_bool() const;
  // Of an array its items, of an object its members, of anything else 0.
  size_t size() const;
  Value item(size_t index) const;            // of an array
  std::string_view key(size_t index) const;  // of an object
  Value value(size_t index) const;           // of an object
  std::optional<Value> find(std::string_view key) const;
  // find, or json.unexpected_type.
  Result<Value> need(std::string_view key) const;
  Result<std::string_view> need_text(std::string_view key) const;

 private:
  friend class Document;
  Value(const Document *document, uint32_t node) : document_(document), node_(node) {}
  const Document *document_;
  uint32_t node_;
};

class Document {
 public:
  static Result<Document> parse(std::string_view text, const Limits &limits = {});
  // Without a copy of its own.
  static Result<Document> parse(Bytes text, const Limits &limits = {});
  // The document may move; values point to where it is: take root() after it has come to rest.
  Value root() const { return Value(this, 0); }

 private:
  friend class Value;
  friend class Builder;
  struct Node {
    Type type;
    bool flag;
    uint32_t next;                       // node after this value and all in it
    uint32_t key_at = 0, key_len = 0;    // in an object: its name, in text_
    uint32_t text_at = 0, text_len = 0;  // string: its text, in text_
    uint32_t entries = 0;                // array, object
    int64_t integer = 0;
  };
  Document() = default;
  std::string_view text(uint32_t at, uint32_t length) const {
    return text_of(ByteView(text_)).substr(at, length);
  }
  std::vector<Node> nodes_;
  Bytes text_;  // what was read, each string of it unescaped where it began
};

// Writes JSON text; the caller keeps the nesting right.
class Writer {
 public:
  Writer &begin_object();
  Writer &end_object();
  Writer &begin_array();
  Writer &end_array();
  Writer &key(std::string_view name);
  Writer &text(std::string_view value);  // must be UTF-8; other bytes become U+FFFD
  Writer &integer(int64_t value);
  Writer &unsigned_integer(uint64_t value);
  Writer &boolean(bool value);
  Writer &null();
  Writer &raw(std::string_view json);             // a value that is JSON already
  Writer &raw_members(std::string_view members);  // of an object, written already, without its braces
  Writer &member(std::string_view name, std::string_view value) { return key(name).text(value); }
  Writer &member(std::string_view name, const char *value) { return key(name).text(value); }
  Writer &member(std::string_view name, bool value) { return key(name).boolean(value); }
  Writer &member(std::string_view name, int64_t value) { return key(name).integer(value); }
  Writer &member(std::string_view name, int32_t value) { return key(name).integer(value); }
  Writer &member(std::string_view name, uint64_t value) { return key(name).unsigned_integer(value); }
  Writer &member(std::string_view name, uint32_t value) { return key(name).unsigned_integer(value); }
  const std::string &view() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  void separate();
  std::string out_;
  bool fresh_ = true;  // nothing written at this level, or a key just before
};

// Writes a value again, without white space. json.unexpected_type for a number with fraction or exponent,
// which would be rounded.
Result<Done> rewrite(const Value &value, Writer &out);

}  // namespace mfa::json
