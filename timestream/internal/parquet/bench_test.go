package parquet_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	apache "github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/parquet"
	"athena-timestream/timestream/internal/tstype"
)

// BenchmarkRead reads the same rows from files and from pages: two dimensions, a measure's name, a time and two measures. It
// reports what a row costs in time and in bytes on the way, and checks what it read.
func BenchmarkRead(b *testing.B) {
	const rows = 100_000
	tab := benchTable(rows)
	wanted := []int{0, 1, 2, 3, 4, 5}
	checked, _ := columns(b, tab, wanted)
	appendRows(b, checked, tab, wanted)
	want := dump(b, checked)
	run := func(name string, size int, read func(cols []page.Binding) error) {
		b.Run(name, func(b *testing.B) {
			builder, cols := columns(b, tab, wanted)
			b.ReportAllocs()
			for b.Loop() {
				builder.Reset()
				if err := read(cols); err != nil {
					b.Fatal(err)
				}
			}
			perRow := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / rows
			if !slices.Equal(dump(b, builder), want) {
				b.Fatal("other rows")
			}
			b.ReportMetric(float64(size)/rows, "B/row")
			b.ReportMetric(perRow, "ns/row")
		})
	}
	for _, codec := range []compress.Compression{compress.Codecs.Gzip, compress.Codecs.Snappy, compress.Codecs.Uncompressed} {
		data := write(b, tab, form{codec: codec, dictionary: true, pageBytes: 1 << 20, groupRows: rows, instants: apache.Types.Int96})
		run("files/"+codec.String(), len(data), func(cols []page.Binding) error {
			_, err := parquet.NewReader(cols).Read(context.Background(), data, func() error { return nil })
			return err
		})
	}
	bodies := jsonPages(tab)
	size := 0
	for _, body := range bodies {
		size += len(body)
	}
	run("pages", size, func(cols []page.Binding) error {
		d := page.NewDecoder(cols)
		for _, body := range bodies {
			in := &timestreamquery.QueryInput{QueryString: aws.String("SELECT 1")}
			if p, err := d.Query(context.Background(), newClient(body), in, func() error { return nil }); err != nil || p.BySDK {
				return fmt.Errorf("read a page, by the SDK %t: %w", p.BySDK, err)
			}
		}
		return nil
	})
}

func benchTable(rows int) table {
	g := rand.New(rand.NewPCG(1, 1))
	tab := table{
		names: []string{"host", "region", "measure_name", "time", "cpu", "count"},
		types: []tstype.Type{{}, {}, {}, {Kind: tstype.Timestamp}, {Kind: tstype.Double}, {Kind: tstype.Bigint}},
	}
	for i := range rows {
		row := []any{
			fmt.Sprintf("host-%03d", g.IntN(200)), fmt.Sprintf("eu-west-%d", g.IntN(3)), "metrics",
			instant(1_700_000_000_000_000_000 + int64(i)*250_000_000), float64(g.IntN(10_000)) / 100, g.Int64N(100_000),
		}
		if g.IntN(4) == 0 {
			row[4] = g.Float64()
		}
		for _, k := range []int{4, 5} {
			if g.IntN(10) == 0 {
				row[k] = nil
			}
		}
		tab.rows = append(tab.rows, row)
	}
	return tab
}

// jsonPages are the rows as the Query API sends them, a megabyte a page.
func jsonPages(tab table) []string {
	infos := make([]string, len(tab.names))
	for i, name := range tab.names {
		infos[i] = fmt.Sprintf(`{"Name":%q,"Type":{"ScalarType":%q}}`, name, strings.ToUpper(tab.types[i].Kind.String()))
	}
	tail := `],"ColumnInfo":[` + strings.Join(infos, ",") + `],"QueryId":"AEBQ"}`
	var bodies []string
	var rows []string
	size := 0
	for i, row := range tab.rows {
		cells := make([]string, len(row))
		for k, v := range row {
			cells[k] = datum(v)
		}
		rows = append(rows, `{"Data":[`+strings.Join(cells, ",")+`]}`)
		if size += len(rows[len(rows)-1]) + 1; size > 1<<20-1000 || i == len(tab.rows)-1 {
			bodies = append(bodies, `{"Rows":[`+strings.Join(rows, ",")+tail)
			rows, size = nil, 0
		}
	}
	return bodies
}

func datum(v any) string {
	text := fmt.Sprint(v)
	switch v := v.(type) {
	case nil:
		return `{"NullValue":true}`
	case instant:
		text = time.Unix(0, int64(v)).UTC().Format("2006-01-02 15:04:05.000000000")
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return `{"ScalarValue":` + string(quoted) + `}`
}

// reply is an HTTP client that has one answer.
type reply string

func (r reply) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(r))), ContentLength: int64(len(r))}, nil
}

func newClient(body string) *timestreamquery.Client {
	return timestreamquery.New(timestreamquery.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://localhost"), HTTPClient: reply(body),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret"}, nil
		}),
		EndpointDiscovery: timestreamquery.EndpointDiscoveryOptions{EnableEndpointDiscovery: aws.EndpointDiscoveryDisabled},
	})
}
