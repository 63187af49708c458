package tsdb

import (
	"regexp"
	"slices"
	"strings"

	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
)

// list is a result that is known at once.
type list struct {
	rows [][]any
	next int
}

func (l *list) Next() bool {
	if l.next >= len(l.rows) {
		return false
	}
	l.next++
	return true
}
func (l *list) Values() []any { return l.rows[l.next-1] }
func (l *list) Err() error    { return nil }
func (l *list) Close() error  { return nil }

// metadata answers SHOW and DESCRIBE; nil for other statements. Columns and types are as captured from the service.
func (db *DB) metadata(statement sqlparse.Statement) (*Cursor, error) {
	switch s := statement.(type) {
	case *sqlparse.ShowDatabases:
		var names []string
		for _, d := range db.Databases() {
			names = append(names, d.Name)
		}
		return nameList("Database", names, s.Like), nil
	case *sqlparse.ShowTables:
		return db.showTables(s)
	case *sqlparse.ShowMeasures:
		return db.showMeasures(s)
	case *sqlparse.Describe:
		return db.describe(s)
	}
	return nil, nil
}

var varchar = translate.Type{Kind: translate.Varchar}

func nameList(column string, names []string, like *sqlparse.StringLit) *Cursor {
	l := &list{}
	matches := liker(like)
	for _, n := range names {
		if matches(n) {
			l.rows = append(l.rows, []any{n})
		}
	}
	return &Cursor{columns: []translate.Column{{Name: column, Type: varchar}}, rows: l, metadata: true}
}

// liker is SQL's LIKE without an escape character; no pattern matches everything.
func liker(pattern *sqlparse.StringLit) func(string) bool {
	if pattern == nil {
		return func(string) bool { return true }
	}
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	for _, r := range pattern.Value {
		switch r {
		case '%':
			b.WriteString(`.*`)
		case '_':
			b.WriteByte('.')
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	b.WriteString(`\z`)
	return regexp.MustCompile(b.String()).MatchString
}

func (db *DB) showTables(s *sqlparse.ShowTables) (*Cursor, error) {
	if len(s.From) != 1 {
		return nil, errorf(Validation, "%s: Schema must be specified when session schema is not set", s.Pos())
	}
	name := s.From[0].Name
	tables, err := db.Tables(name)
	if err != nil || name == "" {
		return nil, errorf(Validation, "Requested database '%s' not found for identifier '%s' at %s", name, name, s.Pos())
	}
	var names []string
	for _, t := range tables {
		names = append(names, t.Name)
	}
	return nameList("Table", names, s.Like), nil
}

// statementTable finds the table that SHOW MEASURES or DESCRIBE names.
func (db *DB) statementTable(idents []sqlparse.Ident, pos sqlparse.Pos) (*table, error) {
	if len(idents) != 2 {
		return nil, errorf(Validation, "%s: Table name must be qualified with the database: \"database\".\"table\"", pos)
	}
	return db.named([]string{idents[0].Name, idents[1].Name}, pos)
}

func (db *DB) showMeasures(s *sqlparse.ShowMeasures) (*Cursor, error) {
	t, err := db.statementTable(s.From, s.Pos())
	if err != nil {
		return nil, err
	}
	l := &list{}
	matches := liker(s.Like)
	names := slices.Sorted(slices.Values(t.Order))
	for _, name := range names {
		if !matches(name) {
			continue
		}
		m := t.Measures[name]
		dims := make([]any, len(m.Dimensions))
		for i, d := range m.Dimensions {
			dims[i] = []any{d, string(Varchar)}
		}
		l.rows = append(l.rows, []any{name, string(m.Type), dims})
	}
	dimension := translate.Type{Kind: translate.Row, Fields: []translate.Field{
		{Name: "dimension_name", Type: varchar}, {Name: "data_type", Type: varchar},
	}}
	return &Cursor{rows: l, metadata: true, columns: []translate.Column{
		{Name: "measure_name", Type: varchar},
		{Name: "data_type", Type: varchar},
		{Name: "dimensions", Type: translate.Type{Kind: translate.Array, Elem: &dimension}},
	}}, nil
}

func (db *DB) describe(s *sqlparse.Describe) (*Cursor, error) {
	t, err := db.statementTable(s.Table, s.Pos())
	if err != nil {
		return nil, err
	}
	l := &list{}
	for _, c := range t.described() {
		l.rows = append(l.rows, []any{c.Name, string(c.Type), string(c.Role)})
	}
	return &Cursor{rows: l, metadata: true, columns: []translate.Column{
		{Name: "Column", Type: varchar},
		{Name: "Type", Type: varchar},
		{Name: "Timestream attribute type", Type: varchar},
	}}, nil
}
