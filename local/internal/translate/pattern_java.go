package translate

import (
	"fmt"
	"strings"
	"time"

	"github.com/dlclark/regexp2"
)

// javaPattern is a regular expression in Java's syntax (java.util.regex.Pattern), run by a backtracking engine that knows
// look-around, back-references and atomic groups, which DuckDB's RE2 does not. Groups are numbered as in Java, named ones too.
type javaPattern struct {
	re     *regexp2.Regexp
	names  map[string]int
	groups int
}

// The service's words for what it refuses.
const (
	invalidPattern     = "Invalid regular expression"
	illegalReplacement = "Illegal replacement sequence"
)

// maxMatchTime bounds one match: a backtracking engine can take for ever.
const maxMatchTime = 2 * time.Second

func compileJava(pattern string) (*javaPattern, error) {
	s := &javaScanner{rest: pattern, names: map[string]int{}}
	if err := s.scan(); err != nil {
		return nil, err
	}
	re, err := compileSafely(s.out.String())
	if err != nil {
		return nil, fmt.Errorf("%s: %s", invalidPattern, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	re.MatchTimeout = maxMatchTime
	return &javaPattern{re, s.names, s.groups}, nil
}

// compileSafely makes an error of a panic: the engine's parser meets any text that a client sends.
func compileSafely(pattern string) (re *regexp2.Regexp, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return regexp2.Compile(pattern, regexp2.RE2)
}

// javaScanner rewrites what the engine takes differently: named groups lose their names, so that all are numbered from left to
// right, and \Q…\E becomes escapes.
type javaScanner struct {
	rest   string
	out    strings.Builder
	names  map[string]int
	groups int
	depth  int
}

// maxPatternDepth bounds how deep groups nest: the engine compiles them by recursion.
const maxPatternDepth = 200

func (s *javaScanner) take(n int) string {
	text := s.rest[:n]
	s.rest = s.rest[n:]
	return text
}

func (s *javaScanner) scan() error {
	for s.rest != "" {
		switch {
		case strings.HasPrefix(s.rest, `\Q`):
			s.quoted()
		case strings.HasPrefix(s.rest, `\k<`):
			if err := s.reference(); err != nil {
				return err
			}
		case s.posix("[", "]"):
		case s.rest[0] == '\\' && len(s.rest) > 1:
			s.out.WriteString(s.take(2))
		case s.rest[0] == '[':
			if err := s.class(); err != nil {
				return err
			}
		case s.rest[0] == '(':
			if s.depth++; s.depth > maxPatternDepth {
				return fmt.Errorf("%s: groups nest too deep", invalidPattern)
			}
			s.open()
		case s.rest[0] == ')':
			s.depth--
			s.out.WriteString(s.take(1))
		case len(s.rest) > 1 && s.rest[1] == '+' && strings.IndexByte("*+?}", s.rest[0]) >= 0:
			return fmt.Errorf("possessive quantifier '%s' is not supported by the embedded server: use an atomic group, (?>…)", s.rest[:2])
		default:
			s.out.WriteString(s.take(1))
		}
	}
	return nil
}

func (s *javaScanner) quoted() {
	text, rest, _ := strings.Cut(s.rest[2:], `\E`)
	s.out.WriteString(regexp2.Escape(text))
	s.rest = rest
}

func (s *javaScanner) reference() error {
	name, rest, ok := strings.Cut(s.rest[3:], ">")
	n := s.names[name]
	if !ok || n == 0 {
		return fmt.Errorf("%s: named capturing group <%s> does not exist", invalidPattern, name)
	}
	fmt.Fprintf(&s.out, `(?:\%d)`, n)
	s.rest = rest
	return nil
}

// posixClasses are Java's \p{…} of ASCII, as they stand between brackets.
var posixClasses = map[string]string{
	"Lower": "a-z", "Upper": "A-Z", "ASCII": `\x00-\x7f`, "Alpha": "A-Za-z", "Digit": "0-9", "Alnum": "A-Za-z0-9",
	"Punct": "!-/:-@\\[-`{-~", "Graph": "!-~", "Print": " -~", "Blank": ` \t`, "Cntrl": `\x00-\x1f\x7f`, "XDigit": "0-9A-Fa-f",
	"Space": ` \t\n\x0b\f\r`,
}

// posix rewrites \p{Alpha} and its kin, between what opens and closes a class.
func (s *javaScanner) posix(open, end string) bool {
	name, rest, ok := strings.Cut(s.rest, "}")
	class := posixClasses[strings.TrimPrefix(name, `\p{`)]
	if !ok || class == "" || !strings.HasPrefix(name, `\p{`) {
		return false
	}
	s.out.WriteString(open + class + end)
	s.rest = rest
	return true
}

// class copies [ … ]; Java's intersections have no equal.
func (s *javaScanner) class() error {
	depth := 0
	for s.rest != "" {
		switch {
		case s.posix("", ""):
			continue
		case s.rest[0] == '\\' && len(s.rest) > 1:
			s.out.WriteString(s.take(2))
			continue
		case strings.HasPrefix(s.rest, "&&"), s.rest[0] == '[' && depth > 0:
			return fmt.Errorf("classes inside of classes, as in '%.10s', are not supported by the embedded server", s.rest)
		case s.rest[0] == '[':
			depth++
		case s.rest[0] == ']':
			depth--
		}
		s.out.WriteString(s.take(1))
		if depth == 0 {
			return nil
		}
	}
	return nil
}

// open copies the beginning of a group and counts it if it captures.
func (s *javaScanner) open() {
	head, isGroup := "(", !strings.HasPrefix(s.rest, "(?")
	if name, ok := strings.CutPrefix(s.rest, "(?<"); ok && name != "" && name[0] != '=' && name[0] != '!' {
		if name, _, ok := strings.Cut(name, ">"); ok {
			s.names[name] = s.groups + 1
			head, isGroup = "(?<"+name+">", true
		}
	}
	s.take(len(head))
	s.out.WriteByte('(')
	if isGroup {
		s.groups++
	}
}

// matches calls f with each match of s, from left to right.
func (p *javaPattern) matches(s []rune, f func(*regexp2.Match)) error {
	m, err := p.re.FindRunesMatch(s)
	for ; err == nil && m != nil; m, err = p.re.FindNextMatch(m) {
		f(m)
	}
	if err != nil {
		return tooLong()
	}
	return nil
}

// tooLong is what the engine's only error means: a match took longer than maxMatchTime.
func tooLong() error { return refuse("the regular expression takes too long") }

// group is the text of a group, nil if it took no part in the match.
func group(m *regexp2.Match, n int) any {
	g := m.GroupByNumber(n)
	if g == nil || len(g.Captures) == 0 {
		return nil
	}
	return g.String()
}

// replacement is Java's: $1, ${name}, and a backslash before what is meant as it is.
type replacement []replacementPart

type replacementPart struct {
	text  string
	group int // -1: text
}

func (p *javaPattern) replacement(text string) (replacement, error) {
	var out replacement
	literal := func(s string) { out = append(out, replacementPart{s, -1}) }
	for text != "" {
		i := strings.IndexAny(text, `$\`)
		if i < 0 {
			literal(text)
			break
		}
		literal(text[:i])
		text = text[i:]
		switch {
		case text[0] == '\\' && len(text) > 1:
			literal(text[1:2])
			text = text[2:]
		case strings.HasPrefix(text, "${"):
			name, rest, ok := strings.Cut(text[2:], "}")
			n, known := p.names[name]
			if !ok || !known {
				return nil, fmt.Errorf("%s: unknown group { %s }", illegalReplacement, name)
			}
			out, text = append(out, replacementPart{group: n}), rest
		case len(text) > 1 && text[1] >= '0' && text[1] <= '9':
			n, used := p.groupNumber(text[1:])
			if n > p.groups {
				return nil, fmt.Errorf("%s: unknown group { %d }", illegalReplacement, n)
			}
			out, text = append(out, replacementPart{group: n}), text[1+used:]
		default:
			return nil, fmt.Errorf("%s: %s", illegalReplacement, text)
		}
	}
	return out, nil
}

// groupNumber reads as many digits as still name a group, at least one.
func (p *javaPattern) groupNumber(digits string) (n, used int) {
	for used < len(digits) && digits[used] >= '0' && digits[used] <= '9' {
		next := n*10 + int(digits[used]-'0')
		if used > 0 && next > p.groups {
			break
		}
		n, used = next, used+1
	}
	return n, used
}

func (r replacement) expand(out *strings.Builder, m *regexp2.Match) {
	for _, part := range r {
		text := part.text
		if part.group >= 0 {
			text, _ = group(m, part.group).(string)
		}
		out.WriteString(text)
	}
}
