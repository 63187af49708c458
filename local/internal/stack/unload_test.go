package stack_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/local/internal/stack"
)

// UNLOAD writes to the S3 on the same address, where the S3 client finds what the manifest lists, in memory and on disk.
func TestUnloadToEmbeddedS3(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"in memory": "", "on disk": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			s := open(t, stack.Serve, stack.Options{Dir: dir, NoDemo: true})
			cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &s.URL, Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")}
			query := timestreamquery.NewFromConfig(cfg)
			objects := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
			statement := &timestreamquery.QueryInput{QueryString: aws.String(`UNLOAD(SELECT id, channel FROM (VALUES (1, 'Social Media'), (2, 'a/b%+=')) AS t(id, channel))
				TO 's3://exports/a b/' WITH (partitioned_by = ARRAY['channel'])`)}
			if _, err := query.Query(ctx, statement); err == nil || !strings.Contains(err.Error(), "The bucket 'exports' of the UNLOAD destination does not exist") {
				t.Fatalf("without a bucket: %v", err)
			}
			if _, err := objects.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("exports")}); err != nil {
				t.Fatal(err)
			}
			out, err := query.Query(ctx, statement)
			if err != nil {
				t.Fatal(err)
			}
			var manifest struct {
				Files []struct {
					URL string `json:"url"`
				} `json:"result_files"`
			}
			if err := json.Unmarshal([]byte(fetch(t, objects, *out.Rows[0].Data[2].ScalarValue)), &manifest); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range manifest.Files {
				parts := strings.Split(f.URL, "/")
				got = append(got, parts[len(parts)-2]+" "+fetch(t, objects, f.URL))
			}
			slices.Sort(got)
			if want := []string{"channel=Social Media 1\n", "channel=a%2Fb%25+%3D 2\n"}; !slices.Equal(got, want) {
				t.Errorf("the files are %q", got)
			}
			list, err := objects.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("exports"), Prefix: aws.String("a b/results/channel=")})
			if err != nil || len(list.Contents) != 2 {
				t.Errorf("S3 lists %+v, %v", list, err)
			}
		})
	}
}

// fetch reads an s3:// address.
func fetch(t *testing.T, client *s3.Client, url string) string {
	t.Helper()
	bucket, key, _ := strings.Cut(strings.TrimPrefix(url, "s3://"), "/")
	out, err := client.GetObject(context.Background(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	var r io.Reader = out.Body
	if strings.HasSuffix(key, ".gz") {
		if r, err = gzip.NewReader(r); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
