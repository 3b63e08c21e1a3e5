/* An engine from files: the configuration, the keys that seal, and the store. */
#ifndef EXAMPLES_OPENED_H
#define EXAMPLES_OPENED_H

#include <mfa/mfa.h>

typedef struct opened_from {
  const char *config; /* path: docs/configuration.md */
  const char *keys;   /* path: key_file.h; refused if others than its owner may read it */
  const char
      *decoy; /* path of one key that never changes, for webauthn.decoys; may be NULL, or name no file */
  const char *store;                                           /* "sqlite:/var/lib/mfa/mfa.db" */
  void (*event)(void *ctx, const char *json, size_t json_len); /* may be NULL */
  void *ctx;
} opened_from;

typedef struct opened {
  mfa_store store;
  mfa_engine *engine;
} opened;
#define OPENED_INIT \
  { MFA_STORE_INIT, NULL }

/* 0, or -1 with a line in `why`; then there is nothing to close. */
int opened_open(opened *into, const opened_from *from, char *why, size_t why_size);
void opened_close(opened *it);

#endif
