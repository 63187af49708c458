package sqlgen

import (
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/federation/substrait"
)

// wider are the constraints that the conditions accept more than and that can be looked at again on a row, with the columns
// that this needs and the query does not return. -0.0 where 0.0 is wanted too is not worth a look: SQL, and so Athena,
// takes the two for one.
func (q Query) wider(summary []predicate.Column, conditions []condition) (wider []predicate.Column, hidden []arrow.Field) {
	for i, s := range summary {
		if reason := conditions[i].reason; reason == "" || reason == oneZero {
			continue
		}
		c := Column{Name: s.Name}
		if q.Column != nil {
			c = q.Column(s.Name)
		}
		set := s.Set.DataType()
		if planType(set).Kind == substrait.Other || c.Type != nil && !arrow.TypeEqual(c.Type, set) {
			continue
		}
		wider = append(wider, s)
		if !q.reads(c) {
			hidden = append(hidden, arrow.Field{Name: s.Name, Type: set, Nullable: true})
		}
	}
	return wider, hidden
}

// reads says whether a column is among those that the query returns.
func (q Query) reads(c Column) bool {
	return slices.ContainsFunc(q.Columns, func(read Column) bool { return read.Label() == c.Label() })
}
