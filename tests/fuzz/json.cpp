#include "core/json.hpp"

#include "fuzz/targets.hpp"

namespace mfa::fuzz {
namespace {

void write(json::Writer &out, const json::Value &value) {
  switch (value.type()) {
    case json::Type::null:
    case json::Type::number: out.null(); return;
    case json::Type::boolean: out.boolean(value.as_bool().value()); return;
    case json::Type::integer: out.integer(value.as_int().value()); return;
    case json::Type::string: out.text(value.as_text().value()); return;
    case json::Type::array:
      out.begin_array();
      for (size_t i = 0; i < value.size(); i++) write(out, value.item(i));
      out.end_array();
      return;
    case json::Type::object:
      out.begin_object();
      for (size_t i = 0; i < value.size(); i++) {
        out.key(value.key(i));
        write(out, value.value(i));
      }
      out.end_object();
      return;
  }
}

}  // namespace

// What was read can be written, and read again.
void run_json(ByteView input) {
  const auto document = json::Document::parse(text_of(input));
  if (!document.has_value()) return;
  json::Writer out;
  write(out, document.value().root());
  const json::Limits roomy{.max_bytes = 1 << 20};
  require(json::Document::parse(out.view(), roomy).has_value());
}

}  // namespace mfa::fuzz
