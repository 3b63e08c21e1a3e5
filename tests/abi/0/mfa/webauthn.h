/* libmfa: WebAuthn Level 3, relying party, stateless. JSON is that of the browser's toJSON() and parse...FromJSON().
 * Every function may be called from any thread, and any number of them may read one handle at once. */
#ifndef MFA_WEBAUTHN_H
#define MFA_WEBAUTHN_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whom attestation may lead to: anchors, CRLs, one FIDO metadata BLOB (version 3). Immutable; may serve many engines and
 * threads. Nothing is ever fetched: what you download and when is yours. */
typedef struct mfa_trust mfa_trust;
typedef struct mfa_trust_input {
  uint32_t struct_size;
  uint32_t reserved;
  const mfa_text *anchors; /* DER certificates: root, intermediate or the authenticator's own */
  size_t anchors_count;
  const mfa_text *crls; /* DER; an issuer with one has its certificates checked against it */
  size_t crls_count;
  mfa_text mds_blob;   /* the JWS as downloaded, or empty */
  mfa_text mds_root;   /* DER, required with mds_blob */
  uint64_t mds_min_no; /* refuse a BLOB with a smaller number: the last one you saw */
} mfa_trust_input;
#define MFA_TRUST_INPUT_INIT {sizeof(mfa_trust_input), 0, NULL, 0, NULL, 0, {NULL, 0}, {NULL, 0}, 0}
/* Reads and checks all of it at now_s (unix seconds). Free the input when done. OK; ERR_CONFIG for a certificate or list
 * that cannot be read (its place is the detail), a BLOB whose signature, path, number or nextUpdate is not in order. */
MFA_API mfa_status mfa_trust_new(const mfa_trust_input *input, uint64_t now_s, mfa_trust **trust, mfa_error *err) MFA_MUST_CHECK;
/* Frees it; the engines that have it keep their own hold. NULL is fine. */
MFA_API void mfa_trust_free(mfa_trust *trust);
/* What it holds: {"anchors":2,"no":42,"nextUpdate":"2026-12-01","entries":310,"skipped":[{"index":7,"reason":"..."}]}; without a
 * BLOB the anchors alone. A skipped entry is one of which something could not be read: its model is not trusted. OK. */
MFA_API mfa_status mfa_trust_json(const mfa_trust *trust, mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;

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
  const mfa_trust *trust;    /* NULL: attestation is parsed and checked, never trusted; must outlive the call alone */
  int32_t require_trusted;   /* 1: an untrusted attestation is refused */
  uint32_t reserved;
  mfa_text policy_json; /* an object of named switches (docs/webauthn.md), or empty; an unknown one is ERR_ARGUMENT */
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
 * member is ERR_ARGUMENT. A registration also needs the user's handle in the expectation that judges it (section 5.4). OK. */
MFA_API mfa_status mfa_webauthn_create_options(const mfa_webauthn_expect *expect, const mfa_webauthn_user *user,
                                               const char *extra_json, size_t extra_json_len, mfa_buffer *json,
                                               mfa_error *err) MFA_MUST_CHECK;
/* The same for a sign-in (section 5.5). OK. */
MFA_API mfa_status mfa_webauthn_get_options(const mfa_webauthn_expect *expect, const char *extra_json,
                                            size_t extra_json_len, mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;

/* A parsed, not yet verified response: use it to find the credential to verify against, for nothing else. */
typedef struct mfa_webauthn_response mfa_webauthn_response;
/* Reads a response. json: what toJSON() of the browser's PublicKeyCredential gave (section 5.1). OK; MALFORMED. */
MFA_API mfa_status mfa_webauthn_response_parse(const char *json, size_t json_len, mfa_webauthn_response **response,
                                               mfa_error *err) MFA_MUST_CHECK;
/* Frees it. NULL is fine. */
MFA_API void mfa_webauthn_response_free(mfa_webauthn_response *response);
/* The credential's id, in the response: look up the credential with it. */
MFA_API const uint8_t *mfa_webauthn_response_id(const mfa_webauthn_response *response, size_t *len);
/* Whom the authenticator names, in the response; NULL: absent. Before the response is verified it is a claim. */
MFA_API const uint8_t *mfa_webauthn_response_user_handle(const mfa_webauthn_response *response, size_t *len);

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
/* A credential from your own columns. OK; ERR_ARGUMENT: a column that is not what it must be. */
MFA_API mfa_status mfa_webauthn_credential_new(const mfa_webauthn_columns *columns, mfa_webauthn_credential **credential,
                                               mfa_error *err) MFA_MUST_CHECK;
/* A credential from what mfa_webauthn_credential_save gave. OK; ERR_DAMAGED. */
MFA_API mfa_status mfa_webauthn_credential_load(const uint8_t *blob, size_t blob_len, mfa_webauthn_credential **credential,
                                                mfa_error *err) MFA_MUST_CHECK;
/* The credential as one column of yours. OK. */
MFA_API mfa_status mfa_webauthn_credential_save(const mfa_webauthn_credential *credential, mfa_buffer *blob, mfa_error *err) MFA_MUST_CHECK;
/* The credential as columns; the texts point into the credential. OK. */
MFA_API mfa_status mfa_webauthn_credential_columns(const mfa_webauthn_credential *credential, mfa_webauthn_columns *columns,
                                                   mfa_error *err) MFA_MUST_CHECK;
/* The credential for people and logs: id, algorithm, model, attestation, flags; nothing of it is secret. OK. */
MFA_API mfa_status mfa_webauthn_credential_json(const mfa_webauthn_credential *credential, mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;
/* Frees it. NULL is fine. */
MFA_API void mfa_webauthn_credential_free(mfa_webauthn_credential *credential);

/* Verifies a registration (section 7.1). You then insert the credential under a unique index on its id. OK; WRONG, DENIED,
 * MALFORMED. */
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
/* Verifies a sign-in (section 7.2). Make the challenge single-use yourself, before you call. OK; WRONG, DENIED, MALFORMED. */
MFA_API mfa_status mfa_webauthn_verify_assertion(const mfa_webauthn_expect *expect, const mfa_webauthn_credential *credential,
                                                 const mfa_webauthn_response *response, mfa_webauthn_result *result,
                                                 mfa_error *err) MFA_MUST_CHECK;

/* What extensions answered, {"client":{},"authenticator":{}}, without the results of prf and hmac-secret, which are
 * secrets of the page. OK. */
MFA_API mfa_status mfa_webauthn_response_extensions(const mfa_webauthn_response *response, mfa_buffer *json,
                                                    mfa_error *err) MFA_MUST_CHECK;
/* What metadata says today of the model of a credential: {"known":true,"description":"...","statuses":[{"status":"REVOKED",
 * "effectiveDate":"..."}]}. OK; DENIED, and filled as well, when a status in force is one after which the attestation says nothing
 * good. */
MFA_API mfa_status mfa_webauthn_credential_audit(const mfa_webauthn_credential *credential, const mfa_trust *trust,
                                                 uint64_t now_s, mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;

/* The origin of an Android app, "android:apk-key-hash:...", from its signing certificate's SHA-256 fingerprint (64 hex digits,
 * colons allowed). OK; ERR_ARGUMENT. */
MFA_API mfa_status mfa_webauthn_android_origin(const char *fingerprint, size_t fingerprint_len, mfa_buffer *origin,
                                               mfa_error *err) MFA_MUST_CHECK;
/* The document for /.well-known/webauthn (section 5.11.1): serve it as application/json. OK; ERR_ARGUMENT for what is no
 * https origin. */
MFA_API mfa_status mfa_webauthn_related_origins(const mfa_text *origins, size_t origins_count, mfa_buffer *json,
                                                mfa_error *err) MFA_MUST_CHECK;
/* Argument of PublicKeyCredential.signalUnknownCredential (section 5.1.10.2) for a response whose id you do not know. OK. */
MFA_API mfa_status mfa_webauthn_signal_unknown(const char *rp_id, size_t rp_id_len, const mfa_webauthn_response *response,
                                               mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;
/* Argument of signalAllAcceptedCredentials (section 5.1.10.3), as an engine's proof has it: for a user who has authenticated.
 * user_handle: of 1 to 64 bytes. ids: every credential id of that user, for the device may hide what is left out for good. OK;
 * ERR_ARGUMENT. */
MFA_API mfa_status mfa_webauthn_signal_accepted(const char *rp_id, size_t rp_id_len, const uint8_t *user_handle,
                                                size_t user_handle_len, const mfa_text *ids, size_t ids_count,
                                                mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;
/* Argument of signalCurrentUserDetails (section 5.1.10.4), for a user who has authenticated and has another name now. OK;
 * ERR_ARGUMENT. */
MFA_API mfa_status mfa_webauthn_signal_user(const char *rp_id, size_t rp_id_len, const mfa_webauthn_user *user,
                                            mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;

enum { MFA_WEBAUTHN_EXPLAIN = 1 /* every step with its verdict */ };
/* One ceremony as one JSON document, judged: docs/webauthn.md has both forms. WebAuthn and U2F, registration and authentication.
 * now_s is used where the document names no time. Stateless, and its expectations come from the document: for tools and tests,
 * never for a page to fill. flags: MFA_WEBAUTHN_EXPLAIN, or 0. OK whatever the verdict, also on a document that cannot be read. */
MFA_API mfa_status mfa_webauthn_verify_json(const char *ceremony, size_t ceremony_len, uint64_t now_s, uint32_t flags,
                                            mfa_buffer *verdict, mfa_error *err) MFA_MUST_CHECK;
/* One signature: {"id","public_key":COSE_Key,"message","signature"} to {"id","ok"}. OK whatever the verdict. */
MFA_API mfa_status mfa_cose_verify_json(const char *signature, size_t signature_len, mfa_buffer *verdict,
                                        mfa_error *err) MFA_MUST_CHECK;
/* A response, or a ceremony as above, for people to read; nothing is verified. OK; MALFORMED. */
MFA_API mfa_status mfa_webauthn_inspect(const char *json, size_t json_len, mfa_buffer *text, mfa_error *err) MFA_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
