// Does one step after the other, compares what came, and keeps what later steps need.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { escape } from "./story.mjs";
import { Unfit, World } from "./world.mjs";

/** The program of MFA_AUTHENTICATOR, for many scenarios. */
export class Authenticator {
  constructor() {
    this.process = spawn(process.env.MFA_AUTHENTICATOR, [], { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  /** options: JSON, put in as it is. */
  async ask(members, options) {
    const request = JSON.stringify(members);
    this.process.stdin.write(`${options ? `${request.slice(0, -1)},"options":${options}}` : request}\n`);
    const { value } = await this.lines.next();
    if (!value || value.startsWith('{"error"')) throw new Unfit(`the authenticator: ${value}`);
    return value;
  }

  async passkey(op, { offer, ...members }) {
    const answer = await this.ask({ op, fault: "", ...members }, offer);
    return op === "clone" ? {} : { response: answer };
  }

  close() {
    this.process.stdin.end();
  }
}

function cut({ of, after, before }) {
  let text = of;
  if (after !== undefined) {
    if (!text.includes(after)) throw new Unfit(`there is no ${after} to cut after`);
    text = text.slice(text.indexOf(after) + after.length);
  }
  if (before !== undefined) {
    if (text.includes(before)) text = text.slice(0, text.indexOf(before));
    else if (before !== "\n") throw new Unfit(`there is no ${before} to cut before`);
  }
  return { text };
}

function wrongCode({ code }) {
  const last = code.at(-1);
  const other = last === "9" ? "0" : /\d/.test(last) ? String(Number(last) + 1) : "9";
  return { code: code.slice(0, -1) + other };
}

class Player {
  variables = new Map();
  transcript = [];

  constructor(world, authenticator) {
    this.world = world;
    this.authenticator = authenticator;
  }

  fill(text) {
    return text.replace(/\$\{([^}]*)\}/g, (_, name) => {
      if (!this.variables.has(name)) throw new Unfit(`nothing was saved as ${name}`);
      return this.variables.get(name);
    });
  }

  async perform(name, given) {
    if (name === "cut") return cut(given);
    if (name === "wrong_code") return wrongCode(given);
    if (name.startsWith("passkey_")) return this.authenticator.passkey(name.slice("passkey_".length), given);
    return this.world.perform(name, given);
  }

  async step(step) {
    const given = Object.fromEntries(Object.entries(step.arguments).map(([name, text]) => [name, this.fill(text)]));
    const items = { status: "MFA_OK", ...(await this.perform(step.name, given)) };
    const get = (item) => items[item] ?? "";
    this.transcript.push(`step ${step.number} ${step.name}\n`);
    const names = Object.keys(items).filter(get).sort();
    for (const name of names) this.transcript.push(`${name}=${escape(items[name])}\n`);
    for (const [item, text] of step.expect) {
      const wanted = this.fill(text);
      if (get(item) !== wanted)
        throw new Unfit(`${item} is ${get(item)}, not ${wanted}; the whole: ${JSON.stringify(items)}`);
    }
    for (const item of step.has) if (!get(item)) throw new Unfit(`there is no ${item}`);
    for (const [item, text] of step.contains) {
      if (!get(item).includes(this.fill(text))) throw new Unfit(`${item} is ${get(item)}, without ${this.fill(text)}`);
    }
    for (const [variable, item] of step.save) this.variables.set(variable, get(item));
  }
}

/** The transcript; throws an Unfit that says why the scenario does not hold. */
export async function play(scenario, ownStore, authenticator) {
  await authenticator.ask({ op: "seed", seed: Number(scenario.seed) });
  const world = new World(scenario, ownStore);
  try {
    const player = new Player(world, authenticator);
    for (const step of scenario.steps) {
      try {
        await player.step(step);
      } catch (error) {
        if (error instanceof Unfit)
          error.message = `${scenario.scenario}, step ${step.number}, ${step.name} (${step.note}): ${error.message}`;
        throw error;
      }
    }
    if (!world.wasAsked()) throw new Unfit("the clock or the randomness was never asked");
    return player.transcript.join("");
  } finally {
    world.close();
  }
}
