// 24 threads at once; what is leaked shows in the resident memory. Ten seconds in all; with MFA_TEST_LONG=1, a minute.
//
// An engine that calls JavaScript is of one thread: here each of 24 Workers has its own. One that does not is shared by koffi's.
import assert from "node:assert/strict";
import { it } from "node:test";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import * as mfa from "../../../bindings/node/mfa/index.js";
import { BROWSER, CONFIG, KEY, Site, base32Bytes, no, oneTimePassword } from "./site.mjs";

const THREADS = 24;
const SECONDS = process.env.MFA_TEST_LONG === "1" ? 30 : 5; // of each test
const MAY_GROW = 48 * 2 ** 20; // bytes: 24 heaps of JavaScript, which collect when they like. leaks.test.mjs is exact
const { TOTP } = mfa.Method;

/** A user's life: enrols, signs in, is refused, looks, and is erased. */
function live(site, user) {
  const { engine } = site;
  const secret = site.enrollTotp(user);
  const proof = site.signIn(secret, user);
  assert.equal(proof.user, user);
  no("MFA_ALREADY_USED", () => site.signIn(secret, user));
  no("MFA_MALFORMED", () => engine.enrollFinish(site.login(user), "no ticket", "123456"));
  const page = site.signedIn(mfa.Purpose.STEP_UP, { user });
  engine.sessionCheck(page);
  assert.equal(engine.account(page).factors.length, 1);
  const trust = new mfa.webauthn.Trust(site.nowS);
  engine.setTrust(trust);
  trust.close();
  engine.admin(mfa.AdminAction.ERASE, user);
  site.events.length = 0;
  return 10;
}

function work(milliseconds, use) {
  const until = Date.now() + milliseconds;
  let count = 0;
  do
    count += use(); // once at the least, however slow the machine
  while (Date.now() < until);
  return count;
}

if (!isMainThread) {
  const site = new Site();
  parentPort.on("message", (milliseconds) => {
    if (milliseconds === null) {
      site.close();
      parentPort.close();
      return;
    }
    parentPort.postMessage(work(milliseconds, () => live(site, `user ${workerData}`)));
  });
} else {
  const grown = (name, calls, before) => {
    const after = process.memoryUsage.rss();
    console.log(
      `# ${name}: ${calls} calls, ${THREADS} threads: resident memory ${before} bytes before, ${after} after`,
    );
    assert.ok(calls > THREADS && after - before < MAY_GROW, `${calls} calls, ${after - before} bytes`);
  };

  it("24 Workers, a store and events in JavaScript", async () => {
    const resourceLimits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 2 };
    const workers = Array.from(
      { length: THREADS },
      (_, number) => new Worker(new URL(import.meta.url), { workerData: number, resourceLimits }),
    );
    const round = async (milliseconds) => {
      const told = workers.map(
        (worker) =>
          new Promise((resolve, reject) => {
            worker.once("message", resolve).once("error", reject).postMessage(milliseconds);
          }),
      );
      return (await Promise.all(told)).reduce((sum, one) => sum + one, 0);
    };
    await round(SECONDS * 400); // allocators and caches fill
    const before = process.memoryUsage.rss();
    grown("a store in JavaScript", await round(SECONDS * 600), before);
    const ended = workers.map((worker) => new Promise((resolve) => worker.once("exit", resolve)));
    workers.forEach((worker) => worker.postMessage(null));
    assert.deepEqual(await Promise.all(ended), Array(THREADS).fill(0));
  });

  it("24 users of one engine, on koffi's threads", async () => {
    const store = mfa.openStore("memory:");
    const engine = new mfa.Engine({ config: CONFIG, keys: [KEY], store, decoyKey: Buffer.alloc(32) });
    const calls = engine.async;
    const once = async (user) => {
      const who = { purpose: mfa.Purpose.LOGIN, user, browser: BROWSER, proven: mfa.Proven.PASSWORD };
      const offer = await calls.enrollBegin(who, TOTP);
      const step = Math.floor(Date.now() / 30000);
      const code = (steps) => oneTimePassword(base32Bytes(offer.secret), step + steps);
      await calls.enrollFinish(who, offer.ticket, code(0));
      const told = await Promise.allSettled([1, 2, 3].map(() => calls.verifyCode(who, TOTP, code(1))));
      assert.equal(told.filter((one) => one.status === "fulfilled").length, 1);
      await calls.admin(mfa.AdminAction.ERASE, user);
      return 6;
    };
    const round = async (milliseconds) => {
      const until = Date.now() + milliseconds;
      let count = 0;
      const one = async (user) => {
        do {
          const calls = await once(user);
          count += calls;
        } while (Date.now() < until);
      };
      await Promise.all(Array.from({ length: THREADS }, (_, number) => one(`user ${number}`)));
      return count;
    };
    await round(SECONDS * 400);
    const before = process.memoryUsage.rss();
    grown("asynchronous calls", await round(SECONDS * 600), before);
    engine.close();
    store.close();
  });
}
