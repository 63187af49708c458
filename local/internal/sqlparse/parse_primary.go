package sqlparse

import (
	"encoding/hex"
	"strings"
)

func (p *parser) primary() Expr {
	t := p.tok()
	at := At{t.place}
	switch t.kind {
	case tokenString:
		p.advance()
		return &StringLit{at, t.text}
	case tokenBinary:
		p.advance()
		b, _ := hex.DecodeString(t.text) // checked by the lexer
		return &BinaryLit{at, b}
	case tokenNumber:
		p.advance()
		return &NumberLit{at, t.number, t.text}
	case tokenInterval:
		p.advance()
		return shortInterval(at, t.text)
	case tokenParam:
		p.advance()
		return &Param{at, t.text}
	case tokenOp:
		return p.parenthesis(at)
	case tokenQuoted:
		return p.named(at)
	case tokenIdent:
		if e := p.keyword(at); e != nil {
			return e
		}
		if t.isIdent() {
			return p.named(at)
		}
	}
	p.fail("<expression>")
	return &NullLit{at}
}

func shortInterval(at At, text string) Expr {
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	return &IntervalLit{At: at, Short: true, Value: text[:digits], Unit: shortUnits[strings.ToLower(text[digits:])], Text: text}
}

// parenthesis reads (x), (a, b) and (query).
func (p *parser) parenthesis(at At) Expr {
	if !p.o.Params && p.accept("?") {
		return &Param{At: at}
	}
	if !p.tok().is("(") {
		p.fail("<expression>")
		return &NullLit{at}
	}
	p.advance()
	if p.startsQuery() {
		q := p.query()
		p.expect(")")
		return &Subquery{at, q}
	}
	list := p.exprList()
	if len(list) > 1 {
		p.expect(")")
		return &Row{at, list}
	}
	if s, ok := list[0].(*Subquery); ok && p.continuesQuery() {
		list[0] = &Subquery{at, p.queryFrom(s.Query)}
	}
	p.expect(")")
	// (a).b is a field of the column a, never column b of table a.
	if name, ok := list[0].(*Name); ok && p.tok().is(".") {
		place := p.here()
		p.advance()
		return &Field{place, name, p.ident()}
	}
	return list[0]
}

// keyword reads an expression that begins with a word of the grammar, or returns nil.
func (p *parser) keyword(at At) Expr {
	t, next := p.tok(), p.peek(1)
	switch t.upper {
	case "NULL":
		p.advance()
		return &NullLit{at}
	case "TRUE", "FALSE":
		p.advance()
		return &BoolLit{at, t.upper == "TRUE"}
	case "CASE":
		p.advance()
		return p.caseExpr(at)
	case "CAST", "TRY_CAST":
		if next.is("(") {
			p.advance()
			return p.cast(at, t.upper == "TRY_CAST")
		}
	case "EXISTS":
		p.advance()
		p.expect("(")
		q := p.query()
		p.expect(")")
		return &Exists{at, q}
	case "EXTRACT":
		p.advance()
		p.expect("(")
		field := strings.ToLower(p.ident().Name)
		p.expectWord("FROM")
		x := p.value()
		p.expect(")")
		return &Extract{at, field, x}
	case "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP":
		p.advance()
		return &Call{At: at, Name: []Ident{{At: at, Name: t.text, Quoted: false}}, NoParens: true}
	case "ARRAY":
		if next.is("[") {
			p.advance()
			p.advance()
			a := &Array{At: at}
			if !p.tok().is("]") {
				a.Items = p.exprList()
			}
			p.expect("]")
			return a
		}
	case "ROW":
		if next.is("(") {
			p.advance()
			p.advance()
			r := &Row{at, p.exprList()}
			p.expect(")")
			return r
		}
	case "INTERVAL":
		if next.kind == tokenString || (next.is("-") || next.is("+")) && p.peek(2).kind == tokenString {
			p.advance()
			return p.interval(at)
		}
	case "NORMALIZE":
		p.advance()
		return p.normalize(at)
	case "POSITION":
		if next.is("(") {
			p.advance()
			return p.position(at, t)
		}
	}
	return nil
}

func (p *parser) caseExpr(at At) Expr {
	c := &Case{At: at}
	if !p.tok().word("WHEN") {
		c.Operand = p.expr()
	}
	if !p.tok().word("WHEN") {
		p.fail("'WHEN'")
	}
	for p.words("WHEN") {
		cond := p.expr()
		p.expectWord("THEN")
		c.Whens = append(c.Whens, When{cond, p.expr()})
	}
	if p.words("ELSE") {
		c.Else = p.expr()
	}
	p.expectWord("END")
	return c
}

func (p *parser) cast(at At, try bool) Expr {
	p.expect("(")
	x := p.expr()
	p.expectWord("AS")
	t := p.typeName()
	p.expect(")")
	return &Cast{at, x, t, try}
}

func (p *parser) interval(at At) Expr {
	n := &IntervalLit{At: at}
	if !p.accept("+") {
		n.Negative = p.accept("-")
	}
	n.Value = p.stringLit().Value
	n.Unit = p.unit()
	if p.words("TO") {
		n.To = p.unit()
	}
	return n
}

func (p *parser) unit() string {
	u := longUnits[p.tok().upper]
	if u == "" || u == "week" && !p.o.ShortIntervals || p.tok().kind != tokenIdent {
		p.fail("'DAY'", "'HOUR'", "'MINUTE'", "'MONTH'", "'SECOND'", "'YEAR'")
		return ""
	}
	p.advance()
	return u
}

// position reads POSITION(a IN b) as a call of two arguments.
func (p *parser) position(at At, t *token) Expr {
	defer p.enter()()
	p.expect("(")
	needle := p.value()
	c := &Call{At: at, Name: []Ident{{At: At{t.place}, Name: "strpos"}}}
	p.expectWord("IN")
	c.Args = []Expr{p.value(), needle}
	p.expect(")")
	return c
}

// normalize reads NORMALIZE(x[, form]) as a call whose second argument is the form as text.
func (p *parser) normalize(at At) Expr {
	defer p.enter()()
	p.expect("(")
	c := &Call{At: at, Name: []Ident{{At: at, Name: "normalize", Quoted: true}}, Args: []Expr{p.value()}}
	if p.accept(",") {
		form := p.tok()
		if !form.word("NFC", "NFD", "NFKC", "NFKD") {
			p.fail("'NFC'", "'NFD'", "'NFKC'", "'NFKD'")
		}
		c.Args = append(c.Args, &StringLit{At{form.place}, form.upper})
		p.advance()
	}
	p.expect(")")
	return c
}

// named reads what begins with an identifier: a typed literal, a call, a name.
func (p *parser) named(at At) Expr {
	t, next := p.tok(), p.peek(1)
	switch {
	case t.kind == tokenIdent && next.kind == tokenString:
		p.advance()
		return &TypedLit{at, strings.ToLower(t.text), p.advance().text}
	case t.word("DOUBLE") && next.word("PRECISION") && p.peek(2).kind == tokenString:
		p.advance()
		p.advance()
		return &TypedLit{at, "double", p.advance().text}
	}
	n := 1
	for p.peek(n).is(".") && p.peek(n+1).isIdent() {
		n += 2
	}
	if p.peek(n).is("(") {
		return p.call(at)
	}
	return &Name{at, []Ident{p.ident()}}
}

func (p *parser) call(at At) Expr {
	c := &Call{At: at, Name: p.qualifiedName()}
	p.expect("(")
	switch {
	case p.accept("*"):
		c.Star = true
	case p.tok().is(")"):
	default:
		if !p.words("ALL") {
			c.Distinct = p.words("DISTINCT")
		}
		c.Args = append(c.Args, p.argument())
		for p.accept(",") {
			c.Args = append(c.Args, p.argument())
		}
		c.OrderBy = p.orderBy()
	}
	p.expect(")")
	if p.tok().word("FILTER") && p.peek(1).is("(") {
		p.advance()
		p.advance()
		p.expectWord("WHERE")
		c.Filter = p.expr()
		p.expect(")")
	}
	if p.words("IGNORE", "NULLS") {
		c.IgnoreNulls = true
	} else {
		p.words("RESPECT", "NULLS")
	}
	if p.tok().word("OVER") && (p.peek(1).is("(") || p.peek(1).isIdent()) {
		p.advance()
		c.Over = p.window()
	}
	return c
}
