// WebAuthn Level 3, relying party, stateless (mfa/webauthn.h). JSON is that of the browser's toJSON() and parse...FromJSON(); it may
// be given as text or as what it says.
import { c, N } from "./library.js";
import { bytesAt, Memory, uint64, unfold, utf8 } from "./memory.js";
import { filled, now, object, parsed } from "./call.js";
import { Closing, Handle } from "./handle.js";

/** @typedef {import("./memory.js").Json} Json */

/**
 * What a Trust is made of (mfa_trust_input). anchors, crls: DER. mdsBlob: the FIDO metadata BLOB as downloaded; mdsRoot: DER, needed with
 * it; mdsMinNo: refuse a BLOB with a smaller number.
 * @typedef {{anchors?: Uint8Array[], crls?: Uint8Array[], mdsBlob?: string, mdsRoot?: Uint8Array, mdsMinNo?: number}} TrustInput
 */

/** Whom attestation may lead to. Immutable; many engines may use one. */
export class Trust extends Closing {
  /**
   * Reads and checks all of it at a time in Unix seconds (mfa_trust_new). ERR_CONFIG.
   * @param {number} nowS
   * @param {TrustInput} [input]
   */
  constructor(nowS, input = {}) {
    const args = (memory) => [memory.fill("mfa_trust_input", input).at, uint64(nowS, "nowS")];
    super(now(object("mfa_trust_new", [], args, (at) => new Handle(at, (trust) => c.mfa_trust_free(trust), "trust"))));
  }

  /** What was read: anchors, no, nextUpdate, entries, skipped (mfa_trust_json). @returns {any} */
  json() {
    return now(parsed("mfa_trust_json", [Closing.handleOf(this, Trust)], (_, trust) => [trust]));
  }
}

/**
 * All that a ceremony is judged by (mfa_webauthn_expect): yours, nothing of it from the client. challenge: 16 bytes or more. origins:
 * compared byte for byte. algorithms: COSE numbers, none: -8, -7, -257. allowedIds: credential ids, none: any. userHandle:
 * registration: the user's; sign-in: the user's, empty: not known yet. policyJson: switches of docs/webauthn.md.
 * @typedef {{rpId: string, origins: string[], challenge: Uint8Array, userVerification?: number, mediation?: number,
 *   allowCrossOrigin?: boolean, topOrigins?: string[], algorithms?: number[], allowedIds?: Uint8Array[], userHandle?: Uint8Array,
 *   appId?: string, signCount?: number, backupEligibleChange?: number, trust?: Trust, requireTrusted?: boolean, policyJson?: Json}} Expect
 */

const trustOf = (expect) =>
  expect?.trust === undefined || expect.trust === null ? [] : [Closing.handleOf(expect.trust, Trust)];
const expected = (memory, expect, trust) => memory.fill("mfa_webauthn_expect", expect, { trust: trust ?? null }).at;

/**
 * Creation options from the expectation that will judge the answer (mfa_webauthn_create_options; section 5.4). user.handle: 1 to 64
 * bytes that say nothing about the person. extra: hints, extensions, timeout and what libmfa's header lists. ERR_ARGUMENT.
 * @param {Expect} expect
 * @param {{handle: Uint8Array, name: string, displayName: string}} user
 * @param {Json} [extra]
 * @returns {string} JSON
 */
export const createOptions = (expect, user, extra = "") =>
  now(
    filled("mfa_webauthn_create_options", trustOf(expect), (memory, trust) => [
      expected(memory, expect, trust),
      memory.fill("mfa_webauthn_user", user).at,
      ...memory.json(extra, "extra"),
    ]),
  );

/**
 * Request options (mfa_webauthn_get_options; section 5.5). ERR_ARGUMENT.
 * @param {Expect} expect
 * @param {Json} [extra]
 * @returns {string} JSON
 */
export const getOptions = (expect, extra = "") =>
  now(
    filled("mfa_webauthn_get_options", trustOf(expect), (memory, trust) => [
      expected(memory, expect, trust),
      ...memory.json(extra, "extra"),
    ]),
  );

/** A parsed, not yet verified response: to find the credential to verify against, for nothing else. */
export class Response extends Closing {
  /** MALFORMED (mfa_webauthn_response_parse). @param {Json} json */
  constructor(json) {
    const free = (response) => c.mfa_webauthn_response_free(response);
    super(
      now(
        object(
          "mfa_webauthn_response_parse",
          [],
          (memory) => memory.json(json, "the response"),
          (at) => new Handle(at, free, "response"),
        ),
      ),
    );
  }

  /** The credential's id (mfa_webauthn_response_id). @returns {Buffer} */
  get id() {
    return this.#bytes("mfa_webauthn_response_id") ?? Buffer.alloc(0);
  }

  /** null: absent (mfa_webauthn_response_user_handle). @returns {Buffer | null} */
  get userHandle() {
    return this.#bytes("mfa_webauthn_response_user_handle");
  }

  /**
   * What extensions answered, without the secrets of prf and hmac-secret (mfa_webauthn_response_extensions).
   * @returns {any}
   */
  extensions() {
    return now(
      parsed("mfa_webauthn_response_extensions", [Closing.handleOf(this, Response)], (_, response) => [response]),
    );
  }

  #bytes(getter) {
    const lent = Closing.handleOf(this, Response).lend();
    try {
      const length = new Memory().take(8);
      const address = c[getter](lent.pointer, length.at);
      return address ? bytesAt(address, length.get("size_t", 0)) : null;
    } finally {
      lent.giveBack();
    }
  }
}

/**
 * A credential as columns of your own (mfa_webauthn_columns). algorithm: COSE. flags: AuthenticatorFlag, as last seen.
 * @typedef {{id: Uint8Array, publicKey: Uint8Array, rpId: string, algorithm?: number, userHandle?: Uint8Array, appId?: string,
 *   signCount?: number, flags?: number, backupEligibleKnown?: boolean, aaguid?: Uint8Array, transports?: string,
 *   attestationFormat?: string, attestationType?: string}} Columns
 */
const BYTES = ["id", "publicKey", "userHandle"];
const keep = (at) =>
  new Credential(new Handle(at, (credential) => c.mfa_webauthn_credential_free(credential), "credential"));

/** A registered credential: from verifyRegistration, load or fromColumns. */
export class Credential extends Closing {
  /**
   * From the blob that save gave (mfa_webauthn_credential_load). ERR_DAMAGED, ERR_ARGUMENT.
   * @param {Uint8Array} blob
   * @returns {Credential}
   */
  static load(blob) {
    return now(object("mfa_webauthn_credential_load", [], (memory) => memory.text(blob, "the blob"), keep));
  }

  /**
   * From columns of your own, or of another library (mfa_webauthn_credential_new). ERR_ARGUMENT.
   * @param {Columns} columns
   * @returns {Credential}
   */
  static fromColumns(columns) {
    return now(
      object("mfa_webauthn_credential_new", [], (memory) => [memory.fill("mfa_webauthn_columns", columns).at], keep),
    );
  }

  /** One column to keep (mfa_webauthn_credential_save). @returns {Buffer} */
  save() {
    return now(
      filled(
        "mfa_webauthn_credential_save",
        this.#lend(),
        (_, credential) => [credential],
        (bytes) => bytes,
      ),
    );
  }

  /** mfa_webauthn_credential_columns. @returns {Required<Columns>} */
  columns() {
    return now({
      name: "mfa_webauthn_credential_columns",
      lend: this.#lend(),
      start(memory, credential) {
        const row = memory.struct("mfa_webauthn_columns");
        return {
          args: [credential, row.at],
          finish(failure) {
            if (failure) throw failure;
            const found = unfold("mfa_webauthn_columns", row, (bytes, key) =>
              BYTES.includes(key) ? bytes : utf8(bytes),
            );
            return { ...found, backupEligibleKnown: found.backupEligibleKnown !== 0 };
          },
        };
      },
    });
  }

  /** To show, or to look at (mfa_webauthn_credential_json). @returns {any} */
  json() {
    return now(parsed("mfa_webauthn_credential_json", this.#lend(), (_, credential) => [credential]));
  }

  /**
   * What metadata says today of its model (mfa_webauthn_credential_audit). DENIED, with the JSON in its report: a status in force is one
   * after which the attestation says nothing good.
   * @param {Trust} trust
   * @param {number} nowS
   * @returns {any}
   */
  audit(trust, nowS) {
    const lend = [...this.#lend(), Closing.handleOf(trust, Trust)];
    return now(
      parsed("mfa_webauthn_credential_audit", lend, (_, credential, anchors) => [
        credential,
        anchors,
        uint64(nowS, "nowS"),
      ]),
    );
  }

  #lend() {
    return [Closing.handleOf(this, Credential)];
  }
}

/**
 * Section 7.1 (mfa_webauthn_verify_registration): insert the credential under a unique index on its id. WRONG, DENIED, MALFORMED.
 * @param {Expect} expect
 * @param {number} nowS
 * @param {Response} response
 * @returns {Credential}
 */
export const verifyRegistration = (expect, nowS, response) =>
  now(
    object(
      "mfa_webauthn_verify_registration",
      [Closing.handleOf(response, Response), ...trustOf(expect)],
      (memory, answer, trust) => [expected(memory, expect, trust), uint64(nowS, "nowS"), answer],
      keep,
    ),
  );

/**
 * Section 7.2 (mfa_webauthn_verify_assertion). Store flags and signCount, in one update WHERE the old count is what you read. Make the
 * challenge single-use yourself, before you call. WRONG, DENIED, MALFORMED.
 * @param {Expect} expect
 * @param {Credential} credential
 * @param {Response} response
 * @returns {{flags: number, signCount: number, signals: number}}
 */
export const verifyAssertion = (expect, credential, response) =>
  now({
    name: "mfa_webauthn_verify_assertion",
    lend: [Closing.handleOf(credential, Credential), Closing.handleOf(response, Response), ...trustOf(expect)],
    start(memory, key, answer, trust) {
      const result = memory.struct("mfa_webauthn_result");
      return {
        args: [expected(memory, expect, trust), key, answer, result.at],
        finish(failure) {
          if (failure) throw failure;
          return unfold("mfa_webauthn_result", result);
        },
      };
    },
  });

/**
 * Of a signing certificate's SHA-256 in hex, colons allowed (mfa_webauthn_android_origin). ERR_ARGUMENT.
 * @param {string} fingerprint
 * @returns {string}
 */
export const androidOrigin = (fingerprint) =>
  now(filled("mfa_webauthn_android_origin", [], (memory) => memory.text(fingerprint, "the fingerprint")));
/**
 * The document for /.well-known/webauthn (mfa_webauthn_related_origins; section 5.11.1). ERR_ARGUMENT.
 * @param {string[]} origins
 * @returns {string}
 */
export const relatedOrigins = (origins) =>
  now(filled("mfa_webauthn_related_origins", [], (memory) => memory.texts(origins, "origins")));
/**
 * Argument of signalUnknownCredential (mfa_webauthn_signal_unknown; section 5.1.10.2).
 * @param {string} rpId
 * @param {Response} response
 * @returns {string}
 */
export const signalUnknown = (rpId, response) =>
  now(
    filled("mfa_webauthn_signal_unknown", [Closing.handleOf(response, Response)], (memory, answer) => [
      ...memory.text(rpId, "rpId"),
      answer,
    ]),
  );
/**
 * Argument of signalAllAcceptedCredentials, for a user who has authenticated (mfa_webauthn_signal_accepted; section 5.1.10.3).
 * userHandle: 1 to 64 bytes. ids: every credential id of that user, for the device may hide what is left out for good. ERR_ARGUMENT.
 * @param {string} rpId
 * @param {Uint8Array} userHandle
 * @param {Uint8Array[]} ids
 * @returns {string}
 */
export const signalAccepted = (rpId, userHandle, ids) =>
  now(
    filled("mfa_webauthn_signal_accepted", [], (memory) => [
      ...memory.text(rpId, "rpId"),
      ...memory.text(userHandle, "userHandle"),
      ...memory.texts(ids, "ids"),
    ]),
  );
/**
 * Argument of signalCurrentUserDetails, for a user who has authenticated and has another name now (mfa_webauthn_signal_user;
 * section 5.1.10.4). ERR_ARGUMENT.
 * @param {string} rpId
 * @param {{handle: Uint8Array, name: string, displayName: string}} user
 * @returns {string}
 */
export const signalUser = (rpId, user) =>
  now(
    filled("mfa_webauthn_signal_user", [], (memory) => [
      ...memory.text(rpId, "rpId"),
      memory.fill("mfa_webauthn_user", user).at,
    ]),
  );
/**
 * A ceremony as one document, judged, whatever the verdict: for tools and tests, never for a page to fill (mfa_webauthn_verify_json;
 * docs/webauthn.md). explain: every step with its verdict.
 * @param {Json} ceremony
 * @param {number} nowS
 * @param {{explain?: boolean}} [how]
 * @returns {any}
 */
export const verifyJson = (ceremony, nowS, { explain = false } = {}) =>
  now(
    parsed("mfa_webauthn_verify_json", [], (memory) => [
      ...memory.json(ceremony, "the ceremony"),
      uint64(nowS, "nowS"),
      explain ? N.MFA_WEBAUTHN_EXPLAIN : 0,
    ]),
  );
/**
 * One signature as a document, judged, whatever the verdict (mfa_cose_verify_json).
 * @param {Json} signature
 * @returns {any}
 */
export const coseVerifyJson = (signature) =>
  now(parsed("mfa_cose_verify_json", [], (memory) => memory.json(signature, "the signature")));
/**
 * A response or a ceremony for people to read; nothing is verified (mfa_webauthn_inspect). MALFORMED.
 * @param {Json} json
 * @returns {string}
 */
export const inspect = (json) => now(filled("mfa_webauthn_inspect", [], (memory) => memory.json(json)));
