/* mfa-check: a login checker that needs no shared library, no other file than those of its folder, and no
 * network. README.md. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "opened.h"

static const char kUsage[] =
    "usage: mfa-check FOLDER\n"
    "\n"
    "Answers requests, a line each, from standard input until it ends. FOLDER holds config.json, keys, and "
    "for passkeys\n"
    "decoy.key; mfa.db is made there. Events go to standard error. Exit status, of the last request: 0 yes, "
    "1 no,\n"
    "2 it was no request, 3 it could not be decided.\n";

static void log_event(void *ctx, const char *json, size_t json_len) {
  (void)ctx;
  fprintf(stderr, "%.*s\n", (int)json_len, json);
}

/* FOLDER/name, behind a prefix. */
static char *path_of(const char *prefix, const char *folder, const char *name) {
  const size_t size = strlen(prefix) + strlen(folder) + strlen(name) + 2;
  char *path = malloc(size);
  if (path) snprintf(path, size, "%s%s/%s", prefix, folder, name);
  return path;
}

static int open_folder(opened *site, const char *folder) {
  char *config = path_of("", folder, "config.json"), *keys = path_of("", folder, "keys");
  char *decoy = path_of("", folder, "decoy.key"), *store = path_of("sqlite:", folder, "mfa.db");
  const opened_from from = {config, keys, decoy, store, log_event, NULL};
  char why[512] = "no memory";
  int result = -1;
  if (config && keys && decoy && store) result = opened_open(site, &from, why, sizeof why);
  if (result != 0) fprintf(stderr, "mfa-check: %s\n", why);
  free(config);
  free(keys);
  free(decoy);
  free(store);
  return result;
}

/* Without its line feed; a last line needs none. -1 at the end. A longer line than fits is read to its end,
 * and LINE_MAX_BYTES + 1. */
static long read_line(char *into) {
  long len = 0;
  int c;
  while ((c = getchar()) != EOF && c != '\n') {
    if (len <= LINE_MAX_BYTES) into[len++] = (char)c;
  }
  return c == EOF && len == 0 ? -1 : len;
}

static int answer_line(mfa_engine *engine, char *text, size_t len) {
  line asked;
  const char *wrong;
  if (len > LINE_MAX_BYTES) return command_usage("the line is too long", stdout);
  wrong = line_parse(text, len, &asked);
  return wrong ? command_usage(wrong, stdout) : command_run(engine, &asked, stdout);
}

static int serve(mfa_engine *engine) {
  static char text[LINE_MAX_BYTES + 2];
  int last = ANSWER_USAGE;
  long len;
  while ((len = read_line(text)) >= 0) {
    last = answer_line(engine, text, (size_t)len);
    mfa_wipe(text, sizeof text);
    if (fflush(stdout) != 0) return ANSWER_FAILED; /* nobody hears the answer */
  }
  return last;
}

int main(int argc, char **argv) {
  opened site = OPENED_INIT;
  int last;
  if (argc != 2 || argv[1][0] == '-') {
    fputs(kUsage, argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout : stderr);
    return argc == 2 && strcmp(argv[1], "--help") == 0 ? ANSWER_YES : ANSWER_USAGE;
  }
  signal(SIGPIPE, SIG_IGN);
  umask(077); /* of mfa.db */
  if (open_folder(&site, argv[1]) != 0) return ANSWER_FAILED;
  last = serve(site.engine);
  opened_close(&site);
  return last;
}
