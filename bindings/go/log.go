package mfa

// #include "bridge.h"
import "C"

import (
	"sync"
	"unsafe"
)

// Log is a check whether a log of events is whole (mfa/log.h; docs/events.md). Goroutines take turns. After an error the check is
// worth nothing.
type Log struct {
	handle *handle
	turn   sync.Mutex
}

// Finding is what a line, or the end, brought to light (mfa_log_finding).
type Finding struct {
	Trouble       LogTrouble
	Note          bool   // the log may be whole
	Line          uint64 // 1 for the first; 0: it shows at the end
	Chain         string // empty: of none
	FirstN, LastN uint64 // of the events in the chain; 0: of none
}

// LogCounts says what there was so far (mfa_log_number).
type LogCounts struct {
	Events    uint64 // that are there
	Chains    uint64
	Unchecked uint64 // events whose links alone were checked
	Problems  uint64 // findings but for notes: 0 is a log that is whole
}

// NewLog takes the keys of the engines that wrote, those dropped since too; none: links alone are checked (mfa_log_new).
func NewLog(keys []Key) (*Log, error) {
	var l *Log
	err := run(func(c *call) C.mfa_status {
		ring, n := c.keys(keys)
		out := alloc[*C.mfa_log](c)
		status := C.mfa_log_new(ring, n, out, c.err)
		if status == C.MFA_OK {
			l = &Log{handle: newHandle("log", unsafe.Pointer(*out), func(p unsafe.Pointer) { C.mfa_log_free((*C.mfa_log)(p)) })}
		}
		return status
	})
	return l, err
}

func (l *Log) lent() *handle {
	if l == nil {
		return nil
	}
	return l.handle
}

// Close frees it (mfa_log_free). Again is fine. It returns nil.
func (l *Log) Close() error {
	l.lent().close()
	return nil
}

// Line takes the next line, without its end, and gives what it brought to light: nothing for a good one (mfa_log_line).
func (l *Log) Line(line string) ([]Finding, error) {
	return l.findings(func(c *call, p *C.mfa_log) C.mfa_status {
		s, n := c.chars(line)
		return C.mfa_log_line(p, s, n, c.err)
	})
}

// End says that there are no more lines; complete: every engine was closed (mfa_log_end).
func (l *Log) End(complete bool) ([]Finding, error) {
	return l.findings(func(c *call, p *C.mfa_log) C.mfa_status { return C.mfa_log_end(p, flag(complete), c.err) })
}

// Counts says what there was so far.
func (l *Log) Counts() (counts LogCounts, err error) {
	err = run(func(c *call) C.mfa_status {
		p, release := c.borrow(l.lent())
		defer release()
		l.turn.Lock()
		defer l.turn.Unlock()
		number := func(item C.mfa_log_item) uint64 { return uint64(C.mfa_log_number((*C.mfa_log)(p), item)) }
		counts = LogCounts{number(C.MFA_LOG_ITEM_EVENTS), number(C.MFA_LOG_ITEM_CHAINS), number(C.MFA_LOG_ITEM_UNCHECKED),
			number(C.MFA_LOG_ITEM_PROBLEMS)}
		return C.MFA_OK
	})
	return counts, err
}

// findings are what MFA_WRONG says here.
func (l *Log) findings(body func(c *call, p *C.mfa_log) C.mfa_status) (found []Finding, err error) {
	err = run(func(c *call) C.mfa_status {
		p, release := c.borrow(l.lent())
		defer release()
		l.turn.Lock()
		defer l.turn.Unlock()
		log := (*C.mfa_log)(p)
		if status := body(c, log); status != C.MFA_OK && status != C.MFA_WRONG {
			return status
		}
		row := alloc[C.mfa_log_finding](c)
		row.struct_size = C.sizeof_mfa_log_finding
		for i := C.size_t(0); i < C.mfa_log_finding_count(log); i++ {
			c.must(C.mfa_log_finding_at(log, i, row))
			found = append(found, Finding{LogTrouble(row.trouble), row.is_note != 0, uint64(row.line), textAt(row.chain),
				uint64(row.first_n), uint64(row.last_n)})
		}
		return C.MFA_OK
	})
	return found, err
}
