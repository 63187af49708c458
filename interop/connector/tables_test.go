package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/federationtest"
	"athena-timestream/internal/golden"
)

const twoTables = `{"splits": 2, "splitsPerReply": 3, "tables": [
	{"schema": "s", "table": "plain ä", "metadata": {"k": "v"}, "partitionColumns": [], "fields": [
		{"name": "n", "nullable": true, "type": {"@type": "Int", "bitWidth": 64, "isSigned": true}, "metadata": {"m": "é"}, "children": []},
		{"name": "m", "nullable": true, "type": {"@type": "Map"}, "metadata": {}, "children": [
			{"name": "entries", "nullable": false, "type": {"@type": "Struct"}, "metadata": {}, "children": [
				{"name": "key", "nullable": false, "type": {"@type": "Utf8"}, "metadata": {}, "children": []},
				{"name": "value", "nullable": true, "type": {"@type": "List"}, "metadata": {}, "children": [
					{"name": "", "nullable": true, "type": {"@type": "FloatingPoint", "precision": "SINGLE"}, "metadata": {}, "children": []}]}]}]},
		{"name": "s", "nullable": true, "type": {"@type": "Struct"}, "metadata": {}, "children": [
			{"name": "d", "nullable": true, "type": {"@type": "Decimal", "precision": 10, "scale": 2}, "metadata": {}, "children": []}]}],
	 "rows": [["9223372036854775807", [["a", [{"bits": "7fc00000"}, null]], ["b", null]], {"d": "1.50"}], [null, null, null], ["0", [], {"d": null}]]},
	{"schema": "s", "table": "parted", "metadata": {}, "partitionColumns": ["day"], "fields": [
		{"name": "day", "nullable": true, "type": {"@type": "Date", "unit": "DAY"}, "metadata": {}, "children": []}],
	 "rows": [[{"days": 1}], [{"days": 2}], [{"days": 1}], [null]]}]}`

// TestTables reads what the examiner may send, and the tables sit the SDK's examination.
func TestTables(t *testing.T) {
	m, err := readTables(strings.NewReader(twoTables))
	if err != nil {
		t.Fatal(err)
	}
	plain := m.Tables[0]
	for i, want := range []any{
		[]any{"9223372036854775807", []any{[]any{"a", []any{map[string]any{"bits": "7fc00000"}, nil}}, []any{"b", nil}}, map[string]any{"d": "1.50"}},
		[]any{nil, nil, nil},
		[]any{"0", []any{}, map[string]any{"d": nil}},
	} {
		var got []any
		for j, v := range plain.Rows[i] {
			got = append(got, golden.Value(plain.Schema.Field(j).Type, v))
		}
		golden.Equal(t, want, got)
	}
	if v, _ := plain.Schema.Metadata().GetValue("k"); v != "v" || m.Splits != 2 || m.SplitsPerReply != 3 {
		t.Errorf("metadata %v, %d splits in replies of %d", plain.Schema.Metadata(), m.Splits, m.SplitsPerReply)
	}
	if _, ok := plain.Schema.Field(1).Type.(*arrow.MapType); !ok {
		t.Errorf("the map is a %s", plain.Schema.Field(1).Type)
	}
	federationtest.Run(t, m, federationtest.Options{})
}

func TestTablesSaysWhatIsWrong(t *testing.T) {
	for form, says := range map[string]string{
		`{"nonsense": 1}`: "nonsense",
		`{"tables": [{"schema": "s", "table": "t", "fields": [{"name": "c", "type": {"@type": "Nope"}}]}]}`:                                                 `table s.t: "c": neutral type "Nope"`,
		`{"tables": [{"schema": "s", "table": "t", "fields": [], "rows": [[1]]}]}`:                                                                          "row 0 has 1 values for 0 columns",
		`{"tables": [{"schema": "s", "table": "t", "fields": [{"name": "c", "type": {"@type": "Decimal", "precision": 5, "scale": 1}}], "rows": [["x"]]}]}`: `row 0, column "c"`,
		`{"tables": [{"schema": "s", "table": "t", "fields": [{"name": "c", "type": {"@type": "Struct"}}], "rows": [[[]]]}]}`:                               "a struct is an object",
	} {
		if _, err := readTables(strings.NewReader(form)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %q", form, err, says)
		}
	}
}

func TestNewHandler(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tables.json")
	if err := os.WriteFile(file, []byte(twoTables), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"tables_file": file}
	h, err := newHandler(t.Context(), func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	answer, err := h.Invoke(t.Context(), []byte(`{"@type":"ListSchemasRequest","identity":null,"queryId":"q","catalogName":"c"}`))
	if err != nil || string(answer) != `{"@type":"ListSchemasResponse","catalogName":"c","schemas":["s"]}` {
		t.Errorf("got %s, %v", answer, err)
	}
	env["tables_file"] = ""
	if _, err := newHandler(t.Context(), func(name string) string { return env[name] }); err == nil || !strings.Contains(err.Error(), "tables_file") {
		t.Errorf("got %v", err)
	}
}
