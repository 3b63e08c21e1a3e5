#include <string.h>

#include "scenarios/world.h"

void draw(uint64_t *state, uint8_t *out, size_t out_len) {
  size_t i;
  uint64_t z = 0;
  for (i = 0; i < out_len; i++) {
    if (i % 8 == 0) {
      z = *state += UINT64_C(0x9E3779B97F4A7C15);
      z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
      z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
      z ^= z >> 31;
    }
    out[i] = (uint8_t)(z >> (8 * (i % 8)));
  }
}

const char *next_name(const char **list) {
  static char name[64];
  const size_t len = strcspn(*list, ",");
  if (**list == 0 || len >= sizeof name) return NULL;
  memcpy(name, *list, len);
  name[len] = 0;
  *list += len + ((*list)[len] == ',');
  return name;
}

int index_of(const char *name, const char *const *names, int count) {
  int i;
  for (i = 0; i < count; i++)
    if (strcmp(name, names[i]) == 0) return i;
  return -1;
}

void add_signals(pairs *items, uint32_t signals) {
  static const char *const kNames[] = {"clone_suspected",       "backup_eligible_changed",
                                       "backup_state_changed",  "attestation_status",
                                       "unsolicited_extension", "recovery_low",
                                       "recovery_last",         "must_enroll",
                                       "must_enroll_recovery",  "device_reused",
                                       "clock_went_back",       "weak_secret",
                                       "pairing_contested"};
  size_t bit;
  pairs_set(items, "signals", "");
  for (bit = 0; bit < sizeof kNames / sizeof *kNames; bit++)
    if (signals >> bit & 1) pairs_list(items, "signals", kNames[bit]);
}
