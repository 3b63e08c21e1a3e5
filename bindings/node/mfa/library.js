// Finds libmfa and declares it to koffi: every function, and where C has each member of each struct.
import koffi from "koffi";

import { CALLBACKS, FUNCTIONS, NUMBERS, STRUCTS } from "./declarations.js";

const path = process.env.MFA_LIBRARY ?? "libmfa.so.0";
const library = open();
const process_ = koffi.load(null);

function open() {
  try {
    return koffi.load(path);
  } catch (cause) {
    throw new Error(`libmfa cannot be opened: ${path}, which MFA_LIBRARY may name: ${cause.message}`, { cause });
  }
}

const KINDS = { pointer: "void *", callback: "void *" };
const kindOf = (kind) => KINDS[kind] ?? (kind.includes("*") ? "void *" : kind);

/** @type {Record<string, any>} */
export const c = {};
for (const [name, [result, parameters]] of Object.entries(FUNCTIONS)) {
  c[name] = library.func(name, kindOf(result), parameters.map(kindOf));
}

/** memcpy(3): how C's memory is read and written. */
export const copy = process_.func("memcpy", "void *", ["void *", "void *", "size_t"]);

/** The type of each callback. */
export const PROTOTYPES = Object.fromEntries(
  Object.entries(CALLBACKS).map(([name, [result, parameters]]) => [
    name,
    koffi.proto(`mfa_js_${name}`, kindOf(result), parameters.map(kindOf)),
  ]),
);

const made = {};
function typeOf(kind) {
  const array = /^(\w+)\[(\d+)\]$/.exec(kind);
  if (array) return koffi.array(array[1], Number(array[2]));
  return made[kind] ?? kindOf(kind);
}

/**
 * A member: its kind, its place in bytes, and its name here.
 * @typedef {{name: string, kind: string, offset: number, key: string}} Member
 */

/** @type {Record<string, {size: number, members: Member[], by: Record<string, Member>}>} */
export const LAYOUTS = {};
for (const [name, members] of Object.entries(STRUCTS)) {
  made[name] = koffi.struct(Object.fromEntries(Object.entries(members).map(([key, kind]) => [key, typeOf(kind)])));
  const laid = Object.entries(members).map(([key, kind]) => ({
    name: key,
    kind,
    offset: koffi.offsetof(made[name], key),
    key: key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
  }));
  LAYOUTS[name] = {
    size: koffi.sizeof(made[name]),
    members: laid,
    by: Object.fromEntries(laid.map((member) => [member.name, member])),
  };
}

export const N = NUMBERS;
export const POINTER_SIZE = koffi.sizeof("void *");

/** The C function that calls this one, for as long as the program runs. */
export function callback(name, run) {
  return koffi.register(run, koffi.pointer(PROTOTYPES[name]));
}

/** Calls a function of C by its address. */
export function callAt(address, name, ...given) {
  return koffi.call(address, PROTOTYPES[name], ...given);
}

/** A text that libmfa never frees; "" for none. */
export const staticText = (address) => (address ? koffi.decode.string(address) : "");
export const addressOf = (buffer) => koffi.address(buffer);
