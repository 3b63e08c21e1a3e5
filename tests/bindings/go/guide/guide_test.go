//go:build guide

// Package guide is the code of docs/go.md, which run.py puts here, and its test.
package guide

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"libmfa/mfa"
	"libmfa/mfatest/softkey"
)

var now = time.Unix(1_800_000_000, 0)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // where the guide's events go
	os.Exit(m.Run())
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func newLogin(t *testing.T, store mfa.Store) Login {
	path := filepath.Join(t.TempDir(), "seal.key")
	secret := must(sealKey(path))
	if again := must(sealKey(path)); string(again) != string(secret) || len(secret) != 64 {
		t.Fatal("the key did not stay")
	}
	engine := must(newEngine(store, secret, func() time.Time { return now }))
	t.Cleanup(func() { engine.Close() })
	return Login{engine}
}

func visitor() (*http.Request, *Session) {
	r := httptest.NewRequest("POST", "https://example.org/", nil)
	r.AddCookie(&http.Cookie{Name: "browser", Value: "0123456789abcdef0123456789abcdef"})
	return r, &Session{User: "alice"}
}

func code(t *testing.T, secret string, steps int) string {
	bytes := must(mfa.Base32Decode(secret))
	return must(mfa.TOTPCode(nil, bytes, now.Add(time.Duration(steps)*30*time.Second)))
}

func TestALogin(t *testing.T) {
	l := newLogin(t, SQLStore{database(t)})
	r, s := visitor()
	page, _, err := l.AfterPassword(r, s)
	if page != "/welcome" || err != nil || !l.SignedIn(r, s) {
		t.Fatal(page, err)
	}
	ticket, qr, secret, err := l.EnrollPage(r, s)
	if err != nil || !strings.Contains(qr, "<svg") {
		t.Fatal(err)
	}
	if err := l.EnrollSubmit(r, s, ticket, code(t, secret, 0)); err != nil {
		t.Fatal(err)
	}
	ticket, codes, err := l.RecoveryPage(r, s)
	if err == nil {
		err = l.RecoverySubmit(r, s, ticket, codes[0])
	}
	if err != nil {
		t.Fatal(err)
	}
	key := softkey.NewPasskey("https://example.org")
	begun := must(l.PasskeyBegin(r, s, true))
	answer := key.Create(begun["options"].(json.RawMessage))
	if err := l.PasskeyFinish(r, s, true, begun["ticket"].(string), answer); err != nil {
		t.Fatal(err)
	}

	r, s = visitor()
	page, methods, err := l.AfterPassword(r, s)
	if page != "/second-factor" || len(methods) != 3 || err != nil || l.SignedIn(r, s) || l.MayMoveMoney(r, s) == nil {
		t.Fatal(page, methods, err)
	}
	for _, no := range []struct{ method, code, message string }{
		{"totp", code(t, secret, 0), "Wait for the next code."},
		{"nonsense", "1", "That was not right."},
		{"totp", "x", "That was not right."},
	} {
		if page, message := l.CodeSubmit(r, s, no.method, no.code); page != "" || message != no.message || l.SignedIn(r, s) {
			t.Fatal(no, page, message)
		}
	}
	if page, _ := l.CodeSubmit(r, s, "totp", code(t, secret, 1)); page != "/welcome" || !l.SignedIn(r, s) || l.MayMoveMoney(r, s) != nil {
		t.Fatal(page)
	}
	now = now.Add(301 * time.Second)
	if err := l.MayMoveMoney(r, s); !errors.Is(err, mfa.ErrFactorNeeded) {
		t.Fatal(err)
	}

	r, s = visitor()
	begun = must(l.PasskeyBegin(r, s, false))
	if err := l.PasskeyFinish(r, s, false, begun["ticket"].(string), key.Get(begun["options"].(json.RawMessage))); err != nil || !l.SignedIn(r, s) {
		t.Fatal(err)
	}
	r, s = visitor()
	if page, _ := l.CodeSubmit(r, s, "recovery", codes[4]); page != "/welcome" {
		t.Fatal(page)
	}
	for i := 0; i < 5; i++ {
		l.CodeSubmit(r, s, "totp", code(t, secret, 77))
	}
	if _, message := l.CodeSubmit(r, s, "totp", "000000"); !strings.HasPrefix(message, "Too many attempts. Try again at ") {
		t.Fatal(message)
	}
	done, cancel := context.WithCancel(r.Context())
	cancel()
	if _, message := l.CodeSubmit(r.WithContext(done), s, "totp", "000000"); !strings.HasPrefix(message, "Not now.") {
		t.Fatal(message)
	}
}

func TestMoreNeeded(t *testing.T) {
	engine := must(mfa.NewEngine(mfa.Config{Keys: []mfa.Key{must(mfa.NewKey(1))}, Store: must(mfa.OpenStore("memory:")),
		JSON: `{"version": 1, "issuer": "Example", "policy": {"roles": {"*": {"mfa": "required", "min_aal": 2, "grace_days": 0}}}}`}))
	defer engine.Close()
	l := Login{engine}
	r, s := visitor()
	if page, _, err := l.AfterPassword(r, s); page != "/enroll" || err != nil {
		t.Fatal(page, err)
	}
	ticket, _, secret, err := l.EnrollPage(r, s)
	if err != nil {
		t.Fatal(err)
	}
	typed := must(mfa.TOTPCode(nil, must(mfa.Base32Decode(secret)), time.Now()))
	if err := l.EnrollSubmit(r, s, ticket, typed); err != nil {
		t.Fatal(err)
	}
	ticket, codes, err := l.RecoveryPage(r, s)
	if err == nil {
		err = l.RecoverySubmit(r, s, ticket, codes[0])
	}
	if err != nil {
		t.Fatal(err)
	}
	r, s = visitor()
	if page, message := l.CodeSubmit(r, s, "recovery", codes[1]); page != "/second-factor" || message != "" || s.Statement == "" {
		t.Fatal(page, message)
	}
}

func TestItsStoreKeepsEveryPromise(t *testing.T) {
	store := SQLStore{database(t)}
	if report, err := mfa.CheckStore(context.Background(), store); err != nil {
		t.Fatal(report, err)
	}
	store.DB.Close()
	_, err := mfa.CheckStore(context.Background(), store)
	if !errors.Is(err, mfa.ErrStore) || !strings.Contains(errors.Unwrap(err).Error(), "closed") {
		t.Fatal(err)
	}
}

func TestItNamesEveryError(t *testing.T) {
	text := string(must(os.ReadFile(os.Getenv("MFA_ROOT") + "/docs/go.md")))
	source := string(must(os.ReadFile(os.Getenv("MFA_ROOT") + "/bindings/go/errors.go")))
	for _, name := range regexp.MustCompile(`(?m)^\s*(?:var )?(Err\w+)\s`).FindAllStringSubmatch(source, -1) {
		if !strings.Contains(text, name[1]+"`") {
			t.Error(name[1])
		}
	}
	if lines := strings.Count(text, "\n"); lines > 340 {
		t.Error(lines, "lines")
	}
}

func database(t *testing.T) *sql.DB {
	db := must(sql.Open("four statements", ""))
	t.Cleanup(func() { db.Close() })
	return db
}
