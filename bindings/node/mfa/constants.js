// Names for the numbers of libmfa's headers.
import { c, N, staticText } from "./library.js";
import { int32, raw, Memory } from "./memory.js";

/** @typedef {Readonly<Record<string, number>>} Numbers */

/** @returns {Numbers} */
function pick(prefix, names, more = {}) {
  const found = { ...more };
  for (const name of names.split(" ")) found[name] = N[`${prefix}${name}`];
  return Object.freeze(found);
}

/** mfa_status: 0 is the only yes, above it a no, below it the call did not complete. */
export const Status = pick(
  "MFA_",
  "OK WRONG MALFORMED ALREADY_USED EXPIRED MISMATCH LOCKED_OUT TOO_SOON DENIED FACTOR_NEEDED RECHECK_DUE ENROLL_NEEDED " +
    "REVOKED NOT_FOUND EXISTS PENDING MORE_NEEDED ERR_ARGUMENT ERR_UNSUPPORTED ERR_NO_MEMORY ERR_STORE ERR_BUSY ERR_CONFIG " +
    "ERR_KEY ERR_DAMAGED ERR_ROLLBACK ERR_INTERNAL",
);
/** mfa_method: a kind of factor. */
export const Method = pick("MFA_METHOD_", "NONE TOTP HOTP WEBAUTHN U2F EMAIL RECOVERY DEVICE");
/** mfa_hash. */
export const Hash = pick("MFA_HASH_", "SHA1 SHA256 SHA512");
/** mfa_user_verification: WebAuthn section 5.8.6. */
export const UserVerification = pick("MFA_UV_", "DISCOURAGED PREFERRED REQUIRED", { DEFAULT: 0 });
/** mfa_mediation: whether the browser asks in a dialog or in its autofill. */
export const Mediation = pick("MFA_MEDIATION_", "MODAL CONDITIONAL");
/** Bits: true, but look. */
export const Signal = pick(
  "MFA_SIGNAL_",
  "CLONE_SUSPECTED BACKUP_ELIGIBLE_CHANGED BACKUP_STATE_CHANGED ATTESTATION_STATUS UNSOLICITED_EXTENSION RECOVERY_LOW " +
    "RECOVERY_LAST MUST_ENROLL MUST_ENROLL_RECOVERY DEVICE_REUSED CLOCK_WENT_BACK WEAK_SECRET PAIRING_CONTESTED",
);
/** mfa_store_answer: what a store answers to save and erase. */
export const StoreAnswer = pick("MFA_STORE_", "FAILED DONE NONE CONFLICT");
/** mfa_purpose: what a request is for. */
export const Purpose = pick("MFA_PURPOSE_", "LOGIN STEP_UP MANAGE APPROVE");
/** Bits: what you verified yourself for this sign-in. */
export const Proven = pick("MFA_PROVEN_", "PASSWORD FEDERATED OTHER");
/** Bits of a request. */
export const RequestFlag = pick("MFA_REQUEST_", "USERNAMELESS");
/** mfa_need: what policy asks of a request. */
export const Need = pick("MFA_NEED_", "NOTHING FACTOR ENROLL ENROLL_SOON");
/** mfa_admin_action. */
export const AdminAction = pick(
  "MFA_ADMIN_",
  "UNLOCK FACTOR_ENABLE FACTOR_DISABLE FACTOR_REMOVE RESET SIGN_OUT FORGET_DEVICES ERASE",
);
/** mfa_rule: what to do about what is not as it was. */
export const Rule = pick("MFA_RULE_", "DEFAULT REJECT FLAG IGNORE");
/** Bits: what authenticator data said, WebAuthn section 6.1. */
export const AuthenticatorFlag = pick("MFA_WEBAUTHN_", "USER_PRESENT USER_VERIFIED BACKUP_ELIGIBLE BACKED_UP TRUSTED");
/** Bits: rules of one-time passwords that are let go. */
export const UnsafeOtp = pick("MFA_OTP_UNSAFE_", "SHORT_SECRET WIDE_WINDOW");
/** mfa_qr_form. */
export const QrForm = pick("MFA_QR_", "SVG ANSI MATRIX");
/** mfa_log_trouble. */
export const LogTrouble = pick(
  "MFA_LOG_",
  "NOT_EVENT ALTERED OTHER_KEY REPEATED MISSING BROKEN AFTER_END TOO_MANY_CHAINS LOST UNKNOWN_KEY NO_END",
);
/** Sizes and limits of the headers, in bytes or entries. */
export const Limit = pick(
  "MFA_",
  "STORE_KEY_MAX STORE_RECORD_MAX OTP_CODE_SIZE OTP_SECRET_MIN OTP_SECRET_MAX U2F_PUBLIC_KEY U2F_KEY_HANDLE_MAX " +
    "RECOVERY_CODE_SIZE RECOVERY_HASH_SIZE LOG_LINE_MAX LOG_WINDOW LOG_WAITING LOG_CHAINS",
);

/** The name in configuration, JSON and events: "totp" (mfa_method_name). @param {number} method */
export const methodName = (method) => staticText(c.mfa_method_name(int32(method, "method")));

/**
 * Method.NONE for a name that is none: what a page posts can be given as it is (mfa_method_from_name).
 * @param {import("./memory.js").Text} name
 * @returns {number}
 */
export function methodFromName(name) {
  const memory = new Memory();
  try {
    return c.mfa_method_from_name(...memory.bytes(raw(name, "name")));
  } finally {
    memory.wipe(); // which also keeps it until here
  }
}
