//go:build mfa_static

package mfa

// #cgo pkg-config: --static libmfa
import "C"
