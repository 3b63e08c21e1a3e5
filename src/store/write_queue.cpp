#include "store/write_queue.hpp"

namespace mfa::store {

// One thread's turn to commit all that waits. Its end, also by an exception, frees those who wait for it.
class WriteQueue::Turn {
 public:
  // With the lock held.
  explicit Turn(WriteQueue &queue) : queue_(queue) {
    queue.batch_.swap(queue.waiting_);
    queue.busy_ = true;
  }
  Turn(const Turn &) = delete;
  Turn &operator=(const Turn &) = delete;
  // With the lock not held.
  ~Turn() {
    {
      const std::lock_guard lock(queue_.mutex_);
      for (Write *write : queue_.batch_) write->over = true;
      queue_.batch_.clear();
      queue_.busy_ = false;
    }
    queue_.turn_over_.notify_all();
  }

 private:
  WriteQueue &queue_;
};

WriteQueue::WriteQueue(Committer &committer) : committer_(committer) {}

Result<Written> WriteQueue::run(Write &write) {
  {
    std::unique_lock lock(mutex_);
    waiting_.push_back(&write);
    turn_over_.wait(lock, [&] { return write.over || !busy_; });
    if (!write.over) {
      const Turn turn(*this);  // write is among those that wait
      lock.unlock();
      committer_.commit(batch_);
    }
  }
  if (write.answer) return *std::move(write.answer);
  return fail(Status::err_no_memory, Reason::no_memory, "out of memory while writing");
}

}  // namespace mfa::store
