/* libmfa: WebAuthn Level 3, relying party, stateless. JSON is that of the browser's toJSON() and parse...FromJSON(). */
#ifndef MFA_WEBAUTHN_H
#define MFA_WEBAUTHN_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whom attestation may lead to: trust anchors and metadata. This release has no maker of it: pass NULL. */
typedef struct mfa_trust mfa_trust;

typedef int32_t mfa_rule;
enum { MFA_RULE_DEFAULT = 0, MFA_RULE_REJECT = 1, MFA_RULE_FLAG = 2, MFA_RULE_IGNORE = 3 };

/* All that a ceremony is judged by. Everything in it is yours, nothing comes from the client. */
typedef struct mfa_webauthn_expect {
  uint32_t struct_size;
  mfa_user_verification user_verification; /* 0: preferred */
  mfa_mediation mediation;                 /* what you asked for; conditional create may lack presence */
  int32_t allow_cross_origin;              /* 0: crossOrigin true is refused */
  mfa_text rp_id;
  const mfa_text *origins; /* compared byte for byte; "android:apk-key-hash:..." as well */
  size_t origins_count;
  const mfa_text *top_origins;
  size_t top_origins_count;
  mfa_text challenge; /* the bytes, 16 or more */
  const int32_t *algorithms; /* COSE numbers offered; NULL: -8, -7, -257 */
  size_t algorithms_count;
  const mfa_text *allowed_ids; /* credential ids offered; none: any (usernameless) */
  size_t allowed_ids_count;
  mfa_text user_handle; /* registration: the one in mfa_webauthn_user, kept with the credential; sign-in: the user's,
                           empty: not known yet, then the response must name it */
  mfa_text app_id;      /* set when the options carried the appid extension */
  mfa_rule sign_count;  /* a counter that went back; default: flag */
  mfa_rule backup_eligible_change;
  const mfa_trust *trust;    /* NULL: attestation is parsed and checked, never trusted */
  int32_t require_trusted;   /* 1: an untrusted attestation is refused */
  uint32_t reserved;
  mfa_text policy_json; /* named switches; this release has none: empty, else UNSUPPORTED */
} mfa_webauthn_expect;
#define MFA_WEBAUTHN_EXPECT_INIT                                                                       \
  {sizeof(mfa_webauthn_expect), 0, 0, 0, {NULL, 0}, NULL, 0, NULL, 0, {NULL, 0}, NULL, 0, NULL, 0,     \
   {NULL, 0}, {NULL, 0}, 0, 0, NULL, 0, 0, {NULL, 0}}

typedef struct mfa_webauthn_user {
  uint32_t struct_size;
  uint32_t reserved;
  mfa_text handle; /* 1 to 64 bytes that say nothing about the person */
  mfa_text name;
  mfa_text display_name;
} mfa_webauthn_user;
#define MFA_WEBAUTHN_USER_INIT {sizeof(mfa_webauthn_user), 0, {NULL, 0}, {NULL, 0}, {NULL, 0}}

/* Options for navigator.credentials from the same expectation that will judge the answer. extra_json: (NULL, 0), or an
 * object of hints, extensions, timeout (ms), and for creation rpName, authenticatorAttachment, residentKey, attestation,
 * attestationFormats, excludeCredentials, for a request allowCredentials: the transports of ids in allowed_ids. Another
 * member is ERR_ARGUMENT. A registration also needs the user's handle in the expectation that judges it. */
MFA_API mfa_status mfa_webauthn_create_options(const mfa_webauthn_expect *expect, const mfa_webauthn_user *user,
                                               const char *extra_json, size_t extra_json_len, mfa_buffer *json,
                                               mfa_error *err) MFA_MUST_CHECK;
MFA_API mfa_status mfa_webauthn_get_options(const mfa_webauthn_expect *expect, const char *extra_json,
                                            size_t extra_json_len, mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;

/* A parsed, not yet verified response: use it to find the credential to verify against, for nothing else. */
typedef struct mfa_webauthn_response mfa_webauthn_response;
MFA_API mfa_status mfa_webauthn_response_parse(const char *json, size_t json_len, mfa_webauthn_response **response,
                                               mfa_error *err) MFA_MUST_CHECK;
MFA_API void mfa_webauthn_response_free(mfa_webauthn_response *response);
MFA_API const uint8_t *mfa_webauthn_response_id(const mfa_webauthn_response *response, size_t *len);
MFA_API const uint8_t *mfa_webauthn_response_user_handle(const mfa_webauthn_response *response, size_t *len); /* NULL: absent */

/* A registered credential, its public key made ready; any number of threads may use one. Keep it as the blob (one column),
 * or as your own columns. */
typedef struct mfa_webauthn_credential mfa_webauthn_credential;
typedef struct mfa_webauthn_columns {
  uint32_t struct_size;
  int32_t algorithm;  /* COSE */
  mfa_text id;
  mfa_text public_key; /* COSE_Key; or 65 bytes 04 x y of a U2F key */
  mfa_text user_handle;
  mfa_text rp_id;
  mfa_text app_id; /* U2F keys */
  uint32_t sign_count;
  uint32_t flags; /* MFA_WEBAUTHN_* as last seen */
  int32_t backup_eligible_known; /* 0 for rows of libraries that did not keep it */
  uint32_t reserved;
  uint8_t aaguid[16];
  mfa_text transports; /* "usb,nfc" */
  mfa_text attestation_format;
  mfa_text attestation_type; /* "none", "self", "basic", "attca", "anonca" */
} mfa_webauthn_columns;
#define MFA_WEBAUTHN_COLUMNS_INIT                                                                              \
  {sizeof(mfa_webauthn_columns), 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0, 0, {0},     \
   {NULL, 0}, {NULL, 0}, {NULL, 0}}
enum {
  MFA_WEBAUTHN_USER_PRESENT = 1u << 0,
  MFA_WEBAUTHN_USER_VERIFIED = 1u << 2,
  MFA_WEBAUTHN_BACKUP_ELIGIBLE = 1u << 3,
  MFA_WEBAUTHN_BACKED_UP = 1u << 4,
  MFA_WEBAUTHN_TRUSTED = 1u << 16 /* attestation led to an anchor */
};
MFA_API mfa_status mfa_webauthn_credential_new(const mfa_webauthn_columns *columns, mfa_webauthn_credential **credential,
                                               mfa_error *err) MFA_MUST_CHECK;
MFA_API mfa_status mfa_webauthn_credential_load(const uint8_t *blob, size_t blob_len, mfa_webauthn_credential **credential,
                                                mfa_error *err) MFA_MUST_CHECK;
MFA_API mfa_status mfa_webauthn_credential_save(const mfa_webauthn_credential *credential, mfa_buffer *blob, mfa_error *err) MFA_MUST_CHECK;
/* The texts point into the credential. */
MFA_API mfa_status mfa_webauthn_credential_columns(const mfa_webauthn_credential *credential, mfa_webauthn_columns *columns,
                                                   mfa_error *err) MFA_MUST_CHECK;
MFA_API mfa_status mfa_webauthn_credential_json(const mfa_webauthn_credential *credential, mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;
MFA_API void mfa_webauthn_credential_free(mfa_webauthn_credential *credential);

/* Section 7.1. You then insert the credential under a unique index on its id. OK; WRONG, DENIED, MALFORMED. */
MFA_API mfa_status mfa_webauthn_verify_registration(const mfa_webauthn_expect *expect, uint64_t now_s,
                                                    const mfa_webauthn_response *response,
                                                    mfa_webauthn_credential **credential, mfa_error *err) MFA_MUST_CHECK;

/* What a verified assertion said. Plain numbers; written up to struct_size. */
typedef struct mfa_webauthn_result {
  uint32_t struct_size;
  uint32_t flags;      /* MFA_WEBAUTHN_* of this assertion: store them */
  uint32_t sign_count; /* store it, in one update WHERE the old one is what you read */
  uint32_t signals;    /* MFA_SIGNAL_* */
} mfa_webauthn_result;
#define MFA_WEBAUTHN_RESULT_INIT {sizeof(mfa_webauthn_result), 0, 0, 0}
/* Section 7.2. OK; WRONG, DENIED, MALFORMED. Make the challenge single-use yourself, before you call. */
MFA_API mfa_status mfa_webauthn_verify_assertion(const mfa_webauthn_expect *expect, const mfa_webauthn_credential *credential,
                                                 const mfa_webauthn_response *response, mfa_webauthn_result *result,
                                                 mfa_error *err) MFA_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
