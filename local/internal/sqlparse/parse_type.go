package sqlparse

import (
	"strconv"
	"strings"
)

const zoneSuffix = " with time zone"

// typeName reads a type as CAST takes it.
func (p *parser) typeName() *TypeName {
	defer p.enter()()
	t := &TypeName{At: p.here()}
	switch {
	case p.words("DOUBLE", "PRECISION"):
		t.Name = "double"
		return t
	case p.words("INTERVAL", "DAY", "TO", "SECOND"):
		t.Name = "interval day to second"
		return t
	case p.words("INTERVAL", "YEAR", "TO", "MONTH"):
		t.Name = "interval year to month"
		return t
	}
	t.Name = strings.ToLower(p.ident().Name)
	switch {
	case !p.accept("("):
	case t.Name == "row":
		p.rowFields(t)
	case t.Name == "array" || t.Name == "map" || t.Name == "timeseries":
		t.Args = append(t.Args, p.typeName())
		for p.accept(",") {
			t.Args = append(t.Args, p.typeName())
		}
		p.expect(")")
	default:
		p.typeParams(t)
	}
	p.zone(t)
	return t
}

func (p *parser) rowFields(t *TypeName) {
	for {
		var name Ident
		if n := p.peek(1); p.tok().isIdent() && !n.is(",") && !n.is(")") && !n.is("(") && !p.typeOfTwoWords() {
			name = p.ident()
		}
		t.Fields = append(t.Fields, name)
		t.Args = append(t.Args, p.typeName())
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
}

// typeOfTwoWords tells a nameless field of type "double precision", "timestamp with …" or "interval day …".
func (p *parser) typeOfTwoWords() bool {
	n := p.peek(1)
	return p.tok().word("DOUBLE") && n.word("PRECISION") || p.tok().word("TIMESTAMP", "TIME") && n.word("WITH", "WITHOUT") ||
		p.tok().word("INTERVAL") && n.word("DAY", "YEAR") && p.peek(2).word("TO")
}

func (p *parser) typeParams(t *TypeName) {
	for {
		n := p.tok()
		v, err := strconv.Atoi(n.text)
		if n.kind != tokenNumber || err != nil {
			p.fail("<integer>")
			return
		}
		p.advance()
		t.Params = append(t.Params, v)
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
}

// zone reads WITH TIME ZONE and WITHOUT TIME ZONE after time and timestamp.
func (p *parser) zone(t *TypeName) {
	if t.Name != "time" && t.Name != "timestamp" {
		return
	}
	if p.words("WITH", "TIME", "ZONE") {
		t.Name += zoneSuffix
	}
	p.words("WITHOUT", "TIME", "ZONE")
}
