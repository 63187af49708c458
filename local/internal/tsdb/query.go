package tsdb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"athena-timestream/local/internal/duck"
	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
	"athena-timestream/local/internal/unload"
)

// Cursor is a result that is computed while it is read; nothing runs before the first Next. It must be closed. It is not
// safe for concurrent use.
type Cursor struct {
	columns  []translate.Column
	start    func() (source, error) // nil once called
	rows     source                 // nil before
	err      error                  // of start
	tables   int
	metadata bool
	unloaded *unload.Result
}

// source is what both DuckDB's rows and prepared lists have.
type source interface {
	Next() bool
	Values() []any
	Err() error
	Close() error
}

// Columns are the result's names and types. The values have the physical forms of translate.Type.
func (c *Cursor) Columns() []translate.Column { return c.columns }

// Metadata tells that the statement reads no table (SHOW, DESCRIBE): the service does not charge for it.
func (c *Cursor) Metadata() bool { return c.metadata }

// Tables counts the mentions of tables in the statement.
func (c *Cursor) Tables() int { return c.tables }

// Unloaded is what an UNLOAD has written: nil for other statements, and until Next has returned true.
func (c *Cursor) Unloaded() *unload.Result { return c.unloaded }

// Next moves to the next row; after false look at Err.
func (c *Cursor) Next() bool {
	if c.start != nil {
		c.rows, c.err = c.start()
		c.start = nil
	}
	return c.err == nil && c.rows != nil && c.rows.Next()
}

// Values returns the current row, valid until the next call, as duck.Rows gives values: timestamps in nanoseconds since
// 1970, dates in days, structs as []any by position.
func (c *Cursor) Values() []any { return c.rows.Values() }

// Err returns what ended the rows early: the context's error, or an *Error with code Execution.
func (c *Cursor) Err() error {
	if c.err != nil || c.rows == nil {
		return executionError(c.err)
	}
	return executionError(c.rows.Err())
}

// Close stops the query.
func (c *Cursor) Close() error {
	c.start = nil
	if c.rows == nil {
		return nil
	}
	return c.rows.Close()
}

// Query parses and translates a statement. The context covers the cursor's whole life. Errors: Validation for all that is
// wrong with the text or the names in it; what goes wrong while it runs is the cursor's Err. UNLOAD is refused.
func (db *DB) Query(ctx context.Context, sql string) (*Cursor, error) {
	return db.QueryTo(ctx, sql, unload.Destination{})
}

// QueryTo is Query with a place for the files of UNLOAD.
func (db *DB) QueryTo(ctx context.Context, sql string, to unload.Destination) (*Cursor, error) {
	statement, err := sqlparse.Parse(sql, sqlparse.Timestream)
	if err != nil {
		return nil, statementError(err)
	}
	if c, err := db.metadata(statement); c != nil || err != nil {
		return c, err
	}
	if s, ok := statement.(*sqlparse.Unload); ok {
		return db.unload(ctx, s, to)
	}
	query, ok := statement.(*sqlparse.Query)
	if !ok {
		return nil, errorf(Validation, "The statement is not supported by the embedded Timestream.")
	}
	translated, err := db.translate(query, false)
	if err != nil {
		return nil, err
	}
	return &Cursor{columns: translated.Columns, tables: len(translated.Tables), start: func() (source, error) { return db.run(ctx, translated) }}, nil
}

func (db *DB) run(ctx context.Context, translated *translate.Result) (source, error) {
	rows, err := db.duck.Query(ctx, translated.SQL)
	if err != nil {
		return nil, err
	}
	if n := len(rows.Columns()); n != len(translated.Columns) {
		err := fmt.Errorf("the translation has %d columns and DuckDB gives %d: %s", len(translated.Columns), n, translated.SQL)
		return nil, errors.Join(err, rows.Close())
	}
	return rows, nil
}

// translate puts a query into DuckDB's SQL; parameters are for prepare only.
func (db *DB) translate(query *sqlparse.Query, prepare bool) (*translate.Result, error) {
	now := db.options.Now()
	result, err := translate.Query(query, translate.Options{
		Dialect: translate.Timestream, Catalog: &resolver{db: db, now: now}, Now: now, Prepare: prepare,
	})
	if err != nil {
		return nil, statementError(err)
	}
	return result, nil
}

// statementError gives the service's exception to what parser and translator say. Errors of the resolver have it.
func statementError(err error) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	var refused *translate.Error
	var unread *sqlparse.Error
	if errors.As(err, &refused) || errors.As(err, &unread) {
		return &Error{Code: Validation, Message: err.Error(), Cause: err}
	}
	return err
}

// executionError leaves the context's error alone and puts DuckDB's into the service's exception.
func executionError(err error) error {
	var said *duck.Error
	if err == nil || errors.Is(err, context.Canceled) || !errors.As(err, &said) {
		return err
	}
	message, ok := translate.Message(err)
	if !ok {
		message = strings.TrimSpace(said.Message)
		if _, rest, found := strings.Cut(message, " Error: "); found {
			message = rest // "Conversion Error: …": the class is DuckDB's own
		}
	}
	return &Error{Code: Execution, Message: message, Cause: err}
}

// resolver is the catalog that the translator asks.
type resolver struct {
	db  *DB
	now time.Time
}

// Resolve finds "db"."table"; names keep their case. The texts are the service's (Presto's for a missing qualifier).
func (r *resolver) Resolve(name []string, pos translate.Pos) (*translate.Table, error) {
	if len(name) != 2 {
		return nil, errorf(Validation, "%s: Table name must be qualified with the database: \"database\".\"table\"", pos)
	}
	t, err := r.db.named(name, pos)
	if err != nil {
		return nil, err
	}
	out := &translate.Table{From: t.from()}
	if r.db.options.EnforceRetention {
		out.From = fmt.Sprintf("(SELECT * FROM %s WHERE t >= make_timestamp_ns(%d))", t.from(), t.keptSince(r.now).UnixNano())
	}
	for _, c := range t.described() {
		out.Columns = append(out.Columns, translate.TableColumn{Name: c.Name, Type: translatedTypes[c.Type], SQL: c.sql})
	}
	return out, nil
}

var translatedTypes = map[ValueType]translate.Type{
	Varchar:   {Kind: translate.Varchar},
	Double:    {Kind: translate.Double},
	Bigint:    {Kind: translate.Bigint},
	Boolean:   {Kind: translate.Boolean},
	Timestamp: {Kind: translate.Timestamp},
}

// named finds a table for a statement.
func (db *DB) named(name []string, pos sqlparse.Pos) (*table, error) {
	_, t, err := db.find(name[0], name[1])
	if err == nil {
		return t, nil
	}
	kind, missing := "table", name[1]
	if _, _, err := db.find(name[0], ""); err != nil {
		kind, missing = "database", name[0]
	}
	return nil, errorf(Validation, "Requested %s '%s' not found for identifier '%s' at %s", kind, missing, strings.Join(name, "."), pos)
}
