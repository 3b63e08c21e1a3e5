/* Counting for test programs in C: each CHECK is one case; main ends with `return check_report();`. */
#ifndef MFA_TESTS_CHECK_H
#define MFA_TESTS_CHECK_H

#include <stdio.h>

static long check_count;
static long check_failures;

static inline int check_one(int yes, const char *what, const char *file, int line) {
  check_count++;
  if (!yes) {
    check_failures++;
    fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
  }
  return yes;
}

#define CHECK(condition) check_one((condition) != 0, #condition, __FILE__, __LINE__)

static inline int check_report(void) {
  printf("%ld checks, %ld failed\n", check_count, check_failures);
  return check_failures == 0 && check_count != 0 ? 0 : 1;
}

#endif
