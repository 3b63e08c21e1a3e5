/* libmfa: the engine. It keeps the factors of your users in a store, judges by a policy, throttles, and says who
 * was verified. Build it once; every function may be called from any thread.
 *
 * Change. An engine is immutable but for its trust. New keys, metadata or policy: make a new engine over the same store, let it
 * serve the requests that come, and free the old one when its last call has returned. Tickets and statements of the one are good
 * at the other, while the key that sealed them is in its ring. A key joins every ring as the last before it is the first of any.
 *
 * fork. In the child an engine of before is whole, whatever other threads were doing but mfa_engine_set_trust. A store of
 * mfa_store_open is not: calls that ask it answer MFA_ERR_STORE, reason store.opened_before_fork. Those of before it may use
 * without the store (mfa_session_check_offline), and free. Open store and engine in the child; SQLite wants that no thread of the
 * parent was using it when it forked, as in a server that forks before its threads begin. */
#ifndef MFA_ENGINE_H
#define MFA_ENGINE_H

#include "base.h"
#include "store.h"
#include "webauthn.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mfa_engine mfa_engine;   /* immutable but for its trust */
typedef struct mfa_account mfa_account; /* what to show of one user: a snapshot */
typedef struct mfa_offer mfa_offer;     /* what begin gives */
typedef struct mfa_proof mfa_proof;     /* what a finish gives with MFA_OK or MFA_MORE_NEEDED */

/* ---- the engine ------------------------------------------------------------------------------------------- */

typedef struct mfa_engine_config {
  uint32_t struct_size;
  uint32_t reserved;
  mfa_text json;          /* docs/configuration.md; an unknown key is MFA_ERR_CONFIG with its path */
  const mfa_key *keys;    /* the first seals, all open */
  size_t keys_count;
  const mfa_store *store; /* copied; must stay open until the engine is freed; never closed by it */
  const mfa_trust *trust; /* NULL: no attestation is trusted; the engine keeps its own hold of it */
  mfa_text pepper;        /* optional: a key kept apart from the store's backups, mixed into stored hashes */
  mfa_text decoy_key;     /* 32 bytes that never change: what unknown users are shown. Needed with webauthn.decoys */
  void *ctx;              /* handed to the three below */
  uint64_t (*now_s)(void *ctx);                                   /* NULL: the system's clock; 0: it failed */
  int32_t (*random)(void *ctx, uint8_t *out, size_t out_len);     /* NULL: the system's; 1: filled, else it failed */
  void (*event)(void *ctx, const char *json, size_t json_len);    /* NULL: none; see below */
} mfa_engine_config;
/* event is given one JSON object for each thing that happened, linked to the one before (docs/events.md; mfa/log.h checks them):
 * after the save, with no lock held, by many threads at once. At most 8192 bytes, never a secret. mfa_engine_new and
 * mfa_engine_free call it too: ctx must outlive the engine. */
#define MFA_ENGINE_CONFIG_INIT \
  {sizeof(mfa_engine_config), 0, {NULL, 0}, NULL, 0, NULL, NULL, {NULL, 0}, {NULL, 0}, NULL, NULL, NULL, NULL}

/* Reads the configuration and the keys; the store is not asked. OK; ERR_CONFIG: the configuration, the keys (1 to 64, 32 bytes
 * each, ids that differ), or the decoy_key. */
MFA_API mfa_status mfa_engine_new(const mfa_engine_config *config, mfa_engine **engine, mfa_error *err) MFA_MUST_CHECK;
/* From the next ceremony on, with this trust; NULL: nothing is trusted. Any thread may call it at any time, and free its own
 * handle after. OK. */
MFA_API mfa_status mfa_engine_set_trust(mfa_engine *engine, const mfa_trust *trust, mfa_error *err) MFA_MUST_CHECK;
/* Frees it, after the last call on it has returned; its last event goes out. NULL is fine. */
MFA_API void mfa_engine_free(mfa_engine *engine);
/* The configuration with every default filled in, without secrets. OK. */
MFA_API mfa_status mfa_engine_config_json(const mfa_engine *engine, mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;

/* The configuration's JSON Schema (draft 2020-12): every key, its type, its bounds, its default. OK. */
MFA_API mfa_status mfa_config_schema(mfa_buffer *schema, mfa_error *err) MFA_MUST_CHECK;
/* Reads a configuration as mfa_engine_new does, and gives it with every default filled in. OK; ERR_CONFIG: the message holds the
 * path of what is wrong. */
MFA_API mfa_status mfa_config_check(const char *json, size_t json_len, mfa_buffer *full, mfa_error *err) MFA_MUST_CHECK;

/* ---- who asks: what your server knows of this request, nothing of it taken from the body -------------------- */

typedef int32_t mfa_purpose;
enum {
  MFA_PURPOSE_LOGIN = 1,   /* to sign in; also to enrol the first factor on the way in */
  MFA_PURPOSE_STEP_UP = 2, /* signed in: verify again, for a recheck or a higher level */
  MFA_PURPOSE_MANAGE = 3,  /* signed in: view and change factors */
  MFA_PURPOSE_APPROVE = 4  /* signed in: approve the one action whose hash is in `action` */
};

/* What you verified yourself for this sign-in, before libmfa. 0 leaves only methods that policy lets stand alone. */
enum {
  MFA_PROVEN_PASSWORD = 1u << 0,
  MFA_PROVEN_FEDERATED = 1u << 1, /* OpenID Connect, SAML */
  MFA_PROVEN_OTHER = 1u << 2      /* client certificate, Kerberos, ... */
};

typedef struct mfa_request {
  uint32_t struct_size;
  mfa_purpose purpose;
  uint32_t proven;
  uint32_t flags;       /* MFA_REQUEST_* */
  mfa_text user;        /* your stable id, 1 to 255 bytes compared exactly; not a name that can change */
  mfa_text browser;     /* 16 bytes or more at random in a cookie of the browser that asks: binds tickets. Needed by begin and finish */
  mfa_text session;     /* id of the session that the statement is, or will be, kept in; empty: not bound */
  mfa_text statement;   /* the session statement, when signed in */
  mfa_text source;      /* what to throttle by: the peer address, or what your trusted proxy says; may be empty */
  mfa_text user_agent;  /* for device names and events */
  mfa_text action;      /* MFA_PURPOSE_APPROVE: 32 bytes, a hash of all that the user must agree to */
  mfa_text locale;      /* of mail templates, "de"; may be empty */
  const mfa_text *roles; /* of the user, as policy names them */
  size_t roles_count;
  uint64_t min_serial;   /* 0, or the serial of the last proof if you keep it: an older record is MFA_ERR_ROLLBACK */
  mfa_text cookies;      /* the whole Cookie header, or empty: a browser that it shows to be known keeps a few tries of its own
                            while others lock the account (throttle.known_device) */
} mfa_request;
#define MFA_REQUEST_INIT                                                                                        \
  {sizeof(mfa_request), 0, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0},    \
   {NULL, 0}, NULL, 0, 0, {NULL, 0}}
enum {
  /* user is empty on purpose, and proven 0: any passkey may name the user. Else an empty user is ERR_ARGUMENT */
  MFA_REQUEST_USERNAMELESS = 1u << 0
};

/* ---- the account ------------------------------------------------------------------------------------------ */

/* What policy asks of this request. Sign-in: NOTHING and ENROLL_SOON go on to mfa_session_start. */
typedef int32_t mfa_need;
enum {
  MFA_NEED_NOTHING = 0,
  MFA_NEED_FACTOR = 1,     /* verify one of the methods listed */
  MFA_NEED_ENROLL = 2,     /* enrol one of the methods listed before going on */
  MFA_NEED_ENROLL_SOON = 3 /* may go on, until MFA_ACCOUNT_GRACE_UNTIL_S and as often as policy.roles.*.grace_reminders says */
};

/* What to show of the user, and what policy asks. A user without a record is an account without factors. Does not write. OK;
 * LOADING. */
MFA_API mfa_status mfa_account_view(mfa_engine *engine, const mfa_request *request, mfa_account **account, mfa_error *err) MFA_MUST_CHECK;
/* Frees it. NULL is fine. */
MFA_API void mfa_account_free(mfa_account *account);
/* What policy asks of the request that the account was viewed for; MFA_NEED_FACTOR of NULL. */
MFA_API mfa_need mfa_account_need(const mfa_account *account);

typedef int32_t mfa_account_item;
enum {
  MFA_ACCOUNT_GRACE_UNTIL_S = 1,
  MFA_ACCOUNT_RECOVERY_REMAINING = 2,
  MFA_ACCOUNT_MUST_ENROLL_RECOVERY = 3, /* 0 or 1 */
  MFA_ACCOUNT_AAL_NEEDED = 4
};
/* A number of the account; 0 for what does not apply. */
MFA_API uint64_t mfa_account_number(const mfa_account *account, mfa_account_item item);

/* A method that may be used now, best or last used first. With MFA_NEED_ENROLL, and with MFA_PURPOSE_MANAGE, those that may be
 * enrolled carry can_enroll. */
typedef struct mfa_method_info {
  uint32_t struct_size;
  mfa_method method;
  mfa_text label; /* configuration's name for it */
  int32_t can_verify;
  int32_t can_enroll;
  uint32_t factors;        /* enrolled and enabled */
  int32_t aal;             /* what success would reach */
  uint64_t locked_until_s; /* 0: not locked; UINT64_MAX: until another factor or an administrator opens it */
} mfa_method_info;
#define MFA_METHOD_INFO_INIT {sizeof(mfa_method_info), 0, {NULL, 0}, 0, 0, 0, 0, 0}

typedef struct mfa_factor {
  uint32_t struct_size;
  mfa_method method;
  mfa_text id;    /* opaque, URL-safe: for mfa_factor_* and mfa_begin_options.factor */
  mfa_text label; /* given by the user */
  mfa_text device; /* platform and browser, or authenticator model, if known */
  mfa_text address; /* email: masked */
  int32_t enabled;
  int32_t can_disable; /* policy */
  int32_t can_remove;  /* policy, and not the last that satisfies it */
  int32_t enterprise;  /* owned by the enterprise */
  uint64_t added_s;
  uint64_t last_used_s;    /* 0: never */
  uint64_t expires_s;      /* 0: never */
  uint64_t locked_until_s; /* 0: not locked */
} mfa_factor;
#define MFA_FACTOR_INIT {sizeof(mfa_factor), 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0, 0, 0, 0, 0, 0}

/* How many rows of methods there are. */
MFA_API size_t mfa_account_method_count(const mfa_account *account);
/* One method, written up to struct_size; texts point into the account. OK; ERR_ARGUMENT past the end. */
MFA_API mfa_status mfa_account_method(const mfa_account *account, size_t index, mfa_method_info *info) MFA_MUST_CHECK;
/* How many factors the account has, enabled or not, and trusted devices. */
MFA_API size_t mfa_account_factor_count(const mfa_account *account);
/* One factor, as above. OK; ERR_ARGUMENT past the end. */
MFA_API mfa_status mfa_account_factor(const mfa_account *account, size_t index, mfa_factor *factor) MFA_MUST_CHECK;
/* The account and its recent activity, as one JSON object. OK. */
MFA_API mfa_status mfa_account_json(const mfa_account *account, mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;

/* ---- ceremonies -------------------------------------------------------------------------------------------- */

/* All optional: NULL, or zero members, for what the configuration says. They may tighten, never loosen. */
typedef struct mfa_begin_options {
  uint32_t struct_size;
  mfa_mediation mediation;                 /* WebAuthn; remembered in the ticket */
  mfa_user_verification user_verification; /* WebAuthn */
  uint32_t reserved;
  mfa_text factor;       /* verify: only this one */
  mfa_text account_name; /* how authenticators list the account, and mails name it; default: the user id, which then has to be UTF-8 */
  mfa_text display_name; /* passkeys, and the {user} of mails */
  mfa_text label;        /* enrol: the factor's name */
  mfa_text address;      /* EMAIL: of your record of the user: to enrol, and with email.enforced */
  mfa_text extra_json;   /* method's own: WebAuthn {"hints":[..],"extensions":{..}}; DEVICE {"link":"https://.../pair"} */
} mfa_begin_options;
#define MFA_BEGIN_OPTIONS_INIT \
  {sizeof(mfa_begin_options), 0, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}}

/* Begins to enrol a factor. With MFA_PURPOSE_MANAGE a fresh statement is needed (else FACTOR_NEEDED); with MFA_PURPOSE_LOGIN only
 * while the account has no factor that could be verified. EMAIL counts a mail, which is then yours to send; it needs
 * options.address. DEVICE opens a pairing, in place of one before. OK; DENIED, FACTOR_NEEDED, MALFORMED (no such method, or a
 * label that is too long or not UTF-8), LOCKED_OUT and TOO_SOON (EMAIL), and with MANAGE MISMATCH, EXPIRED, REVOKED of the
 * statement; SAVING. */
MFA_API mfa_status mfa_enroll_begin(mfa_engine *engine, const mfa_request *request, mfa_method method,
                                    const mfa_begin_options *options, mfa_offer **offer, mfa_error *err) MFA_MUST_CHECK;
/* Finishes what mfa_enroll_begin began. ticket: the offer's. response: exactly what the client sent (docs/methods.md). The factor
 * is there when it answers OK, and the proof's statement is of a session that has verified it. OK; WRONG, MALFORMED, EXISTS (the
 * credential), ALREADY_USED, EXPIRED, MISMATCH and REVOKED (ticket or statement), LOCKED_OUT, DENIED, FACTOR_NEEDED, NOT_FOUND
 * and PENDING (DEVICE); SAVING. */
MFA_API mfa_status mfa_enroll_finish(mfa_engine *engine, const mfa_request *request, const char *ticket, size_t ticket_len,
                                     const char *response, size_t response_len, mfa_proof **proof, mfa_error *err) MFA_MUST_CHECK;

/* Begins to verify a factor. Writes nothing, but for a mail counted (EMAIL), which is then yours to send. An unknown user gets an
 * offer of the same shape. OK; DENIED, NOT_FOUND, MALFORMED (a method of codes, or none), LOCKED_OUT and TOO_SOON (EMAIL), and
 * but for LOGIN WRONG, EXPIRED, MISMATCH and REVOKED of the statement; SAVING. */
MFA_API mfa_status mfa_verify_begin(mfa_engine *engine, const mfa_request *request, mfa_method method,
                                    const mfa_begin_options *options, mfa_offer **offer, mfa_error *err) MFA_MUST_CHECK;
/* Finishes what mfa_verify_begin began. Give the same user, purpose, browser and action as at begin. MFA_OK: policy for the
 * purpose is met; the user to sign in is the proof's. MFA_MORE_NEEDED: right, but not enough; give the proof's statement with the
 * next step. OK, MORE_NEEDED; WRONG, MALFORMED, ALREADY_USED, EXPIRED, MISMATCH and REVOKED (ticket or statement), NOT_FOUND,
 * LOCKED_OUT (EMAIL), DENIED; SAVING. */
MFA_API mfa_status mfa_verify_finish(mfa_engine *engine, const mfa_request *request, const char *ticket, size_t ticket_len,
                                     const char *response, size_t response_len, mfa_proof **proof, mfa_error *err) MFA_MUST_CHECK;
/* Begin and finish in one, where there is nothing to begin: TOTP, HOTP, RECOVERY. Tries every enabled factor of the method as one
 * attempt. RECOVERY computes one Argon2id hash, about 30 ms. OK, MORE_NEEDED; WRONG (attempts_left, retry_at_s), ALREADY_USED,
 * MALFORMED (also for a method of another kind), LOCKED_OUT, NOT_FOUND (no enabled factor of the method), DENIED, and but for
 * LOGIN EXPIRED, MISMATCH and REVOKED of the statement; SAVING. DEVICE: a trusted device spares the factor at sign-in, at level
 * 1, where policy lets it. code is the whole Cookie header, which may hold cookies of several users; send the proof's SET_COOKIE
 * when it has one. NOT_FOUND: no device of this user's; EXPIRED; WRONG with MFA_SIGNAL_DEVICE_REUSED: an old cookie came back,
 * and the device is trusted no more. Nothing is charged. */
MFA_API mfa_status mfa_verify_code(mfa_engine *engine, const mfa_request *request, mfa_method method, const char *code,
                                   size_t code_len, mfa_proof **proof, mfa_error *err) MFA_MUST_CHECK;

typedef int32_t mfa_offer_item;
enum {
  MFA_OFFER_TICKET = 1,  /* keep it, or send it with the page: it is sealed */
  MFA_OFFER_OPTIONS = 2, /* WebAuthn: for parseCreationOptionsFromJSON/parseRequestOptionsFromJSON; U2F: the request */
  MFA_OFFER_URI = 3,     /* otpauth://, or the pairing link: show as QR with mfa_qr */
  MFA_OFFER_SECRET = 4,  /* base32, for typing in */
  MFA_OFFER_CODE = 5,    /* pairing: the code to type, or the check number to compare */
  MFA_OFFER_MAIL_TO = 6, /* send this mail; no mail items: send nothing and show the same page */
  MFA_OFFER_MAIL_SUBJECT = 7,
  MFA_OFFER_MAIL_TEXT = 8,
  MFA_OFFER_MAIL_HTML = 9,
  MFA_OFFER_ADDRESS_MASKED = 10,  /* "a***@example.org", for the page */
  MFA_OFFER_RECOVERY_CODES = 11   /* one a line; show once */
};
/* A text of the offer, NULL when it has no such thing. NUL-terminated; len may be NULL; lives as long as the offer. */
MFA_API const char *mfa_offer_text(const mfa_offer *offer, mfa_offer_item item, size_t *len);
/* When the ticket ends, Unix time in seconds: what is finished later is MFA_EXPIRED. */
MFA_API uint64_t mfa_offer_expires_at_s(const mfa_offer *offer);
/* What a page needs (never the mail's body), as one JSON object. OK. */
MFA_API mfa_status mfa_offer_json(const mfa_offer *offer, mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;
/* Wipes and frees it. NULL is fine. */
MFA_API void mfa_offer_free(mfa_offer *offer);

typedef int32_t mfa_proof_item;
enum {
  MFA_PROOF_USER = 1,
  MFA_PROOF_FACTOR = 2,     /* id */
  MFA_PROOF_STATEMENT = 3,  /* keep it in the session; replaces the one before */
  MFA_PROOF_SET_COOKIE = 4, /* a whole Set-Cookie value; send it when there is one */
  MFA_PROOF_AMR = 5,        /* RFC 8176, comma-separated: "pwd,otp,mfa" */
  MFA_PROOF_CREDENTIALS = 6 /* WebAuthn: argument of signalAllAcceptedCredentials */
};
/* A text of the proof, NULL when it has no such thing. NUL-terminated; len may be NULL; lives as long as the proof. */
MFA_API const char *mfa_proof_text(const mfa_proof *proof, mfa_proof_item item, size_t *len);
/* The method that was verified; MFA_METHOD_NONE when none was. */
MFA_API mfa_method mfa_proof_method(const mfa_proof *proof);
/* The level that the session has reached, 1 to 3 (NIST SP 800-63B); 0 of NULL. */
MFA_API int32_t mfa_proof_aal(const mfa_proof *proof);
/* What is true but should be looked at: MFA_SIGNAL_*. */
MFA_API uint32_t mfa_proof_signals(const mfa_proof *proof);
/* The account's serial, which grows with each save; see mfa_request.min_serial. */
MFA_API uint64_t mfa_proof_serial(const mfa_proof *proof);
/* Recovery codes that are left. */
MFA_API uint64_t mfa_proof_recovery_remaining(const mfa_proof *proof);
/* The proof without statement and cookie, as one JSON object. OK. */
MFA_API mfa_status mfa_proof_json(const mfa_proof *proof, mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;
/* Wipes and frees it. NULL is fine. */
MFA_API void mfa_proof_free(mfa_proof *proof);

/* ---- the session ------------------------------------------------------------------------------------------- */

/* Sign in without a factor, where policy lets it (MFA_NEED_NOTHING, MFA_NEED_ENROLL_SOON): a statement of level 1. Starts
 * the grace period. OK; FACTOR_NEEDED: a factor must be verified; ENROLL_NEEDED; SAVING. */
MFA_API mfa_status mfa_session_start(mfa_engine *engine, const mfa_request *request, mfa_proof **proof, mfa_error *err) MFA_MUST_CHECK;

/* What one page or action asks of the session. */
typedef struct mfa_session_need {
  uint32_t struct_size;
  int32_t aal;          /* 0: what policy asks of the user's roles */
  uint64_t max_age_s;   /* since the level was reached last (1: since any factor was verified); 0: none but the session's own */
  mfa_method method;    /* this one only; 0: any */
  uint32_t reserved;
} mfa_session_need;
#define MFA_SESSION_NEED_INIT {sizeof(mfa_session_need), 0, 0, 0, 0}
/* Is the session as good as this page asks? Call it on each request. need NULL: what every page asks. Loads the account: what was
 * revoked is refused. OK; RECHECK_DUE, FACTOR_NEEDED, ENROLL_NEEDED, EXPIRED (also: no statement), REVOKED, MISMATCH, WRONG (not
 * a statement); LOADING. */
MFA_API mfa_status mfa_session_check(mfa_engine *engine, const mfa_request *request, const mfa_session_need *need, mfa_error *err) MFA_MUST_CHECK;
/* The same without the store, for pages where a revocation may take effect later. What is enrolled is not known: FACTOR_NEEDED, never
 * ENROLL_NEEDED. OK; RECHECK_DUE, FACTOR_NEEDED, EXPIRED, MISMATCH, WRONG. */
MFA_API mfa_status mfa_session_check_offline(mfa_engine *engine, const mfa_request *request, const mfa_session_need *need, mfa_error *err) MFA_MUST_CHECK;
/* What the statement says: {"user","aal","amr","method","factor","signed_in_s","verified_s","recheck_s"}; nothing is checked but
 * the seal. OK; EXPIRED (no statement), WRONG (not a statement). */
MFA_API mfa_status mfa_session_json(mfa_engine *engine, const mfa_request *request, mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;

/* ---- trusted devices -------------------------------------------------------------------------------------- */

/* Remembers this browser: needs MFA_PURPOSE_MANAGE and a statement of level 2 whose factor was verified within
 * session.step_up_max_age_s. label: its name; user_agent says what it is. The proof has FACTOR, STATEMENT and SET_COOKIE.
 * OK; FACTOR_NEEDED, DENIED, NOT_FOUND (the user), MALFORMED (label), and MISMATCH, EXPIRED, REVOKED of the statement; SAVING. */
MFA_API mfa_status mfa_device_remember(mfa_engine *engine, const mfa_request *request, const char *label, size_t label_len,
                                       mfa_proof **proof, mfa_error *err) MFA_MUST_CHECK;
/* Pairing a device that has no authenticator. At the signed-in browser mfa_enroll_begin(DEVICE) shows a code and a link. The new
 * device claims with either, MFA_PURPOSE_LOGIN and its own browser value; user: as typed beside the code, empty with a link,
 * which names it. The offer has its ticket, and in MFA_OFFER_CODE the number to show. OK; WRONG (also for a user without a
 * pairing), MALFORMED, EXPIRED, MISMATCH and REVOKED (of a link), ALREADY_USED with MFA_SIGNAL_PAIRING_CONTESTED (claimed before:
 * nobody has it now), LOCKED_OUT (throttle.per_source), DENIED; ERR_STORE, ERR_BUSY, ERR_KEY, ERR_DAMAGED. */
MFA_API mfa_status mfa_device_claim(mfa_engine *engine, const mfa_request *request, const char *code, size_t code_len,
                                    mfa_offer **offer, mfa_error *err) MFA_MUST_CHECK;
/* The signed-in browser asks who claimed: {"device":"Firefox on Android","source","claimed_s","approved"}. It then sends the
 * number that its user reads off the new device as the response of mfa_enroll_finish, which gives no cookie; one wrong number
 * ends the pairing. ticket: of the offer that opened it. Does not write. OK; PENDING, DENIED (closed: the reason says why),
 * NOT_FOUND (the user), and EXPIRED, MALFORMED, MISMATCH, REVOKED and WRONG of ticket or statement; LOADING. */
MFA_API mfa_status mfa_device_claimed(mfa_engine *engine, const mfa_request *request, const char *ticket, size_t ticket_len,
                                      mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;
/* The new device fetches its cookie; again, the same, until it has used it. It is not signed in by this: user may be empty.
 * ticket: of the offer of mfa_device_claim. OK; PENDING, ALREADY_USED, DENIED (too many devices), NOT_FOUND (the user), and
 * EXPIRED, MALFORMED, MISMATCH and REVOKED of the ticket; ERR_STORE, ERR_BUSY, ERR_KEY, ERR_DAMAGED. */
MFA_API mfa_status mfa_device_collect(mfa_engine *engine, const mfa_request *request, const char *ticket, size_t ticket_len,
                                      mfa_proof **proof, mfa_error *err) MFA_MUST_CHECK;

/* ---- quick login: a returning user is named by a sealed cookie instead of typing ------------------------------ */

/* A whole Set-Cookie value that names the user of this session, which must have verified a factor. OK; DENIED (quick_login is
 * off), and as mfa_session_check RECHECK_DUE, FACTOR_NEEDED, ENROLL_NEEDED, EXPIRED, REVOKED, MISMATCH, WRONG; LOADING. */
MFA_API mfa_status mfa_remembered_issue(mfa_engine *engine, const mfa_request *request, mfa_buffer *set_cookie,
                                        mfa_error *err) MFA_MUST_CHECK;
/* The user id that the Cookie header names, for mfa_request.user with proven 0: policy says which methods may stand
 * alone. It authenticates nobody. The request's own user stays empty. OK; NOT_FOUND, EXPIRED, REVOKED, DENIED; ERR_STORE,
 * ERR_KEY, ERR_DAMAGED. */
MFA_API mfa_status mfa_remembered_user(mfa_engine *engine, const mfa_request *request, const char *cookies,
                                       size_t cookies_len, mfa_buffer *user, mfa_error *err) MFA_MUST_CHECK;

/* ---- the user's own changes: need MFA_PURPOSE_MANAGE and a fresh statement, else FACTOR_NEEDED ----------------- */

/* Gives a factor another name. OK; NOT_FOUND (the user, or the factor), FACTOR_NEEDED, MALFORMED (label too long or not UTF-8),
 * and MISMATCH, EXPIRED, REVOKED of the statement; SAVING. */
MFA_API mfa_status mfa_factor_rename(mfa_engine *engine, const mfa_request *request, const char *factor, size_t factor_len,
                                     const char *label, size_t label_len, mfa_error *err) MFA_MUST_CHECK;
/* Switches a factor on or off. Disabling and removing end every other session and ticket of the account, and its trusted devices:
 * keep the proof's statement, it replaces the session's. Of a device: the sessions that rest on it alone. enabled: 1 or 0. OK;
 * NOT_FOUND, FACTOR_NEEDED, DENIED (policy, or the last factor that satisfies it), and MISMATCH, EXPIRED, REVOKED of the
 * statement; SAVING. */
MFA_API mfa_status mfa_factor_set_enabled(mfa_engine *engine, const mfa_request *request, const char *factor, size_t factor_len,
                                          int32_t enabled, mfa_proof **proof, mfa_error *err) MFA_MUST_CHECK;
/* Removes a factor: as above, for good. OK; NOT_FOUND, FACTOR_NEEDED, DENIED, MISMATCH, EXPIRED, REVOKED; SAVING. */
MFA_API mfa_status mfa_factor_remove(mfa_engine *engine, const mfa_request *request, const char *factor, size_t factor_len,
                                     mfa_proof **proof, mfa_error *err) MFA_MUST_CHECK;

/* ---- why ----------------------------------------------------------------------------------------------------- */

/* What policy decides for this request and every rule that led to it, as JSON: the roles and the strictest of them, what a
 * sign-in needs, each method with its verdict, the session (if there is a statement) against `need`, factor changes. For whoever
 * writes the configuration; never for a page. Does not write. OK; LOADING. */
MFA_API mfa_status mfa_policy_explain(mfa_engine *engine, const mfa_request *request, const mfa_session_need *need,
                                      mfa_buffer *json, mfa_error *err) MFA_MUST_CHECK;

/* ---- what your server does to an account; you have checked that it may ---------------------------------------- */

typedef int32_t mfa_admin_action;
enum {
  MFA_ADMIN_UNLOCK = 1,         /* all methods, or the factor named */
  MFA_ADMIN_FACTOR_ENABLE = 2,
  MFA_ADMIN_FACTOR_DISABLE = 3,
  MFA_ADMIN_FACTOR_REMOVE = 4,  /* also the last one */
  MFA_ADMIN_RESET = 5,          /* all factors, devices, codes; ends all sessions */
  MFA_ADMIN_SIGN_OUT = 6,       /* ends all sessions: strict checks answer REVOKED */
  MFA_ADMIN_FORGET_DEVICES = 7, /* call it when the password changes: no browser is trusted from there on */
  MFA_ADMIN_ERASE = 8           /* the user is gone: removes every trace from the store */
};
/* Does it, and sends its event. actor: who did it, for the event. factor: (NULL, 0) where none is meant. OK; NOT_FOUND (the user,
 * or the factor); SAVING. */
MFA_API mfa_status mfa_admin(mfa_engine *engine, mfa_admin_action action, const char *user, size_t user_len,
                             const char *factor, size_t factor_len, const char *actor, size_t actor_len,
                             mfa_error *err) MFA_MUST_CHECK;
/* A factor from elsewhere: another system's export, a batch of hardware tokens; docs/import.md has the forms of json. factor:
 * the id that it has here, or NULL. A user without a record gets one. OK (MFA_SIGNAL_WEAK_SECRET in err: fewer than 128
 * bits); EXISTS (a key that is registered already), DENIED (too many of the method); ERR_ARGUMENT names the member; SAVING. */
MFA_API mfa_status mfa_admin_import(mfa_engine *engine, const char *user, size_t user_len, const char *json, size_t json_len,
                                    const char *actor, size_t actor_len, mfa_buffer *factor, mfa_error *err) MFA_MUST_CHECK;
/* What the metadata of the engine's trust says today of the models of a user's passkeys and U2F keys:
 * [{"factor","method","label","known","description","statuses":[{"status","effectiveDate"}]}]. With mfa_admin_users it walks
 * the whole store. Does not write. OK; DENIED, and filled as well, when a status in force takes the trust away; NOT_FOUND;
 * LOADING. */
MFA_API mfa_status mfa_admin_audit(mfa_engine *engine, const char *user, size_t user_len, mfa_buffer *json,
                                   mfa_error *err) MFA_MUST_CHECK;
/* Users with a record, up to limit, in byte order after `after`; version is 0 and record empty in the callback. OK;
 * ERR_UNSUPPORTED: the store has no scan; ERR_STORE. */
MFA_API mfa_status mfa_admin_users(mfa_engine *engine, const char *after, size_t after_len, size_t limit, mfa_scan_fn fn,
                                   void *fn_ctx, mfa_error *err) MFA_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
