/* libmfa: TOTP (RFC 6238), HOTP (RFC 4226), otpauth URIs and QR codes, stateless. Every function may be
 * called from any thread. */
#ifndef MFA_OTP_H
#define MFA_OTP_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MFA_OTP_CODE_SIZE 11  /* ten digits and a NUL */
#define MFA_OTP_SECRET_MIN 16 /* bytes; 10 with MFA_OTP_UNSAFE_SHORT_SECRET */
#define MFA_OTP_SECRET_MAX 128

enum { MFA_OTP_UNSAFE_SHORT_SECRET = 1u << 0, MFA_OTP_UNSAFE_WIDE_WINDOW = 1u << 1 /* past, future over 2 */ };

typedef struct mfa_totp_params {
  uint32_t struct_size;
  mfa_hash hash;
  uint32_t digits;   /* 6 to 10 */
  uint32_t period_s; /* 1 to 3600 */
  uint64_t t0_s;
  uint32_t past;   /* steps accepted before now, 0 to 10 */
  uint32_t future; /* steps accepted after now, 0 to 10 */
  uint32_t flags;  /* MFA_OTP_UNSAFE_* */
  uint32_t reserved;
} mfa_totp_params;
#define MFA_TOTP_PARAMS_INIT {sizeof(mfa_totp_params), MFA_HASH_SHA1, 6, 30, 0, 1, 1, 0, 0}

/* The code of this time, for a test or a token in software: a server verifies. params NULL: the defaults above. OK; ERR_ARGUMENT:
 * parameters, the secret's length, a time before t0_s. */
MFA_API mfa_status mfa_totp_code(const mfa_totp_params *params, const uint8_t *secret, size_t secret_len,
                                 uint64_t now_s, char code[MFA_OTP_CODE_SIZE], mfa_error *err) MFA_MUST_CHECK;

/* Is the code right now, and of a step after last_step (0: none yet)? Store *used_step as the next last_step
 * in one conditional update before you let the user in, or the code works twice. Steps are counted from 1:
 * (now_s - t0_s) / period_s + 1, which is RFC 6238's T plus one. Spaces and hyphens are ignored, digits are
 * ASCII. OK; WRONG (with clock_skew_s, negative: the user's clock is
 * behind, for a code of the last ten steps; positive, ahead, only with last_step 0: a guesser must not learn what will be
 * right soon), ALREADY_USED, MALFORMED; ERR_ARGUMENT as above. */
MFA_API mfa_status mfa_totp_verify(const mfa_totp_params *params, const uint8_t *secret, size_t secret_len,
                                   uint64_t last_step, uint64_t now_s, const char *code, size_t code_len,
                                   uint64_t *used_step, mfa_error *err) MFA_MUST_CHECK;

typedef struct mfa_hotp_params {
  uint32_t struct_size;
  mfa_hash hash;
  uint32_t digits;
  uint32_t look_ahead; /* counters tried after the expected one, 0 to 100 */
  uint32_t flags;
  uint32_t reserved;
} mfa_hotp_params;
#define MFA_HOTP_PARAMS_INIT {sizeof(mfa_hotp_params), MFA_HASH_SHA1, 6, 10, 0, 0}

/* The code of this counter. OK; ERR_ARGUMENT: parameters, the secret's length. */
MFA_API mfa_status mfa_hotp_code(const mfa_hotp_params *params, const uint8_t *secret, size_t secret_len,
                                 uint64_t counter, char code[MFA_OTP_CODE_SIZE], mfa_error *err) MFA_MUST_CHECK;
/* Is it the code of the next counter, or of one of look_ahead after it? counter: the next one expected. Store *next_counter
 * before you let the user in. OK; WRONG, MALFORMED; ERR_ARGUMENT as above, and at the counter's end, 2^64 - 1. */
MFA_API mfa_status mfa_hotp_verify(const mfa_hotp_params *params, const uint8_t *secret, size_t secret_len,
                                   uint64_t counter, const char *code, size_t code_len, uint64_t *next_counter,
                                   mfa_error *err) MFA_MUST_CHECK;
/* Two codes in a row within `range` (1 to 1000) counters after the one expected (RFC 4226 section 7.4): for a token that is
 * past look_ahead, which is not used. Store *next_counter before you let the user in, and count a refusal as one wrong
 * code. OK; WRONG, MALFORMED; ERR_ARGUMENT as above. */
MFA_API mfa_status mfa_hotp_resync(const mfa_hotp_params *params, const uint8_t *secret, size_t secret_len,
                                   uint64_t counter, uint32_t range, const char *code1, size_t code1_len,
                                   const char *code2, size_t code2_len, uint64_t *next_counter,
                                   mfa_error *err) MFA_MUST_CHECK;

/* One otpauth:// URI. For building, the texts are yours; after parsing they point into the buffer given. */
typedef struct mfa_otpauth {
  uint32_t struct_size;
  mfa_method method; /* MFA_METHOD_TOTP or MFA_METHOD_HOTP */
  mfa_text issuer;   /* without ':' */
  mfa_text account;  /* without ':' */
  mfa_text secret;   /* bytes, not base32 */
  mfa_hash hash;
  uint32_t digits;
  uint32_t period_s;
  uint32_t reserved;
  uint64_t counter; /* HOTP */
} mfa_otpauth;
#define MFA_OTPAUTH_INIT {sizeof(mfa_otpauth), MFA_METHOD_TOTP, {NULL, 0}, {NULL, 0}, {NULL, 0}, MFA_HASH_SHA1, 6, 30, 0, 0}

/* The URI (Google's Key Uri Format), to show as a QR code: it holds the secret. OK; ERR_ARGUMENT: a member, as it stands above. */
MFA_API mfa_status mfa_otpauth_build(const mfa_otpauth *otpauth, mfa_buffer *uri, mfa_error *err) MFA_MUST_CHECK;
/* Reads a URI. strict 0: also what issuers emit against the rules, as docs/methods.md lists it: issuers that differ (the parameter
 * wins), no account, other spellings of the algorithm, '+' and '%' not escaped; never a secret that is not whole. OK
 * (with MFA_SIGNAL_WEAK_SECRET in err for a secret of under 16 bytes), MALFORMED. Free storage when done. */
MFA_API mfa_status mfa_otpauth_parse(const char *uri, size_t uri_len, int strict, mfa_otpauth *otpauth,
                                     mfa_buffer *storage, mfa_error *err) MFA_MUST_CHECK;

/* RFC 4648 base32, upper case and not padded. OK. */
MFA_API mfa_status mfa_base32_encode(const uint8_t *data, size_t data_len, mfa_buffer *text, mfa_error *err) MFA_MUST_CHECK;
/* Reads lower case, spaces, hyphens and padding as well. OK; MALFORMED. */
MFA_API mfa_status mfa_base32_decode(const char *text, size_t text_len, mfa_buffer *data, mfa_error *err) MFA_MUST_CHECK;

typedef int32_t mfa_qr_form;
enum { MFA_QR_SVG = 1, MFA_QR_ANSI = 2, MFA_QR_MATRIX = 3 /* side * side bytes of 0 and 1 */ };
/* A QR code of 1 to 2331 bytes of text. form: MFA_QR_SVG for a page, MFA_QR_ANSI for a terminal. OK; ERR_ARGUMENT: too long, or
 * no such form. */
MFA_API mfa_status mfa_qr(const char *text, size_t text_len, mfa_qr_form form, mfa_buffer *out, mfa_error *err) MFA_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
