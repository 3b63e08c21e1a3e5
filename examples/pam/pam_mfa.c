/* pam_mfa: asks for a one-time code, or a recovery code, after the password. README.md says how to set it up.
 * Whatever goes wrong is a refusal: nothing here answers PAM_IGNORE, and PAM_SUCCESS comes after MFA_OK
 * alone. */
#define _POSIX_C_SOURCE 200809L
#define PAM_SM_AUTH
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "opened.h"

#define BROWSER_SIZE 16
#define EXPORTED __attribute__((visibility("default"))) /* all else is hidden */

typedef struct settings {
  opened_from from;
  const char *prompt;
  int nullok; /* who has no factor may pass, where the configuration's policy lets them */
} settings;

/* The value of NAME=, or NULL. */
static const char *value_of(const char *argument, const char *name) {
  const size_t len = strlen(name);
  return strncmp(argument, name, len) == 0 && argument[len] == '=' ? argument + len + 1 : NULL;
}

static int read_settings(pam_handle_t *pamh, int argc, const char **argv, settings *into) {
  static const char *const names[] = {"config", "keys", "decoy", "store", "prompt"};
  const char **const values[] = {&into->from.config, &into->from.keys, &into->from.decoy, &into->from.store,
                                 &into->prompt};
  int i;
  for (i = 0; i < argc; i++) {
    size_t n = 0;
    if (strcmp(argv[i], "nullok") == 0) {
      into->nullok = 1;
      continue;
    }
    while (n < sizeof names / sizeof *names && !value_of(argv[i], names[n])) n++;
    if (n == sizeof names / sizeof *names) {
      pam_syslog(pamh, LOG_ERR, "there is no option %s", argv[i]);
      return -1;
    }
    *values[n] = value_of(argv[i], names[n]);
  }
  if (into->from.config && into->from.keys && into->from.store) return 0;
  pam_syslog(pamh, LOG_ERR, "config=, keys= and store= are needed");
  return -1;
}

static void log_event(void *pamh, const char *json, size_t json_len) {
  pam_syslog(pamh, LOG_INFO, "%.*s", (int)json_len, json);
}

/* An app shows digits; everything else is tried as a recovery code. */
static mfa_method method_of(const char *code) {
  return strspn(code, "0123456789 -") == strlen(code) ? MFA_METHOD_TOTP : MFA_METHOD_RECOVERY;
}

static int answer_of(pam_handle_t *pamh, const char *user, mfa_status status, const mfa_error *err) {
  if (status == MFA_OK) return PAM_SUCCESS;
  pam_syslog(pamh, status > 0 ? LOG_NOTICE : LOG_ERR, "%s: %s: %s (%s)", user, mfa_status_name(status),
             err->message, mfa_reason_name(err->reason));
  if (status == MFA_LOCKED_OUT) pam_error(pamh, "Too many wrong codes. Try again later.");
  if (status == MFA_ERR_NO_MEMORY) return PAM_BUF_ERR;
  return status > 0 ? PAM_AUTH_ERR : PAM_AUTHINFO_UNAVAIL;
}

/* Whether policy lets the user in without a factor; asked only where the module's nullok says so too. */
static int without_factor(pam_handle_t *pamh, const opened *site, const mfa_request *request,
                          const char *user) {
  mfa_proof *proof = NULL;
  mfa_error err;
  const mfa_status status = mfa_session_start(site->engine, request, &proof, &err);
  mfa_proof_free(proof);
  return answer_of(pamh, user, status, &err);
}

static int has_factor(const opened *site, const mfa_request *request, int *has, mfa_status *status,
                      mfa_error *err) {
  mfa_account *account = NULL;
  *status = mfa_account_view(site->engine, request, &account, err);
  if (*status != MFA_OK) return -1;
  *has = mfa_account_factor_count(account) > 0;
  mfa_account_free(account);
  return 0;
}

static int with_code(pam_handle_t *pamh, const settings *of, const opened *site, const mfa_request *request,
                     const char *user) {
  char *code = NULL;
  mfa_proof *proof = NULL;
  mfa_error err;
  mfa_status status;
  const int asked = pam_prompt(pamh, PAM_PROMPT_ECHO_OFF, &code, "%s", of->prompt);
  if (asked != PAM_SUCCESS || !code) {
    free(code);
    return asked == PAM_SUCCESS ? PAM_CONV_ERR : asked;
  }
  status = mfa_verify_code(site->engine, request, method_of(code), code, strlen(code), &proof, &err);
  mfa_wipe(code, strlen(code));
  free(code);
  mfa_proof_free(proof);
  return answer_of(pamh, user, status, &err);
}

static int authenticate(pam_handle_t *pamh, const settings *of, const opened *site, const char *user) {
  mfa_request request = MFA_REQUEST_INIT;
  const void *host = NULL;
  uint8_t browser[BROWSER_SIZE]; /* a code has no begin, so nothing has to be recognised again */
  mfa_error err;
  mfa_status status;
  int has = 1;
  if (mfa_random(browser, sizeof browser) != MFA_OK) return PAM_AUTHINFO_UNAVAIL;
  request.purpose = MFA_PURPOSE_LOGIN;
  request.proven = MFA_PROVEN_PASSWORD; /* by the module before this one */
  request.user = mfa_text_of(user);
  request.browser = mfa_text_n(browser, sizeof browser);
  if (pam_get_item(pamh, PAM_RHOST, &host) == PAM_SUCCESS && host) request.source = mfa_text_of(host);
  if (of->nullok && has_factor(site, &request, &has, &status, &err) != 0)
    return answer_of(pamh, user, status, &err);
  /* Asked of those without a factor as well: who they are is not shown to whoever has a password. */
  return has ? with_code(pamh, of, site, &request, user) : without_factor(pamh, site, &request, user);
}

EXPORTED int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv) {
  settings of = {{NULL, NULL, NULL, NULL, log_event, NULL}, "One-time code or recovery code: ", 0};
  opened site = OPENED_INIT;
  const char *user = NULL;
  char why[512] = "";
  int answer;
  (void)flags;
  of.from.ctx = pamh;
  if (read_settings(pamh, argc, argv, &of) != 0) return PAM_AUTHINFO_UNAVAIL;
  answer = pam_get_user(pamh, &user, NULL);
  if (answer != PAM_SUCCESS) return answer;
  if (!user || !*user) return PAM_USER_UNKNOWN;
  /* For each sign-in anew: the program may have forked since the last, and the configuration may have
   * changed. */
  if (opened_open(&site, &of.from, why, sizeof why) != 0) {
    pam_syslog(pamh, LOG_ERR, "%s", why);
    return PAM_AUTHINFO_UNAVAIL;
  }
  answer = authenticate(pamh, &of, &site, user);
  opened_close(&site);
  return answer;
}

/* There are no credentials to set; PAM wants an answer for the modules that were asked to authenticate. */
EXPORTED int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv) {
  (void)pamh, (void)flags, (void)argc, (void)argv;
  return PAM_SUCCESS;
}
