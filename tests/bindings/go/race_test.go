//go:build race

package mfatest

// The race detector remembers accesses: its memory grows with what is called.
const underRace = true
