#include "core/cbor.hpp"

#include <cbor.h>

#include <algorithm>
#include <limits>

#include "core/encoding.hpp"

namespace mfa::cbor {
namespace {

Failure bad(Reason reason, const char *message) { return fail(Status::malformed, reason, message); }
Failure wrong_type() { return bad(Reason::cbor_type, "CBOR item of an unexpected type"); }

// What one step of the tokenizer saw. The callbacks only note it: nothing may throw through libcbor's frames.
struct Token {
  enum class Kind : uint8_t { plain, indefinite, chunks, stop, refused };
  Kind kind = Kind::refused;
  Type type = Type::null;
  bool flag = false;
  uint64_t argument = 0;  // of an integer, or the length of bytes, text, array, map
};

template <Type type, class Int>
void on_number(void *token, Int argument) {
  *static_cast<Token *>(token) = {.kind = Token::Kind::plain, .type = type, .argument = argument};
}
template <Type type>
void on_string(void *token, cbor_data, size_t length) {
  *static_cast<Token *>(token) = {.kind = Token::Kind::plain, .type = type, .argument = length};
}
template <class Float>
void on_float(void *token, Float) {
  *static_cast<Token *>(token) = {.kind = Token::Kind::plain, .type = Type::floating};
}
void on_bool(void *token, bool value) {
  *static_cast<Token *>(token) = {.kind = Token::Kind::plain, .type = Type::boolean, .flag = value};
}
void on_null(void *token) { *static_cast<Token *>(token) = {.kind = Token::Kind::plain, .type = Type::null}; }
template <Type type>
void on_indefinite(void *token) {
  *static_cast<Token *>(token) = {.kind = Token::Kind::indefinite, .type = type};
}
void on_chunks(void *token) { *static_cast<Token *>(token) = {.kind = Token::Kind::chunks}; }
void on_stop(void *token) { *static_cast<Token *>(token) = {.kind = Token::Kind::stop}; }
void on_undefined(void *token) { *static_cast<Token *>(token) = {}; }
void on_tag(void *token, uint64_t) { *static_cast<Token *>(token) = {}; }

constexpr cbor_callbacks kCallbacks = {
    .uint8 = on_number<Type::unsigned_integer, uint8_t>,
    .uint16 = on_number<Type::unsigned_integer, uint16_t>,
    .uint32 = on_number<Type::unsigned_integer, uint32_t>,
    .uint64 = on_number<Type::unsigned_integer, uint64_t>,
    .negint64 = on_number<Type::negative_integer, uint64_t>,
    .negint32 = on_number<Type::negative_integer, uint32_t>,
    .negint16 = on_number<Type::negative_integer, uint16_t>,
    .negint8 = on_number<Type::negative_integer, uint8_t>,
    .byte_string_start = on_chunks,
    .byte_string = on_string<Type::bytes>,
    .string = on_string<Type::text>,
    .string_start = on_chunks,
    .indef_array_start = on_indefinite<Type::array>,
    .array_start = on_number<Type::array, size_t>,
    .indef_map_start = on_indefinite<Type::map>,
    .map_start = on_number<Type::map, size_t>,
    .tag = on_tag,
    .float2 = on_float<float>,
    .float4 = on_float<float>,
    .float8 = on_float<double>,
    .undefined = on_undefined,
    .null = on_null,
    .boolean = on_bool,
    .indef_break = on_stop,
};

bool has_payload(Type type) { return type == Type::bytes || type == Type::text; }
bool holds_items(Type type) { return type == Type::array || type == Type::map; }
bool has_argument(Type type) { return type != Type::boolean && type != Type::null && type != Type::floating; }
bool is_key(Type type) {
  return type == Type::unsigned_integer || type == Type::negative_integer || has_payload(type);
}

size_t shortest_head(uint64_t argument) {
  return argument < 24 ? 1 : argument <= 0xFF ? 2 : argument <= 0xFFFF ? 3 : argument <= 0xFFFFFFFF ? 5 : 9;
}

// Whether a string, array or map says that it has 2^32 or more. libcbor hands lengths on as size_t, of which
// 32 bits keep the lower half.
bool is_vast(ByteView item) {
  if (item.size() < 9 || (item[0] & 0x1F) != 27) return false;
  const unsigned major = item[0] >> 5;
  return major >= 2 && major <= 5 && (item[1] | item[2] | item[3] | item[4]) != 0;
}

}  // namespace

// Reads one item and all in it, with a stack of its own.
class Builder {
 public:
  Builder(ByteView input, const Limits &limits) : limits_(limits) { document_.input_ = input; }

  Result<Document> run(size_t *consumed) {
    do {
      MFA_TRY(step());
    } while (!open_.empty());
    *consumed = at_;
    return std::move(document_);
  }

 private:
  using Node = Document::Node;

  struct Open {
    uint32_t node;
    uint64_t left;  // items still to come, of a map its pairs
    bool is_map;
    bool key_next;
    bool indefinite = false;
    bool unordered = false;
    uint32_t last_key = 0;  // 0: none yet, for the root is no key
  };

  Result<Done> step() {
    const ByteView rest = document_.input_.subspan(at_);
    if (is_vast(rest)) return bad(Reason::cbor_malformed, "CBOR that ends too early");
    Token token;
    const auto result = ::cbor_stream_decode(rest.data(), rest.size(), &kCallbacks, &token);
    if (result.status != CBOR_DECODER_FINISHED)
      return bad(Reason::cbor_malformed, "CBOR that ends too early or is not CBOR");
    if (token.kind == Token::Kind::chunks || (token.kind == Token::Kind::indefinite && !limits_.indefinite) ||
        (token.kind == Token::Kind::stop && !stops_open())) {
      return bad(Reason::cbor_indefinite, "CBOR of indefinite length");
    }
    if (token.kind == Token::Kind::stop) {
      at_ += result.read;
      open_.back().left = 0;
      return close_finished();
    }
    if (token.kind == Token::Kind::refused) return bad(Reason::cbor_type, "CBOR tag or undefined");
    if (document_.nodes_.size() >= limits_.max_items) return bad(Reason::cbor_limit, "too many CBOR items");
    MFA_TRY(add(token, result.read));
    return close_finished();
  }

  // Whether a break may stand here: in something of indefinite length, and not after a key.
  bool stops_open() const {
    return !open_.empty() && open_.back().indefinite && (!open_.back().is_map || open_.back().key_next);
  }

  Result<Done> add(const Token &token, size_t read) {
    Node node{.type = token.type, .flag = token.flag, .begin = static_cast<uint32_t>(at_)};
    const size_t payload = has_payload(token.type) ? static_cast<size_t>(token.argument) : 0;
    const size_t head = read - payload;
    node.number = has_payload(token.type) ? at_ + head : token.argument;
    node.length = static_cast<uint32_t>(payload);
    const bool indefinite = token.kind == Token::Kind::indefinite;
    if (indefinite) document_.report_.indefinite = true;
    if (has_argument(token.type) && head != shortest_head(token.argument))
      document_.report_.wide_integers = true;
    if (token.type == Type::text && !is_utf8(text_of(document_.input_.subspan(at_ + head, payload))))
      return bad(Reason::cbor_malformed, "CBOR text that is not UTF-8");
    at_ += read;
    node.end = static_cast<uint32_t>(at_);
    const auto index = static_cast<uint32_t>(document_.nodes_.size());
    node.next = index + 1;
    document_.nodes_.push_back(node);
    if (!open_.empty()) MFA_TRY(count(open_.back(), index));
    if (holds_items(token.type)) {
      if (open_.size() >= limits_.max_depth) return bad(Reason::cbor_limit, "CBOR nested too deeply");
      const bool is_map = token.type == Type::map;
      open_.push_back({.node = index,
                       .left = indefinite ? UINT64_MAX : token.argument,
                       .is_map = is_map,
                       .key_next = is_map,
                       .indefinite = indefinite});
    }
    return done;
  }

  // One more item of the array or map that is open.
  Result<Done> count(Open &open, uint32_t index) {
    if (!open.is_map || !open.key_next) {
      open.left--;
      open.key_next = open.is_map;
      if (open.indefinite) document_.nodes_[open.node].number++;
      return done;
    }
    if (!is_key(document_.nodes_[index].type)) return bad(Reason::cbor_type, "CBOR map key of this type");
    if (open.last_key != 0 && !before(open.last_key, index)) open.unordered = true;
    open.last_key = index;
    open.key_next = false;
    return done;
  }

  Result<Done> close_finished() {
    while (!open_.empty() && open_.back().left == 0) {
      const Open closed = open_.back();
      open_.pop_back();
      document_.nodes_[closed.node].end = static_cast<uint32_t>(at_);
      document_.nodes_[closed.node].next = static_cast<uint32_t>(document_.nodes_.size());
      if (closed.unordered) MFA_TRY(check_keys(closed.node));
    }
    return done;
  }

  // Keys in strict order cannot repeat; only others are sorted to see whether they do.
  Result<Done> check_keys(uint32_t map) {
    const auto &nodes = document_.nodes_;
    std::vector<uint32_t> keys;
    for (uint32_t key = map + 1; key < nodes[map].next; key = nodes[key + 1].next) keys.push_back(key);
    std::sort(keys.begin(), keys.end(), [this](uint32_t a, uint32_t b) { return before(a, b); });
    for (size_t i = 1; i < keys.size(); i++) {
      if (!before(keys[i - 1], keys[i])) return bad(Reason::cbor_duplicate_key, "CBOR map key twice");
    }
    document_.report_.unordered_keys = true;
    return done;
  }

  // RFC 8949 section 4.2.1: by the bytes of the shortest encodings, whatever the encoding at hand.
  bool before(uint32_t a_index, uint32_t b_index) const {
    const Node &a = document_.nodes_[a_index], &b = document_.nodes_[b_index];
    if (a.type != b.type) return a.type < b.type;
    if (!has_payload(a.type)) return a.number < b.number;
    if (a.length != b.length) return a.length < b.length;
    return text_of(payload(a)) < text_of(payload(b));
  }
  ByteView payload(const Node &node) const {
    return document_.input_.subspan(static_cast<size_t>(node.number), node.length);
  }

  const Limits &limits_;
  Document document_;
  std::vector<Open> open_;
  size_t at_ = 0;
};

Result<Document> Document::parse_first(ByteView input, size_t *consumed, const Limits &limits) {
  if (input.size() > limits.max_bytes || input.size() > std::numeric_limits<uint32_t>::max())
    return bad(Reason::cbor_limit, "too many bytes of CBOR");
  return Builder(input, limits).run(consumed);
}

Result<Document> Document::parse(ByteView input, const Limits &limits) {
  size_t consumed = 0;
  MFA_TRY(Document document, parse_first(input, &consumed, limits));
  if (consumed != input.size()) return bad(Reason::cbor_trailing, "bytes after the CBOR item");
  return document;
}

// ---- reading

Type Item::type() const { return document_->nodes_[node_].type; }

Result<uint64_t> Item::as_uint() const {
  if (type() != Type::unsigned_integer) return wrong_type();
  return document_->nodes_[node_].number;
}

Result<int64_t> Item::as_int() const {
  const auto &node = document_->nodes_[node_];
  const bool negative = node.type == Type::negative_integer;
  if (!negative && node.type != Type::unsigned_integer) return wrong_type();
  if (node.number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return wrong_type();
  const auto argument = static_cast<int64_t>(node.number);
  return negative ? -1 - argument : argument;
}

Result<ByteView> Item::as_bytes() const {
  const auto &node = document_->nodes_[node_];
  if (node.type != Type::bytes) return wrong_type();
  return document_->input_.subspan(static_cast<size_t>(node.number), node.length);
}

Result<std::string_view> Item::as_text() const {
  const auto &node = document_->nodes_[node_];
  if (node.type != Type::text) return wrong_type();
  return text_of(document_->input_.subspan(static_cast<size_t>(node.number), node.length));
}

Result<bool> Item::as_bool() const {
  if (type() != Type::boolean) return wrong_type();
  return document_->nodes_[node_].flag != 0;
}

size_t Item::size() const {
  const auto &node = document_->nodes_[node_];
  return holds_items(node.type) ? static_cast<size_t>(node.number) : 0;
}

Item Item::item(size_t index) const {
  uint32_t node = node_ + 1;
  for (size_t i = 0; i < index; i++) node = document_->nodes_[node].next;
  return {document_, node};
}

Item Item::key(size_t index) const { return item(2 * index); }
Item Item::value(size_t index) const { return item(2 * index + 1); }

std::optional<Item> Item::find(int64_t key) const {
  if (type() != Type::map) return std::nullopt;
  const Type wanted = key < 0 ? Type::negative_integer : Type::unsigned_integer;
  const auto argument = static_cast<uint64_t>(key < 0 ? -1 - key : key);
  const auto &nodes = document_->nodes_;
  for (uint32_t at = node_ + 1; at < nodes[node_].next; at = nodes[at + 1].next) {
    if (nodes[at].type == wanted && nodes[at].number == argument) return Item(document_, at + 1);
  }
  return std::nullopt;
}

std::optional<Item> Item::find(std::string_view key) const {
  if (type() != Type::map) return std::nullopt;
  const auto &nodes = document_->nodes_;
  for (uint32_t at = node_ + 1; at < nodes[node_].next; at = nodes[at + 1].next) {
    if (nodes[at].type != Type::text) continue;
    const auto text = document_->input_.subspan(static_cast<size_t>(nodes[at].number), nodes[at].length);
    if (text_of(text) == key) return Item(document_, at + 1);
  }
  return std::nullopt;
}

Result<Item> Item::need(int64_t key) const {
  if (auto found = find(key)) return *found;
  return bad(Reason::cbor_type, "CBOR map without a member it must have");
}

Result<Item> Item::need(std::string_view key) const {
  if (auto found = find(key)) return *found;
  return bad(Reason::cbor_type, "CBOR map without a member it must have");
}

ByteView Item::raw() const {
  const auto &node = document_->nodes_[node_];
  return document_->input_.subspan(node.begin, node.end - node.begin);
}

// ---- writing

void Writer::head(uint8_t major, uint64_t argument) {
  uint8_t buffer[9];
  const size_t size = ::cbor_encode_uint(argument, buffer, sizeof buffer);
  buffer[0] = static_cast<uint8_t>(buffer[0] | (major << 5));
  out_.insert(out_.end(), buffer, buffer + size);
}

Writer &Writer::number(int64_t value) {
  if (value < 0) {
    head(1, static_cast<uint64_t>(-1 - value));
  } else {
    head(0, static_cast<uint64_t>(value));
  }
  return *this;
}

Writer &Writer::unsigned_number(uint64_t value) {
  head(0, value);
  return *this;
}

Writer &Writer::bytes(ByteView value) {
  head(2, value.size());
  return raw(value);
}

Writer &Writer::text(std::string_view value) {
  head(3, value.size());
  return raw(bytes_of(value));
}

Writer &Writer::boolean(bool value) {
  out_.push_back(value ? 0xF5 : 0xF4);
  return *this;
}

Writer &Writer::null() {
  out_.push_back(0xF6);
  return *this;
}

Writer &Writer::array(size_t items) {
  head(4, items);
  return *this;
}

Writer &Writer::map(size_t pairs) {
  head(5, pairs);
  return *this;
}

Writer &Writer::raw(ByteView encoded) {
  out_.insert(out_.end(), encoded.begin(), encoded.end());
  return *this;
}

}  // namespace mfa::cbor
