package federation_test

import (
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
)

type partitioned struct {
	federationtest.Connector
	federationtest.Partitioner
}

func layoutRequest(partitionColumns ...string) *message.GetTableLayoutRequest {
	return &message.GetTableLayoutRequest{
		Header: header(), TableName: message.TableName{Schema: "s", Table: "t"}, Schema: demoTable,
		PartitionColumns: partitionColumns, Constraints: unconstrained(),
	}
}

// TestOnePartition: a layout without rows means "nothing to read", so a table
// whose connector has nothing to say of partitions must have one.
func TestOnePartition(t *testing.T) {
	none := partitioned{Partitioner: federationtest.Partitioner{}}
	tests := map[string]struct {
		c federation.Connector
		r *message.GetTableLayoutRequest
	}{
		"no partitioner":                        {federationtest.Connector{}, layoutRequest()},
		"no partitioner, yet partition columns": {federationtest.Connector{}, layoutRequest("year")},
		"partitioner without columns":           {none, layoutRequest()},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ask[*message.GetTableLayoutResponse](t.Context(), t, newHandler(t, test.c, federation.Options{}), test.r)
			if err != nil {
				t.Fatal(err)
			}
			p := got.Partitions
			if p.NumRows() != 1 || p.Schema.NumFields() != 1 || p.Schema.Field(0).Name != "partitionId" ||
				p.Schema.Field(0).Type.ID() != arrow.INT32 || block.ValueAt(p.Records.Column(0), 0) != int64(1) {
				t.Errorf("got %v %v", p.Schema, p.Records)
			}
		})
	}
}

// TestEnhancedPartitions: fields and metadata that the connector adds come back.
func TestEnhancedPartitions(t *testing.T) {
	c := partitioned{Partitioner: federationtest.Partitioner{
		PartitionSchemaFunc: func(_ context.Context, _ *message.GetTableLayoutRequest, s *arrow.Schema) (*arrow.Schema, error) {
			return arrow.NewSchema(append(s.Fields(), arrow.Field{Name: "shard", Type: arrow.BinaryTypes.String, Nullable: true}), metadata("m", "1")), nil
		},
		WritePartitionsFunc: func(_ context.Context, _ *message.GetTableLayoutRequest, b *block.Builder) error {
			for i, v := range []any{int64(2024), "a"} {
				if err := block.AppendValue(b.Column(i), v); err != nil {
					return err
				}
			}
			return nil
		},
	}}
	got, err := ask[*message.GetTableLayoutResponse](t.Context(), t, newHandler(t, c, federation.Options{}), layoutRequest("year"))
	if err != nil {
		t.Fatal(err)
	}
	p := got.Partitions
	if p.NumRows() != 1 || p.Schema.Field(0).Name != "year" || block.ValueAt(p.Records.Column(1), 0) != "a" || p.Schema.Metadata().Len() != 1 {
		t.Errorf("got %v %v", p.Schema, p.Records)
	}
}

func TestMetadataOnlyLayoutIsOnePartition(t *testing.T) {
	c := partitioned{Partitioner: federationtest.Partitioner{
		PartitionSchemaFunc: func(context.Context, *message.GetTableLayoutRequest, *arrow.Schema) (*arrow.Schema, error) {
			return arrow.NewSchema(nil, metadata("m", "1")), nil
		},
	}}
	got, err := ask[*message.GetTableLayoutResponse](t.Context(), t, newHandler(t, c, federation.Options{}), layoutRequest())
	if err != nil {
		t.Fatal(err)
	}
	if p := got.Partitions; p.NumRows() != 1 || p.Schema.Metadata().Len() != 1 {
		t.Errorf("got %v %v", p.Schema, p.Records)
	}
}

func TestLayoutErrors(t *testing.T) {
	uneven := partitioned{Partitioner: federationtest.Partitioner{
		PartitionSchemaFunc: func(_ context.Context, _ *message.GetTableLayoutRequest, s *arrow.Schema) (*arrow.Schema, error) {
			return arrow.NewSchema(append(s.Fields(), arrow.Field{Name: "shard", Type: arrow.BinaryTypes.String}), nil), nil
		},
		WritePartitionsFunc: func(_ context.Context, _ *message.GetTableLayoutRequest, b *block.Builder) error {
			return block.AppendValue(b.Column(0), int64(1))
		},
	}}
	_, err := ask[*message.GetTableLayoutResponse](t.Context(), t, newHandler(t, uneven, federation.Options{}), layoutRequest("year"))
	wantCode(t, err, federation.InternalService, "partitions of s.t")
	_, err = ask[*message.GetTableLayoutResponse](t.Context(), t, newHandler(t, uneven, federation.Options{}), layoutRequest("nope"))
	wantCode(t, err, federation.InvalidInput, `partition column "nope" is not a column of s.t`)
}

// TestGetTablePartitionColumns: they count only for a Partitioner.
func TestGetTablePartitionColumns(t *testing.T) {
	base := federationtest.Connector{GetTableFunc: func(context.Context, *message.GetTableRequest) (*message.GetTableResponse, error) {
		return &message.GetTableResponse{Schema: demoTable, PartitionColumns: []string{"year"}}, nil
	}}
	for want, c := range map[int]federation.Connector{0: base, 1: partitioned{Connector: base}} {
		got, err := ask[*message.GetTableResponse](t.Context(), t, newHandler(t, c, federation.Options{}), &message.GetTableRequest{
			Header: header(), TableName: message.TableName{Schema: "s", Table: "t"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.PartitionColumns) != want || got.TableName.Table != "t" || got.CatalogName != "c" {
			t.Errorf("got %+v, want %d partition columns", got, want)
		}
	}
}

// TestPruneKeepsNulls: a null partition value stays if the set allows null.
func TestPruneKeepsNulls(t *testing.T) {
	c := partitioned{Partitioner: federationtest.Partitioner{WritePartitionsFunc: func(_ context.Context, _ *message.GetTableLayoutRequest, b *block.Builder) error {
		for _, v := range []any{int64(1), nil, int64(2)} {
			if err := block.AppendValue(b.Column(0), v); err != nil {
				return err
			}
		}
		return nil
	}}}
	for want, set := range map[string]predicate.ValueSet{
		"1 <nil> 2 ": predicate.All(arrow.PrimitiveTypes.Int32), "<nil> ": predicate.OnlyNull(arrow.PrimitiveTypes.Int32),
		"1 2 ": predicate.NotNull(arrow.PrimitiveTypes.Int32), "": predicate.None(arrow.PrimitiveTypes.Int32),
	} {
		r := layoutRequest("year")
		r.Constraints.Summary = []predicate.Column{{Name: "year", Set: set}}
		got, err := ask[*message.GetTableLayoutResponse](t.Context(), t, newHandler(t, c, federation.Options{}), r)
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for row := range int(got.Partitions.NumRows()) {
			text += sprint(block.ValueAt(got.Partitions.Records.Column(0), row)) + " "
		}
		if text != want {
			t.Errorf("got %q, want %q", text, want)
		}
	}
}
