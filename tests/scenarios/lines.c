#define _POSIX_C_SOURCE 200809L
#include "scenarios/lines.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { FIELDS = 4 };

static void unfit(const char *line) {
  fprintf(stderr, "this is no line of a scenario: %s\n", line);
  exit(2);
}

/* In its place; the escapes never make it longer. */
static void unescape(char *text) {
  const char *from = text;
  for (; *from; from++) {
    if (*from == '\\') {
      from++;
      *text++ = *from == 'n' ? '\n' : *from == 't' ? '\t' : '\\';
    } else {
      *text++ = *from;
    }
  }
  *text = 0;
}

static int split(char *line, char *fields[FIELDS]) {
  int count = 0;
  while (line && count < FIELDS) {
    char *tab = strchr(line, '\t');
    if (tab) *tab = 0;
    fields[count++] = line;
    line = tab ? tab + 1 : NULL;
  }
  if (line) unfit(line);
  for (int i = 0; i < count; i++) unescape(fields[i]);
  return count;
}

static step *new_step(scenario *to, char *fields[FIELDS]) {
  step made = {NULL, NULL, NULL, {0}, {0}, {0}, {0}, {0}};
  made.number = copy_n(fields[1], strlen(fields[1]));
  made.name = copy_n(fields[2], strlen(fields[2]));
  made.note = copy_n(fields[3], strlen(fields[3]));
  to->steps = taken(realloc(to->steps, (to->count + 1) * sizeof made));
  to->steps[to->count] = made;
  return &to->steps[to->count++];
}

static void add_to_step(step *to, int count, char *fields[FIELDS]) {
  if (count == 3 && strcmp(fields[0], "arg") == 0) {
    pairs_set(&to->arguments, fields[1], fields[2]);
  } else if (count == 3 && strcmp(fields[0], "expect") == 0) {
    pairs_set(&to->expect, fields[1], fields[2]);
  } else if (count == 2 && strcmp(fields[0], "has") == 0) {
    pairs_set(&to->has, fields[1], "");
  } else if (count == 3 && strcmp(fields[0], "contains") == 0) {
    pairs_add(&to->contains, fields[1], fields[2]);
  } else if (count == 3 && strcmp(fields[0], "save") == 0) {
    pairs_set(&to->save, fields[1], fields[2]);
  } else {
    unfit(fields[0]);
  }
}

scenario *scenario_read(FILE *file) {
  char *line = NULL, *fields[FIELDS];
  size_t room = 0;
  step *last = NULL;
  scenario *made = NULL;
  ssize_t len;
  while ((len = getline(&line, &room, file)) > 0) {
    if (line[len - 1] == '\n') line[len - 1] = 0;
    const int count = split(line, fields);
    if (!made) made = taken(calloc(1, sizeof *made));
    if (count == 1 && strcmp(fields[0], "end") == 0) {
      free(line);
      return made;
    }
    if (count == 4 && strcmp(fields[0], "step") == 0) {
      last = new_step(made, fields);
    } else if (last) {
      add_to_step(last, count, fields);
    } else if (count == 2) {
      pairs_set(&made->about, fields[0], fields[1]);
    } else {
      unfit(fields[0]);
    }
  }
  free(line);
  if (made) unfit("a scenario without its end");
  return NULL;
}

void scenario_free(scenario *of) {
  for (size_t i = 0; i < of->count; i++) {
    step *each = &of->steps[i];
    free(each->number), free(each->name), free(each->note);
    pairs_clear(&each->arguments), pairs_clear(&each->expect), pairs_clear(&each->has);
    pairs_clear(&each->contains), pairs_clear(&each->save);
  }
  free(of->steps);
  pairs_clear(&of->about);
  free(of);
}
