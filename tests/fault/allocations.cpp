#include "fault/allocations.hpp"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <new>

// What does the work: a sanitizer's allocator, or the C library's.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MFA_REAL(name) __interceptor_##name
#else
#define MFA_REAL(name) __libc_##name
#endif

extern "C" {
void *MFA_REAL(malloc)(size_t size);
void *MFA_REAL(calloc)(size_t count, size_t size);
void *MFA_REAL(realloc)(void *block, size_t size);
void MFA_REAL(free)(void *block);
}

namespace mfa::test::allocations {
namespace {

thread_local bool armed = false;
thread_local long count = 0;
thread_local long first_failing = 0;
thread_local Failing how = Failing::once;
thread_local bool any_failed = false;
std::atomic<long> live_blocks = 0;

bool fails() {
  if (!armed) return false;
  count++;
  if (first_failing == 0 || (how == Failing::once ? count != first_failing : count < first_failing))
    return false;
  any_failed = true;
  errno = ENOMEM;
  return true;
}

void *born(void *block) {
  if (block) live_blocks.fetch_add(1, std::memory_order_relaxed);
  return block;
}

}  // namespace

void plan(long n, Failing failing) {
  count = 0;
  first_failing = n;
  how = failing;
  any_failed = false;
}
void arm() { armed = true; }
void disarm() { armed = false; }
bool struck() { return any_failed; }
long counted() { return count; }
long live() { return live_blocks; }

}  // namespace mfa::test::allocations

using namespace mfa::test::allocations;

extern "C" {

void *malloc(size_t size) { return fails() ? nullptr : born(MFA_REAL(malloc)(size)); }

void *calloc(size_t items, size_t size) { return fails() ? nullptr : born(MFA_REAL(calloc)(items, size)); }

void *realloc(void *block, size_t size) {
  if (size != 0 && fails()) return nullptr;
  void *moved = MFA_REAL(realloc)(block, size);
  if (!block) return born(moved);
  if (size == 0) live_blocks.fetch_sub(1, std::memory_order_relaxed);
  return moved;
}

void free(void *block) {
  if (block) live_blocks.fetch_sub(1, std::memory_order_relaxed);
  MFA_REAL(free)(block);
}

}  // extern "C"

// A sanitizer's operator new does not come by malloc.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
void *operator new(size_t size) {
  if (void *block = malloc(size ? size : 1)) return block;
  throw std::bad_alloc();
}
void *operator new[](size_t size) { return operator new(size); }
void *operator new(size_t size, const std::nothrow_t &) noexcept { return malloc(size ? size : 1); }
void *operator new[](size_t size, const std::nothrow_t &) noexcept { return malloc(size ? size : 1); }
void operator delete(void *block) noexcept { free(block); }
void operator delete[](void *block) noexcept { free(block); }
void operator delete(void *block, size_t) noexcept { free(block); }
void operator delete[](void *block, size_t) noexcept { free(block); }
void operator delete(void *block, const std::nothrow_t &) noexcept { free(block); }
void operator delete[](void *block, const std::nothrow_t &) noexcept { free(block); }
#endif
