package timestream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/federation"
	"athena-timestream/internal/faults"
)

// pipes is a listener whose connections are in memory, where the clock of a test holds.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p pipes) Close() error   { close(p); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p <- theirs
	return ours, nil
}

// TestSlowAnswer asks with the HTTP client of a deployed function: an answer may take the minute that the service allows
// itself, and one that never comes is given up and asked for again.
func TestSlowAnswer(t *testing.T) {
	for answersAfter, calls := range map[time.Duration]int{59 * time.Second: 1, 5 * time.Minute: 2} {
		synctest.Test(t, func(t *testing.T) {
			front := faults.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, `{"QueryId":"Q","ColumnInfo":[{"Name":"a","Type":{"ScalarType":"BIGINT"}}],"Rows":[]}`) //nolint:errcheck // a test's answer
			}), faults.Script{"Query": {1: faults.Slow(answersAfter)}})
			listener, server := make(pipes), &http.Server{Handler: front}
			ended := make(chan error)
			go func() { ended <- server.Serve(listener) }()

			deployed := patient(nil, connectTimeout).(plainBody).client.(*awshttp.BuildableClient)
			inMemory := deployed.WithTransportOptions(func(t *http.Transport) { t.DialContext, t.DisableKeepAlives = listener.dial, true })
			cfg := aws.Config{
				Region: "eu-west-1", BaseEndpoint: aws.String("http://aws"), HTTPClient: plainBody{inMemory},
				Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
			}
			client := newQueryClient(cfg, newRetryer(cfg.Credentials, federation.ThrottleConfig{}))
			out, err := client.Query(t.Context(), &timestreamquery.QueryInput{QueryString: aws.String("SELECT 1")})
			if err != nil || aws.ToString(out.QueryId) != "Q" || front.Count("Query") != calls {
				t.Errorf("an answer after %s: %v, asked %d times", answersAfter, err, front.Count("Query"))
			}
			_ = server.Close()
			if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
				t.Error(err)
			}
		})
	}
}
