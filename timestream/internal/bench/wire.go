package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/bench/sample"
	"athena-timestream/timestream/internal/bench/sdkpath"
	"athena-timestream/timestream/internal/bench/standin"
	"athena-timestream/timestream/internal/page"
)

// overWire is what pages cost over loopback HTTP.
type overWire struct {
	rows, sdkRows int
	floor         cost          // nothing but reading the bodies
	ours, sdk     time.Duration // to columns
}

func (l *lab) overWireCosts(ctx context.Context) (*overWire, error) {
	if l.wire != nil {
		return l.wire, nil
	}
	t := l.million()
	w := &overWire{rows: t.Rows, sdkRows: t.Rows / 10}
	if err := l.warm(ctx, t); err != nil {
		return nil, err
	}
	for range pick(l, 5, 3) {
		c, err := l.floor(ctx, t)
		if err != nil {
			return nil, err
		}
		w.floor.best(c)
		if err := w.readOurs(ctx, l, t); err != nil {
			return nil, err
		}
		if err := w.readSDK(ctx, l, sample.Table{Rows: w.sdkRows, Columns: t.Columns}); err != nil {
			return nil, err
		}
	}
	l.wire = w
	return w, nil
}

// warm has the stand-in write a table's pages before anything is measured.
func (l *lab) warm(ctx context.Context, t sample.Table) error {
	t.Latency = 0
	_, err := l.alone(ctx, t)
	return err
}

// alone reads the bodies of a whole table with net/http, each into memory of its own, and does nothing with them but find
// the next token.
func (l *lab) alone(ctx context.Context, t sample.Table) (cost, error) {
	return l.bodies(ctx, t, func([]byte) []byte { return nil })
}

// floor is alone with one buffer for all bodies: no reader can be faster.
func (l *lab) floor(ctx context.Context, t sample.Table) (cost, error) {
	return l.bodies(ctx, t, func(last []byte) []byte { return last })
}

// bodies reads the bodies of a table; buffer says what the next goes into, after the last.
func (l *lab) bodies(ctx context.Context, t sample.Table, buffer func(last []byte) []byte) (cost, error) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	pages := 0
	c, err := spend(func() error {
		var body []byte
		for ; pages == 0 || standin.NextToken(body) != ""; pages++ {
			var err error
			if body, err = l.body(ctx, client, t, standin.NextToken(body), buffer(body)); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && pages != t.Pages(t.Rows) {
		err = fmt.Errorf("%d pages of %s were read, there are %d", pages, t.Name(), t.Pages(t.Rows))
	}
	return c, err
}

// body reads one page's body, into buf if it is large enough.
func (l *lab) body(ctx context.Context, client *http.Client, t sample.Table, token string, buf []byte) ([]byte, error) {
	in := fmt.Sprintf(`{"QueryString":%q,"NextToken":%q}`, selectAll(t), token)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url, strings.NewReader(in))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Amz-Target", "Timestream_20181101.Query")
	resp, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s", resp.Status)
	}
	if int64(cap(buf)) < resp.ContentLength {
		buf = make([]byte, resp.ContentLength)
	}
	buf = buf[:resp.ContentLength]
	_, err = io.ReadFull(resp.Body, buf)
	return buf, err
}

// readOurs reads a table into columns as the connector does: while one page is decoded the next is on its way. It reads it
// twice, by the clock and for the digest, which would hold up the pages.
func (w *overWire) readOurs(ctx context.Context, l *lab, t sample.Table) error {
	rows, start := 0, time.Now()
	err := l.readAhead(ctx, t, func(b *block.Builder) error { rows += b.Rows(); return nil })
	if err != nil {
		return err
	}
	w.ours = least(w.ours, time.Since(start))
	if rows != t.Rows {
		return fmt.Errorf("%d rows of %s were read, there are %d", rows, t.Name(), t.Rows)
	}
	var digest sample.Digest
	err = l.readAhead(ctx, t, func(b *block.Builder) error {
		r, err := b.Record()
		if err != nil {
			return err
		}
		return digest.Add(r)
	})
	if err != nil {
		return err
	}
	return same(t, 0, t.Rows, &digest)
}

// readAhead hands over the rows of a table, a page at a time.
func (l *lab) readAhead(ctx context.Context, t sample.Table, each func(*block.Builder) error) error {
	s, err := newSink(t)
	if err != nil {
		return err
	}
	c, sql := l.queryClient(nil), selectAll(t)
	fetch := func(token *string) (*page.Answer, error) {
		return s.Fetch(ctx, c, &timestreamquery.QueryInput{QueryString: &sql, NextToken: token})
	}
	answer, err := fetch(nil)
	for err == nil && answer != nil {
		var next *page.Answer
		var nextErr error
		var group sync.WaitGroup
		if token := answer.NextToken(); token != nil {
			group.Go(func() { next, nextErr = fetch(token) })
		}
		s.b.Reset()
		if _, err = s.Append(ctx, answer, nothing); err == nil {
			err = each(s.b)
		}
		group.Wait()
		answer, err = next, cmp.Or(err, nextErr)
	}
	return err
}

func (w *overWire) readSDK(ctx context.Context, l *lab, t sample.Table) error {
	r := sdkpath.Reader{Client: l.queryClient(nil), SQL: selectAll(t)}
	digest, took := sample.Digest{}, time.Duration(0)
	for more := true; more; {
		var err error
		if more, err = nextBySDK(ctx, &r, &digest, &took); err != nil {
			return err
		}
	}
	w.sdk = least(w.sdk, took)
	return same(t, 0, t.Rows, &digest)
}

func (l *lab) loopback(ctx context.Context) (float64, string, error) {
	w, err := l.overWireCosts(ctx)
	if err != nil {
		return 0, "", err
	}
	ours, sdk := rate(w.rows, w.ours), rate(w.sdkRows, w.sdk)
	return ours / sdk, fmt.Sprintf("%.2f and %.3f M rows/s", ours, sdk), nil
}
