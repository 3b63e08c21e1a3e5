#include "fault/allocations.hpp"

#include <cerrno>
#include <cstddef>
#include <new>

#if defined(__has_feature)
#define MFA_HAS(sanitizer) __has_feature(sanitizer)
#else
#define MFA_HAS(sanitizer) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || MFA_HAS(address_sanitizer)
#define MFA_ASAN
#endif
#if defined(__SANITIZE_THREAD__) || MFA_HAS(thread_sanitizer)
#define MFA_TSAN
#endif

// What does the work: a sanitizer's allocator, or the C library's.
#if defined(MFA_ASAN) || defined(MFA_TSAN)
#define MFA_REAL(name) __interceptor_##name
#else
#define MFA_REAL(name) __libc_##name
#endif
// The first calls come before a sanitizer is ready to look at what we do.
#if __has_attribute(disable_sanitizer_instrumentation)
#define MFA_UNSEEN __attribute__((disable_sanitizer_instrumentation))
#else
#define MFA_UNSEEN __attribute__((no_sanitize("address", "thread", "undefined")))
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
long live_blocks = 0;  // of all threads

MFA_UNSEEN bool fails() {
  if (!armed) return false;
  count++;
  if (first_failing == 0 || (how == Failing::once ? count != first_failing : count < first_failing))
    return false;
  any_failed = true;
  errno = ENOMEM;
  return true;
}

MFA_UNSEEN void *born(void *block) {
  if (block) __atomic_fetch_add(&live_blocks, 1, __ATOMIC_RELAXED);
  return block;
}
MFA_UNSEEN void dies(void *block) {
  if (block) __atomic_fetch_sub(&live_blocks, 1, __ATOMIC_RELAXED);
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
bool reach_new() {
#if defined(MFA_TSAN)
  return false;
#else
  return true;
#endif
}
long live() { return __atomic_load_n(&live_blocks, __ATOMIC_RELAXED); }

}  // namespace mfa::test::allocations

using namespace mfa::test::allocations;

extern "C" {

MFA_UNSEEN void *malloc(size_t size) { return fails() ? nullptr : born(MFA_REAL(malloc)(size)); }

MFA_UNSEEN void *calloc(size_t items, size_t size) {
  return fails() ? nullptr : born(MFA_REAL(calloc)(items, size));
}

MFA_UNSEEN void *realloc(void *block, size_t size) {
  if (size != 0 && fails()) return nullptr;
  void *moved = MFA_REAL(realloc)(block, size);
  if (!block) return born(moved);
  if (size == 0) dies(block);
  return moved;
}

MFA_UNSEEN void free(void *block) {
  dies(block);
  MFA_REAL(free)(block);
}

}  // extern "C"

// The address sanitizer's operator new does not come by malloc. (Nor does that of the thread sanitizer, which
// cannot be replaced: there only the mallocs of C libraries fail.)
#if defined(MFA_ASAN)
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
