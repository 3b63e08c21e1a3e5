package mfatest

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"libmfa/mfa"
	"libmfa/mfatest/softkey"
)

var (
	secret = []byte("12345678901234567890") // RFC 6238 appendix B
	now    = time.Unix(start, 0)
)

func TestOneTimePasswords(t *testing.T) {
	eight := mfa.DefaultTOTP()
	equal(t, eight, mfa.TOTPParams{Hash: mfa.HashSHA1, Digits: 6, Period: 30, Past: 1, Future: 1})
	eight.Digits = 8
	equal(t, must(mfa.TOTPCode(&eight, secret, time.Unix(59, 0))), "94287082") // RFC 6238 appendix B
	equal(t, must(mfa.HOTPCode(nil, secret, 1)), "287082")                     // RFC 4226 appendix D
	equal(t, mfa.DefaultHOTP(), mfa.HOTPParams{Hash: mfa.HashSHA1, Digits: 6, LookAhead: 10})

	code := must(mfa.TOTPCode(nil, secret, now))
	step := must(mfa.TOTPVerify(nil, secret, 0, now, code))
	equal(t, step, start/30+1)
	_, err := mfa.TOTPVerify(nil, secret, step, now, code)
	refused(t, err, mfa.ErrAlreadyUsed)
	_, err = mfa.TOTPVerify(nil, secret, 0, now.Add(300*time.Second), code)
	equal(t, refused(t, err, mfa.ErrWrong).ClockSkew, -300*time.Second)
	_, err = mfa.TOTPVerify(nil, secret, 0, now, "no code")
	refused(t, err, mfa.ErrMalformed)
	_, err = mfa.TOTPCode(nil, []byte("short"), now)
	refused(t, err, mfa.ErrArgument)
	_, err = mfa.TOTPCode(nil, secret, time.Time{})
	refused(t, err, mfa.ErrArgument)
	_, err = mfa.TOTPCode(&mfa.TOTPParams{}, secret, now)
	refused(t, err, mfa.ErrArgument)
	short := mfa.DefaultTOTP()
	short.Flags = mfa.OTPUnsafeShortSecret
	must(mfa.TOTPCode(&short, secret[:10], now))

	equal(t, must(mfa.HOTPVerify(nil, secret, 0, must(mfa.HOTPCode(nil, secret, 4)))), 5)
	_, err = mfa.HOTPVerify(&mfa.HOTPParams{Hash: mfa.HashSHA1, Digits: 6}, secret, 0, must(mfa.HOTPCode(nil, secret, 4)))
	refused(t, err, mfa.ErrWrong)
	next, err := mfa.HOTPResync(nil, secret, 0, 1000, must(mfa.HOTPCode(nil, secret, 300)), must(mfa.HOTPCode(nil, secret, 301)))
	ok(t, err)
	equal(t, next, 302)
}

func TestOTPAuth(t *testing.T) {
	made := mfa.OTPAuth{Method: mfa.MethodTOTP, Issuer: "Example", Account: "alice", Secret: secret, Hash: mfa.HashSHA256, Digits: 8, Period: 60}
	uri, err := made.URI()
	ok(t, err)
	if parsed := must(mfa.ParseOTPAuth(uri, true)); !reflect.DeepEqual(*parsed, made) {
		t.Fatalf("%s: %v", uri, parsed)
	}
	equal(t, must(mfa.ParseOTPAuth("otpauth://totp/a?secret=AAAAAAAAAAAAAAAA", false)).Signals, mfa.SignalWeakSecret)
	_, err = mfa.ParseOTPAuth("otpauth://", false)
	refused(t, err, mfa.ErrMalformed)
	_, err = mfa.OTPAuth{}.URI()
	refused(t, err, mfa.ErrArgument)
	equal(t, must(mfa.Base32Encode([]byte("foobar"))), "MZXW6YTBOI")
	equal(t, string(must(mfa.Base32Decode("mzxw 6ytb-oi======"))), "foobar") // RFC 4648 section 10
	_, err = mfa.Base32Decode("1")
	refused(t, err, mfa.ErrMalformed)
}

func TestQR(t *testing.T) {
	equal(t, strings.Contains(must(mfa.QR("x", mfa.QRSVG)), "<svg"), true)
	equal(t, must(mfa.QR("x", mfa.QRANSI)) != "", true)
	rows := must(mfa.QRMatrix("x"))
	equal(t, len(rows), len(rows[0]))
	equal(t, (len(rows)-17)%4, 0)
	for _, row := range rows[:7] {
		equal(t, row[0], true) // the finder pattern's edge
	}
	_, err := mfa.QR(strings.Repeat("x", 5000), mfa.QRSVG)
	refused(t, err, mfa.ErrArgument)
	_, err = mfa.QR("x", 77)
	refused(t, err, mfa.ErrArgument)
}

func TestRecoveryAlone(t *testing.T) {
	pepper := []byte("kept apart")
	codes, hashes, err := mfa.RecoveryCodes(3, pepper)
	ok(t, err)
	equal(t, len(codes), 3)
	equal(t, must(mfa.RecoveryVerify(hashes, strings.ToLower(codes[2]), pepper)), 2)
	index, err := mfa.RecoveryVerify(hashes, codes[2], []byte("another"))
	refused(t, err, mfa.ErrWrong)
	equal(t, index, -1)
	_, err = mfa.RecoveryVerify(nil, codes[2], pepper)
	refused(t, err, mfa.ErrWrong)
	_, err = mfa.RecoveryVerify(hashes, "no code", nil)
	refused(t, err, mfa.ErrMalformed)
	_, err = mfa.RecoveryVerify([]string{"$altered"}, codes[2], nil)
	refused(t, err, mfa.ErrDamaged)
	for _, count := range []int{0, -1, 33, 1 << 40} {
		_, _, err = mfa.RecoveryCodes(count, nil)
		refused(t, err, mfa.ErrArgument)
	}
}

func draw(n int) []byte {
	b := make([]byte, n)
	must(rand.Read(b))
	return b
}

func expectation() mfa.WebAuthnExpect {
	return mfa.WebAuthnExpect{RPID: "example.org", Origins: []string{origin}, Challenge: draw(32), UserHandle: []byte("handle of alice")}
}

func register(t *testing.T) (*softkey.Passkey, *mfa.WebAuthnCredential) {
	key, wanted := softkey.NewPasskey(origin), expectation()
	user := mfa.WebAuthnUser{Handle: wanted.UserHandle, Name: "alice", DisplayName: "Alice"}
	options := must(mfa.WebAuthnCreateOptions(wanted, user, `{"residentKey": "required"}`))
	if !strings.Contains(string(options), `"residentKey":"required"`) {
		t.Fatal(string(options))
	}
	response := must(mfa.ParseWebAuthnResponse(key.Create(options)))
	defer response.Close()
	equal(t, bytes.Equal(response.ID, key.ID), true)
	equal(t, response.UserHandle == nil, true)
	equal(t, strings.Contains(string(must(response.Extensions())), `"client"`), true)
	credential := must(mfa.WebAuthnVerifyRegistration(wanted, now, response))
	t.Cleanup(func() { credential.Close() })
	return key, credential
}

func TestWebAuthn(t *testing.T) {
	key, made := register(t)
	credential := must(mfa.LoadWebAuthnCredential(must(made.Save())))
	defer credential.Close()
	columns := must(credential.Columns())
	if !bytes.Equal(columns.ID, key.ID) || columns.RPID != "example.org" || columns.Algorithm != -7 || columns.Transports != "internal" ||
		columns.Flags&mfa.WebAuthnUserVerified == 0 || columns.AttestationFormat != "none" || !columns.BackupEligibleKnown ||
		!json.Valid(must(credential.JSON())) {
		t.Fatalf("%+v", columns)
	}
	columns.SignCount, columns.AAGUID = 1<<32-1, [16]byte{1, 2, 3, 15: 16}
	again := must(mfa.NewWebAuthnCredential(columns))
	defer again.Close()
	if read := must(again.Columns()); !reflect.DeepEqual(read, columns) {
		t.Fatalf("%+v", read)
	}

	wanted := expectation()
	wanted.AllowedIDs, wanted.UserVerification, wanted.Algorithms = [][]byte{key.ID}, mfa.UVRequired, []int32{-7}
	options := must(mfa.WebAuthnGetOptions(wanted, ""))
	response := must(mfa.ParseWebAuthnResponse(key.Get(options)))
	defer response.Close()
	equal(t, string(response.UserHandle), "handle of alice")
	result, err := mfa.WebAuthnVerifyAssertion(wanted, credential, response)
	ok(t, err)
	equal(t, result.Flags, mfa.WebAuthnUserPresent|mfa.WebAuthnUserVerified)
	wanted.Challenge = draw(32)
	_, err = mfa.WebAuthnVerifyAssertion(wanted, credential, response)
	if no := refused(t, err, mfa.ErrRefused); !strings.Contains(no.Reason.String(), "challenge") {
		t.Fatal(no.Reason)
	}
	equal(t, strings.Contains(string(must(mfa.WebAuthnSignalUnknown("example.org", response))), `"rpId":"example.org"`), true)
	equal(t, string(must(mfa.WebAuthnSignalAccepted("example.org", []byte("handle"), [][]byte{{1, 2, 3}}))),
		`{"rpId":"example.org","userId":"aGFuZGxl","allAcceptedCredentialIds":["AQID"]}`)
	equal(t, string(must(mfa.WebAuthnSignalUser("example.org", mfa.WebAuthnUser{Handle: []byte("handle"), Name: "a", DisplayName: "A"}))),
		`{"rpId":"example.org","userId":"aGFuZGxl","name":"a","displayName":"A"}`)
	_, err = mfa.WebAuthnSignalAccepted("example.org", nil, nil)
	refused(t, err, mfa.ErrArgument)
}

func TestWebAuthnDocuments(t *testing.T) {
	equal(t, strings.HasPrefix(must(mfa.WebAuthnAndroidOrigin(strings.Repeat("ab", 32))), "android:apk-key-hash:"), true)
	_, err := mfa.WebAuthnAndroidOrigin("ab")
	refused(t, err, mfa.ErrArgument)
	equal(t, string(must(mfa.WebAuthnRelatedOrigins([]string{origin}))), `{"origins":["https://example.org"]}`)
	challenge := softkey.Text(draw(16))
	response := softkey.NewPasskey(origin).Create([]byte(fmt.Sprintf(`{"challenge": %q, "user": {"id": "aGFuZGxl"}}`, challenge)))
	var whole struct{ Response json.RawMessage }
	ok(t, json.Unmarshal([]byte(response), &whole))
	document := fmt.Sprintf(`{"id": "one", "ceremony": "registration", "response": %s, "expect": {"rp_id": "example.org",
		"origins": [%q], "challenge": %q, "user_handle": "aGFuZGxl"}}`, whole.Response, origin, challenge)
	brief, long := must(mfa.WebAuthnVerifyJSON(document, now, false)), must(mfa.WebAuthnVerifyJSON(document, now, true))
	if !strings.Contains(string(brief), `"ok":true`) || len(long) <= len(brief) {
		t.Fatal(string(brief), string(long))
	}
	equal(t, json.Valid(must(mfa.WebAuthnVerifyJSON("no document", now, false))), true)
	equal(t, strings.Contains(string(must(mfa.COSEVerifyJSON(`{"id": "x", "public_key": "", "message": "", "signature": ""}`))), `"ok":false`), true)
	equal(t, strings.Contains(must(mfa.WebAuthnInspect(response)), "example.org"), true)
	_, err = mfa.WebAuthnInspect("{")
	refused(t, err, mfa.ErrMalformed)
}

// linesOf feeds a log and gives all that was found.
func linesOf(t *testing.T, log *mfa.Log, lines []string) (found []mfa.Finding) {
	for _, line := range lines {
		found = append(found, must(log.Line(line))...)
	}
	return append(found, must(log.End(true))...)
}

func TestLog(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	must(s.signIn("alice", s.enrollTOTP("alice"), 1))
	s.Close()
	events := s.events
	check := func(keys ...mfa.Key) *mfa.Log {
		log := must(mfa.NewLog(keys))
		t.Cleanup(func() { log.Close() })
		return log
	}
	whole := check(s.key)
	equal(t, len(linesOf(t, whole, events)), 0)
	equal(t, must(whole.Counts()), mfa.LogCounts{Events: uint64(len(events)), Chains: 1})

	gap := check(s.key)
	found := linesOf(t, gap, append(append([]string(nil), events[:2]...), events[3:]...))
	if found[0].Trouble != mfa.LogMissing || found[0].FirstN != 3 || found[0].LastN != 3 || found[0].Note || found[0].Chain == "" {
		t.Fatal(found)
	}
	equal(t, must(gap.Counts()).Problems, 1)
	altered := strings.Replace(events[0], `"log_started"`, `"log_starter"`, 1)
	equal(t, must(check(s.key).Line(altered))[0].Trouble, mfa.LogAltered)
	equal(t, must(check(s.key).Line("no event"))[0].Trouble, mfa.LogNotEvent)
	equal(t, must(check(must(mfa.NewKey(9))).Line(events[0]))[0].Trouble, mfa.LogUnknownKey)
	_, err := mfa.NewLog([]mfa.Key{{ID: 1}})
	refused(t, err, mfa.ErrFailed)
}
