package translate

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// timePatternArgument binds the pattern of a format function; what is literal of it is checked here. The second result tells the
// dialect of the pattern in the names of the natives.
func (b *binder) timePatternArgument(c *sqlparse.Call, v value) (value, string) {
	compile, language := compileMySQL, "mysql"
	if strings.HasSuffix(callName(c), "datetime") {
		compile, language = compileJoda, "joda"
	}
	if v.typ.Kind != Varchar && v.typ.Kind != Unknown {
		return b.fail(c.Args[1].Pos(), "Unexpected parameters for function %s: the pattern is %s", callName(c), v.typ), language
	}
	if v.text != nil {
		if _, err := compile(*v.text); err != nil {
			return b.fail(c.Args[1].Pos(), "%v", err), language
		}
	}
	return b.coerce(v, Type{Kind: Varchar}, c.Pos()), language
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
	p, language := b.timePatternArgument(c, args[1])
	x = b.coerce(x, Type{Kind: Timestamp}, c.Pos())
	return value{sql: "ts_" + language + "_format(epoch_ns(" + x.sql + "), " + p.sql + ")", typ: Type{Kind: Varchar}}.with(x, p)
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
	p, language := b.timePatternArgument(c, args[1])
	t := Type{Kind: Timestamp}
	if b.d.ZonedNow && callName(c) == "parse_datetime" {
		t.Kind = TimestampTZ
	}
	x = b.coerce(x, Type{Kind: Varchar}, c.Pos())
	return value{sql: "make_timestamp_ns(ts_" + language + "_parse(" + x.sql + ", " + p.sql + "))", typ: t}.with(x, p)
}
