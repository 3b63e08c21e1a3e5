/* Checks for C test programs: CHECK counts, prints one line for each failure, and goes on. main ends with
 * `return check_done();`: 0 when every check passed, and there was one. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static unsigned long check_passed, check_failed;

static void check_that(int passed, const char *text, const char *file, int line) {
  if (passed) {
    check_passed++;
  } else {
    check_failed++;
    fprintf(stderr, "%s:%d: failed: %s\n", file, line, text);
  }
}
#define CHECK(condition) check_that((condition) ? 1 : 0, #condition, __FILE__, __LINE__)

static int check_done(void) {
  printf("%lu checks passed, %lu failed\n", check_passed, check_failed);
  return check_failed != 0 || check_passed == 0;
}

#endif
