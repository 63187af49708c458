package gluemeta_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
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
)

// fakeGlue holds one database of tables and pages by index.
type fakeGlue struct {
	tables   []types.Table
	err      error
	catalogs []string // asked for
	sizes    []int32  // MaxResults of GetTables
}

func (f *fakeGlue) GetDatabases(_ context.Context, in *glue.GetDatabasesInput, _ ...func(*glue.Options)) (*glue.GetDatabasesOutput, error) {
	f.catalogs = append(f.catalogs, aws.ToString(in.CatalogId))
	if f.err != nil {
		return nil, f.err
	}
	if in.NextToken == nil {
		return &glue.GetDatabasesOutput{DatabaseList: []types.Database{{Name: aws.String("a")}, {Name: aws.String("skip")}}, NextToken: aws.String("2")}, nil
	}
	return &glue.GetDatabasesOutput{DatabaseList: []types.Database{{Name: aws.String("b")}}, NextToken: aws.String("")}, nil
}

func (f *fakeGlue) GetTables(_ context.Context, in *glue.GetTablesInput, _ ...func(*glue.Options)) (*glue.GetTablesOutput, error) {
	f.catalogs = append(f.catalogs, aws.ToString(in.CatalogId))
	f.sizes = append(f.sizes, *in.MaxResults)
	if f.err != nil {
		return nil, f.err
	}
	start := 0
	if in.NextToken != nil {
		start, _ = strconv.Atoi(*in.NextToken)
	}
	end := min(start+int(*in.MaxResults), len(f.tables))
	out := &glue.GetTablesOutput{TableList: f.tables[start:end]}
	if end < len(f.tables) {
		out.NextToken = aws.String(strconv.Itoa(end))
	}
	return out, nil
}

func (f *fakeGlue) GetTable(_ context.Context, in *glue.GetTableInput, _ ...func(*glue.Options)) (*glue.GetTableOutput, error) {
	f.catalogs = append(f.catalogs, aws.ToString(in.CatalogId))
	if f.err != nil {
		return nil, f.err
	}
	for _, t := range f.tables {
		if *t.Name == *in.Name {
			return &glue.GetTableOutput{Table: &t}, nil
		}
	}
	return nil, fmt.Errorf("operation error: %w", &types.EntityNotFoundException{Message: aws.String("Entity Not Found")})
}

func column(name, glueType, comment string) types.Column {
	c := types.Column{Name: &name, Type: &glueType}
	if comment != "" {
		c.Comment = &comment
	}
	return c
}

// marked is a filter such as a connector has.
func marked(t types.Table) bool { _, ok := t.Parameters["mark"]; return ok }

func TestGetTable(t *testing.T) {
	g := &fakeGlue{tables: []types.Table{
		{
			Name: aws.String("t"), ViewOriginalText: aws.String("SELECT 1"),
			Parameters: map[string]string{
				"mark": "", "columnMapping": "cpu=CPU_User, host = HostName", "datetimeFormatMapping": "cpu=yyyy,other=MM", "HostName": "a parameter",
			},
			StorageDescriptor: &types.StorageDescriptor{
				Location: aws.String("arn:aws:timestream:eu-west-1:123456789012:table/Real_T"),
				Columns:  []types.Column{column("host", "string", "not this comment"), column("cpu", "double", "percent"), column("tags", "map<string,int>", " ")},
			},
			PartitionKeys: []types.Column{column("year", "int", "")},
		},
		{Name: aws.String("unmarked")},
		{Name: aws.String("bad"), Parameters: map[string]string{"mark": ""}, StorageDescriptor: &types.StorageDescriptor{Columns: []types.Column{column("c", "foo", "")}}},
		{Name: aws.String("badmap"), Parameters: map[string]string{"mark": "", "columnMapping": "a,b=c"}},
		{Name: aws.String("bare"), Parameters: map[string]string{"mark": ""}},
	}}
	c := &gluemeta.Catalog{Client: g, Tables: marked}
	get := func(table string) (*message.GetTableResponse, error) {
		return c.GetTable(t.Context(), &message.GetTableRequest{
			Header: message.Header{CatalogName: "c", Identity: &message.Identity{Account: "1"}}, TableName: message.TableName{Schema: "d", Table: table},
		})
	}
	got, err := get("t")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range got.Schema.Fields() {
		names = append(names, f.Name)
	}
	if !slices.Equal(names, []string{"HostName", "CPU_User", "tags", "year"}) || !slices.Equal(got.PartitionColumns, []string{"year"}) {
		t.Errorf("columns %v, partition columns %v", names, got.PartitionColumns)
	}
	want := map[string]string{
		"mark": "", "columnMapping": "cpu=CPU_User, host = HostName", "datetimeFormatMapping": "cpu=yyyy,other=MM", "HostName": "a parameter",
		"CPU_User": "percent", "sourceTable": "Real_T", "datetimeFormatMappingNormalized": "CPU_User=yyyy,other=MM", "_view_template": "SELECT 1",
		"glueTableContainsPreviouslyUnsupportedType": "true",
	}
	if !got.Schema.Metadata().Equal(arrow.MetadataFrom(want)) {
		t.Errorf("metadata %v\nwant %v", got.Schema.Metadata(), want)
	}
	if bare, err := get("bare"); err != nil || bare.Schema.NumFields() != 0 {
		t.Errorf("got %v, %v", bare, err)
	}
	for table, says := range map[string]string{
		"unmarked": "no matching table found in Glue for d.unmarked", "none": "look up d.none in Glue",
		"bad": `column "c": glue type "foo": unknown type "foo"`, "badmap": `parameter columnMapping: "a" has no '='`,
	} {
		code := federation.EntityNotFound
		if strings.HasPrefix(table, "bad") {
			code = federation.InvalidInput
		}
		if _, err := get(table); message.CodeOf(err) != code || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %s saying %s", table, err, code, says)
		}
	}
}

func TestSourceTable(t *testing.T) {
	for location, want := range map[string]string{
		"arn:aws:dynamodb:us-east-1:123456789012:table/a/b": "a/b", "arn:aws-cn:x:y:z:table/t": "t", "arn:aws-us-gov:x:y:z:table/t": "t",
		"arn:aws-iso:x:y:z:table/t": "", "s3://bucket/table/t": "", "arn:aws:x:y:z:table/": "", "arn:aws:x:y:z:database/t": "",
	} {
		schema, _, err := gluemeta.Schema(&types.Table{StorageDescriptor: &types.StorageDescriptor{Location: &location}})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := schema.Metadata().GetValue(gluemeta.KeySourceTable); got != want {
			t.Errorf("%s: got %q, want %q", location, got, want)
		}
	}
}

func TestListSchemas(t *testing.T) {
	g := &fakeGlue{}
	c := &gluemeta.Catalog{Client: g, ID: "42", Databases: func(d types.Database) bool { return *d.Name != "skip" }}
	got, err := c.ListSchemas(t.Context(), &message.ListSchemasRequest{})
	if err != nil || !slices.Equal(got.Schemas, []string{"a", "b"}) || !slices.Equal(g.catalogs, []string{"42", "42"}) {
		t.Errorf("got %v, %v from catalogs %v", got, err, g.catalogs)
	}
}

func TestListTables(t *testing.T) {
	g := &fakeGlue{}
	for i := range 250 {
		table := types.Table{Name: aws.String(fmt.Sprintf("t%03d", i))}
		if i%2 == 0 {
			table.Parameters = map[string]string{"mark": ""}
		}
		g.tables = append(g.tables, table)
	}
	c := &gluemeta.Catalog{Client: g, Tables: marked}
	for _, size := range []int{-1, 1, 7, 100, 1000} {
		var all []message.TableName
		var token *string
		for pages := 0; pages == 0 || token != nil; pages++ {
			got, err := c.ListTables(t.Context(), &message.ListTablesRequest{SchemaName: "d", PageSize: size, NextToken: token})
			if err != nil {
				t.Fatal(err)
			}
			if size > 0 && len(got.Tables) > size {
				t.Errorf("%d tables in a page of %d", len(got.Tables), size)
			}
			if size == -1 && got.NextToken != nil {
				t.Error("a token although all tables were asked for")
			}
			all, token = append(all, got.Tables...), got.NextToken
		}
		if len(all) != 125 || all[124].Table != "t248" || all[0].Schema != "d" {
			t.Errorf("page size %d: %d tables", size, len(all))
		}
	}
	if most := slices.Max(g.sizes); most != 100 {
		t.Errorf("asked for %d tables at once", most)
	}
	for _, size := range []int{0, -2} {
		if _, err := c.ListTables(t.Context(), &message.ListTablesRequest{PageSize: size}); message.CodeOf(err) != federation.InvalidInput {
			t.Errorf("page size %d: %v", size, err)
		}
	}
}

func TestErrorsAreToldApart(t *testing.T) {
	for want, err := range map[federation.Code]error{
		federation.EntityNotFound:   &types.EntityNotFoundException{},
		federation.AccessDenied:     &types.AccessDeniedException{},
		federation.Throttling:       &smithy.GenericAPIError{Code: "ThrottlingException"},
		federation.OperationTimeout: &types.OperationTimeoutException{},
		federation.InternalService:  errors.New("connection reset"),
	} {
		c := &gluemeta.Catalog{Client: &fakeGlue{err: fmt.Errorf("operation error Glue: %w", err)}}
		_, a := c.ListSchemas(t.Context(), &message.ListSchemasRequest{})
		_, b := c.ListTables(t.Context(), &message.ListTablesRequest{PageSize: -1})
		_, d := c.GetTable(t.Context(), &message.GetTableRequest{})
		for _, got := range []error{a, b, d} {
			if message.CodeOf(got) != want || !errors.Is(got, err) {
				t.Errorf("got %v (%s), want %s", got, message.CodeOf(got), want)
			}
		}
	}
}

func TestCatalogID(t *testing.T) {
	const function = "arn:aws:lambda:eu-west-1:210987654321:function:f"
	caller := &message.Identity{Account: "123456789012"}
	for _, test := range []struct {
		option, arn string
		caller      *message.Identity
		want        string
	}{
		{"42", function, caller, "42"},
		{"", function, caller, "210987654321"},
		{"", strings.Replace(function, "aws", "aws-cn", 1), caller, "210987654321"},
		{"", function + ":live", caller, "123456789012"},
		{"", "arn:aws:lambda:eu-west-1:21:function:f", caller, "123456789012"},
		{"", "", caller, "123456789012"},
		{"", "", &message.Identity{}, "<nil>"},
		{"", "", nil, "<nil>"},
	} {
		got := gluemeta.CatalogID(federation.WithFunctionARN(t.Context(), test.arn), test.option, test.caller)
		text := "<nil>"
		if got != nil {
			text = *got
		}
		if text != test.want {
			t.Errorf("%q, %q, %v: got %s, want %s", test.option, test.arn, test.caller, text, test.want)
		}
	}
}
