package federationtest

import (
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

// checkChosenLimit: a limit counts sorted rows, or rows that the constraints
// choose, and must leave one of these. A connector that does not sort, evaluate or
// filter has to leave such a limit to the engine.
func checkChosenLimit(ctx context.Context, s *session) error {
	return s.each(func(t *table) error {
		for i, f := range t.Schema.Fields() {
			values := occurring(f.Type, t.rows, i)
			if len(values) == 0 {
				continue
			}
			greatest := values[len(values)-1]
			choices, err := choices(f, greatest)
			if err != nil {
				return err
			}
			for _, c := range choices {
				c.where.Limit = 1
				if err := s.mustReturn(ctx, t, c.where, i, greatest); err != nil {
					return fmt.Errorf("limit 1%s: %w", c.says, err)
				}
			}
		}
		return nil
	})
}

// choice is one way to choose rows.
type choice struct {
	says  string
	where *predicate.Constraints
}

// choices are the ways to choose rows with the greatest value of a column: none for
// types that are not compared here, no order for text, which sources sort in their
// own way.
func choices(f arrow.Field, greatest any) ([]choice, error) {
	integer := arrow.IsSignedInteger(f.Type.ID())
	if !integer && f.Type.ID() != arrow.STRING {
		return nil, nil
	}
	point, err := predicate.NewSortedRangeSet(f.Type, false, predicate.Point(greatest))
	if err != nil {
		return nil, err
	}
	set := predicate.Unconstrained()
	set.Summary = []predicate.Column{{Name: f.Name, Set: point}}
	all := []choice{{fmt.Sprintf(" where the set of %q is %v", f.Name, greatest), set}}
	if !integer {
		return all, nil
	}
	order := predicate.Unconstrained()
	order.OrderBy = []predicate.OrderBy{{Column: f.Name, Direction: predicate.DescNullsLast}}
	expression := predicate.Unconstrained()
	expression.Expressions = []predicate.Expression{predicate.Call{
		Type: arrow.FixedWidthTypes.Boolean, Function: predicate.Equal, Args: []predicate.Expression{
			predicate.Variable{Name: f.Name, Type: f.Type}, predicate.Constant{Type: f.Type, Values: []any{greatest}},
		},
	}}
	return append(all,
		choice{fmt.Sprintf(", ordered by %q, greatest first", f.Name), order},
		choice{fmt.Sprintf(" where %q = %v", f.Name, greatest), expression}), nil
}

// mustReturn reads and wants a row with a value.
func (s *session) mustReturn(ctx context.Context, t *table, where *predicate.Constraints, column int, value any) error {
	rows, err := s.read(ctx, s.client(), t, t.Schema, where)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(rows, func(r row) bool { return r[column] == value }) {
		return fmt.Errorf("none of the %d rows that came has the value %v, which is in the table", len(rows), value)
	}
	return nil
}
