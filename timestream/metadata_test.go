package timestream_test

import (
	"bytes"
	"context"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
)

func TestLists(t *testing.T) {
	ctx := context.Background()
	s := newService(t)
	s.show(map[string][]string{"Metrics": {"b", "A", "c"}, "other": {}})
	c := athena(t, s.connector(nil))
	schemas, err := c.ListSchemas(ctx)
	if err != nil || !slices.Equal(schemas, []string{"metrics", "other"}) {
		t.Errorf("schemas %v, %v", schemas, err)
	}
	tables, err := c.ListTables(ctx, "metrics")
	want := []message.TableName{{Schema: "metrics", Table: "a"}, {Schema: "metrics", Table: "b"}, {Schema: "metrics", Table: "c"}}
	if err != nil || !slices.Equal(tables, want) {
		t.Errorf("tables %v, %v", tables, err)
	}
}

func TestListTablesPages(t *testing.T) {
	s := newService(t)
	s.show(map[string][]string{"d": {"t3", "t1", "t2"}})
	c := s.connector(nil)
	var got []string
	var token *string
	for range 3 {
		r, err := c.ListTables(context.Background(), &message.ListTablesRequest{SchemaName: "d", PageSize: 2, NextToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range r.Tables {
			got = append(got, table.Table)
		}
		if token = r.NextToken; token == nil {
			break
		}
	}
	if !slices.Equal(got, []string{"t1", "t2", "t3"}) {
		t.Errorf("got %v", got)
	}
	if n := len(s.asked()); n != 2 {
		t.Errorf("%d calls for two pages, want SHOW DATABASES and one SHOW TABLES: %v", n, s.asked())
	}
}

// A policy may allow the Write API's lists and not SHOW.
func TestListsByWriteAPI(t *testing.T) {
	s := newService(t)
	denied := apiError{403, "AccessDeniedException", "no"}
	s.fail("SHOW DATABASES", denied)
	s.fail(`SHOW TABLES FROM "d3"`, denied)
	s.lists[""] = []string{"d1", "D2", "d3"}
	s.lists["d3"] = []string{"x", "y", "z", "w", "v"}
	c := athena(t, s.connector(nil))
	schemas, err := c.ListSchemas(context.Background())
	if err != nil || !slices.Equal(schemas, []string{"d1", "d2", "d3"}) {
		t.Errorf("schemas %v, %v", schemas, err)
	}
	tables, err := c.ListTables(context.Background(), "d3")
	if err != nil || len(tables) != 5 {
		t.Errorf("tables %v, %v", tables, err)
	}
}

// A policy may name one database and deny the list of them.
func TestListTablesOfTheOnlyDatabaseAllowed(t *testing.T) {
	s := newService(t)
	s.show(map[string][]string{"d": {"t"}})
	denied := apiError{403, "AccessDeniedException", "no"}
	s.fail("SHOW DATABASES", denied)
	s.fail("ListDatabases", denied)
	tables, err := athena(t, s.connector(nil)).ListTables(context.Background(), "d")
	if want := []message.TableName{{Schema: "d", Table: "t"}}; err != nil || !slices.Equal(tables, want) {
		t.Errorf("tables %v, %v", tables, err)
	}
}

func fieldsOf(s *arrow.Schema) string {
	var out []string
	for _, f := range s.Fields() {
		out = append(out, f.Name+" "+f.Type.String())
	}
	return strings.Join(out, ", ")
}

func TestGetTable(t *testing.T) {
	cases := map[string]struct {
		pages  [][]string
		fields string
		err    string
	}{
		"all types": {
			pages:  [][]string{{"host varchar", "measure_value::double double", "ok boolean", "n bigint", "time timestamp", "i int", "d date"}},
			fields: "host utf8, measure_value::double float64, ok bool, n int64, time date64, i int32, d date32",
		},
		"several pages, one empty":        {pages: [][]string{{}, {"a varchar"}, {}, {"b bigint"}}, fields: "a utf8, b int64"},
		"an unknown type is text":         {pages: [][]string{{"a geometry", "b bigint"}}, fields: "a utf8, b int64"},
		"mixed case":                      {pages: [][]string{{"Host varchar", "CPU double"}}, fields: "host utf8, cpu float64"},
		"two names that are one":          {pages: [][]string{{"Host varchar", "host varchar"}}, err: `columns "Host" and "host" differ only in letter case`},
		"a table that was never written":  {pages: [][]string{{}}, fields: "measure_name utf8, time date64"},
		"a table with system columns yet": {pages: [][]string{{"measure_name varchar", "time timestamp"}}, fields: "measure_name utf8, time date64"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.describe(`"d"."t"`, c.pages...)
			got, err := athena(t, s.connector(nil)).GetTable(context.Background(), message.TableName{Schema: "d", Table: "t"}, nil)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if f := fieldsOf(got.Schema); f != c.fields {
				t.Errorf("got %s, want %s", f, c.fields)
			}
			for _, call := range s.asked() {
				if !strings.HasPrefix(call, `Query: DESCRIBE "d"."t"`) {
					t.Errorf("a page was asked for by %q", call)
				}
			}
		})
	}
}

func TestTableNames(t *testing.T) {
	tables := map[string][]string{"Metrics": {"DevOps", "iot", "IoT"}, "LOUD": {"T"}, "loud": {"t"}, "Two": {"x"}, "TWO": {"x"}}
	cases := map[string]struct {
		asked, real message.TableName
		code        federation.Code
		err         string
	}{
		"exact":                   {asked: table("Metrics", "DevOps"), real: table("Metrics", "DevOps")},
		"lower":                   {asked: table("metrics", "devops"), real: table("Metrics", "DevOps")},
		"exact before others":     {asked: table("loud", "t"), real: table("loud", "t")},
		"exact name, other case":  {asked: table("metrics", "iot"), real: table("Metrics", "iot")},
		"ambiguous table":         {asked: table("metrics", "IOT"), code: federation.InvalidInput, err: "IoT and iot"},
		"ambiguous database":      {asked: table("two", "x"), code: federation.InvalidInput, err: "TWO and Two"},
		"no such table":           {asked: table("metrics", "nothing"), code: federation.EntityNotFound, err: `no table "nothing"`},
		"no such database":        {asked: table("nothing", "x"), code: federation.EntityNotFound, err: `no database "nothing"`},
		"listed but not readable": {asked: table("Two", "x"), code: federation.EntityNotFound, err: "not found for identifier"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.show(tables)
			if c.err == "" {
				s.describe(`"`+c.real.Schema+`"."`+c.real.Table+`"`, []string{"A varchar"})
				s.answer(`SELECT "A"`+"\nFROM \""+c.real.Schema+`"."`+c.real.Table+`"`, []string{"A VARCHAR"}, [][]string{{"v"}})
			}
			connector := s.connector(nil)
			got, err := connector.GetTable(context.Background(), &message.GetTableRequest{TableName: c.asked})
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) || message.CodeOf(err) != c.code {
					t.Fatalf("%s %v, want %s %s", message.CodeOf(err), err, c.code, c.err)
				}
				return
			}
			if err != nil || got.TableName != c.asked {
				t.Fatalf("%v, %v", got, err)
			}
			// Athena may go on with the name in lower case; the read must not look it up again.
			splits := splitsOf(t, connector, got, nil)
			if want := []map[string]string{{"database": c.real.Schema, "table": c.real.Table}}; !reflect.DeepEqual(splits, want) {
				t.Fatalf("splits %v, want %v", splits, want)
			}
			before := len(s.asked())
			rows, err := read(t, athena(t, connector), c.asked, nil)
			if err != nil || len(rows) != 1 {
				t.Fatalf("rows %v, %v", rows, err)
			}
			for _, call := range s.asked()[before:] {
				if strings.Contains(call, "SHOW") {
					t.Errorf("the name was looked up again: %s", call)
				}
			}
		})
	}
}

func table(schema, name string) message.TableName {
	return message.TableName{Schema: schema, Table: name}
}

// A policy on the real table's ARN denies every other spelling of it.
func TestDeniedByOtherSpelling(t *testing.T) {
	s := newService(t)
	s.show(map[string][]string{"D": {"T"}})
	s.fail(`DESCRIBE "d"."t"`, apiError{403, "AccessDeniedException", "not authorized"})
	s.describe(`"D"."T"`, []string{"a varchar"})
	got, err := s.connector(nil).GetTable(context.Background(), &message.GetTableRequest{TableName: table("d", "t")})
	if err != nil || fieldsOf(got.Schema) != "a utf8" {
		t.Errorf("%v, %v", got, err)
	}
}

// A table made after the list was fetched is found all the same.
func TestNewTable(t *testing.T) {
	s := newService(t)
	s.show(map[string][]string{"D": {"Old"}})
	s.describe(`"D"."Old"`, []string{"a varchar"})
	c := s.connector(nil)
	ask := func(name string) error {
		_, err := c.GetTable(context.Background(), &message.GetTableRequest{TableName: table("d", name)})
		return err
	}
	if err := ask("old"); err != nil {
		t.Fatal(err)
	}
	if err := ask("new"); message.CodeOf(err) != federation.EntityNotFound {
		t.Fatal(err)
	}
	s.show(map[string][]string{"D": {"Old", "New"}})
	s.describe(`"D"."New"`, []string{"a varchar"})
	if err := ask("new"); err != nil {
		t.Error(err)
	}
	before := len(s.asked())
	if err := ask("old"); err != nil {
		t.Error(err)
	}
	for _, call := range s.asked()[before:] {
		if strings.Contains(call, "SHOW") {
			t.Errorf("asked again: %s", call)
		}
	}
}

// TestUnknownTypes: a type that nobody has heard of is text wherever it comes from, with one warning that names it.
func TestUnknownTypes(t *testing.T) {
	const sql = "SELECT place FROM t"
	for name, c := range map[string]struct {
		glue   *types.Table
		query  string // passthrough
		result string // of PrepareQuery
		fields string
	}{
		"of a table":                      {fields: "place utf8, n int64"},
		"of a passthrough query":          {query: sql, result: `{"ScalarType":"GEOMETRY"}`, fields: "place utf8"},
		"inside of a passthrough query":   {query: sql, result: `{"ArrayColumnInfo":{"Type":{"RowColumnInfo":[{"Name":"p","Type":{"ScalarType":"GEOMETRY"}}]}}}`, fields: "place list<item: struct<p: utf8 nullable>, nullable>"},
		"of Glue, which Timestream lacks": {glue: glueTable(flag, "", "place binary", "n bigint"), fields: "place utf8, n int64"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			var log bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
			described := "place geometry"
			if c.glue != nil {
				described = "place varchar"
			}
			s.describe(`"d"."t"`, []string{described, "n bigint"})
			s.query[sql] = `[{"Name":"place","Type":` + c.result + `}]`
			var arguments map[string]string
			if c.query != "" {
				arguments = passthrough(c.query).Passthrough
			}
			got, err := athena(t, s.with(catalog(glueAPI{table: c.glue}), logger)).GetTable(context.Background(), table("d", "t"), arguments)
			if err != nil {
				t.Fatal(err)
			}
			if f := fieldsOf(got.Schema); f != c.fields {
				t.Errorf("got %s, want %s", f, c.fields)
			}
			if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "column=place") {
				t.Errorf("%d warnings: %s", n, log.String())
			}
		})
	}
}
