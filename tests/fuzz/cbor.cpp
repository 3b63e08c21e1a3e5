#include "core/cbor.hpp"

#include "fuzz/targets.hpp"

namespace mfa::fuzz {
namespace {

// Walks what was read, by every accessor, as deep as the limits let it be.
void walk(const cbor::Item &item) {
  (void)item.as_int();
  (void)item.as_uint();
  (void)item.as_bool();
  (void)item.as_bytes();
  (void)item.as_text();
  require(!item.raw().empty());
  for (size_t i = 0; i < item.size(); i++) {
    if (item.type() == cbor::Type::map) {
      walk(item.key(i));
      walk(item.value(i));
    } else {
      walk(item.item(i));
    }
  }
}

}  // namespace

void run_cbor(ByteView input) {
  size_t consumed = 0;
  const auto first = cbor::Document::parse_first(input, &consumed);
  const auto whole = cbor::Document::parse(input);
  if (whole.has_value()) {
    require(first.has_value() && consumed == input.size());
    walk(whole.value().root());
  }
}

}  // namespace mfa::fuzz
