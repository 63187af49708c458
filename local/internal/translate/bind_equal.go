package translate

import "strings"

// nestedEqual compares arrays and rows in the three-valued logic of SQL: a pair of elements that differs decides, else a null
// leaves the answer open. DuckDB takes nulls inside for equal. depth names the variables of nested lambdas.
func nestedEqual(l, r string, t Type, depth int) string {
	switch t.Kind {
	case Array:
		pair := "q" + itoa(depth)
		elements := "list_transform(list_zip(" + l + ", " + r + "), lambda " + pair + ": " + nestedEqual(pair+"[1]", pair+"[2]", *t.Elem, depth+1) + ")"
		return "CASE WHEN len(" + l + ") <> len(" + r + ") THEN false WHEN len(" + l + ") = len(" + r + ") THEN ts_all_match(" + elements + ") END"
	case Row:
		terms := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			field := func(sql string) string { return "struct_extract(" + sql + ", " + quoteText(f.physical(i)) + ")" }
			terms[i] = nestedEqual(field(l), field(r), f.Type, depth+1)
		}
		return "CASE WHEN " + l + " IS NOT NULL AND " + r + " IS NOT NULL THEN " + strings.Join(terms, " AND ") + " END"
	case Double, Real:
		return "CASE WHEN isnan(" + l + ") AND " + r + " IS NOT NULL THEN false ELSE " + l + " = " + r + " END"
	}
	return "(" + l + " = " + r + ")"
}

// hasParts tells a type whose values nestedEqual compares piece by piece.
func hasParts(t Type) bool { return t.Kind == Array || t.Kind == Row }
