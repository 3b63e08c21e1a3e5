// Nothing of C is left behind: the C heap in use after many calls is what it was, nearly.
import assert from "node:assert/strict";
import { it } from "node:test";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import * as mfa from "../../../bindings/node/mfa/index.js";
import { MemoryStore, Site, no } from "./site.mjs";

const koffi = createRequire(new URL("../../../bindings/node/mfa/library.js", import.meta.url))("koffi");
const fields = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split(" ");
const mallinfo2 = koffi
  .load(null)
  .func("mallinfo2", koffi.struct(Object.fromEntries(fields.map((name) => [name, "size_t"]))), []);
setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");

const ROUNDS = 150;
const PER_CALL = 24; // bytes: less than the smallest thing that malloc gives

/** Bytes of the C heap of the main thread, once what JavaScript no longer holds is gone. */
async function inUse() {
  for (let i = 0; i < 3; i += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const told = mallinfo2();
  return Number(told.uordblks) + Number(told.hblkhd);
}

async function grows(call) {
  for (let i = 0; i < 50; i += 1) await call();
  const grown = [];
  for (let tries = 0; tries < 8; tries += 1) {
    // tables grow, and allocators keep what was freed, but not again and again
    const before = await inUse();
    for (let i = 0; i < ROUNDS; i += 1) await call();
    grown.push((await inUse()) - before);
    if (grown[grown.length - 1] < ROUNDS * PER_CALL) return null;
  }
  return grown;
}

const store = new MemoryStore();
const site = new Site({ store, event: () => undefined });
const { engine } = site;
const who = site.login();
site.enrollTotp("bob");
const native = mfa.openStore("memory:");
const plain = new mfa.Engine({
  config: { version: 1, issuer: "x" },
  keys: [mfa.generateKey(1)],
  store: native,
  decoyKey: Buffer.alloc(32),
});
const failing = { load: () => JSON.parse("{"), save: () => 0, erase: () => 0 };

const CALLS = {
  account: () => engine.account(site.login("bob")),
  proof: () => engine.sessionStart(who),
  offer: () => engine.enrollBegin(who, mfa.Method.TOTP, { label: "l" }),
  json: () => [engine.policyExplain(who), engine.configJson()],
  refused: () => no("MFA_MALFORMED", () => engine.enrollFinish(who, "x", "y")),
  "wrong type": () => assert.throws(() => engine.account({ ...who, roles: ["a", 7] }), TypeError),
  "failing store": () => no("MFA_ERR_STORE", () => mfa.checkStore(failing)),
  users: () => engine.adminUsers(),
  opened: () => mfa.openStore("memory:").close(),
  engine: () => new Site({ store }).close(),
  "no engine": () => no("MFA_ERR_CONFIG", () => new Site({ store, config: "{}" })),
  log: () => new mfa.Log().close(),
  otpauth: () => mfa.otp.otpauthParse(mfa.otp.otpauthBuild({ account: "a", secret: Buffer.alloc(20) })),
  qr: () => [mfa.otp.qr("x"), mfa.otp.qrMatrix("x")],
  asynchronous: () => plain.async.account(who),
  "asynchronous, refused": () => assert.rejects(plain.async.verifyCode(who, mfa.Method.TOTP, "123456"), mfa.Refused),
};

for (const [name, call] of Object.entries(CALLS)) {
  it(`nothing is left of ${name}`, async () => assert.equal(await grows(call), null));
}

it("a leak shows", async () => {
  const malloc = koffi.load(null).func("malloc", "void *", ["size_t"]);
  assert.notEqual(await grows(() => malloc(1000)), null);
});
