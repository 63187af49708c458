package translate

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// specialForm binds a function that the tables of signatures cannot describe: literals that select a form, lambdas, types that
// depend on all arguments.
type specialForm func(*binder, *sqlparse.Call, *scope) value

func specialForms() map[string]specialForm {
	return map[string]specialForm{
		"if": (*binder).ifForm, "coalesce": (*binder).coalesce, "nullif": (*binder).nullIf, "try": (*binder).try,
		"greatest": (*binder).extreme, "least": (*binder).extreme, "typeof": (*binder).typeOfValue,
		"concat": (*binder).concatCall, "zip": (*binder).zip, "array_join": (*binder).arrayJoin,
		"now": (*binder).now, "current_timestamp": (*binder).now, "localtimestamp": (*binder).now,
		"current_date": (*binder).now, "current_time": (*binder).now, "localtime": (*binder).now, "ago": (*binder).ago,
		"date_trunc": (*binder).dateTrunc, "date_add": (*binder).dateAdd, "date_diff": (*binder).dateDiff,
		"parse_duration": (*binder).parseDuration,
		"date_format":    (*binder).timeFormat, "format_datetime": (*binder).timeFormat,
		"date_parse": (*binder).timeParse, "parse_datetime": (*binder).timeParse,
		"regexp_like": (*binder).regexp, "regexp_extract": (*binder).regexp, "regexp_extract_all": (*binder).regexp,
		"regexp_replace": (*binder).regexp, "regexp_split": (*binder).regexp,
		"normalize": (*binder).normalize, "zip_with": (*binder).zipWith,
		"filter": (*binder).filter, "transform": (*binder).transform, "reduce": (*binder).reduce,
		"any_match": (*binder).match1, "all_match": (*binder).match1, "none_match": (*binder).match1,
	}
}

// arguments binds the arguments and checks their number.
func (b *binder) arguments(c *sqlparse.Call, s *scope, least, most int) ([]value, bool) {
	if len(c.Args) < least || most >= 0 && len(c.Args) > most {
		b.fail(c.Pos(), "Unexpected number of arguments (%d) for function %s", len(c.Args), callName(c))
		return nil, false
	}
	args := b.exprs(c.Args, s)
	return args, b.err == nil
}

func (b *binder) ifForm(c *sqlparse.Call, s *scope) value {
	if len(c.Args) < 2 || len(c.Args) > 3 {
		return b.fail(c.Pos(), "Unexpected number of arguments (%d) for function if", len(c.Args))
	}
	cond := b.boolean(c.Args[0], s, "IF condition")
	results, t := b.unify(c.Pos(), "Result types for IF", b.exprs(c.Args[1:], s))
	sql := "CASE WHEN " + cond.sql + " THEN " + results[0].sql
	if len(results) == 2 {
		sql += " ELSE " + results[1].sql
	}
	return value{sql: sql + " END", typ: t}.with(cond).with(results...)
}

func (b *binder) coalesce(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 2, -1)
	if !ok {
		return null
	}
	args, t := b.unify(c.Pos(), "All COALESCE operands", args)
	return value{sql: "coalesce(" + joinSQL(args) + ")", typ: t}.with(args...)
}

func (b *binder) nullIf(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 2, 2)
	if !ok {
		return null
	}
	eq := b.compare(c.Pos(), "=", args[0], args[1])
	return value{sql: "CASE WHEN " + eq.sql + " THEN NULL ELSE " + args[0].sql + " END", typ: args[0].typ}.with(args...).repeated()
}

func (b *binder) try(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 1, 1)
	if !ok {
		return null
	}
	return value{sql: "TRY(" + args[0].sql + ")", typ: args[0].typ}.with(args...)
}

// extreme is greatest and least: null when any argument is.
func (b *binder) extreme(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 1, -1)
	if !ok {
		return null
	}
	args, t := b.unify(c.Pos(), "All "+callName(c)+" arguments", args)
	if !comparable(t, "<") || t.Kind == Array {
		return b.fail(c.Pos(), "Unexpected parameters (%s) for function %s", t, callName(c))
	}
	nulls := make([]string, len(args))
	for i, a := range args {
		nulls[i] = a.sql + " IS NULL"
	}
	sql := "CASE WHEN " + strings.Join(nulls, " OR ") + " THEN NULL ELSE " + callName(c) + "(" + joinSQL(args) + ") END"
	return value{sql: sql, typ: t}.with(args...).repeated()
}

func (b *binder) typeOfValue(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 1, 1)
	if !ok {
		return null
	}
	return value{sql: quoteText(args[0].typ.String()), typ: Type{Kind: Varchar}}.with(args...)
}

// concatCall is || over all arguments, so that one null makes the result null.
func (b *binder) concatCall(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 2, -1)
	if !ok {
		return null
	}
	v := args[0]
	for _, a := range args[1:] {
		v = b.concat(&sqlparse.Binary{At: c.At, Op: "||"}, v, a)
	}
	return v
}

func (b *binder) zip(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 2, 5)
	if !ok {
		return null
	}
	t := Type{Kind: Row}
	x := b.fresh("l")
	parts := make([]string, len(args))
	for i, a := range args {
		if a.typ.Kind != Array {
			return b.fail(c.Pos(), "Unexpected parameters (%s) for function zip", a.typ)
		}
		f := Field{Type: *a.typ.Elem}
		parts[i] = f.physical(i) + " := " + x + "[" + itoa(i+1) + "]"
		t.Fields = append(t.Fields, f)
	}
	sql := "list_transform(list_zip(" + joinSQL(args) + "), lambda " + x + ": struct_pack(" + strings.Join(parts, ", ") + "))"
	return value{sql: sql, typ: arrayOf(t)}.with(args...)
}

// arrayJoin prints the elements as CAST to varchar does, and leaves nulls out unless it is told what to write for them.
func (b *binder) arrayJoin(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 2, 3)
	if !ok {
		return null
	}
	if args[0].typ.Kind != Array {
		return b.fail(c.Pos(), "Unexpected parameters (%s) for function array_join", args[0].typ)
	}
	list := b.cast(args[0], arrayOf(Type{Kind: Varchar}), false, c.Pos())
	for i := range args[1:] {
		args[i+1] = b.coerce(args[i+1], Type{Kind: Varchar}, c.Pos())
	}
	sql := list.sql
	if len(args) == 3 {
		x := b.fresh("l")
		sql = "list_transform(" + sql + ", lambda " + x + ": coalesce(" + x + ", " + args[2].sql + "))"
	}
	return value{sql: "ts_join(" + sql + ", " + args[1].sql + ")", typ: Type{Kind: Varchar}}.with(args...)
}
