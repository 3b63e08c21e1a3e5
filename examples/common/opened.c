#define _POSIX_C_SOURCE 200809L
#include "opened.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "key_file.h"

#define CONFIG_MAX (1u << 20)
#define KEYS_MAX 16384u

typedef struct file {
  uint8_t *data;
  size_t len;
} file;

static void wipe_file(file *it) {
  if (it->data) mfa_wipe(it->data, it->len);
  free(it->data);
  it->data = NULL;
}

/* 0, or an error number. */
static int read_all(int fd, file *into, size_t max) {
  into->len = 0;
  into->data = malloc(max + 1);
  if (!into->data) return ENOMEM;
  for (;;) {
    const ssize_t got = read(fd, into->data + into->len, max + 1 - into->len);
    if (got == 0) return 0;
    if (got < 0 && errno != EINTR) return errno;
    if (got > 0) into->len += (size_t)got;
    if (into->len > max) return EFBIG;
  }
}

static int read_file(const char *path, file *into, size_t max, int is_secret, char *why, size_t why_size) {
  struct stat about;
  int wrong, fd;
  into->data = NULL;
  into->len = 0;
  fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) {
    snprintf(why, why_size, "%s: %s", path, strerror(errno));
    return -1;
  }
  if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
    snprintf(why, why_size, "%s: not a file", path);
    close(fd);
    return -1;
  }
  if (is_secret && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    snprintf(why, why_size, "%s: others than its owner may use it: chmod 600", path);
    close(fd);
    return -1;
  }
  wrong = read_all(fd, into, max);
  close(fd);
  if (wrong == 0) return 0;
  wipe_file(into);
  snprintf(why, why_size, "%s: %s", path, strerror(wrong));
  return -1;
}

static int read_keys(const char *path, key_file *into, char *why, size_t why_size) {
  file content;
  char what[80] = "";
  int result;
  if (read_file(path, &content, KEYS_MAX, 1, why, why_size) != 0) return -1;
  result = key_file_parse(into, content.data, content.len, what, sizeof what);
  wipe_file(&content);
  if (result != 0) snprintf(why, why_size, "%s: %s", path, what);
  return result;
}

static int make_engine(opened *into, const opened_from *from, const file *config, const key_file *keys,
                       const key_file *decoy, char *why, size_t why_size) {
  mfa_engine_config of = MFA_ENGINE_CONFIG_INIT;
  mfa_error err;
  of.json = mfa_text_n(config->data, config->len);
  of.keys = keys->keys;
  of.keys_count = keys->count;
  of.store = &into->store;
  if (decoy->count > 0) of.decoy_key = mfa_text_n(decoy->bytes[0], KEY_FILE_KEY_SIZE);
  of.ctx = from->ctx;
  of.event = from->event;
  if (mfa_store_open(from->store, strlen(from->store), &into->store, &err) != MFA_OK) {
    snprintf(why, why_size, "%s: %s", from->store, err.message);
    return -1;
  }
  if (mfa_engine_new(&of, &into->engine, &err) == MFA_OK) return 0;
  snprintf(why, why_size, "%s: %s", from->config, err.message);
  mfa_store_close(&into->store);
  return -1;
}

int opened_open(opened *into, const opened_from *from, char *why, size_t why_size) {
  static const opened closed = OPENED_INIT;
  key_file keys, decoy;
  file config;
  int result = -1;
  *into = closed;
  memset(&decoy, 0, sizeof decoy);
  if (read_file(from->config, &config, CONFIG_MAX, 0, why, why_size) != 0) return -1;
  if (read_keys(from->keys, &keys, why, why_size) == 0) {
    const int has_decoy = from->decoy && access(from->decoy, F_OK) == 0;
    if (!has_decoy || read_keys(from->decoy, &decoy, why, why_size) == 0)
      result = make_engine(into, from, &config, &keys, &decoy, why, why_size);
    key_file_wipe(&keys);
    key_file_wipe(&decoy);
  }
  wipe_file(&config);
  return result;
}

void opened_close(opened *it) {
  mfa_engine_free(it->engine);
  it->engine = NULL;
  mfa_store_close(&it->store);
}
