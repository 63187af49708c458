// Package translate turns the SQL of Timestream and of Athena into DuckDB's.
//
// It binds every name and infers every type, because the three dialects agree on little more than keywords: intervals are
// counts of nanoseconds or months, timestamps keep nanoseconds (DuckDB's own operators round them to microseconds), division
// of integers stays integral, concat and greatest are null when an argument is. What the service would refuse is refused in
// the service's words; what the service has and this package has not is refused by name. Nothing reaches DuckDB that was not
// understood here, so DuckDB's functions, casts and syntax are out of reach for clients.
//
// Known differences: approximate aggregates are exact; interpolation outside of a series gives null values; NaN under ALL and ANY
// is the greatest number; a column of an outer query cannot be used inside a lambda of a subquery (UNNEST excepted); Athena's
// decimal literals and decimal division are doubles, its timestamps with time zone are instants shown in UTC, and its timestamps
// beyond nanoseconds (TIMESTAMP '9999-12-31') can only be compared; of Java's regular expressions, possessive quantifiers and
// classes in classes are refused. docs/sql.md lists every function.
//
// The SQL that comes out calls helper macros and functions in Go; a database must know Natives and have run Macros.
package translate

import (
	"time"

	"athena-timestream/local/internal/sqlparse"
)

// Pos is a place in the statement.
type Pos = sqlparse.Pos

// Column is one column of a result.
type Column struct {
	Name string
	Type Type
}

// TableColumn is one column of a table. SQL is the DuckDB expression over the table's From that gives it.
type TableColumn struct {
	Name string
	Type Type
	SQL  string
}

// Table is what a name stands for. From is a DuckDB FROM item; Columns are in the order of SELECT *.
type Table struct {
	From    string
	Columns []TableColumn
}

// Catalog finds tables. Name has one to three parts as written; an error is passed on to the caller as it is.
type Catalog interface {
	Resolve(name []string, pos Pos) (*Table, error)
}

// FunctionCatalog is a Catalog that also knows table functions, FROM TABLE(system.query(…)).
type FunctionCatalog interface {
	Catalog
	ResolveFunction(f *sqlparse.TableFunction) (*Table, error)
}

// Dialect holds the features in which the two services' semantics differ.
type Dialect struct {
	Name            string
	FoldNames       bool // names are compared without case, results are in lower case
	TextIsTimestamp bool // varchar is coerced to timestamp where one is expected
	ZonedNow        bool // now() and from_unixtime() are timestamps with time zone
	Since1970       bool // arithmetic that ends before 1970 is an error
	FractionDigits  int  // of a timestamp cast to varchar, and of now()
	TrinoFunctions  bool // functions that only Athena has
	SeriesFunctions bool // functions that only Timestream has
}

// Timestream is the dialect of Amazon Timestream for LiveAnalytics.
var Timestream = Dialect{Name: "Timestream", TextIsTimestamp: true, Since1970: true, FractionDigits: 9, SeriesFunctions: true}

// Athena is the dialect of Amazon Athena. Decimal literals are doubles (in Trino they are decimals), timestamps with time
// zone are instants in UTC.
var Athena = Dialect{Name: "Athena", FoldNames: true, ZonedNow: true, FractionDigits: 3, TrinoFunctions: true}

// Options are the surroundings of one statement.
type Options struct {
	Dialect Dialect
	Catalog Catalog
	Now     time.Time // what now() is, all through the statement
	Prepare bool      // @name is allowed and stands for null; Result.Params tells the types expected
}

// Result is a statement for DuckDB. The columns of SQL have the physical types of Columns (Type.Physical), in order; their
// names are internal.
type Result struct {
	SQL     string
	Columns []Column
	Tables  []TableUse
	Params  []Column // of a prepared statement, in order of mention; type Unknown where nothing tells
}

// TableUse is one mention of a table in the statement.
type TableUse struct {
	Name    []string
	Table   *Table
	Columns []int // positions in Table.Columns that the statement needs, ascending
}

// Error is a statement that the service would refuse, or that this package cannot translate.
type Error struct {
	Message   string
	Line, Col int
}

func (e *Error) Error() string {
	return Pos{Line: e.Line, Col: e.Col}.String() + ": " + e.Message
}
