package translate

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// normalize is normalize(text[, form]); the parser hands the form over as text.
func (b *binder) normalize(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 1, 2)
	if !ok {
		return null
	}
	form := "NFC"
	if len(args) == 2 && args[1].text != nil {
		form = strings.ToUpper(*args[1].text)
	} else if len(args) == 2 {
		return b.fail(c.Pos(), "the form of normalize must be NFC, NFD, NFKC or NFKD")
	}
	if _, known := normalForms[form]; !known {
		return b.fail(c.Pos(), "the form of normalize must be NFC, NFD, NFKC or NFKD")
	}
	if args[0].typ.Kind != Varchar && args[0].typ.Kind != Unknown {
		return b.fail(c.Pos(), "Unexpected parameters (%s) for function normalize. Expected: normalize(varchar)", args[0].typ)
	}
	x := b.coerce(args[0], Type{Kind: Varchar}, c.Pos())
	return value{sql: "ts_normalize(" + x.sql + ", '" + form + "')", typ: Type{Kind: Varchar}}.with(x)
}
