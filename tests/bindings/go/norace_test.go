//go:build !race

package mfatest

const underRace = false
