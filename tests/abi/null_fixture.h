/* Valid values for null_test.c, made anew for each call, and what may come back. */
#include <mfa/mfa.h>
#include <stdlib.h>

#include "../support/check.h"

enum expectation {
  COMPLETES, /* the argument is optional: the answer is a yes or a no */
  REFUSES,   /* MFA_ERR_ARGUMENT */
  SURVIVES   /* any status there is */
};

static const char kConfig[] =
    "{\"version\":1,\"issuer\":\"Example\","
    "\"webauthn\":{\"rp_id\":\"example.org\",\"origins\":[\"https://example.org\"]},"
    "\"unsafe\":{\"recovery_test_hash\":true}}";
/* COSE_Key of ES256 whose point is the base point of P-256 (SEC 2 section 2.4.2): a public key that anyone
 * knows. */
static const uint8_t kPublicKey[] = {
    0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c,
    0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb,
    0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x22, 0x58, 0x20, 0x4f, 0xe3, 0x42,
    0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33,
    0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};
/* An assertion of the right form that no key signed: clientDataJSON
 * {"type":"webauthn.get","challenge":"AAAA...", "origin":"https://example.org"}, 37 bytes of authenticator
 * data, a signature of r = s = 1. */
static const char assertion_json[] =
    "{\"id\":\"AQIDBAUGBwgJCgsMDQ4PEA\",\"rawId\":\"AQIDBAUGBwgJCgsMDQ4PEA\",\"type\":\"public-key\","
    "\"response\":{"
    "\"clientDataJSON\":"
    "\"eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQUFBQUFBQUFBQUFBQUFBQUFBQUFBQSIsIm9yaWdpbiI6"
    "Imh0dHBzOi8vZXhhbXBsZS5vcmcifQ\","
    "\"authenticatorData\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABAAAAAA\","
    "\"signature\":\"MAYCAQECAQE\"},\"clientExtensionResults\":{}}";
/* A U2F sign response of the right form that no key signed, r = s = 1, over client data for the challenge
 * below, and a register response whose certificate is an empty SEQUENCE. kPoint: as above. */
static const char sign_json[] =
    "{\"keyHandle\":\"Bw\",\"signatureData\":\"AQAAAAEwBgIBAQIBAQ\",\"clientData\":\"eyJ0eXAiOi"
    "JuYXZpZ2F0b3IuaWQuZ2V0QXNzZXJ0aW9uIiwiY2hhbGxlbmdlIjoiQUFBQUFBQUFBQUFBQUFBQUFBQUFBQSIsIm9y"
    "aWdpbiI6Imh0dHBzOi8vZXhhbXBsZS5vcmcifQ\"}";
static const char register_json[] =
    "{\"registrationData\":\"BQRrF9Hy4SxCR_i85uVjpEDydwN9gS3rM6D0oTlF2JjClk_jQuL-Gn-bjufrSnwPnh"
    "YrzjNXazFezsu2QGg3v1H1AQcwAA\",\"clientData\":\"e30\"}";
static const uint8_t kPoint[MFA_U2F_PUBLIC_KEY] = {
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f,
    0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce,
    0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};
static const uint8_t kCredentialId[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const uint8_t kChallenge[16] = {0};
static const mfa_text kOrigin = {"https://example.org", 19};
static const char uri[] = "otpauth://totp/Example:alice?secret=MFRGGZDFMZTWQ2LKMFRGGZDFMZ&issuer=Example";
static const char import_json[] =
    "{\"method\":\"totp\",\"uri\":\"otpauth://totp/a?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\"}";
static const char fingerprint[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const uint64_t now_s = 2000000000;

/* Valid inputs. */
static uint8_t secret[32];
static char code[MFA_OTP_CODE_SIZE];
static char recovery_code[1][MFA_RECOVERY_CODE_SIZE];
static char recovery_hash_text[1][MFA_RECOVERY_HASH_SIZE];
static mfa_text recovery_hash;
static mfa_key key;
static mfa_store store;
static mfa_engine_config config;
static mfa_engine *engine;
static mfa_request login, manage;
static mfa_begin_options options;
static mfa_session_need need;
static mfa_account *account;
static mfa_offer *offer, *login_offer;
static mfa_proof *proof;
static const char *ticket, *login_ticket, *factor_id;
static mfa_totp_params totp_params;
static mfa_hotp_params hotp_params;
static mfa_otpauth otpauth;
static mfa_webauthn_expect expect;
static mfa_u2f_expect u2f_expect;
static mfa_trust_input trust_input;
static mfa_log *event_log;
static mfa_trust *trust;
static mfa_webauthn_user webauthn_user;
static mfa_webauthn_columns columns;
static mfa_webauthn_credential *credential;
static mfa_webauthn_response *webauthn_response;
static mfa_buffer credential_blob;

/* Outputs. */
static mfa_error err;
static mfa_buffer out_buffer, out_certificate;
static mfa_account *out_account;
static mfa_offer *out_offer;
static mfa_proof *out_proof;
static mfa_engine *out_engine;
static mfa_store out_store;
static mfa_log *out_log;
static mfa_trust *out_trust;
static mfa_webauthn_credential *out_credential;
static mfa_webauthn_response *out_webauthn_response;
static mfa_webauthn_result result;
static mfa_log_finding finding;
static mfa_factor factor;
static mfa_method_info info;
static uint64_t out_number;
static uint32_t out_counter, out_signals;
static size_t out_size;
static char out_code[MFA_OTP_CODE_SIZE];
static char out_codes[1][MFA_RECOVERY_CODE_SIZE];
static char out_hashes[1][MFA_RECOVERY_HASH_SIZE];
static uint8_t out_bytes[16], out_public_key[MFA_U2F_PUBLIC_KEY];

static uint64_t clock_now(void *ctx) {
  (void)ctx;
  return now_s;
}

static mfa_store_answer visit(void *ctx, const char *name, size_t name_len, const uint8_t *record,
                              size_t record_len, uint64_t version) {
  (void)ctx, (void)name, (void)name_len, (void)record, (void)record_len, (void)version;
  return MFA_STORE_DONE;
}

/* What the fixture itself needs: without it no call below would mean anything. */
static void must(mfa_status status, const char *what) {
  if (status == MFA_OK) return;
  fprintf(stderr, "the fixture cannot %s: %s: %s\n", what, mfa_status_name(status), err.message);
  exit(1);
}

static void make_constants(void) {
  static const mfa_totp_params totp_init = MFA_TOTP_PARAMS_INIT;
  static const mfa_hotp_params hotp_init = MFA_HOTP_PARAMS_INIT;
  static const mfa_otpauth otpauth_init = MFA_OTPAUTH_INIT;
  static const mfa_webauthn_user user_init = MFA_WEBAUTHN_USER_INIT;
  static const mfa_webauthn_expect expect_init = MFA_WEBAUTHN_EXPECT_INIT;
  static const mfa_u2f_expect u2f_init = MFA_U2F_EXPECT_INIT;
  static const mfa_trust_input trust_init = MFA_TRUST_INPUT_INIT;
  static const mfa_webauthn_result result_init = MFA_WEBAUTHN_RESULT_INIT;
  static const mfa_factor factor_init = MFA_FACTOR_INIT;
  static const mfa_method_info info_init = MFA_METHOD_INFO_INIT;
  static const mfa_begin_options options_init = MFA_BEGIN_OPTIONS_INIT;
  static const mfa_session_need need_init = MFA_SESSION_NEED_INIT;
  totp_params = totp_init, hotp_params = hotp_init, otpauth = otpauth_init;
  options = options_init, need = need_init;
  result = result_init, factor = factor_init, info = info_init;
  otpauth.issuer = mfa_text_of("Example"), otpauth.account = mfa_text_of("alice");
  otpauth.secret = mfa_text_n(secret, sizeof secret);
  webauthn_user = user_init;
  webauthn_user.handle = mfa_text_n(secret, 16);
  webauthn_user.name = webauthn_user.display_name = mfa_text_of("alice");
  expect = expect_init;
  expect.rp_id = mfa_text_of("example.org");
  expect.origins = &kOrigin, expect.origins_count = 1;
  expect.user_handle = webauthn_user.handle;
  expect.challenge = mfa_text_n(kChallenge, sizeof kChallenge);
  trust_input = trust_init;
  u2f_expect = u2f_init;
  u2f_expect.app_id = kOrigin, u2f_expect.challenge = expect.challenge;
  u2f_expect.facets = &kOrigin, u2f_expect.facets_count = 1;
}

static void make_credential(void) {
  static const mfa_webauthn_columns init = MFA_WEBAUTHN_COLUMNS_INIT;
  columns = init;
  columns.algorithm = -7;
  columns.id = mfa_text_n(kCredentialId, sizeof kCredentialId);
  columns.public_key = mfa_text_n(kPublicKey, sizeof kPublicKey);
  columns.user_handle = mfa_text_n(secret, 16);
  columns.rp_id = mfa_text_of("example.org");
  columns.attestation_format = columns.attestation_type = mfa_text_of("none");
  must(mfa_trust_new(&trust_input, now_s, &trust, &err), "make a trust");
  must(mfa_webauthn_credential_new(&columns, &credential, &err), "make a credential");
  must(mfa_webauthn_credential_save(credential, &credential_blob, &err), "save a credential");
  must(mfa_webauthn_response_parse(assertion_json, strlen(assertion_json), &webauthn_response, &err),
       "read an assertion");
}

/* A line that is no event has been found. */
static void make_log(void) {
  static const mfa_log_finding init = MFA_LOG_FINDING_INIT;
  finding = init;
  must(mfa_log_new(NULL, 0, &event_log, &err), "make a log");
  if (mfa_log_line(event_log, "x", 1, &err) != MFA_WRONG) exit(1);
}

static void make_secrets(void) {
  if (recovery_hash.len != 0) return; /* once: hashing is slow on purpose */
  must(mfa_random(secret, sizeof secret), "draw a secret");
  must(mfa_totp_code(NULL, secret, sizeof secret, now_s, code, &err), "make a code");
  must(mfa_recovery_generate(secret, sizeof secret, 1, recovery_code, recovery_hash_text, &err),
       "make a recovery code");
  recovery_hash = mfa_text_of(recovery_hash_text[0]);
}

/* alice has an authenticator app and has just signed in with it. */
static void enroll(void) {
  char right[MFA_OTP_CODE_SIZE];
  mfa_buffer bytes = MFA_BUFFER_INIT;
  mfa_offer *enrolment = NULL;
  const char *text = NULL, *sealed = NULL;
  size_t len = 0, sealed_len = 0;
  must(mfa_enroll_begin(engine, &login, MFA_METHOD_TOTP, NULL, &enrolment, &err), "begin to enrol");
  text = mfa_offer_text(enrolment, MFA_OFFER_SECRET, &len);
  sealed = mfa_offer_text(enrolment, MFA_OFFER_TICKET, &sealed_len);
  must(mfa_base32_decode(text, len, &bytes, &err), "read the secret");
  must(mfa_totp_code(NULL, bytes.data, bytes.len, now_s, right, &err), "make a code");
  must(mfa_enroll_finish(engine, &login, sealed, sealed_len, right, strlen(right), &proof, &err), "enrol");
  mfa_offer_free(enrolment);
  mfa_buffer_free(&bytes);
}

static void make_engine(void) {
  static const mfa_engine_config config_init = MFA_ENGINE_CONFIG_INIT;
  static const mfa_request request_init = MFA_REQUEST_INIT;
  static const mfa_store store_init = MFA_STORE_INIT;
  store = out_store = store_init;
  key.id = 1, key.bytes = secret, key.bytes_len = sizeof secret;
  must(mfa_store_open("memory:", 7, &store, &err), "open a store");
  config = config_init;
  config.json = mfa_text_of(kConfig);
  config.keys = &key, config.keys_count = 1;
  config.store = &store;
  config.decoy_key = mfa_text_n(secret, sizeof secret);
  config.now_s = clock_now;
  must(mfa_engine_new(&config, &engine, &err), "make an engine");
  login = request_init;
  login.purpose = MFA_PURPOSE_LOGIN;
  login.proven = MFA_PROVEN_PASSWORD;
  login.user = mfa_text_of("alice");
  login.browser = mfa_text_of("a browser's random cookie");
  login.session = mfa_text_of("a session");
  enroll();
  manage = login;
  manage.purpose = MFA_PURPOSE_MANAGE;
  manage.statement.data = mfa_proof_text(proof, MFA_PROOF_STATEMENT, &manage.statement.len);
  factor_id = mfa_proof_text(proof, MFA_PROOF_FACTOR, NULL);
  must(mfa_account_view(engine, &manage, &account, &err), "view the account");
  must(mfa_enroll_begin(engine, &manage, MFA_METHOD_TOTP, NULL, &offer, &err), "begin a second enrolment");
  ticket = mfa_offer_text(offer, MFA_OFFER_TICKET, NULL);
  must(mfa_verify_begin(engine, &login, MFA_METHOD_WEBAUTHN, NULL, &login_offer, &err), "begin to verify");
  login_ticket = mfa_offer_text(login_offer, MFA_OFFER_TICKET, NULL);
}

/* Not pointers, so that an output which a refused call left alone is seen. */
static char junk;
static void spoil_outputs(void) {
  out_account = (mfa_account *)&junk, out_offer = (mfa_offer *)&junk, out_proof = (mfa_proof *)&junk;
  out_engine = (mfa_engine *)&junk, out_credential = (mfa_webauthn_credential *)&junk;
  out_webauthn_response = (mfa_webauthn_response *)&junk;
  out_trust = (mfa_trust *)&junk;
  out_log = (mfa_log *)&junk;
  out_number = 77, out_size = 77, out_counter = 77, out_signals = 77;
  memset(&err, 0x5a, sizeof err);
}

static void set_up(void) {
  make_secrets();
  make_constants();
  make_credential();
  make_log();
  make_engine();
  spoil_outputs();
}

static int is_one_of_ours(const void *output) { return output != NULL && output != (const void *)&junk; }

static void tear_down(void) {
  if (is_one_of_ours(out_account)) mfa_account_free(out_account);
  if (is_one_of_ours(out_offer)) mfa_offer_free(out_offer);
  if (is_one_of_ours(out_proof)) mfa_proof_free(out_proof);
  if (is_one_of_ours(out_engine)) mfa_engine_free(out_engine);
  if (is_one_of_ours(out_credential)) mfa_webauthn_credential_free(out_credential);
  if (is_one_of_ours(out_webauthn_response)) mfa_webauthn_response_free(out_webauthn_response);
  if (is_one_of_ours(out_trust)) mfa_trust_free(out_trust);
  if (is_one_of_ours(out_log)) mfa_log_free(out_log);
  mfa_store_close(&out_store);
  mfa_buffer_free(&out_buffer);
  mfa_buffer_free(&out_certificate);
  mfa_buffer_free(&credential_blob);
  mfa_webauthn_response_free(webauthn_response);
  mfa_webauthn_credential_free(credential);
  mfa_trust_free(trust);
  mfa_log_free(event_log);
  mfa_offer_free(login_offer);
  mfa_offer_free(offer);
  mfa_account_free(account);
  mfa_proof_free(proof);
  mfa_engine_free(engine);
  mfa_store_close(&store);
}

static void check_named(int yes, const char *what, const char *expected, mfa_status status) {
  check_count++;
  if (yes) return;
  check_failures++;
  fprintf(stderr, "%s: %s, but the answer is %s\n", what, expected, mfa_status_name(status));
}

static void check_status(const char *what, mfa_status status, enum expectation expected,
                         const mfa_error *error) {
  check_named(strcmp(mfa_status_name(status), "MFA_UNKNOWN") != 0, what, "it must be a status", status);
  if (expected == COMPLETES) check_named(status >= 0, what, "NULL is optional here", status);
  if (expected == REFUSES)
    check_named(status == MFA_ERR_ARGUMENT, what, "it must be MFA_ERR_ARGUMENT", status);
  if (error) check_named(error->status == status, what, "the error must say the same", error->status);
}

static void check_cleared(const char *what, mfa_status status, int cleared) {
  if (status != MFA_OK && status != MFA_MORE_NEEDED)
    check_named(cleared, what, "its output must be empty", status);
}

static void check_value(const char *what, uint64_t value, uint64_t expected) {
  check_count++;
  if (value == expected) return;
  check_failures++;
  fprintf(stderr, "%s: %llu, but it must be %llu\n", what, (unsigned long long)value,
          (unsigned long long)expected);
}

static void check_survived(const char *what) { check_named(1, what, "", MFA_OK); }
