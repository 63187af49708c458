package timestream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
	"athena-timestream/federation/substrait"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/sqlgen"
	"athena-timestream/timestream/internal/tstype"
)

// ReadRecords runs one statement and appends all rows of its result. The WHERE clause accepts at least what the
// constraints do, and where it accepts more of a value set, each row is looked at again; a LIMIT, with its order if there is
// one, is applied only if it accepts nothing else. A query plan comes from an Athena that will not filter again, so it is
// applied exactly or the read fails.
func (c *Connector) ReadRecords(ctx context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error {
	files, err := filesOf(r.Split.Properties)
	if err != nil {
		return err
	}
	if files != nil {
		return c.readFiles(ctx, r, files, w)
	}
	read, err := c.plan(ctx, r)
	if err != nil || read.sql == "" {
		return err
	}
	cols, err := bindSchema(r.Schema, read.column, w.Builder())
	if err != nil {
		return err
	}
	rows, hidden, err := newRowFilter(r, read, w)
	if err != nil {
		return err
	}
	got, err := c.statements.run(ctx, read.sql, append(cols, hidden...), rows)
	log(ctx, got, w.Stats())
	if err != nil && read.table && got.rows == 0 && neverWritten(err) {
		return nil
	}
	return wrap(stopped(ctx, got, err), "read "+read.what)
}

// log adds to the request's line what was read, and where the time went. Rows are taken from pages and encoded into blocks
// in turn, so what is not encoding, nor waiting for uploads, was decoding.
func log(ctx context.Context, got totals, written spill.Stats) {
	federation.AddToLog(ctx,
		slog.String(keyQueryID, got.queryID), slog.Int(keyRuns, got.runs), slog.Int(keyPages, got.pages), slog.Int64(keyPageBytes, got.bytes),
		slog.Int64(keyScanned, got.scanned), slog.Int64(keyMetered, got.metered), slog.Int64(keyWaited, got.waited.Milliseconds()),
		slog.Int64(keyDecoded, (got.appended-written.Encoding-written.Waiting).Milliseconds()))
}

// stopped tells how far a read came that its context ended, and why that was. Other errors stay as they are.
func stopped(ctx context.Context, got totals, err error) error {
	if ctx.Err() == nil || !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if got.pages == 0 {
		return fmt.Errorf("ended before the first page: %w", context.Cause(ctx))
	}
	return fmt.Errorf("ended behind page %d (query id %s): %w", got.pages, got.queryID, context.Cause(ctx))
}

// AppliesPlans says that [Connector.ReadRecords] obeys query plans.
func (*Connector) AppliesPlans() {}

// read is what a ReadRecords request comes to.
type read struct {
	what  string // for errors: table, view or query
	table bool   // a table of the service
	sql   string // empty: no row can match
	// limited says that the statement stops at a number of rows, the first ones of an order perhaps.
	limited bool
	column  func(athena string) sqlgen.Column
	filter  *substrait.Program // what the statement does not say of a query plan's filter; may be nil
	wider   []predicate.Column // what the statement accepts more than
	hidden  []arrow.Field      // what filter and wider need and Athena does not get
}

func (c *Connector) plan(ctx context.Context, r *message.ReadRecordsRequest) (read, error) {
	column, err := origins(r.Schema)
	if err != nil {
		return read{}, err
	}
	if isPassthrough(r.Constraints) {
		return passthroughRead(r, column)
	}
	slice, err := sliceOf(r.Split.Properties)
	if err != nil {
		return read{}, err
	}
	table := tableOf(r)
	q := sqlgen.Query{Database: table.Schema, Table: table.Table, View: viewOf(r.Schema), Constraints: r.Constraints, Column: column, Slice: slice}
	for _, f := range r.Schema.Fields() {
		q.Columns = append(q.Columns, column(f.Name))
	}
	what := table.Schema + "." + table.Table
	code := federation.InvalidInput
	if r.Constraints != nil && r.Constraints.Plan != nil {
		code = federation.OperationNotSupported
		if q.Plan, err = queryPlan(r); err != nil {
			return read{}, federation.Errorf(code, "apply the query plan for %s: %w; a catalog registered as a Lambda data source gets no plans", what, err)
		}
	}
	result, err := sqlgen.Select(q)
	if err != nil {
		return read{}, federation.Errorf(code, "write the query for %s: %w", what, err)
	}
	if err := checkLength(result.SQL, "select fewer columns, or shorten the view"); err != nil {
		return read{}, wrap(err, "write the query for "+what)
	}
	c.logPushdown(ctx, what, result)
	return read{
		what: what, table: q.View == "", sql: result.SQL, limited: result.Limit != predicate.NoLimit, column: column,
		filter: result.Filter, wider: result.Wider, hidden: result.Hidden,
	}, nil
}

// queryPlan reads the request's plan, which has to be about the request's columns and, unless it is called what it likes as
// the result of a passthrough query, about the request's table.
func queryPlan(r *message.ReadRecordsRequest) (*substrait.Plan, error) {
	p, err := substrait.Decode(r.Constraints.Plan.Plan)
	if err != nil {
		return nil, err
	}
	asked := []string{r.TableName.Schema, r.TableName.Table}
	if n := min(len(p.Table), len(asked)); len(r.Constraints.Passthrough) == 0 && !slices.EqualFunc(p.Table[len(p.Table)-n:], asked[len(asked)-n:], strings.EqualFold) {
		return nil, fmt.Errorf("it reads %s", strings.Join(p.Table, "."))
	}
	types := map[string]substrait.Type{}
	for _, c := range p.Columns {
		name := strings.ToLower(c.Name)
		if _, twice := types[name]; twice {
			return nil, fmt.Errorf("its table has two columns %s", name)
		}
		types[name] = c.Type
	}
	for _, f := range r.Schema.Fields() {
		t, known := types[strings.ToLower(f.Name)]
		if !known {
			return nil, fmt.Errorf("its table has no column %s", f.Name)
		}
		if !sqlgen.Planned(f.Type, t) {
			return nil, fmt.Errorf("its column %s is of type %s, and %s in the request", f.Name, t, f.Type)
		}
	}
	return p, nil
}

func (c *Connector) logPushdown(ctx context.Context, table string, r sqlgen.Result) {
	for _, col := range r.Columns {
		if !col.Exact() {
			c.logger.DebugContext(ctx, "condition is not in the statement, in whole or in part", keyTable, table, keyColumn, col.Column, keyReason, col.Reason)
		}
	}
	left := "an expression is left to Athena"
	if r.Filter != nil {
		left = "a part of the query plan's filter is evaluated in the connector"
	}
	for _, reason := range r.Left {
		c.logger.DebugContext(ctx, left, keyTable, table, keyReason, reason)
	}
	if r.LimitReason != "" {
		c.logger.DebugContext(ctx, "limit is left to Athena", keyTable, table, keyReason, r.LimitReason)
	}
	if r.None {
		c.logger.DebugContext(ctx, "the constraints let no row pass, nothing is asked", keyTable, table)
	}
}

// bindSchema ties a builder's columns to the service's by name: Athena may leave out and reorder columns as it likes.
func bindSchema(schema *arrow.Schema, column func(string) sqlgen.Column, b *block.Builder) ([]page.Binding, error) {
	cols := make([]page.Binding, schema.NumFields())
	for i, f := range schema.Fields() {
		t, err := tstype.FromArrow(f.Type)
		if err != nil {
			return nil, federation.Errorf(federation.OperationNotSupported, "column %s: %w", f.Name, err)
		}
		cols[i] = page.Binding{Name: column(f.Name).Label(), Column: b.Column(i), Type: t}
	}
	return cols, nil
}
