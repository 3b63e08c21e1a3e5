// The calls for a host that keeps its own state; and what koffi is told of the structs, against a C compiler.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { it } from "node:test";

import * as mfa from "../../../bindings/node/mfa/index.js";
import { LAYOUTS } from "../../../bindings/node/mfa/library.js";
import { no, oneTimePassword } from "./site.mjs";

const { otp, recovery, webauthn, u2f, Signal } = mfa;
/** RFC 6238 appendix B, RFC 4226 appendix D. */
const SECRET = Buffer.from("12345678901234567890");

it("structs are laid out as in C", () => {
  assert.ok(process.env.MFA_LAYOUT, "MFA_LAYOUT names a program that prints how C lays them out");
  const theirs = execFileSync(process.env.MFA_LAYOUT, { encoding: "utf8" }).trim().split("\n");
  const ours = Object.entries(LAYOUTS).flatMap(([name, { size, members }]) => [
    `${name} ${size}`,
    ...members.map((member) => `${name}.${member.name} ${member.offset}`),
  ]);
  assert.ok(theirs.length > 150);
  assert.deepEqual(ours, theirs);
});

it("one-time passwords", () => {
  assert.equal(otp.totpCode(SECRET, 59, { digits: 8 }), "94287082");
  const used = otp.totpVerify(SECRET, "9428 7082", 0, 59, { digits: 8 });
  assert.equal(used, 2);
  no("MFA_ALREADY_USED", () => otp.totpVerify(SECRET, "94287082", used, 59, { digits: 8 }));
  assert.equal(otp.hotpCode(SECRET, 1), oneTimePassword(SECRET, 1));
  assert.equal(otp.hotpVerify(SECRET, "287082", 0), 2n);
  no("MFA_WRONG", () => otp.hotpVerify(SECRET, "287082", 2n));
  assert.equal(otp.hotpResync(SECRET, "287082", "359152", 0, 100), 3n);
  assert.equal(otp.hotpCode(SECRET, 2n ** 64n - 2n).length, 6);
  assert.equal(mfa.Limit.OTP_SECRET_MIN, 16);
});

it("otpauth, base32, QR", () => {
  const uri = otp.otpauthBuild({ issuer: "Example", account: "alice@example.org", secret: SECRET });
  const read = otp.otpauthParse(uri);
  assert.deepEqual(
    [read.issuer, read.account, read.secret, read.periodS, read.signals],
    ["Example", "alice@example.org", SECRET, 30, 0],
  );
  assert.equal(
    otp.otpauthParse("otpauth://totp/a?secret=MZXW6YTBMZXW6YTB", { strict: false }).signals,
    Signal.WEAK_SECRET,
  );
  assert.equal(otp.base32Encode("foobar"), "MZXW6YTBOI");
  assert.deepEqual(otp.base32Decode("mzxw 6ytb-oi======"), Buffer.from("foobar"));
  assert.match(otp.qr(uri), /<svg/);
  const matrix = otp.qrMatrix("x");
  assert.ok(matrix.length === 21 && matrix.every((row) => row.length === 21) && matrix[0][0] === true);
});

it("recovery codes, now and on a thread", async () => {
  const made = await recovery.generateAsync(2, "pepper");
  assert.ok(made.codes.length === 2 && !JSON.stringify(made).includes(made.codes[0]));
  assert.equal(recovery.verify(made.hashes, made.codes[1].toLowerCase(), "pepper"), 1);
  assert.equal(await recovery.verifyAsync(made.hashes, made.codes[0], "pepper"), 0);
  await assert.rejects(recovery.verifyAsync(made.hashes, made.codes[0], "other"), { code: "MFA_WRONG" });
  await assert.rejects(recovery.verifyAsync("no list", "x"), TypeError);
});

it("randomness and wiping", () => {
  assert.notDeepEqual(mfa.randomBytes(32), mfa.randomBytes(32));
  assert.equal(mfa.randomBytes(0).length, 0);
  const secret = Buffer.from("secret");
  mfa.wipe(secret);
  assert.deepEqual(secret, Buffer.alloc(6));
  const key = mfa.generateKey(3);
  assert.ok(key.bytes.length === 32 && JSON.stringify(key) === '{"id":3}');
});

it("WebAuthn: options, credentials, what proves nothing", () => {
  const expect = {
    rpId: "example.org",
    origins: ["https://example.org"],
    challenge: Buffer.alloc(32, 7),
    userHandle: Buffer.from("handle"),
  };
  const user = { handle: Buffer.from("handle"), name: "alice", displayName: "Alice" };
  const created = JSON.parse(webauthn.createOptions(expect, user, { timeout: 60000 }));
  assert.deepEqual([created.timeout, created.rp.id, created.user.name], [60000, "example.org", "alice"]);
  assert.equal(
    JSON.parse(webauthn.getOptions({ ...expect, algorithms: [-7], requireTrusted: true })).rpId,
    "example.org",
  );
  // The base point of P-256, SEC 2 section 2.4.2.
  const publicKey = Buffer.from(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" +
      "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    "hex",
  );
  const columns = {
    id: Buffer.alloc(16, 1),
    publicKey,
    rpId: "example.org",
    algorithm: -7,
    signCount: 4,
    transports: "usb",
    userHandle: Buffer.from("h"),
  };
  const made = webauthn.Credential.fromColumns(columns);
  const credential = webauthn.Credential.load(made.save());
  const read = credential.columns();
  assert.deepEqual(
    [read.id, read.signCount, read.transports, read.aaguid, read.backupEligibleKnown],
    [columns.id, 4, "usb", Buffer.alloc(16), false],
  );
  assert.ok(credential.json());
  const trust = new webauthn.Trust(1_800_000_000);
  assert.equal(credential.audit(trust, 1_800_000_000).known, false);
  const clientData = {
    type: "webauthn.get",
    challenge: Buffer.alloc(32, 7).toString("base64url"),
    origin: "https://example.org",
  };
  const json = {
    id: "AQID",
    rawId: "AQID",
    type: "public-key",
    clientExtensionResults: { appid: true },
    response: {
      clientDataJSON: Buffer.from(JSON.stringify(clientData)).toString("base64url"),
      authenticatorData: Buffer.concat([Buffer.alloc(32), Buffer.from([5, 0, 0, 0, 0])]).toString("base64url"),
      signature: "AA",
      userHandle: "aGk",
    },
  };
  const response = new webauthn.Response(json);
  assert.deepEqual([response.id, response.userHandle], [Buffer.from([1, 2, 3]), Buffer.from("hi")]);
  assert.deepEqual(response.extensions().client, { appid: true });
  assert.match(webauthn.signalUnknown("example.org", response), /AQID/);
  const handle = Buffer.from("handle");
  assert.equal(
    webauthn.signalAccepted("example.org", handle, [Buffer.from([1, 2, 3])]),
    '{"rpId":"example.org","userId":"aGFuZGxl","allAcceptedCredentialIds":["AQID"]}',
  );
  assert.equal(
    webauthn.signalUser("example.org", { handle, name: "a", displayName: "A" }),
    '{"rpId":"example.org","userId":"aGFuZGxl","name":"a","displayName":"A"}',
  );
  assert.throws(() => webauthn.signalAccepted("example.org", Buffer.alloc(0), []), mfa.MfaError);
  assert.throws(() => webauthn.verifyRegistration(expect, 0, response), mfa.Refused);
  assert.throws(() => webauthn.verifyAssertion({ ...expect, trust }, credential, response), mfa.Refused);
  assert.ok(webauthn.verifyJson({}, 0, { explain: true }) && webauthn.coseVerifyJson({}));
  assert.match(webauthn.inspect(json), /https:\/\/example\.org/);
  assert.match(webauthn.relatedOrigins(["https://example.org"]), /https:\/\/example\.org/);
  assert.match(webauthn.androidOrigin("ab".repeat(32)), /^android:apk-key-hash:/);
  [made, credential, trust, response].forEach((one) => one.close());
  assert.throws(() => credential.save(), { code: "ERR_MFA_CLOSED" });
});

it("U2F: what proves nothing", () => {
  const expect = { appId: "https://example.org", challenge: Buffer.alloc(32, 7), facets: ["https://example.org"] };
  assert.throws(() => u2f.verifyRegistration(expect, {}), mfa.Refused);
  assert.throws(() => u2f.verifySignature(expect, Buffer.alloc(65, 4), 0, {}), mfa.Refused);
  assert.deepEqual(
    u2f.responseKeyHandle({ keyHandle: "AQID", signatureData: "AA", clientData: "e30" }),
    Buffer.from([1, 2, 3]),
  );
});
