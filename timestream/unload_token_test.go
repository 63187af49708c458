package timestream_test

import (
	"context"
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/timestream"
)

// shelf is an S3 without objects, that notes where it was looked at for what to delete.
type shelf struct {
	*s3.Client
	listed []string
}

func (s *shelf) ListObjectsV2(_ context.Context, in *s3.ListObjectsV2Input, _ ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	s.listed = append(s.listed, *in.Bucket+"/"+*in.Prefix)
	return &s3.ListObjectsV2Output{}, nil
}

// TestForeignUnloadTokens: a token that does not lead on is a read in pages. What has been written for its UNLOAD is removed, and
// nothing that is not this query's.
func TestForeignUnloadTokens(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{{Name: "cpu", Type: arrow.PrimitiveTypes.Float64, Nullable: true}}, nil)
	const client = `"client":"C","digest":"of another statement"`
	for token, want := range map[string][]string{
		`{` + client + `,"place":{"Bucket":"b","Prefix":"spill/q1/u1/"}}`: {"b/spill/q1/u1/"},

		``:  nil,
		`7`: nil,
		`{"place":{"Bucket":"b","Prefix":"spill/q1/u1/"}}`:                   nil,
		`{` + client + `,"place":{"Bucket":"b","Prefix":""}}`:                nil,
		`{` + client + `,"place":{"Bucket":"b","Prefix":"/"}}`:               nil,
		`{` + client + `,"place":{"Bucket":"b","Prefix":"spill/"}}`:          nil,
		`{` + client + `,"place":{"Bucket":"b","Prefix":"spill/q1/"}}`:       nil,
		`{` + client + `,"place":{"Bucket":"b","Prefix":"spill/q1/u1"}}`:     nil,
		`{` + client + `,"place":{"Bucket":"b","Prefix":"spill/q1/u1/r/"}}`:  nil,
		`{` + client + `,"place":{"Bucket":"b","Prefix":"spill/q2/u1/"}}`:    nil,
		`{` + client + `,"place":{"Bucket":"b2","Prefix":"spill/q1/u1/"}}`:   nil,
		`{` + client + `,"place":{"Bucket":"b","Prefix":"results/q1/u1/"}}`:  nil,
		`{` + client + `,"place":{"Bucket":"b","Prefix":"x/spill/q1/u1/"}}`:  nil,
		`{` + client + `,"place":{"Bucket":"b","Prefix":"spill/q1//u1/../"}`: nil,
	} {
		s, objects := newService(t), &shelf{}
		s.show(map[string][]string{"D": {"T"}})
		c := s.connector(nil)
		c.Unloads = &timestream.Unloads{Mode: timestream.ReadUnload, Objects: objects, Spill: federation.Config{SpillBucket: "b", SpillPrefix: "spill"}}
		described := &message.GetTableResponse{TableName: table("d", "t"), Schema: schema}
		layout, err := athena(t, c).GetTableLayout(t.Context(), described, nil)
		if err != nil {
			t.Fatal(err)
		}
		splits, next, err := c.GetSplits(t.Context(), &message.GetSplitsRequest{
			Header: message.Header{QueryID: "q1"}, TableName: described.TableName, Partitions: layout,
			Constraints: predicate.Unconstrained(), ContinuationToken: aws.String(token),
		})
		if err != nil || next != nil || len(splits) != 1 || splits[0].Properties["table"] != "T" || !slices.Equal(objects.listed, want) {
			t.Errorf("%s: %v, token %v, %v; deleted below %v, want %v", token, splits, next, err, objects.listed, want)
		}
	}
}

// TestForeignFiles: a split of files that says less, or more, than this connector writes is not taken for one without rows.
func TestForeignFiles(t *testing.T) {
	for text, ok := range map[string]bool{
		`{"files":null}`:                       true,
		`{}`:                                   false,
		``:                                     false,
		`null`:                                 false,
		`{"files":[]}`:                         true,
		`{"files":null,"query":"Q"}`:           false,
		`{"files":null,"parts":["a.parquet"]}`: false,
		`{"bucket":"b","prefix":"p/","files":null,"skip":1}`: false,
	} {
		r := &message.ReadRecordsRequest{
			TableName: table("d", "t"), Schema: splitSchema(""), Constraints: predicate.Unconstrained(),
			Split: message.Split{Properties: map[string]string{"unloaded": text}},
		}
		err := newService(t).connector(nil).ReadRecords(t.Context(), r, writer(t, t.Context(), r.Schema))
		if ok != (err == nil) || !ok && message.CodeOf(err) != federation.InvalidInput {
			t.Errorf("%s: error %v", text, err)
		}
	}
}
