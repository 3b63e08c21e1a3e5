package mfa

// #include "bridge.h"
import "C"

import "unsafe"

// U2FExpect is all that a response is judged by: yours, nothing of it from the client (mfa_u2f_expect). For a browser's page,
// use WebAuthn.
type U2FExpect struct {
	AppID     string
	Challenge []byte   // 16 bytes or more
	Facets    []string // origins that may act for the AppID; none: the AppID alone
}

func (c *call) u2f(e U2FExpect) *C.mfa_u2f_expect {
	out := alloc[C.mfa_u2f_expect](c)
	out.struct_size = C.sizeof_mfa_u2f_expect
	out.app_id, out.challenge = c.text(e.AppID), c.blob(e.Challenge)
	out.facets, out.facets_count = c.texts(e.Facets)
	return out
}

// U2FRegistration is what to keep: insert it under a unique index on KeyHandle, with counter 0.
type U2FRegistration struct {
	PublicKey   []byte // 04 x y
	KeyHandle   []byte
	Certificate []byte // DER
}

// U2FVerifyRegistration is FIDO U2F Raw Message Formats section 4.3; make the challenge single-use yourself, before you call
// (mfa_u2f_verify_registration). ErrWrong, ErrMalformed.
func U2FVerifyRegistration(e U2FExpect, response string) (*U2FRegistration, error) {
	var made *U2FRegistration
	err := run(func(c *call) C.mfa_status {
		s, n := c.chars(response)
		key := alloc[[C.MFA_U2F_PUBLIC_KEY]C.uint8_t](c)
		handle, certificate := alloc[C.mfa_buffer](c), alloc[C.mfa_buffer](c)
		defer C.mfa_buffer_free(handle)
		defer C.mfa_buffer_free(certificate)
		status := C.mfa_u2f_verify_registration(c.u2f(e), s, n, &key[0], handle, certificate, c.err)
		if status == C.MFA_OK {
			made = &U2FRegistration{bytesAt(unsafe.Pointer(key), C.MFA_U2F_PUBLIC_KEY),
				bytesAt(unsafe.Pointer(handle.data), handle.len), bytesAt(unsafe.Pointer(certificate.data), certificate.len)}
		}
		return status
	})
	return made, err
}

// U2FKeyHandle is the one that a SignResponse names, not verified (mfa_u2f_response_key_handle). ErrMalformed.
func U2FKeyHandle(response string) ([]byte, error) {
	return written(func(c *call, out *C.mfa_buffer) C.mfa_status {
		s, n := c.chars(response)
		return C.mfa_u2f_response_key_handle(s, n, out, c.err)
	})
}

// U2FVerifySignature is Raw Message Formats section 5.4 (mfa_u2f_verify_signature). Make the challenge single-use yourself, before
// you call; store counter if it is greater. SignalCloneSuspected: it is not. ErrWrong, ErrMalformed; ErrArgument for a public key
// that is no point on P-256.
func U2FVerifySignature(e U2FExpect, publicKey []byte, lastCounter uint32, response string) (counter uint32, signals Signal, err error) {
	err = run(func(c *call) C.mfa_status {
		if len(publicKey) != C.MFA_U2F_PUBLIC_KEY {
			c.fail("a public key has 65 bytes")
		}
		key, _ := c.octets(publicKey)
		s, n := c.chars(response)
		count, bits := alloc[C.uint32_t](c), alloc[C.uint32_t](c)
		status := C.mfa_u2f_verify_signature(c.u2f(e), key, C.uint32_t(lastCounter), s, n, count, bits, c.err)
		if status == C.MFA_OK {
			counter, signals = uint32(*count), Signal(*bits)
		}
		return status
	})
	return counter, signals, err
}
