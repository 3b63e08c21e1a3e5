#include <stdlib.h>
#include <string.h>

#include "scenarios/world.h"
#include "scenarios/world_c.h"

static uint64_t number(const pairs *arguments, const char *name) {
  return strtoull(pairs_get(arguments, name), NULL, 10);
}

static mfa_text text(const pairs *arguments, const char *name) {
  return mfa_text_of(pairs_get(arguments, name));
}

/* 1 and the bits of a list of names. */
static int read_bits(const char *list, const char *const *names, int count, uint32_t *bits) {
  const char *name;
  while ((name = next_name(&list)) != NULL) {
    const int bit = index_of(name, names, count);
    if (bit < 0) return 0;
    *bits |= 1u << bit;
  }
  return 1;
}

static int read_roles(const char *list, given_request *to) {
  char *at = to->role_names;
  const char *name;
  if (strlen(list) >= sizeof to->role_names) return 0;
  while ((name = next_name(&list)) != NULL) {
    if (to->it.roles_count == sizeof to->roles / sizeof *to->roles) return 0;
    strcpy(at, name);
    to->roles[to->it.roles_count++] = mfa_text_of(at);
    at += strlen(at) + 1;
  }
  to->it.roles = to->roles;
  return 1;
}

static int read_hex(const char *hex, given_request *to) {
  size_t i;
  const size_t len = strlen(hex) / 2;
  if (len > sizeof to->action) return 0;
  for (i = 0; i < len; i++) {
    const char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};
    to->action[i] = (char)strtoul(digits, NULL, 16);
  }
  to->it.action = mfa_text_n(to->action, len);
  return 1;
}

int read_request(const pairs *arguments, given_request *to) {
  static const char *const kPurposes[] = {"", "login", "step_up", "manage", "approve"};
  static const char *const kProven[] = {"password", "federated", "other"};
  static const char *const kFlags[] = {"usernameless"};
  const mfa_request none = MFA_REQUEST_INIT;
  memset(to, 0, sizeof *to);
  to->it = none;
  to->it.purpose = index_of(pairs_get(arguments, "request.purpose"), kPurposes, 5);
  to->it.user = text(arguments, "request.user");
  to->it.browser = text(arguments, "request.browser");
  to->it.session = text(arguments, "request.session");
  to->it.statement = text(arguments, "request.statement");
  to->it.source = text(arguments, "request.source");
  to->it.user_agent = text(arguments, "request.user_agent");
  to->it.locale = text(arguments, "request.locale");
  to->it.cookies = text(arguments, "request.cookies");
  to->it.min_serial = number(arguments, "request.min_serial");
  return to->it.purpose > 0 &&
         read_bits(pairs_get(arguments, "request.proven"), kProven, 3, &to->it.proven) &&
         read_bits(pairs_get(arguments, "request.flags"), kFlags, 1, &to->it.flags) &&
         read_roles(pairs_get(arguments, "request.roles"), to) &&
         read_hex(pairs_get(arguments, "request.action"), to);
}

int read_options(const pairs *arguments, mfa_begin_options *to) {
  static const char *const kMediations[] = {"modal", "conditional"};
  static const char *const kVerification[] = {"", "discouraged", "preferred", "required"};
  const mfa_begin_options none = MFA_BEGIN_OPTIONS_INIT;
  const char *mediation = pairs_get(arguments, "options.mediation");
  *to = none;
  if (*mediation) to->mediation = index_of(mediation, kMediations, 2);
  to->user_verification = index_of(pairs_get(arguments, "options.user_verification"), kVerification, 4);
  to->factor = text(arguments, "options.factor");
  to->account_name = text(arguments, "options.account_name");
  to->display_name = text(arguments, "options.display_name");
  to->label = text(arguments, "options.label");
  to->address = text(arguments, "options.address");
  to->extra_json = text(arguments, "options.extra_json");
  return to->mediation >= 0 && to->user_verification >= 0;
}

int read_need(const pairs *arguments, mfa_session_need *to) {
  const mfa_session_need none = MFA_SESSION_NEED_INIT;
  *to = none;
  to->aal = (int32_t)number(arguments, "need.aal");
  to->max_age_s = number(arguments, "need.max_age_s");
  to->method = read_method(pairs_get(arguments, "need.method"));
  return 1;
}

int has_members(const pairs *arguments, const char *prefix) {
  size_t i;
  for (i = 0; i < arguments->count; i++)
    if (strncmp(arguments->at[i].name, prefix, strlen(prefix)) == 0) return 1;
  return 0;
}

mfa_method read_method(const char *name) { return mfa_method_from_name(name, strlen(name)); }
