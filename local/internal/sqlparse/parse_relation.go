package sqlparse

// relation reads one item of FROM with its joins, left to right.
func (p *parser) relation() Relation {
	defer p.enter()()
	left := p.aliased()
	for n := 0; ; n++ {
		if n >= maxChain {
			p.failAt(p.tok().place, "statement is too large: too many joins")
		}
		at := p.here()
		natural := p.words("NATURAL")
		kind := p.joinKind()
		if kind == "" {
			if natural {
				p.fail("'JOIN'")
			}
			return left
		}
		j := &Join{At: at, Kind: kind, Natural: natural, Left: left}
		left = j
		if kind == "CROSS" || natural {
			j.Right = p.aliased()
			continue
		}
		// a JOIN b JOIN c ON … ON … binds the inner pair first.
		j.Right = p.joinRight()
		switch {
		case p.words("ON"):
			j.On = p.expr()
		case p.words("USING"):
			j.Using = p.identList()
		default:
			p.fail("'ON'", "'USING'")
		}
	}
}

// joinRight reads the right side of a join with a condition; another JOIN before ON belongs to it.
func (p *parser) joinRight() Relation {
	right := p.aliased()
	if p.tok().word("ON", "USING") || p.err != nil {
		return right
	}
	defer p.enter()()
	at := p.here()
	natural := p.words("NATURAL")
	kind := p.joinKind()
	if kind == "" {
		p.fail("'ON'", "'USING'")
		return right
	}
	j := &Join{At: at, Kind: kind, Natural: natural, Left: right}
	if kind == "CROSS" || natural {
		j.Right = p.aliased()
		return j
	}
	j.Right = p.joinRight()
	if p.words("ON") {
		j.On = p.expr()
	} else if p.words("USING") {
		j.Using = p.identList()
	}
	return j
}

func (p *parser) joinKind() string {
	switch {
	case p.words("JOIN"), p.words("INNER", "JOIN"):
		return "INNER"
	case p.words("CROSS", "JOIN"):
		return "CROSS"
	}
	for _, k := range []string{"LEFT", "RIGHT", "FULL"} {
		if p.words(k) {
			p.words("OUTER")
			p.expectWord("JOIN")
			return k
		}
	}
	return ""
}

// aliased reads a relation without joins and its optional [AS] alias [(columns)].
func (p *parser) aliased() Relation {
	at := p.here()
	r := p.relationPrimary()
	if p.tok().word("TABLESAMPLE") {
		p.failAt(p.tok().place, "TABLESAMPLE is not supported")
	}
	if !p.words("AS") && (!p.tok().isIdent() || p.startsClause()) {
		return r
	}
	a := &Aliased{At: at, Relation: r, Alias: p.ident()}
	if p.tok().is("(") {
		a.Columns = p.identList()
	}
	return a
}

// startsClause tells that a non-reserved word begins a clause here rather than being an alias.
func (p *parser) startsClause() bool {
	t := p.tok()
	switch {
	case t.word("LIMIT"):
		n := p.peek(1)
		return n.kind == tokenNumber || n.kind == tokenParam || n.word("ALL") || n.is("?")
	case p.o.Offset && t.word("OFFSET"):
		return p.peek(1).kind == tokenNumber
	case p.o.Offset && t.word("FETCH"):
		return p.peek(1).word("FIRST", "NEXT")
	case p.o.Windows && t.word("WINDOW"):
		return p.peek(1).isIdent() && p.peek(2).word("AS")
	}
	return false
}

func (p *parser) relationPrimary() Relation {
	at := p.here()
	switch {
	case p.words("UNNEST"):
		return p.unnest(at)
	case p.tok().word("TABLE") && p.peek(1).is("("):
		p.advance()
		p.advance()
		f := p.tableFunction(at)
		p.expect(")")
		return f
	case p.tok().word("LATERAL") && p.peek(1).is("("):
		p.advance()
		p.advance()
		q := p.query()
		p.expect(")")
		return &SubqueryRef{at, q, true}
	case p.accept("("):
		return p.parenRelation(at)
	}
	if !p.tok().isIdent() {
		p.fail("'('", "'LATERAL'", "'TABLE'", "'UNNEST'", "<identifier>")
	}
	return &TableRef{at, p.qualifiedName()}
}

// parenRelation reads the rest of a parenthesis in FROM: a query, or a relation with its joins.
func (p *parser) parenRelation(at At) Relation {
	if p.startsQuery() {
		q := p.query()
		p.expect(")")
		return &SubqueryRef{At: at, Query: q}
	}
	r := p.relation()
	if s, ok := r.(*SubqueryRef); ok && !s.Lateral && p.continuesQuery() {
		r = &SubqueryRef{At: at, Query: p.queryFrom(s.Query)}
	}
	p.expect(")")
	return r
}

func (p *parser) unnest(at At) Relation {
	p.expect("(")
	u := &Unnest{At: at, Args: p.exprList()}
	p.expect(")")
	if p.words("WITH") {
		p.expectWord("ORDINALITY")
		u.Ordinality = true
	}
	return u
}

func (p *parser) tableFunction(at At) Relation {
	f := &TableFunction{At: at, Name: p.qualifiedName()}
	p.expect("(")
	for !p.tok().is(")") {
		a := &NamedArg{At: p.here()}
		if p.tok().isIdent() && p.peek(1).is("=>") {
			a.Name = p.ident()
			p.advance()
		}
		a.Value = p.expr()
		f.Args = append(f.Args, a)
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	return f
}
