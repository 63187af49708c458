package translate

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// mysqlPatterns translates the specifiers of date_format and date_parse to strftime's. The service refuses %D %U %u %V %w %X too.
var mysqlPatterns = map[byte]string{
	'a': "%a", 'b': "%b", 'c': "%-m", 'd': "%d", 'e': "%-d", 'f': "%f", 'H': "%H", 'h': "%I", 'I': "%I", 'i': "%M", 'j': "%j",
	'k': "%-H", 'l': "%-I", 'M': "%B", 'm': "%m", 'p': "%p", 'r': "%I:%M:%S %p", 'S': "%S", 's': "%S", 'T': "%H:%M:%S",
	'v': "%V", 'W': "%A", 'x': "%G", 'Y': "%Y", 'y': "%y", '%': "%%",
}

// jodaPatterns translates runs of a letter; what is missing is refused.
var jodaPatterns = map[string]string{
	"yyyy": "%Y", "YYYY": "%Y", "yy": "%y", "xxxx": "%G", "MM": "%m", "M": "%-m", "MMM": "%b", "MMMM": "%B", "dd": "%d", "d": "%-d",
	"DDD": "%j", "ww": "%V", "e": "%u", "E": "%a", "EEE": "%a", "EEEE": "%A", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I",
	"mm": "%M", "m": "%-M", "ss": "%S", "s": "%-S", "SSS": "%g", "SSSSSS": "%f", "SSSSSSSSS": "%n", "a": "%p",
	"Z": "+0000", "ZZ": "+00:00",
}

// pattern translates the literal pattern of a format function.
func (b *binder) pattern(c *sqlparse.Call, v value) (string, bool) {
	if v.text == nil {
		b.unsupported(c.Args[1].Pos(), "a pattern of "+callName(c)+" that is not a literal")
		return "", false
	}
	var out, bad string
	if strings.HasSuffix(callName(c), "datetime") {
		out, bad = jodaPattern(*v.text)
	} else {
		out, bad = mysqlPattern(*v.text)
	}
	if bad == "" && strings.Contains(strings.TrimSuffix(out, "%n"), "%n") {
		bad = "SSSSSSSSS followed by more" // DuckDB writes it wrong anywhere but at the end
	}
	if bad != "" {
		b.unsupported(c.Args[1].Pos(), "pattern "+bad+" of "+callName(c))
		return "", false
	}
	return out, true
}

func mysqlPattern(s string) (out, bad string) {
	var p strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || i+1 == len(s) {
			p.WriteByte(s[i])
			continue
		}
		i++
		t, ok := mysqlPatterns[s[i]]
		switch {
		case ok:
			p.WriteString(t)
		case strings.IndexByte("DUuVwX", s[i]) >= 0:
			return "", "%" + s[i:i+1]
		default:
			p.WriteByte(s[i])
		}
	}
	return p.String(), ""
}

func jodaPattern(s string) (out, bad string) {
	var p strings.Builder
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\'':
			text, n := jodaQuoted(s[i:])
			p.WriteString(strings.ReplaceAll(text, "%", "%%"))
			i += n
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			n := len(s[i:]) - len(strings.TrimLeft(s[i:], s[i:i+1]))
			t, ok := jodaPatterns[s[i:i+n]]
			if !ok {
				return "", s[i : i+n]
			}
			p.WriteString(t)
			i += n
		default:
			p.WriteString(strings.ReplaceAll(s[i:i+1], "%", "%%"))
			i++
		}
	}
	return p.String(), ""
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

func (b *binder) timeFormat(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 2, 2)
	if !ok {
		return null
	}
	x, ok := b.pointArgument(c, args[0])
	if !ok {
		return null
	}
	if x.typ.Kind == Time {
		return b.fail(c.Pos(), "Unexpected parameters (time, varchar) for function %s", callName(c))
	}
	p, ok := b.pattern(c, args[1])
	if !ok {
		return null
	}
	x = b.coerce(x, Type{Kind: Timestamp}, c.Pos())
	return value{sql: "strftime(" + x.sql + ", " + quoteText(p) + ")", typ: Type{Kind: Varchar}}.with(x)
}

func (b *binder) timeParse(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 2, 2)
	if !ok {
		return null
	}
	x := args[0]
	if x.typ.Kind != Varchar && x.typ.Kind != Unknown {
		return b.fail(c.Pos(), "Unexpected parameters (%s, varchar) for function %s", x.typ, callName(c))
	}
	p, ok := b.pattern(c, args[1])
	if !ok {
		return null
	}
	t := Type{Kind: Timestamp}
	if b.d.ZonedNow && callName(c) == "parse_datetime" {
		t.Kind = TimestampTZ
	}
	x = b.coerce(x, Type{Kind: Varchar}, c.Pos())
	return value{sql: "CAST(strptime(" + x.sql + ", " + quoteText(p) + ") AS TIMESTAMP_NS)", typ: t}.with(x)
}
