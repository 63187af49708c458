package tstype_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/timestream/internal/tstype"
)

// TestPage holds the table of docs/types.md: each type, and what Athena sees.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../../docs/types.md")
	if err != nil {
		t.Fatal(err)
	}
	composed := map[string]tstype.Type{
		"array(double)":            {Kind: tstype.Array, Elem: &tstype.Type{Kind: tstype.Double}},
		"timeseries(double)":       {Kind: tstype.TimeSeries, Elem: &tstype.Type{Kind: tstype.Double}},
		"row(a bigint, b varchar)": {Kind: tstype.Row, Fields: []tstype.Field{{Name: "a", Type: tstype.Type{Kind: tstype.Bigint}}, {Name: "b"}}},
	}
	seen := map[tstype.Kind]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `([^`]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		typ, ok := composed[row[1]]
		if !ok {
			if typ, ok = tstype.Parse(row[1]); !ok {
				t.Errorf("%s is no type", row[1])
				continue
			}
		}
		seen[typ.Kind] = true
		if got := athena(typ.Arrow("c").Type); got != row[2] {
			t.Errorf("%s is %s for Athena, the page says %s", row[1], got, row[2])
		}
	}
	for k := tstype.Varchar; k <= tstype.TimeSeries; k++ {
		if !seen[k] {
			t.Errorf("the page has no %s", k)
		}
	}
}

// athena is the type that Athena makes of an Arrow type.
func athena(t arrow.DataType) string {
	switch t := t.(type) {
	case *arrow.ListType:
		return "array(" + athena(t.Elem()) + ")"
	case *arrow.StructType:
		var members []string
		for _, f := range t.Fields() {
			members = append(members, f.Name+" "+athena(f.Type))
		}
		return "row(" + strings.Join(members, ", ") + ")"
	}
	names := map[arrow.Type]string{
		arrow.STRING: "varchar", arrow.FLOAT64: "double", arrow.BOOL: "boolean", arrow.INT64: "bigint", arrow.INT32: "integer",
		arrow.DATE64: "timestamp(3)", arrow.DATE32: "date",
	}
	if name, ok := names[t.ID()]; ok {
		return name
	}
	return fmt.Sprint(t)
}
