package duck

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	duckdb "github.com/duckdb/duckdb-go/v2/mapping"
)

// appender adds record batches to one table through DuckDB's appender, a chunk at a time.
type appender struct {
	handle duckdb.Appender
	types  []duckdb.LogicalType
	cols   []*Type
	chunk  duckdb.DataChunk
}

func newAppender(conn duckdb.Connection, schema, table string) (*appender, error) {
	a := &appender{}
	if duckdb.AppenderCreateExt(conn, "", schema, table, &a.handle) == duckdb.StateError {
		err := a.fault()
		a.destroy()
		return nil, err
	}
	for i := range duckdb.AppenderColumnCount(a.handle) {
		lt := duckdb.AppenderColumnType(a.handle, i)
		a.types = append(a.types, lt)
		t, err := typeOf(lt)
		if err != nil {
			a.destroy()
			return nil, fmt.Errorf("column %d: %w", i+1, err)
		}
		if err := writable(t); err != nil {
			a.destroy()
			return nil, fmt.Errorf("column %d: %w", i+1, err)
		}
		a.cols = append(a.cols, t)
	}
	a.chunk = duckdb.CreateDataChunk(a.types)
	return a, nil
}

// writable refuses the types for which writeArray has no memory layout.
func writable(t *Type) error {
	switch {
	case t.Kind == UUID, t.Kind == UHugeInt, t.Kind == Null, t.size > 0:
		return fmt.Errorf("a %s column cannot be appended to", t)
	case t.Elem != nil:
		if err := writable(t.Elem); err != nil || t.Key == nil {
			return err
		}
		return writable(t.Key)
	}
	for _, f := range t.Fields {
		if err := writable(f.Type); err != nil {
			return err
		}
	}
	return nil
}

func (a *appender) fault() error {
	data := duckdb.AppenderErrorData(a.handle)
	defer duckdb.DestroyErrorData(&data)
	return queryError(duckdb.ErrorDataMessage(data), "the appender failed")
}

// destroy frees everything; rows that were not flushed are dropped.
func (a *appender) destroy() {
	duckdb.DestroyDataChunk(&a.chunk)
	for i := range a.types {
		duckdb.DestroyLogicalType(&a.types[i])
	}
	duckdb.AppenderClear(a.handle)
	duckdb.AppenderDestroy(&a.handle)
}

// add appends a record batch whose columns are the table's. The batch is copied.
func (a *appender) add(ctx context.Context, batch arrow.RecordBatch) error {
	size := int(duckdb.VectorSize())
	rows := int(batch.NumRows())
	for from := 0; from < rows; from += size {
		if err := ctx.Err(); err != nil {
			return err
		}
		s := span{from: from, n: min(size, rows-from)}
		duckdb.DataChunkReset(a.chunk)
		for i, t := range a.cols {
			v := duckdb.DataChunkGetVector(a.chunk, duckdb.IdxT(i))
			if err := writeArray(v, t, batch.Column(i), s); err != nil {
				return fmt.Errorf("column %s: %w", batch.ColumnName(i), err)
			}
		}
		duckdb.DataChunkSetSize(a.chunk, duckdb.IdxT(s.n))
		if duckdb.AppendDataChunk(a.handle, a.chunk) == duckdb.StateError {
			return a.fault()
		}
	}
	return nil
}

func (a *appender) flush() error {
	if duckdb.AppenderFlush(a.handle) == duckdb.StateError {
		return a.fault()
	}
	return nil
}

// batchRows is how many rows Append gathers before it copies them.
const batchRows = 8192

// appendRows feeds rows of Go values through Arrow builders.
func appendRows(ctx context.Context, conn duckdb.Connection, schema, table string, rows func(add func(values ...any) error) error) error {
	a, err := newAppender(conn, schema, table)
	if err != nil {
		return fmt.Errorf("append to %s: %w", table, err)
	}
	defer a.destroy()
	fields := make([]arrow.Field, len(a.cols))
	for i, t := range a.cols {
		at, err := t.ArrowType()
		if err != nil {
			return fmt.Errorf("append to %s: column %d: %w", table, i+1, err)
		}
		fields[i] = arrow.Field{Name: fmt.Sprint(i + 1), Type: at, Nullable: true}
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	send := func() error {
		batch := b.NewRecordBatch()
		defer batch.Release()
		return a.add(ctx, batch)
	}
	n := 0
	err = rows(func(values ...any) error {
		if len(values) != len(fields) {
			return fmt.Errorf("%d values for %d columns", len(values), len(fields))
		}
		for i, v := range values {
			if err := appendValue(b.Field(i), v); err != nil {
				return fmt.Errorf("column %d: %w", i+1, err)
			}
		}
		if n++; n%batchRows == 0 {
			return send()
		}
		return nil
	})
	if err == nil {
		err = send()
	}
	if err == nil {
		err = a.flush()
	}
	if err != nil {
		return fmt.Errorf("append to %s: %w", table, err)
	}
	return nil
}

// ImportArrow creates a table with the schema's columns (types as [SQLType] says) and fills it with the record batches
// that batches hands to add, in one transaction. Batches are copied and not kept. The table name may be qualified by a
// schema with a dot; it is quoted here.
func (db *DB) ImportArrow(ctx context.Context, table string, schema *arrow.Schema, batches func(add func(arrow.RecordBatch) error) error) error {
	space, name, ok := strings.Cut(table, ".")
	if !ok {
		space, name = "main", table
	}
	columns := make([]string, schema.NumFields())
	for i, f := range schema.Fields() {
		t, err := SQLType(f.Type)
		if err != nil {
			return fmt.Errorf("import %s: column %s: %w", table, f.Name, err)
		}
		columns[i] = QuoteIdent(f.Name) + " " + t
	}
	create := fmt.Sprintf("CREATE TABLE %s.%s (%s)", QuoteIdent(space), QuoteIdent(name), strings.Join(columns, ", "))
	return db.Update(ctx, func(tx *Tx) error {
		if err := tx.Exec(ctx, create); err != nil {
			return fmt.Errorf("import %s: %w", table, err)
		}
		a, err := newAppender(tx.conn, space, name)
		if err != nil {
			return fmt.Errorf("import %s: %w", table, err)
		}
		defer a.destroy()
		err = batches(func(batch arrow.RecordBatch) error {
			if !batch.Schema().Equal(schema) && !sameTypes(batch.Schema(), schema) {
				return fmt.Errorf("a record batch has the columns %s, not %s", batch.Schema(), schema)
			}
			return a.add(ctx, batch)
		})
		if err == nil {
			err = a.flush()
		}
		if err != nil {
			return fmt.Errorf("import %s: %w", table, err)
		}
		return nil
	})
}

func sameTypes(a, b *arrow.Schema) bool {
	if a.NumFields() != b.NumFields() {
		return false
	}
	for i, f := range a.Fields() {
		if !arrow.TypeEqual(f.Type, b.Field(i).Type) {
			return false
		}
	}
	return true
}
