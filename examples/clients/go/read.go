package main

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"
)

const from = ` FROM "` + database + `"."` + table + `" `

// rows reads all pages. A page may be empty although more follow.
func (e *example) rows(ctx context.Context, sql string) ([]types.Row, error) {
	var out []types.Row
	pages := timestreamquery.NewQueryPaginator(e.query, &timestreamquery.QueryInput{QueryString: aws.String(sql)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Rows...)
	}
	return out, nil
}

// texts are the values of a row as the service writes them; null is "-".
func texts(r types.Row) []string {
	out := make([]string, len(r.Data))
	for i, d := range r.Data {
		if out[i] = "-"; d.ScalarValue != nil {
			out[i] = *d.ScalarValue
		}
	}
	return out
}

func (e *example) readPages(ctx context.Context) error {
	rows, largest := 0, 0
	pages := timestreamquery.NewQueryPaginator(e.query, &timestreamquery.QueryInput{
		QueryString: aws.String("SELECT time, measure_value::double" + from + "WHERE measure_name = 'temperature' ORDER BY time"), MaxRows: aws.Int32(25),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		rows += len(page.Rows)
		largest = max(largest, len(page.Rows))
	}
	return check("query in pages of 25 rows", rows == 120 && largest <= 25, rows)
}

func (e *example) readValues(ctx context.Context) error {
	rows, err := e.rows(ctx, "SELECT time, pressure, strokes, running, note, serviced"+from+"WHERE measure_name = 'state' ORDER BY time LIMIT 2")
	if err != nil {
		return err
	}
	at := e.start.Format("2006-01-02 15:04:05.000000000")
	want := []string{at, "3.0", "0", "false", "idle – 停止", at}
	if err := check("values of all types", len(rows) == 2 && slices.Equal(texts(rows[0]), want), rows); err != nil {
		return err
	}
	return check("a measure that a record lacks is null", aws.ToBool(rows[1].Data[4].NullValue), texts(rows[1]))
}

func (e *example) aggregate(ctx context.Context) error {
	rows, err := e.rows(ctx, "SELECT pump, count(*), max(measure_value::double)"+from+
		"WHERE measure_name = 'temperature' AND time > ago(2h) GROUP BY pump ORDER BY pump")
	if err != nil {
		return err
	}
	var got []string
	for _, r := range rows {
		got = append(got, strings.Join(texts(r), " "))
	}
	return check("maxima, with the value that was replaced", slices.Equal(got, []string{"p1 60 25.9", "p2 60 99.0"}), got)
}

// series reads a column of time series.
func (e *example) series(ctx context.Context) error {
	rows, err := e.rows(ctx, "SELECT pump, CREATE_TIME_SERIES(time, measure_value::double)"+from+
		"WHERE measure_name = 'temperature' AND pump = 'p1' GROUP BY pump")
	if err != nil {
		return err
	}
	if len(rows) != 1 {
		return check("a time series", false, rows)
	}
	points := rows[0].Data[1].TimeSeriesValue
	return check("a time series", len(points) == 60 && *points[59].Value.ScalarValue == "25.9", points)
}

func (e *example) refused(ctx context.Context) error {
	_, err := e.rows(ctx, "SELECT nothing"+from)
	var invalid *types.ValidationException
	return check("a column that is not there is refused by name", errors.As(err, &invalid) && strings.Contains(*invalid.Message, "'nothing'"), err)
}

// cancel ends a query that nobody reads on: it would go on, and be charged.
func (e *example) cancel(ctx context.Context) error {
	in := &timestreamquery.QueryInput{QueryString: aws.String("SELECT *" + from + "ORDER BY time"), MaxRows: aws.Int32(10)}
	first, err := e.query.Query(ctx, in)
	if err != nil {
		return err
	}
	if _, err := e.query.CancelQuery(ctx, &timestreamquery.CancelQueryInput{QueryId: first.QueryId}); err != nil {
		return err
	}
	in.NextToken = first.NextToken
	_, err = e.query.Query(ctx, in)
	var conflict *types.ConflictException
	return check("a cancelled query has no next page", errors.As(err, &conflict), err)
}

// unload writes a result to S3; its manifest names the files.
func (e *example) unload(ctx context.Context) error {
	_, err := e.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(bucket)})
	if mine := new(s3types.BucketAlreadyOwnedByYou); err != nil && !errors.As(err, &mine) {
		return err
	}
	rows, err := e.rows(ctx, "UNLOAD (SELECT time, strokes"+from+"WHERE measure_name = 'state') TO 's3://"+bucket+"/states' "+
		"WITH (format = 'CSV', compression = 'GZIP')")
	if err != nil {
		return err
	}
	answer := texts(rows[0]) // rows, metadata file, manifest file
	if err := check("UNLOAD to S3", answer[0] == "60", answer); err != nil {
		return err
	}
	text, err := e.fetch(ctx, answer[2])
	if err != nil {
		return err
	}
	var manifest struct {
		Files []struct{ URL string } `json:"result_files"`
	}
	err = json.NewDecoder(text).Decode(&manifest)
	if err = errors.Join(err, text.Close()); err != nil {
		return err
	}
	n := 0
	for _, file := range manifest.Files {
		lines, err := e.readCSV(ctx, file.URL)
		if err != nil {
			return err
		}
		n += len(lines)
	}
	return check("read what it wrote", n == 60, n)
}

func (e *example) readCSV(ctx context.Context, at string) ([][]string, error) {
	body, err := e.fetch(ctx, at)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	unzipped, err := gzip.NewReader(body)
	if err != nil {
		return nil, err
	}
	return csv.NewReader(unzipped).ReadAll()
}

// fetch opens an object by its s3:// address.
func (e *example) fetch(ctx context.Context, at string) (io.ReadCloser, error) {
	u, err := url.Parse(at)
	if err != nil {
		return nil, err
	}
	out, err := e.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(u.Host), Key: aws.String(strings.TrimPrefix(u.Path, "/"))})
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", at, err)
	}
	return out.Body, nil
}
