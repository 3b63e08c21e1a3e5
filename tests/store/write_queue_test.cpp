// Writes that wait together are committed together, and none waits for ever.
#include "store/write_queue.hpp"

#include <doctest.h>

#include <atomic>
#include <thread>

using namespace mfa;
using store::Write;
using store::WriteQueue;
using store::Written;

namespace {

// Holds the first batch until `others` writes wait behind it.
class Slow final : public store::Committer {
 public:
  void commit(std::span<Write *> batch) override {
    sizes.push_back(batch.size());
    if (sizes.size() == 1) {
      std::unique_lock lock(mutex_);
      go_.wait(lock, [&] { return released_; });
    }
    if (throws) throw std::bad_alloc();
    for (Write *write : batch) write->answer = Result<Written>(Written::done);
  }
  void release() {
    {
      const std::lock_guard lock(mutex_);
      released_ = true;
    }
    go_.notify_all();
  }
  std::vector<size_t> sizes;  // of the batches: one thread at a time commits
  bool throws = false;

 private:
  std::mutex mutex_;
  std::condition_variable go_;
  bool released_ = false;
};

}  // namespace

TEST_CASE("write queue: a write alone is a batch of one") {
  Slow slow;
  slow.release();
  WriteQueue queue(slow);
  Write write{.key = "k"};
  CHECK(queue.run(write).value() == Written::done);
  CHECK(slow.sizes == std::vector<size_t>{1});
}

TEST_CASE("write queue: every write is in one batch") {
  Slow slow;
  WriteQueue queue(slow);
  std::atomic<int> well = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; i++) {
    threads.emplace_back([&] {
      Write write{.key = "k"};
      const auto written = queue.run(write);
      well += written.has_value() && written.value() == Written::done;
    });
  }
  slow.release();
  for (auto &thread : threads) thread.join();
  CHECK(well == 16);
  size_t sum = 0;
  for (const size_t size : slow.sizes) sum += size;
  CHECK(sum == 16);
}

TEST_CASE("write queue: a commit that runs out of memory fails its batch, and the queue goes on") {
  Slow slow;
  slow.release();
  slow.throws = true;
  WriteQueue queue(slow);
  Write write{.key = "k"};
  CHECK_THROWS_AS((void)queue.run(write), std::bad_alloc);
  slow.throws = false;
  Write next{.key = "k"};
  CHECK(queue.run(next).value() == Written::done);
}

TEST_CASE("write queue: those who waited for a commit that ran out of memory fail, too") {
  Slow slow;
  slow.throws = true;
  WriteQueue queue(slow);
  std::atomic<int> thrown = 0, failed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; i++) {
    threads.emplace_back([&] {
      Write write{.key = "k"};
      try {
        const auto written = queue.run(write);
        failed += !written.has_value() && written.error().status == Status::err_no_memory;
      } catch (const std::bad_alloc &) {
        thrown++;
      }
    });
  }
  slow.release();
  for (auto &thread : threads) thread.join();
  CHECK(thrown + failed == 16);
  CHECK(static_cast<size_t>(thrown) == slow.sizes.size());
}
