// What stands alone in mfa/base.h and mfa/engine.h.
import { c, N, staticText } from "./library.js";
import { Memory, raw, rawJson, uint32, whole } from "./memory.js";
import { now, parsed } from "./call.js";
import { Failed } from "./errors.js";

/** Of libmfa: "0.1.0" (mfa_version). */
export const version = () => staticText(c.mfa_version());

/** Whether this libmfa has a feature: "ml-dsa", "sqlite" (mfa_has). @param {string} feature @returns {boolean} */
export function has(feature) {
  const name = raw(feature, "the feature");
  if (name.includes(0)) throw new TypeError("a feature's name holds no NUL");
  const memory = new Memory();
  const piece = memory.take(name.length + 1);
  piece.bytes.set(name);
  const told = c.mfa_has(piece.at) === 1;
  memory.wipe();
  return told;
}

/**
 * From the system's generator: challenges and secrets for the stateless calls (mfa_random). ERR_INTERNAL.
 * @param {number} count at most 1 MiB
 * @returns {Buffer}
 */
export function randomBytes(count) {
  const size = Number(whole(count, "size_t", "count"));
  if (size > 1 << 20) throw new RangeError("count must be at most 1048576");
  const made = Buffer.from(new ArrayBuffer(size));
  const status = size ? c.mfa_random(made, size) : N.MFA_OK;
  if (status !== N.MFA_OK) throw new Failed(status, "the system's generator failed");
  return made;
}

/** The configuration's JSON Schema, draft 2020-12 (mfa_config_schema). @returns {any} */
export const configSchema = () => now(parsed("mfa_config_schema", [], () => []));

/**
 * Reads a configuration as Engine does; gives it with every default (mfa_config_check). ERR_CONFIG: the message holds the path.
 * @param {import("./memory.js").Json} config
 * @returns {any}
 */
export const configCheck = (config) =>
  now(parsed("mfa_config_check", [], (memory) => memory.bytes(rawJson(config, "the configuration"))));

/**
 * A sealing key (mfa_key): 32 random bytes, under a number that is never given to another key.
 * @typedef {{id: number, bytes: Uint8Array}} Key
 */

/** A new one. Keep its bytes away from the store and its backups. @param {number} id @returns {Key} */
export function generateKey(id) {
  return Object.defineProperty({ id: uint32(id, "id") }, "bytes", { value: randomBytes(32), enumerable: false });
}
