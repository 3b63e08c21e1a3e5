#include "bridge.h"

#include <stdlib.h>

#include "_cgo_export.h"

static __thread uintptr_t frame;

uintptr_t mfa_go_enter(uintptr_t next) {
  const uintptr_t before = frame;
  frame = next;
  return before;
}

void *mfa_go_alloc(size_t size) { return calloc(1, size); }
void mfa_go_free(void *data) { free(data); }

/* A callback carries a number, never an address, so that one which comes too late finds nothing instead of
 * freed memory. */
static mfa_store_answer load(void *ctx, const char *key, size_t key_len, mfa_buffer *record,
                             uint64_t *version, mfa_error *err) {
  return mfaGoLoad((uintptr_t)ctx, frame, (char *)key, key_len, record, version, err);
}

static mfa_store_answer save(void *ctx, const char *key, size_t key_len, const uint8_t *record,
                             size_t record_len, uint64_t expected_version, uint64_t new_version,
                             uint64_t expires_at_s, mfa_error *err) {
  return mfaGoSave((uintptr_t)ctx, frame, (char *)key, key_len, (uint8_t *)record, record_len,
                   expected_version, new_version, expires_at_s, err);
}

static mfa_store_answer erase(void *ctx, const char *key, size_t key_len, uint64_t expected_version,
                              mfa_error *err) {
  return mfaGoErase((uintptr_t)ctx, frame, (char *)key, key_len, expected_version, err);
}

static mfa_store_answer scan(void *ctx, const char *prefix, size_t prefix_len, const char *after,
                             size_t after_len, size_t limit, mfa_scan_fn fn, void *fn_ctx, mfa_error *err) {
  return mfaGoScan((uintptr_t)ctx, frame, (char *)prefix, prefix_len, (char *)after, after_len, limit, fn,
                   fn_ctx, err);
}

void mfa_go_store(mfa_store *store, uintptr_t handle, int scans) {
  const mfa_store init = MFA_STORE_INIT;
  *store = init;
  store->ctx = (void *)handle;
  store->load = load;
  store->save = save;
  store->erase = erase;
  store->scan = scans ? scan : NULL;
}

static uint64_t now_s(void *ctx) { return mfaGoNow((uintptr_t)ctx, frame); }

static int32_t fill(void *ctx, uint8_t *out, size_t out_len) {
  return mfaGoRandom((uintptr_t)ctx, frame, out, out_len);
}

static void tell(void *ctx, const char *json, size_t json_len) {
  mfaGoEvent((uintptr_t)ctx, (char *)json, json_len);
}

void mfa_go_hooks(mfa_engine_config *config, uintptr_t handle, int now, int random, int event) {
  config->ctx = (void *)handle;
  config->now_s = now ? now_s : NULL;
  config->random = random ? fill : NULL;
  config->event = event ? tell : NULL;
}

static mfa_store_answer found(void *ctx, const char *key, size_t key_len, const uint8_t *record,
                              size_t record_len, uint64_t version) {
  return mfaGoFound((uintptr_t)ctx, (char *)key, key_len, (uint8_t *)record, record_len, version);
}

mfa_status mfa_go_admin_users(mfa_engine *engine, const char *after, size_t after_len, size_t limit,
                              uintptr_t rows, mfa_error *err) {
  return mfa_admin_users(engine, after, after_len, limit, found, (void *)rows, err);
}

mfa_store_answer mfa_go_call_found(mfa_scan_fn fn, void *fn_ctx, const char *key, size_t key_len,
                                   const uint8_t *record, size_t record_len, uint64_t version) {
  return fn(fn_ctx, key, key_len, record, record_len, version);
}

mfa_store_answer mfa_go_call_load(const mfa_store *store, const char *key, size_t key_len, mfa_buffer *record,
                                  uint64_t *version, mfa_error *err) {
  return store->load(store->ctx, key, key_len, record, version, err);
}

mfa_store_answer mfa_go_call_save(const mfa_store *store, const char *key, size_t key_len,
                                  const uint8_t *record, size_t record_len, uint64_t expected_version,
                                  uint64_t new_version, uint64_t expires_at_s, mfa_error *err) {
  return store->save(store->ctx, key, key_len, record, record_len, expected_version, new_version,
                     expires_at_s, err);
}

mfa_store_answer mfa_go_call_erase(const mfa_store *store, const char *key, size_t key_len,
                                   uint64_t expected_version, mfa_error *err) {
  return store->erase(store->ctx, key, key_len, expected_version, err);
}

mfa_store_answer mfa_go_call_scan(const mfa_store *store, const char *prefix, size_t prefix_len,
                                  const char *after, size_t after_len, size_t limit, uintptr_t rows,
                                  mfa_error *err) {
  return store->scan(store->ctx, prefix, prefix_len, after, after_len, limit, found, (void *)rows, err);
}

mfa_totp_params mfa_go_totp_params(void) {
  const mfa_totp_params init = MFA_TOTP_PARAMS_INIT;
  return init;
}

mfa_hotp_params mfa_go_hotp_params(void) {
  const mfa_hotp_params init = MFA_HOTP_PARAMS_INIT;
  return init;
}
