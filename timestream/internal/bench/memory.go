package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/federation/block"
	"athena-timestream/federation/spill"
	"athena-timestream/timestream/internal/bench/sample"
	"athena-timestream/timestream/internal/bench/sdkpath"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/tstype"
)

// inMemory is what pages cost when no network is in between, for all of them.
type inMemory struct {
	rows        int
	ours, sdk   time.Duration // page to columns: the decoder, and the SDK's whole call
	blocks      time.Duration // decoding, encoding and sealing
	allocations float64       // a page

	block []byte // used again, as a Writer's are
}

// replies is an HTTP client that has one page after the other.
type replies struct {
	pages [][]byte
	next  int
}

func (r *replies) Do(*http.Request) (*http.Response, error) {
	body := r.pages[r.next%len(r.pages)]
	r.next++
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// sink is a decoder with the columns that it fills.
type sink struct {
	*page.Decoder
	b *block.Builder
}

func newSink(t sample.Table) (sink, error) {
	fields := make([]arrow.Field, t.Columns)
	for i := range fields {
		c := t.Column(i)
		fields[i] = tstype.Type{Kind: c.Kind}.Arrow(c.Name)
	}
	b, err := block.NewBuilder(arrow.NewSchema(fields, nil))
	if err != nil {
		return sink{}, err
	}
	bindings := make([]page.Binding, t.Columns)
	for i, f := range fields {
		bindings[i] = page.Binding{Name: f.Name, Column: b.Column(i), Type: tstype.Type{Kind: t.Column(i).Kind}}
	}
	return sink{page.NewDecoder(bindings), b}, nil
}

func nothing() error { return nil }

var anything = "SELECT 1"

// inMemoryCosts measures a few pages many times, both ways by turns.
func (l *lab) inMemoryCosts(ctx context.Context) (*inMemory, error) {
	if l.memory != nil {
		return l.memory, nil
	}
	t := l.million()
	const pages = 16
	m := &inMemory{rows: pages * t.PageRows()}
	var bodies [][]byte
	for i := range pages {
		bodies = append(bodies, t.Page(i*t.PageRows(), (i+1)*t.PageRows(), "token"))
	}
	s, err := newSink(t)
	if err != nil {
		return nil, err
	}
	for range pick(l, 10, 3) {
		for range 3 {
			if err := m.readOurs(ctx, l, s, t, bodies); err != nil {
				return nil, err
			}
		}
		if err := m.readBlocks(ctx, l, s, t, bodies); err != nil {
			return nil, err
		}
		if err := m.readSDK(ctx, l, t, bodies); err != nil {
			return nil, err
		}
	}
	l.memory = m
	return m, m.countAllocations(ctx, l, s, bodies)
}

// readOurs reads all pages, checks the rows, and keeps the time if it is the least.
func (m *inMemory) readOurs(ctx context.Context, l *lab, s sink, t sample.Table, bodies [][]byte) error {
	c, digest := l.queryClient(&replies{pages: bodies}), sample.Digest{}
	took := time.Duration(0)
	for range bodies {
		s.b.Reset()
		a, err := s.Fetch(ctx, c, &timestreamquery.QueryInput{QueryString: &anything})
		if err != nil {
			return err
		}
		start := time.Now()
		_, err = s.Append(ctx, a, nothing)
		took += time.Since(start)
		if err != nil {
			return err
		}
		r, err := s.b.Record()
		if err != nil {
			return err
		}
		if err := digest.Add(r); err != nil {
			return err
		}
	}
	m.ours = least(m.ours, took)
	return same(t, 0, m.rows, &digest)
}

func (m *inMemory) readSDK(ctx context.Context, l *lab, t sample.Table, bodies [][]byte) error {
	r := sdkpath.Reader{Client: l.queryClient(&replies{pages: bodies}), SQL: anything}
	digest, took := sample.Digest{}, time.Duration(0)
	for range bodies {
		if _, err := nextBySDK(ctx, &r, &digest, &took); err != nil {
			return err
		}
	}
	m.sdk = least(m.sdk, took)
	return same(t, 0, m.rows, &digest)
}

// nextBySDK reads a page and says whether there are more. The clock stands while the digest is made.
func nextBySDK(ctx context.Context, r *sdkpath.Reader, digest *sample.Digest, took *time.Duration) (more bool, err error) {
	start := time.Now()
	if more, err = r.Next(ctx); err != nil {
		return false, err
	}
	batch := r.Batch()
	defer batch.Release()
	*took += time.Since(start)
	return more, digest.Add(batch)
}

// readBlocks makes one sealed block of all pages, on one thread. Fetching is not counted: the pages are there.
func (m *inMemory) readBlocks(ctx context.Context, l *lab, s sink, t sample.Table, bodies [][]byte) error {
	c := l.queryClient(&replies{pages: bodies})
	key, err := spill.LocalKeys{}.NewKey(ctx)
	if err != nil {
		return err
	}
	var took time.Duration
	s.b.Reset()
	for range bodies {
		a, err := s.Fetch(ctx, c, &timestreamquery.QueryInput{QueryString: &anything})
		if err != nil {
			return err
		}
		start := time.Now()
		if _, err := s.Append(ctx, a, nothing); err != nil {
			return err
		}
		took += time.Since(start)
	}
	start := time.Now()
	r, err := s.b.Record()
	if err != nil {
		return err
	}
	plain, err := block.AppendRecords(m.block[:0], r, block.Legacy)
	if err != nil {
		return err
	}
	sealed, err := spill.Seal(key, plain[:0], plain)
	if err != nil {
		return err
	}
	m.blocks = least(m.blocks, took+time.Since(start))
	m.block = sealed
	opened, err := spill.Open(key, nil, sealed)
	if err != nil {
		return err
	}
	got, err := block.DecodeRecords(s.b.Schema(), opened)
	if err != nil {
		return err
	}
	digest := sample.Digest{}
	if err := digest.Add(got); err != nil {
		return err
	}
	return same(t, 0, m.rows, &digest)
}

// countAllocations counts those of the decoder alone.
func (m *inMemory) countAllocations(ctx context.Context, l *lab, s sink, bodies [][]byte) error {
	c := l.queryClient(&replies{pages: bodies})
	var before, after runtime.MemStats
	count := uint64(0)
	for range bodies {
		s.b.Reset()
		a, err := s.Fetch(ctx, c, &timestreamquery.QueryInput{QueryString: &anything})
		if err != nil {
			return err
		}
		runtime.ReadMemStats(&before)
		_, err = s.Append(ctx, a, nothing)
		runtime.ReadMemStats(&after)
		if err != nil {
			return err
		}
		count += after.Mallocs - before.Mallocs
	}
	m.allocations = float64(count) / float64(len(bodies))
	return nil
}

func (l *lab) decoder(ctx context.Context) (float64, string, error) {
	m, err := l.inMemoryCosts(ctx)
	if err != nil {
		return 0, "", err
	}
	return ratio(m.sdk, m.ours), fmt.Sprintf("%.2f and %.3f M rows/s", rate(m.rows, m.ours), rate(m.rows, m.sdk)), nil
}

func (l *lab) allocations(ctx context.Context) (float64, string, error) {
	m, err := l.inMemoryCosts(ctx)
	if err != nil {
		return 0, "", err
	}
	return m.allocations, fmt.Sprintf("pages of %d rows", l.million().PageRows()), nil
}

func (l *lab) oneCore(ctx context.Context) (float64, string, error) {
	m, err := l.inMemoryCosts(ctx)
	if err != nil {
		return 0, "", err
	}
	w, err := l.overWireCosts(ctx)
	if err != nil {
		return 0, "", err
	}
	ours, floor := rate(m.rows, m.blocks), rate(w.rows, w.floor.wall)
	return ours / floor, fmt.Sprintf("%.2f and %.2f M rows/s, bodies into one buffer", ours, floor), nil
}

// rate is in millions of rows a second.
func rate(rows int, took time.Duration) float64 { return float64(rows) / 1e6 / took.Seconds() }
