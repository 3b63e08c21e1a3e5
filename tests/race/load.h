/* How long 24 threads are under load, and what it may cost. */
#ifndef MFA_TESTS_LOAD_H
#define MFA_TESTS_LOAD_H

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LOAD_THREADS = 24 };

/* Ten seconds; a minute with MFA_TEST_LONG. */
static inline int load_seconds(void) { return getenv("MFA_TEST_LONG") ? 60 : 10; }

/* What allocators keep is given back first. 0: it could not be read. */
static inline long resident_kib(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  malloc_trim(0);
  if (!file) return 0;
  if (fscanf(file, "%*s %ld", &pages) != 1) pages = 0;
  fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Did it stay as it was? A sanitizer keeps what is freed for a while, and tells of leaks by itself. */
static inline int load_report(const char *name, long lives, long before_kib) {
  const long after_kib = resident_kib();
  int measured = 1;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  measured = 0;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  measured = 0;
#endif
#endif
  printf("# %s: %ld lives in %d s, %d threads: resident memory %ld KiB before, %ld KiB after\n", name, lives,
         load_seconds(), LOAD_THREADS, before_kib, after_kib);
  return lives >= LOAD_THREADS && before_kib > 0 && (!measured || after_kib - before_kib < 4 * 1024);
}

#endif
