package tsdb

import (
	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
)

// Prepared is what a statement would return.
type Prepared struct {
	Columns []PreparedColumn
	Params  []translate.Column // @parameters in order of appearance; type Unknown where the statement leaves it open
}

// PreparedColumn is one result column and, when it is nothing but a table's column, where it comes from.
type PreparedColumn struct {
	translate.Column
	Database, Table string
	Aliased         bool // the name was given by AS, or the column is an expression
}

// Prepare checks a statement and returns the columns of its SELECT, for UNLOAD too, without running it. Parameters count as
// nulls of the types that the statement asks for. Errors: Validation.
func (db *DB) Prepare(sql string) (*Prepared, error) {
	statement, err := sqlparse.Parse(sql, sqlparse.Timestream)
	if err != nil {
		return nil, statementError(err)
	}
	if c, err := db.metadata(statement); err != nil {
		return nil, err
	} else if c != nil {
		return &Prepared{Columns: withoutOrigin(c.columns)}, nil
	}
	result, query, err := db.prepare(statement)
	if err != nil {
		return nil, err
	}
	p := &Prepared{Columns: withoutOrigin(result.Columns), Params: result.Params}
	addOrigins(p.Columns, query)
	return p, nil
}

// prepare translates a statement's SELECT; UNLOAD's options are checked too.
func (db *DB) prepare(statement sqlparse.Statement) (*translate.Result, *sqlparse.Query, error) {
	switch s := statement.(type) {
	case *sqlparse.Query:
		result, err := db.translate(s, true)
		return result, s, err
	case *sqlparse.Unload:
		result, _, err := db.planUnload(s, true)
		return result, s.Query, err
	}
	return nil, nil, errorf(Validation, "The statement cannot be prepared.")
}

func withoutOrigin(columns []translate.Column) []PreparedColumn {
	out := make([]PreparedColumn, len(columns))
	for i, c := range columns {
		out[i] = PreparedColumn{Column: c}
	}
	return out
}

// addOrigins names the table of plain columns of a query over one table, the case in which it is certain. More than one
// star leaves the places of the columns open.
func addOrigins(columns []PreparedColumn, query *sqlparse.Query) {
	s, ok := query.Body.(*sqlparse.Select)
	if !ok {
		return
	}
	table, star := onlyTable(s), len(columns)-expressions(s)
	if expressions(s) < len(s.Items)-1 {
		return
	}
	for _, item := range s.Items {
		n := 1
		_, plain := item.Expr.(*sqlparse.Name)
		if item.Expr == nil {
			n, plain = star, true
		}
		for ; n > 0 && len(columns) > 0; n-- {
			if plain && item.Alias == nil {
				columns[0].from(table)
			} else {
				columns[0].Aliased = true
			}
			columns = columns[1:]
		}
	}
}

func (c *PreparedColumn) from(table *sqlparse.TableRef) {
	if table != nil {
		c.Database, c.Table = table.Name[0].Name, table.Name[1].Name
	}
}

// expressions counts the items that are not stars.
func expressions(s *sqlparse.Select) int {
	n := 0
	for _, item := range s.Items {
		if item.Expr != nil {
			n++
		}
	}
	return n
}

// onlyTable is the table of a FROM clause that names just one.
func onlyTable(s *sqlparse.Select) *sqlparse.TableRef {
	if len(s.From) != 1 {
		return nil
	}
	r := s.From[0]
	if a, ok := r.(*sqlparse.Aliased); ok {
		r = a.Relation
	}
	if t, ok := r.(*sqlparse.TableRef); ok && len(t.Name) == 2 {
		return t
	}
	return nil
}
