/* What a runner in C or C++ has of its own: an engine of its language, with a store, a clock and randomness
 * (README.md). The rest, player.c, they share. */
#ifndef MFA_SCENARIOS_WORLD_H
#define MFA_SCENARIOS_WORLD_H

#include <stdint.h>

#include "scenarios/pairs.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SCENARIO_PEPPER 0x50
#define SCENARIO_DECOY 0xD0

typedef struct scenario_start {
  uint64_t start_s, seed;
  const char *keys, *config;
  int own_store; /* one written in the language, else "memory:" */
} scenario_start;

typedef struct world world;

/* NULL when there is no engine. */
world *world_open(const scenario_start *start);
/* Does a step: 1, and its items; 0 when it cannot be done. */
int world_do(world *in, const char *name, const pairs *arguments, pairs *items);
/* Whether both the clock and the randomness were asked. */
int world_asked(const world *in);
void world_close(world *in);

/* The tests' generator, SplitMix64: no secret to anybody. */
void draw(uint64_t *state, uint8_t *out, size_t out_len);
/* A list's next name, or NULL at its end; *list moves on. The name lives until the next call. */
const char *next_name(const char **list);
/* The index of a name among count of them, -1: none. */
int index_of(const char *name, const char *const *names, int count);
/* The names of the bits that are set, as an item. */
void add_signals(pairs *items, uint32_t signals);

#ifdef __cplusplus
}
#endif
#endif
