#include "commands.h"

#include <inttypes.h>

#define ROLES_MAX 16

/* ---- answers ---- */

static int answer_of(mfa_status status) {
  return status == MFA_OK ? ANSWER_YES : status > 0 ? ANSWER_NO : ANSWER_FAILED;
}

/* A user id of elsewhere may hold what ends a field: then it is in the JSON alone. */
static void put_text(FILE *out, const char *name, const char *text) {
  if (text && !strpbrk(text, "\t\n")) fprintf(out, "\t%s=%s", name, text);
}

/* JSON of the library: in one line, and a tab in a text of it is escaped. */
static mfa_status put_json(FILE *out, const char *name, mfa_status status, mfa_buffer *json) {
  if (status == MFA_OK) {
    fprintf(out, "\t%s=", name);
    fwrite(json->data, 1, json->len, out);
  }
  mfa_buffer_free(json);
  return status;
}

/* All but MFA_OK: why, and when it is worth trying again. */
static int refuse(FILE *out, mfa_status status, const mfa_error *err) {
  fprintf(out, "%s\treason=%s\tattempts_left=%" PRId32 "\tretry_at_s=%" PRIu64 "\n", mfa_status_name(status),
          mfa_reason_name(err->reason), err->attempts_left, err->retry_at_s);
  return answer_of(status);
}

int command_usage(const char *why, FILE *out) {
  fprintf(out, "USAGE\treason=%s\n", why);
  return ANSWER_USAGE;
}

static int give_proof(FILE *out, mfa_status status, mfa_proof *proof, const mfa_error *err) {
  mfa_buffer json = MFA_BUFFER_INIT;
  mfa_error again;
  mfa_status made;
  if (status != MFA_OK && status != MFA_MORE_NEEDED) return refuse(out, status, err);
  made = mfa_proof_json(proof, &json, &again);
  if (made != MFA_OK) {
    mfa_proof_free(proof);
    return refuse(out, made, &again);
  }
  fputs(mfa_status_name(status), out);
  put_text(out, "user", mfa_proof_text(proof, MFA_PROOF_USER, NULL));
  put_text(out, "statement", mfa_proof_text(proof, MFA_PROOF_STATEMENT, NULL));
  put_text(out, "set_cookie", mfa_proof_text(proof, MFA_PROOF_SET_COOKIE, NULL));
  put_json(out, "proof", made, &json);
  fputc('\n', out);
  mfa_proof_free(proof);
  return answer_of(status);
}

static int give_offer(FILE *out, mfa_status status, mfa_offer *offer, const mfa_error *err) {
  mfa_buffer json = MFA_BUFFER_INIT;
  mfa_error again;
  mfa_status made;
  if (status != MFA_OK) return refuse(out, status, err);
  made = mfa_offer_json(offer, &json, &again);
  if (made != MFA_OK) {
    mfa_offer_free(offer);
    return refuse(out, made, &again);
  }
  fputs(mfa_status_name(status), out);
  put_text(out, "ticket", mfa_offer_text(offer, MFA_OFFER_TICKET, NULL));
  put_text(out, "options", mfa_offer_text(offer, MFA_OFFER_OPTIONS, NULL));
  put_json(out, "offer", made, &json);
  fputc('\n', out);
  mfa_offer_free(offer);
  return ANSWER_YES;
}

/* ---- commands ---- */

static int need(mfa_engine *engine, const mfa_request *request, const line *asked, FILE *out) {
  mfa_account *account = NULL;
  mfa_buffer json = MFA_BUFFER_INIT;
  mfa_error err;
  mfa_status status = mfa_account_view(engine, request, &account, &err);
  (void)asked;
  if (status == MFA_OK) status = mfa_account_json(account, &json, &err);
  mfa_account_free(account);
  if (status != MFA_OK) return refuse(out, status, &err);
  fputs(mfa_status_name(status), out);
  put_json(out, "account", status, &json);
  fputc('\n', out);
  return ANSWER_YES;
}

static int start(mfa_engine *engine, const mfa_request *request, const line *asked, FILE *out) {
  mfa_proof *proof = NULL;
  mfa_error err;
  (void)asked;
  return give_proof(out, mfa_session_start(engine, request, &proof, &err), proof, &err);
}

static int check(mfa_engine *engine, const mfa_request *request, const line *asked, FILE *out) {
  mfa_error err;
  const mfa_status status = mfa_session_check(engine, request, NULL, &err);
  (void)asked;
  if (status != MFA_OK) return refuse(out, status, &err);
  fprintf(out, "%s\n", mfa_status_name(status));
  return ANSWER_YES;
}

static mfa_method method_of(const line *asked) {
  return mfa_method_from_name(asked->method.data, asked->method.len);
}

static int code(mfa_engine *engine, const mfa_request *request, const line *asked, FILE *out) {
  mfa_proof *proof = NULL;
  mfa_error err;
  const mfa_status status = mfa_verify_code(engine, request, method_of(asked), asked->response.data,
                                            asked->response.len, &proof, &err);
  return give_proof(out, status, proof, &err);
}

static int begin(mfa_engine *engine, const mfa_request *request, const line *asked, FILE *out) {
  mfa_offer *offer = NULL;
  mfa_error err;
  const mfa_status status = mfa_verify_begin(engine, request, method_of(asked), NULL, &offer, &err);
  return give_offer(out, status, offer, &err);
}

static int finish(mfa_engine *engine, const mfa_request *request, const line *asked, FILE *out) {
  mfa_proof *proof = NULL;
  mfa_error err;
  const mfa_status status = mfa_verify_finish(engine, request, asked->ticket.data, asked->ticket.len,
                                              asked->response.data, asked->response.len, &proof, &err);
  return give_proof(out, status, proof, &err);
}

static int enroll_begin(mfa_engine *engine, const mfa_request *request, const line *asked, FILE *out) {
  mfa_offer *offer = NULL;
  mfa_error err;
  const mfa_status status = mfa_enroll_begin(engine, request, method_of(asked), NULL, &offer, &err);
  return give_offer(out, status, offer, &err);
}

static int enroll_finish(mfa_engine *engine, const mfa_request *request, const line *asked, FILE *out) {
  mfa_proof *proof = NULL;
  mfa_error err;
  const mfa_status status = mfa_enroll_finish(engine, request, asked->ticket.data, asked->ticket.len,
                                              asked->response.data, asked->response.len, &proof, &err);
  return give_proof(out, status, proof, &err);
}

static const struct {
  const char *name;
  int (*run)(mfa_engine *engine, const mfa_request *request, const line *asked, FILE *out);
} kCommands[] = {
    {"need", need},
    {"start", start},
    {"check", check},
    {"code", code},
    {"begin", begin},
    {"finish", finish},
    {"enroll-begin", enroll_begin},
    {"enroll-finish", enroll_finish},
};

/* ---- the request ---- */

static const char *read_purpose(mfa_text text, mfa_purpose *purpose) {
  *purpose = MFA_PURPOSE_LOGIN;
  if (text.len == 0 || text_is(text, "login")) return NULL;
  *purpose = MFA_PURPOSE_STEP_UP;
  if (text_is(text, "step-up")) return NULL;
  *purpose = MFA_PURPOSE_MANAGE;
  return text_is(text, "manage") ? NULL : "purpose must be login, step-up or manage";
}

static const char *read_proven(mfa_text text, uint32_t *proven) {
  *proven = 0;
  while (text.len > 0) {
    const mfa_text part = text_take(&text);
    if (text_is(part, "password"))
      *proven |= MFA_PROVEN_PASSWORD;
    else if (text_is(part, "federated"))
      *proven |= MFA_PROVEN_FEDERATED;
    else if (text_is(part, "other"))
      *proven |= MFA_PROVEN_OTHER;
    else
      return "proven must be of password, federated, other";
  }
  return NULL;
}

int command_run(mfa_engine *engine, const line *asked, FILE *out) {
  mfa_request request = MFA_REQUEST_INIT;
  mfa_text roles[ROLES_MAX], rest = asked->roles;
  const char *wrong = read_purpose(asked->purpose, &request.purpose);
  size_t i;
  if (!wrong) wrong = read_proven(asked->proven, &request.proven);
  while (!wrong && rest.len > 0) {
    if (request.roles_count == ROLES_MAX) return command_usage("too many roles", out);
    roles[request.roles_count++] = text_take(&rest);
  }
  if (wrong) return command_usage(wrong, out);
  request.user = asked->user;
  if (!asked->user.data) request.flags = MFA_REQUEST_USERNAMELESS; /* a passkey may name the user */
  request.browser = asked->browser;
  request.session = asked->session;
  request.statement = asked->statement;
  request.source = asked->source;
  request.user_agent = asked->user_agent;
  request.roles = request.roles_count > 0 ? roles : NULL;
  for (i = 0; i < sizeof kCommands / sizeof *kCommands; i++) {
    if (strcmp(kCommands[i].name, asked->command) == 0) return kCommands[i].run(engine, &request, asked, out);
  }
  return command_usage("there is no such command", out);
}
