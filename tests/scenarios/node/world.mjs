// An engine with a store, a clock and randomness, and the steps that call it.
import * as mfa from "../../../bindings/node/mfa/index.js";
import { MemoryStore } from "../../bindings/node/site.mjs";

/** What cannot be done, or does not hold. */
export class Unfit extends Error {}

/** SplitMix64: for tests, and no secret to anybody. */
class SplitMix64 {
  asked = false;

  constructor(seed) {
    this.state = BigInt(seed);
  }

  number() {
    const low = (value) => BigInt.asUintN(64, value);
    this.state = low(this.state + 0x9e3779b97f4a7c15n);
    let z = this.state;
    z = low((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = low((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  }

  draw(count) {
    this.asked = true;
    const room = Buffer.alloc(Math.ceil(count / 8) * 8);
    for (let at = 0; at < room.length; at += 8) room.writeBigUInt64LE(this.number(), at);
    return room.subarray(0, count);
  }
}

function named(names, text) {
  const found = names[text.toUpperCase()];
  if (found === undefined) throw new Unfit(`${text} is none of ${Object.keys(names)}`);
  return found;
}

const list = (text) => text.split(",").filter(Boolean);
const bits = (names, text) => list(text).reduce((sum, name) => sum | named(names, name), 0);
const nameOf = (names, number) =>
  Object.keys(names)
    .find((name) => names[name] === number)
    ?.toLowerCase() ?? String(number);
const signals = (given) =>
  Object.keys(mfa.Signal)
    .filter((name) => given & mfa.Signal[name])
    .join(",")
    .toLowerCase();
const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

const READ = {
  "request.purpose": (text) => named(mfa.Purpose, text),
  "request.proven": (text) => bits(mfa.Proven, text),
  "request.flags": (text) => bits(mfa.RequestFlag, text),
  "request.action": (text) => Buffer.from(text, "hex"),
  "request.roles": list,
  "request.min_serial": Number,
  "options.mediation": (text) => named(mfa.Mediation, text),
  "options.user_verification": (text) => named(mfa.UserVerification, text),
  "need.aal": Number,
  "need.max_age_s": Number,
  "need.method": mfa.methodFromName,
  method: mfa.methodFromName,
  enabled: (text) => text === "1",
  limit: Number,
};

/** The members of an object among the arguments; undefined without any. */
function members(given, prefix) {
  const found = Object.entries(given).filter(([name]) => name.startsWith(prefix));
  if (!found.length) return undefined;
  return Object.fromEntries(
    found.map(([name, text]) => [camel(name.slice(prefix.length)), READ[name] ? READ[name](text) : text]),
  );
}

const UNTIL_OPENED = "18446744073709551615"; // UINT64_MAX
function text(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "1" : "0";
  return value === Infinity ? UNTIL_OPENED : String(value);
}
const texts = (of, names) => Object.fromEntries(names.split(" ").map((name) => [name, text(of[camel(name)])]));
const document = (value) => ({ text: JSON.stringify(value) });
const nothing = () => ({});

function offer(given) {
  const items = texts(given, "ticket options uri secret code address_masked expires_at_s json");
  items.recovery_codes = given.recoveryCodes.join("\n");
  for (const name of given.mail ? ["to", "subject", "text", "html"] : [])
    items[`mail_${name}`] = text(given.mail[name]);
  return items;
}

const proof = (given) => ({
  ...texts(given, "user factor statement set_cookie credentials aal serial recovery_remaining json"),
  amr: given.amr.join(","),
  method: mfa.methodName(given.method),
  signals: signals(given.signals),
});

function account(given) {
  const items = texts(given, "grace_until_s recovery_remaining must_enroll_recovery aal_needed json");
  const methods = (wanted) =>
    given.methods
      .filter(wanted)
      .map((row) => mfa.methodName(row.method))
      .join(",");
  items.need = nameOf(mfa.Need, given.need);
  items.methods = methods(() => true);
  items.can_verify = methods((row) => row.canVerify);
  items.can_enroll = methods((row) => row.canEnroll);
  items.factors = String(given.factors.length);
  const rows = [
    ...given.methods.map((row) => [
      `method.${mfa.methodName(row.method)}.`,
      texts(row, "factors aal locked_until_s label"),
    ]),
    ...given.factors.map((row, at) => [
      `factor.${at}.`,
      {
        method: mfa.methodName(row.method),
        ...texts(
          row,
          "id label device address enabled can_disable can_remove enterprise added_s last_used_s expires_s locked_until_s",
        ),
      },
    ]),
  ];
  for (const [prefix, row] of rows) for (const [name, value] of Object.entries(row)) items[prefix + name] = value;
  return items;
}

/** do: the method of Engine, its arguments in order, what it gives. */
const CALLS = {
  account_view: ["account", "request", account],
  enroll_begin: ["enrollBegin", "request method options", offer],
  enroll_finish: ["enrollFinish", "request ticket response", proof],
  verify_begin: ["verifyBegin", "request method options", offer],
  verify_finish: ["verifyFinish", "request ticket response", proof],
  verify_code: ["verifyCode", "request method code", proof],
  session_start: ["sessionStart", "request", proof],
  session_check: ["sessionCheck", "request need", nothing],
  session_check_offline: ["sessionCheckOffline", "request need", nothing],
  session_json: ["session", "request", document],
  policy_explain: ["policyExplain", "request need", document],
  device_remember: ["deviceRemember", "request label", proof],
  device_claim: ["deviceClaim", "request code", offer],
  device_claimed: ["deviceClaimed", "request ticket", document],
  device_collect: ["deviceCollect", "request ticket", proof],
  remembered_issue: ["rememberedIssue", "request", (made) => ({ text: made })],
  remembered_user: ["rememberedUser", "request cookies", (made) => ({ text: String(made) })],
  factor_rename: ["factorRename", "request factor label", nothing],
  factor_set_enabled: ["factorSetEnabled", "request factor enabled", proof],
  factor_remove: ["factorRemove", "request factor", proof],
  engine_config_json: ["configJson", "", document],
  admin_users: ["adminUsers", "after limit", (users) => ({ users: users.join(",") })],
};

const ITS_OWN = {
  advance(world, given) {
    world.nowS += Number(given.s);
  },
  restart(world, given) {
    world.keys = given.keys ?? world.keys;
    world.config = given.config ?? world.config;
    world.engine.close();
    world.engine = world.make();
  },
  totp_code(world, { secret, offset_s = "0", digits = "6", period_s = "30", hash = "sha1" }) {
    const params = { digits: Number(digits), periodS: Number(period_s), hash: named(mfa.Hash, hash) };
    return { code: mfa.otp.totpCode(mfa.otp.base32Decode(secret), world.nowS + Number(offset_s), params) };
  },
  hotp_code(world, { secret, counter, digits = "6", hash = "sha1" }) {
    const params = { digits: Number(digits), hash: named(mfa.Hash, hash) };
    return { code: mfa.otp.hotpCode(mfa.otp.base32Decode(secret), BigInt(counter), params) };
  },
  events: (world, { event }) => ({
    count: String(world.heard.filter((line) => line.startsWith(`{"event":"${event}"`)).length),
  }),
  admin(world, { action, user = "", factor = "", actor = "" }) {
    world.engine.admin(named(mfa.AdminAction, action), user, { factor, actor });
  },
  admin_import(world, { user = "", json, actor = "" }) {
    const imported = world.engine.adminImport(user, json, { actor });
    return { text: imported.factor, signals: signals(imported.signals) };
  },
};

export class World {
  clockAsked = false;
  heard = [];

  constructor(scenario, ownStore) {
    this.nowS = Number(scenario.start_s);
    this.random = new SplitMix64(scenario.seed);
    this.keys = scenario.keys;
    this.config = scenario.config;
    this.store = ownStore ? new MemoryStore() : mfa.openStore("memory:");
    try {
      this.engine = this.make();
    } catch (error) {
      throw new Unfit(`there is no engine: ${error.message}`);
    }
  }

  make() {
    return new mfa.Engine({
      config: this.config,
      keys: list(this.keys).map((id) => ({ id: Number(id), bytes: Buffer.alloc(32, Number(id)) })),
      store: this.store,
      pepper: Buffer.alloc(32, 0x50),
      decoyKey: Buffer.alloc(32, 0xd0),
      nowS: () => {
        this.clockAsked = true;
        return this.nowS;
      },
      random: (count) => this.random.draw(count),
      event: (line) => this.heard.push(line),
    });
  }

  wasAsked() {
    return this.clockAsked && this.random.asked;
  }

  close() {
    this.engine.close();
    this.store.close?.();
  }

  perform(name, given) {
    try {
      if (ITS_OWN[name]) return ITS_OWN[name](this, given) ?? {};
      if (!CALLS[name]) throw new Unfit(`there is no step ${name}`);
      const [method, wanted, items] = CALLS[name];
      const args = wanted.split(" ").map((argument) => {
        if (["request", "options", "need"].includes(argument)) return members(given, `${argument}.`);
        return READ[argument] ? READ[argument](given[argument] ?? "") : (given[argument] ?? "");
      });
      return items(this.engine[method](...args));
    } catch (no) {
      if (!(no instanceof mfa.MfaError)) throw no;
      return {
        signals: signals(no.signals),
        ...(no instanceof mfa.MoreNeeded ? proof(no.proof) : {}),
        status: no.code,
        reason: no.reasonName,
        attempts_left: String(no.attemptsLeft),
        retry_at_s: text(no.retryAtS),
        clock_skew_s: String(no.clockSkewS),
      };
    }
  }
}
