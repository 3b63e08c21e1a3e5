package mfatest

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"libmfa/mfa"
	"libmfa/mfatest/softkey"
)

// calls is each method of an engine, with the other arguments as they should be.
func calls(e *mfa.Engine, ctx context.Context, r mfa.Request) map[string]func() error {
	return map[string]func() error{
		"Account":             func() error { _, err := e.Account(ctx, r); return err },
		"EnrollBegin":         func() error { _, err := e.EnrollBegin(ctx, r, mfa.MethodTOTP, nil); return err },
		"EnrollFinish":        func() error { _, err := e.EnrollFinish(ctx, r, "t", "r"); return err },
		"VerifyBegin":         func() error { _, err := e.VerifyBegin(ctx, r, mfa.MethodWebAuthn, nil); return err },
		"VerifyFinish":        func() error { _, err := e.VerifyFinish(ctx, r, "t", "r"); return err },
		"VerifyCode":          func() error { _, err := e.VerifyCode(ctx, r, mfa.MethodTOTP, "1"); return err },
		"SessionStart":        func() error { _, err := e.SessionStart(ctx, r); return err },
		"SessionCheck":        func() error { return e.SessionCheck(ctx, r, nil) },
		"SessionCheckOffline": func() error { return e.SessionCheckOffline(ctx, r, nil) },
		"Session":             func() error { _, err := e.Session(ctx, r); return err },
		"PolicyExplain":       func() error { _, err := e.PolicyExplain(ctx, r, nil); return err },
		"DeviceRemember":      func() error { _, err := e.DeviceRemember(ctx, r, "l"); return err },
		"DeviceClaim":         func() error { _, err := e.DeviceClaim(ctx, r, "c"); return err },
		"DeviceClaimed":       func() error { _, err := e.DeviceClaimed(ctx, r, "t"); return err },
		"DeviceCollect":       func() error { _, err := e.DeviceCollect(ctx, r, "t"); return err },
		"RememberedIssue":     func() error { _, err := e.RememberedIssue(ctx, r); return err },
		"RememberedUser":      func() error { _, err := e.RememberedUser(ctx, r, "c"); return err },
		"FactorRename":        func() error { return e.FactorRename(ctx, r, "f", "l") },
		"FactorSetEnabled":    func() error { _, err := e.FactorSetEnabled(ctx, r, "f", true); return err },
		"FactorRemove":        func() error { _, err := e.FactorRemove(ctx, r, "f"); return err },
		"Admin":               func() error { return e.Admin(ctx, mfa.AdminReset, "u", "", "") },
		"AdminImport":         func() error { _, _, err := e.AdminImport(ctx, "u", "{}", ""); return err },
		"AdminAudit":          func() error { _, err := e.AdminAudit(ctx, "u"); return err },
		"AdminUsers":          func() error { _, err := e.AdminUsers(ctx, "", 9); return err },
		"SetTrust":            func() error { return e.SetTrust(nil) },
		"ConfigJSON":          func() error { _, err := e.ConfigJSON(); return err },
	}
}

var noContext = map[string]bool{"SetTrust": true, "ConfigJSON": true}

func TestEngineThatIsClosedOrNone(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	s.Close()
	s.Close()
	every := calls(s.Engine, ctx, s.login())
	for i := 0; i < reflect.TypeOf(s.Engine).NumMethod(); i++ {
		if name := reflect.TypeOf(s.Engine).Method(i).Name; every[name] == nil && name != "Close" {
			t.Error(name, "is not tried")
		}
	}
	for _, engine := range []*mfa.Engine{s.Engine, nil, {}} {
		for name, call := range calls(engine, ctx, s.login()) {
			if err := call(); !errors.Is(err, mfa.ErrClosed) || !errors.Is(err, mfa.ErrArgument) {
				t.Error(name, err)
			}
		}
		ok(t, engine.Close())
	}
}

func TestAContextThatIsNoneOrDone(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	var none context.Context
	for name, call := range calls(s.Engine, none, s.login()) {
		if err := call(); !errors.Is(err, mfa.ErrArgument) && !noContext[name] {
			t.Error(name, err)
		}
	}
	done, cancel := context.WithTimeout(ctx, -1)
	defer cancel()
	for name, call := range calls(s.Engine, done, s.login()) {
		if err := call(); err != context.DeadlineExceeded && !noContext[name] {
			t.Error(name, err)
		}
	}
}

func TestOtherHandlesThatAreClosedOrNone(t *testing.T) {
	trust, log, store := must(mfa.NewTrust(mfa.TrustInput{}, time.Unix(start, 0))), must(mfa.NewLog(nil)), memory(t)
	response := must(mfa.ParseWebAuthnResponse(softkey.NewPasskey(origin).Create([]byte(`{"challenge": "AAAA"}`))))
	trust.Close()
	log.Close()
	store.Close()
	response.Close()
	expect := mfa.WebAuthnExpect{RPID: "example.org", Origins: []string{origin}, Challenge: make([]byte, 16)}
	use := func(trust *mfa.Trust, log *mfa.Log, store *mfa.OpenedStore, response *mfa.WebAuthnResponse, credential *mfa.WebAuthnCredential) []error {
		_, a := trust.JSON()
		_, b := log.Line("x")
		_, c := log.End(true)
		_, d := log.Counts()
		_, e := store.Scan(ctx, nil, nil, 1)
		_, f := mfa.CheckStore(ctx, store)
		_, g := response.Extensions()
		_, h := mfa.WebAuthnVerifyRegistration(expect, time.Unix(start, 0), response)
		_, i := credential.Save()
		_, j := credential.Columns()
		_, k := credential.JSON()
		_, l := credential.Audit(trust, time.Unix(start, 0))
		_, m := mfa.WebAuthnVerifyAssertion(expect, credential, response)
		_, n := mfa.WebAuthnSignalUnknown("example.org", response)
		return []error{a, b, c, d, e, f, g, h, i, j, k, l, m, n, store.Save(ctx, nil, nil, 0, 1, time.Time{}), store.Erase(ctx, nil, 1)}
	}
	for round, errs := range [][]error{use(trust, log, store, response, &mfa.WebAuthnCredential{}), use(nil, nil, nil, nil, nil),
		use(&mfa.Trust{}, &mfa.Log{}, &mfa.OpenedStore{}, &mfa.WebAuthnResponse{}, nil)} {
		for i, err := range errs {
			if !errors.Is(err, mfa.ErrClosed) {
				t.Error(round, i, err)
			}
		}
	}
	expect.Trust = trust
	_, err := mfa.WebAuthnGetOptions(expect, "")
	equal(t, errors.Is(err, mfa.ErrClosed), true)
	equal(t, errors.Is(newSite(t, newMapStore(), nil).SetTrust(trust), mfa.ErrClosed), true)
}

func TestUserIDsAreBytesComparedExactly(t *testing.T) {
	for _, user := range []string{"a\x00b", "\x00", strings.Repeat("x", 255), strings.Repeat("ü", 127), "\xff\x00\xfe"} {
		s := newSite(t, newMapStore(), nil)
		secret := s.enrollTOTP(user)
		equal(t, must(s.signIn(user, secret, 1)).User, user)
		equal(t, len(must(s.Account(ctx, s.request(mfa.PurposeLogin, "a"))).Factors), 0)
	}
	s := newSite(t, newMapStore(), nil)
	for _, user := range []string{"", strings.Repeat("x", 256), strings.Repeat("x", 1<<20)} {
		_, err := s.Account(ctx, mfa.Request{Purpose: mfa.PurposeLogin, User: user, Proven: mfa.ProvenPassword})
		refused(t, err, mfa.ErrArgument)
	}
}

func TestWhatAClientMaySend(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	s.enrollTOTP("alice")
	for _, text := range []string{"\x00", "1\x001\x00", strings.Repeat("x", 1<<24), strings.Repeat("\xff", 1000), "", "١٢٣٤٥٦",
		strings.Repeat("{", 1e6), strings.Repeat("[", 1e5)} {
		errs := map[string]error{}
		_, errs["totp"] = s.VerifyCode(ctx, s.login(), mfa.MethodTOTP, text)
		_, errs["recovery"] = s.VerifyCode(ctx, s.login(), mfa.MethodRecovery, text)
		_, errs["device"] = s.VerifyCode(ctx, s.login(), mfa.MethodDevice, text)
		_, errs["verify"] = s.VerifyFinish(ctx, s.login(), text, text)
		_, errs["enroll"] = s.EnrollFinish(ctx, s.login(), text, text)
		_, errs["claim"] = s.DeviceClaim(ctx, s.login(), text)
		_, errs["response"] = mfa.ParseWebAuthnResponse(text)
		_, errs["otpauth"] = mfa.ParseOTPAuth(text, false)
		_, errs["u2f"] = mfa.U2FKeyHandle(text)
		_, errs["credential"] = mfa.LoadWebAuthnCredential([]byte(text))
		_, errs["recovery verify"] = mfa.RecoveryVerify(nil, text, nil)
		for what, err := range errs {
			if err == nil || errors.Is(err, mfa.ErrInternal) || errors.Is(err, mfa.ErrNoMemory) {
				t.Error(what, len(text), err)
			}
		}
		equal(t, mfa.ParseMethod(text), mfa.MethodNone)
		equal(t, mfa.Has(text), false)
	}
	equal(t, mfa.Has("sqlite"), true)
	equal(t, mfa.Has("sqlite\x00"), false)
	equal(t, mfa.ParseMethod("totp\x00"), mfa.MethodNone)
	equal(t, mfa.ParseMethod("totp"), mfa.MethodTOTP)
}

func TestWhatAHostMayMistake(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	for _, r := range []mfa.Request{{}, {Purpose: 99, User: "a"}, {Purpose: -1 << 31, User: "a"}} {
		_, err := s.Account(ctx, r)
		refused(t, err, mfa.ErrArgument)
	}
	for _, r := range []mfa.Request{{Flags: 1 << 31}, {Proven: 1 << 31}} {
		r.Purpose, r.User = mfa.PurposeLogin, "a"
		_, err := s.Account(ctx, r)
		refused(t, err, mfa.ErrUnsupported)
	}
	_, err := s.EnrollBegin(ctx, s.login(), 1<<30, nil)
	refused(t, err, mfa.ErrRefused)
	_, err = s.EnrollBegin(ctx, s.login(), mfa.MethodTOTP, &mfa.BeginOptions{Mediation: 77})
	refused(t, err, mfa.ErrArgument)
	refused(t, s.Admin(ctx, 99, "alice", "", ""), mfa.ErrUnsupported)
	for _, c := range []mfa.Config{{}, {Store: newMapStore()}, {Store: newMapStore(), JSON: config}, {JSON: config, Keys: []mfa.Key{s.key}},
		{Store: newMapStore(), JSON: config, Keys: []mfa.Key{{ID: 1, Bytes: []byte("short")}}},
		{Store: newMapStore(), JSON: config, Keys: []mfa.Key{s.key}, DecoyKey: []byte("short")},
		{Store: (*mfa.OpenedStore)(nil), JSON: config, Keys: []mfa.Key{s.key}}} {
		engine, err := mfa.NewEngine(c)
		if !errors.Is(err, mfa.ErrFailed) || engine != nil {
			t.Error(err, engine)
		}
	}
	for _, url := range []string{"", "memory", "memory:\x00", "sqlite:", "sqlite:/nowhere/at/all", "oracle:x", strings.Repeat("x", 1<<20)} {
		store, err := mfa.OpenStore(url)
		if !errors.Is(err, mfa.ErrFailed) || store != nil {
			t.Error(url, err)
		}
	}
	var none *mapStore // a store whose every method panics
	_, err = newSite(t, none, nil).Account(ctx, s.login())
	refused(t, err, mfa.ErrStore)
	ok(t, mfa.Random(nil))
	mfa.Wipe(nil)
	secret := []byte("secret")
	mfa.Wipe(secret)
	equal(t, string(secret), "\x00\x00\x00\x00\x00\x00")
}

func TestACallbackThatClosesItsEngine(t *testing.T) {
	var engine *mfa.Engine
	var once sync.Mutex
	closing := func() {
		once.Lock()
		defer once.Unlock()
		if engine != nil {
			engine.Close()
		}
	}
	changes := map[string]func(*mfa.Config){
		"event": func(c *mfa.Config) { c.Event = func(string) { closing() } },
		"clock": func(c *mfa.Config) { now := c.Now; c.Now = func() time.Time { closing(); return now() } },
	}
	for what, change := range changes {
		store := newMapStore()
		s := newSite(t, store, nil)
		secret := s.enrollTOTP("alice")
		other := newSite(t, store, func(c *mfa.Config) {
			c.Keys = []mfa.Key{s.key}
			change(c)
		})
		once.Lock()
		engine = other.Engine
		once.Unlock()
		proof, err := other.signIn("alice", secret, 1)
		if err != nil || proof.User != "alice" {
			t.Fatal(what, err)
		}
		_, err = other.ConfigJSON()
		equal(t, errors.Is(err, mfa.ErrClosed), true)
		once.Lock()
		engine = nil
		once.Unlock()
	}
}
