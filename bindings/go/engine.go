package mfa

// #include "bridge.h"
import "C"

import (
	"context"
	"encoding/json"
	"io"
	"runtime/cgo"
	"time"
	"unsafe"
)

// Config is what an engine is made of (mfa_engine_config).
type Config struct {
	JSON     string // docs/configuration.md
	Keys     []Key  // the first seals, all open
	Store    Store  // stays yours to close
	Trust    *Trust // nil: no attestation is trusted
	Pepper   []byte // optional: a key kept apart from the store's backups
	DecoyKey []byte // 32 bytes that never change: what unknown users are shown. Needed with webauthn.decoys

	// Now and Random are the system's where nil. Random must fill many buffers at once.
	Now    func() time.Time
	Random io.Reader
	// Event is given one line of JSON for each thing that happened (docs/events.md), by many goroutines at once, after the
	// save. NewEngine and Close call it too. What it panics with goes to the log and changes nothing.
	Event func(line string)
}

// Engine keeps the factors of your users in a store, judges by a policy, throttles, and says who was verified (mfa/engine.h).
// Any goroutine may call it at any time.
//
// A call on a request takes a context. One that is done already is its error; later it ends what a store in Go does, for that is
// given it: a call returns when libmfa is done, not before. Besides what a method names, each may return ErrDenied, ErrStore,
// ErrBusy, ErrKey, ErrDamaged, ErrRollback, ErrNoMemory and ErrArgument, which holds ErrClosed once the engine is closed. A
// result comes with a nil error alone.
type Engine struct{ handle *handle }

// NewEngine reads the configuration (mfa_engine_new). ErrConfig: the message holds the path of what is wrong.
func NewEngine(config Config) (*Engine, error) {
	var engine *Engine
	err := runIn(context.Background(), func(c *call) C.mfa_status {
		store, releaseStore := c.lend(config.Store)
		target := cgo.NewHandle(&hooks{config.Now, config.Random, config.Event})
		release := func() {
			target.Delete()
			releaseStore()
		}
		defer func() {
			if engine == nil {
				release()
			}
		}()
		from := alloc[C.mfa_engine_config](c)
		from.struct_size = C.sizeof_mfa_engine_config
		from.json = c.text(config.JSON)
		from.keys, from.keys_count = c.keys(config.Keys)
		from.store = store
		from.pepper = c.blob(config.Pepper)
		from.decoy_key = c.blob(config.DecoyKey)
		C.mfa_go_hooks(from, C.uintptr_t(target), C.int(flag(config.Now != nil)), C.int(flag(config.Random != nil)),
			C.int(flag(config.Event != nil)))
		trust, releaseTrust := c.trust(config.Trust)
		defer releaseTrust()
		from.trust = trust
		out := alloc[*C.mfa_engine](c)
		status := C.mfa_engine_new(from, out, c.err)
		if status == C.MFA_OK {
			engine = &Engine{newHandle("engine", unsafe.Pointer(*out), func(p unsafe.Pointer) {
				C.mfa_engine_free((*C.mfa_engine)(p)) // which has one event more to tell
				release()
			})}
		}
		return status
	})
	if err != nil {
		return nil, err
	}
	return engine, nil
}

// Close frees the engine once calls of other goroutines have ended; its last event goes out then (mfa_engine_free). Again is
// fine. It returns nil.
func (en *Engine) Close() error {
	en.lent().close()
	return nil
}

func (en *Engine) lent() *handle {
	if en == nil {
		return nil
	}
	return en.handle
}

// call gives body the engine and the request.
func (en *Engine) call(ctx context.Context, r Request, body func(c *call, e *C.mfa_engine, r *C.mfa_request) C.mfa_status) error {
	return runIn(ctx, func(c *call) C.mfa_status {
		p, release := c.borrow(en.lent())
		defer release()
		return body(c, (*C.mfa_engine)(p), c.request(&r))
	})
}

func (en *Engine) offer(ctx context.Context, r Request, body func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_offer) C.mfa_status) (*Offer, error) {
	var o *Offer
	err := en.call(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request) C.mfa_status {
		return made(c, func(out **C.mfa_offer) C.mfa_status { return body(c, e, r, out) }, c.offer,
			func(p *C.mfa_offer) { C.mfa_offer_free(p) }, &o)
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

func (en *Engine) proof(ctx context.Context, r Request, body func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_proof) C.mfa_status) (*Proof, error) {
	var p *Proof
	err := en.call(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request) C.mfa_status {
		return made(c, func(out **C.mfa_proof) C.mfa_status { return body(c, e, r, out) }, c.proof,
			func(p *C.mfa_proof) { C.mfa_proof_free(p) }, &p)
	})
	if err == nil {
		return p, nil
	}
	if no, ok := err.(*Error); ok && no.Status == StatusMoreNeeded {
		no.Proof = p
	}
	return nil, err
}

// text runs a call that fills a buffer.
func (en *Engine) text(ctx context.Context, r Request, body func(c *call, e *C.mfa_engine, r *C.mfa_request, out *C.mfa_buffer) C.mfa_status) ([]byte, error) {
	var text []byte
	err := en.call(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request) C.mfa_status {
		return c.filled(&text, func(out *C.mfa_buffer) C.mfa_status { return body(c, e, r, out) })
	})
	if err != nil {
		return nil, err
	}
	return text, nil
}

// SetTrust trusts from the next ceremony on; nil: nothing is trusted (mfa_engine_set_trust).
func (en *Engine) SetTrust(trust *Trust) error {
	return run(func(c *call) C.mfa_status {
		p, release := c.borrow(en.lent())
		defer release()
		t, releaseTrust := c.trust(trust)
		defer releaseTrust()
		return C.mfa_engine_set_trust((*C.mfa_engine)(p), t, c.err)
	})
}

// ConfigJSON is the configuration with every default filled in, without secrets (mfa_engine_config_json).
func (en *Engine) ConfigJSON() (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		p, release := c.borrow(en.lent())
		defer release()
		return C.mfa_engine_config_json((*C.mfa_engine)(p), out, c.err)
	})
}

// Account shows the request's user; one without a record has no factors (mfa_account_view).
func (en *Engine) Account(ctx context.Context, r Request) (*Account, error) {
	var a *Account
	err := en.call(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request) C.mfa_status {
		return made(c, func(out **C.mfa_account) C.mfa_status { return C.mfa_account_view(e, r, out, c.err) }, c.account,
			func(p *C.mfa_account) { C.mfa_account_free(p) }, &a)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// PolicyExplain says what policy decides for this request, and every rule that led to it, as JSON: for whoever writes the
// configuration, never for a page (mfa_policy_explain).
func (en *Engine) PolicyExplain(ctx context.Context, r Request, need *SessionNeed) (json.RawMessage, error) {
	return en.text(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out *C.mfa_buffer) C.mfa_status {
		return C.mfa_policy_explain(e, r, c.need(need), out, c.err)
	})
}
