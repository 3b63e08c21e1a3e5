#include "scenarios/pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *taken(void *memory) {
  if (memory) return memory;
  fputs("out of memory\n", stderr);
  abort();
}

char *copy_n(const char *text, size_t len) {
  char *copy = taken(malloc(len + 1));
  if (len) memcpy(copy, text, len);
  copy[len] = 0;
  return copy;
}

static pair *find(const pairs *of, const char *name) {
  size_t i;
  for (i = 0; i < of->count; i++)
    if (strcmp(of->at[i].name, name) == 0) return &of->at[i];
  return NULL;
}

const char *pairs_get(const pairs *of, const char *name) {
  const pair *found = find(of, name);
  return found ? found->text : "";
}

int pairs_has(const pairs *of, const char *name) { return find(of, name) != NULL; }

static void append(pairs *of, const char *name, char *text) {
  if (of->count == of->room) {
    of->room = of->room ? of->room * 2 : 16;
    of->at = taken(realloc(of->at, of->room * sizeof *of->at));
  }
  of->at[of->count].name = copy_n(name, strlen(name));
  of->at[of->count].text = text;
  of->count++;
}

static void put(pairs *of, const char *name, char *text) {
  pair *found = find(of, name);
  if (!found) {
    append(of, name, text);
  } else {
    free(found->text);
    found->text = text;
  }
}

void pairs_set_n(pairs *of, const char *name, const char *text, size_t text_len) {
  put(of, name, copy_n(text, text_len));
}

void pairs_set(pairs *of, const char *name, const char *text) { pairs_set_n(of, name, text, strlen(text)); }

void pairs_set_number(pairs *of, const char *name, unsigned long long number) {
  char text[24];
  snprintf(text, sizeof text, "%llu", number);
  pairs_set(of, name, text);
}

void pairs_add(pairs *of, const char *name, const char *text) {
  append(of, name, copy_n(text, strlen(text)));
}

void pairs_list(pairs *of, const char *name, const char *text) {
  const char *before = pairs_get(of, name);
  const size_t len = strlen(before), more = strlen(text);
  char *whole = taken(malloc(len + more + 2));
  memcpy(whole, before, len);
  if (len) whole[len] = ',';
  memcpy(whole + len + (len != 0), text, more + 1);
  put(of, name, whole);
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const pair *)a)->name, ((const pair *)b)->name);
}

void pairs_sort(pairs *of) {
  if (of->count) qsort(of->at, of->count, sizeof *of->at, by_name);
}

void pairs_clear(pairs *of) {
  size_t i;
  for (i = 0; i < of->count; i++) {
    free(of->at[i].name);
    free(of->at[i].text);
  }
  free(of->at);
  memset(of, 0, sizeof *of);
}
