package federationtest

import (
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

// checkChosenLimit: a limit that counts sorted rows, or rows for which an
// expression is true, must leave the rows that are chosen so. A connector that
// neither sorts nor evaluates has to leave such a limit to the engine.
func checkChosenLimit(ctx context.Context, s *session) error {
	return s.each(func(t *table) error {
		for i, f := range t.Schema.Fields() {
			values := occurring(f.Type, t.rows, i)
			if len(values) == 0 || !arrow.IsSignedInteger(f.Type.ID()) {
				continue
			}
			greatest := values[len(values)-1]
			where := predicate.Unconstrained()
			where.Limit = 1
			where.OrderBy = []predicate.OrderBy{{Column: f.Name, Direction: predicate.DescNullsLast}}
			if err := s.mustReturn(ctx, t, where, i, greatest); err != nil {
				return fmt.Errorf("limit 1, ordered by %q, greatest first: %w", f.Name, err)
			}
			where.OrderBy = nil
			where.Expressions = []predicate.Expression{predicate.Call{
				Type: arrow.FixedWidthTypes.Boolean, Function: predicate.Equal, Args: []predicate.Expression{
					predicate.Variable{Name: f.Name, Type: f.Type}, predicate.Constant{Type: f.Type, Values: []any{greatest}},
				},
			}}
			if err := s.mustReturn(ctx, t, where, i, greatest); err != nil {
				return fmt.Errorf("limit 1 where %q = %v: %w", f.Name, greatest, err)
			}
		}
		return nil
	})
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
