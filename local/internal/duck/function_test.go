package duck_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"athena-timestream/local/internal/duck"
)

func define(t *testing.T, functions ...duck.Function) *duck.DB {
	t.Helper()
	db := open(t, "")
	if err := db.Define(functions...); err != nil {
		t.Fatal(err)
	}
	return db
}

var listSum = duck.Function{
	Name: "list_sum_go", Params: []string{"BIGINT[]", "BIGINT"}, Result: "BIGINT[]",
	Call: func(args []any) (any, error) {
		var out []any
		sum := args[1].(int64)
		for _, x := range args[0].([]any) {
			if x == nil {
				out = append(out, nil)
				continue
			}
			sum += x.(int64)
			out = append(out, sum)
		}
		return out, nil
	},
}

// TestDefine calls with constants, with columns, with lists that other functions made, and with nulls.
func TestDefine(t *testing.T) {
	t.Parallel()
	db := define(t, listSum)
	for query, want := range map[string]string{
		"SELECT list_sum_go([1, 2, NULL, 3], 10)":                                                                  "[[[11 13 <nil> 16]]]",
		"SELECT list_sum_go([], 1), list_sum_go(NULL, 1), list_sum_go([1], NULL)":                                  "[[[] <nil> <nil>]]",
		"SELECT list_sum_go(list_transform(range(1, i + 1), lambda x: x * 2), i) FROM range(3) t(i)":               "[[[]] [[3]] [[4 8]]]",
		"SELECT list_sum_go(list_filter(l, lambda x: x > 1), 0) FROM (SELECT unnest([[1, 2, 3], [3], NULL]) AS l)": "[[[2 5]] [[3]] [<nil>]]",
		"SELECT list_sum_go(list_slice(l, 2, 3), 0) FROM (SELECT unnest([[1, 2, 3, 4], [3]]) AS l)":                "[[[2 5]] [[]]]",
		"SELECT list_sum_go(CASE WHEN i % 2 = 0 THEN [i] ELSE [0, i] END, 1) FROM range(3) t(i)":                   "[[[1]] [[1 2]] [[3]]]",
		"SELECT list_sum_go(list(i ORDER BY i), 0) FROM range(4) t(i) GROUP BY i % 2 ORDER BY i % 2":               "[[[0 2]] [[1 4]]]",
		"SELECT list_sum_go(s.l, 0) FROM (SELECT {'l': [i, i]} AS s FROM range(5) t(i)) WHERE s.l[1] > 3":          "[[[4 8]]]",
		"SELECT list_transform([1, 2], lambda x: list_sum_go([x, x], x)) FROM range(1)":                            "[[[[2 3] [4 6]]]]",
		"SELECT sum(list_sum_go([i], 0)[1]) FROM range(100000) t(i)":                                               "[[4999950000]]",
	} {
		got, err := all(db, query)
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: got %v, %v, want %s", query, got, err, want)
		}
	}
}

func TestDefineErrors(t *testing.T) {
	t.Parallel()
	db := define(t,
		duck.Function{Name: "fail_go", Params: []string{"VARCHAR"}, Result: "VARCHAR", Call: func(args []any) (any, error) {
			return nil, errors.New("no " + args[0].(string))
		}},
		duck.Function{Name: "panic_go", Params: []string{"VARCHAR"}, Result: "BIGINT", Call: func(args []any) (any, error) {
			return args[0].(int64), nil
		}},
		duck.Function{Name: "lie_go", Params: []string{"BIGINT"}, Result: "VARCHAR", Call: func(args []any) (any, error) {
			return args[0], nil
		}},
	)
	for query, want := range map[string]string{
		"SELECT fail_go('cheese')":                      "no cheese",
		"SELECT fail_go(x) FROM (VALUES ('wine')) t(x)": "no wine",
		"SELECT panic_go('x')":                          "function panic_go failed",
		"SELECT lie_go(1)":                              "does not fit",
	} {
		if _, err := all(db, query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", query, err, want)
		}
	}
	if got, err := all(db, "SELECT TRY(fail_go('cheese')), TRY(fail_go(x)) FROM (VALUES ('wine')) t(x)"); err != nil || fmt.Sprint(got) != "[[<nil> <nil>]]" {
		t.Errorf("TRY: got %v, %v", got, err)
	}
	for name, f := range map[string]duck.Function{
		"has parts": {Name: "bad_go", Params: []string{"STRUCT(a BIGINT)"}, Result: "BIGINT"},
		"not exist": {Name: "bad_go", Result: "NUMBER"},
	} {
		if err := db.Define(f); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestDefineReopened: functions are not in the file, but what calls them may be.
func TestDefineReopened(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/f.duckdb"
	for range 2 {
		db := open(t, path)
		if err := db.Define(listSum); err != nil {
			t.Fatal(err)
		}
		if err := db.Exec(context.Background(), "CREATE OR REPLACE MACRO one(x) AS list_sum_go([x], 0)[1]"); err != nil {
			t.Fatal(err)
		}
		if got, err := all(db, "SELECT one(7)"); err != nil || fmt.Sprint(got) != "[[7]]" {
			t.Errorf("got %v, %v", got, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
