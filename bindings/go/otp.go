package mfa

// #include "bridge.h"
import "C"

import (
	"fmt"
	"math"
	"time"
)

// TOTPParams say how codes are made and which are taken (mfa_totp_params). Begin with DefaultTOTP.
type TOTPParams struct {
	Hash         Hash
	Digits       uint32 // 6 to 10
	Period       uint32 // seconds, 1 to 3600
	T0           uint64 // Unix seconds
	Past, Future uint32 // steps accepted before and after now, 0 to 10
	Flags        OTPUnsafe
}

// DefaultTOTP is what nil stands for: SHA-1, six digits, 30 seconds, one step either way.
func DefaultTOTP() TOTPParams {
	p := C.mfa_go_totp_params()
	return TOTPParams{Hash(p.hash), uint32(p.digits), uint32(p.period_s), uint64(p.t0_s), uint32(p.past), uint32(p.future),
		OTPUnsafe(p.flags)}
}

func (c *call) totp(p *TOTPParams) *C.mfa_totp_params {
	if p == nil {
		return nil
	}
	out := alloc[C.mfa_totp_params](c)
	out.struct_size = C.sizeof_mfa_totp_params
	out.hash = C.mfa_hash(p.Hash)
	out.digits, out.period_s, out.t0_s = C.uint32_t(p.Digits), C.uint32_t(p.Period), C.uint64_t(p.T0)
	out.past, out.future, out.flags = C.uint32_t(p.Past), C.uint32_t(p.Future), C.uint32_t(p.Flags)
	return out
}

// HOTPParams are mfa_hotp_params. Begin with DefaultHOTP.
type HOTPParams struct {
	Hash      Hash
	Digits    uint32
	LookAhead uint32 // counters tried after the expected one, 0 to 100
	Flags     OTPUnsafe
}

// DefaultHOTP is what nil stands for: SHA-1, six digits, ten counters ahead.
func DefaultHOTP() HOTPParams {
	p := C.mfa_go_hotp_params()
	return HOTPParams{Hash(p.hash), uint32(p.digits), uint32(p.look_ahead), OTPUnsafe(p.flags)}
}

func (c *call) hotp(p *HOTPParams) *C.mfa_hotp_params {
	if p == nil {
		return nil
	}
	out := alloc[C.mfa_hotp_params](c)
	out.struct_size = C.sizeof_mfa_hotp_params
	out.hash = C.mfa_hash(p.Hash)
	out.digits, out.look_ahead, out.flags = C.uint32_t(p.Digits), C.uint32_t(p.LookAhead), C.uint32_t(p.Flags)
	return out
}

func (c *call) code() (*C.char, func() string) {
	out := alloc[[C.MFA_OTP_CODE_SIZE]C.char](c)
	return &out[0], func() string { return C.GoString(&out[0]) }
}

// TOTPCode makes the code of a time, RFC 6238 (mfa_totp_code). params may be nil. ErrArgument.
func TOTPCode(params *TOTPParams, secret []byte, now time.Time) (code string, err error) {
	err = run(func(c *call) C.mfa_status {
		out, made := c.code()
		s, n := c.octets(secret)
		status := C.mfa_totp_code(c.totp(params), s, n, c.seconds(now, "now"), out, c.err)
		code = made()
		return status
	})
	return code, err
}

// TOTPVerify says whether the code is right now and of a step after lastStep, 0 for none yet (mfa_totp_verify). Store usedStep as
// the next lastStep in one conditional update before you let the user in, or the code works twice. ErrWrong (with ClockSkew),
// ErrAlreadyUsed, ErrMalformed.
func TOTPVerify(params *TOTPParams, secret []byte, lastStep uint64, now time.Time, code string) (usedStep uint64, err error) {
	err = run(func(c *call) C.mfa_status {
		s, n := c.octets(secret)
		typed, m := c.chars(code)
		out := alloc[C.uint64_t](c)
		status := C.mfa_totp_verify(c.totp(params), s, n, C.uint64_t(lastStep), c.seconds(now, "now"), typed, m, out, c.err)
		usedStep = uint64(*out)
		return status
	})
	return usedStep, err
}

// HOTPCode makes the code of a counter, RFC 4226 (mfa_hotp_code). params may be nil. ErrArgument.
func HOTPCode(params *HOTPParams, secret []byte, counter uint64) (code string, err error) {
	err = run(func(c *call) C.mfa_status {
		out, made := c.code()
		s, n := c.octets(secret)
		status := C.mfa_hotp_code(c.hotp(params), s, n, C.uint64_t(counter), out, c.err)
		code = made()
		return status
	})
	return code, err
}

// HOTPVerify takes the counter that is expected; store next before you let the user in (mfa_hotp_verify). ErrWrong,
// ErrMalformed.
func HOTPVerify(params *HOTPParams, secret []byte, counter uint64, code string) (next uint64, err error) {
	err = run(func(c *call) C.mfa_status {
		s, n := c.octets(secret)
		typed, m := c.chars(code)
		out := alloc[C.uint64_t](c)
		status := C.mfa_hotp_verify(c.hotp(params), s, n, C.uint64_t(counter), typed, m, out, c.err)
		next = uint64(*out)
		return status
	})
	return next, err
}

// HOTPResync takes two codes in a row within 1 to 1000 counters after the one expected, RFC 4226 section 7.4
// (mfa_hotp_resync). Count a refusal as one wrong code. ErrWrong, ErrMalformed.
func HOTPResync(params *HOTPParams, secret []byte, counter uint64, within uint32, code1, code2 string) (next uint64, err error) {
	err = run(func(c *call) C.mfa_status {
		s, n := c.octets(secret)
		first, m := c.chars(code1)
		second, k := c.chars(code2)
		out := alloc[C.uint64_t](c)
		status := C.mfa_hotp_resync(c.hotp(params), s, n, C.uint64_t(counter), C.uint32_t(within), first, m, second, k, out, c.err)
		next = uint64(*out)
		return status
	})
	return next, err
}

// OTPAuth is one otpauth:// URI (mfa_otpauth). Printed, it shows no secret.
type OTPAuth struct {
	Method  Method // MethodTOTP or MethodHOTP
	Issuer  string // without ':'
	Account string // without ':'
	Secret  []byte // not base32
	Hash    Hash   // 0: HashSHA1
	Digits  uint32 // 0: 6
	Period  uint32 // seconds; 0: 30
	Counter uint64 // MethodHOTP
	Signals Signal // after parsing: SignalWeakSecret for a secret of under 16 bytes
}

// Format leaves out what is secret, whatever the verb.
func (o OTPAuth) Format(f fmt.State, _ rune) {
	hidden(f, "OTPAuth", "Method", o.Method, "Issuer", o.Issuer, "Account", o.Account)
}

// URI builds it (mfa_otpauth_build). ErrArgument.
func (o OTPAuth) URI() (string, error) {
	defaults := DefaultTOTP()
	if o.Hash == 0 {
		o.Hash = defaults.Hash
	}
	if o.Digits == 0 {
		o.Digits = defaults.Digits
	}
	if o.Period == 0 {
		o.Period = defaults.Period
	}
	out, err := written(func(c *call, out *C.mfa_buffer) C.mfa_status {
		from := alloc[C.mfa_otpauth](c)
		from.struct_size = C.sizeof_mfa_otpauth
		from.method = C.mfa_method(o.Method)
		from.issuer, from.account, from.secret = c.text(o.Issuer), c.text(o.Account), c.blob(o.Secret)
		from.hash = C.mfa_hash(o.Hash)
		from.digits, from.period_s, from.counter = C.uint32_t(o.Digits), C.uint32_t(o.Period), C.uint64_t(o.Counter)
		return C.mfa_otpauth_build(from, out, c.err)
	})
	return string(out), err
}

// ParseOTPAuth reads one (mfa_otpauth_parse). Not strict: also what issuers emit against the rules, as docs/methods.md lists it.
// ErrMalformed.
func ParseOTPAuth(uri string, strict bool) (*OTPAuth, error) {
	var o *OTPAuth
	err := run(func(c *call) C.mfa_status {
		u, n := c.chars(uri)
		out, storage := alloc[C.mfa_otpauth](c), alloc[C.mfa_buffer](c)
		out.struct_size = C.sizeof_mfa_otpauth
		defer C.mfa_buffer_free(storage)
		status := C.mfa_otpauth_parse(u, n, C.int(flag(strict)), out, storage, c.err)
		if status == C.MFA_OK {
			o = &OTPAuth{Method(out.method), textAt(out.issuer), textAt(out.account), octetsAt(out.secret), Hash(out.hash),
				uint32(out.digits), uint32(out.period_s), uint64(out.counter), Signal(c.err.signals)}
		}
		return status
	})
	return o, err
}

// Base32Encode is RFC 4648 section 6, upper case, without padding (mfa_base32_encode).
func Base32Encode(data []byte) (string, error) {
	out, err := written(func(c *call, out *C.mfa_buffer) C.mfa_status {
		d, n := c.octets(data)
		return C.mfa_base32_encode(d, n, out, c.err)
	})
	return string(out), err
}

// Base32Decode reads lower case, spaces, hyphens and padding, too (mfa_base32_decode). ErrMalformed.
func Base32Decode(text string) ([]byte, error) {
	return written(func(c *call, out *C.mfa_buffer) C.mfa_status {
		t, n := c.chars(text)
		return C.mfa_base32_decode(t, n, out, c.err)
	})
}

func qr(text string, form C.mfa_qr_form) ([]byte, error) {
	return written(func(c *call, out *C.mfa_buffer) C.mfa_status {
		t, n := c.chars(text)
		return C.mfa_qr(t, n, form, out, c.err)
	})
}

// QR draws a QR code as SVG, or for a terminal (mfa_qr). ErrArgument for a text that is too long.
func QR(text string, form QRForm) (string, error) {
	out, err := qr(text, C.mfa_qr_form(form))
	return string(out), err
}

// QRMatrix gives the modules of a QR code, row by row (mfa_qr with MFA_QR_MATRIX).
func QRMatrix(text string) ([][]bool, error) {
	cells, err := qr(text, C.MFA_QR_MATRIX)
	if err != nil {
		return nil, err
	}
	side := int(math.Sqrt(float64(len(cells))))
	rows := make([][]bool, side)
	for y := range rows {
		rows[y] = make([]bool, side)
		for x := range rows[y] {
			rows[y][x] = cells[y*side+x] != 0
		}
	}
	return rows, nil
}
