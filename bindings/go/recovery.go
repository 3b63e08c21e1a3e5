package mfa

// #include "bridge.h"
import "C"

// RecoveryCodes makes count codes, 1 to 32, about 35 ms each: codes to show once, hashes to store, one for each
// (mfa_recovery_generate). pepper: a key kept outside your database, or nil. ErrArgument.
func RecoveryCodes(count int, pepper []byte) (codes, hashes []string, err error) {
	err = run(func(c *call) C.mfa_status {
		if count < 1 || count > 32 {
			c.fail("count must be 1 to 32")
		}
		key, n := c.octets(pepper)
		code, allCodes := array[[C.MFA_RECOVERY_CODE_SIZE]C.char](c, count)
		hash, allHashes := array[[C.MFA_RECOVERY_HASH_SIZE]C.char](c, count)
		status := C.mfa_recovery_generate(key, n, C.size_t(count), code, hash, c.err)
		if status == C.MFA_OK {
			for i := range allCodes {
				codes = append(codes, C.GoString(&allCodes[i][0]))
				hashes = append(hashes, C.GoString(&allHashes[i][0]))
			}
		}
		return status
	})
	return codes, hashes, err
}

// RecoveryVerify says which of one set's hashes the code opens, -1 with an error: delete that one in the statement that accepts
// the login (mfa_recovery_verify). One slow hash. ErrWrong, ErrMalformed, ErrDamaged.
func RecoveryVerify(hashes []string, code string, pepper []byte) (index int, err error) {
	index = -1
	err = run(func(c *call) C.mfa_status {
		key, n := c.octets(pepper)
		list, count := c.texts(hashes)
		typed, m := c.chars(code)
		out := alloc[C.size_t](c)
		status := C.mfa_recovery_verify(key, n, list, count, typed, m, out, c.err)
		if status == C.MFA_OK {
			index = int(*out)
		}
		return status
	})
	return index, err
}
