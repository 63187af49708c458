package sqlparse

import (
	"encoding/hex"
	"strconv"
	"strings"
)

func (n *Name) print(p *printer)      { p.dotted(n.Parts) }
func (n *StringLit) print(p *printer) { p.write(QuoteString(n.Value)) }
func (n *BinaryLit) print(p *printer) {
	p.write("X'", strings.ToUpper(hex.EncodeToString(n.Value)), "'")
}
func (n *NumberLit) print(p *printer) { p.write(n.Text) }
func (n *BoolLit) print(p *printer)   { p.write(strconv.FormatBool(n.Value)) }
func (n *NullLit) print(p *printer)   { p.write("NULL") }
func (n *TypedLit) print(p *printer)  { p.write(strings.ToUpper(n.Type), " ", QuoteString(n.Value)) }

func (n *Field) print(p *printer) {
	switch n.X.(type) {
	case *Name, *NumberLit: // a.b would be one name, 0..b a bad number
		p.paren(n.X)
	default:
		p.operand(n.X, levelPrimary)
	}
	p.write(".")
	p.ident(n.Name)
}

func (n *IntervalLit) print(p *printer) {
	if n.Short {
		p.write(n.Text)
		return
	}
	p.write("INTERVAL ")
	if n.Negative {
		p.write("-")
	}
	p.write(QuoteString(n.Value), " ", strings.ToUpper(n.Unit))
	if n.To != "" {
		p.write(" TO ", strings.ToUpper(n.To))
	}
}

func (n *Param) print(p *printer) {
	if n.Name == "" {
		p.write("?")
		return
	}
	p.write("@", n.Name)
}

func (n *Unary) print(p *printer) {
	if n.Op == "NOT" {
		p.write("NOT ")
		p.operand(n.X, levelNot)
		return
	}
	p.write(n.Op)
	if inner, ok := n.X.(*Unary); ok && inner.Op != "NOT" {
		p.write(" ") // two signs together begin a comment
	}
	p.operand(n.X, levelSign)
}

func (n *Binary) print(p *printer) {
	l := binaryLevel(n.Op)
	left := l
	if l == levelPredicate {
		left = l + 1
	}
	p.operand(n.Left, left)
	p.write(" ", n.Op, " ")
	p.operand(n.Right, l+1)
}

func (n *Logical) print(p *printer) {
	for i, t := range n.Terms {
		if i > 0 {
			p.write(" ", n.Op, " ")
		}
		p.operand(t, level(n)+1)
	}
}

func not(is bool) string {
	if is {
		return "NOT "
	}
	return ""
}

func (n *Between) print(p *printer) {
	p.operand(n.X, levelConcat)
	p.write(" ", not(n.Not), "BETWEEN ")
	p.operand(n.Low, levelConcat)
	p.write(" AND ")
	p.operand(n.High, levelConcat)
}

func (n *In) print(p *printer) {
	p.operand(n.X, levelConcat)
	p.write(" ", not(n.Not), "IN (")
	if n.Query != nil {
		n.Query.print(p)
	} else {
		p.exprs(n.List)
	}
	p.write(")")
}

func (n *Like) print(p *printer) {
	p.operand(n.X, levelConcat)
	p.write(" ", not(n.Not), "LIKE ")
	p.operand(n.Pattern, levelConcat)
	if n.Escape != nil {
		p.write(" ESCAPE ")
		p.operand(n.Escape, levelConcat)
	}
}

func (n *IsNull) print(p *printer) {
	p.operand(n.X, levelConcat)
	p.write(" IS ", not(n.Not), "NULL")
}

func (n *IsDistinct) print(p *printer) {
	p.operand(n.Left, levelConcat)
	p.write(" IS ", not(n.Not), "DISTINCT FROM ")
	p.operand(n.Right, levelConcat)
}

func (n *Quantified) print(p *printer) {
	p.operand(n.Left, levelConcat)
	p.write(" ", n.Op, " ", n.Quantifier, " ")
	p.paren(n.Query)
}

// paren prints a node in parentheses.
func (p *printer) paren(n Node) {
	p.write("(")
	n.print(p)
	p.write(")")
}

func (n *Exists) print(p *printer) {
	p.write("EXISTS ")
	p.paren(n.Query)
}

func (n *Subquery) print(p *printer) { p.paren(n.Query) }

func (n *Case) print(p *printer) {
	p.write("CASE")
	if n.Operand != nil {
		p.write(" ")
		n.Operand.print(p)
	}
	for _, w := range n.Whens {
		p.write(" WHEN ")
		w.Cond.print(p)
		p.write(" THEN ")
		w.Result.print(p)
	}
	if n.Else != nil {
		p.write(" ELSE ")
		n.Else.print(p)
	}
	p.write(" END")
}

func (n *Cast) print(p *printer) {
	if n.Try {
		p.write("TRY_")
	}
	p.write("CAST(")
	n.X.print(p)
	p.write(" AS ")
	n.Type.print(p)
	p.write(")")
}

func (n *Extract) print(p *printer) {
	p.write("EXTRACT(", strings.ToUpper(n.Field), " FROM ")
	n.X.print(p)
	p.write(")")
}

func (n *Call) print(p *printer) {
	if n.NoParens {
		p.write(n.Name[0].Name)
		return
	}
	p.dotted(n.Name)
	p.write("(")
	if n.Star {
		p.write("*")
	}
	if n.Distinct {
		p.write("DISTINCT ")
	}
	p.exprs(n.Args)
	p.orderBy(n.OrderBy)
	p.write(")")
	if n.Filter != nil {
		p.write(" FILTER (WHERE ")
		n.Filter.print(p)
		p.write(")")
	}
	if n.IgnoreNulls {
		p.write(" IGNORE NULLS")
	}
	if n.Over != nil {
		p.write(" OVER ")
		n.Over.print(p)
	}
}

func (n *Lambda) print(p *printer) {
	if len(n.Params) == 1 {
		p.ident(n.Params[0])
	} else {
		p.idents(n.Params)
	}
	p.write(" -> ")
	n.Body.print(p)
}

func (n *Array) print(p *printer) {
	p.write("ARRAY[")
	p.exprs(n.Items)
	p.write("]")
}

func (n *Row) print(p *printer) {
	p.write("ROW(")
	p.exprs(n.Items)
	p.write(")")
}

func (n *Subscript) print(p *printer) {
	p.operand(n.X, levelPrimary)
	p.write("[")
	n.Index.print(p)
	p.write("]")
}

func (n *AtTimeZone) print(p *printer) {
	p.operand(n.X, levelZone)
	p.write(" AT TIME ZONE ")
	p.operand(n.Zone, levelPrimary)
}

func (n *TypeName) print(p *printer) {
	name, zone := strings.CutSuffix(n.Name, zoneSuffix)
	if zone {
		defer p.write(zoneSuffix)
	}
	switch name {
	case "interval day to second", "interval year to month":
		p.write(name)
	default:
		p.write(QuoteIdent(name)) // which types there are is not the parser's to know
	}
	if len(n.Params) == 0 && len(n.Args) == 0 {
		return
	}
	p.write("(")
	for i, v := range n.Params {
		if i > 0 {
			p.write(", ")
		}
		p.write(strconv.Itoa(v))
	}
	for i, t := range n.Args {
		if i > 0 {
			p.write(", ")
		}
		if i < len(n.Fields) && n.Fields[i].Name != "" {
			p.ident(n.Fields[i])
			p.write(" ")
		}
		t.print(p)
	}
	p.write(")")
}
