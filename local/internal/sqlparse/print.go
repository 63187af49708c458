package sqlparse

import "strings"

// The binding strength of each kind of expression, weakest first.
const (
	levelLambda = iota
	levelOr
	levelAnd
	levelNot
	levelPredicate
	levelConcat
	levelSum
	levelProduct
	levelSign
	levelZone
	levelPrimary
)

// printer writes SQL text. Parentheses are written only where the grammar needs them.
type printer struct{ strings.Builder }

func (p *printer) write(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
}

// QuoteIdent writes an identifier so that it is read back as it is: bare where the grammar allows, else in double quotes.
func QuoteIdent(name string) string {
	if isBareIdent(name) && !isReserved(name) {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// QuoteString writes a string literal.
func QuoteString(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func isBareIdent(name string) bool {
	if name == "" || !isIdentStart(rune(name[0])) {
		return false
	}
	for i := 0; i < len(name); i++ {
		if !isIdentPart(rune(name[i])) {
			return false
		}
	}
	return true
}

func (p *printer) ident(id Ident) { p.write(id.text()) }

// text keeps quotes that were written, since a quoted word may mean something else bare (current_date, interval).
func (id Ident) text() string {
	if id.Quoted {
		return `"` + strings.ReplaceAll(id.Name, `"`, `""`) + `"`
	}
	if strings.HasPrefix(id.Name, measurePrefix) {
		return id.Name
	}
	return QuoteIdent(id.Name)
}

func (p *printer) dotted(ids []Ident) {
	for i, id := range ids {
		if i > 0 {
			p.write(".")
		}
		p.ident(id)
	}
}

func (p *printer) idents(ids []Ident) {
	p.write("(")
	for i, id := range ids {
		if i > 0 {
			p.write(", ")
		}
		p.ident(id)
	}
	p.write(")")
}

func (p *printer) exprs(list []Expr) {
	for i, e := range list {
		if i > 0 {
			p.write(", ")
		}
		e.print(p)
	}
}

// operand prints an expression, in parentheses when it binds weaker than the place asks for.
func (p *printer) operand(e Expr, least int) {
	if level(e) >= least {
		e.print(p)
		return
	}
	p.write("(")
	e.print(p)
	p.write(")")
}

func level(e Expr) int {
	switch e := e.(type) {
	case *Lambda:
		return levelLambda
	case *Logical:
		if e.Op == "OR" {
			return levelOr
		}
		return levelAnd
	case *Unary:
		if e.Op == "NOT" {
			return levelNot
		}
		return levelSign
	case *Between, *In, *Like, *IsNull, *IsDistinct, *Quantified:
		return levelPredicate
	case *Binary:
		return binaryLevel(e.Op)
	case *AtTimeZone:
		return levelZone
	}
	return levelPrimary
}

func binaryLevel(op string) int {
	switch op {
	case "||":
		return levelConcat
	case "+", "-":
		return levelSum
	case "*", "/", "%":
		return levelProduct
	}
	return levelPredicate
}
