// Scenarios as lines (tests/scenarios/README.md).
import { readFileSync } from "node:fs";

const unescape = (field) => field.replace(/\\(.)/gs, (_, letter) => ({ n: "\n", t: "\t" })[letter] ?? letter);
export const escape = (text) =>
  text.replace(/[\\\n\t]/g, (letter) => ({ "\\": "\\\\", "\n": "\\n", "\t": "\\t" })[letter]);

export function read(path) {
  const all = [];
  let one = { steps: [] };
  for (const line of readFileSync(path, "utf8").split("\n").slice(0, -1)) {
    const [kind, ...fields] = line.split("\t").map(unescape);
    const step = one.steps.at(-1);
    if (kind === "end") {
      all.push(one);
      one = { steps: [] };
    } else if (kind === "step") {
      const [number, name, note] = fields;
      one.steps.push({ number, name, note, arguments: {}, expect: [], has: [], contains: [], save: [] });
    } else if (step && kind === "arg") {
      step.arguments[fields[0]] = fields[1];
    } else if (step && kind === "has") {
      step.has.push(fields[0]);
    } else if (step && ["expect", "contains", "save"].includes(kind)) {
      step[kind].push(fields);
    } else if (!step && ["scenario", "start_s", "seed", "keys", "config"].includes(kind)) {
      one[kind] = fields[0];
    } else {
      throw new Error(`this is no line of a scenario: ${line}`);
    }
  }
  return all;
}
