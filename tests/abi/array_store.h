/* A store as a host might write it in C: an array of rows. For one thread. */
#ifndef MFA_TESTS_ARRAY_STORE_H
#define MFA_TESTS_ARRAY_STORE_H

#include <mfa/store.h>
#include <stdlib.h>

#define ARRAY_STORE_ROWS 64

typedef struct array_row {
  char key[MFA_STORE_KEY_MAX];
  size_t key_len; /* 0: the row is free */
  uint8_t *record;
  size_t record_len;
  uint64_t version;
} array_row;

typedef struct array_store {
  array_row rows[ARRAY_STORE_ROWS];
  long loads, saves, erases;
} array_store;

static array_row *array_find(array_store *store, const char *key, size_t key_len) {
  size_t i;
  for (i = 0; i < ARRAY_STORE_ROWS; i++) {
    array_row *row = &store->rows[i];
    if (row->key_len == key_len && memcmp(row->key, key, key_len) == 0) return row;
  }
  return NULL;
}

static mfa_store_answer array_fail(mfa_error *err, const char *why) {
  strcpy(err->message, why);
  return MFA_STORE_FAILED;
}

static mfa_store_answer array_load(void *ctx, const char *key, size_t key_len, mfa_buffer *record,
                                   uint64_t *version, mfa_error *err) {
  array_store *store = ctx;
  const array_row *row = array_find(store, key, key_len);
  store->loads++;
  if (!row) return MFA_STORE_NONE;
  if (mfa_buffer_assign(record, row->record, row->record_len) != MFA_OK)
    return array_fail(err, "out of memory");
  *version = row->version;
  return MFA_STORE_DONE;
}

static mfa_store_answer array_save(void *ctx, const char *key, size_t key_len, const uint8_t *record,
                                   size_t record_len, uint64_t expected_version, uint64_t new_version,
                                   uint64_t expires_at_s, mfa_error *err) {
  array_store *store = ctx;
  array_row *row = array_find(store, key, key_len);
  uint8_t *copy;
  (void)expires_at_s;
  store->saves++;
  if ((row ? row->version : 0) != expected_version) return MFA_STORE_CONFLICT;
  if (!row) row = array_find(store, "", 0);
  if (!row || key_len > sizeof row->key) return array_fail(err, "no room");
  copy = malloc(record_len);
  if (!copy) return array_fail(err, "out of memory");
  memcpy(copy, record, record_len);
  memcpy(row->key, key, key_len);
  free(row->record);
  row->key_len = key_len;
  row->record = copy;
  row->record_len = record_len;
  row->version = new_version;
  return MFA_STORE_DONE;
}

static mfa_store_answer array_erase(void *ctx, const char *key, size_t key_len, uint64_t expected_version,
                                    mfa_error *err) {
  static const array_row none = {{0}, 0, NULL, 0, 0};
  array_store *store = ctx;
  array_row *row = array_find(store, key, key_len);
  (void)err;
  store->erases++;
  if (!row) return MFA_STORE_NONE;
  if (row->version != expected_version) return MFA_STORE_CONFLICT;
  free(row->record);
  *row = none;
  return MFA_STORE_DONE;
}

static int array_before(const array_row *row, const char *key, size_t key_len) {
  const size_t common = row->key_len < key_len ? row->key_len : key_len;
  const int order = memcmp(row->key, key, common);
  return order != 0 ? order < 0 : row->key_len < key_len;
}

static int array_starts_with(const array_row *row, const char *prefix, size_t prefix_len) {
  return row->key_len >= prefix_len && memcmp(row->key, prefix, prefix_len) == 0;
}

/* The first key with the prefix that comes after `after`. */
static const array_row *array_next(const array_store *store, const char *prefix, size_t prefix_len,
                                   const char *after, size_t after_len) {
  const array_row *best = NULL;
  size_t i;
  for (i = 0; i < ARRAY_STORE_ROWS; i++) {
    const array_row *row = &store->rows[i];
    const int is_after = row->key_len != 0 && !array_before(row, after, after_len) &&
                         !(row->key_len == after_len && memcmp(row->key, after, after_len) == 0);
    if (!is_after || !array_starts_with(row, prefix, prefix_len)) continue;
    if (!best || array_before(row, best->key, best->key_len)) best = row;
  }
  return best;
}

static mfa_store_answer array_scan(void *ctx, const char *prefix, size_t prefix_len, const char *after,
                                   size_t after_len, size_t limit, mfa_scan_fn fn, void *fn_ctx,
                                   mfa_error *err) {
  array_store *store = ctx;
  (void)err;
  while (limit-- > 0) {
    const array_row *row = array_next(store, prefix, prefix_len, after, after_len);
    if (!row) break;
    after = row->key;
    after_len = row->key_len;
    if (fn(fn_ctx, row->key, row->key_len, row->record, row->record_len, row->version) != MFA_STORE_DONE)
      break;
  }
  return MFA_STORE_DONE;
}

static void array_close(void *ctx) {
  array_store *store = ctx;
  size_t i;
  for (i = 0; i < ARRAY_STORE_ROWS; i++) free(store->rows[i].record);
  memset(store, 0, sizeof *store);
}

static inline mfa_store array_store_open(array_store *rows) {
  mfa_store store = MFA_STORE_INIT;
  store.ctx = rows;
  store.load = array_load;
  store.save = array_save;
  store.erase = array_erase;
  store.scan = array_scan;
  store.close = array_close;
  return store;
}

static inline size_t array_store_used(const array_store *store) {
  size_t used = 0, i;
  for (i = 0; i < ARRAY_STORE_ROWS; i++) used += store->rows[i].key_len != 0;
  return used;
}

/* Whether the text stands anywhere in a key or a record. */
static inline int array_store_shows(const array_store *store, const void *text, size_t len) {
  size_t i, at;
  for (i = 0; i < ARRAY_STORE_ROWS; i++) {
    const array_row *row = &store->rows[i];
    for (at = 0; at + len <= row->record_len; at++) {
      if (memcmp(row->record + at, text, len) == 0) return 1;
    }
  }
  return 0;
}

#endif
