#include "core/status.hpp"

namespace mfa {

const char *name_of(Status status) {
  switch (status) {
    case Status::ok: return "MFA_OK";
    case Status::wrong: return "MFA_WRONG";
    case Status::malformed: return "MFA_MALFORMED";
    case Status::already_used: return "MFA_ALREADY_USED";
    case Status::expired: return "MFA_EXPIRED";
    case Status::mismatch: return "MFA_MISMATCH";
    case Status::locked_out: return "MFA_LOCKED_OUT";
    case Status::too_soon: return "MFA_TOO_SOON";
    case Status::denied: return "MFA_DENIED";
    case Status::factor_needed: return "MFA_FACTOR_NEEDED";
    case Status::recheck_due: return "MFA_RECHECK_DUE";
    case Status::enroll_needed: return "MFA_ENROLL_NEEDED";
    case Status::revoked: return "MFA_REVOKED";
    case Status::not_found: return "MFA_NOT_FOUND";
    case Status::exists: return "MFA_EXISTS";
    case Status::pending: return "MFA_PENDING";
    case Status::more_needed: return "MFA_MORE_NEEDED";
    case Status::err_argument: return "MFA_ERR_ARGUMENT";
    case Status::err_unsupported: return "MFA_ERR_UNSUPPORTED";
    case Status::err_no_memory: return "MFA_ERR_NO_MEMORY";
    case Status::err_store: return "MFA_ERR_STORE";
    case Status::err_busy: return "MFA_ERR_BUSY";
    case Status::err_config: return "MFA_ERR_CONFIG";
    case Status::err_key: return "MFA_ERR_KEY";
    case Status::err_damaged: return "MFA_ERR_DAMAGED";
    case Status::err_rollback: return "MFA_ERR_ROLLBACK";
    case Status::err_internal: return "MFA_ERR_INTERNAL";
  }
  return "MFA_UNKNOWN";
}

const char *name_of(Reason reason) {
  switch (reason) {
    case Reason::none: return "none";
#define MFA_REASON(number, identifier, name) \
  case Reason::identifier:                   \
    return name;
#include "core/reason.def"
#undef MFA_REASON
  }
  return "unknown";
}

}  // namespace mfa
