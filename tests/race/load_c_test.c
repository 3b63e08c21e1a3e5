/* 24 threads at once in C, on an engine that they share, with a store of libmfa: what is leaked shows in the
 * resident memory, or to the sanitizer. */
#define _DEFAULT_SOURCE
#include "race/load.h"

#include <mfa/mfa.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "support/check.h"

typedef struct visitor {
  pthread_t thread;
  mfa_engine *engine;
  time_t until;
  long lives;
  int well;
  char name[16];
} visitor;

static uint64_t now_s(void *ctx) {
  (void)ctx;
  return (uint64_t)time(NULL);
}
static void hear(void *ctx, const char *json, size_t json_len) {
  (void)ctx;
  (void)json;
  (void)json_len;
}

static int code_at(const mfa_buffer *secret, uint64_t at_s, char code[MFA_OTP_CODE_SIZE]) {
  return mfa_totp_code(NULL, secret->data, secret->len, at_s, code, NULL) == MFA_OK;
}

/* Enrols an app, signs in, is refused, looks, and is erased. */
static int live(visitor *self) {
  const uint64_t now = now_s(NULL);
  mfa_request request = MFA_REQUEST_INIT;
  mfa_session_need need = MFA_SESSION_NEED_INIT;
  mfa_offer *offer = NULL;
  mfa_proof *proof = NULL;
  mfa_account *account = NULL;
  mfa_trust *trust = NULL;
  mfa_trust_input nothing = MFA_TRUST_INPUT_INIT;
  mfa_buffer secret = MFA_BUFFER_INIT, why = MFA_BUFFER_INIT;
  mfa_error err;
  char code[MFA_OTP_CODE_SIZE];
  const char *text;
  int well;
  request.purpose = MFA_PURPOSE_LOGIN;
  request.proven = MFA_PROVEN_PASSWORD;
  request.user = mfa_text_of(self->name);
  request.browser = mfa_text_of("a random value in a cookie");
  well = mfa_enroll_begin(self->engine, &request, MFA_METHOD_TOTP, NULL, &offer, &err) == MFA_OK;
  text = mfa_offer_text(offer, MFA_OFFER_SECRET, NULL);
  well =
      well && mfa_base32_decode(text, strlen(text), &secret, &err) == MFA_OK && code_at(&secret, now, code);
  text = mfa_offer_text(offer, MFA_OFFER_TICKET, NULL);
  well = well && mfa_enroll_finish(self->engine, &request, text, strlen(text), code, strlen(code), &proof,
                                   &err) == MFA_OK;
  mfa_proof_free(proof);
  proof = NULL;
  well = well && code_at(&secret, now + 30, code) &&
         mfa_verify_code(self->engine, &request, MFA_METHOD_TOTP, code, strlen(code), &proof, &err) == MFA_OK;
  request.purpose = MFA_PURPOSE_STEP_UP;
  request.statement = mfa_text_of(mfa_proof_text(proof, MFA_PROOF_STATEMENT, NULL));
  well = well && mfa_session_check(self->engine, &request, &need, &err) == MFA_OK &&
         mfa_account_view(self->engine, &request, &account, &err) == MFA_OK &&
         mfa_policy_explain(self->engine, &request, &need, &why, &err) == MFA_OK;
  mfa_proof_free(proof);
  proof = NULL;
  request.purpose = MFA_PURPOSE_LOGIN;
  request.statement = mfa_text_of("");
  well = well && mfa_verify_code(self->engine, &request, MFA_METHOD_TOTP, code, strlen(code), &proof, &err) ==
                     MFA_ALREADY_USED;
  well = well && mfa_trust_new(&nothing, now, &trust, &err) == MFA_OK &&
         mfa_engine_set_trust(self->engine, trust, &err) == MFA_OK;
  well = mfa_admin(self->engine, MFA_ADMIN_ERASE, self->name, strlen(self->name), NULL, 0, "root", 4, &err) ==
             MFA_OK &&
         well;
  mfa_trust_free(trust);
  mfa_account_free(account);
  mfa_offer_free(offer);
  mfa_buffer_free(&secret);
  mfa_buffer_free(&why);
  return well;
}

static void *visit(void *ctx) {
  visitor *self = ctx;
  self->lives = 0;
  do {
    self->well = live(self);
    self->lives++;
  } while (self->well && time(NULL) < self->until);
  return NULL;
}

static long visit_all(mfa_engine *engine, int seconds) {
  static visitor visitors[LOAD_THREADS];
  long lives = 0;
  int i;
  for (i = 0; i < LOAD_THREADS; i++) {
    visitors[i].engine = engine;
    visitors[i].until = time(NULL) + seconds;
    snprintf(visitors[i].name, sizeof visitors[i].name, "user %d", i);
    CHECK(pthread_create(&visitors[i].thread, NULL, visit, &visitors[i]) == 0);
  }
  for (i = 0; i < LOAD_THREADS; i++) {
    CHECK(pthread_join(visitors[i].thread, NULL) == 0);
    CHECK(visitors[i].well);
    lives += visitors[i].lives;
  }
  return lives;
}

int main(void) {
  uint8_t bytes[32];
  mfa_key key = {1, 0, bytes, sizeof bytes};
  mfa_store store = MFA_STORE_INIT;
  mfa_engine_config config = MFA_ENGINE_CONFIG_INIT;
  mfa_engine *engine = NULL;
  mfa_error err;
  long before;
  CHECK(mfa_random(bytes, sizeof bytes) == MFA_OK);
  CHECK(mfa_store_open("memory:", 7, &store, &err) == MFA_OK);
  config.json = mfa_text_of("{\"version\":1,\"issuer\":\"Example\"}");
  config.keys = &key;
  config.keys_count = 1;
  config.store = &store;
  config.now_s = now_s;
  config.event = hear;
  if (!CHECK(mfa_engine_new(&config, &engine, &err) == MFA_OK)) return check_report();
  visit_all(engine, 2); /* allocators and caches fill */
  before = resident_kib();
  CHECK(load_report("C", visit_all(engine, load_seconds()), before));
  mfa_engine_free(engine);
  mfa_store_close(&store);
  return check_report();
}
