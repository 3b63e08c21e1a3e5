/* Fills a store for cli_test.py: `fill_store URL CONFIG_FILE KEY_FILE [EVENTS_FILE]` makes three users with
 * an authenticator app each, and locks the second by wrong codes. Events are added to the file. */
#include <mfa/mfa.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void must(mfa_status status, mfa_status expected, const char *what, const mfa_error *err) {
  if (status == expected) return;
  fprintf(stderr, "%s: %s, %s\n", what, mfa_status_name(status), err ? err->message : "");
  exit(1);
}

static size_t read_file(const char *path, char *bytes, size_t room) {
  FILE *file = fopen(path, "rb");
  size_t len;
  if (!file) {
    perror(path);
    exit(1);
  }
  len = fread(bytes, 1, room, file);
  fclose(file);
  return len;
}

static mfa_request request_of(mfa_text user) {
  mfa_request request = MFA_REQUEST_INIT;
  request.purpose = MFA_PURPOSE_LOGIN;
  request.proven = MFA_PROVEN_PASSWORD;
  request.user = user;
  request.browser = mfa_text_of("the random value of a browser");
  return request;
}

/* The secret of the new factor. */
static mfa_buffer enrol(mfa_engine *engine, mfa_text user) {
  const mfa_request request = request_of(user);
  mfa_begin_options options = MFA_BEGIN_OPTIONS_INIT;
  mfa_buffer secret = MFA_BUFFER_INIT;
  mfa_offer *offer = NULL;
  mfa_proof *proof = NULL;
  mfa_error err;
  char code[MFA_OTP_CODE_SIZE];
  const char *text;
  size_t len;
  options.account_name = mfa_text_of("somebody");
  options.label = mfa_text_of("Phone");
  must(mfa_enroll_begin(engine, &request, MFA_METHOD_TOTP, &options, &offer, &err), MFA_OK, "begin", &err);
  text = mfa_offer_text(offer, MFA_OFFER_SECRET, &len);
  must(mfa_base32_decode(text, len, &secret, &err), MFA_OK, "secret", &err);
  must(mfa_totp_code(NULL, secret.data, secret.len, (uint64_t)time(NULL), code, &err), MFA_OK, "code", &err);
  text = mfa_offer_text(offer, MFA_OFFER_TICKET, &len);
  must(mfa_enroll_finish(engine, &request, text, len, code, strlen(code), &proof, &err), MFA_OK, "finish",
       &err);
  mfa_proof_free(proof);
  mfa_offer_free(offer);
  return secret;
}

static void lock(mfa_engine *engine, mfa_text user, const mfa_buffer *secret) {
  const mfa_request request = request_of(user);
  mfa_status status = MFA_WRONG;
  mfa_error err;
  int tries;
  for (tries = 0; tries < 20 && status != MFA_LOCKED_OUT; tries++) {
    char code[7] = "000000";
    uint64_t step;
    mfa_proof *proof = NULL;
    while (mfa_totp_verify(NULL, secret->data, secret->len, 0, (uint64_t)time(NULL), code, 6, &step, NULL) ==
           MFA_OK)
      code[0]++;
    status = mfa_verify_code(engine, &request, MFA_METHOD_TOTP, code, 6, &proof, &err);
    mfa_proof_free(proof);
  }
  must(status, MFA_LOCKED_OUT, "lock", &err);
}

static void write_event(void *file, const char *json, size_t json_len) {
  fwrite(json, 1, json_len, (FILE *)file);
  fputc('\n', (FILE *)file);
}

int main(int argc, char **argv) {
  static char json[4096], key_bytes[64];
  static const char users[3][6] = {"alice", "bob", "b\xff\n"};
  mfa_store store = MFA_STORE_INIT;
  mfa_engine_config config = MFA_ENGINE_CONFIG_INIT;
  mfa_engine *engine = NULL;
  mfa_key key = {1, 0, NULL, 0};
  mfa_error err;
  FILE *events = NULL;
  size_t i;
  if (argc != 4 && argc != 5) return 2;
  if (argc == 5) {
    events = fopen(argv[4], "ab");
    if (!events) return 2;
    config.ctx = events;
    config.event = write_event;
  }
  config.json = mfa_text_n(json, read_file(argv[2], json, sizeof json));
  key.bytes = (const uint8_t *)key_bytes;
  key.bytes_len = read_file(argv[3], key_bytes, sizeof key_bytes);
  config.keys = &key;
  config.keys_count = 1;
  must(mfa_store_open(argv[1], strlen(argv[1]), &store, &err), MFA_OK, "store", &err);
  config.store = &store;
  must(mfa_engine_new(&config, &engine, &err), MFA_OK, "engine", &err);
  for (i = 0; i < 3; i++) {
    const mfa_text user = mfa_text_of(users[i]);
    mfa_buffer secret = enrol(engine, user);
    if (i == 1) lock(engine, user, &secret);
    mfa_buffer_free(&secret);
  }
  mfa_engine_free(engine);
  mfa_store_close(&store);
  if (events && fclose(events) != 0) return 2;
  return 0;
}
