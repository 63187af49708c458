package sqlparse

import (
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEOF tokenKind = iota
	tokenIdent
	tokenQuoted
	tokenString
	tokenBinary
	tokenNumber
	tokenInterval
	tokenParam
	tokenOp
)

// token is one word of the statement. text is what the parser works with (unquoted, of a Short interval as written); raw is
// the input, for messages; upper is the keyword form of a bare identifier.
type token struct {
	kind             tokenKind
	text, raw, upper string
	number           NumberKind
	place            Pos
}

// measurePrefix begins the names of Timestream's typed value columns, the only names with colons that need no quotes.
const measurePrefix = "measure_value::"

var measureTypes = map[string]bool{"double": true, "bigint": true, "varchar": true, "boolean": true}

type lexer struct {
	src  string
	at   int
	line int
	col  int
	o    Options
}

// tokens splits the whole statement; the last token is always EOF.
func tokens(src string, o Options) ([]token, error) {
	l := &lexer{src: src, line: 1, col: 1, o: o}
	var out []token
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		if t.kind == tokenEOF {
			return out, nil
		}
	}
}

func (l *lexer) peek(n int) byte {
	if l.at+n < len(l.src) {
		return l.src[l.at+n]
	}
	return 0
}

// advance moves n bytes ahead and keeps line and column.
func (l *lexer) advance(n int) {
	for end := l.at + n; l.at < end; {
		r, size := utf8.DecodeRuneInString(l.src[l.at:])
		l.at += size
		if r == '\n' {
			l.line++
			l.col = 1
		} else {
			l.col++
		}
	}
}

func (l *lexer) fail(message string) error {
	return &Error{Pos{l.line, l.col}, message}
}

func isIdentStart(r rune) bool {
	return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isIdentPart(r rune) bool { return isIdentStart(r) || r >= '0' && r <= '9' }

// space skips white space and comments.
func (l *lexer) space() error {
	for l.at < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[l.at:])
		switch {
		case unicode.IsSpace(r):
			l.advance(size)
		case strings.HasPrefix(l.src[l.at:], "--"):
			end := strings.IndexByte(l.src[l.at:], '\n')
			if end < 0 {
				end = len(l.src) - l.at
			}
			l.advance(end)
		case strings.HasPrefix(l.src[l.at:], "/*"):
			end := strings.Index(l.src[l.at+2:], "*/")
			if end < 0 {
				return l.fail("mismatched input '/*'. Expecting: the end of the comment, '*/'")
			}
			l.advance(end + 4)
		default:
			return nil
		}
	}
	return nil
}

func (l *lexer) next() (token, error) {
	if err := l.space(); err != nil {
		return token{}, err
	}
	place := Pos{l.line, l.col}
	if l.at >= len(l.src) {
		return token{kind: tokenEOF, raw: "<EOF>", place: place}, nil
	}
	start := l.at
	t, err := l.word()
	t.place = place
	t.raw = l.src[start:l.at]
	return t, err
}

func (l *lexer) word() (token, error) {
	c := l.peek(0)
	switch {
	case c == '\'':
		s, err := l.quoted('\'')
		return token{kind: tokenString, text: s}, err
	case c == '"':
		s, err := l.quoted('"')
		if err == nil && s == "" {
			err = l.fail("zero-length delimited identifier not allowed")
		}
		return token{kind: tokenQuoted, text: s}, err
	case c == '`':
		return token{}, l.fail("backquoted identifiers are not supported; use double quotes to quote identifiers")
	case (c == 'x' || c == 'X') && l.peek(1) == '\'':
		return l.binary()
	case isIdentStart(rune(c)):
		return l.identifier(), nil
	case isDigit(c) || c == '.' && isDigit(l.peek(1)):
		return l.numberToken()
	case c == '@' && l.o.Params && isIdentStart(rune(l.peek(1))):
		l.advance(1)
		return token{kind: tokenParam, text: l.identText()}, nil
	}
	return l.operator()
}

// quoted reads a string or identifier between quotes; a doubled quote stands for one.
func (l *lexer) quoted(q byte) (string, error) {
	var b strings.Builder
	for i := l.at + 1; i < len(l.src); i++ {
		if l.src[i] != q {
			b.WriteByte(l.src[i])
			continue
		}
		if i+1 < len(l.src) && l.src[i+1] == q {
			b.WriteByte(q)
			i++
			continue
		}
		l.advance(i + 1 - l.at)
		return b.String(), nil
	}
	return "", l.fail("mismatched input '" + string(q) + "'. Expecting: the closing quote " + string(q))
}

func (l *lexer) binary() (token, error) {
	place := Pos{l.line, l.col}
	l.advance(1)
	s, err := l.quoted('\'')
	if err != nil {
		return token{}, err
	}
	if _, err := hex.DecodeString(s); err != nil {
		return token{}, &Error{place, "Binary literal must contain an even number of digits, 0-9 and A-F only"}
	}
	return token{kind: tokenBinary, text: s}, nil
}

func (l *lexer) identText() string {
	start := l.at
	for isIdentPart(rune(l.peek(0))) {
		l.advance(1)
	}
	return l.src[start:l.at]
}

func (l *lexer) identifier() token {
	s := l.identText()
	if l.o.MeasureNames && s+"::" == measurePrefix && strings.HasPrefix(l.src[l.at:], "::") {
		rest := l.src[l.at+2:]
		end := 0
		for end < len(rest) && isIdentPart(rune(rest[end])) {
			end++
		}
		if measureTypes[rest[:end]] {
			l.advance(end + 2)
			return token{kind: tokenIdent, text: measurePrefix + rest[:end]}
		}
	}
	return token{kind: tokenIdent, text: s, upper: strings.ToUpper(s)}
}

func (l *lexer) digits() {
	for isDigit(l.peek(0)) {
		l.advance(1)
	}
}

func (l *lexer) numberToken() (token, error) {
	start, kind := l.at, Integer
	l.digits()
	if l.peek(0) == '.' {
		kind = Decimal
		l.advance(1)
		l.digits()
	}
	if c := l.peek(0); c == 'e' || c == 'E' {
		sign := 1
		if s := l.peek(1); s == '+' || s == '-' {
			sign = 2
		}
		if isDigit(l.peek(sign)) {
			kind = Double
			l.advance(sign)
			l.digits()
		}
	}
	if !isIdentStart(rune(l.peek(0))) {
		return token{kind: tokenNumber, text: l.src[start:l.at], number: kind}, nil
	}
	place := Pos{l.line, l.col - (l.at - start)}
	unit := l.identText()
	if kind == Integer && l.o.ShortIntervals && shortUnits[strings.ToLower(unit)] != "" {
		return token{kind: tokenInterval, text: l.src[start:l.at]}, nil
	}
	return token{}, &Error{place, "mismatched input '" + l.src[start:l.at] +
		"'. identifiers must not start with a digit; surround the identifier with double quotes"}
}

// operators of two characters come before their first character.
var operators = []string{
	"<>", "!=", "<=", ">=", "||", "->", "=>", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/", "%",
	"<", ">", "=", ";", "?",
}

func (l *lexer) operator() (token, error) {
	for _, op := range operators {
		if strings.HasPrefix(l.src[l.at:], op) {
			l.advance(len(op))
			return token{kind: tokenOp, text: op}, nil
		}
	}
	_, size := utf8.DecodeRuneInString(l.src[l.at:])
	return token{}, l.fail("mismatched input '" + l.src[l.at:l.at+size] + "'. Expecting: <expression>")
}
