package sqlgen

import (
	"fmt"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

// Names of the columns that a histogram returns: when a bin begins, a timestamp, and how many rows it has, a bigint.
const (
	HistogramStart = "start"
	HistogramRows  = "rows"
)

// Histogram writes a statement that counts the query's rows by the time of their slice's span, in bins of whole seconds that
// begin at multiples of their width. Of the constraints it takes the conditions, those that it can write, and of a plan nothing:
// it may count rows that the query does not return. The result is empty if no row can match.
func Histogram(q Query, width time.Duration) (string, error) {
	constraints := predicate.Constraints{Limit: predicate.NoLimit}
	if q.Constraints != nil {
		constraints.Summary, constraints.Expressions = q.Constraints.Summary, q.Constraints.Expressions
	}
	q.Constraints, q.Plan = &constraints, nil
	list := fmt.Sprintf("bin(%s, %ds) AS %s, count(*) AS %s", Column{Name: q.Slice.Span.Column}.operand(), int64(width/time.Second),
		Identifier(HistogramStart), Identifier(HistogramRows))
	r, err := q.selecting(func([]arrow.Field) string { return list })
	if err != nil || r.None {
		return "", err
	}
	return r.SQL + "\nGROUP BY 1", nil
}
