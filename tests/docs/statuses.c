/* Answers that the headers name and that no other program of statuses_test.py asks for. */
#include <mfa/mfa.h>

#include "support/check.h"

static mfa_store_answer down(void *ctx, const char *key, size_t key_len, mfa_buffer *record,
                             uint64_t *version, mfa_error *err) {
  (void)ctx, (void)key, (void)key_len, (void)record, (void)version, (void)err;
  return MFA_STORE_FAILED;
}
static mfa_store_answer empty(void *ctx, const char *key, size_t key_len, mfa_buffer *record,
                              uint64_t *version, mfa_error *err) {
  (void)ctx, (void)key, (void)key_len, (void)record, (void)version, (void)err;
  return MFA_STORE_NONE;
}
/* Says that it saved, and did not. */
static mfa_store_answer forget(void *ctx, const char *key, size_t key_len, const uint8_t *record,
                               size_t record_len, uint64_t expected_version, uint64_t new_version,
                               uint64_t expires_at_s, mfa_error *err) {
  (void)ctx, (void)key, (void)key_len, (void)record, (void)record_len, (void)expected_version;
  (void)new_version, (void)expires_at_s, (void)err;
  return MFA_STORE_DONE;
}
static mfa_store_answer nothing(void *ctx, const char *key, size_t key_len, uint64_t expected_version,
                                mfa_error *err) {
  (void)ctx, (void)key, (void)key_len, (void)expected_version, (void)err;
  return MFA_STORE_NONE;
}
static mfa_store_answer user(void *ctx, const char *key, size_t key_len, const uint8_t *record,
                             size_t record_len, uint64_t version) {
  (void)ctx, (void)key, (void)key_len, (void)record, (void)record_len, (void)version;
  return MFA_STORE_DONE;
}

static mfa_status open_store(const char *url) {
  mfa_store store = MFA_STORE_INIT;
  mfa_error err;
  const mfa_status status = mfa_store_open(url, strlen(url), &store, &err);
  mfa_store_close(&store);
  return status;
}

static void stores(void) {
  mfa_store store = MFA_STORE_INIT;
  mfa_buffer report = MFA_BUFFER_INIT;
  mfa_error err;
  CHECK(open_store("memory:") == MFA_OK);
  CHECK(open_store("nonsense") == MFA_ERR_ARGUMENT);
  CHECK(open_store("carrier-pigeon:nest") == MFA_ERR_UNSUPPORTED);
  CHECK(open_store("sqlite:/no/such/folder/mfa.db") == MFA_ERR_STORE);
  store.load = down, store.save = forget, store.erase = nothing;
  CHECK(mfa_store_check(&store, &report, &err) == MFA_ERR_STORE && report.len == 0);
  store.load = empty;
  CHECK(mfa_store_check(&store, &report, &err) == MFA_WRONG && report.len != 0);
  mfa_buffer_free(&report);
}

static void engines(void) {
  static const uint8_t bytes[32] = {1}, zeros[32] = {0};
  mfa_key key = {1, 0, bytes, sizeof bytes};
  mfa_store store = MFA_STORE_INIT;
  mfa_engine_config config = MFA_ENGINE_CONFIG_INIT;
  mfa_engine *engine = NULL;
  mfa_error err;
  store.load = empty, store.save = forget, store.erase = nothing;
  config.json = mfa_text_of("{\"version\":1,\"issuer\":\"Example\"}");
  config.keys = &key, config.keys_count = 1, config.store = &store;
  CHECK(mfa_engine_new(&config, &engine, &err) == MFA_OK);
  CHECK(mfa_admin_users(engine, NULL, 0, 10, user, NULL, &err) == MFA_ERR_UNSUPPORTED);
  mfa_engine_free(engine);
  key.bytes = zeros;
  CHECK(mfa_engine_new(&config, &engine, &err) == MFA_ERR_CONFIG && !engine);
}

static void logs(void) {
  static const uint8_t zeros[32] = {0};
  const mfa_key key = {1, 0, zeros, sizeof zeros};
  /* Of a chain of two events the second, so that the first is missing; a link is not looked at for that. */
  static const char line[] =
      "{\"event\":\"began\",\"at_s\":1,\"chain\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"n\":2,"
      "\"prev\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"key\":1,"
      "\"mac\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}";
  mfa_log *log = NULL;
  mfa_error err;
  CHECK(mfa_log_new(&key, 1, &log, &err) == MFA_ERR_CONFIG && !log);
  CHECK(mfa_log_new(NULL, 0, &log, &err) == MFA_OK);
  CHECK(mfa_log_line(log, line, sizeof line - 1, &err) == MFA_OK);
  CHECK(mfa_log_end(log, 0, &err) == MFA_WRONG);
  mfa_log_free(log);
}

int main(void) {
  stores();
  engines();
  logs();
  return check_report();
}
