package mfa

// #include "bridge.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"runtime/cgo"
	"runtime/debug"
	"time"
	"unsafe"
)

// frameOf finds the call that a callback is in. There is none when libmfa frees an engine.
func frameOf(in C.uintptr_t) *frame {
	if in == 0 {
		return &frame{ctx: context.Background()}
	}
	return cgo.Handle(in).Value().(*frame)
}

// guarded runs what a host wrote. A panic is an error, and so is the end of its goroutine by runtime.Goexit, which must not
// tear down the C that is below: hence a goroutine of its own.
func guarded(body func() error) error {
	done := make(chan error, 1)
	go func() {
		err := errors.New("mfa: the callback ended its goroutine")
		defer func() {
			if value := recover(); value != nil {
				err = &PanicError{value, debug.Stack()}
			}
			done <- err
		}()
		err = body()
	}()
	return <-done
}

// storeCall runs a method of the store. Its error's text may hold what was to be stored: C is told the type alone.
func storeCall(h, in C.uintptr_t, name string, e *C.mfa_error, body func(context.Context, Store) (C.mfa_store_answer, error)) C.mfa_store_answer {
	answer := C.mfa_store_answer(C.MFA_STORE_FAILED)
	f := frameOf(in)
	err := guarded(func() (err error) {
		answer, err = body(f.ctx, cgo.Handle(h).Value().(Store))
		return err
	})
	if err == nil {
		return answer
	}
	f.cause = err
	line := fmt.Sprintf("%T in %s of a store in Go", err, name)
	message := unsafe.Slice((*byte)(unsafe.Pointer(&e.message[0])), len(e.message))
	message[copy(message[:len(message)-1], line)] = 0
	return C.MFA_STORE_FAILED
}

//export mfaGoLoad
func mfaGoLoad(h, in C.uintptr_t, key *C.char, keyLen C.size_t, record *C.mfa_buffer, version *C.uint64_t, e *C.mfa_error) C.mfa_store_answer {
	k := bytesAt(unsafe.Pointer(key), keyLen)
	return storeCall(h, in, "Load", e, func(ctx context.Context, store Store) (C.mfa_store_answer, error) {
		data, stored, err := store.Load(ctx, k)
		if errors.Is(err, ErrNoRecord) {
			return C.MFA_STORE_NONE, nil
		}
		if err != nil {
			return C.MFA_STORE_FAILED, err
		}
		var first unsafe.Pointer
		if len(data) > 0 {
			first = unsafe.Pointer(&data[0])
		}
		if C.mfa_buffer_assign(record, first, C.size_t(len(data))) != C.MFA_OK {
			return C.MFA_STORE_FAILED, ErrNoMemory
		}
		*version = C.uint64_t(stored)
		return C.MFA_STORE_DONE, nil
	})
}

//export mfaGoSave
func mfaGoSave(h, in C.uintptr_t, key *C.char, keyLen C.size_t, record *C.uint8_t, recordLen C.size_t, expected, version, expiresAt C.uint64_t, e *C.mfa_error) C.mfa_store_answer {
	k, r := bytesAt(unsafe.Pointer(key), keyLen), bytesAt(unsafe.Pointer(record), recordLen)
	return storeCall(h, in, "Save", e, func(ctx context.Context, store Store) (C.mfa_store_answer, error) {
		err := store.Save(ctx, k, r, uint64(expected), uint64(version), timeAt(expiresAt))
		if errors.Is(err, ErrConflict) {
			return C.MFA_STORE_CONFLICT, nil
		}
		return C.MFA_STORE_DONE, err
	})
}

//export mfaGoErase
func mfaGoErase(h, in C.uintptr_t, key *C.char, keyLen C.size_t, expected C.uint64_t, e *C.mfa_error) C.mfa_store_answer {
	k := bytesAt(unsafe.Pointer(key), keyLen)
	return storeCall(h, in, "Erase", e, func(ctx context.Context, store Store) (C.mfa_store_answer, error) {
		err := store.Erase(ctx, k, uint64(expected))
		switch {
		case errors.Is(err, ErrConflict):
			return C.MFA_STORE_CONFLICT, nil
		case errors.Is(err, ErrNoRecord):
			return C.MFA_STORE_NONE, nil
		}
		return C.MFA_STORE_DONE, err
	})
}

//export mfaGoScan
func mfaGoScan(h, in C.uintptr_t, prefix *C.char, prefixLen C.size_t, after *C.char, afterLen, limit C.size_t, fn C.mfa_scan_fn, fnCtx unsafe.Pointer, e *C.mfa_error) C.mfa_store_answer {
	p, a := bytesAt(unsafe.Pointer(prefix), prefixLen), bytesAt(unsafe.Pointer(after), afterLen)
	most := math.MaxInt32
	if limit < C.size_t(most) {
		most = int(limit)
	}
	var rows []Row
	answer := storeCall(h, in, "Scan", e, func(ctx context.Context, store Store) (_ C.mfa_store_answer, err error) {
		rows, err = store.(Scanner).Scan(ctx, p, a, most)
		return C.MFA_STORE_DONE, err
	})
	if answer != C.MFA_STORE_DONE {
		return answer
	}
	for _, row := range rows {
		// On this thread, for what takes the rows may be in Go as well.
		if answer = found(fn, fnCtx, row); answer != C.MFA_STORE_DONE {
			break
		}
	}
	return C.MFA_STORE_DONE
}

func found(fn C.mfa_scan_fn, fnCtx unsafe.Pointer, row Row) (answer C.mfa_store_answer) {
	_ = run(func(c *call) C.mfa_status {
		key, keyLen := c.octets(row.Key)
		record, recordLen := c.octets(row.Record)
		answer = C.mfa_go_call_found(fn, fnCtx, (*C.char)(unsafe.Pointer(key)), keyLen, record, recordLen,
			C.uint64_t(row.Version))
		return C.MFA_OK
	})
	return answer
}

//export mfaGoFound
func mfaGoFound(h C.uintptr_t, key *C.char, keyLen C.size_t, record *C.uint8_t, recordLen C.size_t, version C.uint64_t) C.mfa_store_answer {
	rows := cgo.Handle(h).Value().(*[]Row)
	*rows = append(*rows, Row{bytesAt(unsafe.Pointer(key), keyLen), bytesAt(unsafe.Pointer(record), recordLen), uint64(version)})
	return C.MFA_STORE_DONE
}

// hooks is what an engine calls besides its store.
type hooks struct {
	now    func() time.Time
	random io.Reader
	event  func(line string)
}

//export mfaGoNow
func mfaGoNow(h, in C.uintptr_t) (seconds C.uint64_t) {
	f := frameOf(in)
	err := guarded(func() error {
		now := cgo.Handle(h).Value().(*hooks).now().Unix()
		if now <= 0 {
			return errors.New("mfa: Now gave a time before 1970")
		}
		seconds = C.uint64_t(now)
		return nil
	})
	if err != nil {
		f.cause = err
		return 0
	}
	return seconds
}

//export mfaGoRandom
func mfaGoRandom(h, in C.uintptr_t, out *C.uint8_t, n C.size_t) C.int32_t {
	f := frameOf(in)
	err := guarded(func() error {
		// What is drawn becomes keys and challenges: the reader writes into C, so that Go keeps no copy.
		_, err := io.ReadFull(cgo.Handle(h).Value().(*hooks).random, unsafe.Slice((*byte)(unsafe.Pointer(out)), int(n)))
		return err
	})
	if err != nil {
		f.cause = err
		return 0
	}
	return 1
}

// An event that is not taken undoes nothing. As in net/http, the log is told.
//
//export mfaGoEvent
func mfaGoEvent(h C.uintptr_t, text *C.char, n C.size_t) {
	line := stringAt(text, n)
	err := guarded(func() error {
		cgo.Handle(h).Value().(*hooks).event(line)
		return nil
	})
	var stopped *PanicError
	switch {
	case errors.As(err, &stopped):
		log.Printf("mfa: panic in Event: %v\n%s", stopped.Value, stopped.Stack)
	case err != nil:
		log.Printf("mfa: Event: %v", err)
	}
}
