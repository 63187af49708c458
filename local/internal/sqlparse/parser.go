package sqlparse

import (
	"sort"
	"strings"
)

// maxDepth bounds how deep expressions, queries and relations may nest, and maxChain how many operators of equal strength
// may follow each other; both keep later recursive passes (and DuckDB's own limit of 1000) safe.
const (
	maxDepth = 100
	maxChain = 400
)

// Parse reads one statement. The error is always an *Error with the place in sql.
func Parse(sql string, o Options) (Statement, error) {
	toks, err := tokens(sql, o)
	if err != nil {
		return nil, err
	}
	p := &parser{toks: toks, o: o}
	s := p.statement()
	if p.o.Semicolon {
		p.accept(";")
	}
	p.end()
	if p.err != nil {
		return nil, p.err
	}
	return s, nil
}

// parser walks the tokens. After the first error it stands on EOF for good, so every loop ends; results are then discarded.
type parser struct {
	toks  []token
	i     int
	o     Options
	depth int
	err   error
}

func (p *parser) tok() *token { return &p.toks[p.i] }

func (p *parser) peek(n int) *token {
	return &p.toks[min(p.i+n, len(p.toks)-1)]
}

func (p *parser) advance() token {
	t := p.toks[p.i]
	if p.i < len(p.toks)-1 {
		p.i++
	}
	return t
}

func (p *parser) failAt(place Pos, message string) {
	if p.err == nil {
		p.err = &Error{place, message}
	}
	p.i = len(p.toks) - 1
}

// fail reports the token at hand as unexpected.
func (p *parser) fail(expecting ...string) {
	if p.err != nil {
		return
	}
	sort.Strings(expecting)
	p.failAt(p.tok().place, "mismatched input '"+p.tok().raw+"'. Expecting: "+strings.Join(expecting, ", "))
}

// enter counts one level of nesting; the caller defers the returned function.
func (p *parser) enter() func() {
	p.depth++
	if p.depth > maxDepth {
		p.failAt(p.tok().place, "statement is too large: it nests too deep")
	}
	return func() { p.depth-- }
}

func (t *token) is(op string) bool { return t.kind == tokenOp && t.text == op }

func (t *token) word(words ...string) bool {
	if t.kind != tokenIdent {
		return false
	}
	for _, w := range words {
		if t.upper == w {
			return true
		}
	}
	return false
}

func (p *parser) accept(op string) bool {
	if p.tok().is(op) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(op string) {
	if !p.accept(op) {
		p.fail("'" + op + "'")
	}
}

// words accepts a run of keywords, or nothing.
func (p *parser) words(run ...string) bool {
	for i, w := range run {
		if !p.peek(i).word(w) {
			return false
		}
	}
	for range run {
		p.advance()
	}
	return true
}

func (p *parser) expectWord(w string) {
	if !p.words(w) {
		p.fail("'" + w + "'")
	}
}

func (p *parser) end() {
	if p.tok().kind != tokenEOF {
		p.fail("<EOF>")
	}
}

func (p *parser) here() At { return At{p.tok().place} }

func (t *token) isIdent() bool {
	return t.kind == tokenQuoted || t.kind == tokenIdent && !reserved[t.upper]
}

func (p *parser) ident() Ident {
	t := p.tok()
	if !t.isIdent() {
		p.fail("<identifier>")
		return Ident{}
	}
	p.advance()
	return Ident{At: At{t.place}, Name: t.text, Quoted: t.kind == tokenQuoted}
}

func (p *parser) qualifiedName() []Ident {
	ids := []Ident{p.ident()}
	for p.accept(".") {
		ids = append(ids, p.ident())
	}
	return ids
}

// identList reads (a, b, …).
func (p *parser) identList() []Ident {
	p.expect("(")
	ids := []Ident{p.ident()}
	for p.accept(",") {
		ids = append(ids, p.ident())
	}
	p.expect(")")
	return ids
}

func (p *parser) stringLit() *StringLit {
	t := p.tok()
	if t.kind != tokenString {
		p.fail("<string>")
		return &StringLit{}
	}
	p.advance()
	return &StringLit{At{t.place}, t.text}
}
