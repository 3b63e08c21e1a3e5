// The verdicts of include/mfa/base.h, as types that a switch must treat one by one.
#pragma once

#include <cstdint>

#include "mfa/base.h"

namespace mfa {

// 0 is the only yes; > 0 completed and the answer is no; < 0 did not complete.
enum class Status : int32_t {
  ok = MFA_OK,
  wrong = MFA_WRONG,
  malformed = MFA_MALFORMED,
  already_used = MFA_ALREADY_USED,
  expired = MFA_EXPIRED,
  mismatch = MFA_MISMATCH,
  locked_out = MFA_LOCKED_OUT,
  too_soon = MFA_TOO_SOON,
  denied = MFA_DENIED,
  factor_needed = MFA_FACTOR_NEEDED,
  recheck_due = MFA_RECHECK_DUE,
  enroll_needed = MFA_ENROLL_NEEDED,
  revoked = MFA_REVOKED,
  not_found = MFA_NOT_FOUND,
  exists = MFA_EXISTS,
  pending = MFA_PENDING,
  more_needed = MFA_MORE_NEEDED,
  err_argument = MFA_ERR_ARGUMENT,
  err_unsupported = MFA_ERR_UNSUPPORTED,
  err_no_memory = MFA_ERR_NO_MEMORY,
  err_store = MFA_ERR_STORE,
  err_busy = MFA_ERR_BUSY,
  err_config = MFA_ERR_CONFIG,
  err_key = MFA_ERR_KEY,
  err_damaged = MFA_ERR_DAMAGED,
  err_rollback = MFA_ERR_ROLLBACK,
  err_internal = MFA_ERR_INTERNAL,
};

// "MFA_WRONG"; "MFA_UNKNOWN" for a number that is not one of them.
const char *name_of(Status status);

// Why, as a stable number with a stable name: the rows of reason.def.
enum class Reason : int32_t {
  none = 0,
#define MFA_REASON(number, identifier, name) identifier = number,
#include "core/reason.def"
#undef MFA_REASON
};

// "webauthn.registration.7.1.9.origin_not_expected"; "unknown" for a number that is not a row.
const char *name_of(Reason reason);

}  // namespace mfa
