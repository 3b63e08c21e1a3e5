// Package heap looks at the memory of C, which Go's own numbers leave out. Tests cannot use cgo themselves.
package heap

// #include <malloc.h>
import "C"

// InUse gives the bytes that are allocated in all arenas, and mapped.
func InUse() int {
	told := C.mallinfo2()
	return int(told.uordblks + told.hblkhd)
}

// Trim gives back what is free, so that the resident memory shows what is not.
func Trim() { C.malloc_trim(0) }

// Leak allocates and forgets.
func Leak(size int) { C.malloc(C.size_t(size)) }

// Copy puts bytes where C has its own, and forgets them.
func Copy(data []byte) { C.CBytes(data) }
