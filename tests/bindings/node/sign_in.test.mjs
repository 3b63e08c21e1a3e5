// The engine through Node: each method enrolled, verified, refused.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";

import * as mfa from "../../../bindings/node/mfa/index.js";
import { CONFIG, MemoryStore, NOW_S, Site, codeIn, jar, no, oneTimePassword } from "./site.mjs";

const { TOTP, HOTP, EMAIL, RECOVERY, DEVICE } = mfa.Method;
const { LOGIN, STEP_UP, MANAGE, APPROVE } = mfa.Purpose;
const hidden = (value, ...secrets) =>
  secrets.forEach((secret) => assert.ok(!(inspect(value) + JSON.stringify(value)).includes(secret)));

function recoveryCodes(site) {
  const offer = site.engine.enrollBegin(site.signedIn(MANAGE), RECOVERY);
  site.keep(site.engine.enrollFinish(site.signedIn(MANAGE), offer.ticket, offer.recoveryCodes[0]));
  hidden(offer, offer.recoveryCodes[0]);
  return offer.recoveryCodes;
}

for (const [of, store] of [
  ["libmfa's", () => mfa.openStore("memory:")],
  ["JavaScript's", () => new MemoryStore()],
]) {
  describe(`on a store of ${of}`, () => {
    it("TOTP", () => {
      const site = new Site({ store: store() });
      const secret = site.enrollTotp();
      const proof = site.signIn(secret);
      assert.deepEqual([proof.user, proof.method, proof.aal, proof.amr], ["alice", TOTP, 2, ["pwd", "otp", "mfa"]]);
      assert.ok(
        proof.statement && proof.serial === 2 && proof.setCookie === null && JSON.parse(proof.json).user === "alice",
      );
      hidden(proof, proof.statement);
      no("MFA_ALREADY_USED", () => site.signIn(secret));
      const names = ["log_started", "unsafe_setting", "began", "enrolled", "verified", "denied"];
      assert.deepEqual(
        site.events.map((line) => JSON.parse(line).event),
        names,
      );
      site.close();
    });

    it("wrong codes lock, and say how long", () => {
      const site = new Site({ store: store() });
      const secret = site.enrollTotp();
      const wrong = String((Number(site.code(secret)) + 1) % 1e6).padStart(6, "0");
      for (const left of [4, 3, 2, 1, 0]) {
        const error = no("MFA_WRONG", () => site.engine.verifyCode(site.login(), TOTP, wrong));
        assert.ok(error instanceof mfa.Refused && error.attemptsLeft === left && error.status === mfa.Status.WRONG);
      }
      const locked = no("MFA_LOCKED_OUT", () => site.signIn(secret));
      assert.deepEqual([locked.retryAtS, locked.retryAt.getTime()], [NOW_S + 30, (NOW_S + 30) * 1000]);
      assert.ok(locked.reasonName && locked.message && locked instanceof mfa.MfaError && locked instanceof Error);
      site.nowS += 31;
      assert.equal(site.signIn(secret).aal, 2);
      site.close();
    });

    it("the user's clock", () => {
      const site = new Site({ store: store() });
      const secret = site.enrollTotp();
      site.nowS += 300;
      assert.equal(no("MFA_WRONG", () => site.signIn(secret, "alice", -5)).clockSkewS, -150);
      site.close();
    });

    it("HOTP", () => {
      const site = new Site({ store: store() });
      const secret = site.enrollTotp();
      const uri = `otpauth://hotp/Example:alice?counter=7&secret=${mfa.otp.base32Encode(secret)}`;
      const imported = site.engine.adminImport("alice", { method: "hotp", uri }, { actor: "root" });
      const proof = site.engine.verifyCode(site.login(), HOTP, oneTimePassword(secret, 9));
      assert.deepEqual([proof.method, proof.factor, imported.signals], [HOTP, imported.factor, 0]);
      no("MFA_WRONG", () => site.engine.verifyCode(site.login(), HOTP, oneTimePassword(secret, 9)));
      site.close();
    });

    it("recovery codes", () => {
      const site = new Site({ store: store() });
      site.enrollTotp();
      const codes = recoveryCodes(site);
      assert.equal(codes.length, 10);
      const proof = site.engine.verifyCode(site.login(), RECOVERY, codes[3].toLowerCase());
      assert.deepEqual([proof.recoveryRemaining, proof.method], [9, RECOVERY]);
      assert.throws(() => site.engine.verifyCode(site.login(), RECOVERY, codes[3]), mfa.Refused);
      site.close();
    });

    it("mail", () => {
      const site = new Site({ store: store() });
      let offer = site.engine.enrollBegin(site.login(), EMAIL, { address: "alice@example.org" });
      site.engine.enrollFinish(site.login(), offer.ticket, codeIn(offer));
      site.nowS += 61;
      offer = site.engine.verifyBegin(site.login(), EMAIL);
      assert.deepEqual([offer.mail.to, offer.addressMasked], ["alice@example.org", "a***@example.org"]);
      hidden(offer, codeIn(offer), offer.ticket);
      assert.ok(!offer.json.includes(codeIn(offer)));
      assert.ok(no("MFA_TOO_SOON", () => site.engine.verifyBegin(site.login(), EMAIL)).retryAtS > site.nowS);
      assert.equal(site.engine.verifyFinish(site.login(), offer.ticket, codeIn(offer)).aal, 1);
      site.close();
    });

    it("a remembered browser", () => {
      const site = new Site({ store: store() });
      site.signIn(site.enrollTotp());
      const { setCookie } = site.engine.deviceRemember(site.signedIn(MANAGE), "Laptop");
      const proof = site.engine.verifyCode(site.login(), DEVICE, jar(setCookie));
      assert.deepEqual([proof.aal, proof.method], [1, DEVICE]);
      site.engine.admin(mfa.AdminAction.FORGET_DEVICES, "alice", { actor: "root" });
      no("MFA_NOT_FOUND", () => site.engine.verifyCode(site.login(), DEVICE, jar(setCookie)));
      site.close();
    });

    it("a paired device", () => {
      const site = new Site({ store: store() });
      site.signIn(site.enrollTotp());
      const pairing = site.engine.enrollBegin(site.signedIn(MANAGE), DEVICE);
      const phone = site.login("alice", {
        browser: "the browser of a phone",
        userAgent: "Mozilla/5.0 (Android 14; Mobile; rv:120.0) Gecko/120.0 Firefox/120.0",
      });
      no("MFA_PENDING", () => site.engine.deviceClaimed(site.signedIn(MANAGE), pairing.ticket));
      const claim = site.engine.deviceClaim(phone, pairing.code);
      assert.equal(site.engine.deviceClaimed(site.signedIn(MANAGE), pairing.ticket).device, "Firefox on Android");
      no("MFA_PENDING", () => site.engine.deviceCollect(phone, claim.ticket));
      site.engine.enrollFinish(site.signedIn(MANAGE), pairing.ticket, claim.code);
      const cookie = jar(site.engine.deviceCollect(phone, claim.ticket).setCookie);
      assert.equal(site.engine.verifyCode(phone, DEVICE, cookie).user, "alice");
      site.close();
    });
  });
}

it("a remembered user", () => {
  const site = new Site();
  site.signIn(site.enrollTotp());
  const cookie = jar(site.engine.rememberedIssue(site.signedIn(MANAGE)));
  const nobody = { purpose: LOGIN };
  assert.equal(site.engine.rememberedUser(nobody, cookie), "alice");
  no("MFA_NOT_FOUND", () => site.engine.rememberedUser(nobody, "a=b"));
  site.close();
});

it("an account, and changes to it", () => {
  const site = new Site();
  assert.equal(site.engine.account(site.login()).need, mfa.Need.NOTHING);
  const secret = site.enrollTotp();
  const login = site.engine.account(site.login());
  assert.deepEqual(
    [login.need, login.methods.filter((info) => info.canVerify).map((info) => info.method)],
    [mfa.Need.FACTOR, [TOTP]],
  );
  site.signIn(secret);
  const account = site.engine.account(site.signedIn(MANAGE));
  const [factor] = account.factors;
  assert.ok(
    factor.enabled === true && factor.addedS === NOW_S && account.aalNeeded >= 1 && JSON.parse(account.json).factors,
  );
  site.engine.factorRename(site.signedIn(MANAGE), factor.id, "Téléphone");
  assert.equal(site.engine.account(site.signedIn(MANAGE)).factors[0].label, "Téléphone");
  site.engine.adminImport("alice", { method: "totp", uri: `otpauth://totp/a?secret=${"A".repeat(32)}` });
  const before = site.signedIn(MANAGE);
  site.keep(site.engine.factorSetEnabled(before, factor.id, false));
  no("MFA_REVOKED", () => site.engine.sessionCheck(before));
  site.keep(site.engine.factorSetEnabled(site.signedIn(MANAGE), factor.id, true));
  site.keep(site.engine.factorRemove(site.signedIn(MANAGE), factor.id));
  no("MFA_NOT_FOUND", () => site.engine.factorRename(site.signedIn(MANAGE), factor.id, "again"));
  site.close();
});

it("a session", () => {
  const site = new Site();
  assert.equal(site.engine.sessionStart(site.login()).aal, 1);
  site.signIn(site.enrollTotp());
  const page = site.signedIn(STEP_UP);
  assert.equal(site.engine.sessionCheck(page), undefined);
  site.engine.sessionCheck(page, { aal: 2, maxAgeS: 60, method: TOTP });
  site.engine.sessionCheckOffline(page);
  const session = site.engine.session(page);
  assert.deepEqual([session.user, session.aal, session.method, session.verified_s], ["alice", 2, "totp", NOW_S]);
  assert.ok(site.engine.policyExplain(page, { aal: 2 }));
  assert.throws(() => site.engine.sessionCheck({ ...page, user: "bob" }), mfa.Refused);
  site.nowS += 61;
  no("MFA_FACTOR_NEEDED", () => site.engine.sessionCheck(page, { maxAgeS: 60 }));
  site.engine.admin(mfa.AdminAction.SIGN_OUT, "alice");
  site.engine.sessionCheckOffline(page);
  no("MFA_REVOKED", () => site.engine.sessionCheck(page));
  site.close();
});

it("more is needed: an exception that carries its proof", () => {
  const site = new Site({ config: { ...CONFIG, policy: { roles: { "*": { mfa: "required", min_aal: 2 } } } } });
  site.engine.adminImport("alice", { method: "totp", uri: `otpauth://totp/a?secret=${"A".repeat(32)}` });
  site.signIn(Buffer.alloc(20), "alice", 0);
  const codes = recoveryCodes(site);
  const more = no("MFA_MORE_NEEDED", () => site.engine.verifyCode(site.login(), RECOVERY, codes[1]));
  assert.ok(more instanceof mfa.MoreNeeded && more.proof.user === "alice" && more.proof.statement);
  hidden(more, more.proof.statement);
  site.close();
});

it("an approval is of one action", () => {
  const site = new Site();
  const secret = site.enrollTotp();
  site.signIn(secret);
  site.nowS += 60;
  const wire = site.signedIn(APPROVE, { action: Buffer.alloc(32, "a") });
  assert.equal(site.engine.verifyCode(wire, TOTP, site.code(secret)).user, "alice");
  no("MFA_ERR_ARGUMENT", () => site.engine.verifyCode(site.signedIn(APPROVE), TOTP, site.code(secret)));
  site.close();
});

it("administration", () => {
  const site = new Site();
  const factor = { method: "totp", uri: `otpauth://totp/a?secret=${"A".repeat(32)}` };
  const odd = Buffer.from([0xff, 0xfe, 0]);
  for (const user of ["carol", "alice", odd, "bob"]) site.engine.adminImport(user, factor);
  assert.deepEqual(site.engine.adminUsers("", 2), ["alice", "bob"]);
  assert.deepEqual(site.engine.adminUsers("bob"), ["carol", odd]);
  site.engine.admin(mfa.AdminAction.ERASE, odd);
  assert.deepEqual(site.engine.adminAudit("alice"), []);
  no("MFA_NOT_FOUND", () => site.engine.admin(mfa.AdminAction.RESET, "nobody"));
  assert.match(no("MFA_ERR_ARGUMENT", () => site.engine.adminImport("alice", { method: "totp" })).message, /uri/);
  const weak = { method: "totp", uri: `otpauth://totp/a?secret=${"A".repeat(16)}` };
  assert.equal(site.engine.adminImport("bob", weak).signals, mfa.Signal.WEAK_SECRET);
  site.close();
});

it("configuration, keys, trust", () => {
  const store = new MemoryStore();
  const site = new Site({ store });
  assert.deepEqual(mfa.configCheck(JSON.stringify(CONFIG)), site.engine.configJson());
  assert.ok(mfa.configSchema().properties.issuer);
  const wrong = { version: 1, issuer: "x", totp: { digit: 6 } };
  assert.match(no("MFA_ERR_CONFIG", () => mfa.configCheck(wrong)).message, /totp\.digit/);
  assert.match(no("MFA_ERR_CONFIG", () => new Site({ config: wrong })).message, /totp\.digit/);
  site.enrollTotp();
  const other = new Site({ store, keys: [mfa.generateKey(2)] });
  no("MFA_ERR_KEY", () => other.engine.account(other.login()));
  const both = new Site({ store, keys: [mfa.generateKey(2), { id: 1, bytes: Buffer.alloc(32, 7) }] });
  assert.equal(both.engine.account(both.login()).factors.length, 1);
  const trust = new mfa.webauthn.Trust(NOW_S);
  assert.equal(trust.json().anchors, 0);
  site.engine.setTrust(trust);
  trust.close();
  site.engine.setTrust(null);
  [site, other, both].forEach((one) => one.close());
});
