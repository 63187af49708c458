package spill_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
	"athena-timestream/internal/golden"
)

type spillVector struct {
	Name               string
	SplitSpillLocation message.SpillLocation
	EncryptionKey      *struct{ KeyHex, NonceHex string }
	ResponseV6         struct {
		Schema       []byte
		RemoteBlocks []message.SpillLocation
	}
	Objects []struct {
		Bucket, Key     string
		ContentLength   int
		Body, ClearBody []byte
		Rows            json.RawMessage
	}
}

func spillVectors(t testing.TB) []spillVector {
	t.Helper()
	var all []spillVector
	for _, name := range golden.Names(t, "spill") {
		if name == "thresholds" {
			continue
		}
		var v spillVector
		golden.ReadJSON(t, &v, "spill", name+".json")
		all = append(all, v)
	}
	return all
}

func (v spillVector) key(t testing.TB) *message.EncryptionKey {
	t.Helper()
	if v.EncryptionKey == nil {
		return nil
	}
	key, err := hex.DecodeString(v.EncryptionKey.KeyHex)
	if err != nil {
		t.Fatal(err)
	}
	nonce, err := hex.DecodeString(v.EncryptionKey.NonceHex)
	if err != nil {
		t.Fatal(err)
	}
	return &message.EncryptionKey{Key: key, Nonce: nonce}
}

// TestJavaObjects reads what the Java SDK stored, seals the clear bytes to the same object, and writes the rows again
// with a Writer.
func TestJavaObjects(t *testing.T) {
	for _, v := range spillVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			schema, err := block.DecodeSchema(v.ResponseV6.Schema)
			if err != nil {
				t.Fatal(err)
			}
			key, store, all := v.key(t), spill.NewMem(), [][]any{}
			for i, o := range v.Objects {
				loc := message.SpillLocation{Bucket: o.Bucket, Key: o.Key}
				if want := fmt.Sprintf("%s.%d", v.SplitSpillLocation.Key, i); o.Key != want {
					t.Errorf("object %d is %s, want %s", i, o.Key, want)
				}
				if err := store.Put(t.Context(), loc, o.Body); err != nil {
					t.Fatal(err)
				}
				r, err := spill.ReadBlock(t.Context(), store, loc, key, schema)
				if err != nil {
					t.Fatal(err)
				}
				golden.Equal(t, o.Rows, golden.Rows(r))
				all = append(all, values(r)...)
				sealed, err := spill.Seal(key, nil, o.ClearBody)
				if err != nil || !bytes.Equal(sealed, o.Body) || len(sealed) != o.ContentLength {
					t.Errorf("sealed bytes differ from Java's, %v", err)
				}
				if opened, err := spill.Open(key, nil, o.Body); err != nil || !bytes.Equal(opened, o.ClearBody) {
					t.Errorf("opened bytes differ from Java's, %v", err)
				}
			}
			writeAgain(t, v, schema, all)
		})
	}
}

func writeAgain(t *testing.T, v spillVector, schema *arrow.Schema, rows [][]any) {
	t.Helper()
	store := spill.NewMem()
	limits := spill.Limits{MaxBlockSize: 8 << 10}
	w := newWriter(t, spill.Options{Schema: schema, Location: &v.SplitSpillLocation, Key: v.key(t), Limits: limits, Store: store})
	write(t, w, rows)
	result, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if !result.Spilled || result.Inline != nil || result.Remote == nil {
		t.Errorf("result %+v is not a spilled one", result)
	}
	if len(result.Remote) > 0 && result.Remote[0] != v.ResponseV6.RemoteBlocks[0] {
		t.Errorf("first block is at %v, Java's at %v", result.Remote[0], v.ResponseV6.RemoteBlocks[0])
	}
	for _, loc := range result.Remote {
		body, err := store.Get(t.Context(), loc)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := spill.Open(v.key(t), nil, body); err != nil || bytes.HasPrefix(plain, []byte{0xFF, 0xFF, 0xFF, 0xFF}) {
			t.Errorf("object %s is not in legacy framing, %v", loc.Key, err)
		}
	}
	if got := readAll(t, store, result, v.key(t), schema); !reflect.DeepEqual(text(got), text(rows)) {
		t.Errorf("read back\n%v\nwant\n%v", text(got), text(rows))
	}
}

// TestJavaThresholds recomputes Java's decisions from DataSize, as a check of that accounting; our Writer does not
// decide so (TestBlockLimits).
func TestJavaThresholds(t *testing.T) {
	var v struct {
		Cases []struct {
			Rows                             int
			MaxBlockSize, MaxInlineBlockSize int64
			Spilled                          bool
			InlineRows, InlineSize           int64
			RowsPerBlock                     []int
		}
	}
	golden.ReadJSON(t, &v, "spill", "thresholds.json")
	if len(v.Cases) == 0 {
		t.Fatal("no cases")
	}
	for i, c := range v.Cases {
		b, err := block.NewBuilder(bigint) // the schema of the vector
		if err != nil {
			t.Fatal(err)
		}
		var blocks []int
		for range c.Rows {
			b.Column(0).(*block.Int64Column).Append(1)
			if b.DataSize() > c.MaxBlockSize { // after the row, as Java does
				blocks = append(blocks, b.Rows())
				b.Reset()
			}
		}
		spilled := len(blocks) > 0 || b.DataSize() >= c.MaxInlineBlockSize
		if spilled != c.Spilled {
			t.Errorf("case %d: spilled is %v, Java says %v", i, spilled, c.Spilled)
		}
		if !spilled && (int64(b.Rows()) != c.InlineRows || b.DataSize() != c.InlineSize) {
			t.Errorf("case %d: %d rows of %d bytes inline, Java says %d of %d", i, b.Rows(), b.DataSize(), c.InlineRows, c.InlineSize)
		}
		if spilled && b.Rows() > 0 {
			blocks = append(blocks, b.Rows())
		}
		if fmt.Sprint(blocks) != fmt.Sprint(c.RowsPerBlock) {
			t.Errorf("case %d: blocks of %v rows, Java says %v", i, blocks, c.RowsPerBlock)
		}
	}
}

func TestJavaLocations(t *testing.T) {
	var cases []struct {
		FunctionOptions, IdentityConfigOptions map[string]string
		QueryID                                string
		Bucket, Key                            string
		Directory                              bool
	}
	golden.ReadJSON(t, &cases, "handler", "spill-locations.json")
	if len(cases) < 8 {
		t.Fatalf("%d cases", len(cases))
	}
	option := func(i int, name, otherwise string) string { // which option wins is the handler's business
		for _, m := range []map[string]string{cases[i].IdentityConfigOptions, cases[i].FunctionOptions} {
			if v := m[name]; strings.TrimSpace(v) != "" {
				return v
			}
		}
		return otherwise
	}
	for i, c := range cases {
		want := message.SpillLocation{Bucket: c.Bucket, Key: c.Key, Directory: c.Directory}
		got := spill.Location(option(i, "spill_bucket", ""), option(i, "spill_prefix", "athena-federation-spill"), c.QueryID, "<split-uuid>")
		if got != want {
			t.Errorf("case %d: %+v, Java has %+v", i, got, want)
		}
	}
}

func newWriter(t testing.TB, o spill.Options) *spill.Writer {
	t.Helper()
	w, err := spill.NewWriter(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Abort)
	return w
}

// write appends rows until EndRow fails, which fails the test.
func write(t testing.TB, w *spill.Writer, rows [][]any) {
	t.Helper()
	for i, row := range rows {
		for j, v := range row {
			if err := block.AppendValue(w.Builder().Column(j), v); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.EndRow(); err != nil {
			t.Fatalf("row %d: %v", i, err)
		}
	}
}

// readAll is all rows of a result, in order.
func readAll(t testing.TB, store spill.Store, result *spill.Result, key *message.EncryptionKey, schema *arrow.Schema) [][]any {
	t.Helper()
	rows := [][]any{}
	if result.Inline != nil && result.Inline.Records != nil {
		rows = append(rows, values(result.Inline.Records)...)
	}
	for _, loc := range result.Remote {
		r, err := spill.ReadBlock(t.Context(), store, loc, key, schema)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, values(r)...)
	}
	return rows
}

func values(r arrow.RecordBatch) [][]any {
	rows := make([][]any, r.NumRows())
	for i := range rows {
		for _, col := range r.Columns() {
			rows[i] = append(rows[i], block.ValueAt(col, i))
		}
	}
	return rows
}

// text makes rows comparable: NaN equals itself.
func text(rows [][]any) []string {
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = fmt.Sprintf("%#v", row)
	}
	return lines
}

func splitDirectory() *message.SpillLocation {
	return &message.SpillLocation{Bucket: "b", Key: "p/q/s", Directory: true}
}

func base64Len(n int) int { return base64.StdEncoding.EncodedLen(n) }
