#include <stdio.h>

#include "scenarios/world.h"
#include "scenarios/world_c.h"

typedef struct named_item {
  const char *name;
  int32_t item;
} named_item;

static void add_number(pairs *items, const char *name, int64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%lld", (long long)value);
  pairs_set(items, name, text);
}

static void add_text(pairs *items, const char *name, mfa_text text) {
  pairs_set_n(items, name, text.data ? text.data : "", text.len);
}

static int add_json(pairs *items, mfa_status status, mfa_buffer *json) {
  if (status == MFA_OK) pairs_set_n(items, "json", (const char *)json->data, json->len);
  mfa_buffer_free(json);
  return status == MFA_OK;
}

void add_refusal(const mfa_error *err, pairs *items) {
  pairs_set(items, "reason", mfa_reason_name(err->reason));
  add_number(items, "attempts_left", err->attempts_left);
  pairs_set_number(items, "retry_at_s", err->retry_at_s);
  add_number(items, "clock_skew_s", err->clock_skew_s);
  add_signals(items, err->signals);
}

int add_offer(const mfa_offer *offer, pairs *items) {
  static const named_item kTexts[] = {{"ticket", MFA_OFFER_TICKET},
                                      {"options", MFA_OFFER_OPTIONS},
                                      {"uri", MFA_OFFER_URI},
                                      {"secret", MFA_OFFER_SECRET},
                                      {"code", MFA_OFFER_CODE},
                                      {"mail_to", MFA_OFFER_MAIL_TO},
                                      {"mail_subject", MFA_OFFER_MAIL_SUBJECT},
                                      {"mail_text", MFA_OFFER_MAIL_TEXT},
                                      {"mail_html", MFA_OFFER_MAIL_HTML},
                                      {"address_masked", MFA_OFFER_ADDRESS_MASKED},
                                      {"recovery_codes", MFA_OFFER_RECOVERY_CODES}};
  mfa_buffer json = MFA_BUFFER_INIT;
  size_t i, len = 0;
  for (i = 0; i < sizeof kTexts / sizeof *kTexts; i++) {
    const char *text = mfa_offer_text(offer, kTexts[i].item, &len);
    if (text) pairs_set_n(items, kTexts[i].name, text, len);
  }
  pairs_set_number(items, "expires_at_s", mfa_offer_expires_at_s(offer));
  return add_json(items, mfa_offer_json(offer, &json, NULL), &json);
}

int add_proof(const mfa_proof *proof, pairs *items) {
  static const named_item kTexts[] = {{"user", MFA_PROOF_USER},
                                      {"factor", MFA_PROOF_FACTOR},
                                      {"statement", MFA_PROOF_STATEMENT},
                                      {"set_cookie", MFA_PROOF_SET_COOKIE},
                                      {"amr", MFA_PROOF_AMR},
                                      {"credentials", MFA_PROOF_CREDENTIALS}};
  mfa_buffer json = MFA_BUFFER_INIT;
  size_t i, len = 0;
  for (i = 0; i < sizeof kTexts / sizeof *kTexts; i++) {
    const char *text = mfa_proof_text(proof, kTexts[i].item, &len);
    if (text) pairs_set_n(items, kTexts[i].name, text, len);
  }
  pairs_set(items, "method", mfa_method_name(mfa_proof_method(proof)));
  add_number(items, "aal", mfa_proof_aal(proof));
  add_signals(items, mfa_proof_signals(proof));
  pairs_set_number(items, "serial", mfa_proof_serial(proof));
  pairs_set_number(items, "recovery_remaining", mfa_proof_recovery_remaining(proof));
  return add_json(items, mfa_proof_json(proof, &json, NULL), &json);
}

static void add_method(const mfa_method_info *info, pairs *items) {
  const char *method = mfa_method_name(info->method);
  char name[64];
  pairs_list(items, "methods", method);
  if (info->can_verify) pairs_list(items, "can_verify", method);
  if (info->can_enroll) pairs_list(items, "can_enroll", method);
  snprintf(name, sizeof name, "method.%s.label", method);
  add_text(items, name, info->label);
  snprintf(name, sizeof name, "method.%s.factors", method);
  pairs_set_number(items, name, info->factors);
  snprintf(name, sizeof name, "method.%s.aal", method);
  add_number(items, name, info->aal);
  snprintf(name, sizeof name, "method.%s.locked_until_s", method);
  pairs_set_number(items, name, info->locked_until_s);
}

static void add_factor(size_t index, const mfa_factor *factor, pairs *items) {
  const struct {
    const char *name;
    mfa_text text;
  } texts[] = {{"method", mfa_text_of(mfa_method_name(factor->method))},
               {"id", factor->id},
               {"label", factor->label},
               {"device", factor->device},
               {"address", factor->address}};
  const struct {
    const char *name;
    uint64_t number;
  } numbers[] = {{"enabled", factor->enabled != 0},
                 {"can_disable", factor->can_disable != 0},
                 {"can_remove", factor->can_remove != 0},
                 {"enterprise", factor->enterprise != 0},
                 {"added_s", factor->added_s},
                 {"last_used_s", factor->last_used_s},
                 {"expires_s", factor->expires_s},
                 {"locked_until_s", factor->locked_until_s}};
  char name[64];
  size_t i;
  for (i = 0; i < sizeof texts / sizeof *texts; i++) {
    snprintf(name, sizeof name, "factor.%u.%s", (unsigned)index, texts[i].name);
    add_text(items, name, texts[i].text);
  }
  for (i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    snprintf(name, sizeof name, "factor.%u.%s", (unsigned)index, numbers[i].name);
    pairs_set_number(items, name, numbers[i].number);
  }
}

int add_account(const mfa_account *account, pairs *items) {
  static const char *const kNeeds[] = {"nothing", "factor", "enroll", "enroll_soon"};
  static const named_item kNumbers[] = {{"grace_until_s", MFA_ACCOUNT_GRACE_UNTIL_S},
                                        {"recovery_remaining", MFA_ACCOUNT_RECOVERY_REMAINING},
                                        {"must_enroll_recovery", MFA_ACCOUNT_MUST_ENROLL_RECOVERY},
                                        {"aal_needed", MFA_ACCOUNT_AAL_NEEDED}};
  const mfa_need need = mfa_account_need(account);
  mfa_buffer json = MFA_BUFFER_INIT;
  size_t i;
  if (need < 0 || need > 3) return 0;
  pairs_set(items, "need", kNeeds[need]);
  for (i = 0; i < sizeof kNumbers / sizeof *kNumbers; i++)
    pairs_set_number(items, kNumbers[i].name, mfa_account_number(account, kNumbers[i].item));
  for (i = 0; i < mfa_account_method_count(account); i++) {
    mfa_method_info info = MFA_METHOD_INFO_INIT;
    if (mfa_account_method(account, i, &info) != MFA_OK) return 0;
    add_method(&info, items);
  }
  pairs_set_number(items, "factors", mfa_account_factor_count(account));
  for (i = 0; i < mfa_account_factor_count(account); i++) {
    mfa_factor factor = MFA_FACTOR_INIT;
    if (mfa_account_factor(account, i, &factor) != MFA_OK) return 0;
    add_factor(i, &factor, items);
  }
  return add_json(items, mfa_account_json(account, &json, NULL), &json);
}
