#include "cli/json_value.hpp"

#include <charconv>

#include "cli/json.hpp"

namespace cli {
namespace {

constexpr int kDepthMax = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string &out, uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

// Each member reads what it is named after and answers whether it was there.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<JsonValue> whole() {
    JsonValue root;
    skip_space();
    if (!value(root, 0)) return std::nullopt;
    skip_space();
    if (at_ != text_.size()) return std::nullopt;
    return root;
  }

 private:
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    at_++;
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_space() {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') at_++;
  }

  bool value(JsonValue &out, int depth) {
    if (depth > kDepthMax) return false;
    const size_t begin = at_;
    if (!of_its_kind(out, depth)) return false;
    out.raw = text_.substr(begin, at_ - begin);
    return true;
  }

  bool of_its_kind(JsonValue &out, int depth) {
    switch (next()) {
      case '{': out.type = JsonValue::Type::object; return object(out, depth);
      case '[': out.type = JsonValue::Type::list; return list(out, depth);
      case '"': out.type = JsonValue::Type::text; return text(out.text);
      case 't': out.type = JsonValue::Type::boolean; return take("true");
      case 'f': out.type = JsonValue::Type::boolean; return take("false");
      case 'n': return take("null");
      default: out.type = JsonValue::Type::number; return number();
    }
  }

  bool object(JsonValue &out, int depth) {
    at_++;
    skip_space();
    if (take('}')) return true;
    do {
      JsonMember member;
      skip_space();
      if (next() != '"' || !text(member.name) || out.find(member.name)) return false;
      skip_space();
      if (!take(':')) return false;
      skip_space();
      if (!value(member.value, depth + 1)) return false;
      out.members.push_back(std::move(member));
      skip_space();
    } while (take(','));
    return take('}');
  }

  bool list(JsonValue &out, int depth) {
    at_++;
    skip_space();
    if (take(']')) return true;
    do {
      skip_space();
      if (!value(out.items.emplace_back(), depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take(']');
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
  }
  bool digits() {
    const size_t begin = at_;
    while (is_digit(next())) at_++;
    return at_ != begin;
  }

  bool text(std::string &out) {
    at_++;
    while (at_ < text_.size() && text_[at_] != '"') {
      const char c = text_[at_++];
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return take('"') && is_utf8(out);
  }

  bool escape(std::string &out) {
    constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    const char c = next();
    at_++;
    if (const size_t index = kEscapes.find(c); index != kEscapes.npos) {
      out += kMeanings[index];
      return true;
    }
    const auto unit = c == 'u' ? four_digits() : std::nullopt;
    if (!unit) return false;
    uint32_t point = *unit;
    if (point >= 0xD800 && point < 0xDC00) {
      const auto low = take("\\u") ? four_digits() : std::nullopt;
      if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
      point = 0x10000 + ((point - 0xD800) << 10) + (*low - 0xDC00);
    } else if (point >= 0xDC00 && point <= 0xDFFF) {
      return false;
    }
    append_utf8(out, point);
    return true;
  }
  std::optional<uint32_t> four_digits() {
    const auto digits = text_.substr(std::min(at_, text_.size()), 4);
    uint32_t unit = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (digits.size() != 4 || read.ptr != digits.data() + 4) return std::nullopt;
    at_ += 4;
    return unit;
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

const JsonValue *JsonValue::find(std::string_view name) const {
  for (const auto &member : members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

std::optional<uint64_t> JsonValue::whole() const {
  uint64_t number = 0;
  const auto read = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  if (type != Type::number || read.ec != std::errc() || read.ptr != raw.data() + raw.size())
    return std::nullopt;
  return number;
}

std::optional<JsonValue> read_json(std::string_view text) { return Reader(text).whole(); }

}  // namespace cli
