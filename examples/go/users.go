package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"sync"
)

// Users and sessions are in memory here; they are what your server has already.

const (
	iterations = 210_000
	sessionMax = 10_000
)

type users map[string][80]byte // salt and hash

// hash is PBKDF2 (RFC 8018 section 5.2) of one block, with HMAC-SHA-512.
func hash(password string, salt []byte) (out [64]byte) {
	mac := hmac.New(sha512.New, []byte(password))
	mac.Write(salt)
	mac.Write(binary.BigEndian.AppendUint32(nil, 1))
	block := mac.Sum(nil)
	copy(out[:], block)
	for i := 1; i < iterations; i++ {
		mac.Reset()
		mac.Write(block)
		block = mac.Sum(block[:0])
		for j := range out {
			out[j] ^= block[j]
		}
	}
	return out
}

func newUsers(passwords map[string]string) users {
	all := users{}
	for name, password := range passwords {
		var kept [80]byte
		copy(kept[:16], random(16))
		made := hash(password, kept[:16])
		copy(kept[16:], made[:])
		all[name] = kept
	}
	return all
}

// check takes as long for a name that is none.
func (u users) check(name, password string) bool {
	kept, there := u[name]
	made := hash(password, kept[:16])
	return hmac.Equal(made[:], kept[16:]) && there
}

func random(n int) []byte {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err) // there is nothing that a server without randomness could do
	}
	return b
}

func randomText() string { return base64.RawURLEncoding.EncodeToString(random(32)) }

// session is kept at the server. user gave the right password; statement is of the last proof.
type session struct{ user, statement string }

type sessions struct {
	mu  sync.Mutex
	all map[string]session
}

func (s *sessions) get(id string) session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[id]
}

// replace puts one under another id than before, so that nobody can have chosen it.
func (s *sessions) replace(old string, kept session) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, old)
	for id := range s.all { // any: this is an example, yours has an expiry
		if len(s.all) < sessionMax {
			break
		}
		delete(s.all, id)
	}
	id := randomText()
	s.all[id] = kept
	return id
}

func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, id)
}
