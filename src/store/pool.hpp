// A few things of a kind that threads take in turn; each is opened when it is first needed.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "core/result.hpp"

namespace mfa::store {

template <class T>
class Pool {
 public:
  Pool(size_t most, std::function<Result<std::unique_ptr<T>>()> open) : most_(most), open_(std::move(open)) {
    idle_.reserve(most);
  }

  // One of them, given back at the end.
  class Lease {
   public:
    Lease(Pool &pool, std::unique_ptr<T> held) : pool_(&pool), held_(std::move(held)) {}
    Lease(Lease &&) noexcept = default;
    ~Lease() {
      if (held_) pool_->give_back(std::move(held_));
    }
    T &operator*() { return *held_; }

   private:
    Pool *pool_;
    std::unique_ptr<T> held_;
  };

  // Waits while all are taken.
  Result<Lease> take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !idle_.empty() || opened_ < most_; });
    if (!idle_.empty()) {
      Lease lease(*this, std::move(idle_.back()));
      idle_.pop_back();
      return lease;
    }
    MFA_TRY(auto opened, open_());  // under the lock: it happens a few times in the life of a process
    opened_++;
    return Lease(*this, std::move(opened));
  }

 private:
  void give_back(std::unique_ptr<T> held) noexcept {
    {
      const std::lock_guard lock(mutex_);
      idle_.push_back(std::move(held));  // has room: reserved
    }
    returned_.notify_one();
  }

  const size_t most_;
  const std::function<Result<std::unique_ptr<T>>()> open_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<T>> idle_;
  size_t opened_ = 0;
};

}  // namespace mfa::store
