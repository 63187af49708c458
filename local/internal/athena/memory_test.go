package athena_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
	"athena-timestream/local/internal/athena"
)

// memory is a connector of tables in memory. It is as strict as a connector may
// be: a row outside of any value set is dropped, each split stops at the limit.
type memory struct {
	tables       map[string]*memoryTable // "db.table" in lower case
	splits       int
	capabilities []message.Capability

	mu    sync.Mutex
	reads []*message.ReadRecordsRequest
}

type memoryTable struct {
	schema *arrow.Schema
	rows   [][]predicate.Value
}

func (m *memory) ListSchemas(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
	var names []string
	for name := range m.tables {
		schema, _, _ := strings.Cut(name, ".")
		names = append(names, schema)
	}
	slices.Sort(names)
	return &message.ListSchemasResponse{Schemas: slices.Compact(names)}, nil
}

func (m *memory) ListTables(_ context.Context, r *message.ListTablesRequest) (*message.ListTablesResponse, error) {
	var names []message.TableName
	for name := range m.tables {
		if schema, table, _ := strings.Cut(name, "."); schema == r.SchemaName {
			names = append(names, message.TableName{Schema: schema, Table: table})
		}
	}
	slices.SortFunc(names, func(a, b message.TableName) int { return cmp.Compare(a.Table, b.Table) })
	return &message.ListTablesResponse{Tables: names}, nil
}

func (m *memory) table(n message.TableName) (*memoryTable, error) {
	if t, ok := m.tables[n.Schema+"."+n.Table]; ok {
		return t, nil
	}
	return nil, federation.Errorf(federation.EntityNotFound, "no table %s.%s", n.Schema, n.Table)
}

func (m *memory) GetTable(_ context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	t, err := m.table(r.TableName)
	if err != nil {
		return nil, err
	}
	return &message.GetTableResponse{TableName: r.TableName, Schema: t.schema}, nil
}

func (m *memory) Capabilities(context.Context, *message.GetDataSourceCapabilitiesRequest) ([]message.Capability, error) {
	return m.capabilities, nil
}

// GetSplits gives one split a call, to make the engine follow continuation tokens.
func (m *memory) GetSplits(_ context.Context, r *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
	n := 0
	if r.ContinuationToken != nil {
		n, _ = strconv.Atoi(*r.ContinuationToken)
	}
	split := []federation.SplitSpec{{Properties: map[string]string{"part": strconv.Itoa(n)}}}
	if n++; n >= m.splits {
		return split, nil, nil
	}
	token := strconv.Itoa(n)
	return split, &token, nil
}

func (m *memory) Passthrough() federation.PassthroughSignature {
	return federation.PassthroughSignature{Schema: "system", Name: "query", Arguments: []string{"QUERY"}}
}

// PassthroughSchema takes the name of a table for a query.
func (m *memory) PassthroughSchema(_ context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	t, ok := m.tables[r.Passthrough["QUERY"]]
	if !ok {
		return nil, federation.Errorf(federation.InvalidInput, "cannot run %q", r.Passthrough["QUERY"])
	}
	return &message.GetTableResponse{TableName: r.TableName, Schema: t.schema}, nil
}

func (m *memory) ReadRecords(_ context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error {
	m.mu.Lock()
	m.reads = append(m.reads, r)
	m.mu.Unlock()
	t := m.tables[r.Constraints.Passthrough["QUERY"]]
	if t == nil {
		var err error
		if t, err = m.table(r.TableName); err != nil {
			return err
		}
	}
	part, err := strconv.Atoi(r.Split.Properties["part"])
	if err != nil {
		return federation.Errorf(federation.InvalidInput, "split without a part")
	}
	var rows [][]predicate.Value
	for i, row := range t.rows {
		if i%max(m.splits, 1) == part && t.allowed(r.Constraints, row) {
			rows = append(rows, row)
		}
	}
	t.sort(rows, r.Constraints.OrderBy)
	if r.Constraints.HasLimit() {
		rows = rows[:min(len(rows), int(r.Constraints.Limit))]
	}
	return t.write(rows, r.Schema, w)
}

func (t *memoryTable) allowed(c *predicate.Constraints, row []predicate.Value) bool {
	for _, column := range c.Summary {
		if !column.Set.Contains(row[t.column(column.Name)]) {
			return false
		}
	}
	return true
}

func (t *memoryTable) column(name string) int { return t.schema.FieldIndices(name)[0] }

func (t *memoryTable) sort(rows [][]predicate.Value, by []predicate.OrderBy) {
	if len(by) == 0 {
		return
	}
	slices.SortStableFunc(rows, func(a, b []predicate.Value) int {
		for _, key := range by {
			i := t.column(key.Column)
			if c := compareKeys(t.schema.Field(i).Type, a[i], b[i], key.Direction); c != 0 {
				return c
			}
		}
		return 0
	})
}

func compareKeys(t arrow.DataType, a, b predicate.Value, d predicate.Direction) int {
	if a == nil || b == nil {
		nulls := 0 // where a sorts, if nulls are last
		if a == nil {
			nulls++
		}
		if b == nil {
			nulls--
		}
		if d == predicate.AscNullsFirst || d == predicate.DescNullsFirst {
			return -nulls
		}
		return nulls
	}
	c, err := predicate.Compare(t, a, b)
	if err != nil {
		panic(err) // the test asked for an order that there is not
	}
	if d == predicate.DescNullsFirst || d == predicate.DescNullsLast {
		return -c
	}
	return c
}

func (t *memoryTable) write(rows [][]predicate.Value, schema *arrow.Schema, w *spill.Writer) error {
	for _, row := range rows {
		for i, f := range schema.Fields() {
			if err := block.AppendValue(w.Builder().Column(i), row[t.column(f.Name)]); err != nil {
				return err
			}
		}
		if err := w.EndRow(); err != nil {
			return err
		}
	}
	return nil
}

// capability is one entry of what a connector declares.
func capability(name, subType string, properties ...string) message.Capability {
	return message.Capability{Name: name, Entries: []message.CapabilityEntry{{SubType: subType, Properties: properties}}}
}

var (
	limitOffered = capability("supports_limit_pushdown", "integer_constant")
	topNOffered  = capability("supports_top_n_pushdown", "SUPPORTS_ORDER_BY")
)

// engine gives an Engine for a memory connector.
func engine(t testing.TB, m *memory) *athena.Engine {
	t.Helper()
	store := spill.NewMem()
	h, err := federation.NewHandler(m, federation.Options{
		SourceType: "memory", Store: store,
		Config: federation.Config{SpillBucket: "spill", SpillPrefix: "test", Passthrough: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &athena.Engine{Invoker: h, Store: store, Now: func() time.Time { return noon }}
}

// noon is the time of all statements: 2026-11-22 12:00:00.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func field(name string, t arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: t, Nullable: true}
}

// everyType has a column of every type that connectors may have.
var everyType = arrow.NewSchema([]arrow.Field{
	field("b", arrow.FixedWidthTypes.Boolean),
	field("i8", arrow.PrimitiveTypes.Int8),
	field("i16", arrow.PrimitiveTypes.Int16),
	field("i32", arrow.PrimitiveTypes.Int32),
	field("i64", arrow.PrimitiveTypes.Int64),
	field("f32", arrow.PrimitiveTypes.Float32),
	field("f64", arrow.PrimitiveTypes.Float64),
	field("dec", &arrow.Decimal128Type{Precision: 10, Scale: 2}),
	field("s", arrow.BinaryTypes.String),
	field("bin", arrow.BinaryTypes.Binary),
	field("d", arrow.FixedWidthTypes.Date32),
	field("ts", arrow.FixedWidthTypes.Date64),
	field("tz", &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}),
	field("list", arrow.ListOf(arrow.PrimitiveTypes.Int64)),
	field("Row", arrow.StructOf(field("X", arrow.BinaryTypes.String), field("at", arrow.FixedWidthTypes.Date64))),
	field("map", arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Float64)),
	field("id", arrow.PrimitiveTypes.Int64), // place among the rows
}, nil)

// everyRow is row n of the data set: values repeat, extremes and nulls occur.
func everyRow(n int) []predicate.Value {
	pick := func(shift int, values ...predicate.Value) predicate.Value {
		return values[(n*7+shift*3+n/11)%len(values)]
	}
	ms := noon.UnixMilli()
	return []predicate.Value{
		pick(0, true, false, nil),
		pick(1, int64(-128), int64(0), int64(5), int64(127), nil),
		pick(2, int64(-32768), int64(5), int64(6), int64(32767), nil, int64(0)),
		pick(3, int64(-5), int64(5), int64(6), int64(1<<31-1), nil, int64(-1<<31), int64(16777217)),
		pick(4, int64(-5), int64(5), int64(9007199254740993), int64(1<<63-1), nil, int64(-1<<63), int64(9007199254740992)),
		pick(5, float32(-0.5), float32(0), float32(5), float32(5.5), nil, float32(0.1), float32(math.NaN())),
		pick(6, -0.5, 0.0, math.Copysign(0, -1), 5.0, 5.5, 0.1, nil, math.Inf(1), math.Inf(-1), 9007199254740992.0, math.NaN()),
		pick(7, decimal128.FromI64(500), decimal128.FromI64(550), decimal128.FromI64(-1), decimal128.FromI64(9999999999), nil),
		pick(8, "", "a", "it's", "Z", nil, "\uffff", "😀", "b"),
		pick(9, []byte{}, []byte{0}, []byte{0xff, 1}, nil),
		pick(10, int64(20778), int64(20779), int64(-1), int64(20780), nil),
		pick(11, ms, ms-1, ms+1, ms-7_200_000, nil, int64(-1), int64(0)),
		pick(12, ms<<12, ms<<12|841, nil),
		pick(13, []predicate.Value{int64(n), nil}, []predicate.Value{}, nil),
		pick(14, []predicate.Value{"x", ms}, []predicate.Value{nil, nil}, nil),
		pick(15, []predicate.MapEntry{{Key: "k", Value: 1.5}, {Key: "l", Value: nil}}, []predicate.MapEntry{}, nil),
		int64(n),
	}
}

// everyTable is 97 rows of every type.
func everyTable() *memoryTable {
	t := &memoryTable{schema: everyType}
	for n := range 97 {
		t.rows = append(t.rows, everyRow(n))
	}
	return t
}

// answer runs a statement and gives its rows as text, sorted unless told otherwise.
func answer(t testing.TB, e *athena.Engine, sql string, sorted bool) ([]string, athena.Stats) {
	t.Helper()
	rows, stats, err := try(e, sql)
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	if sorted {
		slices.Sort(rows)
	}
	return rows, stats
}

func try(e *athena.Engine, sql string) ([]string, athena.Stats, error) {
	r, err := e.Query(context.Background(), sql)
	if err != nil {
		return nil, athena.Stats{}, err
	}
	defer func() { _ = r.Close() }()
	var rows []string
	for row, err := range r.Rows() {
		if err != nil {
			return nil, athena.Stats{}, err
		}
		parts := make([]string, len(row))
		for i, v := range row {
			parts[i] = r.Columns[i].Text(v)
			if v == nil {
				parts[i] = "NULL"
			}
		}
		rows = append(rows, strings.Join(parts, "|"))
	}
	return rows, r.Stats, r.Close()
}

// same fails unless two lists of rows are equal.
func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	t.Fatalf("%s\ngot  %d rows:\n%s\nwant %d rows:\n%s", what, len(got), listed(got), len(want), listed(want))
}

func listed(rows []string) string {
	if len(rows) > 20 {
		return strings.Join(rows[:20], "\n") + fmt.Sprintf("\n… %d more", len(rows)-20)
	}
	return strings.Join(rows, "\n")
}
