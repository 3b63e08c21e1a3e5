#include "core/fork_mutex.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <array>
#include <mutex>
#include <thread>

using namespace mfa;

namespace {

// What the child's function gives, or -1: it did not come to an end.
template <class Function>
int in_child(Function &&function) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::alarm(20);
    ::_exit(function());
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("fork mutex: what a thread of the parent holds is free in the child") {
  ForkMutex mutex;
  const std::lock_guard held(mutex);
  CHECK(in_child([&] {
          for (int i = 0; i < 2; i++) const std::lock_guard again(mutex);
          const std::lock_guard held_too(mutex);
          return in_child([&] {
            const std::lock_guard at_last(mutex);
            return 7;
          });
        }) == 7);
}

TEST_CASE("fork mutex: the parent's stays held while a child has come and gone") {
  ForkMutex mutex;
  std::atomic<bool> got = false;
  std::thread other;
  {
    const std::lock_guard held(mutex);
    CHECK(in_child([&] {
            const std::lock_guard again(mutex);
            return 0;
          }) == 0);
    other = std::thread([&] {
      const std::lock_guard again(mutex);
      got = true;
    });
    CHECK_FALSE(got);
  }
  other.join();
  CHECK(got);
}

TEST_CASE("fork mutex: one thread at a time") {
  ForkMutex mutex;
  long count = 0;
  std::array<std::thread, 4> threads;
  for (auto &thread : threads) {
    thread = std::thread([&] {
      for (int i = 0; i < 1000; i++) {
        const std::lock_guard held(mutex);
        count++;
      }
    });
  }
  for (auto &thread : threads) thread.join();
  CHECK(count == 4000);
}
