package sqlgen

import (
	"slices"
	"strings"
)

// TimeColumn is the column of every table that says when, a timestamp that is never null.
const TimeColumn = "time"

// plainWords are the words of SQL that a plain view may have beside names: with them alone, each row of the result is made of
// one row of the table, whatever the others are and whenever it is asked. SELECT, FROM and WHERE have their places.
var plainWords = strings.Fields("AS AND OR NOT IN BETWEEN IS NULL LIKE ESCAPE TRUE FALSE CASE WHEN THEN ELSE END CAST TIMESTAMP DATE")

// operandWords end a value, as names and constants do.
var operandWords = strings.Fields("NULL TRUE FALSE END")

// reservedWords are the others of the developer guide's list ("Reserved words").
var reservedWords = strings.Fields(`ALTER BY CONSTRAINT CREATE CROSS CUBE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER
	DEALLOCATE DELETE DESCRIBE DISTINCT DROP EXCEPT EXECUTE EXISTS EXTRACT FOR FROM FULL GROUP GROUPING HAVING INNER INSERT INTERSECT
	INTO JOIN LEFT LOCALTIME LOCALTIMESTAMP NATURAL NORMALIZE ON ORDER OUTER PREPARE RECURSIVE RIGHT ROLLUP SELECT TABLE UESCAPE UNION
	UNNEST USING VALUES WHERE WITH`)

// PlainView says that a view's query picks rows and columns of one table and no more, its column time unchanged: such a
// view can be read in slices of time. It answers yes only to what it is sure of: SELECT columns FROM table [WHERE condition],
// without a call of any function, which might look at other rows, at the clock or at chance, and without an alias of the
// table.
func PlainView(view string) bool {
	toks, err := tokensOf(view)
	if err != nil || len(toks) == 0 || !strings.EqualFold(toks[0], "SELECT") {
		return false
	}
	from := slices.IndexFunc(toks, func(t string) bool { return strings.EqualFold(t, "FROM") })
	if from < 0 {
		return false
	}
	table, condition := toks[from+1:], []string(nil)
	if where := slices.IndexFunc(table, func(t string) bool { return strings.EqualFold(t, "WHERE") }); where >= 0 {
		table, condition = table[:where], table[where+1:]
		if !plainTokens(condition) {
			return false
		}
	}
	items := toks[1:from]
	return isPath(table) && plainTokens(items) && hasTime(items)
}

// tokensOf are the tokens of one statement, without a semicolon at its end.
func tokensOf(text string) ([]string, error) {
	st, err := Parse(text)
	if err != nil {
		return nil, err
	}
	s := scanner{text: st.SQL}
	var out []string
	for {
		tok, err := s.next()
		if err != nil || tok.text == "" {
			return out, err
		}
		out = append(out, tok.text)
	}
}

// plainTokens looks at each token and the one before. A word behind a value is a clause (LIMIT, OVER, …) or an alias without
// AS; a parenthesis behind a name is a call.
func plainTokens(toks []string) bool {
	value, name := false, false // what the token before is, or ends
	for _, t := range toks {
		upper := strings.ToUpper(t)
		word := wordRune([]rune(t)[0])
		switch {
		case word && slices.Contains(reservedWords, upper), t == "(" && name:
			return false
		case word && slices.Contains(plainWords, upper):
			value, name = slices.Contains(operandWords, upper), false
		case word || t[0] == '"' || t[0] == '\'':
			if value {
				return false
			}
			value, name = true, t[0] != '\''
		case strings.Contains("(),.:=<>!+-*/%|", t):
			value, name = t == ")", false
		default:
			return false
		}
	}
	return true
}

// isPath is a name with those before it, with dots between.
func isPath(toks []string) bool {
	for i, t := range toks {
		name := t[0] == '"' || wordRune([]rune(t)[0]) && !slices.Contains(reservedWords, strings.ToUpper(t))
		if i%2 == 0 && !name || i%2 == 1 && t != "." {
			return false
		}
	}
	return len(toks)%2 == 1
}

// hasTime says that one of a list of columns is the table's column time under its own name.
func hasTime(items []string) bool {
	depth, start := 0, 0
	for i := 0; i <= len(items); i++ {
		switch {
		case i == len(items) || items[i] == "," && depth == 0:
			item := items[start:i]
			if start = i + 1; len(item) > 0 && isTime(item) {
				return true
			}
		case items[i] == "(":
			depth++
		case items[i] == ")":
			depth--
		}
	}
	return false
}

func isTime(item []string) bool {
	last := item[len(item)-1]
	if last == "*" {
		return len(item) == 1
	}
	return isPath(item) && (last == TimeColumn || last == Identifier(TimeColumn).String())
}
