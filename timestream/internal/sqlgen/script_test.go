package sqlgen_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/federation/substrait"
	"athena-timestream/timestream/internal/sqlgen"
)

var update = flag.Bool("update", false, "rewrite the results in testdata")

// TestScripts runs testdata/*.txt. A case is a command line, one line for each constrained column, "----" and the
// result, up to a blank line. testdata/README says how constraints are written.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { runScript(t, file) })
	}
}

func runScript(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, block := range strings.Split(strings.TrimRight(string(data), "\n"), "\n\n") {
		input, want, _ := strings.Cut(block, "\n----\n")
		if !strings.Contains(block, "\n----") {
			out = append(out, block)
			continue
		}
		input = strings.TrimSuffix(input, "\n----")
		got := run(input)
		if got != want && !*update {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", input, got, want)
		}
		out = append(out, input+"\n----\n"+got)
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(out, "\n\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func run(input string) string {
	var lines []string
	for _, l := range strings.Split(input, "\n") {
		if !strings.HasPrefix(l, "#") {
			lines = append(lines, l)
		}
	}
	command, _, _ := strings.Cut(lines[0], " ")
	switch command {
	case "select":
		return runSelect(lines)
	case "parse":
		return runParse(lines)
	default:
		return "unknown command " + command
	}
}

func runParse(lines []string) string {
	text, err := strconv.Unquote(strings.TrimPrefix(lines[0], "parse "))
	if err != nil {
		return "bad case: " + err.Error()
	}
	st, err := sqlgen.Parse(text)
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprintf("%s rows=%t read-only=%t %q", st.Keyword, st.ReturnsRows(), st.ReadOnly(), st.SQL)
}

func runSelect(lines []string) string {
	q := sqlgen.Query{Database: "db", Table: "t", Columns: []sqlgen.Column{{Name: "c"}}, Constraints: predicate.Unconstrained()}
	shown := ""
	args, err := fields(lines[0])
	if err != nil {
		return "bad case: " + err.Error()
	}
	for _, arg := range args[1:] {
		key, value, _ := strings.Cut(arg, "=")
		if s, err := strconv.Unquote(value); err == nil {
			value = s
		}
		switch key {
		case "database":
			q.Database = value
		case "table":
			q.Table = value
		case "columns":
			q.Columns = nil
			for _, name := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' }) {
				q.Columns = append(q.Columns, scriptColumn(name, ""))
			}
		case "view":
			q.View = value
		case "limit":
			q.Constraints.Limit, _ = strconv.ParseInt(value, 10, 64)
		case "order":
			for _, key := range strings.Split(value, ",") {
				name, direction, _ := strings.Cut(key, ":")
				d, err := predicate.ParseDirection(cmp.Or(direction, "ASC_NULLS_LAST"))
				if err != nil {
					return "bad case: " + err.Error()
				}
				q.Constraints.OrderBy = append(q.Constraints.OrderBy, predicate.OrderBy{Column: name, Direction: d})
			}
		case "expression":
			e, err := parseExpression(value)
			if err != nil {
				return "bad case: " + err.Error()
			}
			q.Constraints.Expressions = append(q.Constraints.Expressions, e)
		case "shown":
			shown = value
		case "span":
			q.Slice.Span, err = parseSpan(value)
		case "some":
			q.Slice.Some = parseSome(value)
		case "plan":
			var v struct{ SubstraitPlan []byte }
			text, err := os.ReadFile("../../../vectors/substrait/" + value + ".json")
			if err == nil {
				err = json.Unmarshal(text, &v)
			}
			if err == nil {
				q.Plan, err = substrait.Decode(v.SubstraitPlan)
			}
			if err != nil {
				return "error: " + err.Error()
			}
		default:
			return "bad case: unknown argument " + key
		}
		if err != nil {
			return "bad case: " + err.Error()
		}
	}
	q.Column = func(name string) sqlgen.Column { return scriptColumn(name, shown) }
	for _, l := range lines[1:] {
		c, err := constraint(l)
		if err != nil {
			return "bad case: " + err.Error()
		}
		q.Constraints.Summary = append(q.Constraints.Summary, c)
	}
	r, err := sqlgen.Select(q)
	if err != nil {
		return "error: " + err.Error()
	}
	return describe(r)
}

func describe(r sqlgen.Result) string {
	lines := []string{r.SQL}
	if r.None {
		lines = []string{"none"}
	}
	for _, c := range r.Columns {
		if !c.Exact() {
			lines = append(lines, "# "+c.Column+": "+c.Reason)
		}
	}
	left := "# left: "
	if r.Filter != nil {
		left = "# evaluated: "
	}
	for _, reason := range r.Left {
		lines = append(lines, left+reason)
	}
	if r.LimitReason != "" {
		lines = append(lines, "# limit: "+r.LimitReason)
	}
	return strings.Join(lines, "\n")
}

var typesByName = map[string]arrow.DataType{
	"varchar": arrow.BinaryTypes.String, "double": arrow.PrimitiveTypes.Float64, "boolean": arrow.FixedWidthTypes.Boolean,
	"bigint": arrow.PrimitiveTypes.Int64, "integer": arrow.PrimitiveTypes.Int32, "date": arrow.FixedWidthTypes.Date32,
	"timestamp": arrow.FixedWidthTypes.Date64, "varbinary": arrow.BinaryTypes.Binary,
	"array": arrow.ListOf(arrow.PrimitiveTypes.Int64),
}

// scriptColumn is the column of a name; x_nanos is the nanoseconds of x.
func scriptColumn(name, shown string) sqlgen.Column {
	c := sqlgen.Column{Name: name, Shown: name == shown, Type: columnTypes[name]}
	c.Name, c.Nanos = strings.CutSuffix(name, sqlgen.NanosSuffix)
	return c
}

// parseSpan reads column[from;to), either end perhaps empty, with ",null" behind it if null is in it.
func parseSpan(s string) (sqlgen.Span, error) {
	s, null := strings.CutSuffix(s, ",null")
	name, ends, _ := strings.Cut(strings.TrimSuffix(s, ")"), "[")
	span := sqlgen.Span{Column: name, Null: null}
	low, high, _ := strings.Cut(ends, ";")
	for text, to := range map[*string]**int64{&low: &span.From, &high: &span.To} {
		if *text == "" {
			continue
		}
		v, err := parseValue(arrow.FixedWidthTypes.Date64, *text)
		if err != nil {
			return span, err
		}
		ms := v.(int64)
		*to = &ms
	}
	return span, nil
}

// parseSome reads column:value|value, a value perhaps null.
func parseSome(s string) sqlgen.Some {
	name, list, _ := strings.Cut(s, ":")
	some := sqlgen.Some{Column: name}
	for _, v := range strings.Split(list, "|") {
		switch v {
		case "":
		case "null":
			some.Null = true
		default:
			some.Values = append(some.Values, v)
		}
	}
	return some
}

// columnTypes are the columns that expressions and orders may name.
var columnTypes = map[string]arrow.DataType{
	"host": arrow.BinaryTypes.String, "note": arrow.BinaryTypes.String, "cpu": arrow.PrimitiveTypes.Float64, "load": arrow.PrimitiveTypes.Float64,
	"n": arrow.PrimitiveTypes.Int64, "m": arrow.PrimitiveTypes.Int64, "ok": arrow.FixedWidthTypes.Boolean, "day": arrow.FixedWidthTypes.Date32,
	"time": arrow.FixedWidthTypes.Date64, "at": arrow.FixedWidthTypes.Date64, "at_nanos": arrow.PrimitiveTypes.Int64, "list": arrow.ListOf(arrow.PrimitiveTypes.Int64),
}

// parseExpression reads function(arguments…), a column's name, or type:constant, where a type with an s has several
// constants between bars: $in(n,bigints:1|2).
func parseExpression(s string) (predicate.Expression, error) {
	if name, rest, call := strings.Cut(s, "("); call && strings.HasPrefix(name, "$") {
		c := predicate.Call{Type: arrow.FixedWidthTypes.Boolean, Function: name}
		for _, arg := range splitArguments(strings.TrimSuffix(rest, ")")) {
			e, err := parseExpression(arg)
			if err != nil {
				return nil, err
			}
			c.Args = append(c.Args, e)
		}
		return c, nil
	}
	typeName, text, constant := strings.Cut(s, ":")
	if !constant {
		t, ok := columnTypes[s]
		if !ok {
			return nil, fmt.Errorf("no column %q", s)
		}
		return predicate.Variable{Name: s, Type: t}, nil
	}
	texts := []string{text}
	t, ok := typesByName[typeName]
	if !ok {
		t, texts = typesByName[strings.TrimSuffix(typeName, "s")], strings.Split(text, "|")
	}
	c := predicate.Constant{Type: t}
	for _, text := range texts {
		if text == "null" {
			c.Values = append(c.Values, nil)
			continue
		}
		if t.ID() == arrow.STRING {
			text = strconv.Quote(text)
		}
		v, err := parseValue(t, text)
		if err != nil {
			return nil, err
		}
		c.Values = append(c.Values, v)
	}
	return c, nil
}

// splitArguments splits at the commas that are outside of parentheses.
func splitArguments(s string) []string {
	var out []string
	depth, start := 0, 0
	for i, c := range s {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, s[start:i])
				start = i + 1
			}
		}
	}
	if start < len(s) || len(out) > 0 {
		out = append(out, s[start:])
	}
	return out
}

// constraint reads "column type kind items…".
func constraint(line string) (predicate.Column, error) {
	f, err := fields(line)
	if err != nil || len(f) < 3 {
		return predicate.Column{}, fmt.Errorf("%q: %w", line, err)
	}
	dt, ok := typesByName[f[1]]
	if !ok {
		return predicate.Column{}, fmt.Errorf("unknown type %s", f[1])
	}
	set, err := valueSet(dt, f[2], f[3:])
	return predicate.Column{Name: f[0], Set: set}, err
}

func valueSet(dt arrow.DataType, kind string, items []string) (predicate.ValueSet, error) {
	null := false
	var values []predicate.Value
	var ranges []predicate.Range
	for _, item := range items {
		if item == "null" {
			null = true
			continue
		}
		if kind == "ranges" {
			r, err := parseRange(dt, item)
			if err != nil {
				return nil, err
			}
			ranges = append(ranges, r)
			continue
		}
		v, err := parseValue(dt, item)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	switch kind {
	case "ranges":
		return predicate.NewSortedRangeSet(dt, null, ranges...)
	case "list":
		return predicate.NewEquatableValueSet(dt, true, null, values...)
	case "except":
		return predicate.NewEquatableValueSet(dt, false, null, values...)
	case "all":
		return predicate.NewAllOrNoneValueSet(dt, true, null), nil
	case "none":
		return predicate.NewAllOrNoneValueSet(dt, false, null), nil
	default:
		return nil, fmt.Errorf("unknown kind %s", kind)
	}
}

// parseRange reads *, =v, <v, <=v, >v, >=v and intervals such as [v;w).
func parseRange(dt arrow.DataType, s string) (predicate.Range, error) {
	if s == "*" {
		return predicate.Everything(), nil
	}
	for _, f := range []struct {
		prefix string
		build  func(predicate.Value) predicate.Range
	}{{"=", predicate.Point}, {"<=", predicate.AtMost}, {"<", predicate.LessThan}, {">=", predicate.AtLeast}, {">", predicate.GreaterThan}} {
		if rest, ok := strings.CutPrefix(s, f.prefix); ok {
			v, err := parseValue(dt, rest)
			return f.build(v), err
		}
	}
	low, high, ok := strings.Cut(s[1:len(s)-1], ";")
	if !ok {
		return predicate.Range{}, fmt.Errorf("%q is no range", s)
	}
	a, err := parseValue(dt, low)
	if err != nil {
		return predicate.Range{}, err
	}
	b, err := parseValue(dt, high)
	r := predicate.Range{Low: predicate.Marker{Value: a, Bound: predicate.Exactly}, High: predicate.Marker{Value: b, Bound: predicate.Exactly}}
	if s[0] == '(' {
		r.Low.Bound = predicate.Above
	}
	if s[len(s)-1] == ')' {
		r.High.Bound = predicate.Below
	}
	return r, err
}

func parseValue(dt arrow.DataType, s string) (predicate.Value, error) {
	switch dt.ID() {
	case arrow.STRING:
		return strconv.Unquote(s)
	case arrow.BOOL:
		return strconv.ParseBool(s)
	case arrow.FLOAT64:
		if s == "-0" {
			return math.Copysign(0, -1), nil
		}
		return strconv.ParseFloat(s, 64)
	case arrow.DATE32:
		t, err := time.Parse(time.DateOnly, s)
		return t.Unix() / 86400, err
	case arrow.DATE64:
		t, err := time.Parse("2006-01-02T15:04:05.000", s)
		return t.UnixMilli(), err
	case arrow.BINARY:
		return []byte(s), nil
	case arrow.LIST:
		n, err := strconv.ParseInt(s, 10, 64)
		return []predicate.Value{n}, err
	default:
		return strconv.ParseInt(s, 10, 64)
	}
}

// fields cuts at blanks outside Go string literals.
func fields(line string) ([]string, error) {
	var out []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		i := 0
		for i < len(line) && line[i] != ' ' {
			if line[i] != '"' {
				i++
				continue
			}
			q, err := strconv.QuotedPrefix(line[i:])
			if err != nil {
				return nil, err
			}
			i += len(q)
		}
		out, line = append(out, line[:i]), line[i:]
	}
	return out, nil
}
