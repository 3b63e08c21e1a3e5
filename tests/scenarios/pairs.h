/* Names and texts, in the order in which they came: the arguments of a step, its items, the variables. For
 * the runners in C and C++. */
#ifndef MFA_SCENARIOS_PAIRS_H
#define MFA_SCENARIOS_PAIRS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pair {
  char *name, *text;
} pair;

typedef struct pairs {
  pair *at;
  size_t count, room;
} pairs;

/* "" for a name that is not there. Lives until the next change. */
const char *pairs_get(const pairs *of, const char *name);
int pairs_has(const pairs *of, const char *name);
/* Copies both; in place of a text that the name has. */
void pairs_set(pairs *of, const char *name, const char *text);
void pairs_set_n(pairs *of, const char *name, const char *text, size_t text_len);
void pairs_set_number(pairs *of, const char *name, unsigned long long number);
/* Beside a text that the name has. */
void pairs_add(pairs *of, const char *name, const char *text);
/* Appends the text to the one that the name has, with a comma between. */
void pairs_list(pairs *of, const char *name, const char *text);
void pairs_sort(pairs *of); /* by the bytes of the names */
void pairs_clear(pairs *of);

/* Memory, or the program's end. */
void *taken(void *memory);
char *copy_n(const char *text, size_t len);

#ifdef __cplusplus
}
#endif
#endif
