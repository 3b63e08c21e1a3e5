package mfatest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"libmfa/mfa"
	"libmfa/mfatest/softkey"
)

func TestTOTP(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		secret := s.enrollTOTP("alice")
		proof, err := s.signIn("alice", secret, 1)
		ok(t, err)
		equal(t, proof.User, "alice")
		equal(t, proof.Method, mfa.MethodTOTP)
		equal(t, proof.AAL, 2)
		equal(t, strings.Join(proof.AMR, ","), "pwd,otp,mfa")
		if proof.Statement == "" || proof.Serial != 2 || proof.SetCookie != "" || !json.Valid(proof.JSON) || proof.Factor == "" {
			t.Fatal(string(proof.JSON))
		}
		again, err := s.signIn("alice", secret, 1)
		no := refused(t, err, mfa.ErrAlreadyUsed)
		if again != nil || no.Status != mfa.StatusAlreadyUsed || no.Reason.String() == "" {
			t.Fatal(again, no)
		}
		equal(t, fmt.Sprint(s.eventNames()), "[log_started unsafe_setting began enrolled verified denied]")
	})
}

func TestOfferOfTOTP(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	offer, err := s.EnrollBegin(ctx, s.login(), mfa.MethodTOTP, &mfa.BeginOptions{AccountName: "alice@example.org"})
	ok(t, err)
	parsed, err := mfa.ParseOTPAuth(offer.URI, true)
	ok(t, err)
	equal(t, parsed.Account, "alice@example.org")
	equal(t, parsed.Issuer, "Example")
	equal(t, offer.ExpiresAt.Unix(), start+600)
	if offer.Mail != nil || len(offer.RecoveryCodes) != 0 || offer.Options != nil || !json.Valid(offer.JSON) {
		t.Fatal(string(offer.JSON))
	}
}

func TestNothingPrintsASecret(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	offer := must(s.EnrollBegin(ctx, s.login(), mfa.MethodTOTP, nil))
	secret := s.enrollTOTP("bob")
	proof := must(s.signIn("bob", secret, 1))
	kept := s.manage()
	kept.Cookies = "a cookie"
	values := []any{*offer, offer, *proof, proof, kept, &kept, s.key, &s.key, &mfa.Error{Proof: proof}, []mfa.Request{kept},
		mfa.Mail{Text: "12345678", HTML: "12345678"}, mfa.OTPAuth{Secret: []byte("12345678")}}
	for _, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			text := fmt.Sprintf(verb, value)
			for _, hidden := range []string{offer.Ticket, offer.Secret, offer.URI, proof.Statement, kept.Browser, kept.Cookies,
				string(s.key.Bytes), "12345678", fmt.Sprintf("%x", s.key.Bytes)} {
				if strings.Contains(text, hidden) {
					t.Fatalf("%s of %T", verb, value)
				}
			}
		}
	}
}

func TestWrongCodesLockAndSayHowLong(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		secret := s.enrollTOTP("alice")
		wrong := s.code(secret, 40)
		for left := 4; left >= 0; left-- {
			_, err := s.VerifyCode(ctx, s.login(), mfa.MethodTOTP, wrong)
			equal(t, refused(t, err, mfa.ErrWrong).AttemptsLeft, left)
		}
		_, err := s.signIn("alice", secret, 1)
		locked := refused(t, err, mfa.ErrLockedOut)
		equal(t, locked.RetryAt.Unix(), start+30)
		refused(t, err, mfa.ErrRefused)
		equal(t, locked.Status.String(), "MFA_LOCKED_OUT")
		s.advance(31)
		must(s.signIn("alice", secret, 1))
	})
}

func TestTheClockOfTheUser(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	secret := s.enrollTOTP("alice")
	s.advance(300)
	_, err := s.signIn("alice", secret, -5)
	equal(t, refused(t, err, mfa.ErrWrong).ClockSkew, -150*time.Second)
}

func TestHOTP(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		secret := []byte("12345678901234567890")
		uri, err := mfa.OTPAuth{Method: mfa.MethodHOTP, Issuer: "Example", Account: "alice", Secret: secret, Counter: 7}.URI()
		ok(t, err)
		id, signals, err := s.AdminImport(ctx, "alice", fmt.Sprintf(`{"method": "hotp", "uri": %q}`, uri), "root")
		ok(t, err)
		equal(t, signals, 0)
		proof := must(s.VerifyCode(ctx, s.login(), mfa.MethodHOTP, oneTimePassword(secret, 9)))
		equal(t, proof.Factor, id)
		_, err = s.VerifyCode(ctx, s.login(), mfa.MethodHOTP, oneTimePassword(secret, 9))
		refused(t, err, mfa.ErrWrong)
	})
}

func TestRecoveryCodes(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		s.enrollTOTP("alice")
		var codes []string
		s.enroll(s.manage(), mfa.MethodRecovery, nil, func(offer *mfa.Offer) string {
			codes = offer.RecoveryCodes
			return codes[0]
		})
		equal(t, len(codes), 10)
		proof := must(s.VerifyCode(ctx, s.login(), mfa.MethodRecovery, strings.ToLower(codes[3])))
		equal(t, proof.RecoveryRemaining, 9)
		_, err := s.VerifyCode(ctx, s.login(), mfa.MethodRecovery, codes[3])
		refused(t, err, mfa.ErrRefused)
	})
}

func (s *site) passkey() *softkey.Passkey {
	key := softkey.NewPasskey(origin)
	s.enroll(s.login(), mfa.MethodWebAuthn, nil, func(offer *mfa.Offer) string { return key.Create(offer.Options) })
	return key
}

func TestPasskey(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		key := s.passkey()
		offer := must(s.VerifyBegin(ctx, s.login(), mfa.MethodWebAuthn, &mfa.BeginOptions{UserVerification: mfa.UVRequired}))
		if !strings.Contains(string(offer.Options), `"userVerification":"required"`) {
			t.Fatal(string(offer.Options))
		}
		answer := key.Get(offer.Options)
		proof := must(s.VerifyFinish(ctx, s.login(), offer.Ticket, answer))
		equal(t, proof.Method, mfa.MethodWebAuthn)
		equal(t, json.Valid(proof.Credentials), true)
		_, err := s.VerifyFinish(ctx, s.login(), offer.Ticket, answer)
		refused(t, err, mfa.ErrAlreadyUsed)

		anybody := s.request(mfa.PurposeLogin, "")
		anybody.Flags = mfa.RequestUsernameless
		offer = must(s.VerifyBegin(ctx, anybody, mfa.MethodWebAuthn, &mfa.BeginOptions{Mediation: mfa.MediationConditional}))
		proof = must(s.VerifyFinish(ctx, anybody, offer.Ticket, key.Get(offer.Options)))
		equal(t, proof.User, "alice")
	})
}

func TestPasskeyIsRefused(t *testing.T) {
	s := newSite(t, newMapStore(), nil)
	key := s.passkey()
	offer := must(s.VerifyBegin(ctx, s.login(), mfa.MethodWebAuthn, nil))
	other := s.login()
	other.Browser = "another browser, not hers"
	_, err := s.VerifyFinish(ctx, other, offer.Ticket, key.Get(offer.Options))
	refused(t, err, mfa.ErrMismatch)
	_, err = s.VerifyFinish(ctx, s.login(), offer.Ticket, `{"id": "x"}`)
	refused(t, err, mfa.ErrMalformed)
	key.Origin = "https://evil.example"
	_, err = s.VerifyFinish(ctx, s.login(), offer.Ticket, key.Get(offer.Options))
	if no := refused(t, err, mfa.ErrRefused); !strings.Contains(no.Reason.String(), "origin") {
		t.Fatal(no.Reason)
	}
	key.Origin = origin
	s.statement = must(s.VerifyFinish(ctx, s.login(), offer.Ticket, key.Get(offer.Options))).Statement
	more := must(s.EnrollBegin(ctx, s.manage(), mfa.MethodWebAuthn, nil))
	_, err = s.EnrollFinish(ctx, s.manage(), more.Ticket, key.Create(more.Options))
	refused(t, err, mfa.ErrExists)
	s.advance(301)
	_, err = s.VerifyFinish(ctx, s.login(), offer.Ticket, key.Get(offer.Options))
	refused(t, err, mfa.ErrExpired)
}

func codeIn(offer *mfa.Offer) string {
	return regexp.MustCompile(`\b\d{8}\b`).FindString(offer.Mail.Text)
}

func TestEmail(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		s.enroll(s.login(), mfa.MethodEmail, &mfa.BeginOptions{Address: "alice@example.org"}, codeIn)
		s.advance(61)
		offer := must(s.VerifyBegin(ctx, s.login(), mfa.MethodEmail, nil))
		equal(t, offer.Mail.To, "alice@example.org")
		equal(t, offer.AddressMasked, "a***@example.org")
		if offer.Mail.Subject == "" || strings.Contains(string(offer.JSON), codeIn(offer)) {
			t.Fatal(string(offer.JSON))
		}
		_, err := s.VerifyBegin(ctx, s.login(), mfa.MethodEmail, nil)
		if soon := refused(t, err, mfa.ErrTooSoon); !soon.RetryAt.After(s.clock()) {
			t.Fatal(soon.RetryAt)
		}
		equal(t, must(s.VerifyFinish(ctx, s.login(), offer.Ticket, codeIn(offer))).AAL, 1)
	})
}

func TestRememberedBrowser(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		must(s.signIn("alice", s.enrollTOTP("alice"), 1))
		proof := must(s.DeviceRemember(ctx, s.manage(), "Laptop"))
		s.statement = proof.Statement
		signedIn := must(s.VerifyCode(ctx, s.login(), mfa.MethodDevice, jar(proof.SetCookie)))
		equal(t, signedIn.AAL, 1)
		factors := must(s.Account(ctx, s.manage())).Factors
		equal(t, len(factors), 2)
		equal(t, factors[1].Label, "Laptop")
		ok(t, s.Admin(ctx, mfa.AdminForgetDevices, "alice", "", "root"))
		_, err := s.VerifyCode(ctx, s.login(), mfa.MethodDevice, jar(proof.SetCookie))
		refused(t, err, mfa.ErrNotFound)
	})
}

func TestPairedDevice(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		must(s.signIn("alice", s.enrollTOTP("alice"), 1))
		pairing := must(s.EnrollBegin(ctx, s.manage(), mfa.MethodDevice, nil))
		phone := s.login()
		phone.Browser = "the browser of a phone"
		phone.UserAgent = "Mozilla/5.0 (Android 14; Mobile; rv:120.0) Gecko/120.0 Firefox/120.0"
		_, err := s.DeviceClaimed(ctx, s.manage(), pairing.Ticket)
		refused(t, err, mfa.ErrPending)
		claim := must(s.DeviceClaim(ctx, phone, pairing.Code))
		if told := string(must(s.DeviceClaimed(ctx, s.manage(), pairing.Ticket))); !strings.Contains(told, "Firefox on Android") {
			t.Fatal(told)
		}
		_, err = s.DeviceCollect(ctx, phone, claim.Ticket)
		refused(t, err, mfa.ErrPending)
		must(s.EnrollFinish(ctx, s.manage(), pairing.Ticket, claim.Code))
		cookie := jar(must(s.DeviceCollect(ctx, phone, claim.Ticket)).SetCookie)
		equal(t, must(s.VerifyCode(ctx, phone, mfa.MethodDevice, cookie)).User, "alice")
	})
}

func TestRememberedUser(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		must(s.signIn("alice", s.enrollTOTP("alice"), 1))
		cookie := jar(must(s.RememberedIssue(ctx, s.manage())))
		equal(t, must(s.RememberedUser(ctx, s.request(mfa.PurposeLogin, ""), cookie)), "alice")
		_, err := s.RememberedUser(ctx, s.request(mfa.PurposeLogin, ""), "a=b")
		refused(t, err, mfa.ErrNotFound)
	})
}
