//go:build !mfa_static

package mfa

// #cgo pkg-config: libmfa
import "C"
