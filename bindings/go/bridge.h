/* What cgo cannot say itself: callbacks whose parameters are const, calls through pointers, initial values
 * that are macros. */
#ifndef MFA_GO_BRIDGE_H
#define MFA_GO_BRIDGE_H

#include <mfa/mfa.h>

/* The Go side of the call that this thread is in, 0 for none: its callbacks find it so. Gives what was there
 * before. */
uintptr_t mfa_go_enter(uintptr_t frame);

/* All zero; NULL when there is no memory, where C.malloc would end the process. */
void *mfa_go_alloc(size_t size);
void mfa_go_free(void *data);

/* Fill in the functions that answer from Go. */
void mfa_go_store(mfa_store *store, uintptr_t handle, int scans);
void mfa_go_hooks(mfa_engine_config *config, uintptr_t handle, int now, int random, int event);

/* A scan's callback, and the functions of a store of libmfa's. rows: a handle of what takes them. */
mfa_store_answer mfa_go_call_found(mfa_scan_fn fn, void *fn_ctx, const char *key, size_t key_len,
                                   const uint8_t *record, size_t record_len, uint64_t version);
mfa_store_answer mfa_go_call_load(const mfa_store *store, const char *key, size_t key_len, mfa_buffer *record,
                                  uint64_t *version, mfa_error *err);
mfa_store_answer mfa_go_call_save(const mfa_store *store, const char *key, size_t key_len,
                                  const uint8_t *record, size_t record_len, uint64_t expected_version,
                                  uint64_t new_version, uint64_t expires_at_s, mfa_error *err);
mfa_store_answer mfa_go_call_erase(const mfa_store *store, const char *key, size_t key_len,
                                   uint64_t expected_version, mfa_error *err);
mfa_store_answer mfa_go_call_scan(const mfa_store *store, const char *prefix, size_t prefix_len,
                                  const char *after, size_t after_len, size_t limit, uintptr_t rows,
                                  mfa_error *err);
mfa_status mfa_go_admin_users(mfa_engine *engine, const char *after, size_t after_len, size_t limit,
                              uintptr_t rows, mfa_error *err);

mfa_totp_params mfa_go_totp_params(void);
mfa_hotp_params mfa_go_hotp_params(void);

#endif
