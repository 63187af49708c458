package demo_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"

	"athena-timestream/local/internal/awsapi"
	"athena-timestream/local/internal/demo"
	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/tsserver"
	"athena-timestream/timestream"
)

func clients(t *testing.T) demo.Clients {
	t.Helper()
	db, err := tsdb.Open(tsdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	api := tsserver.New(db, tsserver.Options{})
	h, err := awsapi.New(awsapi.Options{Timestream: api})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(func() {
		server.Close()
		_ = api.Close()
		_ = db.Close()
	})
	config := aws.Config{
		Region: awsapi.Region, BaseEndpoint: aws.String(server.URL), HTTPClient: timestream.HTTPClient(nil),
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	}
	return demo.Clients{
		Write: timestreamwrite.NewFromConfig(config), Query: timestreamquery.NewFromConfig(config), Glue: glue.NewFromConfig(config),
	}
}

func TestFillGoesOnWhereItEnded(t *testing.T) {
	ctx, c := context.Background(), clients(t)
	now := time.Now().UTC().Truncate(time.Hour).Add(30 * time.Minute)
	counts := func() [3]string {
		t.Helper()
		out, err := c.Query.Query(ctx, &timestreamquery.QueryInput{QueryString: aws.String(
			`SELECT (SELECT count(*) FROM demo.devops), (SELECT count(*) FROM demo.climate), (SELECT count(*) FROM demo."Deployments")`)})
		if err != nil {
			t.Fatal(err)
		}
		row := out.Rows[0].Data
		return [3]string{*row[0].ScalarValue, *row[1].ScalarValue, *row[2].ScalarValue}
	}
	for _, step := range []struct {
		name string
		at   time.Time
		want [3]string // devops: 4 a minute; climate: 12 every 5 minutes; Deployments: 1 an hour
	}{
		{"a day", now, [3]string{"5764", "3468", "24"}},
		{"at once again", now.Add(20 * time.Second), [3]string{"5764", "3468", "24"}},
		{"an hour later", now.Add(time.Hour), [3]string{"6004", "3612", "25"}},
		{"after a week, of which a day is filled", now.Add(7 * 24 * time.Hour), [3]string{"11768", "7080", "49"}},
	} {
		if err := demo.Fill(ctx, c, step.at); err != nil {
			t.Fatal(step.name, err)
		}
		if got := counts(); got != step.want {
			t.Errorf("%s: got %v rows, want %v", step.name, got, step.want)
		}
	}
	for _, name := range []string{"cpu_series", "climate_minutes"} {
		view, err := c.Glue.GetTable(ctx, &glue.GetTableInput{DatabaseName: aws.String("demo"), Name: aws.String(name)})
		if err != nil || aws.ToString(view.Table.ViewOriginalText) == "" {
			t.Errorf("the view %s: %+v, %v", name, view, err)
		}
	}
}
