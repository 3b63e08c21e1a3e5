#include "mfa/recovery.h"

#include <algorithm>

#include "capi/boundary.hpp"
#include "methods/recovery/row_text.hpp"

using namespace mfa;
using namespace mfa::capi;

namespace {

constexpr size_t kRandomEach = 32;

template <size_t N>
void clear_rows(char (*rows)[N], size_t count) {
  if (rows) std::fill_n(&rows[0][0], count * N, '\0');
}

// All rows, whatever the code, so that a damaged one never depends on what the client sent.
Result<std::vector<recovery::Stored>> read_rows(const mfa_text *hashes, size_t count) {
  if (!hashes && count != 0) return null_argument();
  if (count > recovery::kMaxCodes) {
    return fail(Status::err_argument, Reason::argument_range, "at most 32 stored recovery codes");
  }
  std::vector<recovery::Stored> rows;
  for (size_t i = 0; i < count; i++) {
    MFA_TRY(const auto text, read_text(hashes[i]));
    MFA_TRY(auto row, recovery::parse_row(text));
    const auto same_selector = [&](const recovery::Stored &other) { return other.selector == row.selector; };
    if (std::ranges::any_of(rows, same_selector)) {
      return fail(Status::err_argument, Reason::recovery_mixed_sets,
                  "two stored recovery codes have one selector: they are not of one set");
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

extern "C" {

mfa_status mfa_recovery_generate(const uint8_t *pepper, size_t pepper_len, size_t count,
                                 char (*codes)[MFA_RECOVERY_CODE_SIZE],
                                 char (*hashes)[MFA_RECOVERY_HASH_SIZE], mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    if (count < 1 || count > recovery::kMaxCodes) {
      return fail(Status::err_argument, Reason::argument_range, "1 to 32 recovery codes");
    }
    clear_rows(codes, count);
    clear_rows(hashes, count);
    if (!codes || !hashes) return null_argument();
    MFA_TRY(const auto key, read_bytes(pepper, pepper_len));
    Secret random(count * kRandomEach);
    system_random(random.fill());
    MFA_TRY(const auto made, recovery::make(count, recovery::Cost{}, key, random.reveal()));
    std::vector<std::string> texts;
    for (const auto &one : made) texts.push_back(recovery::row_text(one.stored));
    for (size_t i = 0; i < count; i++) {
      text_of(made[i].text.reveal()).copy(codes[i], MFA_RECOVERY_CODE_SIZE - 1);
      texts[i].copy(hashes[i], MFA_RECOVERY_HASH_SIZE - 1);
    }
    return done;
  });
}

mfa_status mfa_recovery_verify(const uint8_t *pepper, size_t pepper_len, const mfa_text *hashes,
                               size_t hashes_count, const char *code, size_t code_len, size_t *index,
                               mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(index));
    MFA_TRY(const auto key, read_bytes(pepper, pepper_len));
    MFA_TRY(const auto rows, read_rows(hashes, hashes_count));
    MFA_TRY(const auto text, read_text(code, code_len));
    MFA_TRY(const auto given, recovery::parse(text));
    const auto found = std::ranges::find(rows, given.selector, &recovery::Stored::selector);
    // A code whose row is gone costs a hash too: an attempt's time does not tell which were used.
    const auto &row = found != rows.end() ? *found : rows.empty() ? recovery::Stored{} : rows.front();
    MFA_TRY(const auto tag, recovery::hash(given, row, key));
    if (found == rows.end() || !tag.matches(found->hash)) {
      return fail(Status::wrong, Reason::recovery_wrong, "the recovery code is not right");
    }
    *index = static_cast<size_t>(found - rows.begin());
    return done;
  });
}

}  // extern "C"
