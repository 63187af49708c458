package federationtest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

func tables() []federationtest.Table {
	numbers := federationtest.Table{
		Name: message.TableName{Schema: "corpus", Table: "numbers"},
		Schema: arrow.NewSchema([]arrow.Field{
			{Name: "n", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
			{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
		}, nil),
	}
	for i := range 200 {
		numbers.Rows = append(numbers.Rows, []any{int64(i % 50), "row " + strconv.Itoa(i)})
	}
	numbers.Rows[7][0] = nil
	empty := federationtest.Table{Name: message.TableName{Schema: "corpus", Table: "empty"}, Schema: numbers.Schema}
	return []federationtest.Table{federationtest.Corpus(), numbers, empty}
}

// parted has partitions by two columns, null and empty text among their values.
func parted() federationtest.Table {
	t := federationtest.Table{
		Name: message.TableName{Schema: "corpus", Table: "parted"}, PartitionColumns: []string{"text", "day"},
		Schema: arrow.NewSchema([]arrow.Field{
			{Name: "day", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
			{Name: "n", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
			{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
		}, nil),
	}
	for i := range 60 {
		t.Rows = append(t.Rows, []any{[]any{int64(19_000), int64(-1), nil}[i%3], int64(i), []any{"é", "", nil, `"`}[i/3%4]})
	}
	return t
}

func TestRun(t *testing.T) {
	for _, m := range []federationtest.Memory{{}, {Splits: 4, SplitsPerReply: 3}} {
		t.Run(fmt.Sprintf("%d splits in replies of %d", m.Splits, m.SplitsPerReply), func(t *testing.T) {
			m.Tables = append(tables(), parted())
			federationtest.Run(t, &m, federationtest.Options{})
		})
	}
}

// passing is a connector with a passthrough that always answers with one table.
type passing struct{ *federationtest.Memory }

func (passing) Passthrough() federation.PassthroughSignature {
	return federation.PassthroughSignature{Schema: "system", Name: "query", Arguments: []string{"QUERY"}}
}

func (p passing) PassthroughSchema(context.Context, *message.GetTableRequest) (*message.GetTableResponse, error) {
	return &message.GetTableResponse{Schema: p.Tables[0].Schema}, nil
}

func (p passing) ReadRecords(ctx context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error {
	if r.Constraints.Passthrough["QUERY"] != "" {
		r.TableName = p.Tables[0].Name
	}
	return p.Memory.ReadRecords(ctx, r, w)
}

func TestRunPassthrough(t *testing.T) {
	federationtest.Run(t, passing{&federationtest.Memory{Tables: tables()[1:]}}, federationtest.Options{
		Config: federation.Config{Passthrough: true}, Passthrough: map[string]string{"QUERY": "everything"},
	})
}

// broken is a connector that breaks one promise. The suite must see which.
type broken struct {
	*federationtest.Memory
	tables func(*message.ListTablesRequest, *message.ListTablesResponse) // changes the answer
	table  func(*message.GetTableRequest) (*message.GetTableResponse, error)
	read   func(*federationtest.Memory, *message.ReadRecordsRequest, *spill.Writer) error
	splits func(*message.GetSplitsRequest) []federation.SplitSpec
}

func (b broken) ListTables(ctx context.Context, r *message.ListTablesRequest) (*message.ListTablesResponse, error) {
	response, err := b.Memory.ListTables(ctx, r)
	if err == nil && b.tables != nil {
		b.tables(r, response)
	}
	return response, err
}

func (b broken) GetTable(ctx context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	response, err := b.Memory.GetTable(ctx, r)
	if err != nil && b.table != nil {
		return b.table(r)
	}
	return response, err
}

func (b broken) ReadRecords(ctx context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error {
	if b.read != nil {
		return b.read(b.Memory, r, w)
	}
	return b.Memory.ReadRecords(ctx, r, w)
}

func (b broken) GetSplits(ctx context.Context, r *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
	if b.splits != nil {
		return b.splits(r), nil, nil
	}
	return b.Memory.GetSplits(ctx, r)
}

func constrained(r *message.ReadRecordsRequest, kind func(predicate.ValueSet) bool) bool {
	for _, c := range r.Constraints.Summary {
		if kind(c.Set) {
			return true
		}
	}
	return false
}

func TestRunSeesWhatIsBroken(t *testing.T) {
	sorted := func(s predicate.ValueSet) bool { _, ok := s.(*predicate.SortedRangeSet); return ok }
	tests := map[string]struct {
		break_ func(*broken)
		check  string // that must fail
		says   string
	}{
		"a page is skipped": {func(b *broken) {
			b.tables = func(r *message.ListTablesRequest, response *message.ListTablesResponse) {
				if r.NextToken != nil {
					response.Tables = nil
				}
			}
		}, "paging", "in pages of 1"},
		"a token although all was asked for": {func(b *broken) {
			b.tables = func(r *message.ListTablesRequest, response *message.ListTablesResponse) {
				if r.NextToken == nil && r.PageSize == -1 {
					one := "1"
					response.NextToken = &one
				}
			}
		}, "paging", "page size -1 asks for all"},
		"unknown tables panic": {func(b *broken) {
			b.table = func(*message.GetTableRequest) (*message.GetTableResponse, error) { panic("nil map") }
		}, "unknown names", "panicked"},
		"unknown tables have columns": {func(b *broken) {
			b.table = func(*message.GetTableRequest) (*message.GetTableResponse, error) {
				return &message.GetTableResponse{Schema: b.Tables[0].Schema}, nil
			}
		}, "unknown names", "there is no error"},
		"the limit is per mille": {func(b *broken) {
			b.read = func(m *federationtest.Memory, r *message.ReadRecordsRequest, w *spill.Writer) error {
				r.Constraints.Limit /= 2
				return m.ReadRecords(context.Background(), r, w)
			}
		}, "limit", "returned"},
		"the limit comes before the order": {func(b *broken) {
			b.read = func(m *federationtest.Memory, r *message.ReadRecordsRequest, w *spill.Writer) error {
				r.Constraints.OrderBy = nil
				return m.ReadRecords(context.Background(), r, w)
			}
		}, "limit of chosen rows", "greatest first: none of the 1 rows"},
		"the limit counts rows that the sets exclude": {func(b *broken) {
			b.read = func(m *federationtest.Memory, r *message.ReadRecordsRequest, w *spill.Writer) error {
				m = &federationtest.Memory{Tables: slices.Clone(m.Tables), Splits: m.Splits, SplitsPerReply: m.SplitsPerReply}
				if r.Constraints.HasLimit() && len(r.Constraints.Summary) > 0 {
					m.Tables[0].Rows = m.Tables[0].Rows[:min(int(r.Constraints.Limit), len(m.Tables[0].Rows))]
				}
				return m.ReadRecords(context.Background(), r, w)
			}
		}, "limit of chosen rows", "where the set of"},
		"the limit comes before the filter": {func(b *broken) {
			b.read = func(m *federationtest.Memory, r *message.ReadRecordsRequest, w *spill.Writer) error {
				r.Constraints.Expressions = nil
				return m.ReadRecords(context.Background(), r, w)
			}
		}, "limit of chosen rows", "where"},
		"constraints lose nulls": {func(b *broken) {
			b.read = func(m *federationtest.Memory, r *message.ReadRecordsRequest, w *spill.Writer) error {
				for i, c := range r.Constraints.Summary {
					if s, ok := c.Set.(*predicate.SortedRangeSet); ok && s.NullAllowed() {
						set, err := predicate.NewSortedRangeSet(s.DataType(), false, s.Ranges()...)
						if err != nil {
							return err
						}
						r.Constraints.Summary[i].Set = set
					}
				}
				return m.ReadRecords(context.Background(), r, w)
			}
		}, "constraints", "rows are missing"},
		"a kind of constraint is an error": {func(b *broken) {
			b.read = func(m *federationtest.Memory, r *message.ReadRecordsRequest, w *spill.Writer) error {
				if constrained(r, sorted) {
					return errors.New("cannot filter")
				}
				return m.ReadRecords(context.Background(), r, w)
			}
		}, "constraints on two columns", "cannot filter"},
		"columns in the table's order": {func(b *broken) {
			b.read = func(m *federationtest.Memory, r *message.ReadRecordsRequest, w *spill.Writer) error {
				if r.Schema.NumFields() == 2 && r.Schema.Field(0).Name == "text" {
					for i := range 200 {
						if err := errors.Join(block.AppendValue(w.Builder().Column(0), strconv.Itoa(i)), block.AppendValue(w.Builder().Column(1), int64(i)), w.EndRow()); err != nil {
							return err
						}
					}
					return nil
				}
				return m.ReadRecords(context.Background(), r, w)
			}
		}, "projection", "reverse order"},
		"small blocks lose a row": {func(b *broken) {
			b.read = func(m *federationtest.Memory, r *message.ReadRecordsRequest, w *spill.Writer) error {
				if r.MaxBlockSize < 10_000 {
					m = &federationtest.Memory{Tables: slices.Clone(m.Tables)}
					m.Tables[0].Rows = m.Tables[0].Rows[1:]
				}
				return m.ReadRecords(context.Background(), r, w)
			}
		}, "spilling", "1 of 200 rows are missing"},
		"old versions see less": {func(b *broken) {
			b.read = func(m *federationtest.Memory, r *message.ReadRecordsRequest, w *spill.Writer) error {
				if len(r.Constraints.Expressions) == 0 && r.QueryID != "" && oldRead() {
					return nil
				}
				return m.ReadRecords(context.Background(), r, w)
			}
		}, "versions", "rows are missing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			reads = 0
			b := &broken{Memory: &federationtest.Memory{Tables: tables()[1:]}}
			test.break_(b)
			store := spill.NewMem()
			h, err := federation.NewHandler(*b, federation.Options{Store: store, Config: federation.Config{SpillBucket: "b"}})
			if err != nil {
				t.Fatal(err)
			}
			failures, err := federationtest.Examine(t.Context(), h, store, federationtest.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := failures[test.check]; got == nil || !strings.Contains(got.Error(), test.says) {
				t.Errorf("%s says %v, want %q; all failures: %v", test.check, got, test.says, failures)
			}
		})
	}
}

// reads counts reads: after two of the session come two of the oldest version,
// the fourth being that of the table with rows, which can so
// be told.
var reads int

func oldRead() bool { reads++; return reads == 4 }

func TestNothingToExamine(t *testing.T) {
	h, err := federation.NewHandler(&federationtest.Memory{}, federation.Options{Store: spill.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := federationtest.Examine(t.Context(), h, spill.NewMem(), federationtest.Options{}); err == nil || !strings.Contains(err.Error(), "no table") {
		t.Errorf("got %v", err)
	}
}
