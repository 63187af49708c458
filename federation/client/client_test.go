package client_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/client"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

// answers makes an Invoker of a function on messages.
type answers func(message.Message) (message.Message, error)

func (f answers) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	request, version, err := message.Decode(payload)
	if err != nil {
		return nil, err
	}
	response, err := f(request)
	if err != nil {
		return nil, err
	}
	return message.Encode(response, version)
}

var oneColumn = arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)

func numbers(n int) federationtest.Table {
	t := federationtest.Table{Name: message.TableName{Schema: "s", Table: "t"}, Schema: oneColumn}
	for i := range n {
		t.Rows = append(t.Rows, []any{int64(i)})
	}
	return t
}

func overMemory(t *testing.T, m *federationtest.Memory) *client.Client {
	t.Helper()
	store := spill.NewMem()
	h, err := federation.NewHandler(m, federation.Options{SourceType: "memory", Store: store, Config: federation.Config{SpillBucket: "b"}})
	if err != nil {
		t.Fatal(err)
	}
	return &client.Client{Invoker: h, Store: store, Catalog: "c", QueryID: "q", Identity: &message.Identity{}}
}

func TestPingNegotiates(t *testing.T) {
	tests := map[string]struct {
		theirs, most int
		want         int // 0: an error
	}{
		"same":             {6, 0, 6},
		"they are older":   {4, 0, 4},
		"they are newer":   {9, 0, 6},
		"we stop at three": {6, 3, 3},
		"oldest":           {2, 0, 2},
		"version 1":        {1, 0, 0},
		"none stated":      {0, 0, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := &client.Client{MaxVersion: message.Version(test.most), Invoker: answers(func(message.Message) (message.Message, error) {
				return &message.PingResponse{CatalogName: "c", SerDeVersion: test.theirs}, nil
			})}
			_, err := c.Ping(t.Context())
			if test.want == 0 {
				if message.CodeOf(err) != message.InvalidResponse || err == nil {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil || int(c.Version()) != test.want {
				t.Errorf("version %d, %v; want %d", c.Version(), err, test.want)
			}
		})
	}
}

func TestVersionGoesIntoRequests(t *testing.T) {
	c := overMemory(t, &federationtest.Memory{Tables: []federationtest.Table{numbers(3)}})
	c.MaxVersion = 3
	var seen []message.Version
	c.Trace = func(x client.Exchange) { seen = append(seen, x.Version) }
	if _, err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if caps, err := c.Capabilities(t.Context()); caps != nil || err != nil {
		t.Errorf("got %v, %v; a connector of version 3 has none and is not asked", caps, err)
	}
	if _, err := c.ListSchemas(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(seen, []message.Version{3, 3}) {
		t.Errorf("versions %v", seen)
	}
}

// TestRead follows splits, inline and spilled blocks, and counts.
func TestRead(t *testing.T) {
	for name, test := range map[string]struct {
		limits spill.Limits
		want   client.ReadStats // of one split
	}{
		"inline":  {spill.Limits{}, client.ReadStats{Blocks: 1, Inline: true, Rows: 250}},
		"spilled": {spill.Limits{MaxBlockSize: 900, MaxInlineSize: 1}, client.ReadStats{Blocks: 3, Spilled: true, Rows: 250}},
	} {
		t.Run(name, func(t *testing.T) {
			c := overMemory(t, &federationtest.Memory{Tables: []federationtest.Table{numbers(1000)}, Splits: 4})
			c.Limits = test.limits
			table, err := c.GetTable(t.Context(), message.TableName{Schema: "s", Table: "t"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			layout, err := c.GetTableLayout(t.Context(), table, nil)
			if err != nil {
				t.Fatal(err)
			}
			splits, err := c.GetSplits(t.Context(), table, layout, nil)
			if err != nil || len(splits) != 4 {
				t.Fatalf("%d splits, %v", len(splits), err)
			}
			var got []any
			for _, split := range splits {
				stats, err := c.ReadRecords(t.Context(), table.TableName, table.Schema, split, nil, func(b arrow.RecordBatch) error {
					for row := range int(b.NumRows()) {
						got = append(got, block.ValueAt(b.Column(0), row))
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if stats.Bytes < 2000 {
					t.Errorf("%d bytes of 250 numbers", stats.Bytes)
				}
				stats.Bytes = 0
				if stats != test.want {
					t.Errorf("got %+v, want %+v", stats, test.want)
				}
			}
			if len(got) != 1000 || got[0] != int64(0) || got[1] != int64(4) || got[999] != int64(999) {
				t.Errorf("%d rows, in another order than written", len(got))
			}
		})
	}
}

func TestReadIsConcurrent(t *testing.T) {
	federationtest.NoLeaks(t)
	c := overMemory(t, &federationtest.Memory{Tables: []federationtest.Table{numbers(400)}, Splits: 8})
	c.Limits = spill.Limits{MaxBlockSize: 600, MaxInlineSize: 1}
	var mu sync.Mutex
	exchanges, rows := 0, int64(0)
	c.Trace = func(client.Exchange) { mu.Lock(); defer mu.Unlock(); exchanges++ }
	table := &message.GetTableResponse{TableName: message.TableName{Schema: "s", Table: "t"}, Schema: oneColumn}
	layout, err := c.GetTableLayout(t.Context(), table, nil)
	if err != nil {
		t.Fatal(err)
	}
	splits, err := c.GetSplits(t.Context(), table, layout, nil)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for _, split := range splits {
		group.Go(func() {
			stats, err := c.ReadRecords(t.Context(), table.TableName, oneColumn, split, nil, func(arrow.RecordBatch) error { return nil })
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			rows += stats.Rows
		})
	}
	group.Wait()
	if rows != 400 || exchanges != 1+8+8 {
		t.Errorf("%d rows in %d exchanges", rows, exchanges)
	}
}

func TestListTablesFollowsPages(t *testing.T) {
	var tables []federationtest.Table
	for i := range 2500 {
		tables = append(tables, federationtest.Table{Name: message.TableName{Schema: "s", Table: fmt.Sprintf("t%04d", i)}})
	}
	c := overMemory(t, &federationtest.Memory{Tables: tables})
	asked := 0
	c.Trace = func(client.Exchange) { asked++ }
	got, err := c.ListTables(t.Context(), "s")
	if err != nil || len(got) != 2500 || got[2499].Table != "t2499" || asked != 3 {
		t.Errorf("%d tables in %d pages, %v", len(got), asked, err)
	}
}

func TestTokensMustMove(t *testing.T) {
	token := "again"
	c := &client.Client{Invoker: answers(func(m message.Message) (message.Message, error) {
		if _, ok := m.(*message.ListTablesRequest); ok {
			return &message.ListTablesResponse{CatalogName: "c", NextToken: &token}, nil
		}
		return &message.GetSplitsResponse{CatalogName: "c", ContinuationToken: &token}, nil
	})}
	_, err := c.ListTables(t.Context(), "s")
	if message.CodeOf(err) != message.InvalidResponse {
		t.Errorf("got %v", err)
	}
	_, err = c.GetSplits(t.Context(), &message.GetTableResponse{}, oneRow(t), nil)
	if message.CodeOf(err) != message.InvalidResponse || !strings.Contains(err.Error(), `"again"`) {
		t.Errorf("got %v", err)
	}
}

func oneRow(t *testing.T) *block.Block {
	t.Helper()
	b, err := block.NewBuilder(oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	if err := block.AppendValue(b.Column(0), int64(1)); err != nil {
		t.Fatal(err)
	}
	rows, err := b.Record()
	if err != nil {
		t.Fatal(err)
	}
	return &block.Block{Schema: oneColumn, Records: rows}
}

func TestNoPartitionNoRequest(t *testing.T) {
	c := &client.Client{Invoker: answers(func(m message.Message) (message.Message, error) { return nil, errors.New("asked") })}
	splits, err := c.GetSplits(t.Context(), &message.GetTableResponse{}, &block.Block{Schema: oneColumn}, nil)
	if splits != nil || err != nil {
		t.Errorf("got %v, %v", splits, err)
	}
}

// TestErrors: class and message are the same whether the connector runs in this
// process or behind Lambda.
func TestErrors(t *testing.T) {
	const class = "com.amazonaws.athena.connector.lambda.exceptions.AthenaConnectorException"
	inProcess := federation.Errorf(federation.EntityNotFound, "there is no table t")
	for name, fails := range map[string]error{
		"in process": inProcess, "over Lambda": &message.FunctionError{Type: class, Message: "there is no table t"},
		"wrapped": fmt.Errorf("invoke: %w", &message.FunctionError{Type: class, Message: "there is no table t"}),
	} {
		t.Run(name, func(t *testing.T) {
			var traced error
			c := &client.Client{Invoker: answers(func(message.Message) (message.Message, error) { return nil, fails }), Trace: func(x client.Exchange) { traced = x.Err }}
			_, err := c.GetTable(t.Context(), message.TableName{Schema: "s", Table: "t"}, nil)
			got, ok := errors.AsType[*client.Error](err)
			if !ok || got.Class != class || got.Message != "there is no table t" || got.Operation != "GetTableRequest" || err.Error() != got.Message {
				t.Errorf("got %#v", err)
			}
			if !errors.Is(err, fails) && !errors.Is(fails, got.Cause) {
				t.Errorf("the cause is lost: %v", got.Cause)
			}
			if !errors.Is(traced, err) {
				t.Errorf("traced %v", traced)
			}
		})
	}
	c := &client.Client{Invoker: answers(func(message.Message) (message.Message, error) { return nil, errors.New("connection refused") })}
	_, err := c.Ping(t.Context())
	if _, ok := errors.AsType[*client.Error](err); ok || err == nil || !strings.Contains(err.Error(), "invoke the connector for PingRequest: connection refused") {
		t.Errorf("got %v, want a failure to reach the connector", err)
	}
}

func TestStrangeAnswers(t *testing.T) {
	wide := arrow.NewSchema(append(oneColumn.Fields(), oneColumn.Field(0)), nil)
	renamed := arrow.NewSchema([]arrow.Field{{Name: "m", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)
	retyped := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int32, Nullable: true}}, nil)
	inline := func(s *arrow.Schema) message.Message {
		return &message.ReadRecordsResponse{CatalogName: "c", Records: &block.Block{Schema: s}}
	}
	for says, response := range map[string]message.Message{
		"2 columns where 1 were asked for":      inline(wide),
		`column 0 is "m" int64 where "n" int64`: inline(renamed),
		`column 0 is "n" int32 where "n" int64`: inline(retyped),
		"was answered with PingResponse":        &message.PingResponse{CatalogName: "c"},
		"there is no store to read them from":   remote("k.0"),
	} {
		c := &client.Client{Invoker: answers(func(message.Message) (message.Message, error) { return response, nil })}
		_, err := c.ReadRecords(t.Context(), message.TableName{}, oneColumn, message.Split{}, nil, func(arrow.RecordBatch) error { return nil })
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
	c := &client.Client{Store: spill.NewMem(), Invoker: answers(func(message.Message) (message.Message, error) { return remote("missing"), nil })}
	if _, err := c.ReadRecords(t.Context(), message.TableName{}, oneColumn, message.Split{}, nil, nil); message.CodeOf(err) != message.EntityNotFound {
		t.Errorf("got %v", err)
	}
	if _, err := c.GetTable(t.Context(), message.TableName{}, nil); message.CodeOf(err) != message.InvalidResponse {
		t.Errorf("got %v, want: answered with another message", err)
	}
}

func remote(key string) message.Message {
	return &message.RemoteReadRecordsResponse{CatalogName: "c", Schema: oneColumn, RemoteBlocks: []message.SpillLocation{{Bucket: "b", Key: key}}}
}

// TestReaderStops: what each returns ends the read.
func TestReaderStops(t *testing.T) {
	c := overMemory(t, &federationtest.Memory{Tables: []federationtest.Table{numbers(100)}})
	c.Limits = spill.Limits{MaxBlockSize: 400, MaxInlineSize: 1}
	enough, calls := errors.New("enough"), 0
	split := message.Split{Properties: map[string]string{"split": "0"}, SpillLocation: &message.SpillLocation{Bucket: "b", Key: "k", Directory: true}}
	_, err := c.ReadRecords(t.Context(), message.TableName{Schema: "s", Table: "t"}, oneColumn, split, predicate.Unconstrained(), func(arrow.RecordBatch) error {
		calls++
		return enough
	})
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("got %v after %d blocks", err, calls)
	}
}
