// A log of events, line by line: is each as its engine wrote it, and is none missing? A function of the lines
// and the keys.
#pragma once

#include <map>

#include "engine/chain.hpp"
#include "mfa/log.h"

namespace mfa::engine {

enum class Trouble : int32_t {
  not_event = MFA_LOG_NOT_EVENT,
  altered = MFA_LOG_ALTERED,
  other_key = MFA_LOG_OTHER_KEY,
  repeated = MFA_LOG_REPEATED,
  missing = MFA_LOG_MISSING,
  broken = MFA_LOG_BROKEN,
  after_end = MFA_LOG_AFTER_END,
  too_many = MFA_LOG_TOO_MANY_CHAINS,
  lost = MFA_LOG_LOST,
  unknown_key = MFA_LOG_UNKNOWN_KEY,
  no_end = MFA_LOG_NO_END,
};

struct Finding {
  Trouble trouble = Trouble::not_event;
  bool note = false;
  uint64_t line = 0;     // 0: at the end of the log
  std::string chain;     // as the log has it; empty: of none
  uint64_t first_n = 0;  // 0: of no event
  uint64_t last_n = 0;
};

class LogCheck {
 public:
  explicit LogCheck(std::optional<KeyRing> keys) : keys_(std::move(keys)) {}

  using Findings = std::vector<Finding>;
  // What the line, or the end, brought to light.
  Findings line(std::string_view text);
  // complete: a chain that does not end is more than a note.
  Findings end(bool complete);

  uint64_t events() const { return events_; }
  uint64_t unchecked() const { return unchecked_; }
  uint64_t chains() const { return chains_.size(); }
  uint64_t problems() const { return problems_; }

 private:
  struct Line;
  struct Waiting {
    uint64_t line;
    Sha256 hash, prev;
    uint64_t lost;
    bool stops;
  };
  struct Followed {
    uint32_t key = 0;
    bool checked = false;  // by its key
    bool stopped = false;
    uint64_t next_n = 1;
    std::optional<Sha256> last = Sha256{};  // none: the event before is missing
    std::map<uint64_t, Waiting> waiting;    // by number, from next_n on
  };

  static std::optional<Line> read(std::string_view text);
  // No value: its key is not here.
  std::optional<bool> is_genuine(const Line &line, std::string_view text) const;
  void report(Findings &out, Finding finding);
  void take(Findings &out, const std::string &chain, Followed &followed);
  void skip(Findings &out, const std::string &chain, Followed &followed);

  std::optional<KeyRing> keys_;
  std::map<std::string, Followed, std::less<>> chains_;  // ended ones too: a copy of one is a repetition
  size_t waiting_ = 0;
  uint64_t lines_ = 0, events_ = 0, unchecked_ = 0, problems_ = 0;
};

}  // namespace mfa::engine
