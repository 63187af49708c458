package sqlparse

import "strconv"

// Pos is a place in the statement's text: line and column, both counted from one, columns in characters.
type Pos struct{ Line, Col int }

func (p Pos) String() string { return "line " + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col) }

// Node is any part of a statement. The node types of this package are the only ones.
type Node interface {
	// Pos is where the node begins; for a binary operator, the operator itself, as in the services' messages.
	Pos() Pos
	// String prints the node as SQL that parses to an equal node.
	String() string
	print(*printer)
}

// At is embedded in every node and carries its place.
type At struct{ Place Pos }

// Pos returns the node's place.
func (a At) Pos() Pos { return a.Place }

// Ident is one identifier. Name is unquoted and keeps its case.
type Ident struct {
	At
	Name   string
	Quoted bool // written in double quotes
}

// Expr is any expression.
type Expr interface {
	Node
	expr()
}

// Name is a reference written as identifiers between dots: a column, a qualified column, or a field of a column.
type Name struct {
	At
	Parts []Ident
}

// Field is a field of an expression that is not a plain Name: f(x).name.
type Field struct {
	At
	X    Expr
	Name Ident
}

// StringLit is a character string; Value is without quotes.
type StringLit struct {
	At
	Value string
}

// BinaryLit is X'…'; Value holds the bytes.
type BinaryLit struct {
	At
	Value []byte
}

// NumberKind tells how a number was written.
type NumberKind uint8

// The forms of a number: 1, 1.5, 1e0.
const (
	Integer NumberKind = iota
	Decimal
	Double
)

// NumberLit is an unsigned number as written.
type NumberLit struct {
	At
	Kind NumberKind
	Text string
}

// BoolLit is true or false.
type BoolLit struct {
	At
	Value bool
}

// NullLit is NULL.
type NullLit struct{ At }

// TypedLit is a type name before a string: TIMESTAMP '…', DATE '…', DOUBLE '0.0'. Type is in lower case.
type TypedLit struct {
	At
	Type  string
	Value string
}

// IntervalLit is 15m (Short) or INTERVAL '2' DAY [TO SECOND]. Unit and To are one of nanosecond, microsecond, millisecond,
// second, minute, hour, day, month, year; To is empty unless written.
type IntervalLit struct {
	At
	Short    bool
	Value    string // the number's text; of a Short literal digits only
	Negative bool   // INTERVAL - '2' DAY
	Unit, To string
	Text     string // of a Short literal, as written
}

// Param is @name (Timestream) or ? (Athena, Name is empty).
type Param struct {
	At
	Name string
}

// Unary is a sign or NOT. Op is "-", "+" or "NOT".
type Unary struct {
	At
	Op string
	X  Expr
}

// Binary is an arithmetic operator, a comparison, or ||. Op is one of + - * / % || = <> < <= > >= (!= is read as <>).
type Binary struct {
	At
	Op          string
	Left, Right Expr
}

// Logical is a chain of AND or of OR with at least two terms; a term is never a Logical with the same Op.
type Logical struct {
	At
	Op    string
	Terms []Expr
}

// Between is X [NOT] BETWEEN Low AND High.
type Between struct {
	At
	X, Low, High Expr
	Not          bool
}

// In is X [NOT] IN (List) or X [NOT] IN (Query).
type In struct {
	At
	X     Expr
	List  []Expr
	Query *Query // nil when List is given
	Not   bool
}

// Like is X [NOT] LIKE Pattern [ESCAPE Escape].
type Like struct {
	At
	X, Pattern, Escape Expr
	Not                bool
}

// IsNull is X IS [NOT] NULL.
type IsNull struct {
	At
	X   Expr
	Not bool
}

// IsDistinct is Left IS [NOT] DISTINCT FROM Right.
type IsDistinct struct {
	At
	Left, Right Expr
	Not         bool
}

// Quantified is Left Op ALL|ANY|SOME (Query). Quantifier is ALL or ANY (SOME is read as ANY).
type Quantified struct {
	At
	Op         string
	Quantifier string
	Left       Expr
	Query      *Query
}

// Exists is EXISTS (Query).
type Exists struct {
	At
	Query *Query
}

// Subquery is a query used as one value.
type Subquery struct {
	At
	Query *Query
}

// Case is CASE [Operand] WHEN … THEN … [ELSE Else] END.
type Case struct {
	At
	Operand Expr
	Whens   []When
	Else    Expr
}

// When is one branch of a Case.
type When struct{ Cond, Result Expr }

// Cast is CAST(X AS Type), or TRY_CAST with Try.
type Cast struct {
	At
	X    Expr
	Type *TypeName
	Try  bool
}

// Extract is EXTRACT(Field FROM X). Field is in lower case.
type Extract struct {
	At
	Field string
	X     Expr
}

// Call is a function call, or a keyword that stands for one (CURRENT_TIMESTAMP, with NoParens).
type Call struct {
	At
	Name        []Ident // qualified names are refused later
	NoParens    bool
	Star        bool // count(*)
	Distinct    bool
	Args        []Expr
	OrderBy     []*SortItem
	Filter      Expr
	IgnoreNulls bool
	Over        *Window
}

// Window is OVER name or OVER (…).
type Window struct {
	At
	Name        *Ident // of a window defined in the WINDOW clause; also the base of a definition
	PartitionBy []Expr
	OrderBy     []*SortItem
	Frame       *Frame
}

// WindowDef is one entry of a WINDOW clause.
type WindowDef struct {
	At
	Name   Ident
	Window *Window
}

// Frame is the frame of a window. Unit is ROWS, RANGE or GROUPS. End is nil when only the start was written.
type Frame struct {
	At
	Unit  string
	Start FrameBound
	End   *FrameBound
}

// FrameBound is one end of a frame. Kind is "UNBOUNDED PRECEDING", "PRECEDING", "CURRENT ROW", "FOLLOWING" or
// "UNBOUNDED FOLLOWING"; Offset is set for PRECEDING and FOLLOWING.
type FrameBound struct {
	Kind   string
	Offset Expr
}

// Lambda is x -> body or (x, y) -> body.
type Lambda struct {
	At
	Params []Ident
	Body   Expr
}

// Array is ARRAY[…].
type Array struct {
	At
	Items []Expr
}

// Row is ROW(…) or (a, b, …).
type Row struct {
	At
	Items []Expr
}

// Subscript is X[Index].
type Subscript struct {
	At
	X, Index Expr
}

// AtTimeZone is X AT TIME ZONE Zone; Athena only.
type AtTimeZone struct {
	At
	X, Zone Expr
}

// TypeName is a type as written in CAST: double, decimal(10, 2), array(bigint), row(a bigint, b varchar). Name is in lower
// case; "timestamp with time zone", "interval day to second" and "double precision" are one name.
type TypeName struct {
	At
	Name   string
	Params []int       // decimal(10, 2), varchar(5), timestamp(3)
	Args   []*TypeName // of array, map, row
	Fields []Ident     // of row, beside Args; a field may have no name
}

func (*Name) expr()        {}
func (*Field) expr()       {}
func (*StringLit) expr()   {}
func (*BinaryLit) expr()   {}
func (*NumberLit) expr()   {}
func (*BoolLit) expr()     {}
func (*NullLit) expr()     {}
func (*TypedLit) expr()    {}
func (*IntervalLit) expr() {}
func (*Param) expr()       {}
func (*Unary) expr()       {}
func (*Binary) expr()      {}
func (*Logical) expr()     {}
func (*Between) expr()     {}
func (*In) expr()          {}
func (*Like) expr()        {}
func (*IsNull) expr()      {}
func (*IsDistinct) expr()  {}
func (*Quantified) expr()  {}
func (*Exists) expr()      {}
func (*Subquery) expr()    {}
func (*Case) expr()        {}
func (*Cast) expr()        {}
func (*Extract) expr()     {}
func (*Call) expr()        {}
func (*Lambda) expr()      {}
func (*Array) expr()       {}
func (*Row) expr()         {}
func (*Subscript) expr()   {}
func (*AtTimeZone) expr()  {}
