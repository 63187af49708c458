package federationtest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

const (
	catalog = "lambda:federationtest"
	queryID = "0f0e0d0c-0b0a-4908-8706-050403020100"
)

// session is one examination: the connector, and its tables as they were read
// once at the newest version, whole and without constraints.
type session struct {
	invoker client.Invoker
	store   spill.Store
	options Options
	tables  []*table
}

// table is a table and the rows that all later reads are measured by.
type table struct {
	*message.GetTableResponse
	rows []row
}

// row is one row's values in the order of its schema, in block.ValueAt's form.
type row []any

func newSession(ctx context.Context, i client.Invoker, store spill.Store, o Options) (*session, error) {
	s := &session{invoker: i, store: store, options: o}
	names := o.Tables
	if names == nil {
		var err error
		if names, err = s.allTables(ctx); err != nil {
			return nil, err
		}
	}
	c := s.client()
	for _, name := range names {
		response, err := c.GetTable(ctx, name, nil)
		if err != nil {
			return nil, fmt.Errorf("get table %s: %w", name, err)
		}
		t := &table{GetTableResponse: response}
		if t.rows, err = s.read(ctx, c, t, t.Schema, nil); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		s.tables = append(s.tables, t)
	}
	if len(s.tables) == 0 {
		return nil, fmt.Errorf("the connector has no table: there is nothing to examine")
	}
	return s, nil
}

func (s *session) client() *client.Client {
	return &client.Client{
		Invoker: s.invoker, Store: s.store, Catalog: catalog, QueryID: queryID,
		Identity: &message.Identity{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/federationtest"},
	}
}

func (s *session) allTables(ctx context.Context) ([]message.TableName, error) {
	c := s.client()
	schemas, err := c.ListSchemas(ctx)
	if err != nil {
		return nil, fmt.Errorf("list schemas: %w", err)
	}
	var all []message.TableName
	for _, schema := range schemas {
		names, err := c.ListTables(ctx, schema)
		if err != nil {
			return nil, fmt.Errorf("list tables of %s: %w", schema, err)
		}
		all = append(all, names...)
	}
	return all, nil
}

// read reads columns of a table as Athena would: layout, splits, records.
func (s *session) read(ctx context.Context, c *client.Client, t *table, columns *arrow.Schema, where *predicate.Constraints) ([]row, error) {
	layout, err := c.GetTableLayout(ctx, t.GetTableResponse, where)
	if err != nil {
		return nil, fmt.Errorf("get table layout: %w", err)
	}
	splits, err := c.GetSplits(ctx, t.GetTableResponse, layout, where)
	if err != nil {
		return nil, fmt.Errorf("get splits: %w", err)
	}
	var rows []row
	for _, split := range splits {
		_, err := c.ReadRecords(ctx, t.TableName, columns, split, where, func(b arrow.RecordBatch) error {
			rows = append(rows, rowsOf(b)...)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read records: %w", err)
		}
	}
	return rows, nil
}

func rowsOf(b arrow.RecordBatch) []row {
	rows := make([]row, b.NumRows())
	for i := range rows {
		rows[i] = make(row, b.NumCols())
		for j, column := range b.Columns() {
			rows[i][j] = block.ValueAt(column, i)
		}
	}
	return rows
}

// text is equal for equal rows only; NaN equals itself and -0 is not 0.
func (r row) text() string {
	var b strings.Builder
	for _, v := range r {
		writeValue(&b, v)
		b.WriteString(" | ")
	}
	return b.String()
}

func writeValue(b *strings.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case []byte:
		fmt.Fprintf(b, "0x%x", v)
	case string:
		fmt.Fprintf(b, "%q", v)
	case []any:
		b.WriteString("[ ")
		for _, e := range v {
			writeValue(b, e)
			b.WriteString(" ")
		}
		b.WriteString("]")
	case []block.MapEntry:
		b.WriteString("{ ")
		for _, e := range v {
			writeValue(b, e.Key)
			b.WriteString(": ")
			writeValue(b, e.Value)
			b.WriteString(" ")
		}
		b.WriteString("}")
	default:
		fmt.Fprintf(b, "%v", v)
	}
}

// project keeps the columns at the given places.
func project(rows []row, columns []int) []row {
	out := make([]row, len(rows))
	for i, r := range rows {
		out[i] = make(row, len(columns))
		for j, from := range columns {
			out[i][j] = r[from]
		}
	}
	return out
}

// same compares rows without regard to their order; the error names the first
// that are missing and too many.
func same(got, want []row) error {
	missing, extra := difference(want, got), difference(got, want)
	switch {
	case len(missing) > 0 && len(extra) > 0:
		return fmt.Errorf("%d rows differ: %s is now %s", len(missing), missing[0], extra[0])
	case len(missing) > 0:
		return fmt.Errorf("%d of %d rows are missing, the first: %s", len(missing), len(want), missing[0])
	case len(extra) > 0:
		return fmt.Errorf("%d rows are too many, the first: %s", len(extra), extra[0])
	}
	return nil
}

// difference is the rows of a that are not in b, each as often as it occurs more.
func difference(a, b []row) []string {
	count := map[string]int{}
	for _, r := range b {
		count[r.text()]++
	}
	var only []string
	for _, r := range a {
		text := r.text()
		if count[text]--; count[text] < 0 {
			only = append(only, text)
		}
	}
	slices.Sort(only)
	return only
}

// filter keeps the rows that the summary allows, as the engine does.
func filter(rows []row, s *arrow.Schema, where *predicate.Constraints) []row {
	var kept []row
	for _, r := range rows {
		if Allows(where, s, r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// each runs a function for every table and says in which one it failed.
func (s *session) each(f func(t *table) error) error {
	for _, t := range s.tables {
		if err := f(t); err != nil {
			return fmt.Errorf("%s: %w", t.TableName, err)
		}
	}
	return nil
}
