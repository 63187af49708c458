package translate

import (
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// javaOnly finds what Java's regular expressions have and RE2, DuckDB's engine, has not: look-around, atomic and named groups,
// back-references, possessive quantifiers.
var javaOnly = regexp.MustCompile(`\(\?(=|!|<|>)|\\[1-9]|\\k<|[*+?}]\+`)

// regexp binds the regular expression functions.
func (b *binder) regexp(c *sqlparse.Call, s *scope) value {
	name := callName(c)
	limits := map[string][2]int{
		"regexp_like": {2, 2}, "regexp_extract": {2, 3}, "regexp_extract_all": {2, 3}, "regexp_replace": {2, 3}, "regexp_split": {2, 2},
	}[name]
	if len(c.Args) == 3 {
		if _, ok := c.Args[2].(*sqlparse.Lambda); ok {
			return b.unsupported(c.Args[2].Pos(), "regexp_replace with a lambda")
		}
	}
	args, ok := b.arguments(c, s, limits[0], limits[1])
	if !ok {
		return null
	}
	for i := range args[:2] {
		if args[i].typ.Kind != Varchar && args[i].typ.Kind != Unknown {
			return b.fail(c.Pos(), "Unexpected parameters (%s, %s) for function %s", args[0].typ, args[1].typ, name)
		}
		args[i] = b.coerce(args[i], Type{Kind: Varchar}, c.Pos())
	}
	if p := args[1].text; p != nil && !b.readable(c, *p) {
		return null
	}
	sql, t, ok := b.regexpText(c, args)
	if !ok {
		return null
	}
	return value{sql: sql, typ: t}.with(args...).repeated()
}

// readable checks a literal pattern, and the number of the group that is asked of it.
func (b *binder) readable(c *sqlparse.Call, pattern string) bool {
	at := c.Args[1].Pos()
	if bad := javaOnly.FindString(strings.ReplaceAll(pattern, `\\`, "")); bad != "" {
		b.unsupported(at, "the regular expression syntax '"+bad+"'")
		return false
	}
	p, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		b.fail(at, "%v", err)
		return false
	}
	if len(c.Args) == 3 && strings.HasPrefix(callName(c), "regexp_extract") {
		if n, ok := c.Args[2].(*sqlparse.NumberLit); ok {
			if group, err := strconv.Atoi(n.Text); err == nil && group > p.MaxCap() {
				b.fail(c.Args[2].Pos(), "Pattern has %d groups. Cannot access group %d", p.MaxCap(), group)
				return false
			}
		}
	}
	return true
}

func (b *binder) regexpText(c *sqlparse.Call, args []value) (string, Type, bool) {
	text := Type{Kind: Varchar}
	subject := args[0].sql + ", " + args[1].sql
	switch name := callName(c); name {
	case "regexp_like":
		return "regexp_matches(" + subject + ")", Type{Kind: Boolean}, true
	case "regexp_split":
		return "string_split_regex(" + subject + ")", arrayOf(text), true
	case "regexp_replace":
		replacement, ok := "''", true
		if len(args) == 3 {
			replacement, ok = b.replacement(c, args[2])
		}
		return "regexp_replace(" + subject + ", " + replacement + ", 'g')", text, ok
	case "regexp_extract", "regexp_extract_all":
		group := "0"
		if len(args) == 3 {
			n, ok := c.Args[2].(*sqlparse.NumberLit)
			if !ok || n.Kind != sqlparse.Integer {
				b.unsupported(c.Args[2].Pos(), "a group of "+name+" that is not a literal number")
				return "", text, false
			}
			group = n.Text
		}
		call := name + "(" + subject + ", " + group + ")"
		if name == "regexp_extract_all" {
			return call, arrayOf(text), true
		}
		return "CASE WHEN regexp_matches(" + subject + ") THEN " + call + " END", text, true
	}
	return "", text, false
}

// replacement turns $1 into \1. Named groups do not exist in DuckDB.
func (b *binder) replacement(c *sqlparse.Call, v value) (string, bool) {
	if v.text == nil {
		b.unsupported(c.Args[2].Pos(), "a replacement of regexp_replace that is not a literal")
		return "", false
	}
	var out strings.Builder
	for s := *v.text; s != ""; {
		switch {
		case len(s) > 1 && s[0] == '\\':
			if s[1] == '\\' {
				out.WriteString(`\`)
			}
			out.WriteByte(s[1])
			s = s[2:]
		case len(s) > 1 && s[0] == '$' && s[1] >= '0' && s[1] <= '9':
			out.WriteString(`\` + s[1:2])
			s = s[2:]
		case s[0] == '$' || s[0] == '\\':
			b.unsupported(c.Args[2].Pos(), "the replacement syntax '"+s+"'")
			return "", false
		default:
			out.WriteByte(s[0])
			s = s[1:]
		}
	}
	return quoteText(out.String()), true
}
