/* libmfa: where sealed records live. Implement mfa_store for your database, or open one of these.
 * Every function may be called from any thread; a store that is open serves any number of them at once. */
#ifndef MFA_STORE_H
#define MFA_STORE_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MFA_STORE_KEY_MAX 512       /* bytes of a key; compared exactly, may hold any byte */
#define MFA_STORE_RECORD_MAX 262144 /* bytes of a record */

/* What a store answers. 0 is failure on purpose: it is what a callback that dies in Python or Lua returns. Any
 * value not named here is failure too, and the engine fails closed with MFA_ERR_STORE. */
typedef int32_t mfa_store_answer;
enum {
  MFA_STORE_FAILED = 0,
  MFA_STORE_DONE = 1,
  MFA_STORE_NONE = 2,    /* load, erase: no such key */
  MFA_STORE_CONFLICT = 3 /* save, erase: the stored version is not the expected one */
};

/* Answer MFA_STORE_DONE to go on; anything else ends the scan. */
typedef mfa_store_answer (*mfa_scan_fn)(void *fn_ctx, const char *key, size_t key_len, const uint8_t *record,
                                  size_t record_len, uint64_t version);

/* A key-value store with compare-and-set. Functions may be called from any thread at once; they must not
 * unwind, longjmp, or call the engine they serve. err is never NULL: write a line into err->message when you
 * answer MFA_STORE_FAILED (no record content).
 *
 * The engine chooses versions: 1 .. 2^63-1, drawn at random, so none comes twice and a signed 64-bit column
 * holds them. A store only compares and keeps them. A save whose outcome was lost with the connection is
 * decided by loading: it took effect if and only if the stored version is new_version. */
typedef struct mfa_store {
  uint32_t struct_size;
  uint32_t reserved;
  void *ctx;
  /* DONE with record (mfa_buffer_assign) and version; NONE. Must see every save that was answered DONE. */
  mfa_store_answer (*load)(void *ctx, const char *key, size_t key_len, mfa_buffer *record, uint64_t *version,
                     mfa_error *err);
  /* DONE once it is durable; CONFLICT when the stored version is not expected_version (0: no such key).
   * expires_at_s (0: never) is when you may delete it; the engine never relies on that. */
  mfa_store_answer (*save)(void *ctx, const char *key, size_t key_len, const uint8_t *record, size_t record_len,
                     uint64_t expected_version, uint64_t new_version, uint64_t expires_at_s, mfa_error *err);
  /* DONE; CONFLICT; NONE. */
  mfa_store_answer (*erase)(void *ctx, const char *key, size_t key_len, uint64_t expected_version, mfa_error *err);
  /* Optional (NULL): up to limit keys that begin with prefix and come after `after`, in byte order. */
  mfa_store_answer (*scan)(void *ctx, const char *prefix, size_t prefix_len, const char *after, size_t after_len,
                     size_t limit, mfa_scan_fn fn, void *fn_ctx, mfa_error *err);
  void (*close)(void *ctx); /* optional (NULL); called by mfa_store_close alone */
} mfa_store;
#define MFA_STORE_INIT {sizeof(mfa_store), 0, NULL, NULL, NULL, NULL, NULL, NULL}

/* Opens a store: "memory:", "sqlite:/var/lib/app/mfa.db", "sqlite:/x?synchronous=normal". Set store->struct_size first
 * (MFA_STORE_INIT). A store may serve many engines; close it after the last of them. One that was
 * opened before fork() fails in the child, where it may only be closed: open it after. OK; ERR_ARGUMENT: the URL; ERR_UNSUPPORTED:
 * no store of this scheme; ERR_STORE: it does not open. */
MFA_API mfa_status mfa_store_open(const char *url, size_t url_len, mfa_store *store, mfa_error *err) MFA_MUST_CHECK;
/* Calls close and leaves MFA_STORE_INIT. NULL and a closed store are fine. */
MFA_API void mfa_store_close(mfa_store *store);

/* Tries every promise above on keys under "check/", which it erases again. report: text, one promise a line, filled
 * with MFA_WRONG as well. OK: all kept; WRONG: one is broken; ERR_STORE: it failed at the first load. */
MFA_API mfa_status mfa_store_check(const mfa_store *store, mfa_buffer *report, mfa_error *err) MFA_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
