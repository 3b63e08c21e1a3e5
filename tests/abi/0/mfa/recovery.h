/* libmfa: recovery codes, stateless. 75 secret bits and a selector, so that an attempt costs one hash.
 * Every function may be called from any thread. */
#ifndef MFA_RECOVERY_H
#define MFA_RECOVERY_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MFA_RECOVERY_CODE_SIZE 20  /* "XXXX-XXXX-XXXX-XXXX" with its NUL */
#define MFA_RECOVERY_HASH_SIZE 192 /* PHC-like text with its NUL, at most */

/* Makes `count` codes (1 to 32) with their hashes: codes[i] to show once, hashes[i] to store. pepper: a key kept
 * outside your database, or (NULL, 0). About 35 ms a code. OK; ERR_ARGUMENT: another count. */
MFA_API mfa_status mfa_recovery_generate(const uint8_t *pepper, size_t pepper_len, size_t count,
                                         char (*codes)[MFA_RECOVERY_CODE_SIZE], char (*hashes)[MFA_RECOVERY_HASH_SIZE],
                                         mfa_error *err) MFA_MUST_CHECK;

/* Which of the stored hashes the code opens: *index. You delete that one in the statement that accepts the login. Give the hashes
 * of one set only. One slow hash a call. Folds case and O, I, L. OK; WRONG, MALFORMED; ERR_ARGUMENT: hashes of two sets, or more
 * than 32; ERR_DAMAGED: one whose text was altered, or asks for over 256 MiB or eight passes. */
MFA_API mfa_status mfa_recovery_verify(const uint8_t *pepper, size_t pepper_len, const mfa_text *hashes,
                                       size_t hashes_count, const char *code, size_t code_len, size_t *index,
                                       mfa_error *err) MFA_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
