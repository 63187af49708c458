package translate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"athena-timestream/local/internal/duck"
	"athena-timestream/local/internal/sqlparse"
)

// samples are arguments of each type that functions stumble over.
var samples = map[Kind][]string{
	Varchar:           {"''", "'abc'", "'äß😀'", "'1'", "'%Y'", "'2022-06-17'", "CAST(NULL AS varchar)", "s"},
	Bigint:            {"0", "-1", "3", "64", "9223372036854775807", "CAST(NULL AS bigint)", "n"},
	Integer:           {"CAST(0 AS integer)", "-2147483648", "7", "CAST(NULL AS integer)"},
	Double:            {"0.0", "-1.5", "0.5", "1e308", "nan()", "infinity()", "CAST(NULL AS double)", "d"},
	Boolean:           {"true", "false", "CAST(NULL AS boolean)", "d > 1"},
	Timestamp:         {"TIMESTAMP '2022-06-17 10:15:20.123456789'", "TIMESTAMP '1970-01-01 00:00:00'", "CAST(NULL AS timestamp)", "t"},
	Date:              {"DATE '2022-06-17'", "DATE '1970-01-01'", "CAST(NULL AS date)"},
	Time:              {"TIME '10:15:20.123456789'", "CAST(NULL AS time)"},
	IntervalDaySecond: {"1h", "-1d", "0s", "CAST(NULL AS interval day to second)"},
	IntervalYearMonth: {"1month", "-2year", "CAST(NULL AS interval year to month)"},
	Varbinary:         {"CAST('abc' AS varbinary)", "X''", "CAST(NULL AS varbinary)"},
}

// someColumns is a FROM clause whose columns are no constants, so that DuckDB cannot compute with them beforehand.
const someColumns = ` FROM (VALUES ('text', 5, 2.5, TIMESTAMP '2022-06-17 10:15:20', ARRAY[1, NULL]), (NULL, NULL, NULL, NULL, NULL)) AS v(s, n, d, t, a)`

// variables are what T stands for in turn.
var variables = []string{"double", "bigint", "varchar", "null"}

// sample writes an argument of a parameter's type; T and U are double, bigint, text or null.
func sample(r *rand.Rand, t Type, variable string) string {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	switch t.Kind {
	case typeVariable:
		return pick(map[string][]string{"double": samples[Double], "bigint": samples[Bigint], "varchar": samples[Varchar], "null": {"NULL"}}[variable])
	case Array:
		items := make([]string, r.IntN(4))
		for i := range items {
			items[i] = sample(r, *t.Elem, variable)
		}
		return "ARRAY[" + strings.Join(items, ", ") + "]"
	case TimeSeries:
		return pick([]string{
			"(SELECT create_time_series(from_milliseconds(x), y) FROM (VALUES (1, 1), (5, 3), (9, -2)) AS p(x, y))",
			"filter((SELECT create_time_series(from_milliseconds(x), y) FROM (VALUES (1, 1)) AS p(x, y)), x -> false)",
			"CAST(NULL AS timeseries(double))",
		})
	}
	return pick(samples[t.Kind])
}

// specialCalls are calls of the functions that have a rule of their own; {type} is an argument.
var specialCalls = []string{
	"greatest({T}, {T})", "least({T}, {T}, {T})", "coalesce({T}, {T})", "nullif({T}, {T})", "if({boolean}, {T}, {T})", "TRY({T})", "typeof({T})",
	"concat({varchar}, {varchar})", "concat({array(T)}, {array(T)})", "zip({array(T)}, {array(bigint)})", "zip_with({array(T)}, {array(T)}, (x, y) -> x)",
	"array_join({array(T)}, {varchar})", "array_join({array(T)}, {varchar}, {varchar})", "filter({array(T)}, x -> x IS NULL)",
	"transform({array(T)}, x -> ARRAY[x])", "reduce({array(bigint)}, 0, (s, x) -> s + x, s -> s)", "{array(T)} = {array(T)}", "{array(T)} <> {array(T)}",
	"ROW({T}, {T}) = ROW({T}, {T})", "{array(T)} || {array(T)}", "{array(T)}[{bigint}]", "date_trunc('hour', {timestamp})", "date_trunc('quarter', {date})",
	"date_trunc('week', {timestamp})", "date_add('month', {bigint}, {timestamp})", "date_add('second', {bigint}, {time})", "date_add('year', {bigint}, {date})",
	"date_diff('month', {timestamp}, {timestamp})", "date_diff('second', {time}, {time})", "parse_duration({varchar})", "ago({interval})", "ago({months})",
	"date_format({timestamp}, {varchar})", "date_parse({varchar}, {varchar})", "format_datetime({timestamp}, {varchar})", "parse_datetime({varchar}, {varchar})",
	"regexp_like({varchar}, {varchar})", "regexp_extract({varchar}, {varchar})", "regexp_extract({varchar}, {varchar}, {bigint})",
	"regexp_extract_all({varchar}, {varchar}, {bigint})", "regexp_replace({varchar}, {varchar}, {varchar})", "regexp_replace({varchar}, {varchar}, x -> x[1])",
	"regexp_split({varchar}, {varchar})", "normalize({varchar}, NFKD)", "create_time_series({timestamp}, {T})", "filter({timeseries(double)}, x -> x.value > 0)",
	"{timestamp} + {interval}", "{timestamp} - {months}", "{date} + {interval}", "{date} - {months}", "{time} + {interval}", "{timestamp} - {timestamp}",
	"{interval} * {double}", "{interval} / {bigint}", "{bigint} / {bigint}", "{bigint} % {bigint}", "{double} / {double}", "{bigint} * {bigint}", "- {bigint}",
	"CAST({double} AS bigint)", "CAST({varchar} AS double)", "CAST({varchar} AS timestamp)", "CAST({varchar} AS date)", "CAST({timestamp} AS varchar)",
	"CAST({interval} AS varchar)", "CAST({array(T)} AS array(varchar))", "TRY_CAST({varchar} AS bigint)", "EXTRACT(DOY FROM {timestamp})",
	"{varchar} LIKE {varchar}", "{bigint} IN ({bigint}, {bigint})", "{double} BETWEEN {double} AND {double}", "{T} IS DISTINCT FROM {T}",
}

var placeholder = regexp.MustCompile(`\{([^}]*)\}`)

// runs translates and runs a statement. What DuckDB alone would say is a fault of ours.
func runs(t *testing.T, db *duck.DB, sql string) {
	t.Helper()
	stmt, err := sqlparse.Parse(sql, sqlparse.Timestream)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	result, err := Query(stmt.(*sqlparse.Query), Options{Dialect: Timestream, Now: time.Unix(1655000000, 5)})
	if err != nil {
		return // types that do not fit, values that are refused at once
	}
	rows, err := db.Query(context.Background(), result.SQL)
	if err == nil {
		if got, want := rows.Columns()[0].Text, result.Columns[0].Type.Physical(); got != want {
			t.Errorf("%s: DuckDB's type is %s, not %s", sql, got, want)
		}
		for rows.Next() {
		}
		err = rows.Err()
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}
	if _, known := Message(err); err != nil && !known {
		text, _, _ := strings.Cut(err.Error(), "\n")
		t.Errorf("%s: %s\n%s", sql, text, result.SQL)
	}
}

// TestEveryForm calls each form of each function with awkward arguments: the answer has the promised type, or the error is one that
// the service could have given.
func TestEveryForm(t *testing.T) {
	db, err := duck.Open("", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, f := range Natives() {
		if err := db.Define(duck.Function(f)); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range Macros() {
		if err := db.Exec(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	seed := uint64(20220617)
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	all := known()
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, call := range specialCalls {
		for i := range 12 {
			variable := variables[i%len(variables)]
			runs(t, db, "SELECT "+placeholder.ReplaceAllStringFunc(call, func(p string) string {
				return sample(r, signatureType(strings.Trim(p, "{}")), variable)
			})+someColumns)
		}
	}
	for _, name := range names {
		for _, f := range all[name] {
			for i := range 8 {
				variable := variables[i%len(variables)]
				args := make([]string, len(f.params))
				for k, p := range f.params {
					args[k] = sample(r, p, variable)
				}
				over := ""
				if windows()[name] != nil {
					over = " OVER (ORDER BY n)"
				}
				runs(t, db, fmt.Sprintf("SELECT %s(%s)%s%s", name, strings.Join(args, ", "), over, someColumns))
			}
		}
	}
}
