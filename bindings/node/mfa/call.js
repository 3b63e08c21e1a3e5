// One call of libmfa, now or on a thread of koffi's: what it needs is prepared here, its status becomes an exception.
import { c, LAYOUTS, N } from "./library.js";
import { bufferBytes, Memory, utf8 } from "./memory.js";
import { errorOf } from "./errors.js";
import * as frames from "./frames.js";

/**
 * A call that is not made yet. lend: handles that it uses. start: given its memory and the handles' pointers, its arguments but for
 * the last, which is the mfa_error; finish makes its result or throws; release frees, whatever came.
 * @template T
 * @typedef {{name: string, lend: any[], start: (memory: Memory, ...pointers: bigint[]) => {args: any[],
 *   finish: (failure: import("./errors.js").MfaError | null, signals: number) => T, release?: () => void}}} Plan
 */

function prepare(plan) {
  const memory = new Memory();
  const lent = [];
  try {
    for (const handle of plan.lend) lent.push(handle.lend());
    const run = plan.start(memory, ...lent.map((one) => one.pointer));
    return { memory, lent, run, err: memory.struct("mfa_error") };
  } catch (error) {
    leave({ memory, lent });
    throw error;
  }
}

function leave({ memory, lent, run }) {
  try {
    run?.release?.();
  } finally {
    memory.wipe();
    for (const one of lent) one.giveBack();
  }
}

function result({ run, err }, status, cause) {
  const failure = status === N.MFA_OK ? null : errorOf(status, err, cause);
  return run.finish(failure, err.get("uint32_t", LAYOUTS.mfa_error.by.signals.offset));
}

/** @template T @param {Plan<T>} plan @returns {T} */
export function now(plan) {
  const state = prepare(plan);
  try {
    const frame = frames.enter();
    let status;
    try {
      status = c[plan.name](...state.run.args, state.err.at);
    } finally {
      frames.leave(frame);
    }
    return result(state, status, frame.cause);
  } finally {
    leave(state);
  }
}

// koffi refuses a call when 256 are waiting, of all that use it; the rest wait here.
const AT_ONCE = 64;
let running = 0;
const waiting = [];

/** @template T @param {Plan<T>} plan @returns {Promise<T>} */
export async function later(plan) {
  const state = prepare(plan);
  try {
    if (running >= AT_ONCE) await new Promise((go) => waiting.push(go));
    else running += 1;
    let status;
    try {
      status = await new Promise((resolve, reject) => {
        c[plan.name].async(...state.run.args, state.err.at, (error, told) => (error ? reject(error) : resolve(told)));
      });
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
    return result(state, status, undefined);
  } finally {
    leave(state);
  }
}

function orThrow(failure) {
  if (failure) throw failure;
}

/** For its status alone; gives what it signals beside a yes. */
export function plain(name, lend, args) {
  return {
    name,
    lend,
    start: (memory, ...pointers) => ({
      args: args(memory, ...pointers),
      finish(failure, signals) {
        orThrow(failure);
        return signals;
      },
    }),
  };
}

/** As plain, without a result. */
export const done = (name, lend, args) => mapped(plain(name, lend, args), () => undefined);

export function mapped(plan, map) {
  return {
    ...plan,
    start(memory, ...pointers) {
      const run = plan.start(memory, ...pointers);
      return { ...run, finish: (failure, signals) => map(run.finish(failure, signals)) };
    },
  };
}

/** Fills a buffer: read makes of it what is wanted. A report that comes with a no is the error's. */
export function filled(name, lend, args, read = utf8) {
  return {
    name,
    lend,
    start(memory, ...pointers) {
      const buffer = memory.struct("mfa_buffer");
      return {
        args: [...args(memory, ...pointers), buffer.at],
        finish(failure, signals) {
          const bytes = bufferBytes(buffer);
          if (failure && bytes.length && [N.MFA_WRONG, N.MFA_DENIED].includes(failure.status)) {
            failure.report = utf8(bytes);
          }
          orThrow(failure);
          return read(bytes, signals);
        },
        release: () => c.mfa_buffer_free(buffer.at),
      };
    },
  };
}

export const parsed = (name, lend, args) => filled(name, lend, args, (bytes) => JSON.parse(utf8(bytes)));

/** Makes a C object, which take gets. It is asked with a failure too: MORE_NEEDED comes with a proof. */
export function made(name, lend, args, take) {
  return {
    name,
    lend,
    start(memory, ...pointers) {
      const out = memory.take(8);
      return {
        args: [...args(memory, ...pointers), out.at],
        finish(failure) {
          const pointer = out.get("size_t", 0);
          return take(pointer ? BigInt(pointer) : null, failure);
        },
      };
    },
  };
}

/** As made, for an object that lives on: read is given its pointer. */
export const object = (name, lend, args, read) =>
  made(name, lend, args, (pointer, failure) => {
    orThrow(failure);
    return read(pointer);
  });

/** Writes one number into a place of its own, which is the last argument but the error. */
export function numbered(name, lend, args, kind, read) {
  return {
    name,
    lend,
    start(memory, ...pointers) {
      const out = memory.take(8);
      return {
        args: [...args(memory, ...pointers), out.at],
        finish(failure) {
          orThrow(failure);
          return read(out.get(kind, 0));
        },
      };
    },
  };
}
