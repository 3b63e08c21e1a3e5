package mfatest

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"libmfa/mfa"
	"libmfa/mfatest/heap"
	"libmfa/mfatest/softkey"
)

const (
	goroutines = 24
	mayGrow    = 12 << 20 // bytes, which allocators keep; leaks_test.go is exact
)

// under is how long the load lasts, of four kinds together: 10 s, with MFA_TEST_LONG=1 60 s, with MFA_TEST_LONG=N N s.
func under() time.Duration {
	seconds, _ := strconv.Atoi(os.Getenv("MFA_TEST_LONG"))
	switch seconds {
	case 0:
		seconds = 10
	case 1:
		seconds = 60
	}
	return time.Duration(seconds) * time.Second
}

func resident(t testing.TB) int64 {
	runtime.GC()
	debug.FreeOSMemory()
	heap.Trim()
	text, err := os.ReadFile("/proc/self/statm")
	ok(t, err)
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	ok(t, err)
	return pages * int64(os.Getpagesize())
}

// visit is a user's life: enrols a passkey, signs in, is refused, looks, and is erased.
func visit(s *site, user string) error {
	key, r := softkey.NewPasskey(origin), s.request(mfa.PurposeLogin, user)
	offer, err := s.EnrollBegin(ctx, r, mfa.MethodWebAuthn, nil)
	if err != nil {
		return err
	}
	if _, err = s.EnrollFinish(ctx, r, offer.Ticket, key.Create(offer.Options)); err != nil {
		return err
	}
	if offer, err = s.VerifyBegin(ctx, r, mfa.MethodWebAuthn, nil); err != nil {
		return err
	}
	answer := key.Get(offer.Options)
	proof, err := s.VerifyFinish(ctx, r, offer.Ticket, answer)
	if err != nil {
		return err
	}
	if _, err = s.VerifyFinish(ctx, r, offer.Ticket, answer); !errors.Is(err, mfa.ErrAlreadyUsed) {
		return fmt.Errorf("used twice: %w", err)
	}
	session := s.request(mfa.PurposeManage, user)
	session.Statement = proof.Statement
	if err = s.SessionCheck(ctx, session, nil); err != nil {
		return err
	}
	if account, err := s.Account(ctx, session); err != nil || len(account.Factors) != 1 {
		return fmt.Errorf("account: %w", err)
	}
	trust, err := mfa.NewTrust(mfa.TrustInput{}, s.clock())
	if err != nil {
		return err
	}
	defer trust.Close()
	if err = s.SetTrust(trust); err != nil {
		return err
	}
	other, err := mfa.NewEngine(mfa.Config{JSON: config, Keys: []mfa.Key{s.key}, Store: s.store, DecoyKey: make([]byte, 32), Now: s.clock})
	if err != nil {
		return err
	}
	defer other.Close()
	return other.Admin(ctx, mfa.AdminErase, user, "", "root")
}

// look costs little and makes one of each result.
func look(s *site, user string) error {
	r := s.request(mfa.PurposeLogin, user)
	if _, err := s.SessionStart(ctx, r); err != nil {
		return err
	}
	if _, err := s.EnrollBegin(ctx, r, mfa.MethodTOTP, nil); err != nil {
		return err
	}
	if _, err := s.PolicyExplain(ctx, r, nil); err != nil {
		return err
	}
	if _, err := s.VerifyCode(ctx, r, mfa.MethodTOTP, "123456"); !errors.Is(err, mfa.ErrNotFound) {
		return fmt.Errorf("not enrolled: %w", err)
	}
	if _, err := s.EnrollFinish(ctx, r, "no ticket", "123456"); !errors.Is(err, mfa.ErrMalformed) {
		return fmt.Errorf("no ticket: %w", err)
	}
	return nil
}

// rounds says how many lives 24 goroutines lived, each with a user of its own.
func rounds(t testing.TB, s *site, life func(*site, string) error, long time.Duration) int64 {
	var lived int64
	var all sync.WaitGroup
	until := time.Now().Add(long)
	for number := 0; number < goroutines; number++ {
		all.Add(1)
		go func(user string) {
			defer all.Done()
			for time.Now().Before(until) {
				if err := life(s, user); err != nil {
					t.Error(user, err)
					return
				}
				atomic.AddInt64(&lived, 1)
			}
		}(fmt.Sprint("user ", number))
	}
	all.Wait()
	return lived
}

func TestManyGoroutines(t *testing.T) {
	lives := map[string]func(*site, string) error{"visit": visit, "look": look}
	stores := map[string]func() mfa.Store{"Go": func() mfa.Store { return newMapStore() }, "libmfa": func() mfa.Store { return memory(t) }}
	for where, store := range stores {
		for what, life := range lives {
			t.Run(what+" on "+where, func(t *testing.T) {
				s := newSite(t, store(), func(c *mfa.Config) { c.Event = func(string) {} })
				rounds(t, s, life, under()/12) // allocators and caches fill
				before := resident(t)
				lived := rounds(t, s, life, under()/6)
				after := resident(t)
				t.Logf("%d rounds, %d goroutines: resident memory %d bytes before, %d after", lived, goroutines, before, after)
				if lived < goroutines || after-before > mayGrow && !underRace {
					t.Fatalf("%d rounds, %d bytes more", lived, after-before)
				}
			})
		}
	}
}

// Of all goroutines that show the same code, one signs in.
func TestOneAccountAndManyGoroutines(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	secret := s.enrollTOTP("alice")
	for round := 0; round < 5; round++ {
		s.advance(30)
		var start, all sync.WaitGroup
		start.Add(1)
		errs := make(chan error, goroutines)
		for i := 0; i < goroutines; i++ {
			all.Add(1)
			go func() {
				defer all.Done()
				start.Wait()
				_, err := s.VerifyCode(ctx, s.login(), mfa.MethodTOTP, s.code(secret, 0))
				errs <- err
			}()
		}
		start.Done()
		all.Wait()
		close(errs)
		yes := 0
		for err := range errs {
			if err == nil {
				yes++
			} else if !errors.Is(err, mfa.ErrAlreadyUsed) && !errors.Is(err, mfa.ErrBusy) {
				t.Fatal(err)
			}
		}
		equal(t, yes, 1)
	}
}

func TestClosingWhileGoroutinesUseIt(t *testing.T) {
	for round := 0; round < 20; round++ {
		store := must(mfa.OpenStore("memory:"))
		s := newSite(t, store, nil)
		secret := s.enrollTOTP("alice")
		var started, all sync.WaitGroup
		for i := 0; i < 4; i++ {
			started.Add(1)
			all.Add(1)
			go func() {
				defer all.Done()
				started.Done()
				for {
					if _, err := s.VerifyCode(ctx, s.login(), mfa.MethodTOTP, s.code(secret, 1)); errors.Is(err, mfa.ErrClosed) {
						return
					} else if errors.Is(err, mfa.ErrFailed) && !errors.Is(err, mfa.ErrBusy) {
						t.Error(err)
						return
					}
				}
			}()
		}
		started.Wait()
		store.Close()
		s.Close()
		all.Wait()
		if last := s.eventNames(); last[len(last)-1] != "log_stopped" {
			t.Fatal(last)
		}
	}
}

func TestHandlesThatNobodyClosedAreFreed(t *testing.T) {
	stopped := make(chan bool, 1)
	forget := func() {
		store := must(mfa.OpenStore("memory:"))
		must(mfa.NewEngine(mfa.Config{JSON: config, Keys: []mfa.Key{must(mfa.NewKey(1))}, Store: store, DecoyKey: make([]byte, 32),
			Event: func(line string) {
				if strings.Contains(line, `"log_stopped"`) {
					stopped <- true
				}
			}}))
		must(mfa.NewTrust(mfa.TrustInput{}, now))
		must(mfa.NewLog(nil))
	}
	forget()
	for tries := 0; tries < 100; tries++ {
		runtime.GC()
		select {
		case <-stopped:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatal("its last event never came")
}
