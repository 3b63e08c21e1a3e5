#include "methods/recovery/row_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/encoding.hpp"

namespace mfa::recovery {
namespace {

// Takes a literal, or a field, off the front of what is left of a line; good() tells at the end.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Reader &literal(std::string_view expected) {
    good_ = good_ && rest_.starts_with(expected);
    if (good_) rest_.remove_prefix(expected.size());
    return *this;
  }
  Reader &number(uint32_t most, uint32_t &out) {
    uint64_t value = 0;
    size_t digits = 0;
    while (digits < rest_.size() && digits < 8 && rest_[digits] >= '0' && rest_[digits] <= '9') {
      value = value * 10 + static_cast<uint64_t>(rest_[digits++] - '0');
    }
    good_ = good_ && digits > 0 && value <= most;
    if (good_) rest_.remove_prefix(digits), out = static_cast<uint32_t>(value);
    return *this;
  }
  template <size_t N>
  Reader &bytes(std::array<uint8_t, N> &out) {
    const auto field = rest_.substr(0, std::min((N * 8 + 5) / 6, rest_.size()));
    const auto read = from_base64url(field);
    good_ = good_ && read.has_value() && read.value().size() == N;
    if (good_) std::ranges::copy(read.value(), out.begin()), rest_.remove_prefix(field.size());
    return *this;
  }
  bool good() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::string row_text(const Stored &row) {
  return fmt::format("$mfa-recovery$s={}$argon2id$v=19$m={},t={},p=1${}${}", row.selector,
                     row.cost.memory_kib, row.cost.passes, base64url(row.salt), base64url(row.hash));
}

Result<Stored> parse_row(std::string_view text) {
  Stored row;
  uint32_t selector = 0;
  Reader reader(text);
  reader.literal("$mfa-recovery$s=").number(kMaxCodes - 1, selector).literal("$argon2id$v=19$m=");
  reader.number(kRowMost.memory_kib, row.cost.memory_kib).literal(",t=");
  reader.number(kRowMost.passes, row.cost.passes).literal(",p=1$");
  reader.bytes(row.salt).literal("$").bytes(row.hash);
  row.selector = static_cast<uint8_t>(selector);
  // One text for each row: written again, it is the same (no "s=07").
  if (!reader.good() || row.cost.memory_kib < kFloor.memory_kib || row.cost.passes < kFloor.passes ||
      row_text(row) != text) {
    return fail(Status::err_damaged, Reason::recovery_row, "a stored recovery code cannot be read");
  }
  return row;
}

}  // namespace mfa::recovery
