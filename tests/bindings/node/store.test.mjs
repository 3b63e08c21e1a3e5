// Stores and callbacks in JavaScript: they keep their promises, and what goes wrong in one is a failing call, never a crash.
import assert from "node:assert/strict";
import { it } from "node:test";

import * as mfa from "../../../bindings/node/mfa/index.js";
import { KEY, MemoryStore, Site, no } from "./site.mjs";

const { DONE, NONE, CONFLICT } = mfa.StoreAnswer;

it("every promise is kept", () => {
  assert.ok(mfa.checkStore(new MemoryStore()).split("\n").length > 10);
  const store = mfa.openStore("memory:");
  assert.ok(mfa.checkStore(store).split("\n").length > 10);
  store.close();
});

it("a broken promise shows", () => {
  const forgetful = { load: () => null, save: () => DONE, erase: () => DONE };
  assert.ok(no("MFA_WRONG", () => mfa.checkStore(forgetful)).report.split("\n").length > 3);
});

it("a store of libmfa's can be used alone", () => {
  const store = mfa.openStore("memory:");
  assert.equal(store.load("k\0"), null);
  assert.equal(store.save("k\0", Buffer.from("one"), 0n, 5n), DONE);
  assert.equal(store.save("k\0", Buffer.from("two"), 0n, 6n), CONFLICT);
  assert.deepEqual(store.load("k\0"), { record: Buffer.from("one"), version: 5n });
  assert.deepEqual(store.scan("k", "", 9), [{ key: Buffer.from("k\0"), record: Buffer.from("one"), version: 5n }]);
  assert.deepEqual([store.erase("k\0", 4n), store.erase("k\0", 5n), store.erase("k\0", 5n)], [CONFLICT, DONE, NONE]);
  no("MFA_ERR_STORE", () => store.save("k".repeat(513), Buffer.from("x"), 0n, 1n));
  assert.throws(() => store.save("k", "x", -1n, 1n), RangeError);
  assert.throws(() => store.save("k", null, 0n, 1n), TypeError);
  store.close();
  assert.throws(() => store.load("k"), { code: "ERR_MFA_CLOSED" });
});

it("stores that cannot be opened", () => {
  for (const url of [
    "",
    "memory",
    "postgres:x",
    "sqlite:",
    "sqlite:/nowhere/at/all.db",
    "sqlite:/tmp/a\0b",
    "\0",
    "x".repeat(1 << 20),
  ]) {
    assert.throws(() => mfa.openStore(url), mfa.Failed, url.slice(0, 30));
  }
  assert.throws(() => mfa.openStore(7), TypeError);
});

class Failing extends MemoryStore {
  fault = () => undefined;
  load(key) {
    return this.fault("load") ?? super.load(key);
  }
  save(...given) {
    return this.fault("save") ?? super.save(...given);
  }
  erase(...given) {
    return this.fault("erase") ?? super.erase(...given);
  }
  scan(...given) {
    return this.fault("scan") ?? super.scan(...given);
  }
}

const away = () => {
  throw new Error("the database is away");
};
const deep = () => deep();
const FAULTS = {
  throws: away,
  "throws what is no error": () => {
    throw null; // eslint-disable-line no-throw-literal
  },
  "runs out of stack": deep,
  "answers a promise": async () => DONE,
  "answers a number that is none": () => 77,
  "answers a text": () => "DONE",
  "answers true": () => true,
  "gives a row without a record": () => ({}),
  "gives a version that is none": () => ({ record: Buffer.from("x"), version: -1n }),
  "gives a fraction": () => ({ record: Buffer.from("x"), version: 0.5 }),
};

it("a store that fails lets nobody in", () => {
  const store = new Failing();
  const site = new Site({ store });
  const secret = site.enrollTotp();
  for (const [what, fault] of Object.entries(FAULTS)) {
    store.fault = fault;
    const error = no("MFA_ERR_STORE", () => site.signIn(secret));
    assert.ok(error instanceof mfa.Failed && !error.message.includes("away"), what);
    if (fault === away) assert.equal(error.cause.message, "the database is away");
    store.fault = () => undefined;
    assert.equal(site.engine.account(site.login()).factors.length, 1, what);
  }
  for (const kind of ["load", "save", "scan"]) {
    store.fault = (name) => name === kind && away();
    store.fault = ((of) => (name) => (name === of ? away() : undefined))(kind);
    assert.throws(() => (kind === "scan" ? site.engine.adminUsers() : site.signIn(secret)), mfa.Failed, kind);
  }
  store.fault = () => ({ record: Buffer.alloc(1 << 24), version: 1n });
  assert.throws(() => site.signIn(secret), mfa.Failed);
  store.fault = away;
  no("MFA_ERR_STORE", () => mfa.checkStore(store));
  store.fault = () => undefined;
  assert.equal(site.signIn(secret).user, "alice");
  site.close();
});

it("a store without a scan says so", () => {
  const rows = new MemoryStore();
  const site = new Site({
    store: { load: (k) => rows.load(k), save: (...g) => rows.save(...g), erase: (...g) => rows.erase(...g) },
  });
  no("MFA_ERR_UNSUPPORTED", () => site.engine.adminUsers());
  site.close();
});

it("what is no store", () => {
  for (const store of [null, undefined, 7, {}, "memory:", { load() {}, save() {} }]) {
    assert.throws(() => new Site({ store: store ?? null }), TypeError);
    assert.throws(() => mfa.checkStore(store), TypeError);
  }
});

it("clocks and generators that fail", () => {
  for (const nowS of [away, () => 0, () => -1, () => NaN, () => "now", () => 1.5, deep, async () => 1]) {
    assert.throws(
      () => new Site({ nowS }).engine.sessionStart({ purpose: 1, user: "a", browser: "b".repeat(16), proven: 1 }),
      mfa.Failed,
    );
  }
  for (const random of [away, () => null, () => Buffer.alloc(1), () => "x".repeat(32), deep, async () => 1]) {
    assert.throws(
      () => new Site({ random }).engine.enrollBegin({ purpose: 1, user: "a", browser: "b".repeat(16), proven: 1 }, 1),
      mfa.Failed,
    );
  }
  let drawn = 0;
  const site = new Site({ random: (count) => (drawn += count) && Buffer.alloc(count, drawn) });
  site.enrollTotp();
  assert.ok(drawn > 32);
  site.close();
});

it("an event that throws becomes a warning, and changes nothing", async () => {
  const warned = new Promise((resolve) => process.once("warning", resolve));
  const site = new Site({ event: away });
  site.signIn(site.enrollTotp());
  site.close();
  const warning = await warned;
  assert.ok(warning.name === "MfaWarning" && warning.message.includes("the database is away"));
});

it("an event may call an engine, and close its own", () => {
  const other = new Site();
  let asked = 0;
  const site = new Site({
    event() {
      asked += other.engine.account(other.login()).factors.length + 1;
      site?.engine.close();
    },
  });
  assert.equal(site.engine.sessionStart(site.login()).user, "alice");
  assert.ok(asked > 0 && site.engine.closed);
  assert.throws(() => site.engine.account(site.login()), { code: "ERR_MFA_CLOSED" });
  other.close();
});

it("a log is whole, and shows when it is not", () => {
  const site = new Site();
  site.enrollTotp();
  site.close();
  const log = new mfa.Log([KEY]);
  for (const line of site.events) assert.deepEqual(log.line(line), []);
  assert.deepEqual(log.end({ complete: true }), []);
  assert.deepEqual([log.events, log.chains, log.unchecked, log.problems], [site.events.length, 1, 0, 0]);
  const cut = new mfa.Log([KEY]);
  const [altered] = cut.line(site.events[0].replace("log_started", "log_startes"));
  assert.deepEqual([altered.trouble, altered.line, altered.isNote], [mfa.LogTrouble.ALTERED, 1, false]);
  assert.equal(cut.line("no event\0")[0].trouble, mfa.LogTrouble.NOT_EVENT);
  assert.ok(cut.problems >= 2);
  [log, cut].forEach((one) => one.close());
  assert.throws(() => log.problems, { code: "ERR_MFA_CLOSED" });
});
