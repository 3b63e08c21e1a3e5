// Every answer that is no yes.
import { c, LAYOUTS, N, staticText } from "./library.js";
import { number64 } from "./memory.js";

/**
 * Why a call did not answer yes, and what the user may be told (mfa_error). The message is for the operator's log and never holds
 * a secret. A Refused: the answer is no. A Failed: the call did not complete, and nothing was decided.
 */
export class MfaError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {Partial<MfaError>} [more]
   */
  constructor(status, message, more = {}) {
    super(message);
    this.name = new.target.name;
    /** A number of Status. @type {number} */
    this.status = status;
    /** Its name: "MFA_WRONG". @type {string} */
    this.code = staticText(c.mfa_status_name(status));
    /** Stable number of the rule that said no. @type {number} */
    this.reason = 0;
    /** LOCKED_OUT, TOO_SOON: Unix seconds from which to try again; else 0. @type {number} */
    this.retryAtS = 0;
    /** WRONG: tries before a lock; -1: not known or not limited. @type {number} */
    this.attemptsLeft = -1;
    /** WRONG on TOTP: by how many seconds the user's clock seems off; 0: not known. @type {number} */
    this.clockSkewS = 0;
    /** Bits of Signal seen before the refusal. @type {number} */
    this.signals = 0;
    Object.assign(this, more);
  }

  /** "webauthn.registration.7.1.9.origin_not_expected", as stable as the number. */
  get reasonName() {
    return reasonName(this.reason);
  }

  /** The same as retryAtS; undefined where no time was said. @returns {Date | undefined} */
  get retryAt() {
    return this.retryAtS ? new Date(this.retryAtS * 1000) : undefined;
  }
}

/** The call completed and the answer is no. */
export class Refused extends MfaError {}

/** Right, and recorded, but policy asks for more: not a login. Give proof.statement with the next step. */
export class MoreNeeded extends Refused {
  /** @type {import("./results.js").Proof} */
  get proof() {
    return this.#proof;
  }
  #proof;
  withProof(proof) {
    this.#proof = proof;
    return this;
  }
}

/** The call did not complete: nothing was decided. `cause` is what a store or clock in JavaScript threw. */
export class Failed extends MfaError {}

/** The error of a status and its mfa_error. */
export function errorOf(status, err, cause) {
  const { by } = LAYOUTS.mfa_error;
  const message = err.bytes.subarray(by.message.offset);
  const end = message.indexOf(0);
  const kind = status === N.MFA_MORE_NEEDED ? MoreNeeded : status > 0 ? Refused : Failed;
  const error = new kind(status, message.subarray(0, end < 0 ? undefined : end).toString("utf8"), {
    reason: err.get("int32_t", by.reason.offset),
    retryAtS: number64(err.get("uint64_t", by.retry_at_s.offset)),
    attemptsLeft: err.get("int32_t", by.attempts_left.offset),
    clockSkewS: err.get("int32_t", by.clock_skew_s.offset),
    signals: err.get("uint32_t", by.signals.offset),
  });
  // A call that completed got over what its callbacks threw: that is no cause of a no.
  if (status < 0 && cause !== undefined) error.cause = cause;
  return error;
}

/** The stable name of a reason (mfa_reason_name). @param {number} reason */
export const reasonName = (reason) => staticText(c.mfa_reason_name(reason));
/** "MFA_WRONG"; "MFA_UNKNOWN" for what libmfa does not know (mfa_status_name). @param {number} status */
export const statusName = (status) => staticText(c.mfa_status_name(status));
