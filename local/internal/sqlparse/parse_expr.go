package sqlparse

// expr reads one expression of any kind.
func (p *parser) expr() Expr {
	defer p.enter()()
	return p.logical("OR", func() Expr { return p.logical("AND", p.notExpr) })
}

func (p *parser) exprList() []Expr {
	list := []Expr{p.expr()}
	for p.accept(",") {
		list = append(list, p.expr())
	}
	return list
}

// logical reads a chain of one connective. Terms that are chains of the same connective, in parentheses, are merged.
func (p *parser) logical(op string, term func() Expr) Expr {
	first := term()
	if !p.tok().word(op) {
		return first
	}
	l := &Logical{At: p.here(), Op: op}
	l.add(first)
	for p.words(op) {
		l.add(term())
	}
	return l
}

func (n *Logical) add(e Expr) {
	if l, ok := e.(*Logical); ok && l.Op == n.Op {
		n.Terms = append(n.Terms, l.Terms...)
		return
	}
	n.Terms = append(n.Terms, e)
}

func (p *parser) notExpr() Expr {
	at := p.here()
	if !p.words("NOT") {
		return p.predicate()
	}
	defer p.enter()()
	return &Unary{at, "NOT", p.notExpr()}
}

var comparisons = map[string]string{"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

// predicate reads a value and at most one comparison after it, as the grammar of Presto does.
func (p *parser) predicate() Expr {
	x := p.value()
	at := p.here()
	if t := p.tok(); t.kind == tokenOp && comparisons[t.text] != "" {
		return p.comparison(at, x, comparisons[p.advance().text])
	}
	if p.words("IS") {
		negated := p.words("NOT")
		if p.words("DISTINCT", "FROM") {
			return &IsDistinct{at, x, p.value(), negated}
		}
		if !p.words("NULL") {
			p.fail("'DISTINCT'", "'NULL'")
		}
		return &IsNull{at, x, negated}
	}
	negated := p.tok().word("NOT") && p.peek(1).word("BETWEEN", "IN", "LIKE")
	if negated {
		p.advance()
	}
	switch {
	case p.words("BETWEEN"):
		b := &Between{At: at, X: x, Not: negated}
		b.Low = p.value()
		p.expectWord("AND")
		b.High = p.value()
		return b
	case p.words("IN"):
		return p.in(at, x, negated)
	case p.words("LIKE"):
		l := &Like{At: at, X: x, Pattern: p.value(), Not: negated}
		if p.words("ESCAPE") {
			l.Escape = p.value()
		}
		return l
	}
	return x
}

func (p *parser) comparison(at At, x Expr, op string) Expr {
	if p.tok().word("ALL", "ANY", "SOME") && p.peek(1).is("(") {
		q := &Quantified{At: at, Op: op, Quantifier: "ANY", Left: x}
		if p.advance().upper == "ALL" {
			q.Quantifier = "ALL"
		}
		p.advance()
		q.Query = p.query()
		p.expect(")")
		return q
	}
	return &Binary{at, op, x, p.value()}
}

func (p *parser) in(at At, x Expr, negated bool) Expr {
	p.expect("(")
	n := &In{At: at, X: x, Not: negated}
	if p.startsQuery() {
		n.Query = p.query()
	} else {
		n.List = p.exprList()
		if s, ok := n.List[0].(*Subquery); ok && len(n.List) == 1 && p.continuesQuery() {
			n.List, n.Query = nil, p.queryFrom(s.Query)
		}
	}
	p.expect(")")
	return n
}

// value reads concatenation, the weakest of the value operators.
func (p *parser) value() Expr {
	return p.chain([]string{"||"}, func() Expr {
		return p.chain([]string{"+", "-"}, func() Expr {
			return p.chain([]string{"*", "/", "%"}, p.signed)
		})
	})
}

// chain reads operators of one strength, left to right.
func (p *parser) chain(ops []string, operand func() Expr) Expr {
	left := operand()
	for n := 0; ; n++ {
		op := ""
		for _, o := range ops {
			if p.tok().is(o) {
				op = o
			}
		}
		if op == "" {
			return left
		}
		if n >= maxChain {
			p.failAt(p.tok().place, "statement is too large: too many operators in one expression")
		}
		at := p.here()
		p.advance()
		left = &Binary{at, op, left, operand()}
	}
}

func (p *parser) signed() Expr {
	at := p.here()
	for _, op := range []string{"-", "+"} {
		if p.accept(op) {
			defer p.enter()()
			return &Unary{at, op, p.signed()}
		}
	}
	return p.zoned()
}

func (p *parser) zoned() Expr {
	x := p.postfix()
	for n := 0; p.o.TimeZones && p.tok().word("AT") && p.peek(1).word("TIME"); n++ {
		if n >= maxChain {
			p.failAt(p.tok().place, "statement is too large: too many operators in one expression")
		}
		at := p.here()
		p.advance()
		p.advance()
		p.expectWord("ZONE")
		x = &AtTimeZone{at, x, p.postfix()}
	}
	return x
}

// postfix reads subscripts and fields after a primary.
func (p *parser) postfix() Expr {
	x := p.primary()
	for n := 0; ; n++ {
		if n >= maxChain {
			p.failAt(p.tok().place, "statement is too large: too many subscripts in one expression")
		}
		at := p.here()
		switch {
		case p.accept("["):
			x = &Subscript{at, x, p.expr()}
			p.expect("]")
		case p.accept("."):
			id := p.ident()
			if name, ok := x.(*Name); ok {
				name.Parts = append(name.Parts, id)
			} else {
				x = &Field{at, x, id}
			}
		default:
			return x
		}
	}
}
