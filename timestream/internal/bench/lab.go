package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/smithy-go/middleware"

	"athena-timestream/federation"
	"athena-timestream/timestream"
	"athena-timestream/timestream/internal/bench/sample"
	"athena-timestream/timestream/internal/bench/standin"
)

// lab is where everything is measured: the stand-in of AWS, and what has been measured already.
type lab struct {
	short  bool
	dist   string
	url    string // of the stand-in
	server *exec.Cmd
	quit   io.Closer // ends the stand-in
	aws    aws.Config

	memory *inMemory
	wire   *overWire
	read   *wholeRead
	one    cost // of one split with waiting
	peaks  *peaks
}

func newLab(o options) (*lab, error) {
	l := &lab{short: o.short, dist: o.dist}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	l.server = exec.Command(self, serveCommand)
	l.server.Stderr = os.Stderr
	in, err := l.server.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := l.server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := l.server.Start(); err != nil {
		return nil, err
	}
	l.quit = in
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		l.close()
		return nil, fmt.Errorf("the stand-in of AWS does not start: %w", err)
	}
	l.url = strings.TrimSpace(line)
	l.aws = settings(l.url)
	return l, nil
}

// settings are what the SDK is told of the stand-in at an address.
func settings(url string) aws.Config {
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported, // what LoadDefaultConfig sets
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported,
		APIOptions:                 []func(*middleware.Stack) error{asOverTLS},
	}
}

// asOverTLS leaves out the SHA-256 of an object's bytes, which the SDK signs only where there is no TLS: never at AWS. The
// CRC32 stays.
func asOverTLS(s *middleware.Stack) error {
	if s.ID() != "PutObject" {
		return nil
	}
	unsigned := func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
		middleware.InitializeOutput, middleware.Metadata, error,
	) {
		return next.HandleInitialize(v4.SetPayloadHash(ctx, standin.Unsigned), in)
	}
	return s.Initialize.Add(middleware.InitializeMiddlewareFunc("AsOverTLS", unsigned), middleware.After)
}

func (l *lab) close() {
	l.quit.Close()
	l.server.Wait() //nolint:errcheck // it has nothing to say any more
}

// pick is the long form of something, or the short one.
func pick[T any](l *lab, long, short T) T {
	if l.short {
		return short
	}
	return long
}

// million is the table that most is measured with, a tenth of it in the short form.
func (l *lab) million() sample.Table {
	return sample.Table{Rows: pick(l, 1_000_000, 100_000), Columns: 6}
}

const bucket = "spill"

// handler is the connector as Lambda has it, with nothing switched off, which cuts what has bounds into so many splits.
func (l *lab) handler(splits int) (*federation.Handler, error) {
	c := timestream.Config{
		Federation: federation.Config{SpillBucket: bucket},
		Splits:     timestream.SplitConfig{Most: splits, Least: time.Second},
	}
	return timestream.NewHandler(l.aws, c, nil)
}

// queryClient is the SDK's, over the connector's transport: the SDK's own loses connections to servers this near.
func (l *lab) queryClient(transport aws.HTTPClient) *timestreamquery.Client {
	cfg := l.aws.Copy()
	cfg.HTTPClient = timestream.HTTPClient(transport)
	return timestreamquery.NewFromConfig(cfg, func(o *timestreamquery.Options) {
		o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
	})
}

func (l *lab) s3Client() *s3.Client {
	cfg := l.aws.Copy()
	cfg.HTTPClient = timestream.HTTPClient(nil)
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
}

// forget empties the bucket.
func (l *lab) forget(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodDelete, l.url+"/", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// selectAll is the statement for a whole table.
func selectAll(t sample.Table) string {
	return fmt.Sprintf("SELECT * FROM %q.%q", standin.Database, t.Name())
}

// same is an error if rows were read that are not those of the table from first up to end.
func same(t sample.Table, first, end int, got *sample.Digest) error {
	if want := t.Digest(first, end); got.String() != want.String() {
		return fmt.Errorf("rows %d to %d of %s were read wrong: digest %s, want %s", first, end, t.Name(), got, want)
	}
	return nil
}
