package tsdb

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
)

// Prepared is what a statement would return.
type Prepared struct {
	Columns []PreparedColumn
	Params  []string // names of @parameters in order of appearance; their types are not inferred
}

// PreparedColumn is one result column and, when it is nothing but a table's column, where it comes from.
type PreparedColumn struct {
	translate.Column
	Database, Table string
	Aliased         bool // the name was given by AS, or the column is an expression
}

// Prepare checks a statement and returns its columns without running it. Parameters count as nulls. Errors: Validation.
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
	query, ok := statement.(*sqlparse.Query)
	if !ok {
		return nil, errorf(Validation, "UNLOAD is not supported yet by the embedded Timestream: prepare the SELECT itself.")
	}
	params := parameters(query)
	if len(params) > 0 {
		again, err := sqlparse.Parse(withNulls(sql, params), sqlparse.Timestream)
		if err != nil {
			return nil, statementError(err)
		}
		if query, ok = again.(*sqlparse.Query); !ok {
			return nil, errorf(Validation, "The statement cannot be prepared.")
		}
	}
	result, err := db.translate(query)
	if err != nil {
		return nil, err
	}
	p := &Prepared{Columns: withoutOrigin(result.Columns)}
	seen := map[string]bool{}
	for _, param := range params {
		if !seen[param.Name] {
			seen[param.Name] = true
			p.Params = append(p.Params, param.Name)
		}
	}
	addOrigins(p.Columns, query)
	return p, nil
}

func withoutOrigin(columns []translate.Column) []PreparedColumn {
	out := make([]PreparedColumn, len(columns))
	for i, c := range columns {
		out[i] = PreparedColumn{Column: c}
	}
	return out
}

func parameters(query *sqlparse.Query) []*sqlparse.Param {
	var params []*sqlparse.Param
	sqlparse.Walk(query, func(n sqlparse.Node) bool {
		if p, ok := n.(*sqlparse.Param); ok {
			params = append(params, p)
		}
		return true
	})
	return params
}

// withNulls writes NULL over every parameter, and as many spaces as keep the places in later messages right.
func withNulls(sql string, params []*sqlparse.Param) string {
	lines := strings.Split(sql, "\n")
	for i := len(params) - 1; i >= 0; i-- {
		p := params[i]
		line := []rune(lines[p.Place.Line-1])
		from, length := p.Place.Col-1, len([]rune(p.Name))+1
		null := "NULL" + strings.Repeat(" ", max(0, length-4))
		lines[p.Place.Line-1] = string(line[:from]) + null + string(line[from+length:])
	}
	return strings.Join(lines, "\n")
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
