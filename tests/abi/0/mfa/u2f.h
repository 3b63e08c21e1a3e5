/* libmfa: FIDO U2F 1.2 raw messages, relying party, stateless. Browsers dropped its JavaScript API: for clients that still
 * speak it and for keys registered with it. Attestation is checked in itself; whom a certificate leads to is yours to check.
 * Every function may be called from any thread. */
#ifndef MFA_U2F_H
#define MFA_U2F_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All that a response is judged by. Everything in it is yours, nothing comes from the client. */
typedef struct mfa_u2f_expect {
  uint32_t struct_size;
  uint32_t reserved;
  mfa_text app_id;        /* as in the request, byte for byte */
  mfa_text challenge;     /* the bytes, 16 or more; the request carried their base64url, unpadded */
  const mfa_text *facets; /* origins that may act for the AppID, compared byte for byte; none: the AppID alone */
  size_t facets_count;
} mfa_u2f_expect;
#define MFA_U2F_EXPECT_INIT {sizeof(mfa_u2f_expect), 0, {NULL, 0}, {NULL, 0}, NULL, 0}

#define MFA_U2F_PUBLIC_KEY 65      /* bytes 04 x y: mfa_webauthn_columns takes them as they are */
#define MFA_U2F_KEY_HANDLE_MAX 255 /* bytes */

/* Verifies a RegisterResponse, {"registrationData","clientData"} in base64url (Raw Message Formats section 4.3), and gives
 * what to keep: public key, key handle, and the attestation certificate in DER, either of the last two NULL if not wanted. You
 * then insert the key under a unique index on its key handle, with counter 0. Make the challenge single-use yourself,
 * before you call. OK; WRONG, MALFORMED. */
MFA_API mfa_status mfa_u2f_verify_registration(const mfa_u2f_expect *expect, const char *response, size_t response_len,
                                               uint8_t public_key[MFA_U2F_PUBLIC_KEY], mfa_buffer *key_handle,
                                               mfa_buffer *certificate, mfa_error *err) MFA_MUST_CHECK;
/* The key handle that a SignResponse names, not verified: look up public key and counter with it, among the keys of the user
 * who signs in. OK; MALFORMED. */
MFA_API mfa_status mfa_u2f_response_key_handle(const char *response, size_t response_len, mfa_buffer *key_handle,
                                               mfa_error *err) MFA_MUST_CHECK;
/* Verifies a SignResponse, {"keyHandle","signatureData","clientData"} (section 5.4). Presence of the user is required. A
 * counter not above last_counter is MFA_SIGNAL_CLONE_SUSPECTED in *signals and in err; so is 0 after 0, for a U2F key counts
 * each signature. Store *counter, if greater, in one update WHERE the old one is what you read. Make the challenge
 * single-use yourself, before you call. OK; WRONG, MALFORMED; ERR_ARGUMENT for a public key that is no point on P-256. */
MFA_API mfa_status mfa_u2f_verify_signature(const mfa_u2f_expect *expect, const uint8_t public_key[MFA_U2F_PUBLIC_KEY],
                                            uint32_t last_counter, const char *response, size_t response_len,
                                            uint32_t *counter, uint32_t *signals, mfa_error *err) MFA_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
