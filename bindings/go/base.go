package mfa

// #include "bridge.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unsafe"
)

// Key seals what is stored: 32 random bytes under a number of yours that is never given to another key (mfa_key).
type Key struct {
	ID    uint32
	Bytes []byte
}

// Format shows the number alone, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "mfa.Key(%d)", k.ID) }

// NewKey draws one. Keep it, away from the database and its backups.
func NewKey(id uint32) (Key, error) {
	key := Key{ID: id, Bytes: make([]byte, 32)}
	if err := Random(key.Bytes); err != nil {
		return Key{}, err
	}
	return key, nil
}

// Random fills from the system's generator: challenges and secrets for the stateless calls (mfa_random).
func Random(out []byte) error {
	if len(out) == 0 {
		return nil
	}
	return run(func(*call) C.mfa_status { return C.mfa_random(unsafe.Pointer(&out[0]), C.size_t(len(out))) })
}

// Wipe overwrites a secret with zeros (mfa_wipe).
func Wipe(data []byte) {
	if len(data) != 0 {
		C.mfa_wipe(unsafe.Pointer(&data[0]), C.size_t(len(data)))
	}
}

// Version is that of libmfa, "0.1.0" (mfa_version).
func Version() string { return C.GoString(C.mfa_version()) }

// Has tells whether this libmfa has a feature: "ml-dsa", "sqlite", ... (mfa_has).
func Has(feature string) (has bool) {
	if strings.IndexByte(feature, 0) >= 0 {
		return false // C would read the part before it
	}
	_ = run(func(c *call) C.mfa_status {
		name, _ := c.chars(feature)
		has = C.mfa_has(name) == 1
		return C.MFA_OK
	})
	return has
}

// ConfigSchema is the configuration's JSON Schema, draft 2020-12: every key, its type, its bounds, its default
// (mfa_config_schema).
func ConfigSchema() (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status { return C.mfa_config_schema(out, c.err) })
}

// CheckConfig reads a configuration as NewEngine does, and gives it with every default filled in (mfa_config_check).
// ErrConfig: the message holds the path of what is wrong.
func CheckConfig(config string) (json.RawMessage, error) {
	return writtenJSON(func(c *call, out *C.mfa_buffer) C.mfa_status {
		data, n := c.chars(config)
		return C.mfa_config_check(data, n, out, c.err)
	})
}

func (c *call) keys(keys []Key) (*C.mfa_key, C.size_t) {
	first, all := array[C.mfa_key](c, len(keys))
	for i, key := range keys {
		all[i].id = C.uint32_t(key.ID)
		all[i].bytes, all[i].bytes_len = c.octets(key.Bytes)
	}
	return first, C.size_t(len(keys))
}

// hidden prints the members that are no secret, whatever the verb: a proof or an offer in a log gives nothing away.
func hidden(w io.Writer, kind string, members ...any) {
	fmt.Fprintf(w, "mfa.%s{", kind)
	for i := 0; i+1 < len(members); i += 2 {
		if i > 0 {
			fmt.Fprint(w, " ")
		}
		fmt.Fprintf(w, "%s:%v", members[i], members[i+1])
	}
	fmt.Fprint(w, "}")
}
