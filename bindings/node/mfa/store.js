// Where sealed records live (mfa/store.h): write a store over your database, or open one of libmfa's.
import { c, callAt, LAYOUTS, N } from "./library.js";
import { bufferBytes, Memory, uint64, utf8, whole } from "./memory.js";
import { filled, now } from "./call.js";
import { Closing, Handle } from "./handle.js";
import { errorOf } from "./errors.js";
import * as callbacks from "./callbacks.js";

/**
 * A key-value store with compare-and-set, as you may write one. It answers at once, so it suits what is in this process: SQLite, a
 * file, a map. An engine on one has no asynchronous calls. Whatever it throws makes the engine's call a Failed whose cause it is:
 * nothing is decided. It must not call the engine that it serves. Keys are compared exactly; versions are BigInts, 1 to 2^63 - 1,
 * which the engine draws.
 * @typedef {object} Store
 * @property {(key: Buffer) => {record: Uint8Array, version: bigint | number} | null} load null: no such key
 * @property {(key: Buffer, record: Buffer, expectedVersion: bigint, newVersion: bigint, expiresAtS: number) => number} save
 *   StoreAnswer.DONE once it is durable; CONFLICT when the stored version is not expectedVersion (0n: there is no such key).
 *   expiresAtS: Unix seconds from which you may delete it, 0: never
 * @property {(key: Buffer, expectedVersion: bigint) => number} erase DONE, CONFLICT, NONE
 * @property {(prefix: Buffer, after: Buffer, limit: number) => Iterable<{key: Uint8Array, record: Uint8Array, version: bigint}>} [scan]
 *   optional: up to limit rows whose key begins with prefix and comes after `after`, in byte order
 */

/** A store of libmfa's, from openStore. It stays open while an engine uses it, also when it was closed before. */
export class OpenedStore extends Closing {
  /** Record and version; null: no such key. @param {import("./memory.js").Text} key */
  load(key) {
    return this.#ask("load", (memory) => {
      const record = memory.struct("mfa_buffer");
      const version = memory.take(8);
      return {
        args: [...memory.text(key, "a key"), record.at, version.at],
        read: (answer) =>
          answer === N.MFA_STORE_NONE ? null : { record: bufferBytes(record), version: version.get("uint64_t", 0) },
        release: () => c.mfa_buffer_free(record.at),
      };
    });
  }

  /**
   * @param {import("./memory.js").Text} key
   * @param {Uint8Array} record
   * @param {bigint} expectedVersion
   * @param {bigint} newVersion
   * @param {number} [expiresAtS]
   * @returns {number} StoreAnswer.DONE or CONFLICT
   */
  save(key, record, expectedVersion, newVersion, expiresAtS = 0) {
    return this.#ask("save", (memory) => ({
      args: [
        ...memory.text(key, "a key"),
        ...memory.text(record, "a record"),
        uint64(expectedVersion, "expectedVersion"),
        uint64(newVersion, "newVersion"),
        uint64(expiresAtS, "expiresAtS"),
      ],
      read: (answer) => answer,
    }));
  }

  /** @param {import("./memory.js").Text} key @param {bigint} expectedVersion @returns {number} DONE, CONFLICT, NONE */
  erase(key, expectedVersion) {
    return this.#ask("erase", (memory) => ({
      args: [...memory.text(key, "a key"), uint64(expectedVersion, "expectedVersion")],
      read: (answer) => answer,
    }));
  }

  /** @param {import("./memory.js").Text} prefix @param {import("./memory.js").Text} after @param {number} limit */
  scan(prefix, after, limit) {
    const rows = new callbacks.Rows();
    const target = new callbacks.Target(rows);
    return this.#ask("scan", (memory) => ({
      args: [
        ...memory.text(prefix, "prefix"),
        ...memory.text(after, "after"),
        whole(limit, "size_t", "limit"),
        callbacks.FOUND,
        target.ctx,
      ],
      read: () => rows.take(),
      release: () => target.drop(),
    }));
  }

  #ask(name, start) {
    const memory = new Memory();
    const lent = Closing.handleOf(this, OpenedStore).lend();
    let run;
    try {
      run = start(memory);
      const err = memory.struct("mfa_error");
      const [address, ctx] = functionOf(lent.pointer, name);
      const answer = callAt(address, name, ctx, ...run.args, err.at);
      if (![N.MFA_STORE_DONE, N.MFA_STORE_NONE, N.MFA_STORE_CONFLICT].includes(answer))
        throw errorOf(N.MFA_ERR_STORE, err);
      return run.read(answer);
    } finally {
      run?.release?.();
      memory.wipe();
      lent.giveBack();
    }
  }
}

const kept = new Map();

/** An mfa_store's function and its ctx. The struct is memory of ours, kept until it is closed. */
function functionOf(at, name) {
  const { piece } = kept.get(at);
  const { by } = LAYOUTS.mfa_store;
  return [piece.get("size_t", by[name].offset), piece.get("size_t", by.ctx.offset)].map(BigInt);
}

function closeStore(at) {
  c.mfa_store_close(at);
  kept.delete(at);
}

/**
 * "memory:", "sqlite:/var/lib/app/mfa.db" (mfa_store_open). Close it after the last engine on it. ERR_ARGUMENT, ERR_UNSUPPORTED,
 * ERR_STORE.
 * @param {import("./memory.js").Text} url
 * @returns {OpenedStore}
 */
export function openStore(url) {
  const memory = new Memory();
  const piece = memory.struct("mfa_store");
  now({
    name: "mfa_store_open",
    lend: [],
    start: (scratch) => ({
      args: [...scratch.text(url, "the URL"), piece.at],
      finish(failure) {
        if (failure) throw failure;
      },
    }),
  });
  kept.set(piece.at, { piece, memory });
  return new OpenedStore(new Handle(piece.at, closeStore, "store"));
}

/** The mfa_store of a store, for one engine or one check, until it is released. */
export class LentStore {
  constructor(store) {
    this.isNative = store instanceof OpenedStore;
    if (this.isNative) {
      this.lent = Closing.handleOf(store, OpenedStore).lend();
      this.at = this.lent.pointer;
      return;
    }
    for (const name of ["load", "save", "erase"]) {
      if (typeof store?.[name] !== "function") throw new TypeError(`a store has ${name}(): this one has not`);
    }
    this.target = new callbacks.Target(store);
    this.memory = new Memory();
    const piece = this.memory.struct("mfa_store");
    const { by } = LAYOUTS.mfa_store;
    piece.putPointer(by.ctx.offset, this.target.ctx);
    piece.putPointer(by.load.offset, callbacks.LOAD);
    piece.putPointer(by.save.offset, callbacks.SAVE);
    piece.putPointer(by.erase.offset, callbacks.ERASE);
    if (typeof store.scan === "function") piece.putPointer(by.scan.offset, callbacks.SCAN);
    this.at = piece.at;
  }

  release() {
    this.lent?.giveBack();
    this.target?.drop();
  }
}

/**
 * Tries every promise of a store on keys under "check/", which it erases again: one line for each (mfa_store_check). Refused with the
 * lines in its report: one is broken. ERR_STORE: it failed at the first load.
 * @param {OpenedStore | Store} store
 * @returns {string}
 */
export function checkStore(store) {
  const lent = new LentStore(store);
  try {
    return now(filled("mfa_store_check", [], () => [lent.at], utf8));
  } finally {
    lent.release();
  }
}
