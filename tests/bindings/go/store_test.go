package mfatest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"runtime"
	"strings"
	"testing"
	"time"

	"libmfa/mfa"
)

// failing is a mapStore that fails where `fails` says so.
type failing struct {
	*mapStore
	fails map[string]func() error
	row   *mfa.Row  // what Load gives instead
	rows  []mfa.Row // what Scan gives instead
	seen  context.Context
}

func newFailing() *failing {
	return &failing{mapStore: newMapStore(), fails: map[string]func() error{}}
}

func (f *failing) fail(what string) error {
	if fails := f.fails[what]; fails != nil {
		return fails()
	}
	return nil
}

func (f *failing) Load(ctx context.Context, key []byte) ([]byte, uint64, error) {
	f.seen = ctx
	if err := f.fail("Load"); err != nil {
		return nil, 0, err
	}
	if f.row != nil {
		return f.row.Record, f.row.Version, nil
	}
	return f.mapStore.Load(ctx, key)
}

func (f *failing) Save(ctx context.Context, key, record []byte, expected, version uint64, expires time.Time) error {
	if err := f.fail("Save"); err != nil {
		return err
	}
	return f.mapStore.Save(ctx, key, record, expected, version, expires)
}

func (f *failing) Erase(ctx context.Context, key []byte, expected uint64) error {
	if err := f.fail("Erase"); err != nil {
		return err
	}
	return f.mapStore.Erase(ctx, key, expected)
}

func (f *failing) Scan(ctx context.Context, prefix, after []byte, limit int) ([]mfa.Row, error) {
	if err := f.fail("Scan"); err != nil {
		return nil, err
	}
	if f.rows != nil {
		return f.rows, nil
	}
	return f.mapStore.Scan(ctx, prefix, after, limit)
}

// unscanned hides Scan.
type unscanned struct{ mfa.Store }

// forgetful says that it saved.
type forgetful struct{ *mapStore }

func (forgetful) Save(context.Context, []byte, []byte, uint64, uint64, time.Time) error { return nil }

func TestKeepsEveryPromise(t *testing.T) {
	for _, store := range []mfa.Store{newMapStore(), unscanned{newMapStore()}, memory(t), unscanned{memory(t)}} {
		report, err := mfa.CheckStore(ctx, store)
		if err != nil || strings.Count(report, "\n") < 6 {
			t.Fatal(report, err)
		}
	}
}

func TestABrokenPromiseIsTold(t *testing.T) {
	report, err := mfa.CheckStore(ctx, forgetful{newMapStore()})
	refused(t, err, mfa.ErrWrong)
	if strings.Count(report, "\n") < 6 {
		t.Fatal(report)
	}
	store := newFailing()
	broken := errors.New("no connection")
	store.fails["Load"] = func() error { return broken }
	_, err = mfa.CheckStore(ctx, store)
	refused(t, err, mfa.ErrStore)
	equal(t, errors.Is(err, broken), true)
}

func TestAnOpenedStoreAnswersGo(t *testing.T) {
	store := memory(t)
	key, one := []byte("k\x00/1"), []byte("one")
	_, _, err := store.Load(ctx, key)
	same(t, err, mfa.ErrNoRecord)
	ok(t, store.Save(ctx, key, one, 0, 7, time.Time{}))
	same(t, store.Save(ctx, key, one, 0, 8, time.Time{}), mfa.ErrConflict)
	ok(t, store.Save(ctx, []byte("k\x00/2"), nil, 0, 9, time.Unix(start, 0)))
	record, version, err := store.Load(ctx, key)
	if err != nil || version != 7 || !bytes.Equal(record, one) {
		t.Fatal(record, version, err)
	}
	equal(t, fmt.Sprintf("%q", must(store.Scan(ctx, []byte("k"), nil, 10))), `[{"k\x00/1" "one" '\a'} {"k\x00/2" "" '\t'}]`)
	equal(t, len(must(store.Scan(ctx, []byte("k"), key, 10))), 1)
	same(t, store.Erase(ctx, key, 8), mfa.ErrConflict)
	ok(t, store.Erase(ctx, key, 7))
	same(t, store.Erase(ctx, key, 7), mfa.ErrNoRecord)
	_, err = store.Scan(ctx, nil, nil, -1)
	refused(t, err, mfa.ErrArgument)
	refused(t, store.Save(ctx, key, one, 0, 7, time.Unix(-1, 0)), mfa.ErrArgument)
}

func TestSQLite(t *testing.T) {
	url := "sqlite:" + t.TempDir() + "/mfa.db"
	store := must(mfa.OpenStore(url))
	s := newSite(t, store, nil)
	secret := s.enrollTOTP("alice")
	s.Close()
	store.Close()
	again := must(mfa.OpenStore(url))
	t.Cleanup(func() { again.Close() })
	_, err := newSite(t, again, nil).signIn("alice", secret, 1)
	refused(t, err, mfa.ErrDamaged) // another key of the same number
}

var errDisk = errors.New("password=hunter2")

func TestWhatAStoreFailsWithIsTheCause(t *testing.T) {
	ways := map[string]func() error{
		"error":                 func() error { return fmt.Errorf("disk: %w", errDisk) },
		"panic":                 func() error { panic(errDisk) },
		"nil":                   func() error { var none *failing; none.fails = nil; return nil },
		"goexit":                func() error { runtime.Goexit(); return nil },
		"no error of a store's": func() error { return mfa.ErrWrong },
	}
	for what, way := range ways {
		for _, where := range []string{"Load", "Save"} {
			t.Run(what+" in "+where, func(t *testing.T) {
				store := newFailing()
				s := newSite(t, store, nil)
				secret := s.enrollTOTP("alice")
				store.fails[where] = way
				proof, err := s.signIn("alice", secret, 1)
				no := refused(t, err, mfa.ErrStore)
				refused(t, err, mfa.ErrFailed)
				if proof != nil || no.Unwrap() == nil || strings.Contains(no.Error(), "hunter2") {
					t.Fatal(proof, no)
				}
				equal(t, errors.Is(err, errDisk), what == "error")
				var panicked *mfa.PanicError
				equal(t, errors.As(err, &panicked), what == "panic" || what == "nil")
				if panicked != nil && !bytes.Contains(panicked.Stack, []byte("store_test.go")) {
					t.Fatalf("%s", panicked.Stack)
				}
				if what == "panic" {
					same(t, panicked.Value.(error), errDisk)
				}
				delete(store.fails, where)
				must(s.signIn("alice", secret, 1))
				if names := fmt.Sprint(s.eventNames()); !strings.Contains(names, "failed") {
					t.Fatal(names)
				}
			})
		}
	}
}

func TestAnEraseThatFailsUndoesNothing(t *testing.T) {
	for _, way := range []func() error{func() error { return errDisk }, func() error { panic(errDisk) }, func() error { runtime.Goexit(); return nil }} {
		store := newFailing()
		store.fails["Erase"] = way
		s := newSite(t, store, nil)
		s.passkey() // whose place under its own id is erased with the user
		ok(t, s.Admin(ctx, mfa.AdminErase, "alice", "", "root"))
		equal(t, len(must(s.Account(ctx, s.login())).Factors), 0)
		report, err := mfa.CheckStore(ctx, store)
		if err == nil || report == "" {
			t.Fatal(report, err)
		}
	}
}

func TestARowThatIsNoneFailsClosed(t *testing.T) {
	store := newFailing()
	s := newSite(t, store, nil)
	secret := s.enrollTOTP("alice")
	for _, row := range []mfa.Row{{}, {Record: []byte("record")}, {Version: 1}, {Record: []byte("record"), Version: 1 << 63},
		{Record: make([]byte, mfa.StoreRecordMax+1), Version: 1}, {Record: []byte("record"), Version: 1}} {
		store.row = &row
		_, err := s.signIn("alice", secret, 1)
		refused(t, err, mfa.ErrFailed)
	}
}

func TestAScanThatIsNoneFailsClosed(t *testing.T) {
	store := newFailing()
	s := newSite(t, store, nil)
	s.enrollTOTP("alice")
	row := store.rows
	for _, rows := range [][]mfa.Row{{{}}, {{Key: []byte("zz"), Version: 1}}, {{Key: make([]byte, 1<<20), Version: 1}},
		{{Record: []byte("b")}}} {
		store.rows = rows
		_, err := s.AdminUsers(ctx, "", 100)
		refused(t, err, mfa.ErrStore)
	}
	store.rows = row
	for _, way := range []func() error{func() error { return errDisk }, func() error { panic(errDisk) }} {
		store.fails["Scan"] = way
		_, err := s.AdminUsers(ctx, "", 100)
		refused(t, err, mfa.ErrStore)
	}
	_, err := newSite(t, unscanned{newMapStore()}, nil).AdminUsers(ctx, "", 100)
	refused(t, err, mfa.ErrUnsupported)
	_, err = s.AdminUsers(ctx, "", -1)
	refused(t, err, mfa.ErrArgument)
}

func TestTheContextReachesTheStore(t *testing.T) {
	type name struct{}
	store := newFailing()
	s := newSite(t, store, nil)
	secret := s.enrollTOTP("alice")
	must(s.Account(context.WithValue(ctx, name{}, "mine"), s.login()))
	same(t, store.seen.Value(name{}), any("mine"))

	done, cancel := context.WithCancel(ctx)
	store.fails["Load"] = func() error {
		cancel()
		return store.seen.Err()
	}
	_, err := s.VerifyCode(done, s.login(), mfa.MethodTOTP, s.code(secret, 1))
	refused(t, err, mfa.ErrStore)
	equal(t, errors.Is(err, context.Canceled), true)
	delete(store.fails, "Load")
	store.seen = nil
	_, err = s.VerifyCode(done, s.login(), mfa.MethodTOTP, s.code(secret, 1))
	same(t, err, context.Canceled)
	if store.seen != nil {
		t.Fatal("the store was asked for a context that was done")
	}
	must(s.signIn("alice", secret, 1))
}

// outer asks another engine within each Load.
type outer struct {
	*mapStore
	inner *site
}

func (o outer) Load(ctx context.Context, key []byte) ([]byte, uint64, error) {
	if _, err := o.inner.Account(ctx, o.inner.login()); !errors.Is(err, errDisk) {
		return nil, 0, err
	}
	return o.mapStore.Load(ctx, key)
}

func TestAStoreThatCallsAnotherEngine(t *testing.T) {
	store := newFailing()
	inner := newSite(t, store, nil)
	store.fails["Load"] = func() error { return errDisk }
	s := newSite(t, outer{newMapStore(), inner}, nil)
	must(s.signIn("alice", s.enrollTOTP("alice"), 1))
	_, err := s.signIn("alice", make([]byte, 20), 7)
	if no := refused(t, err, mfa.ErrRefused); no.Unwrap() != nil {
		t.Fatal("a no has the inner call's failure as its cause")
	}
}

func TestClosingAStoreWaitsForItsEngines(t *testing.T) {
	store := must(mfa.OpenStore("memory:"))
	s := newSite(t, store, nil)
	secret := s.enrollTOTP("alice")
	store.Close()
	store.Close()
	must(s.signIn("alice", secret, 1))
	_, _, err := store.Load(ctx, []byte("k"))
	equal(t, errors.Is(err, mfa.ErrClosed), true)
	_, err = mfa.NewEngine(mfa.Config{JSON: config, Keys: []mfa.Key{s.key}, Store: store})
	equal(t, errors.Is(err, mfa.ErrClosed), true)
}

func TestAnEventThatIsNotTakenChangesNothing(t *testing.T) {
	var told bytes.Buffer
	log.SetOutput(&told)
	defer log.SetOutput(io.Discard)
	for _, way := range []func(string){func(line string) { panic("full: " + line) }, func(string) { runtime.Goexit() }} {
		told.Reset()
		s := newSite(t, newMapStore(), func(c *mfa.Config) { c.Event = way })
		must(s.signIn("alice", s.enrollTOTP("alice"), 1))
		s.Close()
		equal(t, strings.Count(told.String(), "Event: "), 6)
	}
}

type reader func([]byte) (int, error)

func (r reader) Read(p []byte) (int, error) { return r(p) }

func TestClockAndGeneratorThatFail(t *testing.T) {
	broken := errors.New("broken")
	clocks := map[string]func() time.Time{
		"zero":   func() time.Time { return time.Time{} },
		"1970":   func() time.Time { return time.Unix(0, 0) },
		"panic":  func() time.Time { panic(broken) },
		"goexit": func() time.Time { runtime.Goexit(); return time.Now() },
	}
	for what, clock := range clocks {
		engine, err := mfa.NewEngine(mfa.Config{JSON: config, Keys: []mfa.Key{must(mfa.NewKey(1))}, Store: newMapStore(),
			DecoyKey: make([]byte, 32), Now: clock})
		if err == nil {
			_, err = engine.EnrollBegin(ctx, mfa.Request{Purpose: mfa.PurposeLogin, Proven: mfa.ProvenPassword, User: "bob",
				Browser: strings.Repeat("b", 16)}, mfa.MethodTOTP, nil)
			engine.Close()
		}
		if no := refused(t, err, mfa.ErrFailed); no.Unwrap() == nil {
			t.Fatal(what, no)
		}
	}
	drawn := 0
	generators := map[string]reader{
		"error": func([]byte) (int, error) { return 0, broken },
		"short": func(p []byte) (int, error) { return len(p) / 2, io.EOF },
		"panic": func([]byte) (int, error) { panic(broken) },
		"good":  func(p []byte) (int, error) { drawn++; p[0] = 1; return 1, nil },
	}
	for what, generator := range generators {
		engine, err := mfa.NewEngine(mfa.Config{JSON: config, Keys: []mfa.Key{must(mfa.NewKey(1))}, Store: newMapStore(),
			DecoyKey: make([]byte, 32), Random: generator})
		if err == nil {
			_, err = engine.EnrollBegin(ctx, mfa.Request{Purpose: mfa.PurposeLogin, Proven: mfa.ProvenPassword, User: "bob",
				Browser: strings.Repeat("b", 16)}, mfa.MethodTOTP, nil)
			engine.Close()
		}
		if what == "good" {
			ok(t, err)
		} else if no := refused(t, err, mfa.ErrFailed); no.Unwrap() == nil {
			t.Fatal(what, no)
		}
	}
	if drawn < 20 {
		t.Fatal(drawn)
	}
}
