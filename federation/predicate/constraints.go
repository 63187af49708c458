package predicate

import "fmt"

// NoLimit is the limit of constraints that state none.
const NoLimit = -1

// Column is the constraint of one column: its value is in Set.
type Column struct {
	Name string
	Set  ValueSet
}

// Constraints is what a request asks of the rows it wants. All parts hold together (they are AND-ed), and most of them
// are offers: the engine applies them again, so a connector may ignore any but Passthrough and Plan. A plan comes from an
// engine that does not filter again: its filter is obeyed (package substrait reads it), or the request is refused.
//
// The zero value has a limit of zero rows; start from [Unconstrained].
type Constraints struct {
	Summary     []Column          // conjunction over columns, in wire order, names unique
	Expressions []Expression      // conjunction of boolean expressions
	OrderBy     []OrderBy         // most significant first
	Limit       int64             // NoLimit for none; 0 asks for no rows
	Passthrough map[string]string // arguments of a query passthrough; empty if the request is none
	Plan        *QueryPlan        // the same query as a Substrait plan; nil if not sent
}

// Unconstrained gives constraints that ask for every row.
func Unconstrained() *Constraints { return &Constraints{Limit: NoLimit} }

// Set finds the constraint of a column, by its exact name.
func (c *Constraints) Set(column string) (ValueSet, bool) {
	if c == nil {
		return nil, false
	}
	for _, s := range c.Summary {
		if s.Name == column {
			return s.Set, true
		}
	}
	return nil, false
}

// HasLimit reports whether the number of rows is limited, be it to zero.
func (c *Constraints) HasLimit() bool { return c != nil && c.Limit > NoLimit }

// Direction is a sort direction with the place of nulls.
type Direction uint8

// The directions there are.
const (
	AscNullsFirst Direction = iota
	AscNullsLast
	DescNullsFirst
	DescNullsLast
)

// String gives the name used on the wire, "ASC_NULLS_FIRST" and so on.
func (d Direction) String() string {
	switch d {
	case AscNullsFirst:
		return "ASC_NULLS_FIRST"
	case AscNullsLast:
		return "ASC_NULLS_LAST"
	case DescNullsFirst:
		return "DESC_NULLS_FIRST"
	case DescNullsLast:
		return "DESC_NULLS_LAST"
	}
	return fmt.Sprintf("Direction(%d)", uint8(d))
}

// ParseDirection reads a direction by its wire name.
func ParseDirection(s string) (Direction, error) {
	for d := AscNullsFirst; d <= DescNullsLast; d++ {
		if d.String() == s {
			return d, nil
		}
	}
	return 0, fmt.Errorf("unknown sort direction %q", s)
}

// OrderBy is one sort key.
type OrderBy struct {
	Column    string
	Direction Direction
}

// QueryPlan is the query as a plan of Substrait, the open format for query plans (substrait.io).
type QueryPlan struct {
	Version string // of Substrait, such as "0.65.0"
	Plan    []byte // a serialised substrait.Plan protobuf message
}
