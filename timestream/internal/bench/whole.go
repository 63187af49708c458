package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
	"athena-timestream/federation/spill/s3spill"
	"athena-timestream/timestream/internal/bench/sample"
	"athena-timestream/timestream/internal/bench/sdkpath"
	"athena-timestream/timestream/internal/bench/standin"
)

// conversation is Athena's about one table, up to the requests for its rows, one a split.
type conversation struct {
	*client.Client
	requests []message.ReadRecordsRequest
}

// converse asks everything before the rows, with a constraint on the time unless to is zero.
func (l *lab) converse(ctx context.Context, i client.Invoker, t sample.Table, from, to time.Time) (*conversation, error) {
	c := &conversation{Client: &client.Client{
		Invoker: i, Store: s3spill.New(l.s3Client(), nil), Catalog: "bench", QueryID: "query-1",
		Identity: &message.Identity{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/bench"},
	}}
	if _, err := c.Ping(ctx); err != nil {
		return nil, err
	}
	if _, err := c.Capabilities(ctx); err != nil {
		return nil, err
	}
	table, err := c.GetTable(ctx, message.TableName{Schema: standin.Database, Table: t.Name()}, nil)
	if err != nil {
		return nil, err
	}
	where, err := between(from, to)
	if err != nil {
		return nil, err
	}
	layout, err := c.GetTableLayout(ctx, table, where)
	if err != nil {
		return nil, err
	}
	splits, err := c.GetSplits(ctx, table, layout, where)
	if err != nil {
		return nil, err
	}
	for _, split := range splits {
		c.requests = append(c.requests, message.ReadRecordsRequest{
			Header:    message.Header{Identity: c.Identity, QueryID: c.QueryID, CatalogName: c.Catalog},
			TableName: table.TableName, Schema: table.Schema, Split: split, Constraints: where,
			MaxBlockSize: client.DefaultLimits.MaxBlockSize, MaxInlineBlockSize: client.DefaultLimits.MaxInlineSize,
		})
	}
	return c, nil
}

// between are the constraints of a time from one up to another; none if there is no other.
func between(from, to time.Time) (*predicate.Constraints, error) {
	all := predicate.Unconstrained()
	if to.IsZero() {
		return all, nil
	}
	set, err := predicate.NewSortedRangeSet(arrow.FixedWidthTypes.Date64, false, predicate.Range{
		Low:  predicate.Marker{Value: from.UnixMilli(), Bound: predicate.Exactly},
		High: predicate.Marker{Value: to.UnixMilli(), Bound: predicate.Below},
	})
	if err != nil {
		return nil, err
	}
	all.Summary = []predicate.Column{{Name: "time", Set: set}}
	return all, nil
}

// request is one split's, with who answers it.
type request struct {
	client.Invoker
	message.ReadRecordsRequest
}

// invoke has all splits read at the same time, each by its own invoker, and returns their answers.
func invoke(ctx context.Context, requests []request) ([][]byte, cost, error) {
	payloads, answers := make([][]byte, len(requests)), make([][]byte, len(requests))
	for i, r := range requests {
		var err error
		if payloads[i], err = message.Encode(&r.ReadRecordsRequest, message.Newest); err != nil {
			return nil, cost{}, err
		}
	}
	c, err := spend(func() error {
		var group sync.WaitGroup
		faults := make([]error, len(requests))
		for i, r := range requests {
			group.Go(func() { answers[i], faults[i] = r.Invoke(ctx, payloads[i]) })
		}
		group.Wait()
		return errors.Join(faults...)
	})
	return answers, c, err
}

// add takes the rows of an answer into a digest, those of spilled blocks too.
func (c *conversation) add(ctx context.Context, digest *sample.Digest, answer []byte) error {
	m, _, err := message.Decode(answer)
	if err != nil {
		return err
	}
	switch m := m.(type) {
	case *message.ReadRecordsResponse:
		if m.Records.Records == nil {
			return nil
		}
		return digest.Add(m.Records.Records)
	case *message.RemoteReadRecordsResponse:
		for _, loc := range m.RemoteBlocks {
			r, err := spill.ReadBlock(ctx, c.Store, loc, m.EncryptionKey, m.Schema)
			if err != nil {
				return err
			}
			if err := digest.Add(r); err != nil {
				return err
			}
		}
		return nil
	default:
		return fmt.Errorf("ReadRecordsRequest was answered with %s", m.Kind())
	}
}

// readTable reads a whole table in one split, and checks its rows.
func (l *lab) readTable(ctx context.Context, i client.Invoker, t sample.Table) (cost, error) {
	return l.readSplits(ctx, []client.Invoker{i}, t)
}

// readSplits reads a table in as many splits as there are invokers, all at the same time, and checks its rows. The first has
// cut it, by bounds on the time that hold for every row.
func (l *lab) readSplits(ctx context.Context, invokers []client.Invoker, t sample.Table) (cost, error) {
	defer l.forget(ctx) //nolint:errcheck // a server that is gone fails the next call
	var to time.Time
	if len(invokers) > 1 {
		to = t.End()
	}
	c, err := l.converse(ctx, invokers[0], t, sample.Start, to)
	if err != nil {
		return cost{}, err
	}
	if len(c.requests) != len(invokers) {
		return cost{}, fmt.Errorf("%s was cut into %d splits, not %d", t.Name(), len(c.requests), len(invokers))
	}
	requests := make([]request, len(invokers))
	for n, i := range invokers {
		requests[n] = request{i, c.requests[n]}
	}
	answers, took, err := invoke(ctx, requests)
	if err != nil {
		return took, err
	}
	var digest sample.Digest
	for _, answer := range answers {
		if err := c.add(ctx, &digest, answer); err != nil {
			return took, err
		}
	}
	return took, same(t, 0, t.Rows, &digest)
}

// handlers are instances of the connector, one for each split.
func (l *lab) handlers(n int) ([]client.Invoker, error) {
	all := make([]client.Invoker, n)
	for i := range all {
		h, err := l.handler(n)
		if err != nil {
			return nil, err
		}
		all[i] = h
	}
	return all, nil
}

// wholeRead is what a table costs from the request for its rows to the answer, spilled blocks stored.
type wholeRead struct {
	rows, sdkRows int
	ours, sdk     cost
	alone, floor  cost // nothing but reading the bodies
}

func (l *lab) wholeReadCosts(ctx context.Context) (*wholeRead, error) {
	if l.read != nil {
		return l.read, nil
	}
	t := sample.Table{Rows: 1_000_000, Columns: 6}
	part := sample.Table{Rows: pick(l, t.Rows, t.Rows/10), Columns: 6}
	w := &wholeRead{rows: t.Rows, sdkRows: part.Rows}
	if err := l.warm(ctx, t); err != nil {
		return nil, err
	}
	h, err := l.handler(1)
	if err != nil {
		return nil, err
	}
	for n := range pick(l, 9, 4) {
		c, err := l.readTable(ctx, h, t)
		if err != nil {
			return nil, err
		}
		if n > 0 { // the first opens connections
			w.ours.best(c)
		}
		if c, err = l.alone(ctx, t); err != nil {
			return nil, err
		}
		w.alone.best(c)
		if c, err = l.floor(ctx, t); err != nil {
			return nil, err
		}
		w.floor.best(c)
		if n%4 == 1 {
			if c, err = l.sdkTable(ctx, part); err != nil {
				return nil, err
			}
			w.sdk.best(c)
		}
	}
	l.read = w
	return w, nil
}

// sdkBlock is how many rows the SDK path puts into a block: about 16 MB, as Athena asks for.
const sdkBlock = 235_000

// sdkTable reads and spills a table the SDK's way.
func (l *lab) sdkTable(ctx context.Context, t sample.Table) (cost, error) {
	defer l.forget(ctx) //nolint:errcheck // a server that is gone fails the next call
	key, err := spill.LocalKeys{}.NewKey(ctx)
	if err != nil {
		return cost{}, err
	}
	out := sdkpath.Bucket{Client: l.s3Client(), Name: bucket, Prefix: "sdk", Key: key.Key}
	r := sdkpath.Reader{Client: l.queryClient(nil), SQL: selectAll(t)}
	took, err := spend(func() error {
		pages := 0
		for more := true; more; {
			var err error
			if more, err = r.Next(ctx); err != nil {
				return err
			}
			if pages++; more && pages%(sdkBlock/t.PageRows()) != 0 {
				continue
			}
			batch := r.Batch()
			err = out.Put(ctx, batch)
			batch.Release()
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return took, err
	}
	var digest sample.Digest
	if err := out.Each(ctx, digest.Add); err != nil {
		return took, err
	}
	return took, same(t, 0, t.Rows, &digest)
}

func (l *lab) againstSDK(ctx context.Context) (float64, string, error) {
	w, err := l.wholeReadCosts(ctx)
	if err != nil {
		return 0, "", err
	}
	ours, sdk := rate(w.rows, w.ours.wall), rate(w.sdkRows, w.sdk.wall)
	return ours / sdk, fmt.Sprintf("%.2f and %.3f M rows/s, CPU %.2f and %.3f", ours, sdk, rate(w.rows, w.ours.cpu), rate(w.sdkRows, w.sdk.cpu)), nil
}

func (l *lab) againstAloneWall(ctx context.Context) (float64, string, error) {
	w, err := l.wholeReadCosts(ctx)
	if err != nil {
		return 0, "", err
	}
	return againstAlone(w.ours.wall, w.alone.wall, w.floor.wall)
}

func (l *lab) againstAloneCPU(ctx context.Context) (float64, string, error) {
	w, err := l.wholeReadCosts(ctx)
	if err != nil {
		return 0, "", err
	}
	return againstAlone(w.ours.cpu, w.alone.cpu, w.floor.cpu)
}

func againstAlone(ours, alone, floor time.Duration) (float64, string, error) {
	return ratio(ours, alone), fmt.Sprintf("%s and %s; bodies into one buffer %s, which is %.1f×", ms(ours), ms(alone), ms(floor), ratio(ours, floor)), nil
}

// pageLatency is that of the bars about waiting.
const pageLatency = 20 * time.Millisecond

// waiting is the table of the bars about waiting.
func (l *lab) waiting() sample.Table {
	return sample.Table{Rows: pick(l, 1_000_000, 240_000), Columns: 6, Latency: pageLatency}
}

// waited reads a table in splits, some times over.
func (l *lab) waited(ctx context.Context, t sample.Table, splits int) (cost, error) {
	if err := l.warm(ctx, t); err != nil {
		return cost{}, err
	}
	all, err := l.handlers(splits)
	if err != nil {
		return cost{}, err
	}
	var best cost
	for range pick(l, 3, 1) {
		c, err := l.readSplits(ctx, all, t)
		if err != nil {
			return cost{}, err
		}
		best.best(c)
	}
	return best, nil
}

func (l *lab) latency(ctx context.Context) (float64, string, error) {
	one, err := l.waited(ctx, l.waiting(), 1)
	if err != nil {
		return 0, "", err
	}
	l.one = one
	t := l.waiting()
	bound := time.Duration(t.Pages(t.Rows)) * pageLatency
	return ratio(one.wall, bound), fmt.Sprintf("%s and %s", ms(one.wall), ms(bound)), nil
}

func (l *lab) eightSplits(ctx context.Context) (float64, string, error) {
	eight, err := l.waited(ctx, l.waiting(), 8)
	if err != nil {
		return 0, "", err
	}
	return ratio(l.one.wall, eight.wall), fmt.Sprintf("%s and %s", ms(eight.wall), ms(l.one.wall)), nil
}
