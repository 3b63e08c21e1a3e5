/* The pieces of the world in C: arguments read into the structs of mfa/engine.h, and what came written as
 * items. */
#ifndef MFA_SCENARIOS_WORLD_C_H
#define MFA_SCENARIOS_WORLD_C_H

#include <mfa/engine.h>

#include "scenarios/pairs.h"

/* A request and what it points into. */
typedef struct given_request {
  mfa_request it;
  char action[64];
  char role_names[256];
  mfa_text roles[8];
} given_request;

/* 1, or 0 for a name that is none. What is read lives as long as the arguments. */
int read_request(const pairs *arguments, given_request *to);
int read_options(const pairs *arguments, mfa_begin_options *to);
int read_need(const pairs *arguments, mfa_session_need *to);
int has_members(const pairs *arguments, const char *prefix);
mfa_method read_method(const char *name);

void add_refusal(const mfa_error *err, pairs *items);
int add_offer(const mfa_offer *offer, pairs *items);
int add_proof(const mfa_proof *proof, pairs *items);
int add_account(const mfa_account *account, pairs *items);

#endif
