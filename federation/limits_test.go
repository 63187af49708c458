package federation_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/client"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// vast is a connector whose answers are all too large.
type vast struct {
	federationtest.Connector
	federationtest.Partitioner
	federationtest.Splitter
}

func newVast() vast {
	long := strings.Repeat("x", 1000)
	var v vast
	v.ListSchemasFunc = func(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
		return &message.ListSchemasResponse{Schemas: make([]string, federation.MaxPayload/2)}, nil
	}
	v.ListTablesFunc = func(_ context.Context, r *message.ListTablesRequest) (*message.ListTablesResponse, error) {
		return federation.PageTables(r, tableNames(7000, long))
	}
	v.GetTableFunc = func(_ context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
		fields := make([]arrow.Field, 5000)
		for i := range fields {
			fields[i] = arrow.Field{Name: fmt.Sprint(i, long), Type: arrow.BinaryTypes.String}
		}
		return &message.GetTableResponse{Schema: arrow.NewSchema(fields, nil)}, nil
	}
	v.PartitionSchemaFunc = func(context.Context, *message.GetTableLayoutRequest, *arrow.Schema) (*arrow.Schema, error) {
		return oneColumn, nil
	}
	v.WritePartitionsFunc = func(_ context.Context, _ *message.GetTableLayoutRequest, b *block.Builder) error {
		for n := range int64(federation.MaxPayload / 10) {
			b.Column(0).(*block.Int64Column).Append(n)
		}
		return nil
	}
	v.GetSplitsFunc = func(context.Context, *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
		return make([]federation.SplitSpec, 50_000), nil, nil
	}
	v.ReadRecordsFunc = numbers(60_000)
	return v
}

func tableNames(n int, suffix string) []message.TableName {
	tables := make([]message.TableName, n)
	for i := range tables {
		tables[i] = message.TableName{Schema: "s", Table: fmt.Sprintf("%06d%s", i, suffix)}
	}
	return tables
}

// TestAnswerTooLarge reaches Lambda's limit with every kind of answer: each is an error that says what to do instead,
// before Lambda gives one that says nothing.
func TestAnswerTooLarge(t *testing.T) {
	h := newHandler(t, newVast(), federation.Options{Config: federation.Config{DisableSpillEncryption: true}})
	read := readRequest()
	read.Split.SpillLocation.Key = strings.Repeat("k", 900) // 8,000 blocks of such names
	read.MaxBlockSize, read.MaxInlineBlockSize = 200, 1
	name := message.TableName{Schema: "s", Table: "t"}
	for want, request := range map[string]message.Message{
		"it names 3145778 schemas, and Athena":             &message.ListSchemasRequest{Header: header()},
		"it names 7000 tables; ask for a page":             &message.ListTablesRequest{Header: header(), SchemaName: "s", PageSize: message.UnlimitedPageSize},
		"table s.t has 5000 columns; put a view":           &message.GetTableRequest{Header: header(), TableName: name},
		"629155 partitions of s.t match; add a condition":  &message.GetTableLayoutRequest{Header: header(), TableName: name, Schema: oneColumn, Constraints: unconstrained()},
		"it has 50000 splits; the connector has to return": splitsRequest(t),
		"blocks; raise the block size":                     read,
	} {
		_, err := ask[message.Message](t.Context(), t, h, request)
		wantCode(t, err, federation.InvalidResponse, want)
		wantCode(t, err, federation.InvalidResponse, "more than the 6291556 that Lambda returns")
	}
}

// TestPagesFitAnswer: whatever page size Athena asks for, no page is larger than Lambda returns, and the pages together
// are all tables, each once.
func TestPagesFitAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		tables int
		suffix string
	}{
		"100,000 tables":          {100_000, strings.Repeat("x", 60)},
		"names that JSON escapes": {30_000, strings.Repeat(`"`, 110)},
		"names in Greek":          {30_000, strings.Repeat("λ", 110)},
	} {
		t.Run(name, func(t *testing.T) {
			want := tableNames(test.tables, test.suffix)
			h := newHandler(t, federationtest.Connector{ListTablesFunc: func(_ context.Context, r *message.ListTablesRequest) (*message.ListTablesResponse, error) {
				return federation.PageTables(r, want)
			}}, federation.Options{})
			var got []message.TableName
			var token *string
			for {
				r, err := ask[*message.ListTablesResponse](t.Context(), t, h, &message.ListTablesRequest{Header: header(), SchemaName: "s", NextToken: token, PageSize: 100_000})
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, r.Tables...)
				if token = r.NextToken; token == nil {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d tables, want %d", len(got), len(want))
			}
		})
	}
}

// TestPageSplits hands out thousands of splits, each with its own key and place, over as many answers as they need.
func TestPageSplits(t *testing.T) {
	for name, test := range map[string]struct{ splits, property, answers int }{
		"none":             {0, 0, 1},
		"one page":         {1000, 0, 1},
		"one more":         {1001, 0, 2},
		"thousands":        {5000, 20, 5},
		"long properties":  {100, 200_000, 5}, // 24 fit into an answer
		"one large enough": {2, 4_900_000, 2},
	} {
		t.Run(name, func(t *testing.T) {
			specs := make([]federation.SplitSpec, test.splits)
			for i := range specs {
				specs[i].Properties = map[string]string{"n": fmt.Sprint(i), "p": strings.Repeat("p", test.property)}
			}
			asked := 0
			v := newVast()
			v.GetSplitsFunc = func(_ context.Context, r *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
				asked++
				return federation.PageSplits(r, specs)
			}
			h := newHandler(t, v, federation.Options{Config: federation.Config{SpillBucket: strings.Repeat("b", 63), SpillPrefix: strings.Repeat("p", 900)}})
			c := &client.Client{Invoker: h, Store: spill.NewMem(), Identity: &message.Identity{}, Catalog: "c", QueryID: "q"}
			got, err := c.GetSplits(t.Context(), &message.GetTableResponse{Schema: oneColumn}, oneRow(t), unconstrained())
			if err != nil {
				t.Fatal(err)
			}
			places := map[string]bool{}
			for i, s := range got {
				places[s.SpillLocation.Key] = true
				if s.Properties["n"] != fmt.Sprint(i) {
					t.Fatalf("split %d has properties of %s", i, s.Properties["n"])
				}
			}
			if len(got) != test.splits || len(places) != test.splits || asked != test.answers {
				t.Errorf("%d splits in %d places from %d answers, want %d from %d", len(got), len(places), asked, test.splits, test.answers)
			}
		})
	}
}

func TestPageSplitsToken(t *testing.T) {
	for token, code := range map[string]federation.Code{
		"1/3": "", "3/3": "", "1/4": federation.InternalService, "4/4": federation.InvalidInput, "-1/3": federation.InvalidInput, "x": federation.InvalidInput, "": federation.InvalidInput,
	} {
		_, _, err := federation.PageSplits(&message.GetSplitsRequest{ContinuationToken: &token}, make([]federation.SplitSpec, 3))
		if code == "" && err == nil {
			continue
		}
		wantCode(t, err, code, "again")
	}
}
