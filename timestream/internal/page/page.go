package page

import (
	"context"
	"net/http"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/tstype"
)

// Querier is the one call of the Query API that this package makes; *timestreamquery.Client has it. One that ignores
// the functional options still works: its output's rows are then taken as they are.
type Querier interface {
	Query(context.Context, *timestreamquery.QueryInput, ...func(*timestreamquery.Options)) (*timestreamquery.QueryOutput, error)
}

// Binding ties a column of the query's answer to a column of the block.
type Binding struct {
	// Name is the column's name in the answer's ColumnInfo, letter case included.
	Name string
	// Column receives one value for each row.
	Column block.Column
	// Type is what Column holds. The answer may say less (unknown, which is always null) or say it otherwise: an
	// integer for a bigint, any scalar for a varchar, an array of rows for a time series, row members by other names.
	Type tstype.Type
}

// Page tells about one page whose rows were appended.
type Page struct {
	// NextToken asks for the following page, nil after the last one.
	NextToken *string
	// QueryID is the same on all pages of a query.
	QueryID string
	// RequestID is the service's name for the call, empty if it gave none.
	RequestID string
	// Rows were appended, each followed by endRow.
	Rows int
	// Bytes of JSON in the answer after inflation, 0 if the Querier decoded it.
	Bytes int
	// Progress of the query in percent; below 100 on a last page is normal.
	Progress float64
	// BytesScanned and BytesMetered count since the query began.
	BytesScanned, BytesMetered int64
	// Insights is what the service adds when the input asked for it.
	Insights *types.QueryInsightsResponse
	// BySDK says that the SDK's deserializer had to read the page, or the rest of it: right, but slow.
	BySDK bool
}

// Query runs one call of the Query API and appends its rows: [Decoder.Fetch], then [Decoder.Append].
func (d *Decoder) Query(ctx context.Context, q Querier, in *timestreamquery.QueryInput, endRow func() error) (Page, error) {
	a, err := d.Fetch(ctx, q, in)
	if err != nil {
		return Page{}, err
	}
	return d.Append(ctx, a, endRow)
}

// Answer is one page that was fetched and not yet decoded.
type Answer struct {
	body   []byte // the JSON and then slack zero bytes; nil if out is already filled
	size   int    // of the JSON
	out    *timestreamquery.QueryOutput
	status int
	header http.Header
	sdk    deserializer
	next   *string
}

// NextToken is the token of the following page as far as it can be told before decoding, which is nearly always: the
// next page may be asked for while this one is decoded. Nil means "not known", and [Page] has the last word.
func (a *Answer) NextToken() *string { return a.next }

func (a *Answer) json() []byte { return a.body[:a.size] }

func (a *Answer) requestID() string {
	id, _ := awsmiddleware.GetRequestIDMetadata(a.out.ResultMetadata)
	return id
}

// Fetch runs one call of the Query API, retries included, and keeps the answer's bytes. Errors are the SDK's. It may
// run while another goroutine appends an earlier answer.
func (d *Decoder) Fetch(ctx context.Context, q Querier, in *timestreamquery.QueryInput) (*Answer, error) {
	h := &hook{buffers: &d.buffers}
	out, err := q.Query(ctx, in, h.install)
	if err != nil {
		d.buffers.release(&h.answer)
		return nil, err
	}
	a := &h.answer
	a.out = out
	if a.body == nil {
		a.next = out.NextToken
	} else if token := peekToken(a.json()); token != "" {
		a.next = &token
	}
	return a, nil
}
