/* The scenarios in C99, on include/mfa alone. */
#include "scenarios/world_c.h"

#include <stdio.h>
#include <stdlib.h>

#include <mfa/otp.h>

#include "abi/array_store.h"
#include "scenarios/player.h"
#include "scenarios/world.h"

struct world {
  uint64_t now_s, random;
  int clock_asked, random_asked;
  char *keys, *config;
  pairs events; /* each under its own text */
  array_store rows;
  mfa_store store;
  mfa_engine *engine;
};

/* ---- the engine and what it calls */

static uint64_t now_s(void *ctx) {
  world *in = ctx;
  in->clock_asked = 1;
  return in->now_s;
}

static int32_t fill_random(void *ctx, uint8_t *out, size_t out_len) {
  world *in = ctx;
  in->random_asked = 1;
  draw(&in->random, out, out_len);
  return 1;
}

static void keep_event(void *ctx, const char *json, size_t json_len) {
  world *in = ctx;
  char *line = copy_n(json, json_len);
  pairs_add(&in->events, line, "");
  free(line);
}

static mfa_status make_engine(world *in, mfa_error *err) {
  uint8_t bytes[16][32], pepper[32], decoy[32];
  mfa_key keys[16];
  mfa_engine_config config = MFA_ENGINE_CONFIG_INIT;
  const char *list = in->keys, *name;
  memset(pepper, SCENARIO_PEPPER, sizeof pepper);
  memset(decoy, SCENARIO_DECOY, sizeof decoy);
  while (config.keys_count < 16 && (name = next_name(&list)) != NULL) {
    const mfa_key key = {(uint32_t)strtoul(name, NULL, 10), 0, bytes[config.keys_count], 32};
    memset(bytes[config.keys_count], (int)key.id, 32);
    keys[config.keys_count++] = key;
  }
  config.json = mfa_text_of(in->config);
  config.keys = keys;
  config.store = &in->store;
  config.pepper = mfa_text_n(pepper, sizeof pepper);
  config.decoy_key = mfa_text_n(decoy, sizeof decoy);
  config.ctx = in;
  config.now_s = now_s;
  config.random = fill_random;
  config.event = keep_event;
  return mfa_engine_new(&config, &in->engine, err);
}

static void replace(char **text, const char *with) {
  free(*text);
  *text = copy_n(with, strlen(with));
}

world *world_open(const scenario_start *start) {
  world *in = taken(calloc(1, sizeof *in));
  mfa_store none = MFA_STORE_INIT;
  mfa_error err;
  in->now_s = start->start_s;
  in->random = start->seed;
  in->store = none;
  replace(&in->keys, start->keys);
  replace(&in->config, start->config);
  if (start->own_store) in->store = array_store_open(&in->rows);
  if ((start->own_store || mfa_store_open("memory:", 7, &in->store, &err) == MFA_OK) &&
      make_engine(in, &err) == MFA_OK)
    return in;
  world_close(in);
  return NULL;
}

void world_close(world *in) {
  if (!in) return;
  mfa_engine_free(in->engine);
  mfa_store_close(&in->store);
  pairs_clear(&in->events);
  free(in->keys);
  free(in->config);
  free(in);
}

int world_asked(const world *in) { return in->clock_asked && in->random_asked; }

/* ---- what a call gave, written as items and freed */

static int take_buffer(mfa_status status, mfa_buffer *buffer, pairs *items) {
  if (status == MFA_OK) pairs_set_n(items, "text", (const char *)buffer->data, buffer->len);
  mfa_buffer_free(buffer);
  return 1;
}
static int take_offer(mfa_status status, mfa_offer *offer, pairs *items) {
  const int done = status == MFA_OK ? add_offer(offer, items) : offer == NULL;
  mfa_offer_free(offer);
  return done;
}
static int take_proof(mfa_status status, mfa_proof *proof, pairs *items) {
  const int done = status == MFA_OK || status == MFA_MORE_NEEDED ? add_proof(proof, items) : proof == NULL;
  mfa_proof_free(proof);
  return done;
}
static int take_account(mfa_status status, mfa_account *account, pairs *items) {
  const int done = status == MFA_OK ? add_account(account, items) : account == NULL;
  mfa_account_free(account);
  return done;
}
static mfa_store_answer take_user(void *items, const char *user, size_t user_len, const uint8_t *record,
                                  size_t record_len, uint64_t version) {
  char *name = copy_n(user, user_len);
  (void)record, (void)record_len, (void)version;
  pairs_list(items, "users", name);
  free(name);
  return MFA_STORE_DONE;
}

/* ---- calls of the engine */

typedef struct call {
  world *in;
  const pairs *arguments;
  given_request request;
  mfa_begin_options options, *options_or_none;
  mfa_session_need need, *need_or_none;
  pairs *items;
  mfa_error err;
  mfa_status status;
} call;

static const char *text(const call *by, const char *name) { return pairs_get(by->arguments, name); }
#define TEXT(name) text(by, name), strlen(text(by, name))

/* The status first: what a proof says of signals goes over what the refusal said. */
static int settled(call *by, mfa_status status) {
  by->status = status;
  pairs_set(by->items, "status", mfa_status_name(status));
  if (status != MFA_OK) add_refusal(&by->err, by->items);
  return 1;
}

typedef mfa_status (*begin_call)(mfa_engine *, const mfa_request *, mfa_method, const mfa_begin_options *,
                                 mfa_offer **, mfa_error *);
static int begin(call *by, begin_call function) {
  mfa_offer *offer = NULL;
  settled(by, function(by->in->engine, &by->request.it, read_method(text(by, "method")), by->options_or_none,
                       &offer, &by->err));
  return take_offer(by->status, offer, by->items);
}
static int enroll_begin(call *by) { return begin(by, mfa_enroll_begin); }
static int verify_begin(call *by) { return begin(by, mfa_verify_begin); }

typedef mfa_status (*finish_call)(mfa_engine *, const mfa_request *, const char *, size_t, const char *,
                                  size_t, mfa_proof **, mfa_error *);
static int finish(call *by, finish_call function) {
  mfa_proof *proof = NULL;
  settled(by, function(by->in->engine, &by->request.it, TEXT("ticket"), TEXT("response"), &proof, &by->err));
  return take_proof(by->status, proof, by->items);
}
static int enroll_finish(call *by) { return finish(by, mfa_enroll_finish); }
static int verify_finish(call *by) { return finish(by, mfa_verify_finish); }

static int account_view(call *by) {
  mfa_account *account = NULL;
  settled(by, mfa_account_view(by->in->engine, &by->request.it, &account, &by->err));
  return take_account(by->status, account, by->items);
}
static int verify_code(call *by) {
  mfa_proof *proof = NULL;
  settled(by, mfa_verify_code(by->in->engine, &by->request.it, read_method(text(by, "method")), TEXT("code"),
                              &proof, &by->err));
  return take_proof(by->status, proof, by->items);
}
static int session_start(call *by) {
  mfa_proof *proof = NULL;
  settled(by, mfa_session_start(by->in->engine, &by->request.it, &proof, &by->err));
  return take_proof(by->status, proof, by->items);
}
static int session_check(call *by) {
  return settled(by, mfa_session_check(by->in->engine, &by->request.it, by->need_or_none, &by->err));
}
static int session_check_offline(call *by) {
  return settled(by, mfa_session_check_offline(by->in->engine, &by->request.it, by->need_or_none, &by->err));
}
static int session_json(call *by) {
  mfa_buffer json = MFA_BUFFER_INIT;
  settled(by, mfa_session_json(by->in->engine, &by->request.it, &json, &by->err));
  return take_buffer(by->status, &json, by->items);
}
static int policy_explain(call *by) {
  mfa_buffer json = MFA_BUFFER_INIT;
  settled(by, mfa_policy_explain(by->in->engine, &by->request.it, by->need_or_none, &json, &by->err));
  return take_buffer(by->status, &json, by->items);
}
static int device_remember(call *by) {
  mfa_proof *proof = NULL;
  settled(by, mfa_device_remember(by->in->engine, &by->request.it, TEXT("label"), &proof, &by->err));
  return take_proof(by->status, proof, by->items);
}
static int device_claim(call *by) {
  mfa_offer *offer = NULL;
  settled(by, mfa_device_claim(by->in->engine, &by->request.it, TEXT("code"), &offer, &by->err));
  return take_offer(by->status, offer, by->items);
}
static int device_claimed(call *by) {
  mfa_buffer json = MFA_BUFFER_INIT;
  settled(by, mfa_device_claimed(by->in->engine, &by->request.it, TEXT("ticket"), &json, &by->err));
  return take_buffer(by->status, &json, by->items);
}
static int device_collect(call *by) {
  mfa_proof *proof = NULL;
  settled(by, mfa_device_collect(by->in->engine, &by->request.it, TEXT("ticket"), &proof, &by->err));
  return take_proof(by->status, proof, by->items);
}
static int remembered_issue(call *by) {
  mfa_buffer cookie = MFA_BUFFER_INIT;
  settled(by, mfa_remembered_issue(by->in->engine, &by->request.it, &cookie, &by->err));
  return take_buffer(by->status, &cookie, by->items);
}
static int remembered_user(call *by) {
  mfa_buffer user = MFA_BUFFER_INIT;
  settled(by, mfa_remembered_user(by->in->engine, &by->request.it, TEXT("cookies"), &user, &by->err));
  return take_buffer(by->status, &user, by->items);
}
static int factor_rename(call *by) {
  return settled(by,
                 mfa_factor_rename(by->in->engine, &by->request.it, TEXT("factor"), TEXT("label"), &by->err));
}
static int factor_set_enabled(call *by) {
  mfa_proof *proof = NULL;
  const int enabled = strcmp(text(by, "enabled"), "1") == 0;
  settled(by,
          mfa_factor_set_enabled(by->in->engine, &by->request.it, TEXT("factor"), enabled, &proof, &by->err));
  return take_proof(by->status, proof, by->items);
}
static int factor_remove(call *by) {
  mfa_proof *proof = NULL;
  settled(by, mfa_factor_remove(by->in->engine, &by->request.it, TEXT("factor"), &proof, &by->err));
  return take_proof(by->status, proof, by->items);
}

static int admin(call *by) {
  static const char *const kActions[] = {
      "",      "unlock",   "factor_enable",  "factor_disable", "factor_remove",
      "reset", "sign_out", "forget_devices", "erase"};
  const mfa_admin_action action = index_of(text(by, "action"), kActions, 9);
  return settled(by,
                 mfa_admin(by->in->engine, action, TEXT("user"), TEXT("factor"), TEXT("actor"), &by->err));
}
static int admin_import(call *by) {
  mfa_buffer factor = MFA_BUFFER_INIT;
  settled(by, mfa_admin_import(by->in->engine, TEXT("user"), TEXT("json"), TEXT("actor"), &factor, &by->err));
  add_signals(by->items, by->err.signals);
  return take_buffer(by->status, &factor, by->items);
}
static int admin_users(call *by) {
  const size_t limit = (size_t)strtoul(text(by, "limit"), NULL, 10);
  return settled(by, mfa_admin_users(by->in->engine, TEXT("after"), limit, take_user, by->items, &by->err));
}
static int engine_config_json(call *by) {
  mfa_buffer json = MFA_BUFFER_INIT;
  settled(by, mfa_engine_config_json(by->in->engine, &json, &by->err));
  return take_buffer(by->status, &json, by->items);
}

/* ---- steps that do not call the engine */

static int advance(call *by) {
  by->in->now_s += strtoull(text(by, "s"), NULL, 10);
  return 1;
}

static int restart(call *by) {
  if (pairs_has(by->arguments, "keys")) replace(&by->in->keys, text(by, "keys"));
  if (pairs_has(by->arguments, "config")) replace(&by->in->config, text(by, "config"));
  mfa_engine_free(by->in->engine);
  by->in->engine = NULL;
  return settled(by, make_engine(by->in, &by->err));
}

static uint32_t number_or(const call *by, const char *name, uint32_t otherwise) {
  return pairs_has(by->arguments, name) ? (uint32_t)strtoul(text(by, name), NULL, 10) : otherwise;
}

static mfa_hash read_hash(const call *by) {
  static const char *const kHashes[] = {"", "sha1", "sha256", "sha512"};
  return pairs_has(by->arguments, "hash") ? index_of(text(by, "hash"), kHashes, 4) : MFA_HASH_SHA1;
}

static int code_of(call *by, int is_totp) {
  mfa_totp_params totp = MFA_TOTP_PARAMS_INIT;
  mfa_hotp_params hotp = MFA_HOTP_PARAMS_INIT;
  mfa_buffer secret = MFA_BUFFER_INIT;
  char code[MFA_OTP_CODE_SIZE] = "";
  const uint64_t at = is_totp ? by->in->now_s + (uint64_t)strtoll(text(by, "offset_s"), NULL, 10)
                              : strtoull(text(by, "counter"), NULL, 10);
  totp.hash = hotp.hash = read_hash(by);
  totp.digits = hotp.digits = number_or(by, "digits", 6);
  totp.period_s = number_or(by, "period_s", 30);
  by->status = mfa_base32_decode(TEXT("secret"), &secret, &by->err);
  if (by->status == MFA_OK)
    by->status = is_totp ? mfa_totp_code(&totp, secret.data, secret.len, at, code, &by->err)
                         : mfa_hotp_code(&hotp, secret.data, secret.len, at, code, &by->err);
  mfa_buffer_free(&secret);
  pairs_set(by->items, "code", code);
  return by->status == MFA_OK;
}
static int totp_code(call *by) { return code_of(by, 1); }
static int hotp_code(call *by) { return code_of(by, 0); }

static int events(call *by) {
  char begin_of[128];
  size_t i, count = 0;
  snprintf(begin_of, sizeof begin_of, "{\"event\":\"%s\"", text(by, "event"));
  for (i = 0; i < by->in->events.count; i++)
    count += strncmp(by->in->events.at[i].name, begin_of, strlen(begin_of)) == 0;
  pairs_set_number(by->items, "count", count);
  return 1;
}

/* ---- all of them */

static const struct {
  const char *name;
  int (*run)(call *by);
} kSteps[] = {{"account_view", account_view},
              {"enroll_begin", enroll_begin},
              {"enroll_finish", enroll_finish},
              {"verify_begin", verify_begin},
              {"verify_finish", verify_finish},
              {"verify_code", verify_code},
              {"session_start", session_start},
              {"session_check", session_check},
              {"session_check_offline", session_check_offline},
              {"session_json", session_json},
              {"policy_explain", policy_explain},
              {"device_remember", device_remember},
              {"device_claim", device_claim},
              {"device_claimed", device_claimed},
              {"device_collect", device_collect},
              {"remembered_issue", remembered_issue},
              {"remembered_user", remembered_user},
              {"factor_rename", factor_rename},
              {"factor_set_enabled", factor_set_enabled},
              {"factor_remove", factor_remove},
              {"admin", admin},
              {"admin_import", admin_import},
              {"admin_users", admin_users},
              {"engine_config_json", engine_config_json},
              {"advance", advance},
              {"restart", restart},
              {"totp_code", totp_code},
              {"hotp_code", hotp_code},
              {"events", events}};

int world_do(world *in, const char *name, const pairs *arguments, pairs *items) {
  call by;
  size_t i;
  memset(&by, 0, sizeof by);
  by.in = in;
  by.arguments = arguments;
  by.items = items;
  if (pairs_has(arguments, "request.purpose") && !read_request(arguments, &by.request)) return 0;
  if (!read_options(arguments, &by.options) || !read_need(arguments, &by.need)) return 0;
  if (has_members(arguments, "options.")) by.options_or_none = &by.options;
  if (has_members(arguments, "need.")) by.need_or_none = &by.need;
  for (i = 0; i < sizeof kSteps / sizeof *kSteps; i++)
    if (strcmp(kSteps[i].name, name) == 0) return kSteps[i].run(&by);
  return 0;
}

int main(int argc, char **argv) { return play_files(argc, argv); }
