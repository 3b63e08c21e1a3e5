// C objects that live on. Who uses one is counted, so that none is freed while a call of another thread, or the call whose
// callback closes it, still needs it.

/** @typedef {{pointer: bigint, free: (pointer: bigint) => void, users: number, closed: boolean}} State */

/** What is open, in the order in which it was made. @type {Set<State>} */
const open = new Set();

function release(state) {
  if (state.closed && state.users === 0 && open.delete(state)) state.free(state.pointer);
}

function close(state) {
  state.closed = true;
  release(state);
}

// A net for what was never closed; it is not reached by what its own callbacks hold.
const forgotten = new FinalizationRegistry(close);

// The last event of an engine says that its log is whole, so engines are freed at the end; stores are made before them.
process.on("exit", () => [...open].reverse().forEach(close));

export class Handle {
  #state;
  #what;

  /**
   * @param {bigint} pointer
   * @param {(pointer: bigint) => void} free must not hold the handle
   * @param {string} what
   */
  constructor(pointer, free, what) {
    this.#state = { pointer, free, users: 0, closed: false };
    this.#what = what;
    open.add(this.#state);
    forgotten.register(this, this.#state, this.#state);
  }

  get closed() {
    return this.#state.closed;
  }

  close() {
    forgotten.unregister(this.#state);
    close(this.#state);
  }

  /** The pointer, and what gives it back. A closed one is an Error with code ERR_MFA_CLOSED. */
  lend() {
    const state = this.#state;
    if (state.closed) throw Object.assign(new Error(`the ${this.#what} is closed`), { code: "ERR_MFA_CLOSED" });
    state.users += 1;
    let lent = true;
    return {
      pointer: state.pointer,
      giveBack() {
        if (!lent) return;
        lent = false;
        state.users -= 1;
        release(state);
      },
    };
  }
}

/** Base of what owns a handle. */
export class Closing {
  /** @type {Handle} */
  #handle;

  /** @param {Handle} handle */
  constructor(handle) {
    if (!(handle instanceof Handle)) throw new TypeError(`a ${new.target.name} is not made so`);
    this.#handle = handle;
  }

  /** Frees it, once calls that are under way have ended. Again is fine; any other call on it throws from here on. */
  close() {
    this.#handle.close();
  }

  /** Whether close was called. */
  get closed() {
    return this.#handle.closed;
  }

  /** The handle of one of these, or TypeError. */
  static handleOf(value, kind) {
    if (!(value instanceof kind)) throw new TypeError(`expected a ${kind.name}`);
    return value.#handle;
  }
}
if (Symbol.dispose) Closing.prototype[Symbol.dispose] = Closing.prototype.close;
