package timestreamtest_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	querytypes "github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"

	"athena-timestream/local/timestreamtest"
)

func TestWithDemoAndClock(t *testing.T) {
	now := time.Date(2024, 2, 29, 12, 0, 30, 0, time.UTC)
	s := timestreamtest.Start(t, timestreamtest.WithDemo(), timestreamtest.WithClock(func() time.Time { return now }))
	for sql, want := range map[string]string{
		"SELECT now()": "2024-02-29 12:00:30.000000000",
		"SELECT max(time) FROM demo.devops WHERE time > ago(1h)":      "2024-02-29 12:00:00.000000000",
		"SELECT count(*) FROM demo.devops WHERE time > ago(10m)":      "40",
		"SELECT count(DISTINCT room) FROM demo.climate":               "3",
		`SELECT count(*) FROM demo."Deployments" WHERE time <= now()`: "25",
	} {
		if got := one(t, s, sql); got != want {
			t.Errorf("%s is %s, want %s", sql, got, want)
		}
	}
}

// Without the option a record of 1970 is stored; with it that is rejected, and one of the clock's time is stored.
func TestWithRetention(t *testing.T) {
	now := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	clock := timestreamtest.WithClock(func() time.Time { return now })
	write := func(s *timestreamtest.Server, at time.Time) error {
		_, err := timestreamwrite.NewFromConfig(s.Config()).WriteRecords(t.Context(), &timestreamwrite.WriteRecordsInput{
			DatabaseName: aws.String("d"), TableName: aws.String("t"), Records: []types.Record{{
				Dimensions: []types.Dimension{{Name: aws.String("host"), Value: aws.String("a")}},
				Time:       aws.String(strconv.FormatInt(at.UnixMilli(), 10)), MeasureName: aws.String("n"), MeasureValue: aws.String("1"),
			}},
		})
		return err
	}
	free, strict := timestreamtest.Start(t, clock), timestreamtest.Start(t, clock, timestreamtest.WithRetention())
	for _, s := range []*timestreamtest.Server{free, strict} {
		create(t, s, "d")
		if err := write(s, now); err != nil {
			t.Error(err)
		}
	}
	if err := write(free, time.Unix(0, 0)); err != nil {
		t.Error(err)
	}
	var rejected *types.RejectedRecordsException
	if err := write(strict, time.Unix(0, 0)); !errors.As(err, &rejected) {
		t.Errorf("a record of 1970: %v, want it rejected", err)
	}
}

// Each of these faults is met by a client that does not try again.
func TestWithFaults(t *testing.T) {
	for name, test := range map[string]struct {
		faults timestreamtest.Faults
		met    func(out *timestreamquery.QueryOutput, err error, took time.Duration) bool
	}{
		"throttling": {timestreamtest.Faults{Throttle: 1}, func(_ *timestreamquery.QueryOutput, err error, _ time.Duration) bool {
			var throttled *querytypes.ThrottlingException
			return errors.As(err, &throttled)
		}},
		"internal errors": {timestreamtest.Faults{Internal: 1}, func(_ *timestreamquery.QueryOutput, err error, _ time.Duration) bool {
			var internal *querytypes.InternalServerException
			return errors.As(err, &internal)
		}},
		"empty first pages": {timestreamtest.Faults{EmptyFirst: true}, func(out *timestreamquery.QueryOutput, err error, _ time.Duration) bool {
			return err == nil && len(out.Rows) == 0 && out.NextToken != nil
		}},
		"slow pages": {timestreamtest.Faults{PageLatency: 200 * time.Millisecond}, func(out *timestreamquery.QueryOutput, err error, took time.Duration) bool {
			return err == nil && len(out.Rows) == 1 && took >= 200*time.Millisecond
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := timestreamtest.Start(t, timestreamtest.WithFaults(test.faults))
			client := timestreamquery.NewFromConfig(s.Config(), func(o *timestreamquery.Options) {
				o.RetryMaxAttempts = 1
				o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
			})
			began := time.Now()
			out, err := client.Query(t.Context(), &timestreamquery.QueryInput{QueryString: aws.String("SELECT 1")})
			if took := time.Since(began); !test.met(out, err, took) {
				t.Errorf("after %v the answer is %+v, %v", took, out, err)
			}
		})
	}
}
