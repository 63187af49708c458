package timestream_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
	"github.com/aws/smithy-go"

	"athena-timestream/federation"
	"athena-timestream/federation/gluemeta"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/timestream"
)

// glueAPI is Glue with one table, or one error.
type glueAPI struct {
	gluemeta.Client
	table *types.Table
	err   error
}

func (g glueAPI) GetTable(_ context.Context, in *glue.GetTableInput, _ ...func(*glue.Options)) (*glue.GetTableOutput, error) {
	if g.err != nil {
		return nil, g.err
	}
	if g.table == nil || *in.Name != *g.table.Name {
		return nil, &types.EntityNotFoundException{Message: aws.String("no such table")}
	}
	return &glue.GetTableOutput{Table: g.table}, nil
}

func catalog(g glueAPI) timestream.TableSource {
	return &gluemeta.Catalog{Client: g, Tables: timestream.IsTimestreamTable}
}

func glueTable(flag, view string, columns ...string) *types.Table {
	t := &types.Table{Name: aws.String("t"), StorageDescriptor: &types.StorageDescriptor{}, Parameters: map[string]string{flag: "1"}}
	if view != "" {
		t.ViewOriginalText = &view
	}
	for _, c := range columns {
		name, typ, _ := strings.Cut(c, " ")
		t.StorageDescriptor.Columns = append(t.StorageDescriptor.Columns, types.Column{Name: &name, Type: &typ})
	}
	return t
}

const flag = "timestream-metadata-flag"

func TestGlueTable(t *testing.T) {
	withKey := glueTable(flag, "", "a string", "v float")
	withKey.PartitionKeys = []types.Column{{Name: aws.String("day"), Type: aws.String("date")}}
	renamed := glueTable(flag, "", "a_b string")
	renamed.Parameters["columnMapping"] = "a_b=A-B"
	cases := map[string]struct {
		glue   glueAPI
		fields string // from Glue, or DESCRIBE's "described utf8"
		code   federation.Code
		says   string
	}{
		"not there":                {glue: glueAPI{}, fields: "described utf8"},
		"not marked":               {glue: glueAPI{table: glueTable("other", "", "a string")}, fields: "described utf8"},
		"marked":                   {glue: glueAPI{table: glueTable(flag, "", "a string", "i smallint", "v float", "t timestamp")}, fields: "a utf8, i int32, v float64, t date64"},
		"no counterpart is text":   {glue: glueAPI{table: glueTable(flag, "", "d decimal(5,2)", "b binary")}, fields: "d utf8, b utf8"},
		"partition keys are usual": {glue: glueAPI{table: withKey}, fields: "a utf8, v float64, day date32"},
		"mapped names":             {glue: glueAPI{table: renamed}, fields: "a-b utf8"},
		"denied":                   {glue: glueAPI{err: &types.AccessDeniedException{Message: aws.String("no")}}, code: federation.AccessDenied, says: "set disable_glue to true"},
		"throttled":                {glue: glueAPI{err: &smithy.GenericAPIError{Code: "ThrottlingException", Message: "slow down"}}, code: federation.Throttling, says: "d.t in Glue"},
		"two columns that are one": {glue: glueAPI{table: glueTable(flag, "", "a string", "A string")}, code: federation.InvalidInput},
		"a type that is none":      {glue: glueAPI{table: glueTable(flag, "", "a strin")}, code: federation.InvalidInput, says: `d.t in Glue: column "a": glue type "strin": unknown type`},
		"time series as Glue has it": {
			glue:   glueAPI{table: glueTable(flag, "SELECT 1", `c array<struct<time:timestamp,measure_value\:\:double:double>>`)},
			fields: "c list<c: struct<time: date64 nullable, measure_value::double: float64 nullable>, nullable>",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.describe(`"d"."t"`, []string{"described varchar"})
			got, err := s.connector(catalog(c.glue)).GetTable(context.Background(), &message.GetTableRequest{TableName: table("d", "t")})
			if c.code != "" {
				if message.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%v, %v, want %s saying %q", got, err, c.code, c.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if f := fieldsOf(got.Schema); f != c.fields {
				t.Errorf("got %s, want %s", f, c.fields)
			}
		})
	}
}

// TestGlueComments: a comment is found under the name that Athena has for the column.
func TestGlueComments(t *testing.T) {
	s := newService(t)
	s.describe(`"d"."t"`, []string{"CPU_User double", "host varchar", "day date"})
	described := glueTable(flag, "", "cpu double", "host string")
	described.Parameters["columnMapping"] = "cpu=CPU_User"
	described.StorageDescriptor.Columns[0].Comment = aws.String("percent")
	described.StorageDescriptor.Columns[1].Comment = aws.String("where")
	described.PartitionKeys = []types.Column{{Name: aws.String("day"), Type: aws.String("date"), Comment: aws.String("which")}}
	got, err := s.connector(catalog(glueAPI{table: described})).GetTable(context.Background(), &message.GetTableRequest{TableName: table("d", "t")})
	if err != nil {
		t.Fatal(err)
	}
	metadata := got.Schema.Metadata()
	for column, want := range map[string]string{"cpu_user": "percent", "host": "where", "day": "which"} {
		if comment, _ := metadata.GetValue(column); comment != want || !got.Schema.HasField(column) {
			t.Errorf("column %s has the comment %q, want %q", column, comment, want)
		}
	}
}

// Glue cannot spell a capital letter.
func TestGlueColumnsAreSpelled(t *testing.T) {
	s := newService(t)
	s.show(map[string][]string{"D": {"T"}})
	s.describe(`"D"."T"`, []string{"HostName varchar", "cpu double", "a varchar", "A varchar"})
	s.answer("SELECT \"HostName\", \"cpu\", \"a\"\nFROM \"D\".\"T\"", []string{"HostName VARCHAR", "cpu DOUBLE", "a VARCHAR"}, [][]string{{"h", "1.0", "x"}})
	glue := glueAPI{table: glueTable(flag, "", "hostname string", "cpu double", "a string")}
	rows, err := read(t, athena(t, s.connector(catalog(glue))), table("d", "t"), nil)
	if want := [][]any{{"h", 1.0, "x"}}; err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("got %v, %v", rows, err)
	}
}

// A column that is text in Glue alone is compared with no text: the service would refuse the statement.
func TestGlueTextOverAnotherType(t *testing.T) {
	s := newService(t)
	s.show(map[string][]string{"d": {"t"}})
	s.describe(`"d"."t"`, []string{"n bigint", "v varchar"})
	s.answer("SELECT \"n\", \"v\"\nFROM \"d\".\"t\"\nWHERE \"n\" IS NOT NULL\n  AND \"v\" = '5'", []string{"n BIGINT", "v VARCHAR"}, [][]string{{"5", "5"}})
	five, err := predicate.NewEquatableValueSet(arrow.BinaryTypes.String, true, false, "5")
	if err != nil {
		t.Fatal(err)
	}
	constraints := predicate.Unconstrained()
	constraints.Summary = []predicate.Column{{Name: "n", Set: five}, {Name: "v", Set: five}}
	glue := glueAPI{table: glueTable(flag, "", "n string", "v string")}
	rows, err := read(t, athena(t, s.connector(catalog(glue))), table("d", "t"), constraints)
	if want := [][]any{{"5", "5"}}; err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("got %v, %v", rows, err)
	}
}

func TestGlueView(t *testing.T) {
	s := newService(t)
	s.show(map[string][]string{"d": {"base"}})
	const view = `SELECT host, CREATE_TIME_SERIES(time, v) AS c FROM "d"."base" GROUP BY host`
	const sql = "WITH \"view\" AS (\n" + view + "\n)\nSELECT \"host\", \"c\"\nFROM \"view\"\nWHERE \"host\" = 'h'"
	s.query[view] = `[{"Name":"host","Type":{"ScalarType":"VARCHAR"}}]`
	s.pages[sql] = []string{`"ColumnInfo":[{"Name":"host","Type":{"ScalarType":"VARCHAR"}},{"Name":"c","Type":{"TimeSeriesMeasureValueColumnInfo":{"Type":{"ScalarType":"DOUBLE"}}}}],` +
		`"Rows":[{"Data":[{"ScalarValue":"h"},{"TimeSeriesValue":[{"Time":"1970-01-01 00:00:01.000000000","Value":{"ScalarValue":"1.5"}},{"Time":"1970-01-01 00:00:02.000000000","Value":{"NullValue":true}}]}]},` +
		`{"Data":[{"NullValue":true},{"NullValue":true}]}]`}
	host, err := predicate.NewEquatableValueSet(arrow.BinaryTypes.String, true, false, "h")
	if err != nil {
		t.Fatal(err)
	}
	constraints := predicate.Unconstrained()
	constraints.Summary = []predicate.Column{{Name: "host", Set: host}}
	glue := glueAPI{table: glueTable(flag, view, "host string", "c array<struct<time:timestamp,x:double>>")}
	rows, err := read(t, athena(t, s.connector(catalog(glue))), table("d", "t"), constraints)
	want := [][]any{{"h", []any{[]any{int64(1000), 1.5}, []any{int64(2000), nil}}}, {nil, nil}}
	if err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("got %v, %v", rows, err)
	}
}

// A view's columns are spelled and compared as its query has them; where that cannot be learnt, text is not compared.
func TestGlueViewOverOtherTypes(t *testing.T) {
	const view = `SELECT time AS at, "Host" FROM "d"."base"`
	text, err := predicate.NewEquatableValueSet(arrow.BinaryTypes.String, false, false, "2024-01-01")
	if err != nil {
		t.Fatal(err)
	}
	constraints := predicate.Unconstrained()
	constraints.Summary = []predicate.Column{{Name: "at", Set: text}, {Name: "host", Set: text}}
	cases := map[string]struct {
		fails apiError
		sql   string // what follows the view
	}{
		"prepared": {sql: "SELECT \"at\", \"Host\"\nFROM \"view\"\nWHERE \"at\" IS NOT NULL\n  AND \"Host\" <> '2024-01-01'"},
		"denied": {
			fails: apiError{400, "AccessDeniedException", "not allowed"},
			sql:   "SELECT \"at\", \"host\"\nFROM \"view\"\nWHERE \"at\" IS NOT NULL\n  AND \"host\" IS NOT NULL",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.show(map[string][]string{"d": {"base"}})
			s.query[view] = `[{"Name":"at","Type":{"ScalarType":"TIMESTAMP"}},{"Name":"Host","Type":{"ScalarType":"VARCHAR"}}]`
			if c.fails.name != "" {
				s.fails["PrepareQuery"] = c.fails
			}
			host := "Host"
			if strings.Contains(c.sql, `"host"`) {
				host = "host"
			}
			s.answer("WITH \"view\" AS (\n"+view+"\n)\n"+c.sql, []string{"at TIMESTAMP", host + " VARCHAR"}, [][]string{{"2024-01-01 00:00:00.000000001", "h"}})
			glue := glueAPI{table: glueTable(flag, view, "at string", "host string")}
			rows, err := read(t, athena(t, s.connector(catalog(glue))), table("d", "t"), constraints)
			if want := [][]any{{"2024-01-01 00:00:00.000000001", "h"}}; err != nil || !reflect.DeepEqual(rows, want) {
				t.Errorf("got %v, %v", rows, err)
			}
		})
	}
}
