/* A host in C99 that knows only the public headers, with a store of its own: what it sees is what it was
 * promised. Time is a number that this program moves, so nothing here waits. */
#include <mfa/mfa.h>

#include "../support/check.h"
#include "array_store.h"

static const char kConfig[] =
    "{\"version\":1,\"realm\":\"shop\",\"issuer\":\"Shop\","
    "\"methods\":{\"totp\":{\"allowed\":true},\"recovery\":{\"allowed\":true}},"
    "\"policy\":{\"roles\":{\"*\":{\"mfa\":\"required\",\"grace_days\":0}}},"
    "\"unsafe\":{\"recovery_test_hash\":true}}";

typedef struct host {
  array_store rows;
  mfa_store store;
  uint8_t key_bytes[32];
  uint64_t now_s;
  mfa_engine *engine;
  mfa_buffer secret;    /* of the authenticator app: its own copy */
  char statement[2056]; /* what a session keeps */
  long events;
} host;

static uint64_t host_now(void *ctx) { return ((const host *)ctx)->now_s; }

static void host_event(void *ctx, const char *json, size_t json_len) {
  host *site = ctx;
  CHECK(json_len > 2 && json[0] == '{' && json[json_len - 1] == '}');
  site->events++;
}

static mfa_status start_engine(host *site, uint32_t key_id, mfa_error *err) {
  mfa_key key = {1, 0, NULL, 32};
  mfa_engine_config config = MFA_ENGINE_CONFIG_INIT;
  key.id = key_id;
  key.bytes = site->key_bytes;
  config.json = mfa_text_of(kConfig);
  config.keys = &key;
  config.keys_count = 1;
  config.store = &site->store;
  config.ctx = site;
  config.now_s = host_now;
  config.event = host_event;
  return mfa_engine_new(&config, &site->engine, err);
}

static mfa_request asks(const host *site, mfa_purpose purpose) {
  mfa_request request = MFA_REQUEST_INIT;
  request.purpose = purpose;
  request.proven = MFA_PROVEN_PASSWORD;
  request.user = mfa_text_of("user-4711");
  request.browser = mfa_text_of("random value of a cookie");
  request.session = mfa_text_of("session-1");
  if (purpose != MFA_PURPOSE_LOGIN) request.statement = mfa_text_of(site->statement);
  return request;
}

static void keep_statement(host *site, mfa_proof *proof) {
  size_t len = 0;
  const char *statement = mfa_proof_text(proof, MFA_PROOF_STATEMENT, &len);
  if (CHECK(statement != NULL && len < sizeof site->statement)) memcpy(site->statement, statement, len + 1);
}

/* What the user's app shows now. */
static const char *app_code(const host *site) {
  static char code[MFA_OTP_CODE_SIZE];
  CHECK(mfa_totp_code(NULL, site->secret.data, site->secret.len, site->now_s, code, NULL) == MFA_OK);
  return code;
}

/* One that is wrong now and a step around now. */
static const char *wrong_code(const host *site) {
  static char code[MFA_OTP_CODE_SIZE] = "000000";
  uint64_t step = 0;
  while (mfa_totp_verify(NULL, site->secret.data, site->secret.len, 0, site->now_s, code, 6, &step, NULL) ==
         MFA_OK) {
    code[0]++;
  }
  return code;
}

static mfa_need need_of(const host *site, mfa_purpose purpose) {
  mfa_error err;
  mfa_account *account = NULL;
  const mfa_request request = asks(site, purpose);
  mfa_need need;
  CHECK(mfa_account_view(site->engine, &request, &account, &err) == MFA_OK);
  need = mfa_account_need(account);
  mfa_account_free(account);
  return need;
}

static uint64_t account_number(const host *site, mfa_account_item item) {
  mfa_error err;
  mfa_account *account = NULL;
  const mfa_request request = asks(site, MFA_PURPOSE_MANAGE);
  uint64_t number;
  CHECK(mfa_account_view(site->engine, &request, &account, &err) == MFA_OK);
  number = mfa_account_number(account, item);
  mfa_account_free(account);
  return number;
}

/* Signs in with a code; keeps the statement on a yes. */
static mfa_status sign_in(host *site, mfa_method method, const char *code, mfa_error *err) {
  mfa_proof *proof = NULL;
  const mfa_request request = asks(site, MFA_PURPOSE_LOGIN);
  const mfa_status status = mfa_verify_code(site->engine, &request, method, code, strlen(code), &proof, err);
  CHECK((proof != NULL) == (status == MFA_OK));
  if (status == MFA_OK) {
    CHECK(strcmp(mfa_proof_text(proof, MFA_PROOF_USER, NULL), "user-4711") == 0);
    CHECK(mfa_proof_method(proof) == method);
    keep_statement(site, proof);
  }
  mfa_proof_free(proof);
  return status;
}

static mfa_status check_session(const host *site, const char *session, mfa_error *err) {
  mfa_request request = asks(site, MFA_PURPOSE_STEP_UP);
  request.session = mfa_text_of(session);
  return mfa_session_check(site->engine, &request, NULL, err);
}

/* ---- the flow, a function per chapter
 * ------------------------------------------------------------------------ */

static void the_store_keeps_its_promises(host *site) {
  mfa_error err;
  mfa_buffer report = MFA_BUFFER_INIT;
  CHECK(mfa_store_check(&site->store, &report, &err) == MFA_OK);
  CHECK(report.len > 0);
  CHECK(array_store_used(&site->rows) == 0);
  mfa_buffer_free(&report);
}

static void a_new_user_must_enroll(host *site) {
  mfa_error err;
  mfa_proof *proof = NULL;
  const mfa_request request = asks(site, MFA_PURPOSE_LOGIN);
  CHECK(need_of(site, MFA_PURPOSE_LOGIN) == MFA_NEED_ENROLL);
  CHECK(mfa_session_start(site->engine, &request, &proof, &err) == MFA_ENROLL_NEEDED);
  CHECK(proof == NULL);
  CHECK(array_store_used(&site->rows) == 0); /* asking writes nothing */
}

static void enroll_app(host *site) {
  mfa_error err;
  mfa_offer *offer = NULL;
  mfa_proof *proof = NULL;
  const char *text, *ticket, *code;
  size_t text_len = 0, ticket_len = 0;
  mfa_request request = asks(site, MFA_PURPOSE_LOGIN);
  CHECK(mfa_enroll_begin(site->engine, &request, MFA_METHOD_TOTP, NULL, &offer, &err) == MFA_OK);
  CHECK(array_store_used(&site->rows) == 0); /* nor does begin */
  CHECK(strncmp(mfa_offer_text(offer, MFA_OFFER_URI, NULL), "otpauth://totp/", 15) == 0);
  text = mfa_offer_text(offer, MFA_OFFER_SECRET, &text_len);
  CHECK(mfa_base32_decode(text, text_len, &site->secret, &err) == MFA_OK);
  CHECK(site->secret.len == 20);
  CHECK(mfa_offer_expires_at_s(offer) == site->now_s + 600);
  ticket = mfa_offer_text(offer, MFA_OFFER_TICKET, &ticket_len);
  CHECK(ticket_len > 0 && ticket_len <= 2048);
  code = app_code(site);

  CHECK(mfa_enroll_finish(site->engine, &request, ticket, ticket_len, "abc", 3, &proof, &err) ==
        MFA_MALFORMED);
  CHECK(proof == NULL);
  request.browser = mfa_text_of("another browser's cookie");
  CHECK(mfa_enroll_finish(site->engine, &request, ticket, ticket_len, code, strlen(code), &proof, &err) ==
        MFA_MISMATCH);
  request = asks(site, MFA_PURPOSE_LOGIN);
  request.user = mfa_text_of("another user");
  CHECK(mfa_enroll_finish(site->engine, &request, ticket, ticket_len, code, strlen(code), &proof, &err) ==
        MFA_MISMATCH);
  request = asks(site, MFA_PURPOSE_LOGIN);
  CHECK(mfa_enroll_finish(site->engine, &request, ticket, ticket_len, code, strlen(code), &proof, &err) ==
        MFA_OK);
  CHECK(err.status == MFA_OK);
  CHECK(mfa_proof_text(proof, MFA_PROOF_FACTOR, NULL) != NULL);
  keep_statement(site, proof);
  mfa_proof_free(proof);
  CHECK(array_store_used(&site->rows) == 1);

  proof = NULL;
  site->now_s += 60;
  code = app_code(site);
  CHECK(mfa_enroll_finish(site->engine, &request, ticket, ticket_len, code, strlen(code), &proof, &err) !=
        MFA_OK);
  CHECK(proof == NULL); /* a ticket works once */
  mfa_offer_free(offer);
}

static void sign_in_with_the_app(host *site) {
  mfa_error err;
  site->now_s += 60;
  CHECK(need_of(site, MFA_PURPOSE_LOGIN) == MFA_NEED_FACTOR);
  CHECK(sign_in(site, MFA_METHOD_TOTP, wrong_code(site), &err) == MFA_WRONG);
  CHECK(err.attempts_left == 4);
  CHECK(err.status == MFA_WRONG && err.reason != 0 && err.message[0] != 0);
  CHECK(sign_in(site, MFA_METHOD_TOTP, app_code(site), &err) == MFA_OK);
  CHECK(sign_in(site, MFA_METHOD_TOTP, app_code(site), &err) == MFA_ALREADY_USED);
}

static void the_session_is_checked(host *site) {
  mfa_error err;
  mfa_buffer json = MFA_BUFFER_INIT;
  const mfa_request request = asks(site, MFA_PURPOSE_STEP_UP);
  CHECK(check_session(site, "session-1", &err) == MFA_OK);
  CHECK(check_session(site, "session-2", &err) == MFA_MISMATCH);
  CHECK(mfa_session_check_offline(site->engine, &request, NULL, &err) == MFA_OK);
  CHECK(mfa_session_json(site->engine, &request, &json, &err) == MFA_OK);
  CHECK(strstr((const char *)json.data, "\"user-4711\"") != NULL);
  CHECK(strstr((const char *)json.data, site->statement) == NULL);
  site->statement[20] = site->statement[20] == 'A' ? 'B' : 'A';
  CHECK(check_session(site, "session-1", &err) > 0);
  mfa_buffer_free(&json);
}

static void five_wrong_codes_lock(host *site) {
  mfa_error err;
  int i;
  site->now_s += 60;
  for (i = 0; i < 5; i++) CHECK(sign_in(site, MFA_METHOD_TOTP, wrong_code(site), &err) == MFA_WRONG);
  CHECK(sign_in(site, MFA_METHOD_TOTP, app_code(site), &err) == MFA_LOCKED_OUT);
  CHECK(err.retry_at_s == site->now_s + 30);
  site->now_s += 30;
  CHECK(sign_in(site, MFA_METHOD_TOTP, app_code(site), &err) == MFA_OK);
}

/* Fills `code` with the first recovery code. */
static void make_recovery_codes(host *site, char code[MFA_RECOVERY_CODE_SIZE]) {
  mfa_error err;
  mfa_offer *offer = NULL;
  mfa_proof *proof = NULL;
  const char *codes, *ticket;
  size_t codes_len = 0, ticket_len = 0, lines = 0, i;
  const mfa_request request = asks(site, MFA_PURPOSE_MANAGE);
  CHECK(mfa_enroll_begin(site->engine, &request, MFA_METHOD_RECOVERY, NULL, &offer, &err) == MFA_OK);
  codes = mfa_offer_text(offer, MFA_OFFER_RECOVERY_CODES, &codes_len);
  ticket = mfa_offer_text(offer, MFA_OFFER_TICKET, &ticket_len);
  if (!CHECK(codes != NULL && codes_len >= MFA_RECOVERY_CODE_SIZE)) return;
  for (i = 0; i < codes_len; i++) lines += codes[i] == '\n' || i + 1 == codes_len;
  CHECK(lines == 10);
  memcpy(code, codes, MFA_RECOVERY_CODE_SIZE - 1);
  code[MFA_RECOVERY_CODE_SIZE - 1] = 0;
  CHECK(mfa_enroll_finish(site->engine, &request, ticket, ticket_len, code, strlen(code), &proof, &err) ==
        MFA_OK);
  keep_statement(site, proof);
  mfa_proof_free(proof);
  mfa_offer_free(offer);
  CHECK(account_number(site, MFA_ACCOUNT_RECOVERY_REMAINING) == 10);
}

static void a_recovery_code_works_once(host *site, const char *code) {
  mfa_error err;
  CHECK(sign_in(site, MFA_METHOD_RECOVERY, code, &err) == MFA_OK);
  CHECK(account_number(site, MFA_ACCOUNT_RECOVERY_REMAINING) == 9);
  CHECK(sign_in(site, MFA_METHOD_RECOVERY, code, &err) == MFA_ALREADY_USED);
}

static void the_account_is_shown(host *site) {
  mfa_error err;
  mfa_account *account = NULL;
  mfa_buffer json = MFA_BUFFER_INIT;
  mfa_factor factor = MFA_FACTOR_INIT;
  const mfa_request request = asks(site, MFA_PURPOSE_MANAGE);
  size_t i, apps = 0;
  CHECK(mfa_account_view(site->engine, &request, &account, &err) == MFA_OK);
  for (i = 0; i < mfa_account_factor_count(account); i++) {
    CHECK(mfa_account_factor(account, i, &factor) == MFA_OK);
    if (factor.method != MFA_METHOD_TOTP) continue;
    apps++;
    CHECK(factor.enabled == 1 && factor.id.len > 0 && factor.added_s != 0 && factor.last_used_s != 0);
    CHECK(factor.can_remove == 0); /* it is the last one */
  }
  CHECK(apps == 1);
  CHECK(mfa_account_factor(account, 99, &factor) == MFA_ERR_ARGUMENT);
  CHECK(mfa_account_method_count(account) >= 1);
  CHECK(mfa_account_json(account, &json, &err) == MFA_OK);
  CHECK(json.len > 0 && json.data[json.len] == 0);
  CHECK(strstr((const char *)json.data, "\"totp\"") != NULL);
  mfa_buffer_free(&json);
  mfa_account_free(account);
}

/* The id of the only app, and then of the second. */
static void app_id(const host *site, size_t which, char id[256]) {
  mfa_error err;
  mfa_account *account = NULL;
  mfa_factor factor = MFA_FACTOR_INIT;
  const mfa_request request = asks(site, MFA_PURPOSE_MANAGE);
  size_t i;
  id[0] = 0;
  CHECK(mfa_account_view(site->engine, &request, &account, &err) == MFA_OK);
  for (i = 0; i < mfa_account_factor_count(account); i++) {
    CHECK(mfa_account_factor(account, i, &factor) == MFA_OK);
    if (factor.method == MFA_METHOD_TOTP && which-- == 0 && factor.id.len < 256) {
      memcpy(id, factor.id.data, factor.id.len);
      id[factor.id.len] = 0;
    }
  }
  mfa_account_free(account);
}

static void factors_are_changed(host *site) {
  mfa_error err;
  mfa_offer *offer = NULL;
  mfa_proof *proof = NULL;
  mfa_begin_options options = MFA_BEGIN_OPTIONS_INIT;
  const char *ticket, *code;
  char first[256], second[256], old_statement[sizeof site->statement];
  size_t len = 0;
  mfa_request request;
  site->now_s += 60;
  CHECK(sign_in(site, MFA_METHOD_TOTP, app_code(site), &err) == MFA_OK);
  app_id(site, 0, first);
  request = asks(site, MFA_PURPOSE_MANAGE);
  CHECK(mfa_factor_rename(site->engine, &request, first, strlen(first), "my phone", 8, &err) == MFA_OK);
  CHECK(mfa_factor_remove(site->engine, &request, first, strlen(first), &proof, &err) == MFA_DENIED);
  CHECK(proof == NULL);

  options.label = mfa_text_of("my tablet");
  CHECK(mfa_enroll_begin(site->engine, &request, MFA_METHOD_TOTP, &options, &offer, &err) == MFA_OK);
  mfa_buffer_free(&site->secret);
  ticket = mfa_offer_text(offer, MFA_OFFER_SECRET, &len);
  CHECK(mfa_base32_decode(ticket, len, &site->secret, &err) == MFA_OK);
  ticket = mfa_offer_text(offer, MFA_OFFER_TICKET, &len);
  code = app_code(site);
  CHECK(mfa_enroll_finish(site->engine, &request, ticket, len, code, strlen(code), &proof, &err) == MFA_OK);
  keep_statement(site, proof);
  mfa_proof_free(proof);
  mfa_offer_free(offer);
  proof = NULL;

  app_id(site, 1, second);
  CHECK(second[0] != 0 && strcmp(first, second) != 0);
  strcpy(old_statement, site->statement);
  request = asks(site, MFA_PURPOSE_MANAGE);
  CHECK(mfa_factor_remove(site->engine, &request, first, strlen(first), &proof, &err) == MFA_OK);
  keep_statement(site, proof);
  mfa_proof_free(proof);
  app_id(site, 1, first);
  CHECK(first[0] == 0);
  CHECK(check_session(site, "session-1", &err) == MFA_OK);
  strcpy(site->statement, old_statement);
  CHECK(check_session(site, "session-1", &err) == MFA_REVOKED); /* other sessions end */
}

static void changes_need_a_fresh_statement(host *site) {
  mfa_error err;
  mfa_offer *offer = NULL;
  mfa_request request = asks(site, MFA_PURPOSE_MANAGE);
  request.statement = mfa_text_of("");
  CHECK(mfa_enroll_begin(site->engine, &request, MFA_METHOD_TOTP, NULL, &offer, &err) == MFA_FACTOR_NEEDED);
  request = asks(site, MFA_PURPOSE_LOGIN); /* the password alone, while a factor exists */
  CHECK(mfa_enroll_begin(site->engine, &request, MFA_METHOD_TOTP, NULL, &offer, &err) > 0);
  CHECK(offer == NULL);
}

static void records_are_sealed(host *site) {
  mfa_error err;
  array_row *row = NULL;
  size_t i;
  CHECK(!array_store_shows(&site->rows, site->secret.data, site->secret.len));
  CHECK(!array_store_shows(&site->rows, "my tablet", 9));
  mfa_engine_free(site->engine);
  CHECK(start_engine(site, 1, &err) == MFA_OK); /* another process, the same rows */
  site->now_s += 60;
  CHECK(sign_in(site, MFA_METHOD_TOTP, app_code(site), &err) == MFA_OK);

  mfa_engine_free(site->engine);
  CHECK(start_engine(site, 2, &err) == MFA_OK);
  CHECK(sign_in(site, MFA_METHOD_TOTP, "123456", &err) == MFA_ERR_KEY);
  mfa_engine_free(site->engine);
  CHECK(start_engine(site, 1, &err) == MFA_OK);
  for (i = 0; i < ARRAY_STORE_ROWS && !row; i++) {
    if (site->rows.rows[i].key_len != 0) row = &site->rows.rows[i];
  }
  if (!CHECK(row != NULL)) return;
  row->record[row->record_len - 1] ^= 1;
  CHECK(sign_in(site, MFA_METHOD_TOTP, "123456", &err) == MFA_ERR_DAMAGED);
  row->record[row->record_len - 1] ^= 1;
}

static void the_user_is_erased(host *site) {
  mfa_error err;
  CHECK(mfa_admin(site->engine, MFA_ADMIN_ERASE, "user-4711", 9, NULL, 0, "operator", 8, &err) == MFA_OK);
  CHECK(check_session(site, "session-1", &err) != MFA_OK);
  CHECK(need_of(site, MFA_PURPOSE_LOGIN) == MFA_NEED_ENROLL);
}

int main(void) {
  static host site;
  static char recovery_code[MFA_RECOVERY_CODE_SIZE];
  mfa_error err;
  site.store = array_store_open(&site.rows);
  site.now_s = 1900000000;
  CHECK(mfa_random(site.key_bytes, sizeof site.key_bytes) == MFA_OK);
  the_store_keeps_its_promises(&site);
  if (!CHECK(start_engine(&site, 1, &err) == MFA_OK)) {
    fprintf(stderr, "%s\n", err.message);
    return check_report();
  }
  a_new_user_must_enroll(&site);
  enroll_app(&site);
  sign_in_with_the_app(&site);
  the_session_is_checked(&site);
  five_wrong_codes_lock(&site);
  make_recovery_codes(&site, recovery_code);
  a_recovery_code_works_once(&site, recovery_code);
  the_account_is_shown(&site);
  factors_are_changed(&site);
  changes_need_a_fresh_statement(&site);
  records_are_sealed(&site);
  the_user_is_erased(&site);
  CHECK(site.events > 0);
  mfa_engine_free(site.engine);
  mfa_store_close(&site.store);
  mfa_wipe(site.key_bytes, sizeof site.key_bytes);
  mfa_buffer_free(&site.secret);
  return check_report();
}
