package sqlgen_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/timestream/internal/sqlgen"
)

// nasty are texts that have broken quoting elsewhere.
var nasty = []string{
	"", "a", "it's", `"`, `""`, "''", "'--", `\'`, `\`, "/*", "*/", "--\n", ";", "'; DROP TABLE t; --", "\x00", "\xff", "'\xff'", "é", "😀",
	"$1", "@p", "measure_value::double", "a\nb", "U&'\\0041'", "\u2019", "＇", "`", "\\\"",
}

// FuzzQuoting puts any texts where names and constants go; the statement must hold exactly these names and constants,
// as read back by a scanner that knows nothing of how they were written.
func FuzzQuoting(f *testing.F) {
	for i, s := range nasty {
		f.Add(s, nasty[len(nasty)-1-i])
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		if name == "" {
			name = "n"
		}
		set, err := predicate.NewEquatableValueSet(arrow.BinaryTypes.String, true, false, value)
		if err != nil {
			t.Fatal(err)
		}
		r, err := sqlgen.Select(sqlgen.Query{
			Database: name, Table: name, Columns: []sqlgen.Column{{Name: name}},
			Constraints: &predicate.Constraints{Limit: predicate.NoLimit, Summary: []predicate.Column{{Name: name, Set: set}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		toks, err := tokens(r.SQL)
		if err != nil {
			t.Fatalf("%s: %v", r.SQL, err)
		}
		quoted := `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		last := toks[len(toks)-1]
		if toks[0] != "SELECT" || toks[1] != quoted || toks[2] != "FROM" {
			t.Fatalf("%q in %s", toks, r.SQL)
		}
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			if last != "NULL" {
				t.Fatalf("a text that cannot be written, in %s", r.SQL)
			}
			return
		}
		if got := strings.ReplaceAll(last[1:len(last)-1], "''", "'"); last[0] != '\'' || got != value {
			t.Fatalf("%q came back as %q in %s", value, got, r.SQL)
		}
		if st, err := sqlgen.Parse(r.SQL); err != nil || st.SQL != r.SQL {
			t.Fatalf("Parse: %v, %v", st, err)
		}
	})
}

// FuzzParse: whatever the text, Parse does not panic, and what it returns is one statement that Parse leaves as it is.
func FuzzParse(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
		f.Add("SELECT 1 " + s)
		f.Add("SELECT '" + s + "' ; " + s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		st, err := sqlgen.Parse(text)
		if err != nil {
			return
		}
		again, err := sqlgen.Parse(st.SQL)
		if err != nil || again != st {
			t.Fatalf("%q gives %+v, then %+v, %v", text, st, again, err)
		}
		if !strings.Contains(text, st.SQL) {
			t.Fatalf("%q is no part of %q", st.SQL, text)
		}
	})
}

// FuzzLiterals: a constant reads back as the value that it was written for, and is one token behind its type's name.
func FuzzLiterals(f *testing.F) {
	for i, n := range []int64{0, 1, -1, 1 << 53, -1 << 62, 1<<62 + 1, 253402300799999999, -62135596800} {
		f.Add(nasty[i], n, float64(n)/3)
	}
	for _, d := range []float64{5e-324, 1.7976931348623157e308, 0.1, 1e21, 123456789.125} {
		f.Add("x", int64(d), d)
	}
	f.Fuzz(func(t *testing.T, text string, n int64, d float64) {
		oneToken(t, sqlgen.Text(text), "", func(s string) bool {
			return strings.ReplaceAll(s[1:len(s)-1], "''", "'") == text
		})
		oneToken(t, sqlgen.Bigint(n), "", func(s string) bool { back, err := strconv.ParseInt(s, 10, 64); return err == nil && back == n })
		oneToken(t, sqlgen.Timestamp(n), "TIMESTAMP", func(s string) bool {
			back, err := time.Parse("'2006-01-02 15:04:05.000000000'", s)
			return err == nil && back.UnixNano() == n
		})
		days := n % 2_900_000 // within the years that the caller keeps to
		if days < 0 {
			days = -days % 700_000 * -1
		}
		oneToken(t, sqlgen.Date(days), "DATE", func(s string) bool {
			back, err := time.Parse("'2006-01-02'", s)
			return err == nil && back.Unix() == days*24*60*60
		})
		if math.IsNaN(d) || math.IsInf(d, 0) {
			return
		}
		oneToken(t, sqlgen.Double(d), "", func(s string) bool {
			back, err := strconv.ParseFloat(s, 64)
			return err == nil && back == d && strings.Contains(s, "E")
		})
	})
}

func oneToken(t *testing.T, l sqlgen.Literal, typ string, same func(token string) bool) {
	t.Helper()
	toks, err := tokens(l.String())
	if typ != "" && len(toks) == 2 && toks[0] == typ {
		toks = toks[1:]
	}
	if err != nil || len(toks) != 1 || !same(toks[0]) {
		t.Fatalf("%s reads back as %q, %v", l, toks, err)
	}
}
