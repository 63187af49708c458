package tsserver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/tsserver"
	"athena-timestream/timestream"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	wtypes "github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// service is a running server with the AWS SDK's clients, which are the judges of what it says.
type service struct {
	t      testing.TB
	db     *tsdb.DB
	server *tsserver.Server
	url    string
	http   aws.HTTPClient
	write  *timestreamwrite.Client
	query  *timestreamquery.Client
}

// setup is what a test may choose.
type setup struct {
	db     tsdb.Options
	server tsserver.Options
	key    string // access key
}

func start(t testing.TB, o setup) *service {
	t.Helper()
	db, err := tsdb.Open(o.db)
	if err != nil {
		t.Fatal(err)
	}
	s := tsserver.New(db, o.server)
	h := httptest.NewServer(s)
	t.Cleanup(func() {
		h.Close()
		if err := errors.Join(s.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	v := &service{t: t, db: db, server: s, url: h.URL, http: timestream.HTTPClient(h.Client())}
	v.write, v.query = v.clients(o.key)
	return v
}

func (s *service) clients(key string) (*timestreamwrite.Client, *timestreamquery.Client) {
	if key == "" {
		key = "AKIDLOCAL"
	}
	c := credentials.NewStaticCredentialsProvider(key, "secret", "")
	w := timestreamwrite.New(timestreamwrite.Options{Region: "us-east-1", Credentials: c, BaseEndpoint: &s.url, HTTPClient: s.http, RetryMaxAttempts: 1})
	q := timestreamquery.New(timestreamquery.Options{Region: "us-east-1", Credentials: c, BaseEndpoint: &s.url, HTTPClient: s.http, RetryMaxAttempts: 1})
	return w, q
}

var ctx = context.Background()

// table makes a database "db" and a table.
func (s *service) table(name string) {
	s.t.Helper()
	_, err := s.write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: aws.String("Data.Base")})
	var conflict *wtypes.ConflictException
	if err != nil && !errors.As(err, &conflict) {
		s.t.Fatal(err)
	}
	if _, err := s.write.CreateTable(ctx, &timestreamwrite.CreateTableInput{DatabaseName: aws.String("Data.Base"), TableName: &name}); err != nil {
		s.t.Fatal(err)
	}
}

// put writes records and fails the test on any error.
func (s *service) put(table string, common *wtypes.Record, records ...wtypes.Record) {
	s.t.Helper()
	if err := s.tryPut(table, common, records...); err != nil {
		var rejected *wtypes.RejectedRecordsException
		if errors.As(err, &rejected) {
			for _, r := range rejected.RejectedRecords {
				s.t.Errorf("record %d: %s", r.RecordIndex, aws.ToString(r.Reason))
			}
		}
		s.t.Fatal(err)
	}
}

func (s *service) tryPut(table string, common *wtypes.Record, records ...wtypes.Record) error {
	_, err := s.write.WriteRecords(ctx, &timestreamwrite.WriteRecordsInput{
		DatabaseName: aws.String("Data.Base"), TableName: &table, CommonAttributes: common, Records: records,
	})
	return err
}

// single is a record with one value and the dimension host.
func single(host, measure, value string, t wtypes.MeasureValueType, ms int64) wtypes.Record {
	return wtypes.Record{
		Dimensions:  []wtypes.Dimension{{Name: aws.String("host"), Value: &host}},
		MeasureName: &measure, MeasureValue: &value, MeasureValueType: t, Time: aws.String(fmt.Sprint(ms)),
	}
}

// numbers fills a table with rows 0 to n-1: host h<i%3>, measure i (bigint), time i seconds.
func (s *service) numbers(table string, n int) {
	s.t.Helper()
	s.table(table)
	var batch []tsdb.Record
	for i := range n {
		v := fmt.Sprint(i)
		batch = append(batch, tsdb.Record{
			Dimensions: []tsdb.Dimension{{Name: "host", Value: fmt.Sprint("h", i%3)}},
			Time:       fmt.Sprint(1000 * i), MeasureName: "n", MeasureValue: &v, MeasureType: "BIGINT",
		})
	}
	if _, err := s.db.WriteRecords(ctx, tsdb.WriteRequest{Database: "Data.Base", Table: table, Records: batch}); err != nil {
		s.t.Fatal(err)
	}
}

// code and status of an API error.
func codeOf(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return fmt.Sprint(err)
	}
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		return fmt.Sprintf("%s %d", api.ErrorCode(), response.HTTPStatusCode())
	}
	return api.ErrorCode()
}

func messageOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorMessage()
	}
	return fmt.Sprint(err)
}

// post sends a raw request.
func (s *service) post(operation, body string) (status int, answer string, header http.Header) {
	s.t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.url, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "Timestream_20181101."+operation)
	response, err := s.http.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, string(b), response.Header
}

func TestWire(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.table("t1")
	for name, c := range map[string]struct {
		operation, body string
		status          int
		want            string
	}{
		"unknown operation": {"CreateTimeMachine", `{}`, 404, `{"__type":"com.amazon.coral.service#UnknownOperationException"}`},
		"no JSON":           {"Query", `{`, 400, `#SerializationException`},
		"number for text":   {"Query", `{"QueryString":1}`, 400, `#SerializationException","Message":"the request is not the operation's JSON: QueryString cannot be of JSON's type number"`},
		"number in a list":  {"WriteRecords", `{"Records":[{"Time":5}]}`, 400, `Records.Time cannot be of JSON's type number`},
		"list for request":  {"Query", `[]`, 400, `the request cannot be of JSON's type array`},
		"no query":          {"Query", `{}`, 400, `{"__type":"com.amazon.coral.validate#ValidationException","Message":"1 validation error detected: Value null at 'queryString' failed to satisfy constraint: Member must not be null"}`},
		"two faults":        {"Query", `{"QueryString":"","MaxRows":1001}`, 400, `"2 validation errors detected: Value '' at 'queryString' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '1001' at 'maxRows' failed`},
		"enum":              {"WriteRecords", `{"DatabaseName":"d","TableName":"t","Records":[{"Dimensions":[{"Name":"a","Value":"b","DimensionValueType":"X"}]}]}`, 400, `Value 'X' at 'records.1.member.dimensions.1.member.dimensionValueType' failed to satisfy constraint: Member must satisfy enum value set: [VARCHAR]`},
		"no records":        {"WriteRecords", `{"DatabaseName":"d","TableName":"t","Records":[]}`, 400, `at 'records' failed`},
		"missing database":  {"DescribeDatabase", `{"DatabaseName":"X"}`, 404, `{"__type":"com.amazonaws.timestream.v20181101#ResourceNotFoundException","Message":"The database X does not exist."}`},
		"missing table":     {"DescribeTable", `{"DatabaseName":"Data.Base","TableName":"T1"}`, 404, `The table T1 does not exist.`},
		"unknown members":   {"ListDatabases", `{"Surprise":[1]}`, 200, `"DatabaseName":"Data.Base"`},
		"settings":          {"DescribeAccountSettings", `{}`, 200, `{"MaxQueryTCU":200,"QueryPricingModel":"COMPUTE_UNITS","QueryCompute":{"ComputeMode":"ON_DEMAND"}}`},
		"endpoints":         {"DescribeEndpoints", `{}`, 200, `{"Endpoints":[{"Address":"` + strings.TrimPrefix(s.url, "http://") + `","CachePeriodInMinutes":1440}]}`},
	} {
		status, answer, header := s.post(c.operation, c.body)
		if status != c.status || !strings.Contains(answer, c.want) {
			t.Errorf("%s: got %d %s, want %d %s", name, status, answer, c.status, c.want)
		}
		if header.Get("Content-Type") != "application/x-amz-json-1.0" || len(header.Get("X-Amzn-Requestid")) < 16 {
			t.Errorf("%s: headers %v", name, header)
		}
	}
	r, err := http.Get(s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != 404 {
		t.Errorf("GET answers %s", r.Status)
	}
}

// A client that discovers endpoints must stay with this server.
func TestEndpointDiscovery(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	q := timestreamquery.New(timestreamquery.Options{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""), BaseEndpoint: &s.url, HTTPClient: s.http,
		EndpointDiscovery: timestreamquery.EndpointDiscoveryOptions{EnableEndpointDiscovery: aws.EndpointDiscoveryEnabled},
	})
	out, err := q.Query(ctx, &timestreamquery.QueryInput{QueryString: aws.String("SHOW DATABASES")})
	if err != nil || len(out.ColumnInfo) != 1 {
		t.Errorf("got %v, %v", out, err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	s := start(t, setup{server: tsserver.Options{Faults: &tsserver.Faults{Seed: 7, Throttle: 0.3, Internal: 0.3, Latency: time.Millisecond}}})
	seen := map[string]int{}
	for range 60 {
		_, err := s.query.DescribeAccountSettings(ctx, &timestreamquery.DescribeAccountSettingsInput{})
		if err == nil {
			seen["ok"]++
		} else {
			seen[codeOf(err)]++
		}
	}
	if seen["ok"] < 10 || seen["ThrottlingException 429"] < 10 || seen["InternalServerException 500"] < 5 || len(seen) != 3 {
		t.Errorf("seed 7 gives %v", seen)
	}
}

// botocore goes over to https unless the address names a scheme; the SDK for JavaScript keeps its port and wants none.
func TestEndpointAddressIsWhatTheClientCanUse(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	host := strings.TrimPrefix(s.url, "http://")
	for agent, want := range map[string]string{
		"Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1":        "http://" + host,
		"aws-cli/2.30.0 md/awscrt#0.27.6 ua/2.1":        "http://" + host,
		"aws-sdk-go-v2/1.47.7 ua/2.1 os/linux":          host,
		"aws-sdk-java/2.35.0 md/io#sync md/http#Apache": host,
		"aws-sdk-js/3.1132.0 ua/2.1 os/linux":           "127.0.0.1",
	} {
		req, err := http.NewRequest(http.MethodPost, s.url, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Amz-Target", "Timestream_20181101.DescribeEndpoints")
		req.Header.Set("User-Agent", agent)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || !strings.Contains(string(body), `"Address":"`+want+`"`) {
			t.Errorf("%s: got %s, %v", agent, body, err)
		}
	}
}
