// libmfa for Node: passkeys, one-time passwords, recovery codes, and the engine that keeps and judges them. A thin binding: each call
// names the one of libmfa that it makes, whose comment in include/mfa says the rest. docs/node.md says how to begin.
export * from "./constants.js";
export { configCheck, configSchema, generateKey, has, randomBytes, version } from "./base.js";
export { wipe } from "./memory.js";
export { Failed, MfaError, MoreNeeded, reasonName, Refused, statusName } from "./errors.js";
export { Engine } from "./engine.js";
export { checkStore, OpenedStore, openStore } from "./store.js";
export { Log } from "./log.js";
export * as otp from "./otp.js";
export * as recovery from "./recovery.js";
export * as u2f from "./u2f.js";
export * as webauthn from "./webauthn.js";
