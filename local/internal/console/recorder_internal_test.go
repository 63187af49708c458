package console

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/tsserver"
)

// answering is a connector that answers every read the same.
type answering struct{ payload []byte }

func (a answering) Invoke(context.Context, []byte) ([]byte, error) { return a.payload, nil }

func readRequest(t *testing.T, queryID, property string) []byte {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "c", Type: arrow.BinaryTypes.String}}, nil)
	payload, err := message.Encode(&message.ReadRecordsRequest{
		Header: message.Header{Identity: &message.Identity{}, QueryID: queryID, CatalogName: "c"}, TableName: message.TableName{Schema: "d", Table: "t"},
		Schema: schema, Split: message.Split{Properties: map[string]string{"p": property}}, Constraints: predicate.Unconstrained(),
	}, message.Newest)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

func readAnswer(t *testing.T) []byte {
	t.Helper()
	payload, err := message.Encode(&message.RemoteReadRecordsResponse{
		CatalogName: "c", Schema: arrow.NewSchema(nil, nil), RemoteBlocks: []message.SpillLocation{{Bucket: "b", Key: "k"}},
	}, message.Newest)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// TestMemoryIsBounded lets more pass than may be remembered, from several sides at once.
func TestMemoryIsBounded(t *testing.T) {
	r := NewRecorder()
	connector := r.Invoker(answering{readAnswer(t)})
	big := strings.Repeat("x", 2*maxDetailText)
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 20 {
				payload := readRequest(t, fmt.Sprintf("q%d-%d", worker, i), big)
				for range 20 {
					if _, err := connector.Invoke(context.Background(), payload); err != nil {
						t.Error(err)
					}
				}
				r.Page(tsserver.Page{QueryID: fmt.Sprintf("t%d-%d", worker, i), SQL: strings.Repeat("y", 2*maxSQL), Rows: 1})
			}
		})
	}
	long := readRequest(t, "long", "x")
	for range maxExchanges + 7 {
		if _, err := connector.Invoke(context.Background(), long); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
	r.mu.Lock()
	size, calls := 0, 0
	for _, c := range r.kept {
		size += c.size
		calls += len(c.Exchanges)
		if c.open != 0 || c.Running {
			t.Errorf("%s is still running", c.key)
		}
	}
	if len(r.kept) > maxConversations || size > maxSize || len(r.traces) != calls {
		t.Errorf("%d conversations of %d bytes, %d traces of %d calls", len(r.kept), size, len(r.traces), calls)
	}
	r.mu.Unlock()
	for range 2 {
		if _, err := connector.Invoke(context.Background(), long); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range r.list() {
		if len(s.SQL) > maxSQL+10 {
			t.Errorf("a statement of %d bytes is kept", len(s.SQL))
		}
	}
}

func TestOneConversationIsBounded(t *testing.T) {
	r := NewRecorder()
	connector := r.Invoker(answering{readAnswer(t)})
	payload := readRequest(t, "q", "p")
	for range maxExchanges + 7 {
		if _, err := connector.Invoke(context.Background(), payload); err != nil {
			t.Fatal(err)
		}
	}
	c := r.find(kindAthena, "q")
	if len(c.Exchanges) != maxExchanges || c.Dropped != 7 || c.Calls != maxExchanges+7 || c.Spilled != maxExchanges+7 {
		t.Errorf("%d kept, %d dropped, %d calls, %d blocks", len(c.Exchanges), c.Dropped, c.Calls, c.Spilled)
	}
	trace := c.Exchanges[0].trace
	for i := range maxMarks + maxStatements + 5 {
		r.Page(tsserver.Page{QueryID: fmt.Sprint("s", i%(maxStatements+5)), SQL: "SELECT 1", Trace: trace, Rows: 1})
		r.block(trace, 10)
	}
	first := c.Exchanges[0]
	if len(first.Statements) != maxStatements || len(first.Blocks) != maxMarks {
		t.Errorf("%d statements, %d blocks", len(first.Statements), len(first.Blocks))
	}
}

// What is no request of the protocol passes as it is.
func TestOtherPayloadsPass(t *testing.T) {
	r := NewRecorder()
	for _, payload := range []string{"", "{}", `"warm"`, `{"@type":"PingResponse"}`} {
		if out, err := r.Invoker(answering{[]byte("x")}).Invoke(context.Background(), []byte(payload)); err != nil || string(out) != "x" {
			t.Errorf("%q: %q, %v", payload, out, err)
		}
	}
	if n := len(r.list()); n != 0 {
		t.Errorf("%d conversations", n)
	}
}

func TestStatementTravelsInTheClientContext(t *testing.T) {
	for name, sql := range map[string]string{"plain": "SELECT 'ä'", "long": strings.Repeat("SELECT ", 1000)} {
		header := map[string][]string{}
		TellStatement(WithStatement(context.Background(), sql), header)
		got := statementIn(header[clientContext][0])
		if got != sql && !strings.HasPrefix(sql, strings.TrimSuffix(got, " …")) || len(header[clientContext][0]) > 3583 {
			t.Errorf("%s: %q in %d bytes", name, got, len(header[clientContext][0]))
		}
	}
	if got := statementIn("no base64"); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestForgetKeepsWhatRuns(t *testing.T) {
	r := NewRecorder()
	ctx := WithStatement(context.Background(), "SELECT 1")
	id := r.start(ctx, kindAthena)
	r.Page(tsserver.Page{QueryID: "over", SQL: "SELECT 2", Took: time.Millisecond})
	r.Forget()
	if list := r.list(); len(list) != 1 || list[0].ID != id || !list[0].Running {
		t.Errorf("left: %+v", list)
	}
	r.finish(ctx, nil, nil)
	r.Forget()
	if list := r.list(); len(list) != 0 {
		t.Errorf("left: %+v", list)
	}
}
