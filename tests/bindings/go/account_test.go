package mfatest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"libmfa/mfa"
	"libmfa/mfatest/softkey"
)

func TestAccountAndChanges(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		equal(t, must(s.Account(ctx, s.login())).Need, mfa.NeedNothing)
		secret := s.enrollTOTP("alice")
		login := must(s.Account(ctx, s.login()))
		equal(t, login.Need, mfa.NeedFactor)
		equal(t, login.Methods[0].Method, mfa.MethodTOTP)
		equal(t, login.Methods[0].CanVerify, true)
		must(s.signIn("alice", secret, 1))
		account := must(s.Account(ctx, s.manage()))
		factor := account.Factors[0]
		if factor.Method != mfa.MethodTOTP || !factor.Enabled || factor.Added.Unix() != start || !json.Valid(account.JSON) ||
			!factor.Expires.IsZero() || !factor.LockedUntil.IsZero() || account.AALNeeded < 1 {
			t.Fatalf("%+v", factor)
		}
		ok(t, s.FactorRename(ctx, s.manage(), factor.ID, "Téléphone"))
		equal(t, must(s.Account(ctx, s.manage())).Factors[0].Label, "Téléphone")
		passkey := s.enroll(s.manage(), mfa.MethodWebAuthn, nil, func(offer *mfa.Offer) string {
			return softkey.NewPasskey(origin).Create(offer.Options)
		})
		before := s.manage()
		s.statement = must(s.FactorSetEnabled(ctx, before, factor.ID, false)).Statement
		refused(t, s.SessionCheck(ctx, before, nil), mfa.ErrRevoked)
		s.statement = must(s.FactorSetEnabled(ctx, s.manage(), factor.ID, true)).Statement
		s.statement = must(s.FactorRemove(ctx, s.manage(), factor.ID)).Statement
		refused(t, s.FactorRename(ctx, s.manage(), factor.ID, "again"), mfa.ErrNotFound)
		left := must(s.Account(ctx, s.login())).Factors
		equal(t, len(left), 1)
		equal(t, left[0].ID, passkey.Factor)
	})
}

func TestSession(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		started := must(s.SessionStart(ctx, s.login()))
		equal(t, started.AAL, 1)
		must(s.signIn("alice", s.enrollTOTP("alice"), 1))
		ok(t, s.SessionCheck(ctx, s.page(), nil))
		ok(t, s.SessionCheck(ctx, s.page(), &mfa.SessionNeed{AAL: 2, MaxAge: time.Minute, Method: mfa.MethodTOTP}))
		ok(t, s.SessionCheckOffline(ctx, s.page(), nil))
		session := must(s.Session(ctx, s.page()))
		if session.User != "alice" || session.AAL != 2 || session.Method != "totp" || session.Verified.Unix() != start ||
			!session.Recheck.IsZero() && session.Recheck.Before(session.Verified) || session.AMR == "" || !json.Valid(session.JSON) {
			t.Fatal(string(session.JSON))
		}
		equal(t, json.Valid(must(s.PolicyExplain(ctx, s.page(), &mfa.SessionNeed{AAL: 2}))), true)
		refused(t, s.SessionCheck(ctx, s.request(mfa.PurposeStepUp, "bob"), nil), mfa.ErrRefused)
		s.advance(61)
		refused(t, s.SessionCheck(ctx, s.page(), &mfa.SessionNeed{MaxAge: time.Minute}), mfa.ErrFactorNeeded)
		for _, age := range []time.Duration{time.Nanosecond, -time.Hour, 999 * time.Millisecond} {
			refused(t, s.SessionCheck(ctx, s.page(), &mfa.SessionNeed{MaxAge: age}), mfa.ErrArgument)
		}
		ok(t, s.Admin(ctx, mfa.AdminSignOut, "alice", "", "root"))
		ok(t, s.SessionCheckOffline(ctx, s.page(), nil))
		refused(t, s.SessionCheck(ctx, s.page(), nil), mfa.ErrRevoked)
	})
}

func TestATimedRecheckIsAFactorNeeded(t *testing.T) {
	refused(t, &mfa.Error{Status: mfa.StatusRecheckDue}, mfa.ErrFactorNeeded)
	refused(t, &mfa.Error{Status: mfa.StatusRecheckDue}, mfa.ErrRecheckDue)
}

// importTOTP gives a user an app whose secret is twenty zero bytes.
func (s *site) importTOTP(user string) []byte {
	_, _, err := s.AdminImport(ctx, user, `{"method": "totp", "uri": "otpauth://totp/a?secret=`+strings.Repeat("A", 32)+`"}`, "root")
	ok(s.t, err)
	return make([]byte, 20)
}

func TestMoreNeededIsNoSuccess(t *testing.T) {
	s := newSite(t, memory(t), func(c *mfa.Config) {
		c.JSON = `{"version": 1, "issuer": "Example", "unsafe": {"recovery_test_hash": true},
			"policy": {"roles": {"*": {"mfa": "required", "min_aal": 2}}}}`
	})
	must(s.signIn("alice", s.importTOTP("alice"), 0))
	var codes []string
	s.enroll(s.manage(), mfa.MethodRecovery, nil, func(offer *mfa.Offer) string {
		codes = offer.RecoveryCodes
		return codes[0]
	})
	proof, err := s.VerifyCode(ctx, s.login(), mfa.MethodRecovery, codes[1])
	if proof != nil {
		t.Fatal("who drops the error has a proof")
	}
	more := refused(t, err, mfa.ErrMoreNeeded)
	refused(t, err, mfa.ErrRefused)
	if more.Proof.User != "alice" || more.Proof.Statement == "" || mfa.Partial(fmt.Errorf("login: %w", err)) != more.Proof {
		t.Fatal(more.Proof)
	}
	if mfa.Partial(nil) != nil || mfa.Partial(mfa.ErrMoreNeeded) != nil || mfa.Partial(&mfa.Error{}) != nil {
		t.Fatal("a proof out of nothing")
	}
	next := s.login()
	next.Statement = more.Proof.Statement
	s.advance(60)
	must(s.VerifyCode(ctx, next, mfa.MethodTOTP, s.code(make([]byte, 20), 0)))
}

func TestApprovalIsOfOneAction(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	secret := s.enrollTOTP("alice")
	must(s.signIn("alice", secret, 1))
	s.advance(60)
	wire := s.request(mfa.PurposeApprove, "alice")
	_, err := s.VerifyCode(ctx, wire, mfa.MethodTOTP, s.code(secret, 0))
	refused(t, err, mfa.ErrArgument)
	wire.Action = make([]byte, 32)
	equal(t, must(s.VerifyCode(ctx, wire, mfa.MethodTOTP, s.code(secret, 0))).User, "alice")
}

func TestAdministration(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		for _, user := range []string{"carol", "alice", "\xff\xfe", "bob"} {
			s.importTOTP(user)
		}
		equal(t, fmt.Sprintf("%q", must(s.AdminUsers(ctx, "", 2))), `["alice" "bob"]`)
		equal(t, fmt.Sprintf("%q", must(s.AdminUsers(ctx, "bob", 100))), `["carol" "\xff\xfe"]`)
		ok(t, s.Admin(ctx, mfa.AdminErase, "\xff\xfe", "", "root"))
		equal(t, string(must(s.AdminAudit(ctx, "alice"))), "[]")
		factor := must(s.Account(ctx, s.login())).Factors[0].ID
		ok(t, s.Admin(ctx, mfa.AdminFactorDisable, "alice", factor, "root"))
		equal(t, must(s.Account(ctx, s.login())).Factors[0].Enabled, false)
		ok(t, s.Admin(ctx, mfa.AdminReset, "alice", "", "root"))
		refused(t, s.Admin(ctx, mfa.AdminReset, "nobody", "", "root"), mfa.ErrNotFound)
		_, _, err := s.AdminImport(ctx, "alice", `{"method": "totp"}`, "root")
		if no := refused(t, err, mfa.ErrArgument); !strings.Contains(no.Message, "uri") {
			t.Fatal(no)
		}
		_, signals, err := s.AdminImport(ctx, "bob", `{"method": "totp", "uri": "otpauth://totp/a?secret=AAAAAAAAAAAAAAAA"}`, "root")
		ok(t, err)
		equal(t, signals, mfa.SignalWeakSecret)
	})
}

func copyOf(store *mapStore) map[string]mfa.Row {
	rows := map[string]mfa.Row{}
	for key, row := range store.Rows {
		rows[key] = row
	}
	return rows
}

func TestARememberedSerialShowsARecordThatWasRolledBack(t *testing.T) {
	store := newMapStore()
	s := newSite(t, store, nil)
	secret := s.enrollTOTP("alice")
	kept := copyOf(store)
	proof := must(s.signIn("alice", secret, 1))
	store.Rows = kept
	r := s.login()
	r.MinSerial = proof.Serial
	_, err := s.VerifyCode(ctx, r, mfa.MethodTOTP, s.code(secret, 1))
	refused(t, err, mfa.ErrRollback)
	refused(t, err, mfa.ErrFailed)
}

func TestKeys(t *testing.T) {
	store := newMapStore()
	s := newSite(t, store, nil)
	secret := s.enrollTOTP("alice")
	first := copyOf(store)
	other := newSite(t, store, func(c *mfa.Config) { c.Keys = []mfa.Key{must(mfa.NewKey(2))} })
	_, err := other.Account(ctx, s.login())
	refused(t, err, mfa.ErrKey)
	both := newSite(t, store, func(c *mfa.Config) { c.Keys = []mfa.Key{must(mfa.NewKey(2)), s.key} })
	must(both.signIn("alice", secret, 1))
	for key, row := range first {
		altered := append([]byte(nil), row.Record...)
		altered[len(altered)-1] ^= 1
		store.Rows[key] = mfa.Row{Key: row.Key, Record: altered, Version: row.Version}
	}
	_, err = s.Account(ctx, s.login())
	refused(t, err, mfa.ErrDamaged)
}

func TestConfiguration(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	full := must(s.ConfigJSON())
	equal(t, string(must(mfa.CheckConfig(config))), string(full))
	equal(t, json.Valid(must(mfa.ConfigSchema())), true)
	wrong := `{"version": 1, "issuer": "x", "totp": {"digit": 6}}`
	_, err := mfa.CheckConfig(wrong)
	if no := refused(t, err, mfa.ErrConfig); !strings.Contains(no.Message, "totp.digit") {
		t.Fatal(no)
	}
	engine, err := mfa.NewEngine(mfa.Config{JSON: wrong, Keys: []mfa.Key{s.key}, Store: s.store})
	refused(t, err, mfa.ErrConfig)
	if engine != nil {
		t.Fatal("an engine beside an error")
	}
}
