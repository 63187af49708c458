package athena_test

import (
	"os"
	"strings"
	"testing"
)

// FuzzQuery runs any text as a statement: it may fail, with an error of one
// sentence, and must not panic; push-down must not change the rows.
func FuzzQuery(f *testing.F) {
	for _, path := range []string{"testdata/pushdown.txt", "testdata/query.txt"} {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for i, b := range strings.Split(string(text), "\n\n") {
			head, _, _ := strings.Cut(b, "\n----")
			if i%8 == 1 { // the scripts' own tests run them all
				f.Add(head[strings.LastIndex(head, "\n")+1:])
			}
		}
	}
	m := devops()
	with, without := engines(f, m)
	f.Fuzz(func(t *testing.T, sql string) {
		if strings.Contains(strings.ToLower(sql), "rand") || strings.Contains(strings.ToLower(sql), "limit") {
			return // more than one right answer
		}
		want, _, err := try(without, sql)
		got, _, again := try(with, sql)
		if err != nil || again != nil {
			return
		}
		if len(got) != len(want) {
			t.Errorf("%s\n%d rows with push-down, %d without", sql, len(got), len(want))
		}
	})
}
