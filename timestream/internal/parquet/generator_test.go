package parquet_test

import (
	"fmt"
	"math/rand/v2"

	apache "github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"athena-timestream/timestream/internal/tstype"
)

// generator makes random tables.
type generator struct {
	*rand.Rand
	depth int
	nulls bool // elements of lists may be null
}

var scalars = []tstype.Kind{tstype.Varchar, tstype.Double, tstype.Boolean, tstype.Bigint, tstype.Integer, tstype.Timestamp, tstype.Date}

func (g *generator) typ(depth int) tstype.Type {
	n := g.IntN(len(scalars) + 3)
	switch {
	case n < len(scalars) || depth == 0:
		return tstype.Type{Kind: scalars[n%len(scalars)]}
	case n == len(scalars)+2:
		fields := make([]tstype.Field, 1+g.IntN(3))
		for i := range fields {
			fields[i] = tstype.Field{Name: "f", Type: g.typ(depth - 1)}
		}
		return tstype.Type{Kind: tstype.Row, Fields: fields}
	}
	elem := g.typ(depth - 1)
	return tstype.Type{Kind: tstype.Array + tstype.Kind(n-len(scalars))*2, Elem: &elem}
}

func (g *generator) value(t tstype.Type, null bool) any {
	if null && g.IntN(5) == 0 {
		return nil
	}
	switch t.Kind {
	case tstype.Double:
		return g.NormFloat64()
	case tstype.Boolean:
		return g.IntN(2) == 0
	case tstype.Bigint:
		return g.Int64() - g.Int64()
	case tstype.Integer, tstype.Date:
		return int32(g.Uint32())
	case tstype.Timestamp:
		return instant(g.Int64() - g.Int64())
	case tstype.Array:
		return g.elements(*t.Elem)
	case tstype.TimeSeries:
		return g.elements(tstype.Type{Kind: tstype.Row, Fields: []tstype.Field{{Type: tstype.Type{Kind: tstype.Timestamp}}, {Type: *t.Elem}}})
	case tstype.Row:
		out := make([]any, len(t.Fields))
		for i, f := range t.Fields {
			out[i] = g.value(f.Type, true)
		}
		return out
	}
	return []string{"", "a", "host-1", "Straße", "𝄞", "a longer text than the others"}[g.IntN(6)]
}

func (g *generator) elements(t tstype.Type) []any {
	out := make([]any, max(0, g.IntN(6)-1))
	for i := range out {
		out[i] = g.value(t, g.nulls)
	}
	return out
}

func (g *generator) table(columns, rows int) table {
	var tab table
	for i := range columns {
		tab.names = append(tab.names, fmt.Sprintf("c%d", i))
		tab.types = append(tab.types, g.typ(g.depth))
	}
	for range rows {
		row := make([]any, columns)
		for i, t := range tab.types {
			row[i] = g.value(t, true)
		}
		tab.rows = append(tab.rows, row)
	}
	return tab
}

var codecs = []compress.Compression{compress.Codecs.Gzip, compress.Codecs.Uncompressed, compress.Codecs.Snappy, compress.Codecs.Zstd}

// form is any. In pages of version 2 Arrow's writer counts the nulls of lists wrongly, on which parquet-go relies: flat columns
// alone are written so.
func (g *generator) form() form {
	f := form{
		codec: codecs[g.IntN(len(codecs))], dictionary: g.IntN(2) == 0, version2: g.depth == 0 && g.IntN(2) == 0,
		pageBytes: int64(16 << g.IntN(10)), groupRows: 1 + g.IntN(200), lists: g.IntN(3),
		instants: apache.Types.Int96, unit: schema.TimeUnitNanos,
	}
	f.deltas = f.pageBytes >= 4096
	if g.IntN(4) == 0 {
		f.instants, f.unit = apache.Types.Int64, []schema.TimeUnitType{schema.TimeUnitMillis, schema.TimeUnitMicros, schema.TimeUnitNanos}[g.IntN(3)]
	}
	return f
}
