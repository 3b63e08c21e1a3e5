// The calls of an engine (mfa/engine.h), whichever way they are made.
import { int32, kindOf, userId, utf8 } from "./memory.js";
import { done, filled, later, parsed } from "./call.js";
import { accountPlan, offerPlan, proofPlan } from "./results.js";

/** @typedef {import("./memory.js").Text} Text */
/** @typedef {import("./memory.js").Json} Json */
/** @typedef {import("./results.js").Account} Account */
/** @typedef {import("./results.js").Offer} Offer */
/** @typedef {import("./results.js").Proof} Proof */

/**
 * What your server knows of a request, nothing of it taken from the body (mfa_request).
 * @typedef {object} Request
 * @property {number} purpose Purpose
 * @property {Text} [user] your stable id, 1 to 255 bytes compared exactly; not a name that can change
 * @property {Text} [browser] 16 bytes or more at random in a cookie of the browser that asks: needed by begin and finish
 * @property {number} [proven] bits of Proven: what you verified yourself for this sign-in
 * @property {number} [flags] bits of RequestFlag
 * @property {Text} [session] id of the session that the statement is, or will be, kept in
 * @property {Text} [statement] the session statement, when signed in
 * @property {Text} [source] what to throttle by: the peer address, or what your trusted proxy says
 * @property {Text} [userAgent] for device names and events
 * @property {Uint8Array} [action] Purpose.APPROVE: 32 bytes, a hash of all that the user must agree to
 * @property {Text} [locale] of mail templates: "de"
 * @property {Text[]} [roles] of the user, as policy names them
 * @property {number} [minSerial] the serial of the last proof if you keep it: an older record is ERR_ROLLBACK
 * @property {Text} [cookies] the whole Cookie header
 */

/**
 * What is not set is as the configuration says; it may tighten, never loosen (mfa_begin_options).
 * @typedef {{mediation?: number, userVerification?: number, factor?: Text, accountName?: Text, displayName?: Text, label?: Text,
 *   address?: Text, extraJson?: Json}} BeginOptions
 */

/**
 * What one page or action asks of the session (mfa_session_need). aal 0: what policy asks; maxAgeS: seconds, 0: none; method: this one
 * only.
 * @typedef {{aal?: number, maxAgeS?: number, method?: number}} SessionNeed
 */

const who = (memory, request) => memory.fill("mfa_request", request).at;
const optional = (memory, struct, value) => (value === undefined ? null : memory.fill(struct, value).at);

/**
 * The calls of an engine. Those of Engine return what is said here; those of Engine.async return a Promise of it, and run on a thread
 * meanwhile. Each throws a Refused for a no and a Failed when it did not complete; what returns is a yes.
 */
export class Calls {
  /** @protected @type {Handle} */
  _handle;

  /** @protected @param {import("./call.js").Plan<any>} plan @returns {any} */
  _run(plan) {
    throw new Error(`no way to call ${plan.name}`);
  }

  _ask(kind, name, request, args = () => []) {
    return this._run(kind(name, [this._handle], (memory, engine) => [engine, who(memory, request), ...args(memory)]));
  }

  // ---- ceremonies

  /**
   * What to show of the request's user; one without a record has no factors (mfa_account_view). DENIED.
   * @param {Request} request
   * @returns {Account}
   */
  account(request) {
    return this._ask(accountPlan, "mfa_account_view", request);
  }

  /**
   * Begins to enrol (mfa_enroll_begin). DENIED, FACTOR_NEEDED; LOCKED_OUT, TOO_SOON (EMAIL).
   * @param {Request} request
   * @param {number} method Method
   * @param {BeginOptions} [options]
   * @returns {Offer}
   */
  enrollBegin(request, method, options) {
    return this._begin("mfa_enroll_begin", request, method, options);
  }

  /**
   * response: exactly what the client sent (mfa_enroll_finish). WRONG, MALFORMED, EXISTS, EXPIRED, MISMATCH, ALREADY_USED.
   * @param {Request} request
   * @param {Text} ticket
   * @param {Json} response
   * @returns {Proof}
   */
  enrollFinish(request, ticket, response) {
    return this._finish("mfa_enroll_finish", request, ticket, response);
  }

  /**
   * Begins to verify; writes nothing, but for a mail counted (mfa_verify_begin). DENIED, NOT_FOUND; LOCKED_OUT, TOO_SOON (EMAIL).
   * @param {Request} request
   * @param {number} method Method
   * @param {BeginOptions} [options]
   * @returns {Offer}
   */
  verifyBegin(request, method, options) {
    return this._begin("mfa_verify_begin", request, method, options);
  }

  /**
   * Policy for the purpose is met; sign proof.user in (mfa_verify_finish). MoreNeeded: right, but not enough. WRONG, MALFORMED,
   * ALREADY_USED, EXPIRED, MISMATCH, LOCKED_OUT.
   * @param {Request} request
   * @param {Text} ticket
   * @param {Json} response
   * @returns {Proof}
   */
  verifyFinish(request, ticket, response) {
    return this._finish("mfa_verify_finish", request, ticket, response);
  }

  /**
   * TOTP, HOTP, RECOVERY; DEVICE: code is the whole Cookie header (mfa_verify_code). MoreNeeded, WRONG, ALREADY_USED, MALFORMED,
   * LOCKED_OUT, NOT_FOUND, EXPIRED, DENIED.
   * @param {Request} request
   * @param {number} method Method
   * @param {Text} code
   * @returns {Proof}
   */
  verifyCode(request, method, code) {
    return this._ask(proofPlan, "mfa_verify_code", request, (memory) => [
      int32(method, "method"),
      ...memory.text(code, "the code"),
    ]);
  }

  _begin(name, request, method, options) {
    const args = (memory) => [int32(method, "method"), optional(memory, "mfa_begin_options", options)];
    return this._ask(offerPlan, name, request, args);
  }

  _finish(name, request, ticket, response) {
    const args = (memory) => [...memory.text(ticket, "the ticket"), ...memory.json(response, "the response")];
    return this._ask(proofPlan, name, request, args);
  }

  // ---- the session

  /**
   * Signs in without a factor where policy lets it (mfa_session_start). FACTOR_NEEDED, ENROLL_NEEDED.
   * @param {Request} request
   * @returns {Proof}
   */
  sessionStart(request) {
    return this._ask(proofPlan, "mfa_session_start", request);
  }

  /**
   * Call it on each request; loads the account (mfa_session_check). RECHECK_DUE, FACTOR_NEEDED, ENROLL_NEEDED, EXPIRED, REVOKED,
   * MISMATCH, WRONG.
   * @param {Request} request
   * @param {SessionNeed} [need]
   * @returns {void}
   */
  sessionCheck(request, need) {
    return this._ask(done, "mfa_session_check", request, (memory) => [optional(memory, "mfa_session_need", need)]);
  }

  /**
   * The same without the store: a revocation takes effect later (mfa_session_check_offline).
   * @param {Request} request
   * @param {SessionNeed} [need]
   * @returns {void}
   */
  sessionCheckOffline(request, need) {
    return this._ask(done, "mfa_session_check_offline", request, (memory) => [
      optional(memory, "mfa_session_need", need),
    ]);
  }

  /**
   * What the request's statement says; nothing of it is checked but its seal (mfa_session_json). WRONG, EXPIRED.
   * @param {Request} request
   * @returns {any}
   */
  session(request) {
    return this._ask(parsed, "mfa_session_json", request);
  }

  /**
   * What policy decides and every rule that led to it; never for a page (mfa_policy_explain).
   * @param {Request} request
   * @param {SessionNeed} [need]
   * @returns {any}
   */
  policyExplain(request, need) {
    return this._ask(parsed, "mfa_policy_explain", request, (memory) => [optional(memory, "mfa_session_need", need)]);
  }

  // ---- trusted devices (docs/devices.md), quick login

  /**
   * Remembers this browser: send the proof's setCookie (mfa_device_remember). FACTOR_NEEDED, DENIED, MALFORMED.
   * @param {Request} request
   * @param {Text} [label]
   * @returns {Proof}
   */
  deviceRemember(request, label = "") {
    return this._ask(proofPlan, "mfa_device_remember", request, (memory) => memory.text(label, "label"));
  }

  /**
   * The new device claims a pairing (mfa_device_claim). WRONG, MALFORMED, EXPIRED, ALREADY_USED, DENIED.
   * @param {Request} request
   * @param {Text} code
   * @returns {Offer}
   */
  deviceClaim(request, code) {
    return this._ask(offerPlan, "mfa_device_claim", request, (memory) => memory.text(code, "the code"));
  }

  /**
   * Who claimed: device, source, claimed_s, approved (mfa_device_claimed). PENDING, EXPIRED, DENIED.
   * @param {Request} request
   * @param {Text} ticket
   * @returns {any}
   */
  deviceClaimed(request, ticket) {
    return this._ask(parsed, "mfa_device_claimed", request, (memory) => memory.text(ticket, "the ticket"));
  }

  /**
   * The new device fetches its cookie (mfa_device_collect). PENDING, EXPIRED, ALREADY_USED.
   * @param {Request} request
   * @param {Text} ticket
   * @returns {Proof}
   */
  deviceCollect(request, ticket) {
    return this._ask(proofPlan, "mfa_device_collect", request, (memory) => memory.text(ticket, "the ticket"));
  }

  /**
   * A whole Set-Cookie value that names the user of this session (mfa_remembered_issue). As sessionCheck; DENIED.
   * @param {Request} request
   * @returns {string}
   */
  rememberedIssue(request) {
    return this._ask(filled, "mfa_remembered_issue", request);
  }

  /**
   * The user id that the Cookie header names; it authenticates nobody (mfa_remembered_user). NOT_FOUND, EXPIRED,
   * REVOKED, DENIED.
   * @param {Request} request
   * @param {Text} cookies
   * @returns {string | Buffer}
   */
  rememberedUser(request, cookies) {
    const read = (name, lend, args) => filled(name, lend, args, userId);
    return this._ask(read, "mfa_remembered_user", request, (memory) => memory.text(cookies, "cookies"));
  }

  // ---- the user's own changes: Purpose.MANAGE and a fresh statement, else FACTOR_NEEDED

  /**
   * Renames one (mfa_factor_rename). NOT_FOUND, FACTOR_NEEDED, DENIED, MALFORMED.
   * @param {Request} request
   * @param {Text} factor
   * @param {Text} label
   * @returns {void}
   */
  factorRename(request, factor, label) {
    return this._ask(done, "mfa_factor_rename", request, (memory) => [
      ...memory.text(factor, "factor"),
      ...memory.text(label, "label"),
    ]);
  }

  /**
   * Keep the proof's statement: it replaces the session's (mfa_factor_set_enabled). NOT_FOUND, FACTOR_NEEDED, DENIED.
   * @param {Request} request
   * @param {Text} factor
   * @param {boolean} enabled
   * @returns {Proof}
   */
  factorSetEnabled(request, factor, enabled) {
    return this._ask(proofPlan, "mfa_factor_set_enabled", request, (memory) => {
      if (typeof enabled !== "boolean") throw new TypeError(`enabled must be a boolean, not ${kindOf(enabled)}`);
      return [...memory.text(factor, "factor"), enabled ? 1 : 0];
    });
  }

  /**
   * Keep the proof's statement: it replaces the session's (mfa_factor_remove). NOT_FOUND, FACTOR_NEEDED, DENIED.
   * @param {Request} request
   * @param {Text} factor
   * @returns {Proof}
   */
  factorRemove(request, factor) {
    return this._ask(proofPlan, "mfa_factor_remove", request, (memory) => memory.text(factor, "factor"));
  }

  // ---- what your server does to an account; you have checked that it may

  /**
   * actor: who did it, for the event (mfa_admin). NOT_FOUND.
   * @param {number} action AdminAction
   * @param {Text} user
   * @param {{factor?: Text, actor?: Text}} [more]
   * @returns {void}
   */
  admin(action, user, { factor = "", actor = "" } = {}) {
    return this._run(
      done("mfa_admin", [this._handle], (memory, engine) => [
        engine,
        int32(action, "action"),
        ...memory.text(user, "user"),
        ...memory.text(factor, "factor"),
        ...memory.text(actor, "actor"),
      ]),
    );
  }

  /**
   * A factor from elsewhere: docs/import.md (mfa_admin_import). factor: the id that it has here; signals: WEAK_SECRET for fewer than 128
   * bits. EXISTS, DENIED; ERR_ARGUMENT names the member.
   * @param {Text} user
   * @param {Json} json
   * @param {{actor?: Text}} [more]
   * @returns {{factor: string, signals: number}}
   */
  adminImport(user, json, { actor = "" } = {}) {
    const args = (memory, engine) => [
      engine,
      ...memory.text(user, "user"),
      ...memory.json(json, "the factor"),
      ...memory.text(actor, "actor"),
    ];
    const read = (bytes, signals) => ({ factor: utf8(bytes), signals });
    return this._run(filled("mfa_admin_import", [this._handle], args, read));
  }

  /**
   * What metadata says today of the models of a user's keys (mfa_admin_audit). NOT_FOUND; DENIED, with the JSON in its
   * report: a status in force takes the trust away.
   * @param {Text} user
   * @returns {any[]}
   */
  adminAudit(user) {
    return this._run(
      parsed("mfa_admin_audit", [this._handle], (memory, engine) => [engine, ...memory.text(user, "user")]),
    );
  }
}

export class AsyncCalls extends Calls {
  constructor(handle) {
    super();
    this._handle = handle;
    Object.freeze(this);
  }

  async _run(plan) {
    return later(plan);
  }

  async _ask(...given) {
    return super._ask(...given);
  }
}
