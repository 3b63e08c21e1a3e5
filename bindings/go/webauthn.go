package mfa

// #include "bridge.h"
import "C"

import (
	"encoding/json"
	"time"
	"unsafe"
)

// Trust says whom attestation may lead to (mfa_trust). Immutable; many engines and goroutines may use one.
type Trust struct{ handle *handle }

// TrustInput is what a Trust is made of (mfa_trust_input).
type TrustInput struct {
	Anchors  [][]byte // DER certificates: root, intermediate or the authenticator's own
	CRLs     [][]byte // DER
	MDSBlob  string   // the FIDO metadata BLOB as downloaded, or empty
	MDSRoot  []byte   // DER, needed with it
	MDSMinNo uint64   // refuse a BLOB with a smaller number
}

// NewTrust reads and checks all of it at a time (mfa_trust_new). ErrConfig.
func NewTrust(input TrustInput, now time.Time) (*Trust, error) {
	var t *Trust
	err := run(func(c *call) C.mfa_status {
		from := alloc[C.mfa_trust_input](c)
		from.struct_size = C.sizeof_mfa_trust_input
		from.anchors, from.anchors_count = c.blobs(input.Anchors)
		from.crls, from.crls_count = c.blobs(input.CRLs)
		from.mds_blob, from.mds_root = c.text(input.MDSBlob), c.blob(input.MDSRoot)
		from.mds_min_no = C.uint64_t(input.MDSMinNo)
		out := alloc[*C.mfa_trust](c)
		status := C.mfa_trust_new(from, c.seconds(now, "now"), out, c.err)
		if status == C.MFA_OK {
			t = &Trust{newHandle("trust", unsafe.Pointer(*out), func(p unsafe.Pointer) { C.mfa_trust_free((*C.mfa_trust)(p)) })}
		}
		return status
	})
	return t, err
}

func (t *Trust) lent() *handle {
	if t == nil {
		return nil
	}
	return t.handle
}

// Close frees it; an engine that has it keeps its own hold (mfa_trust_free). Again is fine. It returns nil.
func (t *Trust) Close() error {
	t.lent().close()
	return nil
}

// JSON says what was read: anchors, no, nextUpdate, entries, skipped (mfa_trust_json).
func (t *Trust) JSON() (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		p, release := c.borrow(t.lent())
		defer release()
		return C.mfa_trust_json((*C.mfa_trust)(p), out, c.err)
	})
}

// trust borrows one; NULL for nil.
func (c *call) trust(t *Trust) (*C.mfa_trust, func()) {
	if t == nil {
		return nil, func() {}
	}
	p, release := c.borrow(t.handle)
	return (*C.mfa_trust)(p), release
}

// WebAuthnExpect is all that a ceremony is judged by: yours, nothing of it from the client (mfa_webauthn_expect).
type WebAuthnExpect struct {
	RPID                 string
	Origins              []string // compared byte for byte
	Challenge            []byte   // 16 bytes or more
	UserVerification     UserVerification
	Mediation            Mediation
	AllowCrossOrigin     bool
	TopOrigins           []string
	Algorithms           []int32  // COSE numbers; none: -8, -7, -257
	AllowedIDs           [][]byte // credential ids offered; none: any
	UserHandle           []byte   // registration: the user's; sign-in: the user's, empty: not known yet
	AppID                string
	SignCount            Rule // a counter that went back
	BackupEligibleChange Rule
	Trust                *Trust // nil: attestation is never trusted
	RequireTrusted       bool
	PolicyJSON           string // switches of docs/webauthn.md
}

// expect borrows its trust until release.
func (c *call) expect(e WebAuthnExpect) (*C.mfa_webauthn_expect, func()) {
	out := alloc[C.mfa_webauthn_expect](c)
	out.struct_size = C.sizeof_mfa_webauthn_expect
	out.user_verification = C.mfa_user_verification(e.UserVerification)
	out.mediation = C.mfa_mediation(e.Mediation)
	out.allow_cross_origin = flag(e.AllowCrossOrigin)
	out.rp_id = c.text(e.RPID)
	out.origins, out.origins_count = c.texts(e.Origins)
	out.top_origins, out.top_origins_count = c.texts(e.TopOrigins)
	out.challenge = c.blob(e.Challenge)
	algorithms, all := array[C.int32_t](c, len(e.Algorithms))
	for i, algorithm := range e.Algorithms {
		all[i] = C.int32_t(algorithm)
	}
	out.algorithms, out.algorithms_count = algorithms, C.size_t(len(all))
	out.allowed_ids, out.allowed_ids_count = c.blobs(e.AllowedIDs)
	out.user_handle = c.blob(e.UserHandle)
	out.app_id = c.text(e.AppID)
	out.sign_count, out.backup_eligible_change = C.mfa_rule(e.SignCount), C.mfa_rule(e.BackupEligibleChange)
	out.require_trusted = flag(e.RequireTrusted)
	out.policy_json = c.text(e.PolicyJSON)
	trust, release := c.trust(e.Trust)
	out.trust = trust
	return out, release
}

// WebAuthnUser is mfa_webauthn_user.
type WebAuthnUser struct {
	Handle            []byte // 1 to 64 bytes that say nothing about the person
	Name, DisplayName string
}

func (c *call) user(user WebAuthnUser) *C.mfa_webauthn_user {
	u := alloc[C.mfa_webauthn_user](c)
	u.struct_size = C.sizeof_mfa_webauthn_user
	u.handle, u.name, u.display_name = c.blob(user.Handle), c.text(user.Name), c.text(user.DisplayName)
	return u
}

// WebAuthnCreateOptions gives creation options from the expectation that will judge the answer; extraJSON may be empty
// (mfa_webauthn_create_options). ErrArgument.
func WebAuthnCreateOptions(e WebAuthnExpect, user WebAuthnUser, extraJSON string) (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		expect, release := c.expect(e)
		defer release()
		extra, n := c.optional(extraJSON)
		return C.mfa_webauthn_create_options(expect, c.user(user), extra, n, out, c.err)
	})
}

// WebAuthnGetOptions gives request options (mfa_webauthn_get_options). ErrArgument.
func WebAuthnGetOptions(e WebAuthnExpect, extraJSON string) (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		expect, release := c.expect(e)
		defer release()
		extra, n := c.optional(extraJSON)
		return C.mfa_webauthn_get_options(expect, extra, n, out, c.err)
	})
}

// WebAuthnResponse is parsed, not yet verified: to find the credential to verify against, for nothing else.
type WebAuthnResponse struct {
	ID         []byte // the credential's
	UserHandle []byte // nil: absent

	handle *handle
}

// ParseWebAuthnResponse reads the JSON of the browser's toJSON() (mfa_webauthn_response_parse). ErrMalformed.
func ParseWebAuthnResponse(response string) (*WebAuthnResponse, error) {
	var r *WebAuthnResponse
	err := run(func(c *call) C.mfa_status {
		s, n := c.chars(response)
		out, length := alloc[*C.mfa_webauthn_response](c), alloc[C.size_t](c)
		status := C.mfa_webauthn_response_parse(s, n, out, c.err)
		if status != C.MFA_OK {
			return status
		}
		r = &WebAuthnResponse{handle: newHandle("response", unsafe.Pointer(*out), func(p unsafe.Pointer) {
			C.mfa_webauthn_response_free((*C.mfa_webauthn_response)(p))
		})}
		id := C.mfa_webauthn_response_id(*out, length)
		r.ID = bytesAt(unsafe.Pointer(id), *length)
		if user := C.mfa_webauthn_response_user_handle(*out, length); user != nil {
			r.UserHandle = bytesAt(unsafe.Pointer(user), *length)
		}
		return status
	})
	return r, err
}

func (r *WebAuthnResponse) lent() *handle {
	if r == nil {
		return nil
	}
	return r.handle
}

// Close frees it (mfa_webauthn_response_free). Again is fine. It returns nil.
func (r *WebAuthnResponse) Close() error {
	r.lent().close()
	return nil
}

// response borrows one.
func (c *call) response(r *WebAuthnResponse) (*C.mfa_webauthn_response, func()) {
	p, release := c.borrow(r.lent())
	return (*C.mfa_webauthn_response)(p), release
}

// Extensions says what extensions answered, without the secrets of prf and hmac-secret (mfa_webauthn_response_extensions).
func (r *WebAuthnResponse) Extensions() (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		response, release := c.response(r)
		defer release()
		return C.mfa_webauthn_response_extensions(response, out, c.err)
	})
}

// WebAuthnSignalUnknown is the argument of PublicKeyCredential.signalUnknownCredential for a response whose id you do not
// know, section 5.1.10.2 (mfa_webauthn_signal_unknown).
func WebAuthnSignalUnknown(rpID string, r *WebAuthnResponse) (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		response, release := c.response(r)
		defer release()
		id, n := c.chars(rpID)
		return C.mfa_webauthn_signal_unknown(id, n, response, out, c.err)
	})
}

// WebAuthnSignalAccepted is the argument of PublicKeyCredential.signalAllAcceptedCredentials, for a user who has authenticated,
// section 5.1.10.3 (mfa_webauthn_signal_accepted). userHandle: 1 to 64 bytes. ids: every credential id of that user, for the
// device may hide what is left out for good. ErrArgument.
func WebAuthnSignalAccepted(rpID string, userHandle []byte, ids [][]byte) (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		id, n := c.chars(rpID)
		handle, size := c.octets(userHandle)
		list, count := c.blobs(ids)
		return C.mfa_webauthn_signal_accepted(id, n, handle, size, list, count, out, c.err)
	})
}

// WebAuthnSignalUser is the argument of PublicKeyCredential.signalCurrentUserDetails, for a user who has authenticated and has
// another name now, section 5.1.10.4 (mfa_webauthn_signal_user). ErrArgument.
func WebAuthnSignalUser(rpID string, user WebAuthnUser) (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		id, n := c.chars(rpID)
		return C.mfa_webauthn_signal_user(id, n, c.user(user), out, c.err)
	})
}

// WebAuthnAndroidOrigin gives "android:apk-key-hash:..." of a signing certificate's SHA-256 fingerprint
// (mfa_webauthn_android_origin). ErrArgument.
func WebAuthnAndroidOrigin(fingerprint string) (string, error) {
	out, err := written(func(c *call, out *C.mfa_buffer) C.mfa_status {
		f, n := c.chars(fingerprint)
		return C.mfa_webauthn_android_origin(f, n, out, c.err)
	})
	return string(out), err
}

// WebAuthnRelatedOrigins is the document for /.well-known/webauthn, section 5.11.1 (mfa_webauthn_related_origins). ErrArgument.
func WebAuthnRelatedOrigins(origins []string) (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		list, n := c.texts(origins)
		return C.mfa_webauthn_related_origins(list, n, out, c.err)
	})
}

// WebAuthnVerifyJSON judges one ceremony as one JSON document, whose forms are in docs/webauthn.md; explain: every step with its
// verdict (mfa_webauthn_verify_json). For tools and tests, never for a page to fill. The verdict is in the JSON.
func WebAuthnVerifyJSON(ceremony string, now time.Time, explain bool) (json.RawMessage, error) {
	flags := C.uint32_t(0)
	if explain {
		flags = C.MFA_WEBAUTHN_EXPLAIN
	}
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		s, n := c.chars(ceremony)
		return C.mfa_webauthn_verify_json(s, n, c.seconds(now, "now"), flags, out, c.err)
	})
}

// COSEVerifyJSON judges one signature, {"id","public_key","message","signature"} to {"id","ok"} (mfa_cose_verify_json).
func COSEVerifyJSON(signature string) (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		s, n := c.chars(signature)
		return C.mfa_cose_verify_json(s, n, out, c.err)
	})
}

// WebAuthnInspect makes a response, or a ceremony, readable for people; nothing is verified (mfa_webauthn_inspect).
// ErrMalformed.
func WebAuthnInspect(text string) (string, error) {
	out, err := written(func(c *call, out *C.mfa_buffer) C.mfa_status {
		s, n := c.chars(text)
		return C.mfa_webauthn_inspect(s, n, out, c.err)
	})
	return string(out), err
}
