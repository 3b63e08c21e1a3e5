// What is closed is closed, what is forgotten is freed, and what is asynchronous is whole.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import * as mfa from "../../../bindings/node/mfa/index.js";
import { BROWSER, CONFIG, KEY, MemoryStore, Site, base32Bytes, oneTimePassword } from "./site.mjs";

const index = new URL("../../../bindings/node/mfa/index.js", import.meta.url).href;
const CLOSED = { code: "ERR_MFA_CLOSED" };
const who = { purpose: mfa.Purpose.LOGIN, user: "alice", browser: BROWSER, proven: mfa.Proven.PASSWORD };
const parts = (more) => ({ config: CONFIG, keys: [KEY], decoyKey: Buffer.alloc(32), ...more });

it("any call on what is closed", async () => {
  const site = new Site();
  const engine = site.engine;
  engine.close();
  engine.close();
  assert.equal(engine.closed, true);
  for (const call of [
    () => engine.account(who),
    () => engine.configJson(),
    () => engine.adminUsers(),
    () => engine.setTrust(null),
    () => engine.verifyCode(who, 1, "1"),
    () => engine.adminImport("a", {}),
  ]) {
    assert.throws(call, CLOSED);
  }
  const trust = new mfa.webauthn.Trust(0);
  trust.close();
  assert.throws(() => trust.json(), CLOSED);
  assert.throws(() => new Site({ trust }), CLOSED);
  const store = mfa.openStore("memory:");
  const other = new mfa.Engine(parts({ store }));
  store.close();
  assert.equal(other.account(who).need, mfa.Need.NOTHING, "a store stays open while an engine uses it");
  assert.throws(() => new mfa.Engine(parts({ store })), CLOSED);
  const { async: calls } = other;
  const pending = calls.account(who);
  other.close();
  assert.equal((await pending).need, mfa.Need.NOTHING, "what was under way goes on");
  await assert.rejects(calls.account(who), CLOSED);
});

it("asynchronous calls", async () => {
  const store = mfa.openStore("memory:");
  const engine = new mfa.Engine(parts({ store }));
  const calls = engine.async;
  const offer = await calls.enrollBegin(who, mfa.Method.TOTP);
  const secret = base32Bytes(offer.secret);
  const step = Math.floor(Date.now() / 30000);
  await calls.enrollFinish(who, offer.ticket, oneTimePassword(secret, step));
  const code = Buffer.from(oneTimePassword(secret, step + 1));
  const asked = Array.from({ length: 200 }, () => calls.verifyCode(who, mfa.Method.TOTP, code));
  code.fill(0); // what went in was copied
  engine.account(who); // beside the threads
  const told = await Promise.allSettled(asked);
  const yes = told.filter((one) => one.status === "fulfilled");
  const codes = new Set(told.filter((one) => one.status === "rejected").map((one) => one.reason.code));
  assert.equal(yes.length, 1);
  assert.equal(yes[0].value.user, "alice");
  assert.ok(
    [...codes].every((one) => ["MFA_ALREADY_USED", "MFA_ERR_BUSY"].includes(one)),
    [...codes].join(),
  );
  for (const wrong of [undefined, { ...who, user: 7 }, { purpose: 1.5 }])
    await assert.rejects(calls.account(wrong), (error) => error instanceof TypeError || error instanceof RangeError);
  await assert.rejects(calls.factorSetEnabled(who, "f", 1), TypeError);
  await assert.rejects(calls.admin(mfa.AdminAction.RESET, "nobody"), { code: "MFA_NOT_FOUND" });
  engine.close();
  store.close();
});

it("no asynchronous calls where JavaScript would be called in the middle of one", () => {
  const store = mfa.openStore("memory:");
  const random = (count) => Buffer.alloc(count);
  for (const more of [
    { store: new MemoryStore() },
    { store, nowS: () => 1 },
    { store, random },
    { store, event: () => 1 },
  ]) {
    const engine = new mfa.Engine(parts(more));
    assert.throws(() => engine.async, /no asynchronous calls: written in JavaScript: (store|nowS|random|event)$/);
    engine.close();
  }
  store.close();
});

it("what is forgotten is freed", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  const ended = [];
  (() => {
    for (let round = 0; round < 20; round += 1) {
      const engine = new mfa.Engine(parts({ store: mfa.openStore("memory:"), event: (line) => ended.push(line) }));
      engine.account(who);
    }
  })();
  const stopped = () => ended.filter((line) => line.includes("log_stopped")).length;
  for (let tries = 0; tries < 50 && stopped() < 20; tries += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(stopped() >= 19, `${stopped()} of 20`);
});

function program(code) {
  const path = fileURLToPath(new URL("../../../bindings/node/", import.meta.url));
  const told = spawnSync(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import * as mfa from ${JSON.stringify(index)};
    const who = ${JSON.stringify(who)};
    const make = (more) => new mfa.Engine({ config: ${JSON.stringify(CONFIG)}, keys: [mfa.generateKey(1)], decoyKey: Buffer.alloc(32),
      store: mfa.openStore("memory:"), event: (line) => console.log(JSON.parse(line).event), ...more });
    ${code}`,
    ],
    { cwd: path, encoding: "utf8", timeout: 60_000 },
  );
  assert.equal(told.signal, null, told.stderr);
  return { code: told.status, out: told.stdout.trim().split("\n"), err: told.stderr };
}

it("an engine that is open at the end of the process ends its log", () => {
  const told = program("globalThis.kept = make(); kept.enrollBegin(who, 1);");
  assert.deepEqual([told.code, told.out.at(0), told.out.at(-1)], [0, "log_started", "log_stopped"]);
});

it("a process may end in the middle of asynchronous calls, and in a callback", () => {
  const many = program(
    "const engine = make({ event: undefined }); for (let i = 0; i < 500; i++) engine.async.enrollBegin(who, 1); process.exit(3);",
  );
  assert.equal(many.code, 3, many.err);
  const later = program(
    "const engine = make({ event: undefined }); for (let i = 0; i < 99; i++) engine.async.enrollBegin(who, 1).then(() => process.exit(4));",
  );
  assert.equal(later.code, 4, later.err);
  const inside = program("make({ event: () => process.exit(5) });");
  assert.equal(inside.code, 5, inside.err);
});

it("libmfa that is not there", () => {
  const told = spawnSync(process.execPath, ["-e", `import(${JSON.stringify(index)})`], {
    env: { ...process.env, MFA_LIBRARY: "/nowhere/libmfa.so.0" },
    encoding: "utf8",
  });
  assert.ok(told.status === 1 && told.stderr.includes("/nowhere/libmfa.so.0"), told.stderr);
});
