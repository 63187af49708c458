package sqlgen_test

import (
	"strings"
	"testing"
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
