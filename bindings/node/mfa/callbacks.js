// What libmfa calls in JavaScript. Nothing that is thrown there gets lost, and nothing of it goes through C.
//
// A callback finds its object by a number, so that one which comes too late finds nothing instead of freed memory.
import { c, callAt, callback, copy, LAYOUTS, N } from "./library.js";
import { bytesAt, kindOf, raw, utf8, whole } from "./memory.js";
import { caught } from "./frames.js";

const targets = new Map();
let last = 0n;

/** An object under its number, until it is dropped. */
export class Target {
  constructor(value) {
    last += 1n;
    this.ctx = last;
    targets.set(last, value);
  }

  drop() {
    targets.delete(this.ctx);
  }
}

function targetOf(ctx) {
  const found = targets.get(BigInt(ctx ?? 0n));
  if (!found) throw new Error("a callback of what is freed");
  return found;
}

function write(address, bytes) {
  if (bytes.length) copy(address, bytes, bytes.length); // koffi keeps the bytes until it returns
}

function writeUint64(address, value) {
  const number = new BigUint64Array(1);
  number[0] = value;
  copy(address, number, 8);
}

const ANSWERS = [N.MFA_STORE_DONE, N.MFA_STORE_NONE, N.MFA_STORE_CONFLICT];

/** A store's callback: whatever is thrown is MFA_STORE_FAILED, and the cause of the call's error. */
function ofStore(name, run) {
  return callback(name, (ctx, ...given) => {
    try {
      const answer = run(targetOf(ctx), ...given);
      if (!ANSWERS.includes(answer)) {
        throw new TypeError(`a store's ${name} must answer a StoreAnswer at once, not ${kindOf(answer)}`);
      }
      return answer;
    } catch (error) {
      caught(error);
      // Its text may hold what was to be stored; it is in the cause.
      const line = Buffer.from(`the store's ${name} failed, in JavaScript\0`);
      write(BigInt(given[given.length - 1]) + BigInt(LAYOUTS.mfa_error.by.message.offset), line);
      return N.MFA_STORE_FAILED;
    }
  });
}

export const LOAD = ofStore("load", (store, key, keyLen, record, version) => {
  const row = store.load(bytesAt(key, keyLen));
  if (row === null || row === undefined) return N.MFA_STORE_NONE;
  if (!(row.record instanceof Uint8Array))
    throw new TypeError("a store's load gives {record: Uint8Array, version}, or null");
  const stored = whole(row.version, "uint64_t", "a version");
  const kept = Buffer.from(row.record);
  if (c.mfa_buffer_assign(record, kept, kept.length) !== N.MFA_OK) {
    throw new RangeError("no memory for a record");
  }
  writeUint64(version, stored);
  return N.MFA_STORE_DONE;
});

export const SAVE = ofStore("save", (store, key, keyLen, record, recordLen, expected, next, expiresAtS) =>
  store.save(bytesAt(key, keyLen), bytesAt(record, recordLen), BigInt(expected), BigInt(next), Number(expiresAtS)),
);

export const ERASE = ofStore("erase", (store, key, keyLen, expected) =>
  store.erase(bytesAt(key, keyLen), BigInt(expected)),
);

export const SCAN = ofStore("scan", (store, prefix, prefixLen, after, afterLen, limit, found, foundCtx) => {
  for (const row of store.scan(bytesAt(prefix, prefixLen), bytesAt(after, afterLen), Number(limit))) {
    const key = Buffer.from(raw(row.key, "a key"));
    const record = Buffer.from(raw(row.record, "a record"));
    const version = whole(row.version, "uint64_t", "a version");
    const answer = callAt(found, "mfa_scan_fn", foundCtx, key, key.length, record, record.length, version);
    if (answer !== N.MFA_STORE_DONE) break;
  }
  return N.MFA_STORE_DONE;
});

/** Rows of a scan of C; half a list must not look like a whole one. */
export class Rows {
  constructor() {
    this.rows = [];
    this.error = undefined;
  }

  take() {
    if (this.error !== undefined) throw this.error;
    return this.rows;
  }
}

export const FOUND = callback("mfa_scan_fn", (ctx, key, keyLen, record, recordLen, version) => {
  let rows;
  try {
    rows = targetOf(ctx);
    rows.rows.push({ key: bytesAt(key, keyLen), record: bytesAt(record, recordLen), version: BigInt(version) });
    return N.MFA_STORE_DONE;
  } catch (error) {
    if (rows) rows.error = error;
    return N.MFA_STORE_FAILED;
  }
});

/** 0 is a clock that failed. */
export const NOW_S = callback("now_s", (ctx) => {
  try {
    const now = whole(targetOf(ctx).nowS(), "uint64_t", "what nowS gives");
    if (now === 0n) throw new RangeError("nowS must give Unix seconds");
    return now;
  } catch (error) {
    caught(error);
    return 0n;
  }
});

/** 1 is a buffer that was filled; whatever else is a generator that failed. */
export const RANDOM = callback("random", (ctx, out, length) => {
  try {
    const drawn = targetOf(ctx).random(Number(length));
    if (!(drawn instanceof Uint8Array) || drawn.length !== Number(length)) {
      throw new TypeError(`random must give a Uint8Array of ${length} bytes`);
    }
    write(out, Buffer.from(drawn));
    return 1;
  } catch (error) {
    caught(error);
    return 0;
  }
});

/** What is thrown becomes a warning of the process: nothing is undone by a log that is full. */
export const EVENT = callback("event", (ctx, json, length) => {
  try {
    targetOf(ctx).event(utf8(bytesAt(json, length)));
  } catch (error) {
    try {
      process.emitWarning(
        `an event was not taken: ${error instanceof Error ? error.stack : String(error)}`,
        "MfaWarning",
      );
    } catch {
      // What was thrown cannot even be told.
    }
  }
});
