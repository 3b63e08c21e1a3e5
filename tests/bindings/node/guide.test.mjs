// docs/node.md: its program runs, and says what it should.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { fileURLToPath } from "node:url";

import * as mfa from "../../../bindings/node/mfa/index.js";

const page = readFileSync(new URL("../../../docs/node.md", import.meta.url), "utf8");

it("its program signs in", () => {
  const [, program] = /```js\n(.*?)```/s.exec(page);
  const cwd = fileURLToPath(new URL("../../../bindings/node/", import.meta.url)); // where "libmfa" is the package itself
  const told = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd,
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(told.status, 0, told.stderr);
  assert.match(told.stdout, /^Add this to your app: otpauth:\/\/totp\/.*\nalice is signed in\.\n$/);
});

it("it names what an error has", () => {
  const error = new mfa.Refused(mfa.Status.WRONG, "no");
  const named = [...page.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  for (const name of ["status", "code", "reason", "reasonName", "retryAt", "attemptsLeft", "clockSkewS", "signals"]) {
    assert.ok(name in error && (named.includes(name) || page.includes(`\`${name}\` (`)), name);
  }
});
