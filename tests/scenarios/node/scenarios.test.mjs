// Plays the scenarios in Node (tests/scenarios/README.md).
//
// MFA_SCENARIOS and MFA_BROKEN: files of lines. MFA_SCENARIOS_C: the runner in C, to which the same has to be told.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";

import { Authenticator, play } from "./player.mjs";
import { read } from "./story.mjs";
import { Unfit } from "./world.mjs";

const scenarios = read(process.env.MFA_SCENARIOS);
const broken = read(process.env.MFA_BROKEN);
const authenticator = new Authenticator();
after(() => authenticator.close());

it("there are some", () => assert.ok(scenarios.length > 1 && broken.length > 1));

for (const ownStore of [false, true]) {
  describe(ownStore ? "on a store in JavaScript" : "on memory:", () => {
    for (const scenario of scenarios) {
      it(scenario.scenario, async () => assert.ok(await play(scenario, ownStore, authenticator)));
    }
    for (const scenario of broken) {
      it(`${scenario.scenario} fails`, () => assert.rejects(play(scenario, ownStore, authenticator), Unfit));
    }
  });
}

/** Lines of a transcript; documents as what they say, for Node parses them. */
const told = (text) =>
  text
    .split("\n")
    .map((line) => (line.startsWith("text={") ? JSON.parse(line.slice("text=".length).replace(/\\\\/g, "\\")) : line));

it("what Node is told is what C is told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mfa-scenarios-"));
  try {
    const env = { ...process.env, MFA_TRANSCRIPT: folder };
    const played = spawnSync(process.env.MFA_SCENARIOS_C, [process.env.MFA_SCENARIOS], { env, encoding: "utf8" });
    assert.equal(played.status, 0, played.stderr);
    for (const scenario of scenarios) {
      const theirs = readFileSync(join(folder, `${scenario.scenario}.txt`), "utf8");
      assert.deepEqual(told(await play(scenario, false, authenticator)), told(theirs));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
