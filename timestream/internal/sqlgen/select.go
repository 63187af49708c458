package sqlgen

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/federation/redact"
	"athena-timestream/federation/substrait"
)

// Query is one read as Athena wants it.
type Query struct {
	Database, Table string // as the service knows them; not used if there is a view
	View            string // a query in Timestream SQL to read from instead of a table
	// Columns are the columns to return, in order. None: the rows are wanted for their number only, and a constant is
	// selected.
	Columns []Column
	// Constraints use Athena's column names; Column gives the service's. A nil Constraints asks for every row.
	Constraints *predicate.Constraints
	Column      func(athena string) Column
	// Plan, if there is one, is the same query as a plan. It comes from an Athena that will not filter again, so all of
	// its filter is written, or becomes Result.Filter, or Select fails; the constraints' summary narrows the statement
	// further, and their limit is left out for the plan's.
	Plan *substrait.Plan
	// Slice is the part of the rows to return, whatever the constraints say.
	Slice Slice
}

// Column is a column as the service knows it.
type Column struct {
	Name string
	// Shown says that Athena sees the column as text while the service holds something else: text compares with
	// nothing then, and conditions are left out.
	Shown bool
	// Nanos says that the column's value is the number of nanoseconds from 1970 to the timestamp Name.
	Nanos bool
	// Type is what Athena sees; nil if it is not known. Only an order needs it.
	Type arrow.DataType
}

// NanosSuffix is behind the name of the timestamp in the name of a column of nanoseconds.
const NanosSuffix = "_nanos"

// Label is the column's name in the statement's result.
func (c Column) Label() string {
	if c.Nanos {
		return c.Name + NanosSuffix
	}
	return c.Name
}

// operand is the column's value.
func (c Column) operand() operand {
	if c.Nanos {
		return operand("to_nanoseconds(" + Identifier(c.Name).String() + ")")
	}
	return operand(Identifier(c.Name).String())
}

// selected is the column in a list of columns to return.
func (c Column) selected() string {
	if c.Nanos {
		return c.operand().String() + " AS " + Identifier(c.Label()).String()
	}
	return c.operand().String()
}

// Result is a statement and what became of the constraints.
type Result struct {
	// SQL is the statement; empty if None.
	SQL string
	// None says that the constraints let no row pass: there is nothing to ask.
	None bool
	// Columns tells of each constrained column, in the order of the constraints.
	Columns []Report
	// Left says why expressions, or parts of a plan's filter, are not in the statement, one reason each; empty if all are.
	Left []string
	// Filter is the part of a plan's filter that the statement does not say: only rows for which it is true are wanted.
	// Nil if the statement says all of it.
	Filter *substrait.Program
	// Wider are the constraints on scalar columns that the statement accepts more than: a row is wanted only if each set
	// holds its value. Empty beside a plan, whose filter says all.
	Wider []predicate.Column
	// Hidden are columns, by Athena's names, that the statement returns behind Query.Columns for Filter or Wider alone.
	Hidden []arrow.Field
	// Limit is the number of rows that the statement stops at, [predicate.NoLimit] if it has no limit.
	Limit int64
	// LimitReason says why a limit that Athena sent is not in the statement; empty if it is, or if none was sent.
	LimitReason string
}

// Report tells what became of one column's constraint.
type Report struct {
	Column    string // Athena's name
	Condition string // the SQL, empty if nothing was said
	Reason    string // why the SQL accepts more than the constraint; empty if it says exactly the constraint
}

// Exact says that the statement filters the column exactly.
func (r Report) Exact() bool { return r.Reason == "" }

// conditionBudget is the length, in bytes, beyond which conditions are shortened or left out. The service takes
// statements of 262144 bytes ("Quotas" of the developer guide).
const conditionBudget = 200 << 10

const tooLong = "the statement would come near the service's limit of 256 KB"

// Select writes the statement. It fails if the constraints hold a set of an unknown kind, the view is no query or the slice
// cannot be written.
func Select(q Query) (Result, error) { return q.selecting(q.list) }

// selecting writes the statement for a list of columns, which has hidden ones in it if the rows need them.
func (q Query) selecting(list func(hidden []arrow.Field) string) (Result, error) {
	constraints := q.Constraints
	if constraints == nil {
		constraints = predicate.Unconstrained()
	}
	head, err := q.head(list(nil))
	if err != nil {
		return Result{}, err
	}
	where, length, err := q.Slice.written(conditionBudget - len(head))
	if err != nil {
		return Result{}, err
	}
	budget := conditionBudget - len(head) - length
	conditions, err := q.conditions(constraints.Summary)
	if err != nil {
		return Result{}, err
	}
	more, err := q.more(constraints, budget)
	if err != nil {
		return Result{}, err
	}
	shorten(conditions, budget-more.length())
	r := Result{Limit: predicate.NoLimit, None: more.none, Left: more.left, Filter: more.filter, Hidden: more.hidden}
	for i, c := range conditions {
		r.Columns = append(r.Columns, Report{Column: constraints.Summary[i].Name, Condition: c.sql, Reason: c.reason})
		r.None = r.None || c.never
		if c.sql != "" {
			where = append(where, c.enclosed())
		}
	}
	if r.None {
		return r, nil
	}
	if q.Plan == nil {
		r.Wider, r.Hidden = q.wider(constraints.Summary, conditions)
	}
	if len(r.Hidden) > 0 {
		if head, err = q.head(list(r.Hidden)); err != nil {
			return Result{}, err
		}
	}
	if where = append(where, more.where...); len(where) > 0 {
		head += "\nWHERE " + strings.Join(where, "\n  AND ")
	}
	if more.limit != predicate.NoLimit {
		if r.LimitReason = cmp.Or(more.blocked, widened(r.Columns)); r.LimitReason == "" {
			r.Limit = more.limit
			head += more.tail()
		}
	}
	r.SQL = head
	return r, nil
}

// list is the columns to return, and hidden ones behind them.
func (q Query) list(hidden []arrow.Field) string {
	var selected []string
	for _, c := range q.Columns {
		selected = append(selected, c.selected())
	}
	for _, c := range hidden {
		selected = append(selected, q.real(c.Name).selected())
	}
	return cmp.Or(strings.Join(selected, ", "), "1")
}

func (q Query) head(columns string) (string, error) {
	if q.View == "" {
		if q.Database == "" || q.Table == "" {
			return "", errors.New("a statement needs a database and a table")
		}
		return "SELECT " + columns + "\nFROM " + Identifier(q.Database).String() + "." + Identifier(q.Table).String(), nil
	}
	view, err := Parse(q.View)
	if err != nil {
		return "", fmt.Errorf("view text: %w (Timestream SQL is needed; views made by Athena are encoded and cannot be used)", err)
	}
	if !view.ReturnsRows() {
		return "", redact.Errorf("view text: a view is a SELECT or WITH query, not %s", redact.Data(view.Keyword))
	}
	const name = Identifier("view")
	return "WITH " + name.String() + " AS (\n" + view.SQL + "\n)\nSELECT " + columns + "\nFROM " + name.String(), nil
}

func (q Query) conditions(summary []predicate.Column) ([]condition, error) {
	out := make([]condition, len(summary))
	for i, s := range summary {
		c := Column{Name: s.Name}
		if q.Column != nil {
			c = q.Column(s.Name)
		}
		if q.Slice.Some.implies(c, s.Set) {
			continue
		}
		var err error
		if out[i], err = conditionOn(c, s.Set, q.View != ""); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// shorten brings the conditions below a number of bytes: the longest one is said by its span, or not at all, until the
// rest fits.
func shorten(conditions []condition, budget int) {
	for {
		total, longest := 0, 0
		for i, c := range conditions {
			total += len(c.sql)
			if len(c.sql) > len(conditions[longest].sql) {
				longest = i
			}
		}
		if total <= max(budget, 0) {
			return
		}
		c := &conditions[longest]
		*c = condition{sql: c.span, or: strings.Contains(c.span, " OR "), never: c.never, reason: tooLong}
	}
}

// more is what is asked beyond value sets.
func (q Query) more(c *predicate.Constraints, budget int) (planned, error) {
	if q.Plan == nil {
		return q.offered(c, budget/2), nil
	}
	return q.written(budget)
}

// widened names a condition that accepts more than it should. A limit would then count rows that Athena drops afterwards.
func widened(columns []Report) string {
	for _, r := range columns {
		if !r.Exact() {
			return "the condition on " + r.Column + " is wider than asked: " + r.Reason
		}
	}
	return ""
}
