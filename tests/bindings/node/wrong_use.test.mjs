// Wrong use is an exception, never a crash.
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as mfa from "../../../bindings/node/mfa/index.js";
import { CONFIG, KEY, MemoryStore, Site, base32Bytes, no } from "./site.mjs";

const { TOTP, RECOVERY, DEVICE } = mfa.Method;
const mine = (run, what) =>
  assert.throws(run, (error) => error instanceof TypeError || error instanceof RangeError, what);

/** Every call of an engine with that request. */
const calls = (engine, request) => ({
  account: () => engine.account(request),
  enrollBegin: () => engine.enrollBegin(request, TOTP),
  enrollFinish: () => engine.enrollFinish(request, "t", "r"),
  verifyBegin: () => engine.verifyBegin(request, TOTP),
  verifyFinish: () => engine.verifyFinish(request, "t", "r"),
  verifyCode: () => engine.verifyCode(request, TOTP, "123456"),
  sessionStart: () => engine.sessionStart(request),
  sessionCheck: () => engine.sessionCheck(request),
  sessionCheckOffline: () => engine.sessionCheckOffline(request),
  session: () => engine.session(request),
  policyExplain: () => engine.policyExplain(request),
  deviceRemember: () => engine.deviceRemember(request, "l"),
  deviceClaim: () => engine.deviceClaim(request, "c"),
  deviceClaimed: () => engine.deviceClaimed(request, "t"),
  deviceCollect: () => engine.deviceCollect(request, "t"),
  rememberedIssue: () => engine.rememberedIssue(request),
  rememberedUser: () => engine.rememberedUser(request, "c"),
  factorRename: () => engine.factorRename(request, "f", "l"),
  factorSetEnabled: () => engine.factorSetEnabled(request, "f", true),
  factorRemove: () => engine.factorRemove(request, "f"),
});

it("every call with a request is in that list", () => {
  const proto = Object.getPrototypeOf(mfa.Engine.prototype);
  const known = ["constructor", "admin", "adminImport", "adminAudit", ...Object.keys(calls())];
  assert.deepEqual(
    Object.getOwnPropertyNames(proto).filter((name) => !name.startsWith("_") && !known.includes(name)),
    [],
  );
});

describe("requests", () => {
  const site = new Site();
  const good = site.login();
  const wrong = {
    user: [null, 7, 1.5, ["a"], {}, "\ud800", Symbol.iterator],
    purpose: [null, "login", true, 1.5, 2 ** 40, -(2 ** 40), NaN, [1]],
    roles: ["admin", 7, [7], null, [null], { length: 1 }],
    minSerial: [-1, 2 ** 60, 2n ** 64n, "1", 1.5, null, Infinity],
    proven: [-1, 2 ** 32, "password", true],
    browser: [null, 7, new ArrayBuffer(16), new Uint16Array(8)],
    purprose: [1],
  };
  for (const request of [undefined, null, 7, "alice", [], Symbol("x"), () => good]) {
    it(`what is no request: ${String(request)}`, () => {
      for (const [name, call] of Object.entries(calls(site.engine, request))) mine(call, name);
    });
  }
  for (const [member, values] of Object.entries(wrong)) {
    it(`a wrong ${member}`, () => {
      for (const value of values) {
        for (const [name, call] of Object.entries(calls(site.engine, { ...good, [member]: value }))) {
          mine(call, `${name} with ${String(value)}`);
        }
      }
    });
  }
  it("a getter that throws", () => {
    const request = { ...good };
    Object.defineProperty(request, "user", { get: () => JSON.parse("{"), enumerable: true });
    assert.throws(() => site.engine.account(request), SyntaxError);
  });
});

it("user ids are bytes compared exactly", () => {
  for (const user of ["a\0b", "\0", "x".repeat(255), "ü".repeat(127), "\ufeffa", Buffer.from([0xff, 0, 0xfe])]) {
    const site = new Site();
    const request = site.login(user);
    const offer = site.engine.enrollBegin(request, TOTP, { accountName: "a" });
    const secret = base32Bytes(offer.secret);
    site.engine.enrollFinish(request, offer.ticket, site.code(secret));
    assert.deepEqual(site.engine.verifyCode(request, TOTP, site.code(secret, 1)).user, user);
    assert.deepEqual(site.engine.account(site.login("a")).factors, []);
    site.close();
  }
  const site = new Site();
  for (const user of ["", "x".repeat(256), "x".repeat(2 ** 20)])
    no("MFA_ERR_ARGUMENT", () => site.engine.account(site.login(user)));
  site.close();
});

it("what a client may send", () => {
  const site = new Site();
  site.enrollTotp();
  const sent = [
    "\0",
    "1\0\0\0",
    "x".repeat(2 ** 24),
    Buffer.alloc(1000, 0xff),
    "",
    "١٢٣٤٥٦",
    "{".repeat(1e6),
    "[".repeat(1e5),
  ];
  for (const text of sent) {
    const [engine, who] = [site.engine, site.login()];
    for (const call of [
      () => engine.verifyCode(who, TOTP, text),
      () => engine.verifyFinish(who, text, text),
      () => engine.enrollFinish(who, text, text),
      () => engine.deviceClaim(who, text),
      () => engine.deviceCollect(who, text),
      () => engine.verifyCode(who, RECOVERY, text),
      () => engine.verifyCode(who, DEVICE, text),
      () => new mfa.webauthn.Response(text),
      () => mfa.webauthn.inspect(text),
      () => mfa.otp.otpauthParse(text),
      () => mfa.u2f.responseKeyHandle(text),
      () => engine.rememberedUser({ purpose: 1 }, text),
    ]) {
      assert.throws(call, mfa.Refused, `${call} with ${String(text).slice(0, 9)}`);
    }
  }
  for (const odd of [null, undefined, 7, Symbol("x"), () => 1, 5n])
    mine(() => site.engine.verifyFinish(site.login(), "t", odd), String(odd));
  const loop = {};
  loop.loop = loop;
  mine(() => site.engine.verifyFinish(site.login(), "t", loop));
  for (const given of [{ id: "x" }, [1], { toJSON: () => "x" }]) {
    assert.throws(() => site.engine.verifyFinish(site.login(), "t", given), mfa.Refused);
  }
  mine(() => site.engine.verifyFinish(site.login(), "t", { toJSON: () => undefined }));
  site.close();
});

it("methods and numbers that there are not", () => {
  const site = new Site();
  for (const method of [0, 99, -1, 2 ** 31 - 1]) {
    assert.throws(() => site.engine.verifyBegin(site.login(), method), mfa.MfaError);
    assert.throws(() => site.engine.enrollBegin(site.login(), method), mfa.MfaError);
    assert.throws(() => site.engine.verifyCode(site.login(), method, "1"), mfa.MfaError);
  }
  for (const method of ["totp", null, undefined, 1.5, 2 ** 40, NaN])
    mine(() => site.engine.enrollBegin(site.login(), method));
  for (const options of [null, 7, "x", [], { lable: "x" }, { label: 7 }])
    mine(() => site.engine.enrollBegin(site.login(), TOTP, options));
  for (const need of [null, 7, { age: 1 }, { aal: "2" }]) mine(() => site.engine.sessionCheck(site.login(), need));
  mine(() => site.engine.factorSetEnabled(site.login(), "f", 1));
  mine(() => site.engine.admin("reset", "a"));
  mine(() => site.engine.adminUsers("", -1));
  assert.throws(() => site.engine.admin(77, "a"), mfa.Failed);
  assert.deepEqual([mfa.statusName(77), mfa.methodName(1), mfa.methodFromName("totp")], ["MFA_UNKNOWN", "totp", TOTP]);
  assert.equal(mfa.methodFromName("nonsense\0"), mfa.Method.NONE);
  site.close();
});

it("engines that cannot be made", () => {
  const parts = { config: CONFIG, keys: [KEY], store: new MemoryStore(), decoyKey: Buffer.alloc(32) };
  const all = [null, undefined, 7, "x"].map((given) => () => new mfa.Engine(given));
  for (const [name, values] of Object.entries({
    config: [null, 7, "{", { version: 1 }, "\0", Buffer.from([0xff]), Symbol("x")],
    keys: [
      null,
      [],
      "key",
      [Buffer.alloc(32)],
      [null],
      [{ id: 1, bytes: Buffer.alloc(5) }],
      [{ id: -1, bytes: KEY.bytes }],
      [KEY, KEY],
    ],
    trust: [7, {}, "x"],
    pepper: [null, 7],
    decoyKey: ["short", 7],
    nowS: [7, "now", null],
    event: ["x"],
    random: [Buffer.alloc(1)],
    evnet: [() => 1],
  })) {
    for (const value of values) all.push(() => new mfa.Engine({ ...parts, [name]: value }));
  }
  for (const make of all) {
    assert.throws(
      make,
      (error) => error instanceof TypeError || error instanceof RangeError || error instanceof mfa.Failed,
    );
  }
  new mfa.Engine(parts).close();
  assert.throws(() => mfa.Engine.prototype.account.call({}, { purpose: 1 }), Error);
});

it("other mistakes", () => {
  const secret = Buffer.alloc(20, "x");
  const { otp, recovery, webauthn, u2f } = mfa;
  const expect = { rpId: "a", origins: ["https://a"], challenge: Buffer.alloc(16) };
  for (const call of [
    () => mfa.has(null),
    () => mfa.has("sqlite\0x"),
    () => mfa.randomBytes(-1),
    () => mfa.randomBytes(2 ** 40),
    () => mfa.randomBytes("8"),
    () => mfa.generateKey("1"),
    () => mfa.wipe("text"),
    () => mfa.configCheck(null),
    () => mfa.methodName("totp"),
    () => recovery.generate(0),
    () => recovery.generate(1e9),
    () => recovery.generate(1, null),
    () => recovery.verify("one", "x"),
    () => recovery.verify([null], "x"),
    () => otp.totpCode(secret, -1),
    () => otp.totpCode(secret, 2n ** 64n),
    () => otp.totpCode(secret, 0.5),
    () => otp.totpCode(secret, 0, { digit: 6 }),
    () => otp.totpCode(secret, 0, null),
    () => otp.totpCode(null, 0),
    () => otp.hotpVerify(secret, 123456, 0),
    () => otp.otpauthBuild(null),
    () => otp.otpauthBuild({ secrets: secret }),
    () => otp.qr("x", "svg"),
    () => otp.base32Encode(7),
    () => new webauthn.Trust("now"),
    () => new webauthn.Trust(0, { anchors: Buffer.from("der") }),
    () => new webauthn.Credential(7),
    () => new mfa.OpenedStore(7n),
    () => webauthn.Credential.fromColumns(null),
    () => webauthn.Credential.fromColumns({ aaguid: Buffer.alloc(15) }),
    () => webauthn.getOptions(null),
    () => webauthn.getOptions({ ...expect, origins: "https://a" }),
    () => webauthn.getOptions({ ...expect, trust: {} }),
    () => webauthn.getOptions({ ...expect, requireTrusted: 1 }),
    () => webauthn.getOptions({ ...expect, algorithms: ["ES256"] }),
    () => webauthn.verifyAssertion(expect, {}, {}),
    () => webauthn.verifyRegistration(expect, 0, "{}"),
    () => webauthn.relatedOrigins("https://a"),
    () => webauthn.verifyJson({}, null),
    () => new mfa.Log([Buffer.alloc(32)]),
    () => u2f.verifySignature({ appId: "a", challenge: Buffer.alloc(16) }, Buffer.alloc(3), 0, "{}"),
  ]) {
    mine(call, String(call));
  }
  for (const call of [
    () => otp.totpCode(Buffer.from("short"), 0),
    () => otp.totpCode(Buffer.alloc(129), 0),
    () => otp.totpCode(secret, 0, { digits: 11 }),
    () => otp.otpauthBuild({ secret: Buffer.alloc(0) }),
    () => otp.hotpResync(secret, "123456", "123456", 0, 0),
    () => otp.qr("x".repeat(1e5)),
    () => otp.qr("x", 9),
    () => new webauthn.Trust(0, { anchors: [Buffer.from("der")] }),
    () => new webauthn.Trust(0, { mdsBlob: "a.b.c" }),
    () => webauthn.Credential.load(Buffer.from("x")),
    () => webauthn.getOptions({ ...expect, challenge: Buffer.from("short") }),
    () => webauthn.relatedOrigins(["http://a"]),
    () => webauthn.androidOrigin("xyz"),
    () => new mfa.Log([{ id: 1, bytes: Buffer.from("short") }]),
    () => mfa.configCheck("{}"),
    () => recovery.verify(["no hash"], "AAAA-AAAA-AAAA-AAAA"),
  ]) {
    assert.throws(call, mfa.Failed, String(call));
  }
});
