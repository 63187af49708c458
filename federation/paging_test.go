package federation_test

import (
	"strings"
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
)

func TestPageTables(t *testing.T) {
	tables := []message.TableName{{Schema: "s", Table: "c"}, {Schema: "s", Table: "a"}, {Schema: "s", Table: "d"}, {Schema: "s", Table: "b"}}
	token := func(s string) *string { return &s }
	tests := map[string]struct {
		token *string
		size  int
		want  string // tables, then the next token
		says  string // of the error
	}{
		"all":                {nil, -1, "abcd ", ""},
		"first page":         {nil, 3, "abc 3", ""},
		"last page":          {token("3"), 3, "d ", ""},
		"exactly at the end": {token("2"), 2, "cd ", ""},
		"rest from a token":  {token("1"), -1, "bcd ", ""},
		"past the end":       {token("9"), 2, " ", ""},
		"no tables wanted":   {nil, 0, "", "page size 0"},
		"huge page":          {token("1"), 1 << 62, "bcd ", ""},
		"text token":         {token("x"), 2, "", `token "x"`},
		"negative token":     {token("-1"), 2, "", `token "-1"`},
		"bad size":           {nil, -2, "", "page size -2"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := federation.PageTables(&message.ListTablesRequest{NextToken: test.token, PageSize: test.size}, tables)
			if test.says != "" {
				wantCode(t, err, federation.InvalidInput, test.says)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var names strings.Builder
			for _, n := range got.Tables {
				names.WriteString(n.Table)
			}
			names.WriteString(" ")
			if got.NextToken != nil {
				names.WriteString(*got.NextToken)
			}
			if names.String() != test.want {
				t.Errorf("got %q, want %q", names.String(), test.want)
			}
		})
	}
	if tables[0].Table != "c" {
		t.Error("the caller's tables were sorted")
	}
}
