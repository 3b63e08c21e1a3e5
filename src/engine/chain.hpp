// The events of one engine, each linked to the one before, so that a log shows what was taken out of it, and
// sealed with a key that whoever writes to the log has not. log.hpp checks them.
//
//   {"event":...,"chain":"<base64url of 16 bytes>","n":7,"prev":"<SHA-256 of event 6>","key":1,"mac":"..."}
//
// prev is of the whole text of the event before, zeros for the first; mac is HMAC-SHA-256 over the text
// without the member mac, which is the last.
#pragma once

#include <sys/types.h>

#include "core/digest.hpp"
#include "core/fork_mutex.hpp"
#include "core/seal.hpp"
#include "engine/event.hpp"

namespace mfa::engine {

using ChainId = std::array<uint8_t, 16>;

inline constexpr std::string_view kMacBefore = R"(,"mac":")";
inline constexpr std::string_view kMacAfter = R"("})";
inline constexpr size_t kMacText = 43;

class Chain {
 public:
  Chain(const KeyRing &ring, std::string_view realm, const ChainId &id);
  Chain(const Chain &) = delete;
  Chain &operator=(const Chain &) = delete;

  struct Started {
    Event event;
    std::string text;
  };
  struct Links {
    std::optional<Started> started;  // to be handed out first: this process has begun a chain of its own
    std::string text;
  };
  // From any thread. An event that want of memory loses has no number: the next one that is linked counts it,
  // in `lost`. Nothing else could be done with it: what it tells of is saved.
  Links link(const Event &event);
  Event started(uint64_t now_s) const;

 private:
  struct State {
    ChainId id{};
    uint64_t n = 0;
    Sha256 last{};
  };
  // Does not change what the chain is: that is for when nothing can fail any more.
  std::string text_of(const Event &event, State &state, uint64_t lost) const;

  const KeyRing &ring_;
  const std::string_view realm_;
  ForkMutex mutex_;
  pid_t process_;
  State state_;
  uint64_t lost_ = 0;
};

}  // namespace mfa::engine
