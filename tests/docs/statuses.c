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

/* A registration is no sign-in. The credential is Ed25519's base point (RFC 8032 section 5.1). */
static void assertions(void) {
  static const char registration[] =
      "{\"id\":\"AQ\",\"rawId\":\"AQ\",\"type\":\"public-key\",\"clientExtensionResults\":{},\"response\":"
      /* {"type":"webauthn.create","challenge":"MA","origin":"https://example.org"} */
      "{\"clientDataJSON\":\"eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiTUEiLCJv"
      "cmlnaW4iOiJodHRwczovL2V4YW1wbGUub3JnIn0\",\"attestationObject\":\"oA\"}}";
  static const mfa_text origin = {"https://example.org", 19};
  uint8_t public_key[42] = {0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20, 0x58};
  mfa_webauthn_columns columns = MFA_WEBAUTHN_COLUMNS_INIT;
  mfa_webauthn_expect expect = MFA_WEBAUTHN_EXPECT_INIT;
  mfa_webauthn_result result = MFA_WEBAUTHN_RESULT_INIT;
  mfa_webauthn_credential *credential = NULL;
  mfa_webauthn_response *response = NULL;
  mfa_error err;
  memset(public_key + 11, 0x66, sizeof public_key - 11);
  columns.algorithm = -8;
  columns.id = mfa_text_n("\1", 1);
  columns.public_key = mfa_text_n(public_key, sizeof public_key);
  columns.rp_id = mfa_text_of("example.org");
  columns.user_handle = mfa_text_of("handle");
  expect.rp_id = columns.rp_id, expect.user_handle = columns.user_handle;
  expect.origins = &origin, expect.origins_count = 1;
  expect.challenge = mfa_text_of("0123456789abcdef");
  CHECK(mfa_webauthn_credential_new(&columns, &credential, &err) == MFA_OK);
  CHECK(mfa_webauthn_response_parse(registration, sizeof registration - 1, &response, &err) == MFA_OK);
  CHECK(mfa_webauthn_verify_assertion(&expect, credential, response, &result, &err) == MFA_MALFORMED);
  mfa_webauthn_response_free(response);
  mfa_webauthn_credential_free(credential);
}

int main(void) {
  stores();
  engines();
  logs();
  assertions();
  return check_report();
}
