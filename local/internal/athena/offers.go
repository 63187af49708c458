package athena

import (
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/message"
)

// offers is what a connector declares that it can push down, beyond value sets,
// which are sent to every connector.
type offers struct {
	limit, topN bool
	functions   map[string]bool // of expressions, as on the wire: "$like_pattern"
}

func offersOf(capabilities []message.Capability) offers {
	o := offers{functions: map[string]bool{}}
	for _, c := range capabilities {
		for _, e := range c.Entries {
			switch strings.ToLower(c.Name) + "/" + strings.ToLower(e.SubType) {
			case "supports_limit_pushdown/integer_constant":
				o.limit = true
			case "supports_top_n_pushdown/supports_order_by":
				o.topN = true
			case "supports_complex_expression_pushdown/supported_function_expression_types":
				for _, f := range e.Properties {
					o.functions[f] = true
				}
			}
		}
	}
	return o
}

// passthroughOf finds the declaration of a passthrough function, such as
// SYSTEM.QUERY, and its arguments' names.
func passthroughOf(capabilities []message.Capability, schema, name string) (signature string, arguments []string, ok bool) {
	for _, c := range capabilities {
		var gotSchema, gotName string
		var args []string
		for _, e := range c.Entries {
			switch e.SubType {
			case "query_passthrough_schema":
				gotSchema = strings.Join(e.Properties, "")
			case "query_passthrough_name":
				gotName = strings.Join(e.Properties, "")
			case "query_passthrough_arguments":
				args = e.Properties
			}
		}
		if gotName != "" && strings.EqualFold(gotSchema, schema) && strings.EqualFold(gotName, name) {
			return c.Name, args, true
		}
	}
	return "", nil, false
}

// sameOrder reports whether values of a type have one order everywhere. Text has
// not: by bytes, by UTF-16 code units, by collation.
func sameOrder(t arrow.DataType) bool {
	switch t.ID() {
	case arrow.BOOL, arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.FLOAT32, arrow.FLOAT64,
		arrow.DECIMAL128, arrow.DATE32, arrow.DATE64:
		return true
	}
	return false
}
