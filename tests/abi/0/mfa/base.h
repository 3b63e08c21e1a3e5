/* libmfa: statuses, errors, texts, buffers. C99 and C++. Every function may be called from any thread. */
#ifndef MFA_BASE_H
#define MFA_BASE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define MFA_API
#elif defined(__GNUC__)
#define MFA_API __attribute__((visibility("default")))
#else
#define MFA_API
#endif
#if defined(__GNUC__)
#define MFA_MUST_CHECK __attribute__((warn_unused_result))
#else
#define MFA_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* 0 is the only yes. > 0: the call completed and the answer is no. < 0: it did not complete.
 * A later release may add values: treat every value but MFA_OK as no. */
typedef int32_t mfa_status;
enum {
  MFA_OK = 0, /* yes */
  /* the answer is no */
  MFA_WRONG = 1,          /* the code or response does not prove the factor; charged to the throttle */
  MFA_MALFORMED = 2,      /* what the client sent cannot be read; nothing was charged */
  MFA_ALREADY_USED = 3,   /* code, ticket, claim or token was used before */
  MFA_EXPIRED = 4,        /* ticket, code, statement or token is past its time */
  MFA_MISMATCH = 5,       /* ticket is of another user, purpose, method, browser or action */
  MFA_LOCKED_OUT = 6,     /* too many wrong answers; see mfa_error.retry_at_s */
  MFA_TOO_SOON = 7,       /* mail was sent a moment ago or too often; see retry_at_s */
  MFA_DENIED = 8,         /* policy forbids it; reason says which rule */
  MFA_FACTOR_NEEDED = 9,  /* verify a factor now, then call again */
  MFA_RECHECK_DUE = 10,   /* the timed recheck is due: as MFA_FACTOR_NEEDED */
  MFA_ENROLL_NEEDED = 11, /* policy asks for a factor that the user has not enrolled */
  MFA_REVOKED = 12,       /* from before a reset, block, removal or sign-out: sign in again */
  MFA_NOT_FOUND = 13,     /* no such user, factor, device, key */
  MFA_EXISTS = 14,        /* the credential is registered already */
  MFA_PENDING = 15,       /* pairing: the other side has not acted yet; ask again */
  MFA_MORE_NEEDED = 16,   /* right, and recorded, but policy for this purpose asks for more: the proof says what; not a login */
  /* it did not complete */
  MFA_ERR_ARGUMENT = -1,    /* the caller's mistake */
  MFA_ERR_UNSUPPORTED = -2, /* not in this build, or a struct newer than this library */
  MFA_ERR_NO_MEMORY = -3,   /* not enough memory */
  MFA_ERR_STORE = -4,    /* the store failed: nothing was decided */
  MFA_ERR_BUSY = -5,     /* lost the race for the record too often: nothing was decided, try again */
  MFA_ERR_CONFIG = -6,   /* configuration refused; message holds the path */
  MFA_ERR_KEY = -7,      /* the record is sealed with a key that is not in the ring */
  MFA_ERR_DAMAGED = -8,  /* a record does not open: altered, moved, or truncated */
  MFA_ERR_ROLLBACK = -9, /* a record older than the serial that the host remembers, or none where one was */
  MFA_ERR_INTERNAL = -10 /* no randomness, or a clock that failed */
};

/* The comment of each function that gives an mfa_status ends with what it may answer, without "MFA_": OK, every no, then what
 * keeps it from completing. Not said again, for any may: ERR_ARGUMENT (a NULL, a length, a number or a bit that cannot be; a
 * struct_size without its INIT), ERR_UNSUPPORTED (a struct, a flag or a record newer than this library), ERR_NO_MEMORY,
 * ERR_INTERNAL (no randomness, or a clock that failed). LOADING stands for ERR_STORE, ERR_KEY, ERR_DAMAGED and, where there is
 * a request with a min_serial, ERR_ROLLBACK; SAVING for these and ERR_BUSY. */

/* The name of a status, "MFA_WRONG"; "MFA_UNKNOWN" for a value that this library does not know. Static. */
MFA_API const char *mfa_status_name(mfa_status status);

/* Why a call did not answer MFA_OK, and what the user may be told. Yours; NULL if you do not care.
 * Written on every call, also on MFA_OK. 256 bytes for ever. */
typedef struct mfa_error {
  mfa_status status;
  int32_t reason;        /* stable number of the rule that said no; mfa_reason_name() */
  uint64_t retry_at_s;   /* LOCKED_OUT, TOO_SOON: Unix time from which to try again; else 0 */
  int32_t attempts_left; /* WRONG: before a lock; -1: not known or not limited */
  int32_t clock_skew_s;  /* WRONG on TOTP: how far the user's clock seems off; 0: not known */
  uint32_t signals;      /* MFA_SIGNAL_* seen before the refusal */
  uint32_t reserved[3];
  char message[216];     /* one line of English, NUL-terminated, for the operator's log; never a secret */
} mfa_error;

/* The name of a reason, "webauthn.registration.7.1.9.origin_not_expected". Static; the text is stable as the number is. */
MFA_API const char *mfa_reason_name(int32_t reason);

/* A view of bytes or text that somebody else owns; {NULL, 0} is empty. Frozen. */
typedef struct mfa_text {
  const char *data;
  size_t len;
} mfa_text;

static inline mfa_text mfa_text_of(const char *nul_terminated) {
  mfa_text text;
  text.data = nul_terminated;
  text.len = nul_terminated ? strlen(nul_terminated) : 0;
  return text;
}
static inline mfa_text mfa_text_n(const void *data, size_t len) {
  mfa_text text;
  text.data = (const char *)data;
  text.len = len;
  return text;
}

/* Bytes that libmfa allocates and you free. data[len] is a NUL that len does not count. Frozen.
 * A call that fills a buffer first empties it, so one buffer may serve many calls. */
typedef struct mfa_buffer {
  uint8_t *data;
  size_t len;
  size_t capacity; /* libmfa's own */
} mfa_buffer;
#define MFA_BUFFER_INIT {NULL, 0, 0}

/* Copies bytes into the buffer: how a host's store hands over a record. data may point into the buffer. OK. */
MFA_API mfa_status mfa_buffer_assign(mfa_buffer *buffer, const void *data, size_t len) MFA_MUST_CHECK;
/* Wipes, frees, and leaves MFA_BUFFER_INIT. NULL is fine. */
MFA_API void mfa_buffer_free(mfa_buffer *buffer);

/* This release has all of them; mfa_has() tells. */
typedef int32_t mfa_method;
enum {
  MFA_METHOD_NONE = 0,
  MFA_METHOD_TOTP = 1,
  MFA_METHOD_HOTP = 2,
  MFA_METHOD_WEBAUTHN = 3,
  MFA_METHOD_U2F = 4,
  MFA_METHOD_EMAIL = 5,
  MFA_METHOD_RECOVERY = 6,
  MFA_METHOD_DEVICE = 7
};
/* The name used in configuration, JSON and events: "totp", "webauthn", ... Static. */
MFA_API const char *mfa_method_name(mfa_method method);
/* The method of that name. MFA_METHOD_NONE for a name that is not one: what a picker page posts can be passed as it is. */
MFA_API mfa_method mfa_method_from_name(const char *name, size_t name_len);

typedef int32_t mfa_hash;
enum { MFA_HASH_SHA1 = 1, MFA_HASH_SHA256 = 2, MFA_HASH_SHA512 = 3 };

typedef int32_t mfa_user_verification; /* 0: what the configuration says */
enum { MFA_UV_DISCOURAGED = 1, MFA_UV_PREFERRED = 2, MFA_UV_REQUIRED = 3 };

typedef int32_t mfa_mediation;
enum { MFA_MEDIATION_MODAL = 0, MFA_MEDIATION_CONDITIONAL = 1 };

/* True, but look: bits in a proof, a result or an error. */
enum {
  MFA_SIGNAL_CLONE_SUSPECTED = 1u << 0,
  MFA_SIGNAL_BACKUP_ELIGIBLE_CHANGED = 1u << 1,
  MFA_SIGNAL_BACKUP_STATE_CHANGED = 1u << 2,
  MFA_SIGNAL_ATTESTATION_STATUS = 1u << 3,      /* metadata reports trouble with this model */
  MFA_SIGNAL_UNSOLICITED_EXTENSION = 1u << 4,
  MFA_SIGNAL_RECOVERY_LOW = 1u << 5,            /* three codes or fewer left */
  MFA_SIGNAL_RECOVERY_LAST = 1u << 6,           /* that was the last one */
  MFA_SIGNAL_MUST_ENROLL = 1u << 7,             /* policy asks for another factor now */
  MFA_SIGNAL_MUST_ENROLL_RECOVERY = 1u << 8,
  MFA_SIGNAL_DEVICE_REUSED = 1u << 9,           /* an old device cookie came back: revoked */
  MFA_SIGNAL_CLOCK_WENT_BACK = 1u << 10,
  MFA_SIGNAL_WEAK_SECRET = 1u << 11,            /* imported with fewer than 128 bits */
  MFA_SIGNAL_PAIRING_CONTESTED = 1u << 12       /* two devices claimed one pairing: it was closed */
};

/* A sealing key: 32 random bytes under a number of yours that is never given to another key. Frozen. */
typedef struct mfa_key {
  uint32_t id;
  uint32_t reserved;
  const uint8_t *bytes;
  size_t bytes_len;
} mfa_key;

/* Fills out from the system's generator: challenges and secrets for the stateless calls. OK. */
MFA_API mfa_status mfa_random(void *out, size_t out_len) MFA_MUST_CHECK;
/* Wipes in a way that the compiler keeps. */
MFA_API void mfa_wipe(void *data, size_t len);

/* The release of the library that runs, "0.1.0"; what it promises: docs/abi.md. Static. */
MFA_API const char *mfa_version(void);
/* Is the feature in this build? 1 or 0. "ml-dsa": the algorithms ML-DSA-44, -65 and -87, which need OpenSSL 3.5; "memory", "sqlite":
 * stores that mfa_store_open opens; "totp", "hotp", "webauthn", "u2f", "email", "recovery", "device": methods. 0 for NULL and for a
 * name that this library does not know. A later release may add names. */
MFA_API int mfa_has(const char *feature);

#ifdef __cplusplus
}
#endif
#endif
