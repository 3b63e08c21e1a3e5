#include "core/json.hpp"

// A namespace of our own: a program that links our archive may use another RapidJSON.
#define RAPIDJSON_NAMESPACE mfa_rapidjson
// Its stack compares against null plus an offset before the first allocation.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/reader.h>
#if defined(__clang__)
#pragma clang attribute pop
#endif

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <new>

#include "core/encoding.hpp"

namespace mfa::json {
namespace {

namespace rj = ::mfa_rapidjson;

Failure bad(Reason reason, const char *message) { return fail(Status::malformed, reason, message); }
Failure wrong_type() { return bad(Reason::json_type, "JSON value missing or of an unexpected type"); }

// RapidJSON's own allocator returns null to code that does not look.
struct Allocator {
  void *Malloc(size_t size) {
    if (size == 0) return nullptr;
    void *memory = std::malloc(size);
    if (!memory) throw std::bad_alloc();
    return memory;
  }
  void *Realloc(void *old, size_t, size_t size) {
    if (size == 0) {
      std::free(old);
      return nullptr;
    }
    void *memory = std::realloc(old, size);
    if (!memory) throw std::bad_alloc();
    return memory;
  }
  static void Free(void *memory) { std::free(memory); }
};

// RapidJSON's stream of this kind has no end but a NUL, and a character cut short leads it beyond.
class InPlace {
 public:
  using Ch = char;
  explicit InPlace(Bytes &text)
      : begin_(reinterpret_cast<char *>(text.data())),
        end_(begin_ + text.size()),
        read_(begin_),
        written_(begin_) {}
  Ch Peek() const { return read_ == end_ ? '\0' : *read_; }
  Ch Take() { return read_ == end_ ? '\0' : *read_++; }
  size_t Tell() const { return static_cast<size_t>(read_ - begin_); }
  Ch *PutBegin() { return written_ = read_; }
  void Put(Ch c) {
    if (written_ != end_) *written_++ = c;
  }
  size_t PutEnd(const Ch *begin) const { return static_cast<size_t>(written_ - begin); }

 private:
  Ch *begin_, *end_, *read_, *written_;
};

constexpr unsigned kFlags = rj::kParseIterativeFlag | rj::kParseValidateEncodingFlag | rj::kParseInsituFlag;

}  // namespace

// Takes RapidJSON's events. A false answer ends the parse; why is in failure_.
class Builder {
 public:
  explicit Builder(const Limits &limits) : limits_(limits) {}

  // RapidJSON leaves each string where it was, so that a large text is in memory once.
  Result<Document> run(Bytes text) {
    document_.text_ = std::move(text);
    InPlace stream(document_.text_);
    Allocator allocator;
    rj::GenericReader<rj::UTF8<>, rj::UTF8<>, Allocator> reader(&allocator);
    const auto result = reader.Parse<kFlags>(stream, *this);
    if (failure_) return *failure_;
    // A NUL byte looks like the end to RapidJSON.
    if (result.IsError() || stream.Tell() != document_.text_.size())
      return bad(Reason::json_malformed, "not one JSON value");
    return std::move(document_);
  }

  bool Null() { return add({.type = Type::null}); }
  bool Bool(bool value) { return add({.type = Type::boolean, .flag = value}); }
  bool Int(int value) { return Int64(value); }
  bool Uint(unsigned value) { return Int64(value); }
  bool Int64(int64_t value) { return add({.type = Type::integer, .integer = value}); }
  bool Uint64(uint64_t value) {
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return Double(0);
    return Int64(static_cast<int64_t>(value));
  }
  bool Double(double) { return add({.type = Type::number}); }
  bool RawNumber(const char *, rj::SizeType, bool) { return false; }  // only with a flag we do not set
  bool String(const char *data, rj::SizeType length, bool) {
    Document::Node node{.type = Type::string};
    return keep({data, length}, &node.text_at, &node.text_len) && add(node);
  }
  bool Key(const char *data, rj::SizeType length, bool) { return keep({data, length}, &key_at_, &key_len_); }
  bool StartObject() { return open(Type::object); }
  bool StartArray() { return open(Type::array); }
  bool EndObject(rj::SizeType members) {
    const uint32_t object = close(members);
    return keys_differ(object);
  }
  bool EndArray(rj::SizeType items) {
    close(items);
    return true;
  }

 private:
  bool refuse(Reason reason, const char *message) {
    failure_ = bad(reason, message);
    return false;
  }

  // Also for what RapidJSON lets through: the escape of a low surrogate alone.
  bool keep(std::string_view text, uint32_t *at, uint32_t *len) {
    if (!is_utf8(text)) return refuse(Reason::json_malformed, "JSON string that is not Unicode");
    *at = static_cast<uint32_t>(bytes_of(text).data() - document_.text_.data());
    *len = static_cast<uint32_t>(text.size());
    return true;
  }

  bool add(Document::Node node) {
    if (document_.nodes_.size() >= limits_.max_values)
      return refuse(Reason::json_limit, "too many JSON values");
    node.next = static_cast<uint32_t>(document_.nodes_.size() + 1);
    node.key_at = std::exchange(key_at_, 0);
    node.key_len = std::exchange(key_len_, 0);
    document_.nodes_.push_back(node);
    return true;
  }

  bool open(Type type) {
    if (open_.size() >= limits_.max_depth) return refuse(Reason::json_limit, "JSON nested too deeply");
    if (!add({.type = type})) return false;
    open_.push_back(static_cast<uint32_t>(document_.nodes_.size() - 1));
    return true;
  }

  uint32_t close(rj::SizeType entries) {
    const uint32_t index = open_.back();
    open_.pop_back();
    document_.nodes_[index].entries = entries;
    document_.nodes_[index].next = static_cast<uint32_t>(document_.nodes_.size());
    return index;
  }

  bool keys_differ(uint32_t object) {
    const auto &nodes = document_.nodes_;
    keys_.clear();
    for (uint32_t at = object + 1; at < nodes[object].next; at = nodes[at].next) {
      keys_.push_back(document_.text(nodes[at].key_at, nodes[at].key_len));
    }
    std::sort(keys_.begin(), keys_.end());
    if (std::adjacent_find(keys_.begin(), keys_.end()) == keys_.end()) return true;
    return refuse(Reason::json_duplicate_key, "JSON object with a name twice");
  }

  const Limits &limits_;
  Document document_;
  std::vector<uint32_t> open_;
  std::vector<std::string_view> keys_;  // scratch of keys_differ
  uint32_t key_at_ = 0, key_len_ = 0;   // of the value to come
  std::optional<Failure> failure_;
};

namespace {

Result<Done> check_bytes(size_t size, const Limits &limits) {
  if (size > limits.max_bytes || size > std::numeric_limits<uint32_t>::max())
    return bad(Reason::json_limit, "too many bytes of JSON");
  return done;
}

}  // namespace

Result<Document> Document::parse(std::string_view text, const Limits &limits) {
  MFA_TRY(check_bytes(text.size(), limits));
  return Builder(limits).run(copy_of(bytes_of(text)));
}

Result<Document> Document::parse(Bytes text, const Limits &limits) {
  MFA_TRY(check_bytes(text.size(), limits));
  return Builder(limits).run(std::move(text));
}

// ---- reading

Type Value::type() const { return document_->nodes_[node_].type; }

Result<std::string_view> Value::as_text() const {
  const auto &node = document_->nodes_[node_];
  if (node.type != Type::string) return wrong_type();
  return document_->text(node.text_at, node.text_len);
}

Result<int64_t> Value::as_int() const {
  if (type() != Type::integer) return wrong_type();
  return document_->nodes_[node_].integer;
}

Result<bool> Value::as_bool() const {
  if (type() != Type::boolean) return wrong_type();
  return document_->nodes_[node_].flag;
}

size_t Value::size() const { return document_->nodes_[node_].entries; }

Value Value::item(size_t index) const {
  uint32_t node = node_ + 1;
  for (size_t i = 0; i < index; i++) node = document_->nodes_[node].next;
  return {document_, node};
}

std::string_view Value::key(size_t index) const {
  const auto &node = document_->nodes_[item(index).node_];
  return document_->text(node.key_at, node.key_len);
}

Value Value::value(size_t index) const { return item(index); }

std::optional<Value> Value::find(std::string_view key) const {
  if (type() != Type::object) return std::nullopt;
  const auto &nodes = document_->nodes_;
  for (uint32_t at = node_ + 1; at < nodes[node_].next; at = nodes[at].next) {
    if (document_->text(nodes[at].key_at, nodes[at].key_len) == key) return Value(document_, at);
  }
  return std::nullopt;
}

Result<Value> Value::need(std::string_view key) const {
  if (auto found = find(key)) return *found;
  return wrong_type();
}

Result<std::string_view> Value::need_text(std::string_view key) const {
  MFA_TRY(const Value found, need(key));
  return found.as_text();
}

// ---- writing

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

void append_escaped(std::string &out, std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || c == '<') {
      // '<' as well, so that no name can close a script element that holds the text.
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
}

// The length of the character at the start, 0 when it is none.
size_t character_at(std::string_view text) {
  for (size_t length = 1; length <= 4 && length <= text.size(); length++) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

std::string mended(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = character_at(text);
    out += length != 0 ? text.substr(0, length) : kReplacement;
    text.remove_prefix(length != 0 ? length : 1);
  }
  return out;
}

template <class Int>
void append_number(std::string &out, Int value) {
  char buffer[24];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, result.ptr);
}

}  // namespace

void Writer::separate() {
  if (!fresh_) out_ += ',';
  fresh_ = false;
}

Writer &Writer::begin_object() {
  separate();
  out_ += '{';
  fresh_ = true;
  return *this;
}

Writer &Writer::end_object() {
  out_ += '}';
  fresh_ = false;
  return *this;
}

Writer &Writer::begin_array() {
  separate();
  out_ += '[';
  fresh_ = true;
  return *this;
}

Writer &Writer::end_array() {
  out_ += ']';
  fresh_ = false;
  return *this;
}

Writer &Writer::key(std::string_view name) {
  text(name);
  out_ += ':';
  fresh_ = true;
  return *this;
}

Writer &Writer::text(std::string_view value) {
  separate();
  out_ += '"';
  if (is_utf8(value)) {
    append_escaped(out_, value);
  } else {
    append_escaped(out_, mended(value));
  }
  out_ += '"';
  return *this;
}

Writer &Writer::integer(int64_t value) {
  separate();
  append_number(out_, value);
  return *this;
}

Writer &Writer::unsigned_integer(uint64_t value) {
  separate();
  append_number(out_, value);
  return *this;
}

Writer &Writer::boolean(bool value) { return raw(value ? "true" : "false"); }
Writer &Writer::null() { return raw("null"); }

Writer &Writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

Writer &Writer::raw_members(std::string_view members) {
  if (members.empty()) return *this;
  separate();
  out_ += members;
  return *this;
}

Result<Done> rewrite(const Value &value, Writer &out) {
  switch (value.type()) {
    case Type::null: out.null(); break;
    case Type::boolean: out.boolean(value.as_bool().value()); break;
    case Type::integer: out.integer(value.as_int().value()); break;
    case Type::number: return fail(Status::malformed, Reason::json_type, "a number that is no integer");
    case Type::string: out.text(value.as_text().value()); break;
    case Type::array:
      out.begin_array();
      for (size_t i = 0; i < value.size(); i++) MFA_TRY(rewrite(value.item(i), out));
      out.end_array();
      break;
    case Type::object:
      out.begin_object();
      for (size_t i = 0; i < value.size(); i++) {
        out.key(value.key(i));
        MFA_TRY(rewrite(value.value(i), out));
      }
      out.end_object();
      break;
  }
  return done;
}

}  // namespace mfa::json
