// A mutex that is free in a child of fork, whichever thread of the parent had it: that thread is not in the
// child, and would never give it back. What it guards may have been left half changed.
#pragma once

#include <unistd.h>

#include <atomic>

namespace mfa {

class ForkMutex {
 public:
  ForkMutex() = default;
  ForkMutex(const ForkMutex &) = delete;
  ForkMutex &operator=(const ForkMutex &) = delete;

  void lock() {
    const pid_t here = ::getpid();
    for (;;) {
      pid_t holder = holder_.load(std::memory_order_relaxed);
      if (holder == here) {
        holder_.wait(holder, std::memory_order_relaxed);
      } else if (holder_.compare_exchange_weak(holder, here, std::memory_order_acquire)) {
        return;
      }
    }
  }
  void unlock() {
    holder_.store(0);  // before notify_one looks whether somebody waits
    holder_.notify_one();
  }

 private:
  std::atomic<pid_t> holder_ = 0;  // the process whose thread has it
};

}  // namespace mfa
