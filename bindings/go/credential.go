package mfa

// #include "bridge.h"
import "C"

import (
	"encoding/json"
	"time"
	"unsafe"
)

// WebAuthnCredential is a registered credential; goroutines may share it (mfa_webauthn_credential).
type WebAuthnCredential struct{ handle *handle }

// WebAuthnColumns is a credential as columns of your own, or of another library (mfa_webauthn_columns).
type WebAuthnColumns struct {
	Algorithm           int32 // COSE
	ID                  []byte
	PublicKey           []byte // COSE_Key; or 65 bytes 04 x y of a U2F key
	UserHandle          []byte
	RPID                string
	AppID               string // U2F keys
	SignCount           uint32
	Flags               WebAuthnFlag // as last seen
	BackupEligibleKnown bool         // false for rows of libraries that did not keep it
	AAGUID              [16]byte
	Transports          string // "usb,nfc"
	AttestationFormat   string
	AttestationType     string // "none", "self", "basic", "attca", "anonca"
}

// WebAuthnResult is what a verified assertion said: store Flags, and SignCount in one update WHERE the old one is what you read
// (mfa_webauthn_result).
type WebAuthnResult struct {
	Flags     WebAuthnFlag
	SignCount uint32
	Signals   Signal
}

func credentialOf(made func(c *call, out **C.mfa_webauthn_credential) C.mfa_status) (*WebAuthnCredential, error) {
	var credential *WebAuthnCredential
	err := run(func(c *call) C.mfa_status {
		out := alloc[*C.mfa_webauthn_credential](c)
		status := made(c, out)
		if status == C.MFA_OK {
			credential = &WebAuthnCredential{newHandle("credential", unsafe.Pointer(*out), func(p unsafe.Pointer) {
				C.mfa_webauthn_credential_free((*C.mfa_webauthn_credential)(p))
			})}
		}
		return status
	})
	return credential, err
}

// LoadWebAuthnCredential reads the blob that Save gave (mfa_webauthn_credential_load). ErrDamaged, ErrArgument.
func LoadWebAuthnCredential(blob []byte) (*WebAuthnCredential, error) {
	return credentialOf(func(c *call, out **C.mfa_webauthn_credential) C.mfa_status {
		b, n := c.octets(blob)
		return C.mfa_webauthn_credential_load(b, n, out, c.err)
	})
}

// NewWebAuthnCredential makes one of columns (mfa_webauthn_credential_new). ErrArgument.
func NewWebAuthnCredential(columns WebAuthnColumns) (*WebAuthnCredential, error) {
	return credentialOf(func(c *call, out **C.mfa_webauthn_credential) C.mfa_status {
		from := alloc[C.mfa_webauthn_columns](c)
		from.struct_size = C.sizeof_mfa_webauthn_columns
		from.algorithm = C.int32_t(columns.Algorithm)
		from.id, from.public_key, from.user_handle = c.blob(columns.ID), c.blob(columns.PublicKey), c.blob(columns.UserHandle)
		from.rp_id, from.app_id = c.text(columns.RPID), c.text(columns.AppID)
		from.sign_count, from.flags = C.uint32_t(columns.SignCount), C.uint32_t(columns.Flags)
		from.backup_eligible_known = flag(columns.BackupEligibleKnown)
		from.aaguid = *(*[16]C.uint8_t)(unsafe.Pointer(&columns.AAGUID))
		from.transports = c.text(columns.Transports)
		from.attestation_format, from.attestation_type = c.text(columns.AttestationFormat), c.text(columns.AttestationType)
		return C.mfa_webauthn_credential_new(from, out, c.err)
	})
}

// WebAuthnVerifyRegistration is section 7.1; insert the credential under a unique index on its id
// (mfa_webauthn_verify_registration). ErrWrong, ErrDenied, ErrMalformed.
func WebAuthnVerifyRegistration(e WebAuthnExpect, now time.Time, r *WebAuthnResponse) (*WebAuthnCredential, error) {
	return credentialOf(func(c *call, out **C.mfa_webauthn_credential) C.mfa_status {
		expect, release := c.expect(e)
		defer release()
		response, releaseResponse := c.response(r)
		defer releaseResponse()
		return C.mfa_webauthn_verify_registration(expect, c.seconds(now, "now"), response, out, c.err)
	})
}

// WebAuthnVerifyAssertion is section 7.2; make the challenge single-use yourself, before you call
// (mfa_webauthn_verify_assertion). ErrWrong, ErrDenied, ErrMalformed.
func WebAuthnVerifyAssertion(e WebAuthnExpect, credential *WebAuthnCredential, r *WebAuthnResponse) (result WebAuthnResult, err error) {
	err = run(func(c *call) C.mfa_status {
		expect, release := c.expect(e)
		defer release()
		p, releaseCredential := c.borrow(credential.lent())
		defer releaseCredential()
		response, releaseResponse := c.response(r)
		defer releaseResponse()
		out := alloc[C.mfa_webauthn_result](c)
		out.struct_size = C.sizeof_mfa_webauthn_result
		status := C.mfa_webauthn_verify_assertion(expect, (*C.mfa_webauthn_credential)(p), response, out, c.err)
		if status == C.MFA_OK {
			result = WebAuthnResult{WebAuthnFlag(out.flags), uint32(out.sign_count), Signal(out.signals)}
		}
		return status
	})
	return result, err
}

func (w *WebAuthnCredential) lent() *handle {
	if w == nil {
		return nil
	}
	return w.handle
}

// Close frees it (mfa_webauthn_credential_free). Again is fine. It returns nil.
func (w *WebAuthnCredential) Close() error {
	w.lent().close()
	return nil
}

// Save gives one column to keep (mfa_webauthn_credential_save).
func (w *WebAuthnCredential) Save() ([]byte, error) {
	return written(func(c *call, out *C.mfa_buffer) C.mfa_status {
		p, release := c.borrow(w.lent())
		defer release()
		return C.mfa_webauthn_credential_save((*C.mfa_webauthn_credential)(p), out, c.err)
	})
}

// Columns gives columns of your own to keep (mfa_webauthn_credential_columns).
func (w *WebAuthnCredential) Columns() (columns WebAuthnColumns, err error) {
	err = run(func(c *call) C.mfa_status {
		p, release := c.borrow(w.lent())
		defer release()
		out := alloc[C.mfa_webauthn_columns](c)
		out.struct_size = C.sizeof_mfa_webauthn_columns
		c.must(C.mfa_webauthn_credential_columns((*C.mfa_webauthn_credential)(p), out, c.err))
		columns = WebAuthnColumns{
			Algorithm:           int32(out.algorithm),
			ID:                  octetsAt(out.id),
			PublicKey:           octetsAt(out.public_key),
			UserHandle:          octetsAt(out.user_handle),
			RPID:                textAt(out.rp_id),
			AppID:               textAt(out.app_id),
			SignCount:           uint32(out.sign_count),
			Flags:               WebAuthnFlag(out.flags),
			BackupEligibleKnown: out.backup_eligible_known != 0,
			AAGUID:              *(*[16]byte)(unsafe.Pointer(&out.aaguid)),
			Transports:          textAt(out.transports),
			AttestationFormat:   textAt(out.attestation_format),
			AttestationType:     textAt(out.attestation_type),
		}
		return C.MFA_OK
	})
	return columns, err
}

// JSON is to show, or to look at (mfa_webauthn_credential_json).
func (w *WebAuthnCredential) JSON() (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		p, release := c.borrow(w.lent())
		defer release()
		return C.mfa_webauthn_credential_json((*C.mfa_webauthn_credential)(p), out, c.err)
	})
}

// Audit says what metadata says today of its model (mfa_webauthn_credential_audit). ErrDenied, with the JSON beside it: a status
// in force is one after which the attestation says nothing good.
func (w *WebAuthnCredential) Audit(trust *Trust, now time.Time) (json.RawMessage, error) {
	var text []byte
	err := run(func(c *call) C.mfa_status {
		p, release := c.borrow(w.lent())
		defer release()
		t, releaseTrust := c.borrow(trust.lent())
		defer releaseTrust()
		return c.filled(&text, func(out *C.mfa_buffer) C.mfa_status {
			return C.mfa_webauthn_credential_audit((*C.mfa_webauthn_credential)(p), (*C.mfa_trust)(t), c.seconds(now, "now"), out, c.err)
		})
	})
	return raw(string(text)), err
}
