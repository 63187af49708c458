package duck

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"
	duckdb "github.com/duckdb/duckdb-go/v2/mapping"
)

// Rows is a result that is computed while it is read. It holds a connection and one chunk of at most 2,048 rows until
// Close. It is not safe for concurrent use.
type Rows struct {
	conn    duckdb.Connection
	release func(spoilt bool)
	explain func() error // what a query that was interrupted by itself died of; nil: not asked
	stmt    duckdb.PreparedStatement
	res     duckdb.Result
	chunk   duckdb.DataChunk
	stop    func()
	ctx     func() error
	columns []ColumnType
	readers []reader
	values  []any
	row     int
	size    int
	ended   bool
	err     error
	once    sync.Once
}

// Query starts one statement and returns its result. The context covers the whole life of the result, until Close: when
// it ends, a running Next stops and fails. Arguments replace ? as in [DB.Exec].
func (db *DB) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	conn, err := db.connect()
	if err != nil {
		return nil, err
	}
	r, err := newRows(ctx, conn, func(spoilt bool) { db.release(conn, spoilt) }, query, args)
	if interrupted(err) {
		return nil, db.cause(ctx, query, args)
	}
	if err == nil {
		r.explain = func() error { return db.cause(ctx, query, args) }
	}
	return r, err
}

// interrupted tells that DuckDB stopped a query that nobody asked it to stop. When a task of a query fails, DuckDB stops the
// query's other tasks before it notes the failure, so now and then one of those reports first and the reason is lost.
func interrupted(err error) bool {
	var e *Error
	return errors.As(err, &e) && strings.HasPrefix(e.Message, "INTERRUPT Error")
}

// causeAttempts is how often a failed query is run again for its reason.
const causeAttempts = 5

// cause runs a query that failed for an unknown reason again, without its rows, until the reason shows.
func (db *DB) cause(ctx context.Context, query string, args []any) error {
	for range causeAttempts {
		conn, err := db.connect()
		if err != nil {
			return err
		}
		r, err := newRows(ctx, conn, func(spoilt bool) { db.release(conn, spoilt) }, "EXPLAIN ANALYZE "+query, args)
		if err == nil {
			err = drain(r)
		}
		if err != nil && !interrupted(err) {
			return err
		}
	}
	return &Error{Message: "the query failed and DuckDB lost the reason: run it again"}
}

// newRows starts a statement on conn; release is called once, when the rows are closed.
func newRows(ctx context.Context, conn duckdb.Connection, release func(bool), query string, args []any) (*Rows, error) {
	r := &Rows{conn: conn, release: release, ctx: ctx.Err, stop: interruptOn(ctx, conn)}
	if err := r.start(query, args); err != nil {
		r.err = contextFirst(ctx.Err(), err)
		err = r.err
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Columns returns the columns that query would give, without running it.
func (db *DB) Columns(ctx context.Context, query string) ([]ColumnType, error) {
	conn, err := db.connect()
	if err != nil {
		return nil, err
	}
	r := &Rows{conn: conn, release: func(spoilt bool) { db.release(conn, spoilt) }, ctx: ctx.Err, stop: interruptOn(ctx, conn)}
	if err := r.prepare(query); err != nil {
		r.err = contextFirst(ctx.Err(), err)
		err = r.err
		return nil, errors.Join(err, r.Close())
	}
	defer func() { _ = r.Close() }()
	columns := make([]ColumnType, duckdb.PreparedStatementColumnCount(r.stmt))
	for i := range columns {
		t, err := ownedType(duckdb.PreparedStatementColumnLogicalType(r.stmt, duckdb.IdxT(i)))
		if err != nil {
			return nil, fmt.Errorf("column %d: %w", i+1, err)
		}
		columns[i] = ColumnType{Name: duckdb.PreparedStatementColumnName(r.stmt, duckdb.IdxT(i)), Text: t.String(), Type: t}
	}
	return columns, nil
}

// interruptOn stops what the connection runs when the context ends. DuckDB forgets an interrupt that comes between two
// steps, hence the repetition. The returned function ends the watch and waits for it.
func interruptOn(ctx context.Context, conn duckdb.Connection) func() {
	if ctx.Done() == nil {
		return func() {}
	}
	quit, finished := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(finished)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			duckdb.Interrupt(conn)
			select {
			case <-quit:
				return
			case <-tick.C:
			}
		}
	})
	return func() {
		close(quit)
		if !stop() {
			<-finished
		}
	}
}

func contextFirst(ctxErr, err error) error {
	if ctxErr != nil {
		return ctxErr
	}
	return err
}

func (r *Rows) prepare(query string) error {
	var stmts duckdb.ExtractedStatements
	count := duckdb.ExtractStatements(r.conn, query, &stmts)
	defer duckdb.DestroyExtracted(&stmts)
	switch {
	case count == 0:
		return queryError(duckdb.ExtractStatementsError(stmts), "the statement is empty")
	case count > 1:
		return fmt.Errorf("%d statements where one is expected", count)
	}
	if duckdb.PrepareExtractedStatement(r.conn, stmts, 0, &r.stmt) == duckdb.StateError {
		return queryError(duckdb.PrepareError(r.stmt), "the statement cannot be prepared")
	}
	return nil
}

func (r *Rows) start(query string, args []any) error {
	if err := r.ctx(); err != nil {
		return err
	}
	if err := r.prepare(query); err != nil {
		return err
	}
	for i, a := range args {
		if err := bind(r.stmt, duckdb.IdxT(i+1), a); err != nil {
			return err
		}
	}
	var pending duckdb.PendingResult
	defer duckdb.DestroyPending(&pending)
	if bindings.PendingPreparedStreaming(r.stmt, &pending) == duckdb.StateError {
		return queryError(duckdb.PendingError(pending), "the statement cannot be started")
	}
	await(pending)
	if message := duckdb.PendingError(pending); message != "" {
		return queryError(message, "") // ExecutePending would only say that there was an error before
	}
	if duckdb.ExecutePending(pending, &r.res) == duckdb.StateError {
		return queryError(duckdb.ResultError(&r.res), "the statement failed")
	}
	r.columns = make([]ColumnType, duckdb.ColumnCount(&r.res))
	for i := range r.columns {
		name := duckdb.ColumnName(&r.res, duckdb.IdxT(i))
		t, err := ownedType(duckdb.ColumnLogicalType(&r.res, duckdb.IdxT(i)))
		if err != nil {
			return fmt.Errorf("column %s: %w", name, err)
		}
		r.columns[i] = ColumnType{Name: name, Text: t.String(), Type: t}
	}
	r.readers = make([]reader, len(r.columns))
	r.values = make([]any, len(r.columns))
	return nil
}

func bind(stmt duckdb.PreparedStatement, i duckdb.IdxT, a any) error {
	var state duckdb.State
	switch v := a.(type) {
	case nil:
		state = duckdb.BindNull(stmt, i)
	case bool:
		state = duckdb.BindBoolean(stmt, i, v)
	case int:
		state = duckdb.BindInt64(stmt, i, int64(v))
	case int64:
		state = duckdb.BindInt64(stmt, i, v)
	case uint64:
		state = duckdb.BindUInt64(stmt, i, v)
	case float64:
		state = duckdb.BindDouble(stmt, i, v)
	case string:
		state = duckdb.BindVarcharLength(stmt, i, v, duckdb.IdxT(len(v)))
	case []byte:
		state = duckdb.BindBlob(stmt, i, v)
	default:
		return fmt.Errorf("argument %d of type %T cannot be bound", i, a)
	}
	if state == duckdb.StateError {
		return fmt.Errorf("argument %d does not fit the statement", i)
	}
	return nil
}

// Error is a complaint of DuckDB itself.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func queryError(message, fallback string) error {
	if message == "" {
		message = fallback
	}
	return &Error{Message: message}
}

// Columns describes the result. The slice belongs to Rows.
func (r *Rows) Columns() []ColumnType { return r.columns }

// Next moves to the next row and reports whether there is one; after false look at Err.
func (r *Rows) Next() bool {
	if r.err != nil || r.ended {
		return false
	}
	r.row++
	for r.row >= r.size {
		if !r.fetch() {
			return false
		}
	}
	return true
}

// fetch takes the next chunk; chunks may be empty.
func (r *Rows) fetch() bool {
	duckdb.DestroyDataChunk(&r.chunk)
	r.row, r.size = 0, 0
	chunk := duckdb.FetchChunk(r.res)
	if chunk.Ptr == nil {
		r.ended = true
		if message := duckdb.ResultError(&r.res); message != "" {
			r.err = queryError(message, "")
		}
		if err := r.ctx(); err != nil {
			r.err = err
		} else if r.explain != nil && interrupted(r.err) {
			r.err = r.explain()
		}
		return false
	}
	r.chunk = chunk
	r.size = int(duckdb.DataChunkGetSize(chunk))
	for i := range r.readers {
		r.readers[i] = newReader(duckdb.DataChunkGetVector(chunk, duckdb.IdxT(i)), r.columns[i].Type)
	}
	return true
}

// Values returns the current row. The slice is reused by the next call; the values in it are the caller's to keep.
func (r *Rows) Values() []any {
	for i, read := range r.readers {
		r.values[i] = read(r.row)
	}
	return r.values
}

// Err returns what ended the rows early; nil after the last row.
func (r *Rows) Err() error { return r.err }

// Close stops the statement and frees its memory. It may be called at any time, and again.
func (r *Rows) Close() error {
	r.once.Do(func() {
		r.stop()
		duckdb.DestroyDataChunk(&r.chunk)
		duckdb.DestroyResult(&r.res)
		duckdb.DestroyPrepare(&r.stmt)
		r.release(r.err != nil || r.ctx() != nil)
		if r.err == nil {
			r.err = errors.New("the rows are closed")
		}
	})
	return nil
}
