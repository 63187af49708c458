package timestream_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/internal/faults"
	"athena-timestream/timestream"
)

// TestPanics lets a client of AWS panic in the midst of a call, in whatever goroutine makes it. The request ends in an error,
// or as if the call had failed where that is of no account; the next one is answered, and no goroutine stays, as synctest
// has it.
func TestPanics(t *testing.T) {
	for name, test := range map[string]struct {
		operation string
		ordinal   int    // of the call that panics
		want      string // in the error; empty: there is none
	}{
		"the first page":               {"Query", 1, "panic in fetching a page: out of order"},
		"a page that is fetched ahead": {"Query", 3, "panic in fetching a page: out of order"},
		"an upload":                    {"PUT", 1, "panic in storing a block: out of order"},
		"the last upload":              {"PUT", 3, "panic in storing a block: out of order"},
		"Athena's query status":        {"GetQueryExecution", 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, log := newAccount(t, 6), &bytes.Buffer{}
				front := faults.New(a, faults.Script{"Query": always(faults.Slow(700 * time.Millisecond))}) // so that Athena is asked
				calls := make(chan int, 1)
				calls <- 0
				cfg := aws.Config{
					Region: "eu-west-1", BaseEndpoint: aws.String("http://aws.local"),
					Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
					HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
						if _, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); operation == test.operation || r.Method == test.operation {
							n := <-calls + 1
							calls <- n
							if n == test.ordinal {
								panic("out of order")
							}
						}
						return front.RoundTrip(r)
					})},
				}
				h, err := timestream.NewHandler(cfg, timestream.Config{Federation: federation.Config{DisableGlue: true, SpillBucket: "b"}}, slog.New(slog.NewTextHandler(log, nil)))
				if err != nil {
					t.Fatal(err)
				}
				m, err := invoke(t.Context(), t, h, readAccount())
				switch {
				case test.want == "":
					if err != nil || a.rows(m) != 6*rowsPerPage {
						t.Errorf("%v", err)
					}
				case m != nil || message.CodeOf(err) != federation.InternalService || !strings.Contains(err.Error(), test.want):
					t.Errorf("answer %v, error %v", m, err)
				}
				if !strings.Contains(log.String(), "panics_test.go") && test.want != "" {
					t.Errorf("the log does not tell where it was: %s", log)
				}
				if strings.Contains(log.String(), "out of order") {
					t.Errorf("the log tells the panic's value: %s", log)
				}
				if m, err = invoke(t.Context(), t, h, readAccount()); err != nil || a.rows(m) != 6*rowsPerPage {
					t.Errorf("the next read: %v", err)
				}
			})
		})
	}
}
