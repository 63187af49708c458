package federation_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
)

// readVectors decodes one of the vectors' files.
func readVectors[T any](t testing.TB, name string) []T {
	t.Helper()
	raw, err := os.ReadFile("../vectors/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(all) == 0 {
		t.Fatalf("%s is empty", name)
	}
	return all
}

// canonical is a message in a form that is equal for equal messages: members in
// their order, Arrow bytes replaced by what they hold and their framing,
// allocator ids dropped.
func canonical(t testing.TB, raw []byte) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	c := canon{t: t, d: d}
	c.value("")
	if _, err := d.Token(); err == nil {
		t.Fatalf("something follows the message: %s", raw)
	}
	return c.out.String()
}

type canon struct {
	t   testing.TB
	d   *json.Decoder
	out strings.Builder
}

func (c *canon) token() json.Token {
	c.t.Helper()
	tok, err := c.d.Token()
	if err != nil {
		c.t.Fatal(err)
	}
	return tok
}

// value writes the next value, which is the member called name.
func (c *canon) value(name string) {
	switch tok := c.token().(type) {
	case json.Delim:
		if tok == '[' {
			c.array()
		} else {
			c.object()
		}
	case string:
		if name == "schema" {
			c.out.WriteString(schemaText(c.t, tok))
			return
		}
		fmt.Fprintf(&c.out, "%q", tok)
	default:
		fmt.Fprintf(&c.out, "%v", tok)
	}
}

func (c *canon) array() {
	c.out.WriteString("[\n")
	for c.d.More() {
		c.value("")
		c.out.WriteString(",\n")
	}
	c.token()
	c.out.WriteString("]")
}

func (c *canon) object() {
	c.out.WriteString("{\n")
	for c.d.More() {
		name := c.token().(string)
		if name == "aId" {
			c.token()
			c.out.WriteString(c.rows())
			break
		}
		fmt.Fprintf(&c.out, "%s: ", name)
		c.value(name)
		c.out.WriteString(",\n")
	}
	c.token()
	c.out.WriteString("}")
}

// rows reads schema and records of a block, after its allocator id.
func (c *canon) rows() string {
	names := [2]string{}
	values := [2]string{}
	for i := range names {
		names[i], values[i] = c.token().(string), c.token().(string)
	}
	if names != [2]string{"schema", "records"} {
		c.t.Fatalf("block members %q", names)
	}
	raw := unbase64(c.t, values[0])
	schema, err := block.DecodeSchema(raw)
	if err != nil {
		c.t.Fatal(err)
	}
	return "block " + schemaText(c.t, values[0]) + recordsText(c.t, schema, unbase64(c.t, values[1]))
}

func schemaText(t testing.TB, text string) string {
	t.Helper()
	raw := unbase64(t, text)
	s, err := block.DecodeSchema(raw)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("<%s %v metadata %v>", framing(raw), s.Fields(), metadataText(s.Metadata()))
}

func metadataText(m arrow.Metadata) []string {
	var pairs []string
	for i, k := range m.Keys() {
		pairs = append(pairs, k+"="+m.Values()[i])
	}
	slices.Sort(pairs)
	return pairs
}

func recordsText(t testing.TB, s *arrow.Schema, raw []byte) string {
	t.Helper()
	if len(raw) == 0 {
		return " no rows"
	}
	r, err := block.DecodeRecords(s, raw)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(" %s rows %s", framing(raw), rowsText(r))
}

func rowsText(r arrow.RecordBatch) string {
	var b strings.Builder
	for row := range int(r.NumRows()) {
		for _, column := range r.Columns() {
			fmt.Fprintf(&b, "%#v ", block.ValueAt(column, row))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func framing(raw []byte) string {
	if bytes.HasPrefix(raw, []byte{0xff, 0xff, 0xff, 0xff}) {
		return "current"
	}
	return "legacy"
}

func unbase64(t testing.TB, s string) []byte {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
