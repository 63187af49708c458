package translate

import (
	"fmt"
	"strings"
)

// timePattern is a format of date_format and date_parse (MySQL's specifiers, https://trino.io/docs/current/functions/datetime.html)
// or of format_datetime and parse_datetime (Joda's letters, and those of java.time that mean the same).
type timePattern []timePart

// timePart is a text, or a field: its letter in Joda's alphabet and how often it is repeated.
type timePart struct {
	text  string
	field byte // 0: text
	width int
	most  int // digits that parsing takes at most
}

// Joda's words for what it refuses.
const (
	illegalComponent = "Illegal pattern component"
	cannotParse      = "Cannot parse"
	invalidFormat    = "Invalid format"
)

// mysqlFields are MySQL's specifiers in Joda's letters. The service refuses %D %U %u %V %w %X.
var mysqlFields = map[byte]string{
	'a': "EEE", 'b': "MMM", 'c': "M", 'd': "dd", 'e': "d", 'f': "SSSSSS", 'H': "HH", 'h': "hh", 'I': "hh", 'i': "mm", 'j': "DDD",
	'k': "H", 'l': "h", 'M': "MMMM", 'm': "MM", 'p': "a", 'r': "hh:mm:ss a", 'S': "ss", 's': "ss", 'T': "HH:mm:ss",
	'v': "ww", 'W': "EEEE", 'x': "xxxx", 'Y': "yyyy", 'y': "yy",
}

// jodaFields are the letters that are understood, with the digits that parsing takes at most.
var jodaFields = map[byte]int{
	'G': 0, 'C': 9, 'Y': 9, 'y': 9, 'u': 9, 'x': 9, 'w': 2, 'e': 1, 'E': 0, 'D': 3, 'M': 2, 'L': 2, 'd': 2, 'a': 0, 'K': 2, 'h': 2,
	'H': 2, 'k': 2, 'm': 2, 's': 2, 'S': 9, 'z': 0, 'Z': 0,
}

// sameField maps java.time's letters to Joda's.
var sameField = map[byte]byte{'u': 'y', 'Y': 'y', 'L': 'M'}

func compileMySQL(text string) (timePattern, error) {
	var p timePattern
	for i := 0; i < len(text); i++ {
		if text[i] != '%' || i+1 == len(text) {
			p.literal(text[i : i+1])
			continue
		}
		i++
		fields, ok := mysqlFields[text[i]]
		switch {
		case ok:
			expanded, err := compileJoda(fields)
			if err != nil {
				return nil, err
			}
			p = append(p, expanded...)
		case strings.IndexByte("DUuVwX", text[i]) >= 0:
			return nil, fmt.Errorf("%%%c not supported in date format string", text[i])
		default:
			p.literal(text[i : i+1])
		}
	}
	for i := range p {
		switch p[i].field {
		case 'y', 'x':
			p[i].most = 4
		case 'S':
			p[i].most = 9
		}
	}
	p.bound()
	return p, nil
}

func compileJoda(text string) (timePattern, error) {
	var p timePattern
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\'':
			quoted, n := jodaQuoted(text[i:])
			p.literal(quoted)
			i += n
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			n := len(text[i:]) - len(strings.TrimLeft(text[i:], text[i:i+1]))
			most, ok := jodaFields[c]
			if !ok {
				return nil, fmt.Errorf("%s: %s", illegalComponent, text[i:i+n])
			}
			if same, ok := sameField[c]; ok {
				c = same
			}
			if c == 'S' {
				most = min(n, 9)
			}
			p = append(p, timePart{field: c, width: n, most: most})
			i += n
		default:
			p.literal(text[i : i+1])
			i++
		}
	}
	p.bound()
	return p, nil
}

// bound lets a number that another follows at once take no more digits than it is wide.
func (p timePattern) bound() {
	for i := range p {
		if i+1 < len(p) && p[i].numeric() && p[i+1].numeric() && p[i].width < p[i].most {
			p[i].most = p[i].width
		}
	}
}

// numeric tells a field of digits.
func (f timePart) numeric() bool {
	return f.field != 0 && f.most > 0 && (f.field != 'M' || f.width <= 2)
}

func (p *timePattern) literal(text string) {
	if n := len(*p); n > 0 && (*p)[n-1].field == 0 {
		(*p)[n-1].text += text
		return
	}
	*p = append(*p, timePart{text: text})
}

// jodaQuoted reads 'text' at the start of s; two quotes are one. It returns the text and the bytes read.
func jodaQuoted(s string) (string, int) {
	if strings.HasPrefix(s, "''") {
		return "'", 2
	}
	var text strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != '\'' {
			text.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '\'' {
			text.WriteByte('\'')
			i++
			continue
		}
		return text.String(), i + 1
	}
	return text.String(), len(s)
}
