package main

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

func TestConnector(t *testing.T) {
	federationtest.Run(t, connector{os.DirFS("testdata")}, federationtest.Options{})
}

// TestSmall: whoever writes a connector starts here, so a whole one has to stay below 200 lines.
func TestSmall(t *testing.T) {
	lines := 0
	for _, file := range []string{"connector.go", "main.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines += strings.Count(string(text), "\n")
	}
	if lines >= 200 {
		t.Errorf("the example has %d lines", lines)
	}
}

func TestGetTableErrors(t *testing.T) {
	c := connector{fstest.MapFS{"s/bad.csv": {Data: []byte("a:int\n")}, "s/empty.csv": {}}}
	for table, want := range map[string]struct {
		code federation.Code
		says string
	}{
		"none":        {federation.EntityNotFound, "there is no table s.none"},
		"../../x":     {federation.EntityNotFound, "there is no table"},
		"bad":         {federation.InvalidInput, "use bigint, double or nothing"},
		"empty":       {federation.InternalService, "header of s.empty"},
		"\x00\xff/..": {federation.EntityNotFound, "there is no table"},
	} {
		_, err := c.GetTable(t.Context(), &message.GetTableRequest{TableName: message.TableName{Schema: "s", Table: table}})
		if err == nil || message.CodeOf(err) != want.code || !strings.Contains(err.Error(), want.says) {
			t.Errorf("%q: got %v, want %s saying %s", table, err, want.code, want.says)
		}
	}
}

// TestChangedFile: a column that has gone is an error, not a column of nulls.
func TestChangedFile(t *testing.T) {
	c := connector{fstest.MapFS{"s/t.csv": {Data: []byte("a\n1\n")}}}
	schema := arrow.NewSchema([]arrow.Field{{Name: "b", Type: arrow.BinaryTypes.String}}, nil)
	w, err := spill.NewWriter(t.Context(), spill.Options{Schema: schema, Limits: spill.Limits{MaxBlockSize: 1 << 20}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	r := &message.ReadRecordsRequest{TableName: message.TableName{Schema: "s", Table: "t"}, Schema: schema}
	if err := c.ReadRecords(t.Context(), r, w); message.CodeOf(err) != federation.InvalidInput || !strings.Contains(err.Error(), `no column "b"`) {
		t.Errorf("got %v", err)
	}
}

// TestNewHandler: the wiring holds with nothing but the environment.
func TestNewHandler(t *testing.T) {
	env := func(name string) string { return map[string]string{"csv_dir": "testdata"}[name] }
	h, err := newHandler(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := h.Invoke(t.Context(), []byte(`{"@type":"ListSchemasRequest","identity":null,"queryId":"q","catalogName":"c"}`))
	if err != nil || string(answer) != `{"@type":"ListSchemasResponse","catalogName":"c","schemas":["Other","shop"]}` {
		t.Errorf("got %s, %v", answer, err)
	}
	if _, err := newHandler(t.Context(), func(string) string { return "x" }); err == nil {
		t.Error("bad settings were accepted")
	}
}
