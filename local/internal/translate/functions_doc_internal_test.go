package translate

import (
	"errors"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"athena-timestream/local/internal/sqlparse"
)

var updateDoc = flag.Bool("update-doc", false, "rewrite what docs/sql.md says of the functions that tables describe")

const docFile = "../../../docs/sql.md"

// grammarForms are listed with the functions, but the parser knows them.
var grammarForms = map[string]string{
	"case": "CASE WHEN true THEN 1 END", "cast": "CAST(1 AS bigint)", "try_cast": "TRY_CAST('x' AS bigint)",
	"all": "1 = ALL (VALUES 1)", "any": "1 = ANY (VALUES 1)", "position": "POSITION('a' IN 'b')",
	"extract": "EXTRACT(YEAR FROM DATE '2022-01-01')", "unnest": "(SELECT max(x) FROM UNNEST(ARRAY[1]) AS t(x))",
	"current_date": "current_date", "current_time": "current_time", "current_timestamp": "current_timestamp",
	"localtime": "localtime", "localtimestamp": "localtimestamp", "normalize": "normalize('a', NFC)",
}

// docRow is a function's line: | name | signature | how | note |.
var docRow = regexp.MustCompile(`^\| ([a-z0-9_]+) \| (.*?) \| (native|rewritten|missing) \| (.*)\|$`)

// known is every function of Timestream that this package translates: to its forms, nil for those with a rule of their own.
func known() map[string][]*function {
	b := &binder{d: Timestream}
	all := map[string][]*function{"create_time_series": nil}
	for name := range specialForms() {
		all[name] = nil
	}
	for _, c := range []catalogue{scalars()[""], scalars()["Timestream"]} {
		for name := range c {
			if forms := b.scalarForms(name); all[name] == nil {
				all[name] = forms
			}
		}
	}
	for name := range aggregates()[""] {
		all[name] = append(all[name], b.aggregateForms(name)...)
	}
	for name, forms := range windows() {
		all[name] = forms
	}
	for _, name := range []string{"any_match", "all_match", "none_match"} {
		delete(all, name) // Athena's
	}
	return all
}

var templateCall = regexp.MustCompile(`^([a-z0-9_]+)\((\$d)?(\$[0-9](, \$[0-9])*)?(\$o|\$n)?\)(\$f)?$`)

// how tells whether DuckDB's function of the same name does all of it.
func how(forms []*function) string {
	for _, f := range forms {
		if m := templateCall.FindStringSubmatch(f.sql); m == nil || m[1] != f.name {
			return "rewritten"
		}
	}
	return "native"
}

func signatures(forms []*function) string {
	lines := make([]string, len(forms))
	for i, f := range forms {
		end := strings.LastIndex(f.signature, ") ")
		lines[i] = "`" + f.signature[:end+1] + "` " + f.signature[end+2:]
	}
	return strings.Join(lines, "<br>")
}

// call translates one expression and tells how it was received.
func call(expression string) error {
	stmt, err := sqlparse.Parse("SELECT "+expression, sqlparse.Timestream)
	if err != nil {
		return err
	}
	q, ok := stmt.(*sqlparse.Query)
	if !ok {
		return errors.New("not a query")
	}
	_, err = Query(q, Options{Dialect: Timestream, Now: time.Unix(0, 0)})
	return err
}

// TestFunctionsDocumented holds docs/sql.md and the code to each other: each function that one of them knows, the other knows too, in the
// same forms; what is missing is refused by its name.
func TestFunctionsDocumented(t *testing.T) {
	text, err := os.ReadFile(docFile)
	if err != nil {
		t.Fatal(err)
	}
	code := known()
	listed := map[string]bool{}
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		m := docRow.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		name := m[1]
		if listed[name] {
			t.Errorf("line %d: %s is listed twice", i+1, name)
		}
		listed[name] = true
		forms, inCode := code[name]
		if want := describe(name, forms, inCode, m); want != line {
			if !*updateDoc {
				t.Errorf("line %d:\n got %s\nwant %s\n(-update-doc writes it)", i+1, line, want)
			}
			lines[i] = want
		}
		checkReceived(t, name, m[3], inCode)
	}
	for name := range code {
		if !listed[name] {
			t.Errorf("%s is translated, but not listed in docs/sql.md", name)
		}
	}
	if len(listed) < 150 {
		t.Errorf("only %d functions were found", len(listed))
	}
	if *updateDoc {
		if err := os.WriteFile(docFile, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// describe is the line as the code would have it.
func describe(name string, forms []*function, inCode bool, m []string) string {
	signature, status := m[2], m[3]
	switch {
	case forms != nil:
		signature, status = signatures(forms), how(forms)
	case inCode || grammarForms[name] != "":
		status = "rewritten"
	}
	return "| " + name + " | " + signature + " | " + status + " | " + m[4] + "|"
}

func checkReceived(t *testing.T, name, status string, inCode bool) {
	t.Helper()
	if form := grammarForms[name]; form != "" {
		if err := call(form); err != nil {
			t.Errorf("%s: %v", form, err)
		}
		return
	}
	err := call(name + "()")
	unknown := err != nil && strings.Contains(err.Error(), "not registered")
	refused := err != nil && strings.Contains(err.Error(), "function "+name+" is not supported by the embedded Timestream")
	switch {
	case status == "missing" && !refused:
		t.Errorf("%s is said to be missing: got %v", name, err)
	case status != "missing" && (unknown || refused || !inCode):
		t.Errorf("%s is said to be there: got %v", name, err)
	}
}

// TestKnownAreListed: what is refused by name is in docs/sql.md too.
func TestKnownAreListed(t *testing.T) {
	text, err := os.ReadFile(docFile)
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Clone(knownTimestream)
	slices.Sort(names)
	for _, name := range names {
		if !strings.Contains(string(text), "\n| "+name+" | ") {
			t.Errorf("%s is refused by name, but not listed", name)
		}
	}
}
