// What crosses the border. Each call has memory of its own, outside the heap that moves: what goes in is copied there, so that
// nothing which a caller changes or detaches meanwhile can be read by C, and it is wiped when the call is over.
import { endianness } from "node:os";

import { addressOf, c, copy, LAYOUTS, POINTER_SIZE } from "./library.js";

const LITTLE = endianness() === "LE";
const CHUNK = 2048;

/** @typedef {string | Uint8Array} Text A text goes to libmfa as UTF-8, bytes as they are. */
/** @typedef {Text | object} Json JSON as text, or what it says. */

/** The bytes of a text. TypeError for anything else, and for a lone surrogate, which has no UTF-8. */
export function raw(value, what = "the text") {
  if (typeof value === "string") {
    if (/\p{Surrogate}/u.test(value)) throw new TypeError(`${what} has a lone surrogate`);
    return Buffer.from(value, "utf8");
  }
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`${what} must be a string or a Uint8Array, not ${kindOf(value)}`);
}

export function rawJson(value, what = "the JSON") {
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return raw(value, what);
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`${what} has no JSON`);
  return raw(text, what);
}

export const kindOf = (value) => (value === null ? "null" : Array.isArray(value) ? "an array" : typeof value);

const RANGES = {
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  int32_t: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32_t: [0n, 2n ** 32n - 1n],
  uint64_t: [0n, 2n ** 64n - 1n],
  size_t: [0n, 2n ** BigInt(8 * POINTER_SIZE) - 1n],
};

/** A whole number of that kind, as a BigInt. */
export function whole(value, kind, what) {
  if (typeof value !== "bigint" && typeof value !== "number") {
    throw new TypeError(`${what} must be a number, not ${kindOf(value)}`);
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new RangeError(`${what} must be a whole number below 2^53, or a BigInt`);
  }
  const number = BigInt(value);
  if (number < RANGES[kind][0] || number > RANGES[kind][1]) throw new RangeError(`${what} is out of range`);
  return number;
}

/** What is yes or no, and 1 or 0 in C. */
const FLAGS = ["allow_cross_origin", "require_trusted", "backup_eligible_known"];

function flag(value, what) {
  if (typeof value !== "boolean") throw new TypeError(`${what} must be a boolean, not ${kindOf(value)}`);
  return value ? 1 : 0;
}

/** As whole(), for a parameter of a function. */
export const int32 = (value, what) => Number(whole(value, "int32_t", what));
export const uint32 = (value, what) => Number(whole(value, "uint32_t", what));
export const uint64 = (value, what) => whole(value, "uint64_t", what);

/** A 64-bit number that C gave: Infinity for the largest, which is how libmfa says "without end". */
export function number64(value) {
  const given = BigInt(value);
  return given === 2n ** 64n - 1n ? Infinity : Number(given);
}

/** A piece of memory, filled with zeros. */
class Piece {
  constructor(chunk, offset, size, base) {
    this.bytes = Buffer.from(chunk, offset, size);
    this.view = new DataView(chunk, offset, size);
    /** Its address. */
    this.at = base + BigInt(offset);
  }

  put(kind, offset, value) {
    if (kind === "int32_t" || kind === "int") this.view.setInt32(offset, Number(value), LITTLE);
    else if (kind === "uint32_t" || (kind === "size_t" && POINTER_SIZE === 4))
      this.view.setUint32(offset, Number(value), LITTLE);
    else this.view.setBigUint64(offset, BigInt(value), LITTLE);
  }

  get(kind, offset) {
    if (kind === "int32_t" || kind === "int") return this.view.getInt32(offset, LITTLE);
    if (kind === "uint32_t" || (kind === "size_t" && POINTER_SIZE === 4)) return this.view.getUint32(offset, LITTLE);
    return this.view.getBigUint64(offset, LITTLE);
  }

  putPointer(offset, address) {
    this.put("size_t", offset, address ?? 0n);
  }
}

export class Memory {
  constructor() {
    this.chunks = [];
    this.free = 0;
  }

  take(size) {
    const room = Math.ceil(Math.max(size, 1) / 8) * 8;
    if (room > this.free) {
      const chunk = new ArrayBuffer(Math.max(room, CHUNK));
      this.chunks.push({ chunk, base: addressOf(new Uint8Array(chunk)) });
      this.free = chunk.byteLength;
    }
    const { chunk, base } = this.chunks[this.chunks.length - 1];
    const offset = chunk.byteLength - this.free;
    this.free -= room;
    return new Piece(chunk, offset, size, base);
  }

  /** A copy of bytes, and their length: two arguments of a call. NULL for none. */
  bytes(value) {
    if (value.length === 0) return [null, 0];
    const piece = this.take(value.length);
    piece.bytes.set(value);
    return [piece.at, value.length];
  }

  text(value, what) {
    return this.bytes(raw(value, what));
  }

  json(value, what) {
    return this.bytes(rawJson(value, what));
  }

  struct(name) {
    const piece = this.take(LAYOUTS[name].size);
    if (LAYOUTS[name].by.struct_size) piece.put("uint32_t", 0, LAYOUTS[name].size);
    return piece;
  }

  /** An array of mfa_text and its length. */
  texts(values, what) {
    if (!Array.isArray(values)) throw new TypeError(`${what} must be an array, not ${kindOf(values)}`);
    if (values.length === 0) return [null, 0];
    const { size } = LAYOUTS.mfa_text;
    const rows = this.take(size * values.length);
    values.forEach((value, index) => this.putText(rows, index * size, raw(value, what)));
    return [rows.at, values.length];
  }

  putText(piece, offset, value) {
    const [address, length] = this.bytes(value);
    piece.putPointer(offset + LAYOUTS.mfa_text.by.data.offset, address);
    piece.put("size_t", offset + LAYOUTS.mfa_text.by.len.offset, length);
  }

  /**
   * A struct from the properties of source that are named as its members, in camel case. `given` are addresses that are made
   * already. A property that is no member is a TypeError: a misspelt one must not be passed over.
   */
  fill(name, source, given = {}) {
    const { members, by } = LAYOUTS[name];
    if (source === null || typeof source !== "object" || Array.isArray(source)) {
      throw new TypeError(`expected ${name.replace("mfa_", "")} as an object, not ${kindOf(source)}`);
    }
    const piece = this.struct(name);
    const known = new Set();
    for (const { name: member, key, kind, offset } of members) {
      if (["struct_size", "reserved"].includes(member) || (member.endsWith("_count") && by[member.slice(0, -6)]))
        continue;
      known.add(key);
      if (member in given) {
        piece.putPointer(offset, given[member]);
        continue;
      }
      const value = source[key];
      if (value === undefined) continue;
      if (kind === "mfa_text") {
        this.putText(piece, offset, member.endsWith("json") ? rawJson(value, key) : raw(value, key));
      } else if (kind === "mfa_text*") {
        const [rows, count] = this.texts(value, key);
        piece.putPointer(offset, rows);
        piece.put("size_t", by[`${member}_count`].offset, count);
      } else if (kind === "int32_t*") {
        if (!Array.isArray(value)) throw new TypeError(`${key} must be an array, not ${kindOf(value)}`);
        const rows = this.take(4 * value.length);
        value.forEach((number, index) => rows.put("int32_t", 4 * index, whole(number, "int32_t", key)));
        piece.putPointer(offset, value.length ? rows.at : null);
        piece.put("size_t", by[`${member}_count`].offset, value.length);
      } else if (kind === "uint8_t[16]") {
        const fixed = raw(value, key);
        if (fixed.length !== 16) throw new RangeError(`${key} must have 16 bytes`);
        piece.bytes.set(fixed, offset);
      } else {
        piece.put(kind, offset, FLAGS.includes(member) ? flag(value, key) : whole(value, kind, key));
      }
    }
    for (const key of Object.keys(source)) {
      if (!known.has(key)) throw new TypeError(`${name.replace("mfa_", "")} has no ${key}`);
    }
    return piece;
  }

  /** Secrets were in it. */
  wipe() {
    for (const { chunk } of this.chunks) new Uint8Array(chunk).fill(0);
  }
}

/** A copy of what C has there. */
export function bytesAt(address, length) {
  const size = Number(length);
  if (!address || size === 0) return Buffer.alloc(0);
  const made = Buffer.from(new ArrayBuffer(size));
  copy(made, BigInt(address), size);
  return made;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What libmfa wrote is UTF-8. */
export const utf8 = (bytes) => bytes.toString("utf8");

/** A user id: a string, or a Buffer of the bytes where they are no UTF-8, so that no two users look the same. */
export function userId(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    return Buffer.from(bytes);
  }
}

/** The members of a struct that C filled, named in camel case; texts are copied with `read`. */
export function unfold(name, piece, read = utf8) {
  const found = {};
  for (const { name: member, key, kind, offset } of LAYOUTS[name].members) {
    if (member === "struct_size" || member.startsWith("reserved")) continue;
    if (kind === "mfa_text") found[key] = read(textBytes(piece, offset), key);
    else if (kind === "uint8_t[16]") found[key] = Buffer.from(piece.bytes.subarray(offset, offset + 16));
    else if (kind === "uint64_t") found[key] = number64(piece.get(kind, offset));
    else found[key] = piece.get(kind, offset);
  }
  return found;
}

function textBytes(piece, offset) {
  const { data, len } = LAYOUTS.mfa_text.by;
  return bytesAt(piece.get("size_t", offset + data.offset), piece.get("size_t", offset + len.offset));
}

/** What an mfa_buffer holds. */
export function bufferBytes(piece) {
  const { data, len } = LAYOUTS.mfa_buffer.by;
  return bytesAt(piece.get("size_t", data.offset), piece.get("size_t", len.offset));
}

/** An array of mfa_key and its length. */
export function keyRing(memory, keys) {
  if (!Array.isArray(keys)) throw new TypeError(`keys must be an array, not ${kindOf(keys)}`);
  if (keys.length === 0) return [null, 0];
  const { size, by } = LAYOUTS.mfa_key;
  const rows = memory.take(size * keys.length);
  keys.forEach((key, index) => {
    if (key === null || typeof key !== "object") throw new TypeError("a key is an object of id and bytes");
    const [at, length] = memory.text(key.bytes, "a key's bytes");
    rows.put("uint32_t", index * size + by.id.offset, whole(key.id, "uint32_t", "a key's id"));
    rows.putPointer(index * size + by.bytes.offset, at);
    rows.put("size_t", index * size + by.bytes_len.offset, length);
  });
  return [rows.at, keys.length];
}

/** Overwrites a secret of yours with zeros (mfa_wipe). */
export function wipe(secret) {
  if (!(secret instanceof Uint8Array)) throw new TypeError(`expected a Uint8Array, not ${kindOf(secret)}`);
  if (secret.length) c.mfa_wipe(secret, secret.length);
}
