// Package mapstore is a store as a host might write it: three methods over a map.
package mapstore

import (
	"bytes"
	"context"
	"fmt"
	"sort"
	"sync"
	"time"

	"libmfa/mfa"
)

// Store makes each method one step by its lock.
type Store struct {
	mu   sync.Mutex
	Rows map[string]mfa.Row
}

// New gives an empty one.
func New() *Store { return &Store{Rows: map[string]mfa.Row{}} }

// Load is mfa.Store's.
func (s *Store) Load(_ context.Context, key []byte) ([]byte, uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := s.Rows[string(key)]
	if !ok {
		return nil, 0, mfa.ErrNoRecord
	}
	return row.Record, row.Version, nil
}

// Save is mfa.Store's.
func (s *Store) Save(_ context.Context, key, record []byte, expected, version uint64, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Rows[string(key)].Version != expected {
		return fmt.Errorf("save: %w", mfa.ErrConflict)
	}
	s.Rows[string(key)] = mfa.Row{Key: key, Record: record, Version: version}
	return nil
}

// Erase is mfa.Store's.
func (s *Store) Erase(_ context.Context, key []byte, expected uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	row, ok := s.Rows[string(key)]
	switch {
	case !ok:
		return mfa.ErrNoRecord
	case row.Version != expected:
		return mfa.ErrConflict
	}
	delete(s.Rows, string(key))
	return nil
}

// Scan is mfa.Scanner's.
func (s *Store) Scan(_ context.Context, prefix, after []byte, limit int) (rows []mfa.Row, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, row := range s.Rows {
		if bytes.HasPrefix(row.Key, prefix) && bytes.Compare(row.Key, after) > 0 {
			rows = append(rows, row)
		}
	}
	sort.Slice(rows, func(i, j int) bool { return bytes.Compare(rows[i].Key, rows[j].Key) < 0 })
	if len(rows) > limit {
		rows = rows[:limit]
	}
	return rows, nil
}
