// A server of a few lines: an engine with a clock that tests move, and users whose codes are made apart from libmfa.
import { createHmac } from "node:crypto";
import assert from "node:assert/strict";

import * as mfa from "../../../bindings/node/mfa/index.js";

export const ORIGIN = "https://example.org";
export const NOW_S = 1_800_000_000;
export const CONFIG = {
  version: 1,
  issuer: "Example",
  webauthn: { rp_id: "example.org", origins: [ORIGIN] },
  methods: { email: { allowed: true }, hotp: { allowed: true }, device: { allowed: true } },
  device: { pairing: true, pairing_url: `${ORIGIN}/pair` },
  quick_login: { enabled: true },
  unsafe: { recovery_test_hash: true },
};
export const BROWSER = "the browser of the tests";
export const KEY = { id: 1, bytes: Buffer.alloc(32, 7) };

/** RFC 4226 section 5.3, with none of libmfa. */
export function oneTimePassword(secret, counter) {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac("sha1", secret).update(moving).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

export function base32Bytes(text) {
  const bits = [...text]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** A store as a host might write it: three methods over a map, and a scan. */
export class MemoryStore {
  rows = new Map();

  load(key) {
    return this.rows.get(key.toString("latin1")) ?? null;
  }

  save(key, record, expectedVersion, newVersion) {
    const name = key.toString("latin1");
    if ((this.rows.get(name)?.version ?? 0n) !== expectedVersion) return mfa.StoreAnswer.CONFLICT;
    this.rows.set(name, { record, version: newVersion });
    return mfa.StoreAnswer.DONE;
  }

  erase(key, expectedVersion) {
    const row = this.rows.get(key.toString("latin1"));
    if (!row) return mfa.StoreAnswer.NONE;
    if (row.version !== expectedVersion) return mfa.StoreAnswer.CONFLICT;
    this.rows.delete(key.toString("latin1"));
    return mfa.StoreAnswer.DONE;
  }

  scan(prefix, after, limit) {
    const [begin, last] = [prefix.toString("latin1"), after.toString("latin1")];
    const names = [...this.rows.keys()].filter((name) => name.startsWith(begin) && name > last).sort();
    return names.slice(0, limit).map((name) => ({ key: Buffer.from(name, "latin1"), ...this.rows.get(name) }));
  }
}

export class Site {
  nowS = NOW_S;
  events = [];
  statement = "";

  constructor({ store = new MemoryStore(), config = CONFIG, ...more } = {}) {
    this.store = store;
    this.engine = new mfa.Engine({
      config,
      keys: [KEY],
      store,
      decoyKey: Buffer.alloc(32, 0xd0),
      nowS: () => this.nowS,
      event: (line) => this.events.push(line),
      ...more,
    });
  }

  login(user = "alice", more = {}) {
    return { purpose: mfa.Purpose.LOGIN, user, browser: BROWSER, proven: mfa.Proven.PASSWORD, ...more };
  }

  /** Of a user who is signed in. */
  signedIn(purpose, more = {}) {
    return { purpose, user: "alice", browser: BROWSER, statement: this.statement, ...more };
  }

  code(secret, steps = 0) {
    return oneTimePassword(secret, Math.floor(this.nowS / 30) + steps);
  }

  keep(proof) {
    this.statement = proof.statement;
    return proof;
  }

  enrollTotp(user = "alice", options = undefined) {
    const offer = this.engine.enrollBegin(this.login(user), mfa.Method.TOTP, options);
    const secret = base32Bytes(offer.secret);
    this.keep(this.engine.enrollFinish(this.login(user), offer.ticket, this.code(secret)));
    return secret;
  }

  signIn(secret, user = "alice", steps = 1) {
    return this.keep(this.engine.verifyCode(this.login(user), mfa.Method.TOTP, this.code(secret, steps)));
  }

  close() {
    this.engine.close();
    this.store.close?.();
  }
}

/** What must be no yes: the error, of that status. */
export function no(code, run) {
  try {
    run();
  } catch (error) {
    assert.equal(error.code, code, error.stack);
    return error;
  }
  throw new assert.AssertionError({ message: `a yes where ${code} was due` });
}

export const codeIn = (offer) => /\b\d{8}\b/.exec(offer.mail.text)[0];
/** The Cookie header of a browser that was sent this Set-Cookie. */
export const jar = (setCookie) => setCookie.split(";")[0];
