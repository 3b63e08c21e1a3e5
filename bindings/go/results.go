package mfa

// #include "bridge.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unsafe"
)

// Offer is what begin gives (mfa_offer; docs/methods.md). A text is empty when the offer has no such thing. Printed, it shows
// none of its secrets.
type Offer struct {
	Ticket        string          // keep it, or send it with the page: it is sealed
	Options       json.RawMessage // WebAuthn: for parseCreationOptionsFromJSON/parseRequestOptionsFromJSON; U2F: the request
	URI           string          // otpauth://, or the pairing link: show as QR
	Secret        string          // base32, for typing in
	Code          string          // pairing: the code to type, or the check number to compare
	Mail          *Mail           // to send; nil: send nothing and show the same page
	AddressMasked string          // "a***@example.org"
	RecoveryCodes []string        // show them once
	ExpiresAt     time.Time
	JSON          json.RawMessage // what a page needs, as one object
}

// Mail is yours to send (MFA_OFFER_MAIL_*).
type Mail struct{ To, Subject, Text, HTML string }

// Format leaves out what is secret, whatever the verb.
func (o Offer) Format(f fmt.State, _ rune) { hidden(f, "Offer", "ExpiresAt", o.ExpiresAt) }

// Format leaves out what is secret, whatever the verb.
func (m Mail) Format(f fmt.State, _ rune) { hidden(f, "Mail", "To", m.To, "Subject", m.Subject) }

// Proof is what a finish gives (mfa_proof). Printed, it shows none of its secrets.
type Proof struct {
	User              string // whom to sign in
	Method            Method
	Factor            string   // its id
	AAL               int      // 1 to 3
	AMR               []string // RFC 8176
	Signals           Signal
	Serial            uint64 // for Request.MinSerial
	RecoveryRemaining uint64
	Statement         string          // keep it in the session, in place of the one before
	SetCookie         string          // a whole Set-Cookie value; send it when there is one
	Credentials       json.RawMessage // argument of signalAllAcceptedCredentials
	JSON              json.RawMessage // without statement and cookie
}

// Format leaves out what is secret, whatever the verb.
func (p Proof) Format(f fmt.State, _ rune) {
	hidden(f, "Proof", "User", p.User, "Method", p.Method, "Factor", p.Factor, "AAL", p.AAL)
}

// MethodInfo is a method that may be used now (mfa_method_info).
type MethodInfo struct {
	Method      Method
	Label       string // configuration's name for it
	CanVerify   bool
	CanEnroll   bool
	Factors     int // enrolled and enabled
	AAL         int // what success would reach
	LockedUntil time.Time
}

// Factor is an enrolled factor (mfa_factor). A zero time: never, or not locked; a lock may be Forever.
type Factor struct {
	Method      Method
	ID          string // opaque, URL-safe
	Label       string // given by the user
	Device      string // platform and browser, or authenticator model, if known
	Address     string // MethodEmail: masked
	Enabled     bool
	CanDisable  bool
	CanRemove   bool
	Enterprise  bool
	Added       time.Time
	LastUsed    time.Time
	Expires     time.Time
	LockedUntil time.Time
}

// Account is what to show of one user: a snapshot (mfa_account).
type Account struct {
	Need               Need
	Methods            []MethodInfo // best or last used first
	Factors            []Factor
	GraceUntil         time.Time
	RecoveryRemaining  uint64
	MustEnrollRecovery bool
	AALNeeded          int
	JSON               json.RawMessage // with the recent activity
}

// Session is what a statement says (mfa_session_json): nothing of it is checked but its seal.
type Session struct {
	User, AMR, Method, Factor   string
	AAL                         int
	SignedIn, Verified, Recheck time.Time
	JSON                        json.RawMessage
}

func (c *call) offer(from *C.mfa_offer) *Offer {
	n := alloc[C.size_t](c)
	item := func(which C.mfa_offer_item) string { return stringAt(C.mfa_offer_text(from, which, n), *n) }
	o := &Offer{
		Ticket:        item(C.MFA_OFFER_TICKET),
		Options:       raw(item(C.MFA_OFFER_OPTIONS)),
		URI:           item(C.MFA_OFFER_URI),
		Secret:        item(C.MFA_OFFER_SECRET),
		Code:          item(C.MFA_OFFER_CODE),
		AddressMasked: item(C.MFA_OFFER_ADDRESS_MASKED),
		RecoveryCodes: strings.Fields(item(C.MFA_OFFER_RECOVERY_CODES)),
		ExpiresAt:     timeAt(C.mfa_offer_expires_at_s(from)),
	}
	if to := item(C.MFA_OFFER_MAIL_TO); to != "" {
		o.Mail = &Mail{to, item(C.MFA_OFFER_MAIL_SUBJECT), item(C.MFA_OFFER_MAIL_TEXT), item(C.MFA_OFFER_MAIL_HTML)}
	}
	o.JSON = c.json(func(out *C.mfa_buffer) C.mfa_status { return C.mfa_offer_json(from, out, c.err) })
	return o
}

func (c *call) proof(from *C.mfa_proof) *Proof {
	n := alloc[C.size_t](c)
	item := func(which C.mfa_proof_item) string { return stringAt(C.mfa_proof_text(from, which, n), *n) }
	p := &Proof{
		User:              item(C.MFA_PROOF_USER),
		Method:            Method(C.mfa_proof_method(from)),
		Factor:            item(C.MFA_PROOF_FACTOR),
		AAL:               int(C.mfa_proof_aal(from)),
		Signals:           Signal(C.mfa_proof_signals(from)),
		Serial:            uint64(C.mfa_proof_serial(from)),
		RecoveryRemaining: uint64(C.mfa_proof_recovery_remaining(from)),
		Statement:         item(C.MFA_PROOF_STATEMENT),
		SetCookie:         item(C.MFA_PROOF_SET_COOKIE),
		Credentials:       raw(item(C.MFA_PROOF_CREDENTIALS)),
	}
	if amr := item(C.MFA_PROOF_AMR); amr != "" {
		p.AMR = strings.Split(amr, ",")
	}
	p.JSON = c.json(func(out *C.mfa_buffer) C.mfa_status { return C.mfa_proof_json(from, out, c.err) })
	return p
}

func (c *call) account(from *C.mfa_account) *Account {
	a := &Account{
		Need:               Need(C.mfa_account_need(from)),
		GraceUntil:         timeAt(C.mfa_account_number(from, C.MFA_ACCOUNT_GRACE_UNTIL_S)),
		RecoveryRemaining:  uint64(C.mfa_account_number(from, C.MFA_ACCOUNT_RECOVERY_REMAINING)),
		MustEnrollRecovery: C.mfa_account_number(from, C.MFA_ACCOUNT_MUST_ENROLL_RECOVERY) != 0,
		AALNeeded:          int(C.mfa_account_number(from, C.MFA_ACCOUNT_AAL_NEEDED)),
	}
	for i := C.size_t(0); i < C.mfa_account_method_count(from); i++ {
		row := alloc[C.mfa_method_info](c)
		row.struct_size = C.sizeof_mfa_method_info
		c.must(C.mfa_account_method(from, i, row))
		a.Methods = append(a.Methods, MethodInfo{
			Method:      Method(row.method),
			Label:       textAt(row.label),
			CanVerify:   row.can_verify != 0,
			CanEnroll:   row.can_enroll != 0,
			Factors:     int(row.factors),
			AAL:         int(row.aal),
			LockedUntil: timeAt(row.locked_until_s),
		})
	}
	for i := C.size_t(0); i < C.mfa_account_factor_count(from); i++ {
		row := alloc[C.mfa_factor](c)
		row.struct_size = C.sizeof_mfa_factor
		c.must(C.mfa_account_factor(from, i, row))
		a.Factors = append(a.Factors, Factor{
			Method:      Method(row.method),
			ID:          textAt(row.id),
			Label:       textAt(row.label),
			Device:      textAt(row.device),
			Address:     textAt(row.address),
			Enabled:     row.enabled != 0,
			CanDisable:  row.can_disable != 0,
			CanRemove:   row.can_remove != 0,
			Enterprise:  row.enterprise != 0,
			Added:       timeAt(row.added_s),
			LastUsed:    timeAt(row.last_used_s),
			Expires:     timeAt(row.expires_s),
			LockedUntil: timeAt(row.locked_until_s),
		})
	}
	a.JSON = c.json(func(out *C.mfa_buffer) C.mfa_status { return C.mfa_account_json(from, out, c.err) })
	return a
}

// json reads a result's; the call ends if it cannot be had.
func (c *call) json(body func(out *C.mfa_buffer) C.mfa_status) json.RawMessage {
	var text []byte
	c.must(c.filled(&text, body))
	return text
}

func raw(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

func sessionOf(text json.RawMessage) (*Session, error) {
	var s struct {
		User, AMR, Method, Factor string
		AAL                       int
		SignedIn                  uint64 `json:"signed_in_s"`
		Verified                  uint64 `json:"verified_s"`
		Recheck                   uint64 `json:"recheck_s"`
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, &Error{Status: StatusErrInternal, AttemptsLeft: -1, Message: "the session cannot be read", cause: err}
	}
	return &Session{s.User, s.AMR, s.Method, s.Factor, s.AAL, timeAt(C.uint64_t(s.SignedIn)), timeAt(C.uint64_t(s.Verified)),
		timeAt(C.uint64_t(s.Recheck)), text}, nil
}

// made runs a call that gives an object of C, read and freed here. With MFA_MORE_NEEDED there is one, too, and never returned
// beside the error: a caller that drops the error must not hold a proof.
func made[From, To any](c *call, status func(out **From) C.mfa_status, read func(*From) *To, free func(*From), into **To) C.mfa_status {
	out := (**From)(c.memory(unsafe.Sizeof(uintptr(0))))
	answer := status(out)
	defer func() { free(*out) }()
	if answer == C.MFA_OK || answer == C.MFA_MORE_NEEDED {
		kept := *c.err // reading writes there
		*into = read(*out)
		*c.err = kept
	}
	return answer
}
