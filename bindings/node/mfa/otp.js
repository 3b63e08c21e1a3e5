// TOTP (RFC 6238), HOTP (RFC 4226), otpauth URIs and QR codes, stateless (mfa/otp.h).
import { c, N } from "./library.js";
import { int32, kindOf, uint32, uint64, unfold, utf8 } from "./memory.js";
import { filled, now, numbered } from "./call.js";
import { Hash, Method } from "./constants.js";

/** @typedef {import("./memory.js").Text} Text */
/**
 * mfa_totp_params. t0S: Unix seconds from which steps are counted. past, future: steps accepted, 0 to 10. flags: UnsafeOtp.
 * @typedef {{hash?: number, digits?: number, periodS?: number, t0S?: number, past?: number, future?: number, flags?: number}} TotpParams
 */
/**
 * mfa_hotp_params. lookAhead: counters tried after the expected one, 0 to 100.
 * @typedef {{hash?: number, digits?: number, lookAhead?: number, flags?: number}} HotpParams
 */

const TOTP = { hash: Hash.SHA1, digits: 6, periodS: 30, past: 1, future: 1 };
const HOTP = { hash: Hash.SHA1, digits: 6, lookAhead: 10 };

function params(memory, struct, usual, given) {
  if (given === undefined) return memory.fill(struct, usual).at;
  if (given === null || typeof given !== "object")
    throw new TypeError(`parameters are an object, not ${kindOf(given)}`);
  return memory.fill(struct, { ...usual, ...given }).at;
}

function codeOf(name, args) {
  return now({
    name,
    lend: [],
    start(memory) {
      const code = memory.take(N.MFA_OTP_CODE_SIZE);
      return {
        args: [...args(memory), code.at],
        finish(failure) {
          if (failure) throw failure;
          return code.bytes.subarray(0, code.bytes.indexOf(0)).toString("latin1");
        },
      };
    },
  });
}

/**
 * The code of a time in Unix seconds (mfa_totp_code; RFC 6238 section 4). ERR_ARGUMENT.
 * @param {Uint8Array} secret
 * @param {number} nowS
 * @param {TotpParams} [given]
 */
export const totpCode = (secret, nowS, given) =>
  codeOf("mfa_totp_code", (memory) => [
    params(memory, "mfa_totp_params", TOTP, given),
    ...memory.text(secret, "the secret"),
    uint64(nowS, "nowS"),
  ]);

/**
 * The step that the code is of: store it as the next lastStep in one conditional update before you let the user in, or the code
 * works twice (mfa_totp_verify). lastStep 0: none yet. WRONG, ALREADY_USED, MALFORMED, ERR_ARGUMENT.
 * @param {Uint8Array} secret
 * @param {Text} code
 * @param {number} lastStep
 * @param {number} nowS
 * @param {TotpParams} [given]
 * @returns {number}
 */
export const totpVerify = (secret, code, lastStep, nowS, given) =>
  now(
    numbered(
      "mfa_totp_verify",
      [],
      (memory) => [
        params(memory, "mfa_totp_params", TOTP, given),
        ...memory.text(secret, "the secret"),
        uint64(lastStep, "lastStep"),
        uint64(nowS, "nowS"),
        ...memory.text(code, "the code"),
      ],
      "uint64_t",
      Number,
    ),
  );

/**
 * The code of a counter (mfa_hotp_code; RFC 4226 section 5.3). ERR_ARGUMENT.
 * @param {Uint8Array} secret
 * @param {number | bigint} counter
 * @param {HotpParams} [given]
 */
export const hotpCode = (secret, counter, given) =>
  codeOf("mfa_hotp_code", (memory) => [
    params(memory, "mfa_hotp_params", HOTP, given),
    ...memory.text(secret, "the secret"),
    uint64(counter, "counter"),
  ]);

/**
 * The counter to expect next: store it before you let the user in (mfa_hotp_verify). WRONG, MALFORMED, ERR_ARGUMENT.
 * @param {Uint8Array} secret
 * @param {Text} code
 * @param {number | bigint} counter
 * @param {HotpParams} [given]
 * @returns {bigint}
 */
export const hotpVerify = (secret, code, counter, given) =>
  now(
    numbered(
      "mfa_hotp_verify",
      [],
      (memory) => [
        params(memory, "mfa_hotp_params", HOTP, given),
        ...memory.text(secret, "the secret"),
        uint64(counter, "counter"),
        ...memory.text(code, "the code"),
      ],
      "uint64_t",
      BigInt,
    ),
  );

/**
 * Two codes in a row within 1 to 1000 counters: the counter to expect next (mfa_hotp_resync; RFC 4226 section 7.4). WRONG, MALFORMED,
 * ERR_ARGUMENT.
 * @param {Uint8Array} secret
 * @param {Text} code1
 * @param {Text} code2
 * @param {number | bigint} counter
 * @param {number} range
 * @param {HotpParams} [given]
 * @returns {bigint}
 */
export const hotpResync = (secret, code1, code2, counter, range, given) =>
  now(
    numbered(
      "mfa_hotp_resync",
      [],
      (memory) => [
        params(memory, "mfa_hotp_params", HOTP, given),
        ...memory.text(secret, "the secret"),
        uint64(counter, "counter"),
        uint32(range, "range"),
        ...memory.text(code1, "the first code"),
        ...memory.text(code2, "the second code"),
      ],
      "uint64_t",
      BigInt,
    ),
  );

/**
 * One otpauth:// URI (mfa_otpauth). secret: bytes, not base32. signals, when it was parsed: Signal.WEAK_SECRET for under 16 bytes.
 * @typedef {{method?: number, issuer?: string, account?: string, secret: Uint8Array, hash?: number, digits?: number,
 *   periodS?: number, counter?: number | bigint, signals?: number}} Otpauth
 */

/** The URI (mfa_otpauth_build). ERR_ARGUMENT. @param {Otpauth} otpauth @returns {string} */
export function otpauthBuild(otpauth) {
  if (otpauth === null || typeof otpauth !== "object")
    throw new TypeError(`expected an object, not ${kindOf(otpauth)}`);
  const { signals, ...given } = { method: Method.TOTP, hash: Hash.SHA1, digits: 6, periodS: 30, ...otpauth };
  return now(filled("mfa_otpauth_build", [], (memory) => [memory.fill("mfa_otpauth", given).at]));
}

/**
 * What a URI says (mfa_otpauth_parse). strict false: also what issuers emit against the rules (docs/methods.md). MALFORMED.
 * @param {Text} uri
 * @param {{strict?: boolean}} [how]
 * @returns {Required<Otpauth>}
 */
export function otpauthParse(uri, { strict = true } = {}) {
  return now({
    name: "mfa_otpauth_parse",
    lend: [],
    start(memory) {
      const read = memory.struct("mfa_otpauth");
      const storage = memory.struct("mfa_buffer");
      return {
        args: [...memory.text(uri, "the URI"), strict ? 1 : 0, read.at, storage.at],
        finish(failure, signals) {
          if (failure) throw failure;
          const found = unfold("mfa_otpauth", read, (bytes, key) => (key === "secret" ? bytes : utf8(bytes)));
          return { ...found, signals };
        },
        release: () => c.mfa_buffer_free(storage.at),
      };
    },
  });
}

/** RFC 4648 section 6, upper case, without padding (mfa_base32_encode). @param {Text} data @returns {string} */
export const base32Encode = (data) => now(filled("mfa_base32_encode", [], (memory) => memory.text(data, "the data")));
/**
 * Reads lower case, spaces, hyphens and padding, too (mfa_base32_decode). MALFORMED.
 * @param {Text} text
 * @returns {Buffer}
 */
export const base32Decode = (text) =>
  now(
    filled(
      "mfa_base32_decode",
      [],
      (memory) => memory.text(text),
      (bytes) => bytes,
    ),
  );
/**
 * A QR code as SVG, or for a terminal (mfa_qr). ERR_ARGUMENT for a text that is too long.
 * @param {Text} text
 * @param {number} [form]
 * @returns {string}
 */
export const qr = (text, form = N.MFA_QR_SVG) =>
  now(filled("mfa_qr", [], (memory) => [...memory.text(text), int32(form, "form")]));

/** The modules of a QR code, row by row (mfa_qr with MFA_QR_MATRIX). @param {Text} text @returns {boolean[][]} */
export function qrMatrix(text) {
  const cells = now(
    filled(
      "mfa_qr",
      [],
      (memory) => [...memory.text(text), N.MFA_QR_MATRIX],
      (bytes) => bytes,
    ),
  );
  const side = Math.sqrt(cells.length);
  return Array.from({ length: side }, (_, row) =>
    Array.from(cells.subarray(row * side, (row + 1) * side), (cell) => cell === 1),
  );
}
