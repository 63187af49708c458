package sqlparse

func (p *parser) startsQuery() bool { return p.tok().word("SELECT", "WITH", "VALUES") }

// query reads [WITH …] body [ORDER BY …] [OFFSET …] [LIMIT …].
func (p *parser) query() *Query {
	defer p.enter()()
	q := &Query{At: p.here()}
	if p.words("WITH") {
		if p.tok().word("RECURSIVE") {
			p.fail("<identifier>")
		}
		q.With = append(q.With, p.cte())
		for p.accept(",") {
			q.With = append(q.With, p.cte())
		}
	}
	q.Body = p.bodyExpr(nil)
	p.tail(q)
	return q
}

// queryFrom goes on with a query whose first body has been read already, in parentheses.
func (p *parser) queryFrom(first *Query) *Query {
	q := &Query{At: first.At, Body: p.bodyExpr(first)}
	p.tail(q)
	return q
}

// continuesQuery tells whether a parenthesised query just read is only the beginning of a larger one.
func (p *parser) continuesQuery() bool {
	return p.tok().word("UNION", "INTERSECT", "EXCEPT", "ORDER", "LIMIT") || p.o.Offset && p.tok().word("OFFSET", "FETCH")
}

func (p *parser) tail(q *Query) {
	q.OrderBy = p.orderBy()
	if p.o.Offset && p.words("OFFSET") {
		q.Offset = p.rowCount()
		if !p.words("ROW") {
			p.words("ROWS")
		}
	}
	switch {
	case p.words("LIMIT"):
		if !p.words("ALL") {
			q.Limit = p.rowCount()
		}
	case p.o.Offset && p.words("FETCH"):
		if !p.words("FIRST") {
			p.expectWord("NEXT")
		}
		q.Limit = &NumberLit{At: p.here(), Text: "1"}
		if p.tok().kind == tokenNumber {
			q.Limit = p.rowCount()
		}
		if !p.words("ROW") {
			p.expectWord("ROWS")
		}
		p.expectWord("ONLY")
	}
}

func (p *parser) rowCount() Expr {
	t := p.tok()
	if t.kind == tokenParam || t.is("?") {
		return p.primary()
	}
	if t.kind != tokenNumber || t.number != Integer {
		p.fail("'ALL'", "<integer>")
		return &NullLit{}
	}
	p.advance()
	return &NumberLit{At{t.place}, Integer, t.text}
}

func (p *parser) cte() *CTE {
	c := &CTE{At: p.here(), Name: p.ident()}
	if p.tok().is("(") {
		c.Columns = p.identList()
	}
	p.expectWord("AS")
	p.expect("(")
	c.Query = p.query()
	p.expect(")")
	return c
}

// bodyExpr reads UNION and EXCEPT, left to right.
func (p *parser) bodyExpr(first *Query) Body {
	left := p.intersection(first)
	for n := 0; p.tok().word("UNION", "EXCEPT"); n++ {
		left = p.setOp(left, n, func() Body { return p.intersection(nil) })
	}
	return left
}

func (p *parser) intersection(first *Query) Body {
	var left Body
	if first != nil {
		left = first
	} else {
		left = p.bodyPrimary()
	}
	for n := 0; p.tok().word("INTERSECT"); n++ {
		left = p.setOp(left, n, p.bodyPrimary)
	}
	return left
}

func (p *parser) setOp(left Body, n int, right func() Body) Body {
	if n >= maxChain {
		p.failAt(p.tok().place, "statement is too large: too many set operations")
	}
	t := p.advance()
	op := &SetOp{At: At{t.place}, Op: t.upper, Left: left}
	op.All = p.words("ALL")
	if !op.All {
		p.words("DISTINCT")
	}
	op.Right = right()
	return op
}

func (p *parser) bodyPrimary() Body {
	at := p.here()
	switch {
	case p.words("SELECT"):
		return p.selectBody(at)
	case p.words("VALUES"):
		return &Values{at, p.exprList()}
	case p.accept("("):
		q := p.query()
		p.expect(")")
		return q
	}
	p.fail("'SELECT'", "'VALUES'", "'('")
	return &Select{At: at}
}

func (p *parser) selectBody(at At) Body {
	s := &Select{At: at}
	if !p.words("ALL") {
		s.Distinct = p.words("DISTINCT")
	}
	s.Items = append(s.Items, p.selectItem())
	for p.accept(",") {
		s.Items = append(s.Items, p.selectItem())
	}
	if p.words("FROM") {
		s.From = append(s.From, p.relation())
		for p.accept(",") {
			s.From = append(s.From, p.relation())
		}
	}
	if p.words("WHERE") {
		s.Where = p.expr()
	}
	if p.tok().word("GROUP") {
		s.GroupBy = p.groupBy()
	}
	if p.words("HAVING") {
		s.Having = p.expr()
	}
	if p.o.Windows && p.tok().word("WINDOW") && p.peek(1).isIdent() && p.peek(2).word("AS") {
		p.advance()
		s.Windows = append(s.Windows, p.windowDef())
		for p.accept(",") {
			s.Windows = append(s.Windows, p.windowDef())
		}
	}
	return s
}

// selectItem reads *, t.*, or expr [[AS] alias].
func (p *parser) selectItem() *SelectItem {
	it := &SelectItem{At: p.here()}
	if p.accept("*") {
		return it
	}
	if n := p.starQualifier(); n > 0 {
		for range n {
			it.Qualifier = append(it.Qualifier, p.ident())
			p.advance() // the dot
		}
		p.advance() // the star
		return it
	}
	it.Expr = p.expr()
	if p.words("AS") || p.tok().isIdent() && !p.startsClause() {
		id := p.ident()
		it.Alias = &id
	}
	return it
}

// starQualifier counts the identifiers of a.b.* at the cursor; zero when there is no such star.
func (p *parser) starQualifier() int {
	for n := 0; ; n++ {
		if !p.peek(2*n).isIdent() || !p.peek(2*n+1).is(".") {
			return 0
		}
		if p.peek(2*n + 2).is("*") {
			return n + 1
		}
	}
}

func (p *parser) groupBy() *GroupBy {
	g := &GroupBy{At: p.here()}
	p.advance()
	p.expectWord("BY")
	if !p.words("ALL") {
		g.Distinct = p.words("DISTINCT")
	}
	if p.tok().is("(") && p.peek(1).is(")") {
		p.advance()
		p.advance()
		return g
	}
	if p.tok().word("GROUPING", "CUBE", "ROLLUP") {
		p.failAt(p.tok().place, p.tok().upper+" is not supported")
	}
	g.Items = p.exprList()
	return g
}

func (p *parser) orderBy() []*SortItem {
	if !p.tok().word("ORDER") {
		return nil
	}
	p.advance()
	p.expectWord("BY")
	items := []*SortItem{p.sortItem()}
	for p.accept(",") {
		items = append(items, p.sortItem())
	}
	return items
}

func (p *parser) sortItem() *SortItem {
	s := &SortItem{At: p.here(), Expr: p.expr()}
	if !p.words("ASC") {
		s.Desc = p.words("DESC")
	}
	switch {
	case p.words("NULLS", "FIRST"):
		s.Nulls = NullsFirst
	case p.words("NULLS", "LAST"):
		s.Nulls = NullsLast
	}
	return s
}
