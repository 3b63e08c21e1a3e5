// What calls of the engine give. All is copied out at once: nothing of C is left in them. Secrets are properties that are not
// enumerable, so that neither console.log nor JSON.stringify shows them.
import { c, N } from "./library.js";
import { bytesAt, Memory, number64, unfold, userId, utf8 } from "./memory.js";
import { filled, made, now, object } from "./call.js";

/**
 * A mail that is yours to send.
 * @typedef {{to: string, subject: string, text: string, html: string | null}} Mail
 */

/**
 * What begin gives (mfa_offer; docs/methods.md). null: the offer has no such thing.
 * @typedef {object} Offer
 * @property {string} ticket keep it, or send it with the page: it is sealed
 * @property {string | null} options JSON for navigator.credentials; U2F: the request
 * @property {string | null} uri otpauth://, or the pairing link: show it as a QR code
 * @property {string | null} secret base32, for typing in
 * @property {string | null} code pairing: the code to type, or the check number to compare
 * @property {Mail | null} mail to send; null: send nothing and show the same page
 * @property {string | null} addressMasked "a***@example.org", for the page
 * @property {string[]} recoveryCodes show them once
 * @property {number} expiresAtS Unix seconds
 * @property {string} json what a page needs, as one JSON object
 */

/**
 * What a finish gives (mfa_proof).
 * @typedef {object} Proof
 * @property {string | Buffer} user whom to sign in; a Buffer where the id is no UTF-8
 * @property {number} method
 * @property {string | null} factor its id
 * @property {number} aal 1 to 3
 * @property {string[]} amr RFC 8176
 * @property {number} signals bits of Signal
 * @property {number} serial for the request's minSerial
 * @property {number} recoveryRemaining
 * @property {string | null} statement keep it in the session, in place of the one before
 * @property {string | null} setCookie a whole Set-Cookie value; send it when there is one
 * @property {string | null} credentials WebAuthn: argument of signalAllAcceptedCredentials
 * @property {string} json without statement and cookie
 */

/**
 * A method that may be used now (mfa_method_info). lockedUntilS: Unix seconds, 0: not locked, Infinity: until another factor or an
 * administrator opens it.
 * @typedef {{method: number, label: string, canVerify: boolean, canEnroll: boolean, factors: number, aal: number,
 *   lockedUntilS: number}} MethodInfo
 */

/**
 * An enrolled factor (mfa_factor). Times in Unix seconds, 0: never, or not locked.
 * @typedef {{method: number, id: string, label: string, device: string, address: string, enabled: boolean, canDisable: boolean,
 *   canRemove: boolean, enterprise: boolean, addedS: number, lastUsedS: number, expiresS: number, lockedUntilS: number}} Factor
 */

/**
 * What to show of one user (mfa_account). json: with the recent activity.
 * @typedef {{need: number, methods: MethodInfo[], factors: Factor[], graceUntilS: number, recoveryRemaining: number,
 *   mustEnrollRecovery: boolean, aalNeeded: number, json: string}} Account
 */

function textOf(getter, pointer, item) {
  const memory = new Memory();
  const length = memory.take(8);
  const address = c[getter](pointer, item, length.at);
  return address ? bytesAt(address, length.get("size_t", 0)) : null;
}

const textReader = (getter, pointer) => (item) => {
  const bytes = textOf(getter, pointer, item);
  return bytes && utf8(bytes);
};

function hide(target, secrets) {
  for (const [name, value] of Object.entries(secrets))
    Object.defineProperty(target, name, { value, enumerable: false });
  return Object.freeze(target);
}

const jsonOf = (name, pointer) => now(filled(name, [], () => [pointer]));

function readOffer(pointer) {
  const text = textReader("mfa_offer_text", pointer);
  const to = text(N.MFA_OFFER_MAIL_TO);
  const mail =
    to === null
      ? null
      : hide(
          { to, subject: text(N.MFA_OFFER_MAIL_SUBJECT) },
          { text: text(N.MFA_OFFER_MAIL_TEXT), html: text(N.MFA_OFFER_MAIL_HTML) },
        );
  const codes = text(N.MFA_OFFER_RECOVERY_CODES);
  return hide(
    { mail, addressMasked: text(N.MFA_OFFER_ADDRESS_MASKED), expiresAtS: number64(c.mfa_offer_expires_at_s(pointer)) },
    {
      ticket: text(N.MFA_OFFER_TICKET),
      options: text(N.MFA_OFFER_OPTIONS),
      uri: text(N.MFA_OFFER_URI),
      secret: text(N.MFA_OFFER_SECRET),
      code: text(N.MFA_OFFER_CODE),
      recoveryCodes: codes ? codes.split("\n").filter(Boolean) : [],
      json: jsonOf("mfa_offer_json", pointer),
    },
  );
}

function readProof(pointer) {
  const text = textReader("mfa_proof_text", pointer);
  return hide(
    {
      user: userId(textOf("mfa_proof_text", pointer, N.MFA_PROOF_USER) ?? Buffer.alloc(0)),
      method: c.mfa_proof_method(pointer),
      factor: text(N.MFA_PROOF_FACTOR),
      aal: c.mfa_proof_aal(pointer),
      amr: (text(N.MFA_PROOF_AMR) ?? "").split(",").filter(Boolean),
      signals: c.mfa_proof_signals(pointer),
      serial: number64(c.mfa_proof_serial(pointer)),
      recoveryRemaining: number64(c.mfa_proof_recovery_remaining(pointer)),
    },
    {
      statement: text(N.MFA_PROOF_STATEMENT),
      setCookie: text(N.MFA_PROOF_SET_COOKIE),
      credentials: text(N.MFA_PROOF_CREDENTIALS),
      json: jsonOf("mfa_proof_json", pointer),
    },
  );
}

const FLAGS = ["canVerify", "canEnroll", "enabled", "canDisable", "canRemove", "enterprise"];

function rows(pointer, kind, struct) {
  const count = Number(c[`${kind}_count`](pointer));
  return Array.from({ length: count }, (_, index) => {
    const memory = new Memory();
    const piece = memory.struct(struct);
    const status = c[kind](pointer, index, piece.at);
    if (status !== N.MFA_OK) throw new Error(`${kind} answers ${status}`);
    const row = unfold(struct, piece);
    for (const flag of FLAGS) if (flag in row) row[flag] = row[flag] !== 0;
    memory.wipe();
    return Object.freeze(row);
  });
}

function readAccount(pointer) {
  const number = (item) => number64(c.mfa_account_number(pointer, item));
  return Object.freeze({
    need: c.mfa_account_need(pointer),
    methods: rows(pointer, "mfa_account_method", "mfa_method_info"),
    factors: rows(pointer, "mfa_account_factor", "mfa_factor"),
    graceUntilS: number(N.MFA_ACCOUNT_GRACE_UNTIL_S),
    recoveryRemaining: number(N.MFA_ACCOUNT_RECOVERY_REMAINING),
    mustEnrollRecovery: number(N.MFA_ACCOUNT_MUST_ENROLL_RECOVERY) !== 0,
    aalNeeded: number(N.MFA_ACCOUNT_AAL_NEEDED),
    json: jsonOf("mfa_account_json", pointer),
  });
}

const freed = (free, read) => (pointer) => {
  try {
    return read(pointer);
  } finally {
    c[free](pointer);
  }
};

/** @returns {import("./call.js").Plan<Offer>} */
export const offerPlan = (name, lend, args) => object(name, lend, args, freed("mfa_offer_free", readOffer));
/** @returns {import("./call.js").Plan<Account>} */
export const accountPlan = (name, lend, args) => object(name, lend, args, freed("mfa_account_free", readAccount));

/** MORE_NEEDED comes with a proof and is thrown all the same. @returns {import("./call.js").Plan<Proof>} */
export const proofPlan = (name, lend, args) =>
  made(name, lend, args, (pointer, failure) => {
    const proof = pointer ? freed("mfa_proof_free", readProof)(pointer) : null;
    if (failure) throw proof ? failure.withProof(proof) : failure;
    if (!proof) throw new Error("a yes without a proof");
    return proof;
  });
