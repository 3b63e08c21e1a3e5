// A T for each thread, made when the thread first asks for it and gone with the thread.
#pragma once

#include <pthread.h>

#include <memory>

namespace mfa {

// For objects of static storage. Not a thread_local: where there is no memory to register the destructor of
// one, the C library ends the process. Lives as long as the process (the library is linked never to be
// unloaded), for a thread may end after everything else.
template <class T>
class PerThread {
 public:
  PerThread() : usable_(pthread_key_create(&key_, &drop) == 0) {}
  PerThread(const PerThread &) = delete;
  PerThread &operator=(const PerThread &) = delete;

  // NULL when there is no room for it.
  T *get() {
    if (!usable_) return nullptr;
    if (void *held = pthread_getspecific(key_)) return static_cast<T *>(held);
    auto made = std::make_unique<T>();
    if (pthread_setspecific(key_, made.get()) != 0) return nullptr;
    return made.release();
  }

 private:
  static void drop(void *held) { delete static_cast<T *>(held); }
  pthread_key_t key_ = {};
  bool usable_;
};

}  // namespace mfa
