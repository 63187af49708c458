package timestream

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/timestream/internal/sqlgen"
	"athena-timestream/timestream/internal/tstype"
)

// keyColumns is the schema metadata that carries, through Athena, what Athena's schema cannot say of the columns: a
// JSON object by Athena's column name. Columns it does not name are as they seem.
const keyColumns = "timestream.columns"

// origin is where one of Athena's columns comes from.
type origin struct {
	Name  string `json:"name,omitempty"`  // the service's name, if it is not Athena's
	Shown bool   `json:"shown,omitempty"` // text for Athena, of another type in the service
	Nanos bool   `json:"nanos,omitempty"` // a timestamp's nanoseconds
}

// column is one column as the service has it.
type column struct {
	name  string
	typ   arrow.DataType // what Athena sees
	shown bool           // its type has no counterpart and is shown as text
	nanos bool           // the nanoseconds of the timestamp of that name
}

// withNanos puts a column of nanoseconds behind each timestamp, unless there is a column of its name.
func withNanos(columns []column) []column {
	var out []column
	for _, c := range columns {
		out = append(out, c)
		companion := strings.ToLower(c.name + sqlgen.NanosSuffix)
		taken := slices.ContainsFunc(columns, func(o column) bool { return strings.ToLower(o.name) == companion })
		if c.typ.ID() == arrow.DATE64 && !taken {
			out = append(out, column{name: c.name, typ: arrow.PrimitiveTypes.Int64, nanos: true})
		}
	}
	return out
}

// columnSchema is the schema that Athena gets: lower-case names, and in its metadata what was lost. Two names that
// become one are InvalidInput.
func columnSchema(columns []column, metadata map[string]string) (*arrow.Schema, error) {
	fields := make([]arrow.Field, len(columns))
	origins := map[string]origin{}
	real := map[string]string{}
	for i, c := range columns {
		name := strings.ToLower(sqlgen.Column{Name: c.name, Nanos: c.nanos}.Label())
		if other, twice := real[name]; twice {
			return nil, sameName(other, c.name)
		}
		real[name] = c.name
		fields[i] = arrow.Field{Name: name, Type: c.typ, Nullable: true}
		o := origin{Shown: c.shown, Nanos: c.nanos}
		if name != c.name {
			o.Name = c.name
		}
		if o != (origin{}) {
			origins[name] = o
		}
	}
	all := maps.Clone(metadata)
	if len(origins) > 0 {
		text, err := json.Marshal(origins)
		if err != nil {
			return nil, fmt.Errorf("note the origin of columns: %w", err)
		}
		if all == nil {
			all = map[string]string{}
		}
		all[keyColumns] = string(text)
	}
	m := arrow.MetadataFrom(all)
	return arrow.NewSchema(fields, &m), nil
}

func sameName(a, b string) error {
	if a == b {
		return federation.Errorf(federation.InvalidInput, "there are two columns %q: give one of them an alias", a)
	}
	return federation.Errorf(federation.InvalidInput,
		"columns %q and %q differ only in letter case, and Athena cannot tell them apart: read them under other names through a Glue view or query passthrough", a, b)
}

// typed is a column of one of the service's types.
func typed(name string, t tstype.Type) column {
	return column{name: name, typ: t.Arrow(name).Type, shown: shownAsText(t)}
}

// shownAsText is true for scalars that are varchar for Athena only.
func shownAsText(t tstype.Type) bool {
	switch t.Kind {
	case tstype.Time, tstype.IntervalDaySecond, tstype.IntervalYearMonth, tstype.Unknown:
		return true
	default:
		return false
	}
}

// origins finds, for a schema that was made by columnSchema and has been to Athena, the service's columns.
func origins(schema *arrow.Schema) (func(athena string) sqlgen.Column, error) {
	known := map[string]origin{}
	if text, ok := schema.Metadata().GetValue(keyColumns); ok {
		if err := json.Unmarshal([]byte(text), &known); err != nil {
			return nil, federation.Errorf(federation.InvalidInput, "schema metadata %s: %w", keyColumns, err)
		}
	}
	return func(athena string) sqlgen.Column {
		o := known[athena]
		if o.Name == "" {
			o.Name = athena
		}
		c := sqlgen.Column{Name: o.Name, Shown: o.Shown, Nanos: o.Nanos}
		if f, ok := schema.FieldsByName(athena); ok {
			c.Type = f[0].Type
		}
		return c
	}, nil
}
