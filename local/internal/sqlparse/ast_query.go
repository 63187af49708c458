package sqlparse

// Statement is one of *Query, *ShowDatabases, *ShowTables, *ShowMeasures, *Describe, *Unload.
type Statement interface {
	Node
	statement()
}

// Query is a SELECT with everything that may surround it. It is a statement, a subquery, or a parenthesised body.
type Query struct {
	At
	With    []*CTE
	Body    Body
	OrderBy []*SortItem
	Offset  Expr // nil: none; Athena only
	Limit   Expr // nil: none, also for LIMIT ALL
}

// CTE is one named query of a WITH clause.
type CTE struct {
	At
	Name    Ident
	Columns []Ident // empty: the query's own names
	Query   *Query
}

// Body is one of *Select, *SetOp, *Values, *Query (in parentheses).
type Body interface {
	Node
	body()
}

// Select is one SELECT … FROM … WHERE … GROUP BY … HAVING.
type Select struct {
	At
	Distinct bool
	Items    []*SelectItem
	From     []Relation // items between commas
	Where    Expr
	GroupBy  *GroupBy // nil: no GROUP BY clause
	Having   Expr
	Windows  []*WindowDef
}

// SelectItem is one entry of a select list: an expression, or a star with an optional qualifier.
type SelectItem struct {
	At
	Expr      Expr // nil for a star
	Alias     *Ident
	Qualifier []Ident // of a star: t.*
}

// GroupBy is the GROUP BY clause. No Items means the single empty grouping, GROUP BY ().
type GroupBy struct {
	At
	Distinct bool
	Items    []Expr
}

// SetOp combines two bodies. Op is UNION, INTERSECT or EXCEPT.
type SetOp struct {
	At
	Op          string
	All         bool
	Left, Right Body
}

// Values is VALUES row, …; a row of several columns is a *Row.
type Values struct {
	At
	Rows []Expr
}

// Nulls tells where nulls sort.
type Nulls uint8

// The places for nulls: by default, first, or last.
const (
	NullsDefault Nulls = iota
	NullsFirst
	NullsLast
)

// SortItem is one entry of ORDER BY.
type SortItem struct {
	At
	Expr  Expr
	Desc  bool
	Nulls Nulls
}

// Relation is one of *TableRef, *SubqueryRef, *Unnest, *TableFunction, *Join, *Aliased.
type Relation interface {
	Node
	relation()
}

// TableRef names a table or a CTE by one to three identifiers.
type TableRef struct {
	At
	Name []Ident
}

// SubqueryRef is a query in FROM. Lateral lets it see the items to its left.
type SubqueryRef struct {
	At
	Query   *Query
	Lateral bool
}

// Unnest is UNNEST(…) [WITH ORDINALITY].
type Unnest struct {
	At
	Args       []Expr
	Ordinality bool
}

// TableFunction is TABLE(name(arg => value, …)).
type TableFunction struct {
	At
	Name []Ident
	Args []*NamedArg
}

// NamedArg is one argument of a table function. Name is the zero Ident for a positional one.
type NamedArg struct {
	At
	Name  Ident
	Value Expr
}

// Join joins two relations. Kind is INNER, LEFT, RIGHT, FULL or CROSS.
type Join struct {
	At
	Kind        string
	Natural     bool
	Left, Right Relation
	On          Expr
	Using       []Ident
}

// Aliased gives a relation a name and, optionally, new column names.
type Aliased struct {
	At
	Relation Relation
	Alias    Ident
	Columns  []Ident
}

// ShowDatabases is SHOW DATABASES [LIKE 'pattern'] (Athena: also SHOW SCHEMAS). Like is nil without the clause.
type ShowDatabases struct {
	At
	Like *StringLit
}

// ShowTables is SHOW TABLES [FROM db] [LIKE 'pattern'].
type ShowTables struct {
	At
	From []Ident
	Like *StringLit
}

// ShowMeasures is SHOW MEASURES FROM db.t [LIKE 'pattern'].
type ShowMeasures struct {
	At
	From []Ident
	Like *StringLit
}

// Describe is DESCRIBE db.t.
type Describe struct {
	At
	Table []Ident
}

// Unload is UNLOAD (query) TO 'uri' [WITH (…)].
type Unload struct {
	At
	Query   *Query
	To      string
	Options []*UnloadOption
}

// UnloadOption is one property of UNLOAD; the value is a *StringLit or an *Array of them. Name is in lower case.
type UnloadOption struct {
	At
	Name  string
	Value Expr
}

func (*Query) statement()         {}
func (*ShowDatabases) statement() {}
func (*ShowTables) statement()    {}
func (*ShowMeasures) statement()  {}
func (*Describe) statement()      {}
func (*Unload) statement()        {}

func (*Select) body() {}
func (*SetOp) body()  {}
func (*Values) body() {}
func (*Query) body()  {}

func (*TableRef) relation()      {}
func (*SubqueryRef) relation()   {}
func (*Unnest) relation()        {}
func (*TableFunction) relation() {}
func (*Join) relation()          {}
func (*Aliased) relation()       {}
