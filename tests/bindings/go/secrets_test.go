package mfatest

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"libmfa/mfa"
	"libmfa/mfatest/heap"
)

// inC says whether the memory that is not Go's holds the bytes: all that may be written, but for Go's heap.
func inC(t *testing.T, wanted []byte) bool {
	memory, err := os.Open("/proc/self/mem")
	ok(t, err)
	defer memory.Close()
	for _, line := range strings.Split(string(must(os.ReadFile("/proc/self/maps"))), "\n") {
		var from, to int64
		var may string
		if n, _ := fmt.Sscanf(line, "%x-%x %s", &from, &to, &may); n != 3 || !strings.HasPrefix(may, "rw") || from>>32 == 0xc0 {
			continue
		}
		part := make([]byte, to-from)
		if n, _ := memory.ReadAt(part, from); bytes.Contains(part[:n], wanted) {
			return true
		}
	}
	return false
}

func TestNoSecretStaysInC(t *testing.T) {
	secret, code := draw(128), "the code that somebody typed, which is none, and longer than what a freed block loses"
	tail := secret[64:]
	must(mfa.TOTPCode(nil, secret, now))
	must(mfa.OTPAuth{Method: mfa.MethodTOTP, Account: "a", Secret: secret}.URI())
	_, err := mfa.TOTPVerify(nil, secret, 0, now, code)
	refused(t, err, mfa.ErrMalformed)
	_, _, err = mfa.RecoveryCodes(1, secret)
	ok(t, err)
	_, err = mfa.LoadWebAuthnCredential(secret)
	refused(t, err, mfa.ErrFailed)
	if inC(t, tail) {
		t.Error("the secret")
	}
	heap.Copy(secret)
	if !inC(t, tail) {
		t.Error("a copy is not found")
	}
}
