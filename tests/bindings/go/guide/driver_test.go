//go:build guide

package guide

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strings"
	"sync"
)

// A database that knows the guide's statements, for Go's library has none. It checks them as text and does what they say.
func init() { sql.Register("four statements", fourStatements{}) }

type fourStatements struct{}

type row struct {
	record  []byte
	version int64
}

type connection struct {
	mu   *sync.Mutex
	rows map[string]row
}

var tables = map[string]*connection{}

func (fourStatements) Open(name string) (driver.Conn, error) {
	if tables[name] == nil {
		tables[name] = &connection{new(sync.Mutex), map[string]row{}}
	}
	return tables[name], nil
}

func (c *connection) Prepare(string) (driver.Stmt, error) { return nil, errors.New("not prepared") }
func (c *connection) Close() error                        { return nil }
func (c *connection) Begin() (driver.Tx, error)           { return nil, errors.New("no transactions") }

func (c *connection) ExecContext(_ context.Context, statement string, values []driver.NamedValue) (driver.Result, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := string(values[0].Value.([]byte))
	old, there := c.rows[key]
	switch {
	case strings.HasPrefix(statement, "INSERT INTO mfa VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"):
		if there {
			return driver.RowsAffected(0), nil
		}
		c.rows[key] = row{values[1].Value.([]byte), values[2].Value.(int64)}
	case statement == "UPDATE mfa SET record = $2, version = $3 WHERE id = $1 AND version = $4":
		if !there || old.version != values[3].Value.(int64) {
			return driver.RowsAffected(0), nil
		}
		c.rows[key] = row{values[1].Value.([]byte), values[2].Value.(int64)}
	case statement == "DELETE FROM mfa WHERE id = $1 AND version = $2":
		if !there || old.version != values[1].Value.(int64) {
			return driver.RowsAffected(0), nil
		}
		delete(c.rows, key)
	default:
		return nil, errors.New(statement)
	}
	return driver.RowsAffected(1), nil
}

func (c *connection) QueryContext(_ context.Context, statement string, values []driver.NamedValue) (driver.Rows, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if statement != "SELECT record, version FROM mfa WHERE id = $1" {
		return nil, errors.New(statement)
	}
	found, there := c.rows[string(values[0].Value.([]byte))]
	return &result{found, there}, nil
}

type result struct {
	row  row
	left bool
}

func (r *result) Columns() []string { return []string{"record", "version"} }
func (r *result) Close() error      { return nil }

func (r *result) Next(into []driver.Value) error {
	if !r.left {
		return io.EOF
	}
	r.left = false
	into[0], into[1] = r.row.record, r.row.version
	return nil
}
