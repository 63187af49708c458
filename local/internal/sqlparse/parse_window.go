package sqlparse

func (p *parser) windowDef() *WindowDef {
	d := &WindowDef{At: p.here(), Name: p.ident()}
	p.expectWord("AS")
	if !p.tok().is("(") {
		p.fail("'('")
	}
	d.Window = p.window()
	return d
}

// window reads what follows OVER: a name, or a definition in parentheses.
func (p *parser) window() *Window {
	w := &Window{At: p.here()}
	if !p.accept("(") {
		id := p.ident()
		w.Name = &id
		return w
	}
	clause := p.tok().word("ROWS", "RANGE", "GROUPS") || p.tok().word("PARTITION") && p.peek(1).word("BY")
	if p.tok().isIdent() && !clause {
		id := p.ident()
		w.Name = &id
	}
	if p.words("PARTITION", "BY") {
		w.PartitionBy = p.exprList()
	}
	w.OrderBy = p.orderBy()
	if p.tok().word("ROWS", "RANGE") || p.o.Windows && p.tok().word("GROUPS") {
		w.Frame = p.frame()
	}
	p.expect(")")
	return w
}

func (p *parser) frame() *Frame {
	f := &Frame{At: p.here(), Unit: p.advance().upper}
	if !p.words("BETWEEN") {
		f.Start = p.bound()
		return f
	}
	f.Start = p.bound()
	p.expectWord("AND")
	end := p.bound()
	f.End = &end
	return f
}

func (p *parser) bound() FrameBound {
	switch {
	case p.words("UNBOUNDED", "PRECEDING"):
		return FrameBound{Kind: "UNBOUNDED PRECEDING"}
	case p.words("UNBOUNDED", "FOLLOWING"):
		return FrameBound{Kind: "UNBOUNDED FOLLOWING"}
	case p.words("CURRENT", "ROW"):
		return FrameBound{Kind: "CURRENT ROW"}
	}
	b := FrameBound{Offset: p.value(), Kind: "PRECEDING"}
	switch {
	case p.words("PRECEDING"):
	case p.words("FOLLOWING"):
		b.Kind = "FOLLOWING"
	default:
		p.fail("'FOLLOWING'", "'PRECEDING'")
	}
	return b
}
