package s3spill_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation/message"
	"athena-timestream/federation/spill/s3spill"
)

// client talks to a handler that stands in for S3, as production does: made from a config, with signatures.
func client(t *testing.T, handler http.HandlerFunc) *s3.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return s3.NewFromConfig(aws.Config{
		Region: "eu-west-1", BaseEndpoint: &server.URL, HTTPClient: server.Client(), RetryMaxAttempts: 1,
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported, // what config.LoadDefaultConfig sets
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	}, func(o *s3.Options) { o.UsePathStyle = true })
}

var loc = message.SpillLocation{Bucket: "spill-bucket", Key: "prefix/query/split.0"}

func TestPut(t *testing.T) {
	var got *http.Request
	var body []byte
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Clone(context.Background())
		body, _ = io.ReadAll(r.Body)
	})
	headers := map[string]string{
		"x-amz-server-side-encryption":                "aws:kms",
		"x-amz-server-side-encryption-aws-kms-key-id": "my-key",
		"Content-Type": "application/x-arrow",
	}
	want := bytes.Repeat([]byte("block"), 1000)
	if err := s3spill.New(c, headers).Put(t.Context(), loc, want); err != nil {
		t.Fatal(err)
	}
	if got.Method != http.MethodPut || got.URL.Path != "/spill-bucket/prefix/query/split.0" {
		t.Errorf("request %s %s", got.Method, got.URL)
	}
	if !bytes.Equal(body, want) || got.ContentLength != int64(len(want)) {
		t.Errorf("%d bytes with content length %d, want %d", len(body), got.ContentLength, len(want))
	}
	signed := got.Header.Get("Authorization")
	for name, value := range headers {
		if got.Header.Get(name) != value {
			t.Errorf("header %s is %q, want %q", name, got.Header.Get(name), value)
		}
		if !strings.Contains(signed, strings.ToLower(name)) {
			t.Errorf("header %s is not signed: %s", name, signed)
		}
	}
	if got.Header.Get("X-Amz-Checksum-Crc32") == "" {
		t.Error("no CRC32 of the body was sent")
	}
	if got.Header.Get("X-Amz-Expected-Bucket-Owner") != "" {
		t.Error("an expected bucket owner was sent")
	}
}

// TestPutFails: whatever S3 says becomes a code and one sentence that ends in what to do.
func TestPutFails(t *testing.T) {
	for _, c := range []struct {
		status int
		name   string
		code   message.Code
		want   string
	}{
		{404, "NoSuchBucket", message.EntityNotFound, "there is no bucket spill-bucket, set spill_bucket"},
		{403, "AccessDenied", message.AccessDenied, "the function's role needs s3:PutObject on arn:aws:s3:::spill-bucket/*"},
		{301, "PermanentRedirect", message.InvalidInput, "bucket spill-bucket is in us-east-2, set spill_bucket to one in the function's region"},
		{400, "AuthorizationHeaderMalformed", message.InvalidInput, "bucket spill-bucket is in us-east-2"},
		{400, "KMS.DisabledException", message.InvalidInput, "mend the KMS key that the bucket or spill_put_request_headers names"},
		{400, "ExpiredToken", message.InvalidCredentials, "credentials are not accepted"},
		{400, "InvalidArgument", message.InvalidInput, "check the bucket spill-bucket and spill_put_request_headers"},
		{503, "SlowDown", message.Throttling, "S3 is throttling"},
		{500, "InternalError", message.InternalService, "run the query again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s3 := client(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Amz-Bucket-Region", "us-east-2")
				w.Header().Set("X-Amz-Request-Id", "R1")
				fail(w, c.status, c.name)
			})
			err := s3spill.New(s3, nil).Put(t.Context(), loc, nil)
			if want := "S3 answers " + c.name + ", no (request R1): "; err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %s…%s", err, want, c.want)
			}
			if message.CodeOf(err) != c.code {
				t.Errorf("code %s, want %s", message.CodeOf(err), c.code)
			}
		})
	}
}

func TestPutUnreachable(t *testing.T) {
	c := client(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	err := s3spill.New(c, nil).Put(t.Context(), loc, nil)
	if message.CodeOf(err) != message.InternalService || err == nil || !strings.HasPrefix(err.Error(), "S3 cannot be reached, check the endpoint settings and, in a VPC, its gateway endpoint for S3: ") {
		t.Errorf("error %v", err)
	}
}

func fail(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `<Error><Code>%s</Code><Message>no</Message></Error>`, code)
}

func TestGet(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/spill-bucket/prefix/query/split.0" {
			fail(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		_, _ = w.Write([]byte("stored"))
	})
	store := s3spill.New(c, map[string]string{"x-amz-server-side-encryption": "aws:kms"})
	if got, err := store.Get(t.Context(), loc); err != nil || string(got) != "stored" {
		t.Errorf("got %q, %v", got, err)
	}
	_, err := store.Get(t.Context(), message.SpillLocation{Bucket: "spill-bucket", Key: "other"})
	if message.CodeOf(err) != message.EntityNotFound || !strings.Contains(err.Error(), "spill-bucket/other") {
		t.Errorf("an absent object: %v", err)
	}
}

func TestGetCutShort(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("half"))
	})
	if got, err := s3spill.New(c, nil).Get(t.Context(), loc); err == nil {
		t.Errorf("a body cut short gave %q", got)
	}
}

func TestVerifyBucket(t *testing.T) {
	notFound := `spill_bucket: "bucket" not found under your account. Please make sure you have access to the bucket and spill_bucket input has no trailing '/'`
	for _, c := range []struct {
		status int
		code   message.Code
		text   string
		asked  int64 // requests for two questions
	}{
		{200, "", "", 1},
		{403, message.InvalidInput, notFound, 2},
		{404, message.InvalidInput, notFound, 2},
		{500, message.AccessDenied, "Error while checking bucket ownership for bucket", 2},
		{301, message.AccessDenied, "Error while checking bucket ownership for bucket", 2},
	} {
		t.Run(fmt.Sprint(c.status), func(t *testing.T) {
			var asked atomic.Int64
			v := s3spill.NewVerifier(client(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodHead || r.URL.Path != "/bucket" {
					t.Errorf("request %s %s", r.Method, r.URL)
				}
				asked.Add(1)
				w.WriteHeader(c.status)
			}))
			for range 2 {
				err := v.VerifyBucket(t.Context(), "bucket")
				if c.code == "" {
					if err != nil {
						t.Error(err)
					}
					continue
				}
				if err == nil || message.CodeOf(err) != c.code || !strings.HasPrefix(err.Error(), c.text) {
					t.Errorf("error %v", err)
				}
			}
			if asked.Load() != c.asked {
				t.Errorf("S3 was asked %d times, want %d", asked.Load(), c.asked)
			}
		})
	}
}

func TestVerifyCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	v := s3spill.NewVerifier(client(t, func(http.ResponseWriter, *http.Request) {}))
	if err := v.VerifyBucket(ctx, "bucket"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
