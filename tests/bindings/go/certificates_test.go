package mfatest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"libmfa/mfa"
	"libmfa/mfatest/softkey"
)

func TestU2F(t *testing.T) {
	onBothStores(t, func(t *testing.T, s *site) {
		key := softkey.NewU2F(origin)
		s.enroll(s.login(), mfa.MethodU2F, nil, func(offer *mfa.Offer) string {
			var o struct{ RegisterRequests []struct{ Challenge string } }
			ok(t, json.Unmarshal(offer.Options, &o))
			return key.Register(o.RegisterRequests[0].Challenge)
		})
		offer := must(s.VerifyBegin(ctx, s.login(), mfa.MethodU2F, nil))
		var o struct{ Challenge string }
		ok(t, json.Unmarshal(offer.Options, &o))
		equal(t, must(s.VerifyFinish(ctx, s.login(), offer.Ticket, key.Sign(o.Challenge))).Method, mfa.MethodU2F)
	})
}

func TestTrust(t *testing.T) {
	token := softkey.NewU2F(origin)
	trust := must(mfa.NewTrust(mfa.TrustInput{Anchors: [][]byte{token.Certificate()}}, now))
	defer trust.Close()
	equal(t, strings.Contains(string(must(trust.JSON())), `"anchors":1`), true)
	_, err := mfa.NewTrust(mfa.TrustInput{Anchors: [][]byte{[]byte("no certificate")}}, now)
	refused(t, err, mfa.ErrConfig)
	_, err = mfa.NewTrust(mfa.TrustInput{MDSBlob: "x", MDSRoot: token.Certificate()}, now)
	refused(t, err, mfa.ErrConfig)

	_, credential := register(t)
	equal(t, strings.Contains(string(must(credential.Audit(trust, now))), `"known":false`), true)
	key, wanted := softkey.NewPasskey(origin), expectation()
	wanted.Trust, wanted.RequireTrusted = trust, true
	options := must(mfa.WebAuthnCreateOptions(wanted, mfa.WebAuthnUser{Handle: wanted.UserHandle, Name: "a", DisplayName: "a"}, ""))
	response := must(mfa.ParseWebAuthnResponse(key.Create(options)))
	defer response.Close()
	none, err := mfa.WebAuthnVerifyRegistration(wanted, now, response)
	refused(t, err, mfa.ErrDenied)
	equal(t, none == nil, true)

	s := newSite(t, newMapStore(), func(c *mfa.Config) { c.Trust = trust })
	ok(t, s.SetTrust(nil))
	ok(t, s.SetTrust(trust))
}

func TestU2FAlone(t *testing.T) {
	key, challenge := softkey.NewU2F(origin), draw(32)
	wanted := mfa.U2FExpect{AppID: origin, Challenge: challenge, Facets: []string{origin}}
	made := must(mfa.U2FVerifyRegistration(wanted, key.Register(softkey.Text(challenge))))
	if !bytes.Equal(made.PublicKey, key.Point()) || !bytes.Equal(made.KeyHandle, key.Handle) || made.Certificate[0] != 0x30 {
		t.Fatal(made)
	}
	signed := key.Sign(softkey.Text(challenge))
	equal(t, bytes.Equal(must(mfa.U2FKeyHandle(signed)), key.Handle), true)
	counter, signals, err := mfa.U2FVerifySignature(wanted, made.PublicKey, 0, signed)
	if counter != 1 || signals != 0 || err != nil {
		t.Fatal(counter, signals, err)
	}
	_, signals, err = mfa.U2FVerifySignature(wanted, made.PublicKey, 9, signed)
	ok(t, err)
	equal(t, signals, mfa.SignalCloneSuspected)
	wanted.Challenge = draw(32)
	_, _, err = mfa.U2FVerifySignature(wanted, made.PublicKey, 0, signed)
	refused(t, err, mfa.ErrWrong)
	for _, point := range [][]byte{nil, make([]byte, 64), make([]byte, 65), make([]byte, 1<<20)} {
		_, _, err = mfa.U2FVerifySignature(wanted, point, 0, signed)
		refused(t, err, mfa.ErrArgument)
	}
	_, err = mfa.U2FVerifyRegistration(wanted, "{}")
	refused(t, err, mfa.ErrMalformed)
}
