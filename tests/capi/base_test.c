/* What every program begins with: the version, what is in this build, names of numbers. MFA_EXPECTED_VERSION:
 * of the project. */
#include <mfa/mfa.h>

#include "../support/check.h"

static void version(void) {
  CHECK(strcmp(mfa_version(), MFA_EXPECTED_VERSION) == 0);
  CHECK(mfa_version() == mfa_version());
}

/* Each name that the header lists; "ml-dsa" depends on OpenSSL, and is tested with it. */
static void features(void) {
  static const char *const always[] = {"memory", "sqlite", "totp",     "hotp",  "webauthn",
                                       "u2f",    "email",  "recovery", "device"};
  static const char *const never[] = {"",        "none",  "ML-DSA",    "SQLite",
                                      "sqlite ", "sqlit", "ml-dsa-44", "postgresql"};
  size_t i;
  for (i = 0; i < sizeof always / sizeof *always; i++) CHECK(mfa_has(always[i]) == 1);
  for (i = 0; i < sizeof never / sizeof *never; i++) CHECK(mfa_has(never[i]) == 0);
  CHECK(mfa_has("ml-dsa") == 0 || mfa_has("ml-dsa") == 1);
  CHECK(mfa_has(NULL) == 0);
}

/* A feature is what a call does. */
static void features_are_true(void) {
  static const char *const urls[] = {"memory:", "postgresql:"};
  static const char *const names[] = {"memory", "postgresql"};
  size_t i;
  for (i = 0; i < 2; i++) {
    mfa_store store = MFA_STORE_INIT;
    CHECK((mfa_store_open(urls[i], strlen(urls[i]), &store, NULL) == MFA_OK) == mfa_has(names[i]));
    mfa_store_close(&store);
  }
  for (i = MFA_METHOD_TOTP; i <= MFA_METHOD_DEVICE; i++) CHECK(mfa_has(mfa_method_name((mfa_method)i)) == 1);
}

static void statuses(void) {
  mfa_status status;
  for (status = MFA_ERR_INTERNAL; status <= MFA_MORE_NEEDED; status++) {
    CHECK(strncmp(mfa_status_name(status), "MFA_", 4) == 0);
    CHECK(strcmp(mfa_status_name(status), "MFA_UNKNOWN") != 0);
  }
  CHECK(strcmp(mfa_status_name(MFA_OK), "MFA_OK") == 0);
  CHECK(strcmp(mfa_status_name(MFA_MORE_NEEDED + 1), "MFA_UNKNOWN") == 0);
  CHECK(strcmp(mfa_status_name(MFA_ERR_INTERNAL - 1), "MFA_UNKNOWN") == 0);
}

int main(void) {
  version();
  features();
  features_are_true();
  statuses();
  return check_report();
}
