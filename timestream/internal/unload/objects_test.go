package unload_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"athena-timestream/timestream/internal/unload"
)

// shelf is S3 with one object, whose bytes break off some times, and a list of others, a thousand a page.
type shelf struct {
	object  string
	breaks  int
	gets    int
	keys    []string
	refuses string // a key that is not deleted
	deletes []int
}

func (s *shelf) GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	s.gets++
	if s.object == "" {
		return nil, &types.NoSuchKey{Message: aws.String("gone")}
	}
	body := io.Reader(strings.NewReader(s.object))
	if s.breaks > 0 {
		s.breaks--
		body = io.MultiReader(strings.NewReader(s.object[:2]), iotest.ErrReader(errors.New("reset by peer")))
	}
	return &s3.GetObjectOutput{Body: io.NopCloser(body), ContentLength: aws.Int64(int64(len(s.object)))}, nil
}

func (s *shelf) DeleteObjects(_ context.Context, in *s3.DeleteObjectsInput, _ ...func(*s3.Options)) (*s3.DeleteObjectsOutput, error) {
	s.deletes = append(s.deletes, len(in.Delete.Objects))
	out := &s3.DeleteObjectsOutput{}
	for _, o := range in.Delete.Objects {
		if *o.Key == s.refuses {
			out.Errors = append(out.Errors, types.Error{Key: o.Key, Code: aws.String("AccessDenied"), Message: aws.String("no")})
		}
	}
	return out, nil
}

func (s *shelf) ListObjectsV2(_ context.Context, in *s3.ListObjectsV2Input, _ ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	from := 0
	if in.ContinuationToken != nil {
		fmt.Sscan(*in.ContinuationToken, &from) //nolint:errcheck // our own
	}
	to := min(from+1000, len(s.keys))
	out := &s3.ListObjectsV2Output{IsTruncated: aws.Bool(to < len(s.keys)), NextContinuationToken: aws.String(fmt.Sprint(to))}
	for _, k := range s.keys[from:to] {
		out.Contents = append(out.Contents, types.Object{Key: &k})
	}
	return out, nil
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		shelf shelf
		size  int64
		gets  int
		want  string
	}{
		{shelf{object: "abcdef"}, 6, 1, ""},
		{shelf{object: "abcdef", breaks: 2}, 6, 3, ""},
		{shelf{object: "abcdef", breaks: 3}, 6, 3, "read s3://b/k: reset by peer"},
		{shelf{object: "abcdef"}, 7, 1, "read s3://b/k: the file is not what the manifest says: 6 bytes, and the manifest says 7"},
		{shelf{}, 6, 1, "read s3://b/k: the file is not there any more"},
	} {
		got, err := unload.Read(t.Context(), &c.shelf, "b", "k", c.size, make([]byte, 3, 20))
		if c.want == "" && (err != nil || !bytes.Equal(got, []byte("abcdef"))) || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%+v: %q, %v, want %s", c.shelf, got, err, c.want)
		}
		if c.shelf.gets != c.gets {
			t.Errorf("%d calls, want %d", c.shelf.gets, c.gets)
		}
	}
}

func TestDeleteAll(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	for i := range 1500 {
		s.keys = append(s.keys, fmt.Sprint("k", i))
	}
	if err := unload.DeleteAll(t.Context(), s, place); err != nil || fmt.Sprint(s.deletes) != "[1000 500]" {
		t.Errorf("%v, %v", s.deletes, err)
	}
	s.refuses = "k1200"
	if err := unload.DeleteAll(t.Context(), s, place); err == nil || !strings.Contains(err.Error(), "s3://b/k1200 and 0 more: AccessDenied: no") {
		t.Error(err)
	}
	s.deletes = nil
	if err := unload.Delete(t.Context(), s, "b", s.keys...); err == nil || fmt.Sprint(s.deletes) != "[1000 500]" {
		t.Errorf("%v, %v", s.deletes, err)
	}
}
