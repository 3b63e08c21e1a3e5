// FIDO U2F 1.2 raw messages, stateless (mfa/u2f.h). For a browser's page, use WebAuthn.
import { c, N } from "./library.js";
import { bufferBytes, raw, uint32 } from "./memory.js";
import { filled, now } from "./call.js";

/** @typedef {import("./memory.js").Json} Json */
/**
 * All that a response is judged by (mfa_u2f_expect): yours, nothing of it from the client. challenge: 16 bytes or more; make it
 * single-use yourself, before you call.
 * @typedef {{appId: string, challenge: Uint8Array, facets?: string[]}} U2fExpect
 */

/**
 * Raw Message Formats section 4.3 (mfa_u2f_verify_registration): insert it under a unique index on keyHandle, with counter 0. WRONG,
 * MALFORMED.
 * @param {U2fExpect} expect
 * @param {Json} response
 * @returns {{publicKey: Buffer, keyHandle: Buffer, certificate: Buffer}} certificate: DER; whom it leads to is yours to check
 */
export function verifyRegistration(expect, response) {
  return now({
    name: "mfa_u2f_verify_registration",
    lend: [],
    start(memory) {
      const key = memory.take(N.MFA_U2F_PUBLIC_KEY);
      const [handle, certificate] = [memory.struct("mfa_buffer"), memory.struct("mfa_buffer")];
      return {
        args: [memory.fill("mfa_u2f_expect", expect).at, ...memory.json(response), key.at, handle.at, certificate.at],
        finish(failure) {
          if (failure) throw failure;
          return {
            publicKey: Buffer.from(key.bytes),
            keyHandle: bufferBytes(handle),
            certificate: bufferBytes(certificate),
          };
        },
        release() {
          c.mfa_buffer_free(handle.at);
          c.mfa_buffer_free(certificate.at);
        },
      };
    },
  });
}

/**
 * The key handle that a SignResponse names, not verified (mfa_u2f_response_key_handle). MALFORMED.
 * @param {Json} response
 * @returns {Buffer}
 */
export const responseKeyHandle = (response) =>
  now(
    filled(
      "mfa_u2f_response_key_handle",
      [],
      (memory) => memory.json(response),
      (bytes) => bytes,
    ),
  );

/**
 * Raw Message Formats section 5.4 (mfa_u2f_verify_signature). counter: store it if greater. signals: CLONE_SUSPECTED for one that is
 * not above lastCounter. WRONG, MALFORMED; ERR_ARGUMENT for a public key that is no point on P-256.
 * @param {U2fExpect} expect
 * @param {Uint8Array} publicKey
 * @param {number} lastCounter
 * @param {Json} response
 * @returns {{counter: number, signals: number}}
 */
export function verifySignature(expect, publicKey, lastCounter, response) {
  const key = raw(publicKey, "publicKey");
  if (key.length !== N.MFA_U2F_PUBLIC_KEY) throw new RangeError(`publicKey must have ${N.MFA_U2F_PUBLIC_KEY} bytes`);
  return now({
    name: "mfa_u2f_verify_signature",
    lend: [],
    start(memory) {
      const out = memory.take(8);
      const [at] = memory.bytes(key);
      return {
        args: [
          memory.fill("mfa_u2f_expect", expect).at,
          at,
          uint32(lastCounter, "lastCounter"),
          ...memory.json(response),
          out.at,
          out.at + 4n,
        ],
        finish(failure) {
          if (failure) throw failure;
          return { counter: out.get("uint32_t", 0), signals: out.get("uint32_t", 4) };
        },
      };
    },
  });
}
