package page_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"
	"github.com/aws/smithy-go"

	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/tstype"
)

// hideWriterTo keeps smithy-go's request body from being taken for failed once the answer has come: its WriteTo
// returns io.EOF after Close, at which net/http closes the connection in the middle of the answer.
type hideWriterTo struct{ *http.Client }

func (h hideWriterTo) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return h.Client.Do(r)
}

// serve makes a client of a server that answers the n-th Query, from 1, with answer(n).
func serve(t *testing.T, discovery aws.EndpointDiscoveryEnableState, answer func(w http.ResponseWriter, n int)) *timestreamquery.Client {
	t.Helper()
	var calls atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("X-Amzn-RequestId", "request-1")
		if r.Header.Get("X-Amz-Target") == "Timestream_20181101.DescribeEndpoints" {
			_, _ = fmt.Fprintf(w, `{"Endpoints":[{"Address":%q,"CachePeriodInMinutes":1}]}`, r.Host)
			return
		}
		answer(w, int(calls.Add(1)))
	}))
	t.Cleanup(srv.Close)
	o := client(nil).Options()
	o.BaseEndpoint, o.HTTPClient = aws.String(srv.URL), hideWriterTo{srv.Client()}
	o.EndpointDiscovery.EnableEndpointDiscovery = discovery
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
	return timestreamquery.New(o)
}

func fault(w http.ResponseWriter, status int, name string) {
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"__type":"com.amazonaws.timestream.v20181101#%s","Message":"%s text"}`, name, name)
}

var goodPage = one("BIGINT", `{"ScalarValue":"1"}`, `{"NullValue":true}`, `{"ScalarValue":"3"}`)

func good(w http.ResponseWriter) { _, _ = io.WriteString(w, goodPage) }

// truncated breaks the connection within the second row.
func truncated(w http.ResponseWriter) {
	w.Header().Set("Content-Length", strconv.Itoa(len(goodPage)))
	_, _ = io.WriteString(w, goodPage[:len(goodPage)-40])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func TestRetries(t *testing.T) {
	tests := map[string]struct {
		answer func(w http.ResponseWriter, n int)
		calls  int
		check  func(error) bool // nil: no error
	}{
		"good": {answer: func(w http.ResponseWriter, _ int) { good(w) }, calls: 1},
		"truncated, then good": {calls: 2, answer: func(w http.ResponseWriter, n int) {
			if n == 1 {
				truncated(w)
			}
			good(w)
		}},
		"always truncated": {
			calls: 3, answer: func(w http.ResponseWriter, _ int) { truncated(w) },
			check: func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) },
		},
		"throttled twice": {calls: 3, answer: func(w http.ResponseWriter, n int) {
			if n < 3 {
				fault(w, 429, "ThrottlingException")
				return
			}
			good(w)
		}},
		"server error": {calls: 2, answer: func(w http.ResponseWriter, n int) {
			if n == 1 {
				fault(w, 500, "InternalServerException")
				return
			}
			good(w)
		}},
		"truncated, then invalid": {calls: 2, answer: func(w http.ResponseWriter, n int) {
			if n == 1 {
				truncated(w)
			}
			fault(w, 400, "ValidationException")
		}, check: isValidation},
		"invalid":  {calls: 1, answer: func(w http.ResponseWriter, _ int) { fault(w, 400, "ValidationException") }, check: isValidation},
		"bad JSON": {calls: 1, answer: func(w http.ResponseWriter, _ int) { _, _ = io.WriteString(w, `{"Rows":[}`) }, check: isBadJSON},
	}
	for name, test := range tests {
		for _, discovery := range []aws.EndpointDiscoveryEnableState{aws.EndpointDiscoveryDisabled, aws.EndpointDiscoveryAuto} {
			t.Run(fmt.Sprint(name, "/discovery=", discovery), func(t *testing.T) {
				var calls atomic.Int32
				c := serve(t, discovery, func(w http.ResponseWriter, n int) {
					calls.Store(int32(n))
					test.answer(w, n)
				})
				s := newSink(t, []arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int64, Nullable: true}})
				d := page.NewDecoder(bindAll(s.b, []tstype.Type{{Kind: tstype.Bigint}}))
				p, err := d.Query(context.Background(), c, input(), s.endRow)
				if test.check == nil && err != nil || test.check != nil && (err == nil || !test.check(err)) {
					t.Errorf("error %v", err)
				}
				if rows := s.all(t); err == nil && len(rows) != 3 || err != nil && len(rows) != 0 {
					t.Errorf("%d rows after error %v", len(rows), err)
				}
				if int(calls.Load()) != test.calls {
					t.Errorf("%d calls, want %d", calls.Load(), test.calls)
				}
				if err == nil && (p.RequestID != "request-1" || p.BySDK) {
					t.Errorf("page %+v", p)
				}
			})
		}
	}
}

func isValidation(err error) bool {
	var v *types.ValidationException
	return errors.As(err, &v) && *v.Message == "ValidationException text" && hasRequest(err)
}

func isBadJSON(err error) bool {
	var d *smithy.DeserializationError
	var o *smithy.OperationError
	return errors.As(err, &d) && errors.As(err, &o) && o.Operation() == "Query" && hasRequest(err)
}

func hasRequest(err error) bool {
	var r *awshttp.ResponseError
	return errors.As(err, &r) && r.ServiceRequestID() == "request-1"
}

// An error of endRow that looks like one of the service must not make the SDK ask for the page again.
func TestEndRowErrorIsNotRetried(t *testing.T) {
	calls := 0
	c := serve(t, aws.EndpointDiscoveryDisabled, func(w http.ResponseWriter, n int) { calls = n; good(w) })
	s := newSink(t, []arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int64, Nullable: true}})
	s.fail = &types.ThrottlingException{Message: aws.String("slow down")}
	d := page.NewDecoder(bindAll(s.b, []tstype.Type{{Kind: tstype.Bigint}}))
	_, err := d.Query(context.Background(), c, input(), s.endRow)
	if !errors.Is(err, s.fail) || s.at != 1 || calls != 1 {
		t.Errorf("error %v after %d rows and %d calls", err, s.at, calls)
	}
	if _, again := d.Query(context.Background(), c, input(), s.endRow); !errors.Is(again, s.fail) || s.at != 1 {
		t.Errorf("a decoder that failed went on: %v", again)
	}
}

func TestCancelWhileReading(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	c := serve(t, aws.EndpointDiscoveryDisabled, func(w http.ResponseWriter, n int) {
		calls = n
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"Rows":[`)
		w.(http.Flusher).Flush()
		time.Sleep(30 * time.Millisecond) // the client is in the body by then, or else cancels as well
		cancel()
		time.Sleep(30 * time.Millisecond)
	})
	_, err := page.NewDecoder(nil).Query(ctx, c, input(), func() error { return nil })
	var canceled *smithy.CanceledError
	if !errors.As(err, &canceled) || !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("error %v after %d calls", err, calls)
	}
}

// perCall is a Querier that makes a client for each call, so that endpoint discovery has the call's options.
type perCall timestreamquery.Options

func (o perCall) Query(ctx context.Context, in *timestreamquery.QueryInput, opts ...func(*timestreamquery.Options)) (*timestreamquery.QueryOutput, error) {
	return timestreamquery.New(timestreamquery.Options(o), opts...).Query(ctx, in)
}

func TestDiscoveryWithOurOptions(t *testing.T) {
	c := serve(t, aws.EndpointDiscoveryAuto, func(w http.ResponseWriter, _ int) { good(w) })
	s := newSink(t, []arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int64, Nullable: true}})
	d := page.NewDecoder(bindAll(s.b, []tstype.Type{{Kind: tstype.Bigint}}))
	p, err := d.Query(context.Background(), perCall(c.Options()), input(), s.endRow)
	if err != nil || p.Rows != 3 || p.BySDK {
		t.Errorf("page %+v, error %v", p, err)
	}
}

// decoded is a Querier that does not run the SDK's middleware.
type decoded timestreamquery.QueryOutput

func (d *decoded) Query(context.Context, *timestreamquery.QueryInput, ...func(*timestreamquery.Options)) (*timestreamquery.QueryOutput, error) {
	return (*timestreamquery.QueryOutput)(d), nil
}

func TestPlainQuerier(t *testing.T) {
	q := &decoded{
		QueryId: aws.String("Q"), NextToken: aws.String("next"),
		ColumnInfo: []types.ColumnInfo{{Name: aws.String("a"), Type: &types.Type{ScalarType: types.ScalarTypeBigint}}},
		Rows:       []types.Row{{Data: []types.Datum{{ScalarValue: aws.String("7")}}}},
	}
	s := newSink(t, []arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int64, Nullable: true}})
	d := page.NewDecoder(bindAll(s.b, []tstype.Type{{Kind: tstype.Bigint}}))
	a, err := d.Fetch(context.Background(), q, input())
	if err != nil || aws.ToString(a.NextToken()) != "next" {
		t.Fatalf("token %v, error %v", a.NextToken(), err)
	}
	p, err := d.Append(context.Background(), a, s.endRow)
	if err != nil || p.Rows != 1 || p.QueryID != "Q" || aws.ToString(p.NextToken) != "next" {
		t.Errorf("page %+v, error %v", p, err)
	}
	if rows := s.all(t); len(rows) != 1 || rows[0] != "7\n" {
		t.Errorf("rows %q", rows)
	}
}
