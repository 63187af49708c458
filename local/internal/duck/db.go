package duck

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	duckdb "github.com/duckdb/duckdb-go/v2/mapping"
)

// DB is an open database. It is safe for concurrent use: readers never wait for a writer and each sees the state of its
// start; of two writers that touch the same rows at once one fails, so writers should take turns.
type DB struct {
	handle duckdb.Database

	mu     sync.Mutex
	done   sync.Cond
	idle   []duckdb.Connection
	busy   int // connections in use
	closed bool
}

// maxIdle is how many unused connections are kept.
const maxIdle = 8

// defaults are the settings of every database; Open's settings override them. The memory limit leaves room for a
// developer's other programs; the settings about extensions keep DuckDB from asking the network.
var defaults = map[string]string{
	"memory_limit":                 "2GB",
	"enable_external_access":       "false",
	"autoinstall_known_extensions": "false",
	"autoload_known_extensions":    "false",
}

// Open opens the database file at path, creating it in an existing folder, or a fresh database in memory when path is
// empty. Settings are DuckDB's own (https://duckdb.org/docs/stable/configuration/overview); afterwards they are locked.
func Open(path string, settings map[string]string) (*DB, error) {
	db := &DB{}
	db.done.L = &db.mu
	name := path
	if path == "" {
		name = "in memory"
	}
	if err := db.open(path, settings); err != nil {
		return nil, fmt.Errorf("open database %s: %w", name, openError(err))
	}
	if err := db.Exec(context.Background(), "SET lock_configuration=true"); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", name, err), db.Close())
	}
	return db, nil
}

func (db *DB) open(path string, settings map[string]string) error {
	var config duckdb.Config
	if duckdb.CreateConfig(&config) == duckdb.StateError {
		return errors.New("no memory for the configuration")
	}
	defer duckdb.DestroyConfig(&config)
	if strings.Contains(path, "?") {
		return errors.New("DuckDB cannot use a path with a question mark: choose another folder")
	}
	all := map[string]string{}
	if path == "" {
		// Without a file DuckDB would spill big sorts into the working directory. It makes the folder when needed and removes it.
		all["temp_directory"] = filepath.Join(os.TempDir(), "duck-"+rand.Text())
	}
	for _, m := range []map[string]string{defaults, settings} {
		for k, v := range m {
			all[k] = v
		}
	}
	// DuckDB refuses a temp_directory once external access is off, so that setting comes last.
	external := all["enable_external_access"]
	delete(all, "enable_external_access")
	for k, v := range all {
		if duckdb.SetConfig(config, k, v) == duckdb.StateError {
			return fmt.Errorf("DuckDB does not accept the setting %s=%s", k, v)
		}
	}
	if duckdb.SetConfig(config, "enable_external_access", external) == duckdb.StateError {
		return fmt.Errorf("DuckDB does not accept the setting enable_external_access=%s", external)
	}
	var message string
	if duckdb.OpenExt(path, &db.handle, config, &message) == duckdb.StateError {
		return errors.New(message)
	}
	return nil
}

// ErrInUse is the open error that users meet: two programs on one file.
var ErrInUse = errors.New("another program uses it")

var lockHolder = regexp.MustCompile(`\(PID \d+\)`)

func openError(err error) error {
	if strings.Contains(err.Error(), "Could not set lock") {
		return fmt.Errorf("%w %s", ErrInUse, lockHolder.FindString(err.Error()))
	}
	return err
}

// Close waits until all results are closed, writes the log into the file and closes it. Closing twice is harmless.
func (db *DB) Close() error {
	db.mu.Lock()
	already := db.closed
	db.closed = true
	for db.busy > 0 {
		db.done.Wait()
	}
	idle := db.idle
	db.idle = nil
	db.mu.Unlock()
	if already {
		return nil
	}
	for i := range idle {
		duckdb.Disconnect(&idle[i])
	}
	duckdb.Close(&db.handle)
	return nil
}

// connect takes a connection out of the pool.
func (db *DB) connect() (duckdb.Connection, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return duckdb.Connection{}, errors.New("the database is closed")
	}
	var conn duckdb.Connection
	if n := len(db.idle); n > 0 {
		conn = db.idle[n-1]
		db.idle = db.idle[:n-1]
	} else if duckdb.Connect(db.handle, &conn) == duckdb.StateError {
		return conn, errors.New("no connection to the database")
	}
	db.busy++
	return conn, nil
}

// release gives a connection back; a spoilt one (interrupted, failed) is not used again.
func (db *DB) release(conn duckdb.Connection, spoilt bool) {
	db.mu.Lock()
	keep := !spoilt && len(db.idle) < maxIdle && !db.closed
	if keep {
		db.idle = append(db.idle, conn)
	}
	db.mu.Unlock()
	if !keep {
		duckdb.Disconnect(&conn)
	}
	db.mu.Lock()
	db.busy--
	db.done.Broadcast()
	db.mu.Unlock()
}

// Exec runs one statement to its end. Arguments replace ? in order and may be nil, bool, int, int64, uint64, float64,
// string or []byte.
func (db *DB) Exec(ctx context.Context, query string, args ...any) error {
	rows, err := db.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	return drain(rows)
}

func drain(rows *Rows) error {
	for rows.Next() {
	}
	err := rows.Err()
	return errors.Join(err, rows.Close())
}

// Update runs f in one transaction: all of it is on disk when Update returns nil, none of it otherwise. When the
// context ends, a running statement of f fails.
func (db *DB) Update(ctx context.Context, f func(*Tx) error) error {
	conn, err := db.connect()
	if err != nil {
		return err
	}
	err = (&Tx{conn: conn}).run(ctx, f)
	db.release(conn, err != nil)
	return err
}

// Tx is a transaction, valid inside the function that [DB.Update] calls, for one goroutine.
type Tx struct{ conn duckdb.Connection }

// run leaves the transaction open after an error: the connection is closed then, which rolls it back.
func (tx *Tx) run(ctx context.Context, f func(*Tx) error) error {
	if err := tx.Exec(ctx, "BEGIN TRANSACTION"); err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return err
	}
	return tx.Exec(context.WithoutCancel(ctx), "COMMIT")
}

// Exec is [DB.Exec] inside the transaction.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) error {
	rows, err := newRows(ctx, tx.conn, func(bool) {}, query, args)
	if err != nil {
		return err
	}
	return drain(rows)
}

// Append is [DB.Append] inside the transaction.
func (tx *Tx) Append(ctx context.Context, schema, table string, rows func(add func(values ...any) error) error) error {
	return appendRows(ctx, tx.conn, schema, table, rows)
}

// Append adds rows to a table, all columns in the table's order, far faster than INSERT. A value has the Go type that
// [Rows.Values] gives for the column, or nil. When rows or add returns an error nothing is added.
func (db *DB) Append(ctx context.Context, schema, table string, rows func(add func(values ...any) error) error) error {
	return db.Update(ctx, func(tx *Tx) error { return tx.Append(ctx, schema, table, rows) })
}
