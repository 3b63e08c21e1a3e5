// libmfa for C++20: is a log of events whole? The lines are those that EngineConfig::event was given
// (docs/events.md).
#ifndef MFA_CXX_LOG_HPP
#define MFA_CXX_LOG_HPP

#include <mfa/log.h>

#include "answer.hpp"

namespace mfa {
inline namespace cxx {

// Reads lines in any order that threads may have written them in. One thread at a time uses it. Moved from:
// ERR_ARGUMENT.
class LogCheck {
 public:
  using Raw = mfa_log;
  explicit LogCheck(mfa_log *owned) noexcept : it_(owned) {}
  // keys: of the engines that wrote, those dropped since too; none: links alone are checked. OK.
  static Answer<LogCheck> start(std::span<const mfa_key> keys = {}) noexcept {
    return detail::made<LogCheck>(
        [&](mfa_log **log, mfa_error *err) { return mfa_log_new(keys.data(), keys.size(), log, err); });
  }
  // The next line, without its end. OK; WRONG: it brought to light what is no note. After any other answer it
  // is worth nothing.
  Answer<Done> line(std::string_view line) noexcept {
    return detail::done(
        [&](mfa_error *err) { return mfa_log_line(it_.get(), line.data(), line.size(), err); });
  }
  // There are no more lines. complete: every engine was freed. OK; WRONG, as above.
  Answer<Done> end(bool complete) noexcept {
    return detail::done([&](mfa_error *err) { return mfa_log_end(it_.get(), complete ? 1 : 0, err); });
  }
  // What the last line, or the end, brought to light; its texts live until the next call. OK; ERR_ARGUMENT
  // past the last.
  std::size_t finding_count() const noexcept { return mfa_log_finding_count(it_.get()); }
  Answer<mfa_log_finding> finding(std::size_t index) const noexcept {
    return detail::row<mfa_log_finding>(
        [&](mfa_log_finding *finding) { return mfa_log_finding_at(it_.get(), index, finding); },
        MFA_LOG_FINDING_INIT);
  }
  // MFA_LOG_ITEM_EVENTS, ...; 0 for what is no item.
  std::uint64_t number(mfa_log_item item) const noexcept { return mfa_log_number(it_.get(), item); }

 private:
  detail::Owned<mfa_log, mfa_log_free> it_;
};

}  // namespace cxx
}  // namespace mfa
#endif
