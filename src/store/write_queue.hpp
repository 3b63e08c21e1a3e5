// Group commit: writes that wait together share one transaction, for a durable commit costs far more than the
// writes in it. The first to come commits its own at once; those that come meanwhile are its successor's
// batch.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa::store {

enum class Written { done, conflict, none };

// Lives on the stack of the thread that waits for it.
struct Write {
  std::string_view key;
  bool erases = false;
  ByteView record = {};
  uint64_t expected = 0;
  uint64_t new_version = 0;
  uint64_t expires_at_s = 0;
  std::optional<Result<Written>> answer = {};  // of the committer; none: it did not come that far
  bool over = false;                           // the queue's
};

// Makes a batch durable as one, and gives each write its answer, only after.
class Committer {
 public:
  virtual ~Committer() = default;
  virtual void commit(std::span<Write *> batch) = 0;
};

class WriteQueue {
 public:
  explicit WriteQueue(Committer &committer);
  // From any thread; commit() runs in one of them at a time.
  Result<Written> run(Write &write);

 private:
  class Turn;

  Committer &committer_;
  std::mutex mutex_;
  std::condition_variable turn_over_;
  std::vector<Write *> waiting_;  // oldest first; a thread has one at most
  std::vector<Write *> batch_;
  bool busy_ = false;  // a thread is committing batch_
};

}  // namespace mfa::store
