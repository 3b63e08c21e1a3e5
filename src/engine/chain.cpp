#include "engine/chain.hpp"

#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "core/encoding.hpp"
#include "core/json.hpp"

namespace mfa::engine {
namespace {

class CountUnlessDone {
 public:
  explicit CountUnlessDone(uint64_t &lost) : lost_(lost) {}
  CountUnlessDone(const CountUnlessDone &) = delete;
  CountUnlessDone &operator=(const CountUnlessDone &) = delete;
  ~CountUnlessDone() { lost_ = done_ ? 0 : lost_ + 1; }
  void done() { done_ = true; }

 private:
  uint64_t &lost_;
  bool done_ = false;
};

// Two processes must not go on with one chain; and a fork draws nothing that could fail.
ChainId id_after_fork(const ChainId &before, pid_t process) {
  std::array<uint8_t, sizeof before + sizeof process> both{};
  std::ranges::copy(before, both.begin());
  for (size_t i = 0; i < sizeof process; i++)
    both[sizeof before + i] = static_cast<uint8_t>(static_cast<uint64_t>(process) >> (8 * i));
  const Sha256 hash = sha256(both);
  ChainId id;
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

}  // namespace

Chain::Chain(const KeyRing &ring, std::string_view realm, const ChainId &id)
    : ring_(ring), realm_(realm), process_(::getpid()), state_{id, 0, {}} {}

Event Chain::started(uint64_t now_s) const {
  Event event;
  event.name = "log_started";
  event.at_s = now_s;
  event.detail = realm_;
  return event;
}

std::string Chain::text_of(const Event &event, State &state, uint64_t lost) const {
  json::Writer out;
  out.begin_object().raw_members(event_members(event));
  if (lost != 0) out.member("lost", lost);
  out.member("chain", base64url(state.id)).member("n", state.n + 1).member("prev", base64url(state.last));
  out.member("key", ring_.first_id()).end_object();
  std::string text = out.take();
  const KeyRing::Mac mac = ring_.mac(Kind::event, text);
  text.pop_back();
  text.append(kMacBefore).append(base64url(mac)).append(kMacAfter);
  state.n++;
  state.last = sha256(bytes_of(text));
  return text;
}

Chain::Links Chain::link(const Event &event) {
  const std::lock_guard guard(mutex_);
  CountUnlessDone count(lost_);
  Links links;
  State next = state_;
  const pid_t process = ::getpid();
  if (process != process_) {
    next = State{id_after_fork(state_.id, process), 0, {}};
    Event begins = started(event.at_s);
    std::string text = text_of(begins, next, 0);
    links.started.emplace(Started{std::move(begins), std::move(text)});
  }
  links.text = text_of(event, next, lost_);
  state_ = next;
  process_ = process;
  count.done();
  return links;
}

}  // namespace mfa::engine
