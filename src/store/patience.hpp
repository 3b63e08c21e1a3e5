// How to wait for a lock that another process holds.
#pragma once

#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

namespace mfa::store {

// SQLite's own waiting sleeps up to 100 ms between two looks, while a commit takes one: of eight processes
// that write all the time the unlucky waited for a second. Short sleeps of random length double what they get
// done together and shorten the longest wait.
class Patience {
 public:
  explicit Patience(int timeout_ms)
      : timeout_(timeout_ms),
        random_(static_cast<uint32_t>(getpid()) ^ static_cast<uint32_t>(reinterpret_cast<uintptr_t>(this))) {}

  void begin() { deadline_ = Clock::now() + timeout_; }
  // Sleeps; false when the time is over.
  bool wait(int tries) {
    if (Clock::now() >= deadline_) return false;
    const uint32_t most_us = tries < 3 ? 200 : 5000;
    std::this_thread::sleep_for(std::chrono::microseconds(50 + random_() % most_us));
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;
  const std::chrono::milliseconds timeout_;
  Clock::time_point deadline_;
  std::minstd_rand random_;
};

}  // namespace mfa::store
