package mfa

// #include "bridge.h"
import "C"

import (
	"context"
	"encoding/json"
)

// EnrollBegin begins to enrol (mfa_enroll_begin): with PurposeManage on a fresh statement, with PurposeLogin while the account
// has no factor. options may be nil. ErrFactorNeeded, ErrMalformed (no such method); ErrLockedOut, ErrTooSoon (MethodEmail).
func (en *Engine) EnrollBegin(ctx context.Context, r Request, method Method, options *BeginOptions) (*Offer, error) {
	return en.offer(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_offer) C.mfa_status {
		return C.mfa_enroll_begin(e, r, C.mfa_method(method), c.options(options), out, c.err)
	})
}

// EnrollFinish takes the offer's ticket and exactly what the client sent, docs/methods.md (mfa_enroll_finish). ErrWrong,
// ErrMalformed, ErrExists, ErrExpired, ErrMismatch, ErrAlreadyUsed.
func (en *Engine) EnrollFinish(ctx context.Context, r Request, ticket, response string) (*Proof, error) {
	return en.proof(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_proof) C.mfa_status {
		t, n := c.chars(ticket)
		s, m := c.chars(response)
		return C.mfa_enroll_finish(e, r, t, n, s, m, out, c.err)
	})
}

// VerifyBegin begins to verify; an unknown user gets an offer of the same shape (mfa_verify_begin). options may be nil.
// ErrNotFound, ErrMalformed (a method of codes, or none); ErrLockedOut, ErrTooSoon (MethodEmail).
func (en *Engine) VerifyBegin(ctx context.Context, r Request, method Method, options *BeginOptions) (*Offer, error) {
	return en.offer(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_offer) C.mfa_status {
		return C.mfa_verify_begin(e, r, C.mfa_method(method), c.options(options), out, c.err)
	})
}

// VerifyFinish with a nil error: policy for the purpose is met, and the user to sign in is the proof's (mfa_verify_finish).
// ErrMoreNeeded: right, but not enough; Partial gives its proof. ErrWrong, ErrMalformed, ErrAlreadyUsed, ErrExpired,
// ErrMismatch, ErrLockedOut.
func (en *Engine) VerifyFinish(ctx context.Context, r Request, ticket, response string) (*Proof, error) {
	return en.proof(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_proof) C.mfa_status {
		t, n := c.chars(ticket)
		s, m := c.chars(response)
		return C.mfa_verify_finish(e, r, t, n, s, m, out, c.err)
	})
}

// VerifyCode is begin and finish in one: MethodTOTP, MethodHOTP, MethodRecovery; MethodDevice, whose code is the whole Cookie
// header (mfa_verify_code). ErrMoreNeeded as with VerifyFinish; ErrWrong, ErrAlreadyUsed, ErrMalformed, ErrLockedOut,
// ErrNotFound, ErrExpired.
func (en *Engine) VerifyCode(ctx context.Context, r Request, method Method, code string) (*Proof, error) {
	return en.proof(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_proof) C.mfa_status {
		s, n := c.chars(code)
		return C.mfa_verify_code(e, r, C.mfa_method(method), s, n, out, c.err)
	})
}

// SessionStart signs in without a factor where policy lets it: NeedNothing, NeedEnrollSoon (mfa_session_start).
// ErrFactorNeeded, ErrEnrollNeeded.
func (en *Engine) SessionStart(ctx context.Context, r Request) (*Proof, error) {
	return en.proof(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_proof) C.mfa_status {
		return C.mfa_session_start(e, r, out, c.err)
	})
}

// SessionCheck belongs on each page (mfa_session_check). need may be nil: what every page asks. ErrRecheckDue,
// ErrFactorNeeded, ErrEnrollNeeded, ErrExpired, ErrRevoked, ErrMismatch, ErrWrong.
func (en *Engine) SessionCheck(ctx context.Context, r Request, need *SessionNeed) error {
	return en.call(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request) C.mfa_status {
		return C.mfa_session_check(e, r, c.need(need), c.err)
	})
}

// SessionCheckOffline is SessionCheck without the store, where a revocation may take effect later
// (mfa_session_check_offline).
func (en *Engine) SessionCheckOffline(ctx context.Context, r Request, need *SessionNeed) error {
	return en.call(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request) C.mfa_status {
		return C.mfa_session_check_offline(e, r, c.need(need), c.err)
	})
}

// Session reads the request's statement (mfa_session_json). ErrWrong, ErrMismatch, ErrExpired.
func (en *Engine) Session(ctx context.Context, r Request) (*Session, error) {
	text, err := en.text(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out *C.mfa_buffer) C.mfa_status {
		return C.mfa_session_json(e, r, out, c.err)
	})
	if err != nil {
		return nil, err
	}
	return sessionOf(text)
}

// DeviceRemember remembers this browser (mfa_device_remember): with PurposeManage and a statement of level 2. Send the
// proof's SetCookie. ErrFactorNeeded, ErrMalformed.
func (en *Engine) DeviceRemember(ctx context.Context, r Request, label string) (*Proof, error) {
	return en.proof(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_proof) C.mfa_status {
		s, n := c.chars(label)
		return C.mfa_device_remember(e, r, s, n, out, c.err)
	})
}

// DeviceClaim is the new device's claim of a pairing (mfa_device_claim). ErrWrong, ErrMalformed, ErrExpired, ErrAlreadyUsed.
func (en *Engine) DeviceClaim(ctx context.Context, r Request, code string) (*Offer, error) {
	return en.offer(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_offer) C.mfa_status {
		s, n := c.chars(code)
		return C.mfa_device_claim(e, r, s, n, out, c.err)
	})
}

// DeviceClaimed tells the signed-in browser who claimed: {"device","source","claimed_s","approved"} (mfa_device_claimed).
// ErrPending, ErrExpired.
func (en *Engine) DeviceClaimed(ctx context.Context, r Request, ticket string) (json.RawMessage, error) {
	return en.text(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out *C.mfa_buffer) C.mfa_status {
		s, n := c.chars(ticket)
		return C.mfa_device_claimed(e, r, s, n, out, c.err)
	})
}

// DeviceCollect gives the new device its cookie (mfa_device_collect). ErrPending, ErrExpired, ErrAlreadyUsed.
func (en *Engine) DeviceCollect(ctx context.Context, r Request, ticket string) (*Proof, error) {
	return en.proof(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_proof) C.mfa_status {
		s, n := c.chars(ticket)
		return C.mfa_device_collect(e, r, s, n, out, c.err)
	})
}

// RememberedIssue gives a whole Set-Cookie value that names the user of this session (mfa_remembered_issue). As SessionCheck.
func (en *Engine) RememberedIssue(ctx context.Context, r Request) (string, error) {
	text, err := en.text(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out *C.mfa_buffer) C.mfa_status {
		return C.mfa_remembered_issue(e, r, out, c.err)
	})
	return string(text), err
}

// RememberedUser gives the user id that the Cookie header names; it authenticates nobody (mfa_remembered_user). ErrNotFound,
// ErrExpired, ErrRevoked.
func (en *Engine) RememberedUser(ctx context.Context, r Request, cookies string) (string, error) {
	text, err := en.text(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out *C.mfa_buffer) C.mfa_status {
		s, n := c.chars(cookies)
		return C.mfa_remembered_user(e, r, s, n, out, c.err)
	})
	return string(text), err
}
