package timestream_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

// TestLimits reaches every limit of Timestream, Athena and Lambda that a query can meet: behind it the query goes on in a
// further part, or there is an error that says what to do.
func TestLimits(t *testing.T) {
	for name, reach := range map[string]func(*testing.T){
		"100,000 tables, page by page":       tablesByPage,
		"100,000 tables at once":             tablesAtOnce,
		"the widest table of the service":    widestTable,
		"a row of 1 MB":                      longRow,
		"a row larger than a block":          rowBeyondBlock,
		"a result of several blocks":         severalBlocks,
		"conditions of more than 256 KB":     longConditions,
		"a passthrough query beyond 256 KB":  longPassthrough,
		"columns of more than 256 KB":        longColumns,
		"a statement of 256 KB of two bytes": longestStatement,
	} {
		t.Run(name, reach)
	}
}

// manyTables is a service with 100,000 tables, whose names are shown on pages of 5,000.
func manyTables(t *testing.T, suffix string) (*service, []string) {
	s := newService(t)
	s.show(map[string][]string{"d": {}})
	want := make([]string, 100_000)
	var pages [][][]string
	for i := range want {
		want[i] = fmt.Sprintf("t%06d%s", i, suffix)
		if i%5000 == 0 {
			pages = append(pages, nil)
		}
		last := &pages[len(pages)-1]
		*last = append(*last, []string{want[i]})
	}
	s.answer(`SHOW TABLES FROM "d"`, []string{"Table VARCHAR"}, pages...)
	return s, want
}

func tablesByPage(t *testing.T) {
	s, want := manyTables(t, strings.Repeat("x", 60))
	c := athena(t, s.connector(nil))
	var got []string
	for token := (*string)(nil); ; {
		page, next, err := c.ListTablesPage(t.Context(), "d", token, 60_000) // more than an answer holds
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range page {
			got = append(got, name.Table)
		}
		if token = next; token == nil {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d tables, want %d", len(got), len(want))
	}
	if n := countCalls(s, "Query: SHOW TABLES"); n != 20 {
		t.Errorf("%d pages were asked for, want each once", n)
	}
	_, _, err := c.ListTablesPage(t.Context(), "d", nil, message.UnlimitedPageSize)
	wantError(t, err, federation.InvalidResponse, "more than the 6291556 that Lambda returns: it names 100000 tables; ask for a page of them, or query a table by name")
}

func tablesAtOnce(t *testing.T) {
	s, want := manyTables(t, "")
	got, _, err := athena(t, s.connector(nil)).ListTablesPage(t.Context(), "d", nil, message.UnlimitedPageSize)
	if err != nil || len(got) != len(want) {
		t.Errorf("%d tables of %d, %v", len(got), len(want), err)
	}
}

// widestTable has what "Quotas" of the developer guide allows: 128 dimensions and 1,024 measures, with the longest names.
func widestTable(t *testing.T) {
	s := newService(t)
	columns := []string{"measure_name varchar", "time timestamp"}
	for i := range 128 {
		columns = append(columns, fmt.Sprintf("d%059d varchar", i))
	}
	for i := range 1024 {
		columns = append(columns, fmt.Sprintf("m%0255d double", i))
	}
	s.describe(`"d"."t"`, columns)
	got, err := athena(t, s.connector(nil)).GetTable(t.Context(), table("d", "t"), nil)
	if err != nil || got.Schema.NumFields() != len(columns) {
		t.Fatalf("%v, %v", got, err)
	}
}

// readWith reads a page of one row with one value.
func readWith(t *testing.T, value string, limits spill.Limits) ([][]any, error) {
	s := newService(t)
	s.describe(`"d"."t"`, []string{"a varchar"})
	s.answer("SELECT \"a\"\nFROM \"d\".\"t\"", []string{"a VARCHAR"}, [][]string{{value}}, [][]string{{"short"}})
	c := athena(t, s.connector(nil))
	c.Limits = limits
	return read(t, c, table("d", "t"), nil)
}

func longRow(t *testing.T) {
	value := strings.Repeat("v", 1<<20) // nothing longer comes out of a page of 1 MB
	rows, err := readWith(t, value, spill.Limits{MaxBlockSize: 16_000_000, MaxInlineSize: 1_000_000})
	if err != nil || len(rows) != 2 || rows[0][0] != value {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func rowBeyondBlock(t *testing.T) {
	_, err := readWith(t, strings.Repeat("v", 1<<20), spill.Limits{MaxBlockSize: 1_000_000, MaxInlineSize: 1_000_000})
	wantError(t, err, federation.InvalidInput, `its largest column is "a" with 1048584 bytes`)
	wantError(t, err, federation.InvalidInput, "select fewer columns or raise the block size (MAX_BLOCK_SIZE_BYTES)")
}

// severalBlocks reads 40 MB with the limits that Athena sends.
func severalBlocks(t *testing.T) {
	const pages, rows, limit = 45, 900, 16_000_000
	a := newAccount(t, pages)
	a.page = longPage(rows)
	h, _ := a.handler(nil, federation.Config{}, t.Output())
	r := readAccount()
	r.MaxBlockSize, r.MaxInlineBlockSize = limit, 5_242_880
	m, err := invoke(t.Context(), t, h, r)
	if err != nil {
		t.Fatal(err)
	}
	if n := a.rows(m); n != pages*rows || len(a.objects) != 3 {
		t.Errorf("%d rows in %d objects", n, len(a.objects))
	}
	const tag = 16 // of AES-GCM
	for loc, b := range a.objects {
		if len(b) > limit+tag {
			t.Errorf("%v has %d bytes", loc, len(b))
		}
	}
}

// longConditions is an IN list of 50,000 hosts: what does not fit the statement is looked at on the rows.
func longConditions(t *testing.T) {
	s := newService(t)
	s.describe(`"d"."t"`, []string{"host varchar"})
	longest := 0
	s.engine = func(sql string) ([]string, bool) {
		longest = max(longest, len(sql))
		return jsonPages([]string{"host VARCHAR"}, [][][]string{{{"h1"}, {"host-7"}, {"host-50000"}}}), true
	}
	hosts := make([]predicate.Value, 50_000)
	for i := range hosts {
		hosts[i] = fmt.Sprintf("host-%d", i)
	}
	set, err := predicate.NewEquatableValueSet(arrow.BinaryTypes.String, true, false, hosts...)
	if err != nil {
		t.Fatal(err)
	}
	constraints := predicate.Unconstrained()
	constraints.Summary = []predicate.Column{{Name: "host", Set: set}}
	rows, err := read(t, athena(t, s.connector(nil)), table("d", "t"), constraints)
	if err != nil || len(rows) != 1 || rows[0][0] != "host-7" || longest == 0 || longest > 256<<10 {
		t.Errorf("%d rows, %v, by a statement of %d bytes", len(rows), err, longest)
	}
}

func longPassthrough(t *testing.T) {
	s := newService(t)
	query := passthrough("SELECT '" + strings.Repeat("x", 256<<10) + "' AS a")
	_, err := athena(t, s.connector(nil)).GetTable(t.Context(), table("system", "query"), query.Passthrough)
	wantError(t, err, federation.InvalidInput, "passthrough query: the statement has 262158 characters and Timestream takes 262144: shorten it")
	if calls := s.asked(); len(calls) > 0 {
		t.Errorf("asked %v", calls)
	}
}

func longColumns(t *testing.T) {
	s := newService(t)
	fields := make([]arrow.Field, 1100)
	for i := range fields {
		fields[i] = arrow.Field{Name: fmt.Sprintf("m%0255d", i), Type: arrow.BinaryTypes.String, Nullable: true}
	}
	r := &message.ReadRecordsRequest{TableName: table("d", "t"), Schema: arrow.NewSchema(fields, nil), Constraints: predicate.Unconstrained()}
	err := s.connector(nil).ReadRecords(t.Context(), r, writer(t, t.Context(), r.Schema))
	wantError(t, err, federation.InvalidInput, "write the query for d.t: the statement has ")
	wantError(t, err, federation.InvalidInput, "select fewer columns, or shorten the view")
	if calls := s.asked(); len(calls) > 0 {
		t.Errorf("asked %v", calls)
	}
}

// longestStatement may be too long in bytes and not in characters: the service decides.
func longestStatement(t *testing.T) {
	s := newService(t)
	sql := "SELECT '" + strings.Repeat("ü", 200_000) + "' AS a"
	s.query[sql] = `[{"Name":"a","Type":{"ScalarType":"VARCHAR"}}]`
	if _, err := athena(t, s.connector(nil)).GetTable(context.Background(), table("system", "query"), passthrough(sql).Passthrough); err != nil {
		t.Error(err)
	}
}

func wantError(t *testing.T, err error, code federation.Code, text string) {
	t.Helper()
	if err == nil || message.CodeOf(err) != code || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v (%s), want %s saying %q", err, message.CodeOf(err), code, text)
	}
}
