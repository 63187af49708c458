package sqlparse

import "strings"

func (p *parser) statement() Statement {
	at := p.here()
	switch {
	case p.words("SHOW"):
		return p.show(at)
	case p.tok().word("DESCRIBE", "DESC"):
		p.advance()
		return &Describe{at, p.qualifiedName()}
	case p.o.Metadata && p.tok().word("UNLOAD"):
		p.advance()
		return p.unload(at)
	case p.startsQuery() || p.tok().is("("):
		return p.query()
	}
	expecting := []string{"'DESCRIBE'", "'SELECT'", "'SHOW'", "'VALUES'", "'WITH'", "'('"}
	if p.o.Metadata {
		expecting = append(expecting, "'UNLOAD'")
	}
	p.fail(expecting...)
	return nil
}

func (p *parser) show(at At) Statement {
	switch {
	case p.words("DATABASES"), p.words("SCHEMAS"):
		return &ShowDatabases{at, p.optionalLike()}
	case p.words("TABLES"):
		n := &ShowTables{At: at}
		if p.words("FROM") || p.words("IN") {
			n.From = p.qualifiedName()
		}
		n.Like = p.optionalLike()
		return n
	case p.o.Metadata && p.words("MEASURES"):
		p.expectWord("FROM")
		n := &ShowMeasures{At: at, From: p.qualifiedName()}
		n.Like = p.optionalLike()
		return n
	}
	p.fail("'DATABASES'", "'MEASURES'", "'TABLES'")
	return nil
}

func (p *parser) optionalLike() *StringLit {
	if p.words("LIKE") {
		return p.stringLit()
	}
	return nil
}

func (p *parser) unload(at At) Statement {
	n := &Unload{At: at}
	p.expect("(")
	n.Query = p.query()
	p.expect(")")
	p.expectWord("TO")
	n.To = p.stringLit().Value
	if !p.words("WITH") {
		return n
	}
	p.expect("(")
	for {
		o := &UnloadOption{At: p.here(), Name: strings.ToLower(p.ident().Name)}
		p.expect("=")
		if p.tok().word("ARRAY") {
			o.Value = p.primary()
		} else {
			o.Value = p.stringLit()
		}
		n.Options = append(n.Options, o)
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
	return n
}
