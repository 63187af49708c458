package e2e_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"

	"athena-timestream/local/internal/tsdb"
)

// instant is nanoseconds since 1970; Athena sees whole milliseconds, the last that is not after it.
type instant int64

func (n instant) millis() int64 {
	ms := int64(n) / 1e6
	if int64(n)%1e6 < 0 {
		ms--
	}
	return ms
}

// day is days since 1970.
type day int64

func (d day) instant() instant { return instant(d) * 86400e9 }

type kind int

const (
	textKind   kind = iota // string
	doubleKind             // float64
	bigintKind             // int64
	boolKind               // bool
	timeKind               // instant
	dateKind               // day, in views only
)

// column is a column as the service names it.
type column struct {
	name string
	kind kind
	dim  bool
}

// sql is the column's name in Athena, which has lower case only.
func (c column) sql() string {
	return `"` + strings.ReplaceAll(strings.ToLower(c.name), `"`, `""`) + `"`
}

// table is what was written, in Athena's eyes but for the nanoseconds.
type table struct {
	database, name string
	columns        []column
	rows           [][]any
	records        []tsdb.Record
}

func (t *table) sql() string { return t.database + "." + t.name }

func (t *table) index(name string) int {
	return slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
}

// list names columns for a SELECT.
func list(columns []column, prefix string) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = prefix + c.sql()
	}
	return strings.Join(names, ", ")
}

// texts of all rows, sorted.
func texts(rows [][]any) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = rowText(r)
	}
	slices.Sort(out)
	return out
}

var nastyTexts = []string{
	"", "a", "A", "b", "ab", "it's", "''", "%", "_", "100%", "a_b", `a\b`, `"`, "ä", "a\u0308", "z", "\ud7ff", "\ue000", "\uffff", "😀", "😀b", "𐀀",
	" a", "a ", "\t", "\r\n", "null", "NULL", "true", "1", "1E0", "2024-01-01 00:00:00.000000000", "--", "/*", ";", "{\"ScalarValue\":\"x\"}", "\u2028", "\u0001", "\x7f", "a\x00", "a\x00b",
	strings.Repeat("long ", 60),
}

var doubles = []float64{
	0, math.Copysign(0, -1), 1, -1, 1.5, -1.5, 0.1, 0.30000000000000004, 12345678901234567, 1.2345678901234567, 9007199254740992, 9007199254740994,
	math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, 1e300, 1e-300, 9223372036854775807, 5, 1e7, 1e-3,
}

var bigints = []int64{0, 1, -1, 5, 6, 7, 1 << 53, 1<<53 + 1, 1<<53 - 1, math.MaxInt64, math.MaxInt64 - 1, math.MinInt64, math.MinInt64 + 1, 1 << 31, -1 << 31}

const lateNanos = math.MaxInt64 - 1 // the service's last

var instants = []instant{
	0, 1, 999_999, 1_000_000, 1_000_001, 999_999_999, 1_000_000_000, lateNanos, lateNanos - 1, 9223372036854 * 1e6, 9223372036854*1e6 - 1,
	1_700_000_000_123_000_000, 1_700_000_000_123_000_001, 1_700_000_000_123_999_999, 1_700_000_000_124_000_000, 1_700_000_000_122_999_999,
	1_700_000_000_000_000_000, 1_709_164_800_000_000_000, 1_709_251_199_999_999_999,
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// randomValue is never null.
func randomValue(r *rand.Rand, k kind) any {
	odd := r.IntN(4) == 0
	switch k {
	case doubleKind:
		if f := math.Float64frombits(r.Uint64()); odd && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f
		}
		return pick(r, doubles)
	case bigintKind:
		if odd {
			return int64(r.Uint64())
		}
		return pick(r, bigints)
	case boolKind:
		return r.IntN(2) == 0
	case timeKind:
		if odd {
			return instant(r.Int64N(lateNanos))
		}
		return pick(r, instants)
	case dateKind:
		return day(pick(r, []int64{0, 1, 19675, 19676, 106751, r.Int64N(106751)}))
	default:
		s := pick(r, nastyTexts)
		if odd {
			s += pick(r, nastyTexts)
		}
		return s
	}
}

// randomTable draws a table; each of its columns has a value in some row.
func randomTable(r *rand.Rand, database, name string, rows int, single bool) *table {
	t := &table{database: database, name: name}
	t.columns = []column{{"id", textKind, true}, {"Host", textKind, true}, {`o"d.d Dim`, textKind, true}, {"measure_name", textKind, false}, {"time", timeKind, false}}
	if single {
		t.columns = append(t.columns, column{"measure_value::varchar", textKind, false}, column{"measure_value::double", doubleKind, false},
			column{"measure_value::bigint", bigintKind, false}, column{"measure_value::boolean", boolKind, false})
	} else {
		t.columns = append(t.columns, column{"s", textKind, false}, column{"D", doubleKind, false}, column{"n", bigintKind, false},
			column{"ok?", boolKind, false}, column{"seen-At", timeKind, false}, column{"select", bigintKind, false})
	}
	for i := range rows {
		t.add(r, i, single)
	}
	return t
}

// first is the place of the first column that is no dimension, measure_name or time.
const first = 5

func (t *table) add(r *rand.Rand, i int, single bool) {
	measures := t.columns[first:]
	row := make([]any, len(t.columns))
	row[0] = fmt.Sprint(i)
	row[1] = pick(r, []string{"h1", "h2", "H1", "it's", "ü"})
	if v := randomValue(r, textKind); v != "" && (i == 0 || r.IntN(3) > 0) {
		row[2] = v
	} else if i == 0 {
		row[2] = "x"
	}
	row[4] = randomValue(r, timeKind)
	at := r.IntN(len(measures))
	if i < len(measures) {
		at = i
	}
	row[3] = fmt.Sprintf("m%d", r.IntN(3))
	if single {
		row[3] = strings.ReplaceAll("measure of "+measures[at].name, "::", " ") // a name may have no colon
	}
	for j, c := range measures {
		if j == at || !single && (i == 0 || r.IntN(3) > 0) {
			row[first+j] = randomValue(r, c.kind)
		}
	}
	t.rows = append(t.rows, row)
	t.records = append(t.records, t.record(row, single))
}

func (t *table) record(row []any, single bool) tsdb.Record {
	rec := tsdb.Record{MeasureName: row[3].(string), Time: wireText(row[4]), TimeUnit: "NANOSECONDS", MeasureType: "MULTI"}
	for i, c := range t.columns {
		switch text := wireText(row[i]); {
		case row[i] == nil || i == 3 || i == 4:
		case c.dim:
			rec.Dimensions = append(rec.Dimensions, tsdb.Dimension{Name: c.name, Value: text})
		case single:
			rec.MeasureValue, rec.MeasureType = &text, wireTypes[c.kind]
		default:
			rec.MeasureValues = append(rec.MeasureValues, tsdb.MeasureValue{Name: c.name, Value: text, Type: wireTypes[c.kind]})
		}
	}
	return rec
}

var wireTypes = []string{"VARCHAR", "DOUBLE", "BIGINT", "BOOLEAN", "TIMESTAMP"}

func wireText(v any) string {
	switch v := v.(type) {
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case instant:
		return strconv.FormatInt(int64(v), 10)
	}
	return fmt.Sprint(v)
}

// write creates the tables and writes their rows.
func (s *site) write(t testing.TB, tables ...*table) {
	t.Helper()
	for _, table := range tables {
		create(t, s.writer(), table.database, table.name)
		// Not through the Write API, which refuses empty text as a measure; text of views may be empty, though.
		if _, err := s.db.WriteRecords(t.Context(), tsdb.WriteRequest{Database: table.database, Table: table.name, Records: table.records}); err != nil {
			t.Fatalf("write to %s: %v", table.sql(), err)
		}
	}
}

func (s *site) writer() *timestreamwrite.Client {
	return timestreamwrite.NewFromConfig(s.local(), func(o *timestreamwrite.Options) {
		o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
	})
}

// create makes a table, and its database if that is missing.
func create(t testing.TB, w *timestreamwrite.Client, database, name string) {
	t.Helper()
	var exists *types.ConflictException
	if _, err := w.CreateDatabase(t.Context(), &timestreamwrite.CreateDatabaseInput{DatabaseName: &database}); err != nil && !errors.As(err, &exists) {
		t.Fatalf("create database %s: %v", database, err)
	}
	_, err := w.CreateTable(t.Context(), &timestreamwrite.CreateTableInput{
		DatabaseName: &database, TableName: &name,
		MagneticStoreWriteProperties: &types.MagneticStoreWriteProperties{EnableMagneticStoreWrites: aws.Bool(true)},
	})
	if err != nil {
		t.Fatalf("create table %s.%s: %v", database, name, err)
	}
}
