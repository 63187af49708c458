package sqlparse

// argument reads one argument of a call, the only place for a lambda.
func (p *parser) argument() Expr {
	if p.startsLambda() {
		return p.lambda()
	}
	return p.expr()
}

// startsLambda looks for x ->, (a, b) -> or () -> at the cursor.
func (p *parser) startsLambda() bool {
	if p.tok().isIdent() {
		return p.peek(1).is("->")
	}
	n := 1
	if !p.tok().is("(") {
		return false
	}
	if p.peek(n).is(")") {
		return p.peek(n + 1).is("->")
	}
	for p.peek(n).isIdent() {
		if p.peek(n + 1).is(")") {
			return p.peek(n + 2).is("->")
		}
		if !p.peek(n + 1).is(",") {
			return false
		}
		n += 2
	}
	return false
}

func (p *parser) lambda() Expr {
	l := &Lambda{At: p.here()}
	if p.accept("(") {
		for !p.tok().is(")") && p.err == nil {
			l.Params = append(l.Params, p.ident())
			p.accept(",")
		}
		p.expect(")")
	} else {
		l.Params = []Ident{p.ident()}
	}
	p.expect("->")
	l.Body = p.expr()
	return l
}
