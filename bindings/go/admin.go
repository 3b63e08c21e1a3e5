package mfa

// #include "bridge.h"
import "C"

import (
	"context"
	"encoding/json"
	"runtime/cgo"
)

// FactorRename needs PurposeManage and a fresh statement, else ErrFactorNeeded, as the two below (mfa_factor_rename).
// ErrNotFound, ErrMalformed.
func (en *Engine) FactorRename(ctx context.Context, r Request, factor, label string) error {
	return en.call(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request) C.mfa_status {
		f, n := c.chars(factor)
		s, m := c.chars(label)
		return C.mfa_factor_rename(e, r, f, n, s, m, c.err)
	})
}

// FactorSetEnabled ends every other session of the account when it disables: keep the proof's Statement
// (mfa_factor_set_enabled). ErrNotFound.
func (en *Engine) FactorSetEnabled(ctx context.Context, r Request, factor string, enabled bool) (*Proof, error) {
	return en.proof(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_proof) C.mfa_status {
		f, n := c.chars(factor)
		return C.mfa_factor_set_enabled(e, r, f, n, flag(enabled), out, c.err)
	})
}

// FactorRemove ends every other session of the account: keep the proof's Statement (mfa_factor_remove). ErrNotFound.
func (en *Engine) FactorRemove(ctx context.Context, r Request, factor string) (*Proof, error) {
	return en.proof(ctx, r, func(c *call, e *C.mfa_engine, r *C.mfa_request, out **C.mfa_proof) C.mfa_status {
		f, n := c.chars(factor)
		return C.mfa_factor_remove(e, r, f, n, out, c.err)
	})
}

// admin gives body the engine: what your server does to an account; you have checked that it may.
func (en *Engine) admin(ctx context.Context, body func(c *call, e *C.mfa_engine) C.mfa_status) error {
	return runIn(ctx, func(c *call) C.mfa_status {
		p, release := c.borrow(en.lent())
		defer release()
		return body(c, (*C.mfa_engine)(p))
	})
}

// Admin acts on a user, or on the factor named; empty: none is meant. actor: who did it, for the event (mfa_admin).
// ErrNotFound.
func (en *Engine) Admin(ctx context.Context, action AdminAction, user, factor, actor string) error {
	return en.admin(ctx, func(c *call, e *C.mfa_engine) C.mfa_status {
		u, n := c.chars(user)
		f, m := c.optional(factor)
		a, k := c.chars(actor)
		return C.mfa_admin(e, C.mfa_admin_action(action), u, n, f, m, a, k, c.err)
	})
}

// AdminImport takes a factor from elsewhere, in a form of docs/import.md, and gives the id that it has here; SignalWeakSecret:
// fewer than 128 bits (mfa_admin_import). ErrExists; ErrArgument names the member.
func (en *Engine) AdminImport(ctx context.Context, user, factorJSON, actor string) (factor string, signals Signal, err error) {
	err = en.admin(ctx, func(c *call, e *C.mfa_engine) C.mfa_status {
		u, n := c.chars(user)
		j, m := c.chars(factorJSON)
		a, k := c.chars(actor)
		var id []byte
		status := c.filled(&id, func(out *C.mfa_buffer) C.mfa_status {
			return C.mfa_admin_import(e, u, n, j, m, a, k, out, c.err)
		})
		factor, signals = string(id), Signal(c.err.signals)
		return status
	})
	if err != nil {
		return "", 0, err
	}
	return factor, signals, nil
}

// AdminAudit says what metadata says today of the models of a user's keys (mfa_admin_audit). ErrNotFound; ErrDenied, with the
// JSON beside it: a status in force takes the trust away.
func (en *Engine) AdminAudit(ctx context.Context, user string) (json.RawMessage, error) {
	var text []byte
	err := en.admin(ctx, func(c *call, e *C.mfa_engine) C.mfa_status {
		u, n := c.chars(user)
		return c.filled(&text, func(out *C.mfa_buffer) C.mfa_status { return C.mfa_admin_audit(e, u, n, out, c.err) })
	})
	return raw(string(text)), err
}

// AdminUsers gives up to limit users with a record after `after`, in byte order (mfa_admin_users). ErrUnsupported: the store
// is no Scanner.
func (en *Engine) AdminUsers(ctx context.Context, after string, limit int) ([]string, error) {
	var rows []Row
	err := en.admin(ctx, func(c *call, e *C.mfa_engine) C.mfa_status {
		if limit < 0 {
			c.fail("limit is negative")
		}
		a, n := c.chars(after)
		handle := cgo.NewHandle(&rows)
		defer handle.Delete()
		return C.mfa_go_admin_users(e, a, n, C.size_t(limit), C.uintptr_t(handle), c.err)
	})
	if err != nil {
		return nil, err
	}
	users := make([]string, len(rows))
	for i, row := range rows {
		users[i] = string(row.Key)
	}
	return users, nil
}
