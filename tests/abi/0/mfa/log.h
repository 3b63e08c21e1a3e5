/* libmfa: is a log of events whole? mfa_engine_config.event hands out each event as one line of JSON, linked to the one
 * before and sealed with the engine's first key (docs/events.md). Here such lines are read again, in any order that threads
 * may have written them in, and of as many engines as wrote into one log. Any thread may call, but one
 * at a time for each check. */
#ifndef MFA_LOG_H
#define MFA_LOG_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  MFA_LOG_LINE_MAX = 65536, /* bytes; a longer line is no event */
  MFA_LOG_WINDOW = 1024,    /* events of a chain that may wait for one before them; then that one is missing */
  MFA_LOG_WAITING = 65536,  /* that may wait in all chains together */
  MFA_LOG_CHAINS = 65536    /* engines that wrote into the log */
};

typedef struct mfa_log mfa_log;

typedef int32_t mfa_log_trouble;
enum {
  MFA_LOG_NOT_EVENT = 1,       /* the line is no event with its links */
  MFA_LOG_ALTERED = 2,         /* its mac is wrong: altered, or forged. It does not count as being there */
  MFA_LOG_OTHER_KEY = 3,       /* the line is sealed with another key than its chain. Nor does it */
  MFA_LOG_REPEATED = 4,        /* an event of this number came before, or was found to be missing */
  MFA_LOG_MISSING = 5,         /* the events first_n to last_n are not there; line: of the one after them */
  MFA_LOG_BROKEN = 6,          /* the event does not link to the one before: one of the two is not what was written */
  MFA_LOG_AFTER_END = 7,       /* the event comes after log_stopped */
  MFA_LOG_TOO_MANY_CHAINS = 8, /* of a chain more than MFA_LOG_CHAINS: not checked */
  MFA_LOG_LOST = 9,            /* a note: the engine had no memory to write the events before this one */
  MFA_LOG_UNKNOWN_KEY = 10,    /* a note: the chain's key was not given, its links alone are checked */
  MFA_LOG_NO_END = 11          /* no log_stopped: still being written, or cut. A note unless the log must be complete */
};

typedef struct mfa_log_finding {
  uint32_t struct_size;
  mfa_log_trouble trouble;
  int32_t is_note;  /* 1: the log may be whole */
  uint32_t reserved;
  uint64_t line;    /* 1 for the first; 0: it shows at the end */
  mfa_text chain;   /* empty: of none */
  uint64_t first_n; /* of the events in the chain; 0: of none. NO_END: of the one that is to come */
  uint64_t last_n;  /* as first_n where there is one event. LOST: how many; NO_END: 0 */
} mfa_log_finding;
#define MFA_LOG_FINDING_INIT {sizeof(mfa_log_finding), 0, 0, 0, 0, {NULL, 0}, 0, 0}

/* Begins a check of one log. keys: of the engines that wrote, those dropped since too. None: links alone are checked, and whoever
 * can write to the log can make them good. OK; ERR_CONFIG: the keys, as mfa_engine_new. */
MFA_API mfa_status mfa_log_new(const mfa_key *keys, size_t keys_count, mfa_log **log, mfa_error *err) MFA_MUST_CHECK;
/* The next line, without its end; a blank one is passed over. OK; WRONG: it brought to light what is no note. After any
 * other answer the check is worth nothing. */
MFA_API mfa_status mfa_log_line(mfa_log *log, const char *line, size_t line_len, mfa_error *err) MFA_MUST_CHECK;
/* There are no more lines. complete: 1 when every engine was freed, so that a chain without its end is a problem. OK; WRONG, as
 * above. */
MFA_API mfa_status mfa_log_end(mfa_log *log, int32_t complete, mfa_error *err) MFA_MUST_CHECK;

/* How many findings the last line, or the end, brought to light. */
MFA_API size_t mfa_log_finding_count(const mfa_log *log);
/* One finding, written up to struct_size; its texts live until the next call. OK; ERR_ARGUMENT past the last. */
MFA_API mfa_status mfa_log_finding_at(const mfa_log *log, size_t index, mfa_log_finding *finding) MFA_MUST_CHECK;

typedef int32_t mfa_log_item;
enum {
  MFA_LOG_ITEM_EVENTS = 1, /* that are there */
  MFA_LOG_ITEM_CHAINS = 2,
  MFA_LOG_ITEM_UNCHECKED = 3, /* events whose links alone were checked */
  MFA_LOG_ITEM_PROBLEMS = 4   /* findings but for notes */
};
/* A count over all lines so far; 0 for what is no item. */
MFA_API uint64_t mfa_log_number(const mfa_log *log, mfa_log_item item);
/* Frees it. NULL is fine. */
MFA_API void mfa_log_free(mfa_log *log);

#ifdef __cplusplus
}
#endif
#endif
