package mfa

// #include "bridge.h"
import "C"

import (
	"fmt"
	"time"
)

// Request says who asks: what your server knows of this request, nothing of it taken from the body (mfa_request).
type Request struct {
	Purpose   Purpose
	Proven    Proven
	Flags     RequestFlag
	User      string   // your stable id, 1 to 255 bytes compared exactly; not a name that can change
	Browser   string   // 16 bytes or more at random in a cookie of the browser that asks
	Session   string   // id of the session that the statement is, or will be, kept in; empty: not bound
	Statement string   // of the last proof, when signed in
	Source    string   // what to throttle by: the peer address, or what your trusted proxy says
	UserAgent string   // for device names and events
	Action    []byte   // PurposeApprove: 32 bytes, a hash of all that the user must agree to
	Locale    string   // of mail templates, "de"
	Roles     []string // of the user, as policy names them
	MinSerial uint64   // of the last proof if you keep it: an older record is ErrRollback
	Cookies   string   // the whole Cookie header: a browser known by it keeps tries of its own while others lock the account
}

// Format leaves out what is secret, whatever the verb.
func (r Request) Format(f fmt.State, _ rune) {
	hidden(f, "Request", "Purpose", r.Purpose, "User", r.User, "Source", r.Source)
}

func (c *call) request(r *Request) *C.mfa_request {
	out := alloc[C.mfa_request](c)
	out.struct_size = C.sizeof_mfa_request
	out.purpose = C.mfa_purpose(r.Purpose)
	out.proven = C.uint32_t(r.Proven)
	out.flags = C.uint32_t(r.Flags)
	out.user = c.text(r.User)
	out.browser = c.text(r.Browser)
	out.session = c.text(r.Session)
	out.statement = c.text(r.Statement)
	out.source = c.text(r.Source)
	out.user_agent = c.text(r.UserAgent)
	out.action = c.blob(r.Action)
	out.locale = c.text(r.Locale)
	out.roles, out.roles_count = c.texts(r.Roles)
	out.min_serial = C.uint64_t(r.MinSerial)
	out.cookies = c.text(r.Cookies)
	return out
}

// BeginOptions may tighten what the configuration says, never loosen it (mfa_begin_options). All are optional.
type BeginOptions struct {
	Mediation        Mediation
	UserVerification UserVerification
	Factor           string // verify: only this one
	AccountName      string // how authenticators list the account; default: the user id, which then has to be UTF-8
	DisplayName      string // passkeys, and the {user} of mails
	Label            string // enrol: the factor's name
	Address          string // MethodEmail: of your record of the user
	ExtraJSON        string // WebAuthn {"hints":[...],"extensions":{...}}; MethodDevice {"link":"https://.../pair"}
}

func (c *call) options(o *BeginOptions) *C.mfa_begin_options {
	if o == nil {
		return nil
	}
	out := alloc[C.mfa_begin_options](c)
	out.struct_size = C.sizeof_mfa_begin_options
	out.mediation = C.mfa_mediation(o.Mediation)
	out.user_verification = C.mfa_user_verification(o.UserVerification)
	out.factor = c.text(o.Factor)
	out.account_name = c.text(o.AccountName)
	out.display_name = c.text(o.DisplayName)
	out.label = c.text(o.Label)
	out.address = c.text(o.Address)
	out.extra_json = c.text(o.ExtraJSON)
	return out
}

// SessionNeed is what one page or action asks of the session (mfa_session_need).
type SessionNeed struct {
	AAL    int32         // 0: what policy asks of the user's roles
	MaxAge time.Duration // of the last verification, in whole seconds; 0: none but the session's own
	Method Method        // this one only; MethodNone: any
}

func (c *call) need(n *SessionNeed) *C.mfa_session_need {
	if n == nil {
		return nil
	}
	out := alloc[C.mfa_session_need](c)
	out.struct_size = C.sizeof_mfa_session_need
	out.aal = C.int32_t(n.AAL)
	out.method = C.mfa_method(n.Method)
	if n.MaxAge != 0 && n.MaxAge < time.Second {
		c.fail("MaxAge is shorter than a second") // rounded to 0 it would be no limit
	}
	out.max_age_s = C.uint64_t(n.MaxAge / time.Second)
	return out
}
