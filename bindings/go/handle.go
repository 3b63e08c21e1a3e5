package mfa

import (
	"runtime"
	"sync"
	"unsafe"
)

// handle is a C object that goroutines share: lent to each call, and freed once it is closed and nobody uses it. So none can
// free what another is using, and a callback may close the very object that called it.
type handle struct {
	what string
	free func(unsafe.Pointer)

	mu     sync.Mutex
	p      unsafe.Pointer
	users  int
	closed bool
}

func newHandle(what string, p unsafe.Pointer, free func(unsafe.Pointer)) *handle {
	h := &handle{what: what, p: p, free: free}
	// For one that is forgotten; Close is the way.
	runtime.SetFinalizer(h, (*handle).close)
	return h
}

// acquire lends the object until release. A nil handle is of a zero value, which nobody made.
func (h *handle) acquire() (unsafe.Pointer, error) {
	if h == nil {
		return nil, closed("object")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, closed(h.what)
	}
	h.users++
	return h.p, nil
}

func (h *handle) release() {
	h.mu.Lock()
	h.users--
	last := h.closed && h.users == 0
	h.mu.Unlock()
	if last {
		h.free(h.p)
	}
}

func (h *handle) close() {
	if h == nil {
		return
	}
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return
	}
	h.closed = true
	unused := h.users == 0
	h.mu.Unlock()
	runtime.SetFinalizer(h, nil)
	if unused {
		h.free(h.p)
	}
}

// borrow is acquire within a call, to the call's end by the func that it gives.
func (c *call) borrow(h *handle) (unsafe.Pointer, func()) {
	p, err := h.acquire()
	if err != nil {
		panic(abort{err})
	}
	return p, h.release
}
