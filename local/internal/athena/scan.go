package athena

import (
	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/sqlparse"
)

// scan is one mention of a connector table in a statement: it is read once, with
// its own columns and constraints.
type scan struct {
	pos         sqlparse.Pos
	name        string // DuckDB table that holds what was read
	title       string // database.table
	table       *message.GetTableResponse
	passthrough map[string]string // non-empty: the table is the result of this query
	owner       *commonTable      // the WITH query that mentions it; nil at other places

	used    []bool               // columns that the statement mentions
	sets    []predicate.ValueSet // by column; nil is unconstrained
	nothing bool                 // no row of the table can matter
	exprs   []predicate.Expression
	orderBy []predicate.OrderBy
	limit   int64
	notes   []string // what was not pushed down, and why
}

func newScan(pos sqlparse.Pos, name string, table *message.GetTableResponse) *scan {
	n := table.Schema.NumFields()
	return &scan{
		pos: pos, name: name, title: table.TableName.Schema + "." + table.TableName.Table, table: table,
		used: make([]bool, n), sets: make([]predicate.ValueSet, n), limit: predicate.NoLimit,
	}
}

func (s *scan) field(i int) arrow.Field { return s.table.Schema.Field(i) }

// needed reports whether anything mentions the WITH query that the scan is in.
func (s *scan) needed() bool {
	for c := s.owner; c != nil; c = c.owner {
		if c.mentions == 0 {
			return false
		}
	}
	return true
}

// demand marks a column as mentioned.
func (s *scan) demand(column int) { s.used[column] = true }

func (s *scan) demandAll() {
	for i := range s.used {
		s.used[i] = true
	}
}

// constrain adds that a column's value lies in a set.
func (s *scan) constrain(column int, set predicate.ValueSet) error {
	if have := s.sets[column]; have != nil {
		both, err := predicate.Intersect(have, set)
		if err != nil {
			return err
		}
		set = both
	}
	s.sets[column] = set
	s.nothing = s.nothing || set.IsNone()
	return nil
}

func (s *scan) note(text string) { s.notes = append(s.notes, text) }

// projection is the schema to read: the columns mentioned, in the table's order,
// with the table's metadata; the narrowest column if none is mentioned. A
// passthrough query delivers all its columns: connectors map them by position.
func (s *scan) projection() *arrow.Schema {
	var fields []arrow.Field
	for i, f := range s.table.Schema.Fields() {
		if s.used[i] || len(s.passthrough) > 0 {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 && len(s.used) > 0 {
		narrow := s.narrowest()
		s.used[narrow] = true
		fields = append(fields, s.field(narrow))
	}
	metadata := s.table.Schema.Metadata()
	return arrow.NewSchema(fields, &metadata)
}

// narrowest is the column with the fewest bytes a value; the first of several.
func (s *scan) narrowest() int {
	best, width := 0, 1<<30
	for i, f := range s.table.Schema.Fields() {
		fixed, ok := f.Type.(arrow.FixedWidthDataType)
		if ok && fixed.BitWidth() < width {
			best, width = i, fixed.BitWidth()
		}
	}
	return best
}

// constraints is what all requests about the scan carry.
func (s *scan) constraints() *predicate.Constraints {
	c := &predicate.Constraints{Limit: s.limit, Expressions: s.exprs, OrderBy: s.orderBy, Passthrough: s.passthrough}
	for i, set := range s.sets {
		if set != nil && !set.IsAll() {
			c.Summary = append(c.Summary, predicate.Column{Name: s.field(i).Name, Set: set})
		}
	}
	return c
}

func (c columnRef) dataType() arrow.DataType { return c.scan.field(c.index).Type }
func (c columnRef) name() string             { return c.scan.field(c.index).Name }
