package translate

import (
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// regexpCall is a call of a regular expression function with its arguments bound.
type regexpCall struct {
	*sqlparse.Call
	name    string
	args    []value
	pattern *javaPattern // of a literal, else nil
	plain   bool         // RE2 reads the pattern as Java does
}

// javaOnly finds what RE2 refuses or takes for something else: look-around, atomic and named groups, back-references,
// possessive quantifiers, classes in classes.
var javaOnly = regexp.MustCompile(`\(\?(=|!|<|>)|\\[1-9]|\\k<|[*+?}]\+|&&|\[[^\]]*\[`)

// regexp binds the regular expression functions.
func (b *binder) regexp(c *sqlparse.Call, s *scope) value {
	name := callName(c)
	limits := map[string][2]int{
		"regexp_like": {2, 2}, "regexp_extract": {2, 3}, "regexp_extract_all": {2, 3}, "regexp_replace": {2, 3}, "regexp_split": {2, 2},
	}[name]
	given := *c
	var lambda sqlparse.Expr
	if len(c.Args) == 3 && name == "regexp_replace" {
		if l, ok := c.Args[2].(*sqlparse.Lambda); ok {
			lambda, given.Args = l, c.Args[:2]
		}
	}
	args, ok := b.arguments(&given, s, limits[0], limits[1])
	if !ok {
		return null
	}
	for i := range args[:2] {
		if args[i].typ.Kind != Varchar && args[i].typ.Kind != Unknown {
			return b.fail(c.Pos(), "Unexpected parameters (%s, %s) for function %s", args[0].typ, args[1].typ, name)
		}
		args[i] = b.coerce(args[i], Type{Kind: Varchar}, c.Pos())
	}
	r := &regexpCall{Call: c, name: name, args: args}
	if !b.readPattern(r) {
		return null
	}
	if lambda != nil {
		return b.replaceWith(r, lambda, s)
	}
	sql, t := b.regexpText(r)
	return value{sql: sql, typ: t}.with(args...).repeated()
}

// readPattern compiles a literal pattern, so that bad ones fail at their place.
func (b *binder) readPattern(r *regexpCall) bool {
	text := r.args[1].text
	if text == nil {
		return true
	}
	p, err := compileJava(*text)
	if err != nil {
		b.fail(r.Args[1].Pos(), "%v", err)
		return false
	}
	_, err = syntax.Parse(*text, syntax.Perl)
	r.pattern, r.plain = p, err == nil && !javaOnly.MatchString(strings.ReplaceAll(*text, `\\`, ""))
	if len(r.Args) == 3 && strings.HasPrefix(r.name, "regexp_extract") {
		if n, ok := r.Args[2].(*sqlparse.NumberLit); ok {
			if group, err := strconv.Atoi(n.Text); err == nil && group > p.groups {
				b.fail(r.Args[2].Pos(), "Pattern has %d groups. Cannot access group %d", p.groups, group)
				return false
			}
		}
	}
	return true
}

// regexpText calls DuckDB's own function where it answers alike, else ours in Go.
func (b *binder) regexpText(r *regexpCall) (string, Type) {
	text, list := Type{Kind: Varchar}, arrayOf(Type{Kind: Varchar})
	subject := r.args[0].sql + ", " + r.args[1].sql
	switch r.name {
	case "regexp_like":
		if r.plain {
			return "regexp_matches(" + subject + ")", Type{Kind: Boolean}
		}
		return "ts_regexp_like(" + subject + ")", Type{Kind: Boolean}
	case "regexp_split":
		return "ts_regexp_split(" + subject + ")", list
	case "regexp_replace":
		return "ts_regexp_replace(" + subject + ", " + b.replacement(r) + ")", text
	}
	group := "0"
	if len(r.args) == 3 {
		group = b.coerce(r.args[2], Type{Kind: Bigint}, r.Pos()).sql
	}
	if r.name == "regexp_extract_all" {
		return "ts_regexp_extract_all(" + subject + ", " + group + ")", list
	}
	if r.plain && group == "0" {
		return "CASE WHEN regexp_matches(" + subject + ") THEN regexp_extract(" + subject + ") END", text
	}
	return "ts_regexp_extract(" + subject + ", " + group + ")", text
}

// replacement is the third argument of regexp_replace; what is literal of it is checked here.
func (b *binder) replacement(r *regexpCall) string {
	if len(r.args) < 3 {
		return "''"
	}
	v := r.args[2]
	if v.text != nil && r.pattern != nil {
		if _, err := r.pattern.replacement(*v.text); err != nil {
			b.fail(r.Args[2].Pos(), "%v", err)
		}
	}
	return b.coerce(v, Type{Kind: Varchar}, r.Pos()).sql
}

// replaceWith is regexp_replace(text, pattern, groups -> text): the texts around the matches, joined by what the lambda answers.
func (b *binder) replaceWith(r *regexpCall, lambda sqlparse.Expr, s *scope) value {
	names, body, ok := b.lambda(lambda, s, value{typ: arrayOf(Type{Kind: Varchar})})
	if !ok {
		return null
	}
	if body.typ.Kind != Varchar && body.typ.Kind != Unknown {
		return b.fail(lambda.Pos(), "Expected lambda to return varchar, but it returns %s", body.typ)
	}
	body = b.coerce(body, Type{Kind: Varchar}, r.Pos())
	subject := r.args[0].sql + ", " + r.args[1].sql
	answers := "list_transform(ts_regexp_groups(" + subject + "), lambda " + names[0] + ": coalesce(" + body.sql + ", ''))"
	sql := "ts_interleave(ts_regexp_split(" + subject + "), " + answers + ")"
	return value{sql: sql, typ: Type{Kind: Varchar}}.with(r.args...).with(body).repeated()
}
