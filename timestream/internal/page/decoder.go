package page

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/tstype"
)

// Decoder appends the pages of one query to columns. The first page ties the answer's columns to the bindings; all
// later pages must list the same columns. A column of the answer without a binding is passed over. Fetch may run
// beside Append, Append not beside itself. After an error from Append every call of it returns that error.
type Decoder struct {
	bindings []Binding
	buffers  buffers
	err      error

	// All that follows comes from the first page that lists columns.
	info     []column
	raw      []byte // the ColumnInfo that info was read from, as it came
	cells    []cell // by position in the answer
	bound    []block.Column
	discards []*block.Builder // take the values nobody asked for, until the row ends

	page    Page   // the one being appended
	queryID string // of the last page, to be the same string on the next
	buf     []byte
}

type column struct {
	name string
	typ  tstype.Type
}

// NewDecoder makes the decoder of one query. Columns are borrowed as long as the decoder is used. Bindings that do
// not fit the answer, or whose type does not fit their column, are an error of the first Append.
func NewDecoder(cols []Binding) *Decoder { return &Decoder{bindings: cols} }

// Append appends the rows of an answer, calling endRow after each, and lets go of the answer. endRow may empty the
// columns; what it returns ends the page. On an error the columns hold whole rows only, those before the faulty one.
func (d *Decoder) Append(ctx context.Context, a *Answer, endRow func() error) (Page, error) {
	defer d.buffers.release(a)
	if d.err != nil {
		return Page{}, d.err
	}
	p := &d.page
	*p = Page{RequestID: a.requestID(), Bytes: a.size}
	d.err = d.append(ctx, a, endRow, p)
	if p.NextToken != nil && *p.NextToken == "" {
		p.NextToken = nil
	}
	return *p, d.err
}

func (d *Decoder) append(ctx context.Context, a *Answer, endRow func() error, p *Page) error {
	out := a.out
	if a.body != nil {
		s := scan{d: d, a: a, b: a.body, p: p, endRow: endRow}
		ok, err := s.document(ctx)
		if ok || err != nil {
			return err
		}
		if out, err = a.deserialize(ctx, a.json()); err != nil {
			return err
		}
		if p.Rows > 0 && rowLists(a.json()) != 1 {
			return fmt.Errorf("the answer (request %s) has its rows twice; run the query again", p.RequestID)
		}
	}
	p.BySDK = true
	return d.addOutput(out, endRow, p)
}

// addOutput appends the rows of out behind the first p.Rows, which are in the columns already.
func (d *Decoder) addOutput(out *timestreamquery.QueryOutput, endRow func() error, p *Page) error {
	describe(out, p)
	empty := len(out.ColumnInfo) == 0 && len(out.Rows) == 0
	if empty && (d.info != nil || aws.ToString(out.NextToken) != "") {
		return nil // the answer to a query with MaxRows may be a token alone; a last page may be nothing
	}
	if err := d.bind(out.ColumnInfo); err != nil {
		return err
	}
	for p.Rows < len(out.Rows) {
		n := d.rowStart()
		if err := d.addRow(&out.Rows[p.Rows]); err != nil {
			d.truncate(n)
			return atRow(err, p.Rows+1)
		}
		p.Rows++
		if err := endRow(); err != nil {
			return err
		}
	}
	return nil
}

func describe(out *timestreamquery.QueryOutput, p *Page) {
	p.NextToken, p.QueryID, p.Insights = out.NextToken, aws.ToString(out.QueryId), out.QueryInsightsResponse
	status := types.QueryStatus{}
	if out.QueryStatus != nil {
		status = *out.QueryStatus
	}
	p.Progress = status.ProgressPercentage
	p.BytesScanned, p.BytesMetered = status.CumulativeBytesScanned, status.CumulativeBytesMetered
}

// rowStart is the length of the columns. It must be asked at each row: endRow may have begun a new block.
func (d *Decoder) rowStart() int {
	for _, b := range d.discards {
		b.Reset()
	}
	if len(d.bound) == 0 {
		return 0
	}
	return d.bound[0].Len()
}

func (d *Decoder) truncate(rows int) {
	for _, c := range d.bound {
		c.Truncate(rows)
	}
}

// rowLists counts the members called Rows. The SDK takes the last of several.
func rowLists(doc []byte) (n int) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	if _, err := dec.Token(); err != nil {
		return 0
	}
	for dec.More() {
		var value json.RawMessage
		key, err := dec.Token()
		if err != nil || dec.Decode(&value) != nil {
			return 0
		}
		if key == "Rows" {
			n++
		}
	}
	return n
}
