#define _POSIX_C_SOURCE 200809L
#include "scenarios/player.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/lines.h"
#include "scenarios/pipe.h"
#include "scenarios/world.h"

typedef struct player {
  const scenario *of;
  world *in;
  pairs variables;
  FILE *transcript; /* NULL: none wanted */
  int quiet;        /* it has to fail: why is no news */
} player;

/* 0, said on stderr. */
static int failed(const player *by, const step *at, const char *what, const char *more) {
  if (by->quiet) return 0;
  fprintf(stderr, "%s, step %s, %s", pairs_get(&by->of->about, "scenario"), at->number, at->name);
  if (*at->note) fprintf(stderr, " (%s)", at->note);
  fprintf(stderr, ": %s %s\n", what, more);
  return 0;
}

/* ---- variables */

/* The text with its variables put in, for the caller to free; NULL: one was never saved. */
static char *filled(const player *by, const step *at, const char *text) {
  const char *begin;
  char *whole = copy_n("", 0);
  size_t len = 0;
  while ((begin = strstr(text, "${")) != NULL) {
    const char *end = strchr(begin, '}');
    char *name = copy_n(begin + 2, end ? (size_t)(end - begin - 2) : 0);
    const int known = pairs_has(&by->variables, name);
    const char *value = pairs_get(&by->variables, name);
    if (known) {
      whole = taken(realloc(whole, len + (size_t)(begin - text) + strlen(value) + 1));
      memcpy(whole + len, text, (size_t)(begin - text));
      len += (size_t)(begin - text);
      strcpy(whole + len, value);
      len += strlen(value);
      text = end + 1;
    } else {
      failed(by, at, "nothing was saved as", name);
    }
    free(name);
    if (!known) {
      free(whole);
      return NULL;
    }
  }
  whole = taken(realloc(whole, len + strlen(text) + 1));
  strcpy(whole + len, text);
  return whole;
}

/* ---- steps that are alike in every language */

static int cut(const pairs *arguments, pairs *items) {
  const char *text = pairs_get(arguments, "of"), *end;
  if (pairs_has(arguments, "after")) {
    const char *mark = pairs_get(arguments, "after");
    text = strstr(text, mark);
    if (!text) return 0;
    text += strlen(mark);
  }
  end = text + strlen(text);
  if (pairs_has(arguments, "before")) {
    const char *mark = pairs_get(arguments, "before"), *found = strstr(text, mark);
    if (!found && strcmp(mark, "\n") != 0) return 0;
    if (found) end = found;
  }
  pairs_set_n(items, "text", text, (size_t)(end - text));
  return 1;
}

static int wrong_code(const pairs *arguments, pairs *items) {
  char *code, *last;
  const char *given = pairs_get(arguments, "code");
  if (!*given) return 0;
  code = copy_n(given, strlen(given));
  last = code + strlen(code) - 1;
  *last = *last >= '0' && *last < '9' ? (char)(*last + 1) : *last == '9' ? '0' : '9';
  pairs_set(items, "code", code);
  free(code);
  return 1;
}

/* passkey_create, passkey_get, passkey_clone: their names and texts are plain, the offer is JSON. An answer
 * that is an error is left as the item `error`. */
static int passkey(const char *op, const pairs *arguments, pairs *items) {
  const char *offer = pairs_get(arguments, "offer");
  char *answer, *members;
  const size_t room = strlen(offer) + 1024;
  int len, done;
  members = taken(malloc(room));
  len = snprintf(members, room,
                 "\"op\":\"%s\",\"authenticator\":\"%s\",\"of\":\"%s\",\"origin\":\"%s\",\"fault\":\"%s\"",
                 op, pairs_get(arguments, "authenticator"), pairs_get(arguments, "of"),
                 pairs_get(arguments, "origin"), pairs_get(arguments, "fault"));
  if (*offer) snprintf(members + len, room - (size_t)len, ",\"options\":%s", offer);
  answer = authenticator_ask(members);
  free(members);
  if (!answer) return 0;
  done = strncmp(answer, "{\"error\"", 8) != 0;
  if (!done || strcmp(op, "clone") != 0) pairs_set(items, done ? "response" : "error", answer);
  free(answer);
  return done;
}

static int do_step(const player *by, const char *name, const pairs *arguments, pairs *items) {
  if (strcmp(name, "cut") == 0) return cut(arguments, items);
  if (strcmp(name, "wrong_code") == 0) return wrong_code(arguments, items);
  if (strncmp(name, "passkey_", 8) == 0) return passkey(name + 8, arguments, items);
  return world_do(by->in, name, arguments, items);
}

/* ---- one step */

static void write_escaped(FILE *to, const char *text) {
  for (; *text; text++) {
    if (*text == '\n') {
      fputs("\\n", to);
    } else if (*text == '\t') {
      fputs("\\t", to);
    } else if (*text == '\\') {
      fputs("\\\\", to);
    } else {
      fputc(*text, to);
    }
  }
}

static void write_transcript(const player *by, const step *at, pairs *items) {
  size_t i;
  if (!by->transcript) return;
  pairs_sort(items);
  fprintf(by->transcript, "step %s %s\n", at->number, at->name);
  for (i = 0; i < items->count; i++) {
    if (!*items->at[i].text) continue;
    fprintf(by->transcript, "%s=", items->at[i].name);
    write_escaped(by->transcript, items->at[i].text);
    fputc('\n', by->transcript);
  }
}

static int is_as_expected(const player *by, const step *at, const pairs *items) {
  size_t i;
  int right = 1;
  for (i = 0; right && i < at->expect.count; i++) {
    const char *item = at->expect.at[i].name, *found = pairs_get(items, item);
    char *wanted = filled(by, at, at->expect.at[i].text);
    right = wanted && strcmp(found, wanted) == 0;
    if (wanted && !right) failed(by, at, item, found);
    free(wanted);
  }
  for (i = 0; right && i < at->has.count; i++) {
    right = *pairs_get(items, at->has.at[i].name) != 0;
    if (!right) failed(by, at, "there is no", at->has.at[i].name);
  }
  for (i = 0; right && i < at->contains.count; i++) {
    const char *item = at->contains.at[i].name, *found = pairs_get(items, item);
    char *wanted = filled(by, at, at->contains.at[i].text);
    right = wanted && strstr(found, wanted) != NULL;
    if (wanted && !right) failed(by, at, wanted, "is missing"), failed(by, at, item, found);
    free(wanted);
  }
  return right;
}

static int play_step(player *by, const step *at) {
  pairs arguments = {0}, items = {0};
  size_t i;
  int right = 1;
  for (i = 0; right && i < at->arguments.count; i++) {
    char *text = filled(by, at, at->arguments.at[i].text);
    if (text) pairs_set(&arguments, at->arguments.at[i].name, text);
    right = text != NULL;
    free(text);
  }
  if (right) {
    right = do_step(by, at->name, &arguments, &items);
    if (!right) failed(by, at, "it could not be done", pairs_get(&items, "error"));
  }
  if (right) {
    if (!pairs_has(&items, "status")) pairs_set(&items, "status", "MFA_OK");
    write_transcript(by, at, &items);
    right = is_as_expected(by, at, &items);
  }
  for (i = 0; right && i < at->save.count; i++)
    pairs_set(&by->variables, at->save.at[i].name, pairs_get(&items, at->save.at[i].text));
  pairs_clear(&arguments);
  pairs_clear(&items);
  return right;
}

/* ---- one scenario */

static FILE *open_transcript(const char *name) {
  const char *folder = getenv("MFA_TRANSCRIPT");
  char path[4096];
  FILE *file;
  if (!folder) return NULL;
  snprintf(path, sizeof path, "%s/%s.txt", folder, name);
  file = fopen(path, "w");
  if (!file) {
    fprintf(stderr, "%s cannot be written\n", path);
    exit(2);
  }
  return file;
}

static int play(const scenario *of, int own_store, int quiet) {
  const scenario_start start = {strtoull(pairs_get(&of->about, "start_s"), NULL, 10),
                                strtoull(pairs_get(&of->about, "seed"), NULL, 10),
                                pairs_get(&of->about, "keys"), pairs_get(&of->about, "config"), own_store};
  const char *name = pairs_get(&of->about, "scenario");
  player by = {of, world_open(&start), {0}, quiet ? NULL : open_transcript(name), quiet};
  char seed[64];
  size_t i;
  int right = by.in != NULL;
  snprintf(seed, sizeof seed, "\"op\":\"seed\",\"seed\":%llu", (unsigned long long)start.seed);
  if (right) {
    char *answer = authenticator_ask(seed);
    right = answer != NULL;
    free(answer);
  }
  for (i = 0; right && i < of->count; i++) right = play_step(&by, &of->steps[i]);
  if (right && !world_asked(by.in)) right = 0;
  world_close(by.in);
  pairs_clear(&by.variables);
  if (by.transcript) fclose(by.transcript);
  if (!right && !quiet)
    fprintf(stderr, "failed: %s on %s\n", name, own_store ? "a store of its own" : "memory:");
  return right;
}

int play_files(int argc, char **argv) {
  long checks = 0, failures = 0;
  int i, own_store;
  if (!authenticator_start()) {
    fputs("MFA_AUTHENTICATOR names no program\n", stderr);
    return 2;
  }
  for (i = 1; i < argc; i++) {
    FILE *file = fopen(argv[i], "r");
    scenario *each;
    if (!file) {
      fprintf(stderr, "%s cannot be opened\n", argv[i]);
      return 2;
    }
    while ((each = scenario_read(file)) != NULL) {
      const int broken = strncmp(pairs_get(&each->about, "scenario"), "broken", 6) == 0;
      for (own_store = 0; own_store < 2; own_store++) {
        const int right = play(each, own_store, broken);
        checks++;
        failures += right == broken;
        if (right && broken) fprintf(stderr, "%s passed\n", pairs_get(&each->about, "scenario"));
      }
      scenario_free(each);
    }
    fclose(file);
  }
  authenticator_stop();
  printf("%ld checks, %ld failed\n", checks, failures);
  return failures == 0 && checks != 0 ? 0 : 1;
}
