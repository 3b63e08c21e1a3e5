// The engine: keeps factors in a store, judges by a policy, throttles (mfa/engine.h).
import { c, LAYOUTS } from "./library.js";
import { keyRing, kindOf, raw, rawJson, userId, whole } from "./memory.js";
import { mapped, now, object, parsed, plain } from "./call.js";
import { Closing, Handle } from "./handle.js";
import { AsyncCalls, Calls } from "./calls.js";
import { LentStore, OpenedStore } from "./store.js";
import { Trust } from "./webauthn.js";
import * as callbacks from "./callbacks.js";

/** @typedef {import("./memory.js").Text} Text */
/** @typedef {import("./memory.js").Json} Json */

/**
 * @typedef {object} EngineParts
 * @property {Json} config docs/configuration.md
 * @property {import("./base.js").Key[]} keys the first seals, all open
 * @property {OpenedStore | import("./store.js").Store} store stays yours to close
 * @property {Trust} [trust] without: no attestation is trusted
 * @property {Text} [pepper] a key kept apart from the store
 * @property {Text} [decoyKey] 32 bytes that never change: what unknown users are shown
 * @property {() => number} [nowS] Unix seconds; without: the system's clock
 * @property {(count: number) => Uint8Array} [random] so many bytes; without: the system's
 * @property {(line: string) => void} [event] is given one line of JSON for each thing that happened (docs/events.md); what it throws
 *   becomes a warning of the process and changes nothing
 */
const PARTS = ["config", "keys", "store", "trust", "pepper", "decoyKey", "nowS", "random", "event"];

/** Close it: its last event goes out then, or when the process ends. ERR_CONFIG: the message holds the path. */
export class Engine extends Calls {
  #async;
  #why;

  /** @param {EngineParts} parts */
  constructor(parts) {
    super();
    if (parts === null || typeof parts !== "object") throw new TypeError(`expected an object, not ${kindOf(parts)}`);
    for (const name of Object.keys(parts)) if (!PARTS.includes(name)) throw new TypeError(`an engine has no ${name}`);
    const { config, keys, store, trust, pepper = "", decoyKey = "", ...hooks } = parts;
    for (const [name, hook] of Object.entries(hooks)) {
      if (hook !== undefined && typeof hook !== "function") throw new TypeError(`${name} must be a function`);
    }
    const lent = new LentStore(store);
    const target = new callbacks.Target(hooks);
    const free = (engine) => {
      c.mfa_engine_free(engine);
      target.drop();
      lent.release();
    };
    try {
      const args = (memory, anchors) => {
        const piece = memory.struct("mfa_engine_config");
        const { by } = LAYOUTS.mfa_engine_config;
        memory.putText(piece, by.json.offset, rawJson(config, "the configuration"));
        memory.putText(piece, by.pepper.offset, raw(pepper, "pepper"));
        memory.putText(piece, by.decoy_key.offset, raw(decoyKey, "decoyKey"));
        const [ring, count] = keyRing(memory, keys);
        piece.putPointer(by.keys.offset, ring);
        piece.put("size_t", by.keys_count.offset, count);
        piece.putPointer(by.store.offset, lent.at);
        piece.putPointer(by.trust.offset, anchors);
        piece.putPointer(by.ctx.offset, target.ctx);
        piece.putPointer(by.now_s.offset, hooks.nowS && callbacks.NOW_S);
        piece.putPointer(by.random.offset, hooks.random && callbacks.RANDOM);
        piece.putPointer(by.event.offset, hooks.event && callbacks.EVENT);
        return [piece.at];
      };
      const trusted = trust === undefined || trust === null ? [] : [Closing.handleOf(trust, Trust)];
      this._handle = now(object("mfa_engine_new", trusted, args, (at) => new Handle(at, free, "engine")));
    } catch (error) {
      target.drop();
      lent.release();
      throw error;
    }
    const mine = [!lent.isNative && "store", ...Object.keys(hooks).filter((name) => hooks[name])].filter(Boolean);
    if (mine.length) this.#why = `written in JavaScript: ${mine.join(", ")}`;
    else this.#async = new AsyncCalls(this._handle);
  }

  _run(plan) {
    return now(plan);
  }

  /**
   * The same calls, each a Promise, on a thread of their own: what waits for a disk, or hashes for 30 ms, does not hold up the rest. Only
   * for an engine that calls no JavaScript (store, nowS, random, event): that runs on this thread alone, the other would wait for it, and
   * a process that ends meanwhile would wait for the other for ever. Such an engine belongs into a Worker of node:worker_threads.
   * @returns {AsyncCalls}
   */
  get async() {
    if (!this.#async) throw new TypeError(`this engine has no asynchronous calls: ${this.#why}`);
    return this.#async;
  }

  /** Frees it, once calls that are under way have ended. Again is fine; any other call on it throws from here on. */
  close() {
    this._handle.close();
  }

  /** Whether close was called. */
  get closed() {
    return this._handle.closed;
  }

  /**
   * From the next ceremony on, with this trust; null: nothing is trusted (mfa_engine_set_trust).
   * @param {Trust | null} trust
   */
  setTrust(trust) {
    const lend = trust === null ? [] : [Closing.handleOf(trust, Trust)];
    now(plain("mfa_engine_set_trust", [this._handle, ...lend], (_, engine, anchors) => [engine, anchors ?? null]));
  }

  /** The configuration with every default filled in, without secrets (mfa_engine_config_json). @returns {any} */
  configJson() {
    return now(parsed("mfa_engine_config_json", [this._handle], (_, engine) => [engine]));
  }

  /**
   * Up to limit users with a record after `after`, in byte order (mfa_admin_users). ERR_UNSUPPORTED: the store has no scan.
   * @param {Text} [after]
   * @param {number} [limit]
   * @returns {(string | Buffer)[]}
   */
  adminUsers(after = "", limit = 1000) {
    const rows = new callbacks.Rows();
    const target = new callbacks.Target(rows);
    try {
      const args = (memory, engine) => [
        engine,
        ...memory.text(after, "after"),
        whole(limit, "size_t", "limit"),
        callbacks.FOUND,
        target.ctx,
      ];
      return now(
        mapped(plain("mfa_admin_users", [this._handle], args), () => rows.take().map((row) => userId(row.key))),
      );
    } finally {
      target.drop();
    }
  }
}
if (Symbol.dispose) Engine.prototype[Symbol.dispose] = Engine.prototype.close;
