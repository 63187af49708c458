// Package timestreamtest gives a Go test a Timestream of its own: [Start] runs the embedded Timestream for LiveAnalytics in
// the test's process, on a free port of loopback, in memory, and ends it with the test. No AWS account, no container, no
// other program:
//
//	server := timestreamtest.Start(t)
//	write := timestreamwrite.NewFromConfig(server.Config())
//
// It answers Timestream's Query and Write APIs for the clients of any AWS SDK, and S3 beside them, which UNLOAD writes to.
// docs/local.md says where its answers differ from the service's.
//
// What the package promises:
//   - Servers do not see each other: tests that run in parallel each start one. Starting takes a fraction of a second.
//   - A server starts empty, and nothing of it is left when the test has ended: no goroutine, no file.
//   - Records of any age are accepted and kept, whatever the table's retention says, unless [WithRetention] is given.
//   - Any credentials do. The server listens on 127.0.0.1 alone.
//
// The package needs cgo, for DuckDB; what it tests does not.
package timestreamtest

import (
	"context"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"athena-timestream/local/internal/awsapi"
	"athena-timestream/local/internal/stack"
	"athena-timestream/timestream"
)

// accessKey is the key id and the secret of Config and Env; the server checks neither.
const accessKey = "local"

// Server is an embedded Timestream. It is safe for concurrent use.
type Server struct {
	// URL is where it answers all services, as in "http://127.0.0.1:43210".
	URL string

	stack *stack.Stack
}

// Start starts a server that ends with the test, after its subtests and after what later Cleanups do. It fails the test at
// once when it cannot. What the server has to complain about goes to the test's output.
func Start(t testing.TB, options ...Option) *Server {
	t.Helper()
	s, err := open(t.Output(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// New starts a server that the caller stops: for TestMain, which has no test to end it with.
func New(options ...Option) (*Server, error) { return open(os.Stderr, options) }

func open(log io.Writer, options []Option) (*Server, error) {
	o := stack.Options{Log: log, NoDemo: true}
	for _, option := range options {
		option.apply(&o)
	}
	st, err := stack.Open(context.Background(), o)
	if err != nil {
		return nil, fmt.Errorf("starting the embedded Timestream: %w", err)
	}
	return &Server{URL: st.URL, stack: st}, nil
}

// Config is for the NewFromConfig of the SDK's services: timestreamwrite, timestreamquery, s3. Each call makes a
// configuration with an HTTP client of its own, which the caller may change.
func (s *Server) Config() aws.Config {
	return aws.Config{
		Region:       awsapi.Region,
		BaseEndpoint: aws.String(s.URL),
		Credentials:  credentials.NewStaticCredentialsProvider(accessKey, accessKey, ""),
		HTTPClient:   timestream.HTTPClient(nil),
	}
}

// Env is the environment that leads a program to the server which makes its clients in AWS's ordinary way, in any language:
// "NAME=value" pairs for [os/exec.Cmd.Env], or for [testing.T.Setenv] one by one.
func (s *Server) Env() []string {
	return []string{
		"AWS_ENDPOINT_URL=" + s.URL,
		"AWS_REGION=" + awsapi.Region,
		"AWS_DEFAULT_REGION=" + awsapi.Region,
		"AWS_ACCESS_KEY_ID=" + accessKey,
		"AWS_SECRET_ACCESS_KEY=" + accessKey,
		"AWS_SESSION_TOKEN=",
	}
}

// Stop ends the server, also before its test does, to see what a program makes of a Timestream that is gone. It lets
// requests under way end, for a few seconds. Further calls do nothing and return the same.
func (s *Server) Stop() error {
	if err := s.stack.Close(); err != nil {
		return fmt.Errorf("ending the embedded Timestream: %w", err)
	}
	return nil
}
