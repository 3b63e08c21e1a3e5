// A mutex that is free in a child of fork, whichever thread of the parent had it: that thread is not in the
// child, and would never give it back. What it guards may have been left half changed.
#pragma once

#include <unistd.h>

#include <atomic>
#include <mutex>
#include <new>
#include <thread>

namespace mfa {

class ForkMutex {
 public:
  ForkMutex() = default;
  ForkMutex(const ForkMutex &) = delete;
  ForkMutex &operator=(const ForkMutex &) = delete;

  void lock() {
    const pid_t here = ::getpid();
    for (pid_t seen = process_.load(std::memory_order_acquire); seen != here;
         seen = process_.load(std::memory_order_acquire)) {
      if (seen != kRenewed && process_.compare_exchange_strong(seen, kRenewed)) {
        new (&mutex_) std::mutex;  // not destroyed before: it may be locked
        process_.store(here, std::memory_order_release);
      } else {
        std::this_thread::yield();
      }
    }
    mutex_.lock();
  }
  void unlock() { mutex_.unlock(); }

 private:
  static constexpr pid_t kRenewed = -1;  // by a thread of this process, which is at it
  std::atomic<pid_t> process_ = ::getpid();
  std::mutex mutex_;
};

}  // namespace mfa
