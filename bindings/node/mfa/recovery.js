// Recovery codes, stateless (mfa/recovery.h).
import { N } from "./library.js";
import { whole } from "./memory.js";
import { later, now, numbered } from "./call.js";

/** @typedef {import("./memory.js").Text} Text */

function generatePlan(count, pepper) {
  const number = Number(whole(count, "size_t", "count"));
  if (number < 1 || number > 32) throw new RangeError("count must be 1 to 32");
  return {
    name: "mfa_recovery_generate",
    lend: [],
    start(memory) {
      const codes = memory.take(number * N.MFA_RECOVERY_CODE_SIZE);
      const hashes = memory.take(number * N.MFA_RECOVERY_HASH_SIZE);
      return {
        args: [...memory.text(pepper, "pepper"), number, codes.at, hashes.at],
        finish(failure) {
          if (failure) throw failure;
          const made = { hashes: column(hashes.bytes, N.MFA_RECOVERY_HASH_SIZE) };
          return Object.defineProperty(made, "codes", {
            value: column(codes.bytes, N.MFA_RECOVERY_CODE_SIZE),
            enumerable: false,
          });
        },
      };
    },
  };
}

function column(bytes, width) {
  return Array.from({ length: bytes.length / width }, (_, index) => {
    const row = bytes.subarray(index * width, (index + 1) * width);
    return row.subarray(0, row.indexOf(0)).toString("latin1");
  });
}

const verifyPlan = (hashes, code, pepper) =>
  numbered(
    "mfa_recovery_verify",
    [],
    (memory) => [...memory.text(pepper, "pepper"), ...memory.texts(hashes, "hashes"), ...memory.text(code, "the code")],
    "size_t",
    Number,
  );

/**
 * Makes 1 to 32 codes, about 35 ms each: generateAsync where others wait (mfa_recovery_generate). codes: to show once; hashes: to
 * store. pepper: a key kept outside your database. ERR_ARGUMENT.
 * @param {number} [count]
 * @param {Text} [pepper]
 * @returns {{codes: string[], hashes: string[]}}
 */
export const generate = (count = 10, pepper = "") => now(generatePlan(count, pepper));
/** As generate, on a thread. @returns {Promise<{codes: string[], hashes: string[]}>} */
export const generateAsync = async (count = 10, pepper = "") => later(generatePlan(count, pepper));

/**
 * Which of one set's hashes the code opens: delete that one in the statement that accepts the login (mfa_recovery_verify). One slow
 * hash: verifyAsync where others wait. WRONG, MALFORMED, ERR_DAMAGED.
 * @param {Text[]} hashes
 * @param {Text} code
 * @param {Text} [pepper]
 * @returns {number}
 */
export const verify = (hashes, code, pepper = "") => now(verifyPlan(hashes, code, pepper));
/** As verify, on a thread. @returns {Promise<number>} */
export const verifyAsync = async (hashes, code, pepper = "") => later(verifyPlan(hashes, code, pepper));
