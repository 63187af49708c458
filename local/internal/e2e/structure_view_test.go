package e2e_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/gluemeta"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/sqlparse"
)

// TestViewsAndPassthroughStayInPlace: a text that is a query by itself is the same query inside of the statement, and one
// that is none makes no statement. No text reaches beyond its place.
func TestViewsAndPassthroughStayInPlace(t *testing.T) {
	t.Parallel()
	rec, r := newRecorder(t), rand.New(rand.NewPCG(*seed, 1))
	type outcome struct{ view, good bool }
	met := map[outcome]int{}
	column := []arrow.Field{{Name: "c", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}
	for range 1500 * *rounds {
		text := pick(r, []string{
			"SELECT 1 AS c", "WITH a AS (SELECT 1 AS c) SELECT c FROM a", "(SELECT c FROM d.t)", "SELECT 'x' AS c, \"y\" FROM d.t WHERE (a = 1)", "",
			"SELECT 1 AS c), x AS (SELECT 2 AS c", "SELECT 1 AS c) SELECT c FROM x.y UNION ALL (SELECT 1 AS c",
		})
		if at := len(text); r.IntN(4) > 0 {
			if r.IntN(2) == 0 {
				at = r.IntN(at + 1)
			}
			text = text[:at] + " " + hostile(r, 4) + " " + text[at:]
		}
		view := r.IntN(2) == 0
		schema, where := arrow.NewSchema(column, nil), predicate.Unconstrained()
		if view {
			m := arrow.MetadataFrom(map[string]string{gluemeta.KeyViewTemplate: text})
			schema = arrow.NewSchema(column, &m)
		} else {
			where.Passthrough = map[string]string{"schemaFunctionName": "system.query", "QUERY": text}
		}
		if text == "" {
			continue
		}
		sql := rec.read(t, message.TableName{Schema: "d", Table: "t"}, schema, message.Split{}, where)
		if sql == "" {
			continue
		}
		whole, wholeErr := sqlparse.Parse(sql, sqlparse.Timestream)
		alone, aloneErr := sqlparse.Parse(strings.TrimRight(text, "; \n\r"), sqlparse.Timestream)
		if aloneErr != nil { // the text may end in a comment, behind which is a semicolon
			alone, aloneErr = sqlparse.Parse(text, sqlparse.Timestream)
		}
		met[outcome{view, wholeErr == nil}]++
		if wholeErr != nil {
			continue
		}
		if view {
			q, ok := whole.(*sqlparse.Query)
			if !ok || len(q.With) != 1 || q.With[0].Name.Name != "view" || strings.ReplaceAll(q.Body.String(), "\n", " ") != `SELECT "c" FROM "view"` {
				t.Fatalf("seed %d: the view's text reaches beyond its place:\n%s", *seed, sql)
			}
			whole = q.With[0].Query
		}
		if aloneErr == nil && whole.String() != alone.String() {
			t.Fatalf("seed %d: %q has become\n%s", *seed, text, whole)
		}
	}
	for _, o := range []outcome{{true, true}, {true, false}, {false, true}, {false, false}} {
		if met[o] < 20 {
			t.Errorf("only %d of %+v", met[o], o)
		}
	}
}
