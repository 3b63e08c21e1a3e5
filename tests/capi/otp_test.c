/* One-time passwords through the C ABI: the vectors of the RFCs, and every refusal. */
#include <mfa/mfa.h>

#include "support/check.h"

static const uint8_t seed[] = "1234567890123456789012345678901234567890123456789012345678901234";
static const uint64_t now_s = 1111111109;

static mfa_status verify_at(const mfa_totp_params *params, uint64_t last_step, uint64_t at_s,
                            const char *code, uint64_t *step, mfa_error *err) {
  return mfa_totp_verify(params, seed, 20, last_step, at_s, code, strlen(code), step, err);
}

static void rfc4226_appendix_d(void) {
  static const char *codes[] = {"755224", "287082", "359152", "969429", "338314",
                                "254676", "287922", "162583", "399871", "520489"};
  uint64_t counter;
  for (counter = 0; counter < 10; counter++) {
    char code[MFA_OTP_CODE_SIZE];
    uint64_t next = 0;
    CHECK(mfa_hotp_code(NULL, seed, 20, counter, code, NULL) == MFA_OK);
    CHECK(strcmp(code, codes[counter]) == 0);
    CHECK(mfa_hotp_verify(NULL, seed, 20, 0, codes[counter], 6, &next, NULL) == MFA_OK);
    CHECK(next == counter + 1);
  }
}

static void rfc6238_appendix_b(void) {
  static const struct {
    uint64_t now_s;
    const char *codes[3];
  } rows[] = {{59, {"94287082", "46119246", "90693936"}},
              {1111111109, {"07081804", "68084774", "25091201"}},
              {1111111111, {"14050471", "67062674", "99943326"}},
              {1234567890, {"89005924", "91819424", "93441116"}},
              {2000000000, {"69279037", "90698825", "38618901"}},
              {20000000000, {"65353130", "77737706", "47863826"}}};
  static const mfa_hash hashes[] = {MFA_HASH_SHA1, MFA_HASH_SHA256, MFA_HASH_SHA512};
  static const size_t lengths[] = {20, 32, 64};
  size_t row, hash;
  for (row = 0; row < sizeof rows / sizeof rows[0]; row++) {
    for (hash = 0; hash < 3; hash++) {
      mfa_totp_params params = MFA_TOTP_PARAMS_INIT;
      char code[MFA_OTP_CODE_SIZE];
      uint64_t step = 0;
      params.hash = hashes[hash];
      params.digits = 8;
      CHECK(mfa_totp_code(&params, seed, lengths[hash], rows[row].now_s, code, NULL) == MFA_OK);
      CHECK(strcmp(code, rows[row].codes[hash]) == 0);
      CHECK(mfa_totp_verify(&params, seed, lengths[hash], 0, rows[row].now_s, code, 8, &step, NULL) ==
            MFA_OK);
      CHECK(step == rows[row].now_s / 30 + 1);
    }
  }
}

static void a_code_works_once(void) {
  mfa_error err;
  uint64_t step = 0, again = 7;
  char code[MFA_OTP_CODE_SIZE];
  CHECK(mfa_totp_code(NULL, seed, 20, now_s, code, &err) == MFA_OK);
  CHECK(verify_at(NULL, 0, now_s, code, &step, &err) == MFA_OK);
  CHECK(err.status == MFA_OK && err.reason == 0 && err.attempts_left == -1);
  CHECK(step == now_s / 30 + 1);
  CHECK(verify_at(NULL, step, now_s, code, &again, &err) == MFA_ALREADY_USED);
  CHECK(again == 0);
  CHECK(err.status == MFA_ALREADY_USED);
  CHECK(strcmp(mfa_reason_name(err.reason), "otp.already_used") == 0);
  CHECK(verify_at(NULL, step, now_s + 30, code, &again, NULL) == MFA_ALREADY_USED);
  CHECK(verify_at(NULL, step - 1, now_s, code, &again, NULL) == MFA_OK);
}

static void a_wrong_clock_is_named(void) {
  mfa_error err;
  uint64_t step = 7;
  char code[MFA_OTP_CODE_SIZE];
  CHECK(mfa_totp_code(NULL, seed, 20, now_s - 120, code, NULL) == MFA_OK);
  CHECK(verify_at(NULL, 0, now_s, code, &step, &err) == MFA_WRONG);
  CHECK(step == 0 && err.clock_skew_s == -120);
  CHECK(mfa_totp_code(NULL, seed, 20, now_s + 300, code, NULL) == MFA_OK);
  CHECK(verify_at(NULL, 0, now_s, code, &step, &err) == MFA_WRONG);
  CHECK(err.clock_skew_s == 300);
  CHECK(mfa_totp_code(NULL, seed, 20, now_s + 330, code, NULL) == MFA_OK);
  CHECK(verify_at(NULL, 0, now_s, code, &step, &err) == MFA_WRONG);
  CHECK(err.clock_skew_s == 0);
}

static void codes_are_ascii_digits(void) {
  static const char *good[] = {"081804", "081 804", "081-804", " 0 8 1 8 0 4 "};
  static const char *bad[] = {"", "81804", "0081804", "08180a", "+81804", "08.804", "81804\xEF\xBC\x90"};
  size_t i;
  uint64_t step;
  char long_code[65];
  for (i = 0; i < sizeof good / sizeof good[0]; i++)
    CHECK(verify_at(NULL, 0, now_s, good[i], &step, NULL) == MFA_OK);
  for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
    CHECK(verify_at(NULL, 0, now_s, bad[i], &step, NULL) == MFA_MALFORMED);
  CHECK(mfa_totp_verify(NULL, seed, 20, 0, now_s, "081804", 7, &step, NULL) == MFA_MALFORMED); /* its NUL */
  CHECK(mfa_totp_verify(NULL, seed, 20, 0, now_s, NULL, 0, &step, NULL) == MFA_MALFORMED);
  memset(long_code, ' ', sizeof long_code);
  memcpy(long_code, "081804", 6);
  CHECK(mfa_totp_verify(NULL, seed, 20, 0, now_s, long_code, 64, &step, NULL) == MFA_OK);
  CHECK(mfa_totp_verify(NULL, seed, 20, 0, now_s, long_code, 65, &step, NULL) == MFA_MALFORMED);
}

static mfa_status code_with(const mfa_totp_params *params, size_t secret_len, mfa_error *err) {
  char code[MFA_OTP_CODE_SIZE];
  mfa_status status;
  memset(code, 'x', sizeof code);
  status = mfa_totp_code(params, seed, secret_len, now_s, code, err);
  if (status != MFA_OK) CHECK(code[0] == '\0' && code[MFA_OTP_CODE_SIZE - 1] == '\0');
  return status;
}

static void parameters_are_bounded(void) {
  mfa_error err;
  mfa_totp_params params = MFA_TOTP_PARAMS_INIT;
  CHECK(code_with(&params, 15, &err) == MFA_ERR_ARGUMENT);
  CHECK(strcmp(mfa_reason_name(err.reason), "otp.secret_length") == 0);
  CHECK(code_with(&params, 0, &err) == MFA_ERR_ARGUMENT);
  params.flags = MFA_OTP_UNSAFE_SHORT_SECRET;
  CHECK(code_with(&params, 10, &err) == MFA_OK);
  CHECK(code_with(&params, 9, &err) == MFA_ERR_ARGUMENT);
  params.flags = 0;
  params.past = 3;
  CHECK(code_with(&params, 20, &err) == MFA_ERR_ARGUMENT);
  CHECK(strcmp(mfa_reason_name(err.reason), "otp.window_needs_unsafe") == 0);
  params.flags = MFA_OTP_UNSAFE_WIDE_WINDOW;
  CHECK(code_with(&params, 20, &err) == MFA_OK);
  params.past = 11;
  CHECK(code_with(&params, 20, &err) == MFA_ERR_ARGUMENT);
  params.past = 1;
  params.future = 11;
  CHECK(code_with(&params, 20, &err) == MFA_ERR_ARGUMENT);
  params.future = 1;
  params.flags = 1u << 2;
  CHECK(code_with(&params, 20, &err) == MFA_ERR_UNSUPPORTED);
  params.flags = 0;
  params.reserved = 1;
  CHECK(code_with(&params, 20, &err) == MFA_ERR_UNSUPPORTED);
  params.reserved = 0;
  params.hash = 0;
  CHECK(code_with(&params, 20, &err) == MFA_ERR_ARGUMENT);
  params.hash = MFA_HASH_SHA512 + 1;
  CHECK(code_with(&params, 20, &err) == MFA_ERR_ARGUMENT);
  params.hash = MFA_HASH_SHA1;
  params.digits = 11;
  CHECK(code_with(&params, 20, &err) == MFA_ERR_ARGUMENT);
  params.digits = 6;
  params.period_s = 0;
  CHECK(code_with(&params, 20, &err) == MFA_ERR_ARGUMENT);
  params.period_s = 30;
  params.t0_s = now_s + 1;
  CHECK(code_with(&params, 20, &err) == MFA_ERR_ARGUMENT);
  CHECK(strcmp(mfa_reason_name(err.reason), "otp.time_out_of_range") == 0);
}

static void structs_may_grow(void) {
  mfa_error err;
  struct {
    mfa_totp_params params;
    uint64_t later;
  } newer = {MFA_TOTP_PARAMS_INIT, 0};
  newer.params.struct_size = sizeof newer;
  CHECK(code_with(&newer.params, 20, &err) == MFA_OK);
  newer.later = 1;
  CHECK(code_with(&newer.params, 20, &err) == MFA_ERR_UNSUPPORTED);
  newer.params.struct_size = sizeof newer.params - 1;
  CHECK(code_with(&newer.params, 20, &err) == MFA_ERR_ARGUMENT);
}

static void hotp_counts(void) {
  mfa_error err;
  mfa_hotp_params params = MFA_HOTP_PARAMS_INIT;
  uint64_t next = 7;
  CHECK(mfa_hotp_verify(&params, seed, 20, 2, "287082", 6, &next, &err) == MFA_WRONG);
  CHECK(next == 0 && err.clock_skew_s == 0);
  params.look_ahead = 0;
  CHECK(mfa_hotp_verify(&params, seed, 20, 0, "287082", 6, &next, NULL) == MFA_WRONG);
  CHECK(mfa_hotp_verify(&params, seed, 20, 1, "287082", 6, &next, NULL) == MFA_OK);
  CHECK(next == 2);
  CHECK(mfa_hotp_verify(&params, seed, 20, UINT64_MAX, "287082", 6, &next, &err) == MFA_ERR_ARGUMENT);
  CHECK(strcmp(mfa_reason_name(err.reason), "otp.counter_at_its_end") == 0);
  params.look_ahead = 101;
  CHECK(mfa_hotp_verify(&params, seed, 20, 1, "287082", 6, &next, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_hotp_resync(NULL, seed, 20, 0, 5, "969429", 6, "338314", 6, &next, NULL) == MFA_OK);
  CHECK(next == 5);
  CHECK(mfa_hotp_resync(NULL, seed, 20, 0, 5, "338314", 6, "969429", 6, &next, NULL) == MFA_WRONG);
  CHECK(next == 0);
  CHECK(mfa_hotp_resync(NULL, seed, 20, 0, 1001, "969429", 6, "338314", 6, &next, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_hotp_resync(NULL, seed, 20, 0, 5, "969429", 6, "x", 1, &next, NULL) == MFA_MALFORMED);
}

static void null_pointers(void) {
  char code[MFA_OTP_CODE_SIZE];
  uint64_t out = 7;
  mfa_buffer buffer = MFA_BUFFER_INIT;
  mfa_otpauth otpauth = MFA_OTPAUTH_INIT;
  CHECK(mfa_totp_code(NULL, NULL, 20, now_s, code, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_totp_code(NULL, seed, 20, now_s, NULL, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_totp_verify(NULL, NULL, 20, 0, now_s, "081804", 6, &out, NULL) == MFA_ERR_ARGUMENT);
  CHECK(out == 0);
  CHECK(mfa_totp_verify(NULL, seed, 20, 0, now_s, NULL, 6, &out, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_totp_verify(NULL, seed, 20, 0, now_s, "081804", 6, NULL, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_hotp_code(NULL, NULL, 20, 0, code, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_hotp_code(NULL, seed, 20, 0, NULL, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_hotp_verify(NULL, NULL, 20, 0, "755224", 6, &out, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_hotp_verify(NULL, seed, 20, 0, NULL, 6, &out, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_hotp_verify(NULL, seed, 20, 0, "755224", 6, NULL, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_hotp_resync(NULL, NULL, 20, 0, 9, "755224", 6, "287082", 6, &out, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_hotp_resync(NULL, seed, 20, 0, 9, NULL, 6, "287082", 6, &out, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_hotp_resync(NULL, seed, 20, 0, 9, "755224", 6, NULL, 6, &out, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_hotp_resync(NULL, seed, 20, 0, 9, "755224", 6, "287082", 6, NULL, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_otpauth_build(NULL, &buffer, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_otpauth_build(&otpauth, NULL, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_otpauth_parse(NULL, 9, 1, &otpauth, &buffer, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_otpauth_parse("x", 1, 1, NULL, &buffer, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_otpauth_parse("x", 1, 1, &otpauth, NULL, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_base32_encode(NULL, 1, &buffer, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_base32_encode(seed, 1, NULL, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_base32_decode(NULL, 1, &buffer, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_base32_decode("MY", 2, NULL, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_qr(NULL, 1, MFA_QR_SVG, &buffer, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_qr("x", 1, MFA_QR_SVG, NULL, NULL) == MFA_ERR_ARGUMENT);
  CHECK(buffer.data == NULL);
}

static void otpauth_there_and_back(void) {
  mfa_error err;
  mfa_otpauth made = MFA_OTPAUTH_INIT, read = MFA_OTPAUTH_INIT;
  mfa_buffer uri = MFA_BUFFER_INIT, storage = MFA_BUFFER_INIT;
  made.method = MFA_METHOD_HOTP;
  made.issuer = mfa_text_of("Example Co");
  made.account = mfa_text_of("alice@example.org");
  made.secret = mfa_text_n(seed, 20);
  made.hash = MFA_HASH_SHA256;
  made.digits = 8;
  made.counter = 5;
  CHECK(mfa_otpauth_build(&made, &uri, &err) == MFA_OK);
  CHECK(strcmp((const char *)uri.data,
               "otpauth://hotp/Example%20Co:alice%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
               "&issuer=Example%20Co&algorithm=SHA256&digits=8&counter=5") == 0);
  CHECK(mfa_otpauth_parse((const char *)uri.data, uri.len, 1, &read, &storage, &err) == MFA_OK);
  CHECK(err.signals == 0);
  CHECK(read.struct_size == sizeof read && read.method == MFA_METHOD_HOTP && read.hash == MFA_HASH_SHA256);
  CHECK(read.digits == 8 && read.period_s == 30 && read.counter == 5 && read.reserved == 0);
  CHECK(read.issuer.len == 10 && strcmp(read.issuer.data, "Example Co") == 0);
  CHECK(read.account.len == 17 && strcmp(read.account.data, "alice@example.org") == 0);
  CHECK(read.secret.len == 20 && memcmp(read.secret.data, seed, 20) == 0);
  CHECK(mfa_otpauth_parse("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", 40, 1, &read, &storage, &err) ==
        MFA_OK);
  CHECK(err.signals == MFA_SIGNAL_WEAK_SECRET && read.secret.len == 10);
  CHECK(mfa_otpauth_parse("otpauth://totp/a?secret=!", 25, 1, &read, &storage, &err) == MFA_MALFORMED);
  CHECK(read.struct_size == sizeof read && read.secret.data == NULL && storage.data == NULL);
  made.account = mfa_text_of("a:b");
  CHECK(mfa_otpauth_build(&made, &uri, &err) == MFA_ERR_ARGUMENT);
  CHECK(uri.data == NULL);
  made.account = mfa_text_of("a");
  made.reserved = 1;
  CHECK(mfa_otpauth_build(&made, &uri, &err) == MFA_ERR_UNSUPPORTED);
  read.struct_size = 4;
  CHECK(mfa_otpauth_parse("x", 1, 1, &read, &storage, &err) == MFA_ERR_ARGUMENT);
}

static void base32_and_qr(void) {
  mfa_buffer out = MFA_BUFFER_INIT;
  static char long_text[2332];
  size_t i, dark = 0;
  CHECK(mfa_base32_encode((const uint8_t *)"foobar", 6, &out, NULL) == MFA_OK);
  CHECK(strcmp((const char *)out.data, "MZXW6YTBOI") == 0);
  CHECK(mfa_base32_decode("mzxw 6ytb-oi======", 18, &out, NULL) == MFA_OK);
  CHECK(out.len == 6 && memcmp(out.data, "foobar", 6) == 0);
  CHECK(mfa_base32_decode("M!", 2, &out, NULL) == MFA_MALFORMED);
  CHECK(out.data == NULL);
  CHECK(mfa_base32_encode(NULL, 0, &out, NULL) == MFA_OK);
  CHECK(out.len == 0);
  CHECK(mfa_qr("hello", 5, MFA_QR_MATRIX, &out, NULL) == MFA_OK);
  CHECK(out.len == 21 * 21);
  for (i = 0; i < out.len; i++) {
    CHECK(out.data[i] <= 1);
    dark += out.data[i];
  }
  CHECK(dark > 100 && dark < 341);
  CHECK(mfa_qr("hello", 5, MFA_QR_SVG, &out, NULL) == MFA_OK);
  CHECK(strstr((const char *)out.data, "</svg>") != NULL);
  CHECK(mfa_qr("hello", 5, MFA_QR_ANSI, &out, NULL) == MFA_OK);
  CHECK(mfa_qr("hello", 5, 0, &out, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_qr("hello", 5, 4, &out, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_qr("", 0, MFA_QR_SVG, &out, NULL) == MFA_ERR_ARGUMENT);
  memset(long_text, 'x', sizeof long_text);
  CHECK(mfa_qr(long_text, sizeof long_text, MFA_QR_SVG, &out, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_qr(long_text, sizeof long_text - 1, MFA_QR_SVG, &out, NULL) == MFA_OK);
  mfa_buffer_free(&out);
}

int main(void) {
  rfc4226_appendix_d();
  rfc6238_appendix_b();
  a_code_works_once();
  a_wrong_clock_is_named();
  codes_are_ascii_digits();
  parameters_are_bounded();
  structs_may_grow();
  hotp_counts();
  null_pointers();
  otpauth_there_and_back();
  base32_and_qr();
  return check_report();
}
