// Package mfa is multi-factor authentication for any server: passkeys and security keys (WebAuthn), authenticator apps and
// hardware tokens (TOTP, HOTP), recovery codes, and the policy, throttling and state that make them safe, on libmfa. How to add it
// to a login: docs/go.md of libmfa.
//
// An answer that is no yes is an *Error, never a result: errors.Is(err, mfa.ErrRefused) is a no, errors.Is(err, mfa.ErrFailed) a
// call that did not complete. A result comes with a nil error alone.
//
// What owns something of C has a Close, which may be called at any time and any number of times; it is freed when the last call
// on it has ended. Secrets go into C for the length of a call and are wiped there; Wipe wipes your own.
package mfa
