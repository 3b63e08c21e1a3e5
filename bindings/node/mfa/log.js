// Is a log of events whole (mfa/log.h; docs/events.md)?
import { c, LAYOUTS, N } from "./library.js";
import { keyRing, Memory, number64, unfold } from "./memory.js";
import { now, object, plain } from "./call.js";
import { Closing, Handle } from "./handle.js";

/**
 * What a line, or the end, brought to light (mfa_log_finding). trouble: LogTrouble. isNote: the log may be whole. line: 1 for the
 * first; 0: it shows at the end.
 * @typedef {{trouble: number, isNote: boolean, line: number, chain: string, firstN: number, lastN: number}} Finding
 */

/**
 * A check of one log. keys: of the engines that wrote, those dropped since too; none: links alone are checked. After an
 * exception it is worth nothing.
 */
export class Log extends Closing {
  /** @param {import("./base.js").Key[]} [keys] */
  constructor(keys = []) {
    super(
      now(
        object(
          "mfa_log_new",
          [],
          (memory) => keyRing(memory, keys),
          (at) => new Handle(at, (log) => c.mfa_log_free(log), "log"),
        ),
      ),
    );
  }

  /**
   * The next line, without its end (mfa_log_line): what it brought to light, nothing for a good one.
   * @param {import("./memory.js").Text} line
   * @returns {Finding[]}
   */
  line(line) {
    return this.#findings("mfa_log_line", (memory) => memory.text(line, "the line"));
  }

  /**
   * There are no more lines (mfa_log_end). complete: every engine was closed.
   * @param {{complete?: boolean}} [how]
   * @returns {Finding[]}
   */
  end({ complete = false } = {}) {
    return this.#findings("mfa_log_end", () => [complete ? 1 : 0]);
  }

  /** Events that are there (mfa_log_number). */
  get events() {
    return this.#number(N.MFA_LOG_ITEM_EVENTS);
  }

  /** Engines that wrote. */
  get chains() {
    return this.#number(N.MFA_LOG_ITEM_CHAINS);
  }

  /** Events whose links alone were checked. */
  get unchecked() {
    return this.#number(N.MFA_LOG_ITEM_UNCHECKED);
  }

  /** Findings but for notes: 0 is a log that is whole. */
  get problems() {
    return this.#number(N.MFA_LOG_ITEM_PROBLEMS);
  }

  #lent(use) {
    const lent = Closing.handleOf(this, Log).lend();
    try {
      return use(lent.pointer);
    } finally {
      lent.giveBack();
    }
  }

  #number(item) {
    return this.#lent((log) => number64(c.mfa_log_number(log, item)));
  }

  #findings(name, args) {
    return this.#lent((log) => {
      try {
        now(plain(name, [], (memory) => [log, ...args(memory)]));
      } catch (error) {
        if (error.status !== N.MFA_WRONG) throw error; // which is what findings say
      }
      const count = Number(c.mfa_log_finding_count(log));
      return Array.from({ length: count }, (_, index) => {
        const memory = new Memory();
        const piece = memory.struct("mfa_log_finding");
        const status = c.mfa_log_finding_at(log, index, piece.at);
        if (status !== N.MFA_OK) throw new Error(`mfa_log_finding_at answers ${status}`);
        const found = unfold("mfa_log_finding", piece);
        return { ...found, isNote: piece.get("int32_t", LAYOUTS.mfa_log_finding.by.is_note.offset) !== 0 };
      });
    });
  }
}
