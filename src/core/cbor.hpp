// CBOR (RFC 8949), bounded: definite lengths unless asked for others, no tags, no duplicate keys, limits on
// depth and items, exact consumption. Nothing is allocated by a length that is only claimed. Our own writing
// is canonical.
#pragma once

#include <optional>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa::cbor {

enum class Type : uint8_t {
  unsigned_integer,
  negative_integer,
  bytes,
  text,
  array,
  map,
  boolean,
  null,
  floating
};

struct Limits {
  size_t max_bytes = 65536;
  size_t max_depth = 8;
  size_t max_items = 4096;
  bool indefinite = false;  // arrays and maps of indefinite length as well; never bytes and texts
};

// What a canonical encoding (RFC 8949 section 4.2.1, CTAP2's as well) has none of.
struct Report {
  bool unordered_keys = false;
  bool wide_integers = false;
  bool indefinite = false;
  bool canonical() const { return !unordered_keys && !wide_integers && !indefinite; }
};

class Document;

// A place in a document; lives as long as the document and the bytes it was read from.
class Item {
 public:
  Type type() const;
  bool is_null() const { return type() == Type::null; }
  Result<uint64_t> as_uint() const;
  Result<int64_t> as_int() const;
  Result<ByteView> as_bytes() const;
  Result<std::string_view> as_text() const;
  Result<bool> as_bool() const;
  // Of an array its items, of a map its pairs, of anything else 0.
  size_t size() const;
  Item item(size_t index) const;   // of an array
  Item key(size_t index) const;    // of a map
  Item value(size_t index) const;  // of a map
  std::optional<Item> find(int64_t key) const;
  std::optional<Item> find(std::string_view key) const;
  // find, or cbor.unexpected_type.
  Result<Item> need(int64_t key) const;
  Result<Item> need(std::string_view key) const;
  ByteView raw() const;  // the encoded bytes of this item, whole

 private:
  friend class Document;
  Item(const Document *document, uint32_t node) : document_(document), node_(node) {}
  const Document *document_;
  uint32_t node_;
};

class Document {
 public:
  // All of `input`, which must outlive the document.
  static Result<Document> parse(ByteView input, const Limits &limits = {});
  // One item at the start of `input`; *consumed is its length.
  static Result<Document> parse_first(ByteView input, size_t *consumed, const Limits &limits = {});
  Item root() const { return Item(this, 0); }
  const Report &report() const { return report_; }

 private:
  friend class Item;
  friend class Builder;
  struct Node {
    Type type;
    uint8_t flag;         // boolean
    uint32_t begin, end;  // in the input: the whole item
    uint32_t next;        // node after this item and all in it
    uint64_t number;      // integers: the argument; bytes, text: offset of the payload; array, map: entries
    uint32_t length;      // bytes, text
  };
  Document() = default;
  ByteView input_;
  std::vector<Node> nodes_;
  Report report_;
};

// Canonical (RFC 8949 section 4.2.1): shortest heads, definite lengths; map keys are given in order.
class Writer {
 public:
  Writer &number(int64_t value);
  Writer &unsigned_number(uint64_t value);
  Writer &bytes(ByteView value);
  Writer &text(std::string_view value);
  Writer &boolean(bool value);
  Writer &null();
  Writer &array(size_t items);
  Writer &map(size_t pairs);
  Writer &raw(ByteView encoded);  // an item that is encoded already
  const Bytes &view() const { return out_; }
  Bytes take() { return std::move(out_); }

 private:
  void head(uint8_t major, uint64_t argument);
  Bytes out_;
};

}  // namespace mfa::cbor
