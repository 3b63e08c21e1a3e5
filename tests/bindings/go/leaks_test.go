package mfatest

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"libmfa/mfa"
	"libmfa/mfatest/heap"
)

const (
	times   = 40
	perCall = 8 // bytes: less than anything that can be allocated
)

// grown says by how much memory of C is more after many calls.
func grown(call func()) int {
	runtime.GC()
	before := heap.InUse()
	for i := 0; i < times; i++ {
		call()
	}
	return heap.InUse() - before
}

// Nothing of C is left behind: the heap in use after many calls is what it was, to the byte or nearly.
func TestNothingIsLeft(t *testing.T) {
	runtime.LockOSThread() // and its cache of freed blocks
	defer runtime.UnlockOSThread()
	store := newFailing()
	s := newSite(t, store, func(c *mfa.Config) { c.Event = func(string) {} })
	s.enrollTOTP("bob")
	key, wanted := s.passkey(), expectation()
	registration := key.Create(must(mfa.WebAuthnCreateOptions(wanted, mfa.WebAuthnUser{Handle: wanted.UserHandle, Name: "a", DisplayName: "a"}, "")))
	expect := func(err, wanted error) {
		if !errors.Is(err, wanted) {
			t.Fatal(err)
		}
	}
	ring, login := []mfa.Key{s.key}, s.login()
	for name, call := range map[string]func(){
		"account": func() { must(s.Account(ctx, login)) },
		"proof":   func() { must(s.SessionStart(ctx, s.request(mfa.PurposeLogin, "carol"))) },
		"offer":   func() { must(s.VerifyBegin(ctx, login, mfa.MethodWebAuthn, &mfa.BeginOptions{Label: "l"})) },
		"json": func() {
			must(s.PolicyExplain(ctx, login, nil))
			must(s.ConfigJSON())
			must(mfa.ConfigSchema())
		},
		"refused": func() {
			_, err := s.EnrollFinish(ctx, login, "x", "y")
			expect(err, mfa.ErrMalformed)
		},
		"denied": func() {
			_, err := s.VerifyCode(ctx, login, mfa.MethodTOTP, "123456")
			expect(err, mfa.ErrNotFound)
		},
		"mistaken": func() { expect(s.SessionCheck(ctx, login, &mfa.SessionNeed{MaxAge: -1}), mfa.ErrArgument) },
		"failing store": func() {
			store.fails["Load"] = func() error { panic("disk") }
			_, err := s.Account(ctx, login)
			expect(err, mfa.ErrStore)
			delete(store.fails, "Load")
		},
		"users": func() { must(s.AdminUsers(ctx, "", 9)) },
		"credential": func() {
			response := must(mfa.ParseWebAuthnResponse(registration))
			made := must(mfa.WebAuthnVerifyRegistration(wanted, now, response))
			must(response.Extensions())
			must(made.JSON())
			again := must(mfa.LoadWebAuthnCredential(must(made.Save())))
			third := must(mfa.NewWebAuthnCredential(must(again.Columns())))
			for _, closer := range []interface{ Close() error }{response, made, again, third} {
				ok(t, closer.Close())
			}
		},
		"opened": func() {
			opened, trust := must(mfa.OpenStore("memory:")), must(mfa.NewTrust(mfa.TrustInput{}, now))
			ok(t, opened.Save(ctx, []byte("key"), make([]byte, 1000), 0, 1, time.Time{}))
			_, _, err := opened.Load(ctx, []byte("key"))
			ok(t, err)
			must(opened.Scan(ctx, nil, nil, 9))
			engine := must(mfa.NewEngine(mfa.Config{JSON: config, Keys: ring, Store: opened, DecoyKey: make([]byte, 32), Trust: trust}))
			ok(t, engine.SetTrust(nil))
			ok(t, engine.Close())
			ok(t, opened.Close())
			ok(t, trust.Close())
		},
		"log": func() {
			log := must(mfa.NewLog(ring))
			must(log.Line("x"))
			must(log.End(true))
			ok(t, log.Close())
		},
		"one-time": func() {
			must(mfa.ParseOTPAuth(must(mfa.OTPAuth{Method: mfa.MethodTOTP, Account: "a", Secret: secret}.URI()), true))
			must(mfa.TOTPCode(nil, secret, now))
		},
		"qr": func() { must(mfa.QRMatrix("x")) },
		"no engine": func() {
			_, err := mfa.NewEngine(mfa.Config{JSON: "{}", Keys: ring, Store: store})
			expect(err, mfa.ErrConfig)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for i := 0; i < 8; i++ {
				call()
			}
			var tries []int
			for i := 0; i < 12; i++ { // tables grow, and allocators keep what was freed, but not again and again
				more := grown(call)
				if more < times*perCall {
					return
				}
				tries = append(tries, more)
			}
			t.Fatalf("bytes in use after each %d calls: %v", times, tries)
		})
	}
}

func TestALeakShows(t *testing.T) {
	if more := grown(func() { heap.Leak(32) }); more < times*32 {
		t.Fatal(more)
	}
}
