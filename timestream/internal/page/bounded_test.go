package page_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/internal/golden"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/tstype"
)

// TestBoundedAllocation: a page takes no more than a multiple of its bytes, whatever is in it, by our scan or the SDK's.
func TestBoundedAllocation(t *testing.T) {
	const head = `{"ColumnInfo":[{"Name":"a","Type":{"ScalarType":"VARCHAR"}}],"QueryId":"Q","Rows":[`
	bodies := map[string]string{}
	for _, piece := range []string{
		`{"Data":[{"NullValue":true}]},`, `{"Data":[]},`, `{},`, `null,`, `[`, `{"Data":[`, `{"Data":[{"ArrayValue":[`, `{"a":`, `"`, `\u0000`, `9`, `-`, ` `,
		`{"Data":[{"ScalarValue":"`, `{"Data":[{"RowValue":{"Data":[`, `{"Data":[{"TimeSeriesValue":[{"Time":"`,
	} {
		long := strings.Repeat(piece, 1<<19/len(piece))
		bodies["rows of "+piece], bodies[piece] = head+long, long
		bodies["columns of "+piece] = `{"Rows":[],"ColumnInfo":[` + long
	}
	bodies["columns"] = `{"ColumnInfo":[` + strings.Repeat(`{"Name":"a","Type":{"ScalarType":"VARCHAR"}},`, 10_000) + `{}],"Rows":[]}`
	bodies["types"] = `{"ColumnInfo":[{"Type":` + strings.Repeat(`{"ArrayColumnInfo":{"Type":`, 10_000) + `{}` + strings.Repeat(`}}`, 10_000) + `}],"Rows":[]}`
	for name, body := range bodies {
		s := newSink(t, []arrow.Field{{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true}})
		d, c := page.NewDecoder(bindAll(s.b, []tstype.Type{{Kind: tstype.Varchar}})), client(reply(body))
		golden.Bounded(t, fmt.Sprintf("%.60s", name), len(body), 250, func() { _, _ = d.Query(context.Background(), c, input(), s.endRow) })
	}
}

// TestAnnouncedLength: what a Content-Length says is not taken for memory.
func TestAnnouncedLength(t *testing.T) {
	for _, length := range []int64{-1, 0, 1, 1 << 20, 1 << 40, 1<<63 - 1} {
		s := newSink(t, []arrow.Field{{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true}})
		d := page.NewDecoder(bindAll(s.b, []tstype.Type{{Kind: tstype.Varchar}}))
		c := client(announcing{reply(one("VARCHAR", `{"ScalarValue":"x"}`)), length})
		golden.Bounded(t, fmt.Sprint(length), 1<<20, 2, func() {
			if _, err := d.Query(context.Background(), c, input(), s.endRow); err != nil {
				t.Errorf("%d: %v", length, err)
			}
		})
	}
}

// announcing is a reply with another Content-Length than its body's.
type announcing struct {
	reply
	length int64
}

func (a announcing) Do(r *http.Request) (*http.Response, error) {
	resp, err := a.reply.Do(r)
	if err == nil {
		resp.ContentLength = a.length
	}
	return resp, err
}
