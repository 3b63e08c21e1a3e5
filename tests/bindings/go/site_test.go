// Package mfatest tries the package mfa from outside, as its users do.
package mfatest

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"libmfa/mfa"
	"libmfa/mfatest/mapstore"
)

const (
	origin = "https://example.org"
	start  = 1_800_000_000
	config = `{"version": 1, "issuer": "Example",
		"webauthn": {"rp_id": "example.org", "origins": ["https://example.org"]},
		"u2f": {"app_id": "https://example.org", "enroll_raw": true},
		"methods": {"email": {"allowed": true}, "hotp": {"allowed": true}, "device": {"allowed": true}, "u2f": {"allowed": true}},
		"device": {"pairing": true, "pairing_url": "https://example.org/pair"},
		"quick_login": {"enabled": true}, "unsafe": {"recovery_test_hash": true}}`
)

var ctx = context.Background()

// oneTimePassword is RFC 4226 section 5.3, with none of libmfa.
func oneTimePassword(secret []byte, counter uint64) string {
	mac := hmac.New(sha1.New, secret)
	binary.Write(mac, binary.BigEndian, counter)
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1000000)
}

type mapStore = mapstore.Store

func newMapStore() *mapStore { return mapstore.New() }

// site is a server of a few lines: an engine with a clock that tests move. statement is of the last proof, as a session keeps it.
type site struct {
	*mfa.Engine
	t         testing.TB
	store     mfa.Store
	key       mfa.Key
	statement string

	mu     sync.Mutex
	now    int64
	events []string
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Unix(s.now, 0)
}

func (s *site) advance(seconds int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now += seconds
}

func (s *site) told(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, line)
}

func (s *site) eventNames() (names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.events {
		var event struct{ Event string }
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			s.t.Fatal(line, err)
		}
		names = append(names, event.Event)
	}
	return names
}

// newSite opens one; change, which may be nil, alters its configuration before.
func newSite(t testing.TB, store mfa.Store, change func(*mfa.Config)) *site {
	t.Helper()
	s := &site{t: t, store: store, key: must(mfa.NewKey(1)), now: start}
	c := mfa.Config{JSON: config, Keys: []mfa.Key{s.key}, Store: store, DecoyKey: make([]byte, 32), Now: s.clock, Event: s.told}
	if change != nil {
		change(&c)
	}
	engine, err := mfa.NewEngine(c)
	if err != nil {
		t.Fatal(err)
	}
	s.Engine = engine
	t.Cleanup(func() { engine.Close() })
	return s
}

// onBothStores runs a test on libmfa's store and on one in Go.
func onBothStores(t *testing.T, test func(t *testing.T, s *site)) {
	t.Run("libmfa's store", func(t *testing.T) { test(t, newSite(t, memory(t), nil)) })
	t.Run("a store in Go", func(t *testing.T) { test(t, newSite(t, newMapStore(), nil)) })
}

func memory(t testing.TB) *mfa.OpenedStore {
	store, err := mfa.OpenStore("memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func (s *site) request(purpose mfa.Purpose, user string) mfa.Request {
	r := mfa.Request{Purpose: purpose, User: user, Browser: fmt.Sprintf("the browser of %q", user), Statement: s.statement}
	if purpose == mfa.PurposeLogin {
		r.Statement = ""
		if user != "" {
			r.Proven = mfa.ProvenPassword
		}
	}
	return r
}

func (s *site) login() mfa.Request  { return s.request(mfa.PurposeLogin, "alice") }
func (s *site) manage() mfa.Request { return s.request(mfa.PurposeManage, "alice") }
func (s *site) page() mfa.Request   { return s.request(mfa.PurposeStepUp, "alice") }

func (s *site) code(secret []byte, steps int64) string {
	return oneTimePassword(secret, uint64(s.clock().Unix()/30+steps))
}

func (s *site) enroll(r mfa.Request, method mfa.Method, options *mfa.BeginOptions, respond func(*mfa.Offer) string) *mfa.Proof {
	s.t.Helper()
	offer, err := s.EnrollBegin(ctx, r, method, options)
	if err != nil {
		s.t.Fatal(err)
	}
	proof, err := s.EnrollFinish(ctx, r, offer.Ticket, respond(offer))
	if err != nil {
		s.t.Fatal(err)
	}
	s.statement = proof.Statement
	return proof
}

// enrollTOTP gives the secret, as an authenticator app keeps it.
func (s *site) enrollTOTP(user string) (secret []byte) {
	s.t.Helper()
	s.enroll(s.request(mfa.PurposeLogin, user), mfa.MethodTOTP, &mfa.BeginOptions{AccountName: "a"}, func(offer *mfa.Offer) string {
		secret = must(mfa.Base32Decode(offer.Secret))
		return s.code(secret, 0)
	})
	return secret
}

func (s *site) signIn(user string, secret []byte, steps int64) (*mfa.Proof, error) {
	proof, err := s.VerifyCode(ctx, s.request(mfa.PurposeLogin, user), mfa.MethodTOTP, s.code(secret, steps))
	if err == nil {
		s.statement = proof.Statement
	}
	return proof, err
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// refused checks which error it is, and gives it.
func refused(t testing.TB, err, wanted error) *mfa.Error {
	t.Helper()
	var no *mfa.Error
	if !errors.Is(err, wanted) || !errors.As(err, &no) {
		t.Fatalf("%v, not %v", err, wanted)
	}
	return no
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t testing.TB, got, wanted T) {
	t.Helper()
	if got != wanted {
		t.Fatalf("%v, not %v", got, wanted)
	}
}

// jar is the Cookie header of a browser that was sent this Set-Cookie.
func jar(setCookie string) string { return strings.SplitN(setCookie, ";", 2)[0] }

// same is equal, for errors and other interfaces, whose values are compared.
func same(t testing.TB, got, wanted any) {
	t.Helper()
	if got != wanted {
		t.Fatalf("%v, not %v", got, wanted)
	}
}
