package mfa

// #include "bridge.h"
import "C"

import (
	"context"
	"encoding/json"
	"runtime"
	"runtime/cgo"
	"unsafe"
)

// call is one call of libmfa: the C memory of all that is given to it, wiped and freed when it ends. Go 1.19 cannot pin
// memory, so a C struct may not point into Go's.
type call struct {
	chunks []chunk
	err    *C.mfa_error
}

type chunk struct {
	data       unsafe.Pointer
	size, used uintptr
}

const (
	chunkSize = 4096
	alignment = 16
)

// abort ends a call from within; end turns it into the call's error.
type abort struct{ err error }

// run gives body a call. Any answer of body but MFA_OK is an *Error.
func run(body func(c *call) C.mfa_status) (err error) {
	c := new(call)
	defer c.end(&err)
	c.err = alloc[C.mfa_error](c)
	return c.errorOf(body(c), nil)
}

// frame is what callbacks of a call need to know, and what they leave.
type frame struct {
	ctx   context.Context
	cause error // what the store, clock or generator last failed with
}

// runIn is run for what may ask a store, clock or generator in Go: those get ctx, and their error becomes the cause.
func runIn(ctx context.Context, body func(c *call) C.mfa_status) (err error) {
	if ctx == nil {
		return argument("the context is nil")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	f := &frame{ctx: ctx}
	handle := cgo.NewHandle(f)
	defer handle.Delete()
	c := new(call)
	defer c.end(&err)
	c.err = alloc[C.mfa_error](c)
	return c.errorOf(f.enter(handle, func() C.mfa_status { return body(c) }), f)
}

// enter keeps the thread, for it carries the frame: C has no other way to say in which call a callback is.
func (f *frame) enter(handle cgo.Handle, body func() C.mfa_status) C.mfa_status {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := C.mfa_go_enter(C.uintptr_t(handle))
	defer C.mfa_go_enter(before)
	return body()
}

func (c *call) end(err *error) {
	for _, k := range c.chunks {
		C.mfa_wipe(k.data, C.size_t(k.used))
		C.mfa_go_free(k.data)
	}
	c.chunks = nil
	switch stopped := recover().(type) {
	case nil:
	case abort:
		*err = stopped.err
	default:
		panic(stopped)
	}
}

// fail ends the call with a mistake of the caller's.
func (c *call) fail(message string) { panic(abort{argument(message)}) }

// must ends the call unless status is MFA_OK.
func (c *call) must(status C.mfa_status) {
	if err := c.errorOf(status, nil); err != nil {
		panic(abort{err})
	}
}

func (c *call) memory(size uintptr) unsafe.Pointer {
	size = (size + alignment - 1) &^ (alignment - 1)
	if n := len(c.chunks); n > 0 && c.chunks[n-1].size-c.chunks[n-1].used >= size {
		k := &c.chunks[n-1]
		data := unsafe.Add(k.data, k.used)
		k.used += size
		return data
	}
	room := size
	if room < chunkSize {
		room = chunkSize
	}
	data := C.mfa_go_alloc(C.size_t(room))
	if data == nil {
		panic(abort{&Error{Status: StatusErrNoMemory, AttemptsLeft: -1, Message: "no memory for the arguments"}})
	}
	c.chunks = append(c.chunks, chunk{data, room, size})
	return data
}

// alloc gives a T in C, all zero, until the call ends.
func alloc[T any](c *call) *T { return (*T)(c.memory(unsafe.Sizeof(*new(T)))) }

// array gives n of them; nil for none.
func array[T any](c *call, n int) (*T, []T) {
	if n == 0 {
		return nil, nil
	}
	first := (*T)(c.memory(unsafe.Sizeof(*new(T)) * uintptr(n)))
	return first, unsafe.Slice(first, n)
}

// chars gives the bytes of a text, never NULL.
func (c *call) chars(s string) (*C.char, C.size_t) {
	data := c.memory(uintptr(len(s)) + 1)
	copy(unsafe.Slice((*byte)(data), len(s)), s)
	return (*C.char)(data), C.size_t(len(s))
}

// optional is chars, and NULL for an empty text.
func (c *call) optional(s string) (*C.char, C.size_t) {
	if s == "" {
		return nil, 0
	}
	return c.chars(s)
}

func (c *call) octets(b []byte) (*C.uint8_t, C.size_t) {
	data := c.memory(uintptr(len(b)) + 1)
	copy(unsafe.Slice((*byte)(data), len(b)), b)
	return (*C.uint8_t)(data), C.size_t(len(b))
}

func (c *call) text(s string) C.mfa_text {
	data, n := c.optional(s)
	return C.mfa_text{data: data, len: n}
}

func (c *call) blob(b []byte) C.mfa_text {
	if len(b) == 0 {
		return C.mfa_text{}
	}
	data, n := c.octets(b)
	return C.mfa_text{data: (*C.char)(unsafe.Pointer(data)), len: n}
}

func (c *call) texts(list []string) (*C.mfa_text, C.size_t) {
	first, all := array[C.mfa_text](c, len(list))
	for i, s := range list {
		all[i] = c.text(s)
	}
	return first, C.size_t(len(list))
}

func (c *call) blobs(list [][]byte) (*C.mfa_text, C.size_t) {
	first, all := array[C.mfa_text](c, len(list))
	for i, b := range list {
		all[i] = c.blob(b)
	}
	return first, C.size_t(len(list))
}

// bytesAt copies. A length that no slice can have comes from nowhere in libmfa.
func bytesAt(data unsafe.Pointer, n C.size_t) []byte {
	if data == nil || n == 0 {
		return []byte{}
	}
	return append([]byte(nil), unsafe.Slice((*byte)(data), int(n))...)
}

func stringAt(data *C.char, n C.size_t) string {
	if data == nil || n == 0 {
		return ""
	}
	return string(unsafe.Slice((*byte)(unsafe.Pointer(data)), int(n)))
}

func textAt(t C.mfa_text) string   { return stringAt(t.data, t.len) }
func octetsAt(t C.mfa_text) []byte { return bytesAt(unsafe.Pointer(t.data), t.len) }

// filled copies what body wrote into a buffer, whatever its status, and wipes the buffer.
func (c *call) filled(into *[]byte, body func(buffer *C.mfa_buffer) C.mfa_status) C.mfa_status {
	buffer := alloc[C.mfa_buffer](c)
	defer C.mfa_buffer_free(buffer)
	status := body(buffer)
	*into = bytesAt(unsafe.Pointer(buffer.data), buffer.len)
	return status
}

// written is filled, for a call that needs nothing else; nothing comes with an error.
func written(body func(c *call, buffer *C.mfa_buffer) C.mfa_status) (out []byte, err error) {
	err = run(func(c *call) C.mfa_status {
		return c.filled(&out, func(buffer *C.mfa_buffer) C.mfa_status { return body(c, buffer) })
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func writtenJSON(body func(c *call, buffer *C.mfa_buffer) C.mfa_status) (json.RawMessage, error) {
	out, err := written(body)
	return out, err
}

func flag(b bool) C.int32_t {
	if b {
		return 1
	}
	return 0
}
