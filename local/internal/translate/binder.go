package translate

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// binder translates one statement. Its first error sticks: whatever is bound afterwards yields typed nulls that no one reads.
type binder struct {
	o        Options
	d        Dialect
	serial   int // of generated names
	specials map[string]specialForm
	captured []use    // columns of outer queries met while a subquery is bound
	tables   []*table // tables in the order of their mention
	params   []Column // of a prepared statement
	err      error
}

// table is a TableUse while columns are still being found out.
type table struct {
	use  TableUse
	seen []bool
}

// Query translates a query. Errors are *Error, or what the catalog returned.
func Query(q *sqlparse.Query, o Options) (*Result, error) {
	b := &binder{o: o, d: o.Dialect, specials: specialForms()}
	out := b.query(q, &scope{})
	if b.err != nil {
		return nil, b.err
	}
	r := &Result{SQL: out.sql, Params: b.params}
	for i, f := range out.fields {
		r.Columns = append(r.Columns, Column{b.resultName(f.name, i), f.typ})
	}
	for _, t := range b.tables {
		for i, seen := range t.seen {
			if seen {
				t.use.Columns = append(t.use.Columns, i)
			}
		}
		r.Tables = append(r.Tables, t.use)
	}
	return r, nil
}

// resultName names a column of the result: _colN when the query gives no name.
func (b *binder) resultName(name string, i int) string {
	if name == "" {
		return "_col" + strconv.Itoa(i)
	}
	if b.d.FoldNames {
		return strings.ToLower(name)
	}
	return name
}

func (b *binder) fail(pos Pos, format string, args ...any) value {
	if b.err == nil {
		b.err = &Error{fmt.Sprintf(format, args...), pos.Line, pos.Col}
	}
	return null
}

// unsupported refuses what the service has and this package has not.
func (b *binder) unsupported(pos Pos, what string) value {
	return b.fail(pos, "%s is not supported by the embedded %s", what, b.d.Name)
}

// fresh makes a name that no other part of the statement has.
func (b *binder) fresh(prefix string) string {
	b.serial++
	return prefix + strconv.Itoa(b.serial)
}

// same compares two names as the dialect does.
func (b *binder) same(x, y string) bool {
	if b.d.FoldNames {
		return strings.EqualFold(x, y)
	}
	return x == y
}

// value is a bound expression.
type value struct {
	sql    string
	typ    Type
	free   []use         // columns of the own query, used outside of aggregates
	agg    sqlparse.Expr // an aggregate call inside, or nil
	window sqlparse.Expr // a window call inside, or nil
	nan    bool          // a double that may be NaN, which DuckDB compares in its own way
	text   *string       // of a string literal
	param  string        // of a bare parameter
	cost   int           // how much DuckDB makes of it once macros and repeated arguments are written out
}

var null = value{sql: "NULL", typ: Type{Kind: Unknown}}

// repeated counts a value whose SQL, or the macro it calls, writes its parts several times.
func (v value) repeated() value {
	v.cost *= 4
	return v
}

// exact is the value in its physical type even where DuckDB would infer another, as it does for constants and nulls.
func (v value) exact() string {
	if plainColumn.MatchString(v.sql) {
		return v.sql
	}
	return "CAST(" + v.sql + " AS " + v.typ.Physical() + ")"
}

var plainColumn = regexp.MustCompile(`^r[0-9]+\.c[0-9]+$`)

// use is one mention of a column.
type use struct {
	scope *scope
	sql   string
	name  string
	pos   Pos
}

// with carries what parts of an expression contain over to the whole.
func (v value) with(parts ...value) value {
	for _, p := range parts {
		v.free = append(v.free, p.free...)
		if v.agg == nil {
			v.agg = p.agg
		}
		if v.window == nil {
			v.window = p.window
		}
		v.nan = v.nan || p.nan
		v.cost += p.cost
	}
	v.nan = v.nan && (v.typ.Kind == Double || v.typ.Kind == Real)
	return v
}

// output is a bound query; its SQL has the columns c0, c1, ….
type output struct {
	sql    string
	fields []outField
}

type outField struct {
	name string // empty: the query gives none
	typ  Type
	nan  bool
}

func columnName(i int) string { return "c" + strconv.Itoa(i) }
