package mfa

// #include "bridge.h"
import "C"

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Error is every answer of libmfa that is no yes (mfa_error in mfa/base.h). Its text is for the operator's log and never
// holds a secret. Which one it is: errors.Is(err, mfa.ErrWrong), or Status.
type Error struct {
	Status       Status
	Reason       Reason        // the rule that said no; stable
	RetryAt      time.Time     // ErrLockedOut, ErrTooSoon: when to try again; zero: not said
	AttemptsLeft int           // ErrWrong: before a lock; -1: not known or not limited
	ClockSkew    time.Duration // ErrWrong on TOTP: how far the user's clock seems off; 0: not known
	Signals      Signal        // seen before the refusal
	Message      string

	// Proof comes with ErrMoreNeeded alone: right, and recorded, but policy asks for more. It is not a login; give its
	// Statement with the next step.
	Proof *Proof

	cause error
}

func (e *Error) Error() string {
	message := e.Message
	if message == "" {
		message = e.Status.String()
	}
	return "mfa: " + message
}

// Is knows the errors of this package: the one of the status, ErrRefused or ErrFailed.
func (e *Error) Is(target error) bool {
	wanted, ok := target.(statusError)
	return ok && wanted.covers(e.Status)
}

// Unwrap gives what the store, the clock or the generator failed with, where that is why the call did not complete.
func (e *Error) Unwrap() error { return e.cause }

// Partial gives the proof that an ErrMoreNeeded carries, nil for any other error.
func Partial(err error) *Proof {
	var no *Error
	if errors.As(err, &no) {
		return no.Proof
	}
	return nil
}

// statusError is what errors.Is compares with; first and last are the statuses that it stands for.
type statusError struct {
	first, last Status
	text        string
}

func (s statusError) Error() string { return "mfa: " + s.text }

func (s statusError) covers(status Status) bool { return s.first <= status && status <= s.last }

func sentinel(status Status, text string) error { return statusError{status, status, text} }

// The call completed and the answer is no.
var (
	ErrRefused error = statusError{1, math.MaxInt32, "the answer is no"} // any of these, those of a newer libmfa as well

	ErrWrong        = sentinel(StatusWrong, "the code or response does not prove the factor")
	ErrMalformed    = sentinel(StatusMalformed, "what the client sent cannot be read")
	ErrAlreadyUsed  = sentinel(StatusAlreadyUsed, "code, ticket, claim or token was used before")
	ErrExpired      = sentinel(StatusExpired, "ticket, code, statement or token is past its time")
	ErrMismatch     = sentinel(StatusMismatch, "the ticket is of another user, purpose, method, browser or action")
	ErrLockedOut    = sentinel(StatusLockedOut, "too many wrong answers")
	ErrTooSoon      = sentinel(StatusTooSoon, "mail was sent a moment ago or too often")
	ErrDenied       = sentinel(StatusDenied, "policy forbids it")
	ErrFactorNeeded = error(statusError{StatusFactorNeeded, StatusRecheckDue, "verify a factor now, then call again"})
	ErrRecheckDue   = sentinel(StatusRecheckDue, "the timed recheck is due") // which is an ErrFactorNeeded
	ErrEnrollNeeded = sentinel(StatusEnrollNeeded, "policy asks for a factor that the user has not enrolled")
	ErrRevoked      = sentinel(StatusRevoked, "from before a reset, block, removal or sign-out")
	ErrNotFound     = sentinel(StatusNotFound, "no such user, factor, device or key")
	ErrExists       = sentinel(StatusExists, "the credential is registered already")
	ErrPending      = sentinel(StatusPending, "the other side of the pairing has not acted yet")
	ErrMoreNeeded   = sentinel(StatusMoreNeeded, "right, but policy asks for more")
)

// The call did not complete, whatever was sent; nothing was decided.
var (
	ErrFailed error = statusError{math.MinInt32, -1, "the call did not complete"} // any of these

	ErrArgument    = sentinel(StatusErrArgument, "the caller's mistake")
	ErrUnsupported = sentinel(StatusErrUnsupported, "not in this build of libmfa")
	ErrNoMemory    = sentinel(StatusErrNoMemory, "no memory")
	ErrStore       = sentinel(StatusErrStore, "the store failed")
	ErrBusy        = sentinel(StatusErrBusy, "lost the race for the record too often")
	ErrConfig      = sentinel(StatusErrConfig, "configuration refused")
	ErrKey         = sentinel(StatusErrKey, "the record is sealed with a key that is not in the ring")
	ErrDamaged     = sentinel(StatusErrDamaged, "a record does not open")
	ErrRollback    = sentinel(StatusErrRollback, "a record older than the serial that is remembered")
	ErrInternal    = sentinel(StatusErrInternal, "internal error")
)

// ErrClosed is within the ErrArgument of a call on what was closed, or never made.
var ErrClosed = errors.New("mfa: closed")

// PanicError is the cause of an ErrStore, or of another call that did not complete, when a store, a clock or a generator
// panicked.
type PanicError struct {
	Value any
	Stack []byte
}

func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

func argument(message string) error {
	return &Error{Status: StatusErrArgument, AttemptsLeft: -1, Message: message}
}

func closed(what string) error {
	return &Error{Status: StatusErrArgument, AttemptsLeft: -1, Message: "the " + what + " is closed", cause: ErrClosed}
}

// errorOf is nil for MFA_OK alone. A call that completed got over what its callbacks failed with: that is no cause of a no.
func (c *call) errorOf(status C.mfa_status, f *frame) error {
	if status == C.MFA_OK {
		return nil
	}
	e := &Error{
		Status:       Status(status),
		Reason:       Reason(c.err.reason),
		RetryAt:      timeAt(c.err.retry_at_s),
		AttemptsLeft: int(c.err.attempts_left),
		ClockSkew:    time.Duration(c.err.clock_skew_s) * time.Second,
		Signals:      Signal(c.err.signals),
		Message:      C.GoString(&c.err.message[0]),
	}
	if f != nil && status < 0 {
		e.cause = f.cause
	}
	return e
}

// Forever is the time of what has no end: a lock that only another factor or an administrator opens.
var Forever = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)

// timeAt: zero for 0, Forever for what is past it.
func timeAt(seconds C.uint64_t) time.Time {
	switch {
	case seconds == 0:
		return time.Time{}
	case seconds >= C.uint64_t(Forever.Unix()):
		return Forever
	}
	return time.Unix(int64(seconds), 0).UTC()
}

// seconds since 1970; it ends the call for a time before.
func (c *call) seconds(t time.Time, what string) C.uint64_t {
	s := t.Unix()
	if s < 0 {
		c.fail(what + " is before 1970")
	}
	return C.uint64_t(s)
}
