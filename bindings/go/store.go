package mfa

// #include "bridge.h"
import "C"

import (
	"context"
	"errors"
	"runtime/cgo"
	"time"
	"unsafe"
)

// Store is where sealed records live: a key-value store with compare-and-set (mfa_store in mfa/store.h). Implement it for your
// database, or open one of libmfa's with OpenStore; CheckStore tries every promise.
//
// Goroutines call it all at once. It must not call the engine that it serves. ctx is that of the engine's call. Any error but
// ErrNoRecord and ErrConflict, and a panic, makes that call an ErrStore, in which errors.Is and errors.As find it: nothing is
// decided. The engine draws versions, 1 to 2^63-1: a store only compares and keeps them. Keys are compared exactly and may
// hold any byte. What it is given is its own to keep.
type Store interface {
	// Load gives record and version, or ErrNoRecord. It must see every save that was done, so it never asks a replica.
	Load(ctx context.Context, key []byte) (record []byte, version uint64, err error)
	// Save returns nil once the record is durable, ErrConflict when the stored version is not expected (0: no such key).
	// expires is when you may delete it, zero: never; the engine never relies on that.
	Save(ctx context.Context, key, record []byte, expected, version uint64, expires time.Time) error
	// Erase returns nil, ErrConflict when the stored version is another, or ErrNoRecord.
	Erase(ctx context.Context, key []byte, expected uint64) error
}

// Scanner is what a store may have besides: AdminUsers needs it.
type Scanner interface {
	// Scan gives up to limit rows whose key begins with prefix and comes after `after`, in byte order.
	Scan(ctx context.Context, prefix, after []byte, limit int) ([]Row, error)
}

// Row is one of a Scan.
type Row struct {
	Key, Record []byte
	Version     uint64
}

// What a store answers besides nil.
var (
	ErrNoRecord = errors.New("mfa: no such record")
	ErrConflict = errors.New("mfa: the record has another version")
)

// OpenedStore is a store of libmfa's. It is a Store and a Scanner; an engine calls it without a way through Go.
type OpenedStore struct{ handle *handle }

// OpenStore opens "memory:", "sqlite:/var/lib/app/mfa.db", "sqlite:/x?synchronous=normal" (mfa_store_open). A store may serve
// many engines. Its calls run to their end whatever becomes of the context. ErrArgument, ErrUnsupported, ErrStore.
func OpenStore(url string) (*OpenedStore, error) {
	store := (*C.mfa_store)(C.mfa_go_alloc(C.sizeof_mfa_store))
	if store == nil {
		return nil, &Error{Status: StatusErrNoMemory, AttemptsLeft: -1, Message: "no memory for the store"}
	}
	store.struct_size = C.sizeof_mfa_store
	err := run(func(c *call) C.mfa_status {
		data, n := c.chars(url)
		return C.mfa_store_open(data, n, store, c.err)
	})
	if err != nil {
		C.mfa_go_free(unsafe.Pointer(store))
		return nil, err
	}
	return &OpenedStore{newHandle("store", unsafe.Pointer(store), func(p unsafe.Pointer) {
		C.mfa_store_close((*C.mfa_store)(p))
		C.mfa_go_free(p)
	})}, nil
}

func (s *OpenedStore) lent() *handle {
	if s == nil {
		return nil
	}
	return s.handle
}

// Close closes it once the last engine on it is closed (mfa_store_close). Again is fine. It returns nil.
func (s *OpenedStore) Close() error {
	s.lent().close()
	return nil
}

// call gives body the store, and its answer a meaning: none and conflict are the errors of a Store.
func (s *OpenedStore) call(ctx context.Context, body func(c *call, store *C.mfa_store) C.mfa_store_answer) error {
	answer := C.mfa_store_answer(C.MFA_STORE_FAILED)
	err := runIn(ctx, func(c *call) C.mfa_status {
		p, release := c.borrow(s.lent())
		defer release()
		answer = body(c, (*C.mfa_store)(p))
		switch answer {
		case C.MFA_STORE_DONE, C.MFA_STORE_NONE, C.MFA_STORE_CONFLICT:
			return C.MFA_OK
		}
		return C.MFA_ERR_STORE
	})
	switch {
	case err != nil:
		return err
	case answer == C.MFA_STORE_NONE:
		return ErrNoRecord
	case answer == C.MFA_STORE_CONFLICT:
		return ErrConflict
	}
	return nil
}

// Load is Store's.
func (s *OpenedStore) Load(ctx context.Context, key []byte) (record []byte, version uint64, err error) {
	err = s.call(ctx, func(c *call, store *C.mfa_store) C.mfa_store_answer {
		k, n := c.octets(key)
		out, buffer := alloc[C.uint64_t](c), alloc[C.mfa_buffer](c)
		defer C.mfa_buffer_free(buffer)
		answer := C.mfa_go_call_load(store, (*C.char)(unsafe.Pointer(k)), n, buffer, out, c.err)
		record, version = bytesAt(unsafe.Pointer(buffer.data), buffer.len), uint64(*out)
		return answer
	})
	if err != nil {
		return nil, 0, err
	}
	return record, version, nil
}

// Save is Store's.
func (s *OpenedStore) Save(ctx context.Context, key, record []byte, expected, version uint64, expires time.Time) error {
	return s.call(ctx, func(c *call, store *C.mfa_store) C.mfa_store_answer {
		k, n := c.octets(key)
		r, size := c.octets(record)
		until := C.uint64_t(0)
		if !expires.IsZero() {
			until = c.seconds(expires, "expires")
		}
		return C.mfa_go_call_save(store, (*C.char)(unsafe.Pointer(k)), n, r, size, C.uint64_t(expected), C.uint64_t(version),
			until, c.err)
	})
}

// Erase is Store's.
func (s *OpenedStore) Erase(ctx context.Context, key []byte, expected uint64) error {
	return s.call(ctx, func(c *call, store *C.mfa_store) C.mfa_store_answer {
		k, n := c.octets(key)
		return C.mfa_go_call_erase(store, (*C.char)(unsafe.Pointer(k)), n, C.uint64_t(expected), c.err)
	})
}

// Scan is Scanner's.
func (s *OpenedStore) Scan(ctx context.Context, prefix, after []byte, limit int) ([]Row, error) {
	var rows []Row
	err := s.call(ctx, func(c *call, store *C.mfa_store) C.mfa_store_answer {
		if limit < 0 {
			c.fail("limit is negative")
		}
		p, n := c.octets(prefix)
		a, m := c.octets(after)
		handle := cgo.NewHandle(&rows)
		defer handle.Delete()
		return C.mfa_go_call_scan(store, (*C.char)(unsafe.Pointer(p)), n, (*C.char)(unsafe.Pointer(a)), m,
			C.size_t(limit), C.uintptr_t(handle), c.err)
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// lend gives the mfa_store of a store, as long as the call, and release to be called when nobody asks it any more.
func (c *call) lend(store Store) (*C.mfa_store, func()) {
	switch s := store.(type) {
	case nil:
		c.fail("there is no store")
	case *OpenedStore:
		p, release := c.borrow(s.lent())
		return (*C.mfa_store)(p), release
	}
	_, scans := store.(Scanner)
	handle := cgo.NewHandle(store)
	made := alloc[C.mfa_store](c)
	C.mfa_go_store(made, C.uintptr_t(handle), C.int(flag(scans)))
	return made, handle.Delete
}

// CheckStore tries every promise of a store on keys under "check/", which it erases again: one line for each, with ErrWrong as
// well, which says that one is broken (mfa_store_check). ErrStore: it failed at the first load.
func CheckStore(ctx context.Context, store Store) (report string, err error) {
	err = runIn(ctx, func(c *call) C.mfa_status {
		made, release := c.lend(store)
		defer release()
		var text []byte
		status := c.filled(&text, func(buffer *C.mfa_buffer) C.mfa_status { return C.mfa_store_check(made, buffer, c.err) })
		report = string(text)
		return status
	})
	return report, err
}
