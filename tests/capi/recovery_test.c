/* Recovery codes through the C ABI. */
#include <mfa/mfa.h>

#include "support/check.h"

enum { count = 4 };
static char codes[count][MFA_RECOVERY_CODE_SIZE];
static char hashes[count][MFA_RECOVERY_HASH_SIZE];
static mfa_text stored[count];

static const uint8_t pepper[] = "a key kept outside the database";

static mfa_status verify(const char *code, size_t *index, mfa_error *err) {
  return mfa_recovery_verify(pepper, sizeof pepper, stored, count, code, strlen(code), index, err);
}

static void generate(void) {
  size_t i;
  CHECK(mfa_recovery_generate(pepper, sizeof pepper, count, codes, hashes, NULL) == MFA_OK);
  for (i = 0; i < count; i++) {
    CHECK(strlen(codes[i]) == MFA_RECOVERY_CODE_SIZE - 1);
    CHECK(strncmp(hashes[i], "$mfa-recovery$s=", 16) == 0);
    CHECK(strstr(hashes[i], "$argon2id$v=19$m=19456,t=2,p=1$") != NULL);
    CHECK(strstr(hashes[i], codes[i] + 2) == NULL);
    stored[i] = mfa_text_of(hashes[i]);
  }
}

static void each_code_opens_its_own(void) {
  size_t i;
  for (i = 0; i < count; i++) {
    mfa_error err;
    size_t index = 99;
    CHECK(verify(codes[i], &index, &err) == MFA_OK);
    CHECK(index == i && err.status == MFA_OK);
  }
}

static void other_codes_are_wrong(void) {
  mfa_error err;
  size_t index = 99;
  char code[MFA_RECOVERY_CODE_SIZE];
  memcpy(code, codes[1], sizeof code);
  code[18] = code[18] == '0' ? '1' : '0';
  CHECK(verify(code, &index, &err) == MFA_WRONG);
  CHECK(index == 0);
  CHECK(strcmp(mfa_reason_name(err.reason), "recovery.wrong_code") == 0);
  memcpy(code, codes[1], sizeof code);
  code[0] = codes[2][0]; /* the right symbols under another selector */
  CHECK(verify(code, &index, &err) == MFA_WRONG);
  code[0] = 'Z'; /* a selector that no row has */
  CHECK(verify(code, &index, &err) == MFA_WRONG);
  CHECK(mfa_recovery_verify(NULL, 0, stored, count, codes[1], 19, &index, NULL) == MFA_WRONG); /* no pepper */
  CHECK(mfa_recovery_verify(pepper, sizeof pepper, NULL, 0, codes[1], 19, &index, NULL) == MFA_WRONG);
}

static void what_is_no_code_is_malformed(void) {
  size_t index = 99;
  CHECK(verify("123456", &index, NULL) == MFA_MALFORMED);
  CHECK(verify("", &index, NULL) == MFA_MALFORMED);
  CHECK(mfa_recovery_verify(pepper, sizeof pepper, stored, count, codes[0], 20, &index, NULL) ==
        MFA_MALFORMED);
}

static void codes_are_read_as_typed(void) {
  char code[32];
  size_t i, at = 0, index = 99;
  for (i = 0; codes[3][i]; i++) {
    const char c = codes[3][i];
    if (c == '-') {
      code[at++] = ' ';
    } else if (c == '0') {
      code[at++] = 'o';
    } else if (c == '1') {
      code[at++] = 'l';
    } else {
      code[at++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
  }
  code[at] = '\0';
  CHECK(verify(code, &index, NULL) == MFA_OK);
  CHECK(index == 3);
}

static void rows_are_checked_before_the_code(void) {
  mfa_error err;
  size_t index = 99;
  const mfa_text kept = stored[2];
  /* a row that demands gigabytes */
  stored[2] = mfa_text_of(
      "$mfa-recovery$s=2$argon2id$v=19$m=2000000,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  CHECK(verify(codes[0], &index, &err) == MFA_ERR_DAMAGED);
  CHECK(index == 0);
  CHECK(strcmp(mfa_reason_name(err.reason), "recovery.stored_row") == 0);
  CHECK(verify("not a code", &index, NULL) == MFA_ERR_DAMAGED);
  stored[2] = stored[1];
  CHECK(verify(codes[0], &index, &err) == MFA_ERR_ARGUMENT);
  CHECK(strcmp(mfa_reason_name(err.reason), "recovery.mixed_sets") == 0);
  stored[2] = mfa_text_n(NULL, 0);
  CHECK(verify(codes[0], &index, NULL) == MFA_ERR_DAMAGED);
  stored[2] = kept;
}

static void arguments(void) {
  size_t index = 99;
  char code[33][MFA_RECOVERY_CODE_SIZE];
  char hash[33][MFA_RECOVERY_HASH_SIZE];
  memset(code, 'x', sizeof code);
  memset(hash, 'x', sizeof hash);
  CHECK(mfa_recovery_generate(NULL, 0, 0, code, hash, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_recovery_generate(NULL, 0, 33, code, hash, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_recovery_generate(NULL, 0, 1, NULL, hash, NULL) == MFA_ERR_ARGUMENT);
  CHECK(hash[0][0] == '\0' && hash[1][0] == 'x');
  CHECK(mfa_recovery_generate(NULL, 0, 1, code, NULL, NULL) == MFA_ERR_ARGUMENT);
  CHECK(code[0][0] == '\0' && code[1][0] == 'x');
  CHECK(mfa_recovery_generate(NULL, 1, 1, code, hash, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_recovery_generate(NULL, 0, 1, code, hash, NULL) == MFA_OK);
  CHECK(code[0][0] == '0' && code[1][0] == 'x' && hash[1][0] == 'x');
  CHECK(mfa_recovery_verify(NULL, 1, stored, count, codes[0], 19, &index, NULL) == MFA_ERR_ARGUMENT);
  CHECK(index == 0);
  CHECK(mfa_recovery_verify(NULL, 0, NULL, count, codes[0], 19, &index, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_recovery_verify(NULL, 0, stored, 33, codes[0], 19, &index, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_recovery_verify(NULL, 0, stored, count, NULL, 19, &index, NULL) == MFA_ERR_ARGUMENT);
  CHECK(mfa_recovery_verify(NULL, 0, stored, count, codes[0], 19, NULL, NULL) == MFA_ERR_ARGUMENT);
}

int main(void) {
  generate();
  each_code_opens_its_own();
  other_codes_are_wrong();
  what_is_no_code_is_malformed();
  codes_are_read_as_typed();
  rows_are_checked_before_the_code();
  arguments();
  return check_report();
}
