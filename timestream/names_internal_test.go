package timestream

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	querytypes "github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	writetypes "github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
	"github.com/aws/smithy-go"

	"athena-timestream/federation"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

// account is a Timestream of many tables in the database Metrics. It counts calls, and refuses, as the service does, a
// sixth call of the lists and of PrepareQuery within a second of its own clock.
type account struct {
	tables []string
	rows   [][]string // the same
	noShow bool       // a policy denies SHOW

	clock   time.Time
	limited []time.Time // the last calls that count against the quota
	calls   map[string]int
}

func newAccount(tables int, name string) *account {
	a := &account{clock: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), calls: map[string]int{}}
	for i := range tables {
		a.tables = append(a.tables, fmt.Sprintf(name, i))
		a.rows = append(a.rows, []string{a.tables[i]})
	}
	return a
}

// instance is a new Lambda instance before the account, whose pauses take no time.
func (a *account) instance(t *testing.T) *client.Client {
	t.Helper()
	c := New(a, a, nil, nil)
	c.names.now = func() time.Time { return a.clock }
	c.names.list.pace.now, c.names.known.now = c.names.now, c.names.now
	c.names.list.pace.sleep = func(_ context.Context, d time.Duration) error { a.clock = a.clock.Add(d); return nil }
	store := spill.NewMem()
	h, err := federation.NewHandler(c, federation.Options{SourceType: SourceType, Store: store, Config: federation.Config{SpillBucket: "b"}})
	if err != nil {
		t.Fatal(err)
	}
	return &client.Client{Invoker: h, Store: store, Identity: &message.Identity{}, Catalog: "ts", QueryID: "q"}
}

func (a *account) count(operation string) { a.calls[operation]++ }

func (a *account) quota(operation string) error {
	a.count(operation)
	a.limited = append(a.limited, a.clock)
	if n := len(a.limited); n > 5 && a.clock.Sub(a.limited[n-6]) < time.Second {
		return &smithy.GenericAPIError{Code: "ThrottlingException", Message: "Rate exceeded"}
	}
	return nil
}

func scalar(v string) querytypes.Datum { return querytypes.Datum{ScalarValue: &v} }

// texts answers with rows of texts, a thousand a page.
func texts(in *timestreamquery.QueryInput, columns []string, rows [][]string) *timestreamquery.QueryOutput {
	const page = 1000
	start := 0
	_, _ = fmt.Sscan(aws.ToString(in.NextToken), &start) // none is the first page
	out := &timestreamquery.QueryOutput{QueryId: aws.String("Q")}
	for _, c := range columns {
		out.ColumnInfo = append(out.ColumnInfo, querytypes.ColumnInfo{Name: aws.String(c), Type: &querytypes.Type{ScalarType: querytypes.ScalarTypeVarchar}})
	}
	end := min(start+page, len(rows))
	for _, row := range rows[start:end] {
		var data []querytypes.Datum
		for _, v := range row {
			data = append(data, scalar(v))
		}
		out.Rows = append(out.Rows, querytypes.Row{Data: data})
	}
	if end < len(rows) {
		out.NextToken = aws.String(fmt.Sprint(end))
	}
	return out
}

func (a *account) Query(_ context.Context, in *timestreamquery.QueryInput, _ ...func(*timestreamquery.Options)) (*timestreamquery.QueryOutput, error) {
	sql := *in.QueryString
	operation, rest, _ := strings.Cut(sql, " ")
	a.count(operation)
	switch {
	case operation == "SHOW" && a.noShow:
		return nil, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "not SHOW"}
	case sql == "SHOW DATABASES":
		return texts(in, []string{"Database"}, [][]string{{"Metrics"}}), nil
	case sql == `SHOW TABLES FROM "Metrics"`:
		return texts(in, []string{"Table"}, a.rows), nil
	case operation == "DESCRIBE" && strings.HasPrefix(rest, `"Metrics".`) && slices.Contains(a.tables, strings.Trim(rest[len(`"Metrics".`):], `"`)):
		return texts(in, []string{"Column", "Type"}, [][]string{{"host", "varchar"}}), nil
	case operation == "SELECT":
		return texts(in, []string{"host"}, [][]string{{"a"}}), nil
	}
	return nil, &querytypes.ValidationException{Message: aws.String("Requested table not found: " + sql)}
}

func (a *account) PrepareQuery(context.Context, *timestreamquery.PrepareQueryInput, ...func(*timestreamquery.Options)) (*timestreamquery.PrepareQueryOutput, error) {
	return &timestreamquery.PrepareQueryOutput{}, a.quota("PrepareQuery")
}

func (a *account) DescribeAccountSettings(context.Context, *timestreamquery.DescribeAccountSettingsInput, ...func(*timestreamquery.Options)) (*timestreamquery.DescribeAccountSettingsOutput, error) {
	return &timestreamquery.DescribeAccountSettingsOutput{}, a.quota("DescribeAccountSettings")
}

func (a *account) DescribeTable(context.Context, *timestreamwrite.DescribeTableInput, ...func(*timestreamwrite.Options)) (*timestreamwrite.DescribeTableOutput, error) {
	return &timestreamwrite.DescribeTableOutput{}, a.quota("DescribeTable")
}

func (a *account) CancelQuery(context.Context, *timestreamquery.CancelQueryInput, ...func(*timestreamquery.Options)) (*timestreamquery.CancelQueryOutput, error) {
	a.count("CancelQuery")
	return &timestreamquery.CancelQueryOutput{}, nil
}

func (a *account) ListDatabases(context.Context, *timestreamwrite.ListDatabasesInput, ...func(*timestreamwrite.Options)) (*timestreamwrite.ListDatabasesOutput, error) {
	return &timestreamwrite.ListDatabasesOutput{Databases: []writetypes.Database{{DatabaseName: aws.String("Metrics")}}}, a.quota("ListDatabases")
}

func (a *account) ListTables(_ context.Context, in *timestreamwrite.ListTablesInput, _ ...func(*timestreamwrite.Options)) (*timestreamwrite.ListTablesOutput, error) {
	start := 0
	_, _ = fmt.Sscan(aws.ToString(in.NextToken), &start)
	end := min(start+int(*in.MaxResults), len(a.tables))
	out := &timestreamwrite.ListTablesOutput{}
	for _, t := range a.tables[start:end] {
		out.Tables = append(out.Tables, writetypes.Table{TableName: aws.String(t)})
	}
	if end < len(a.tables) {
		out.NextToken = aws.String(fmt.Sprint(end))
	}
	return out, a.quota("ListTables")
}

// TestManyTables counts what Athena's work costs in calls of a service that allows five lists a second.
func TestManyTables(t *testing.T) {
	list := func(t *testing.T, c *client.Client, a *account, pageSize int) {
		t.Helper()
		var got []string
		var token *string
		for {
			page, next, err := c.ListTablesPage(t.Context(), "metrics", token, pageSize)
			if err != nil || pageSize > 0 && len(page) > pageSize {
				t.Fatalf("%d tables in a page of %d: %v", len(page), pageSize, err)
			}
			for _, name := range page {
				got = append(got, name.Table)
			}
			if token = next; token == nil {
				break
			}
			a.clock = a.clock.Add(100 * time.Millisecond) // Athena takes its time
		}
		want := make([]string, len(a.tables))
		for i, name := range a.tables {
			want[i] = strings.ToLower(name)
		}
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("%d tables, want %d", len(got), len(want))
		}
	}
	read := func(t *testing.T, a *account, instances ...*client.Client) {
		t.Helper()
		ctx, all := t.Context(), predicate.Unconstrained()
		for i := range 100 {
			name := message.TableName{Schema: "metrics", Table: strings.ToLower(a.tables[i*len(a.tables)/100])}
			at := func(step int) *client.Client { return instances[(i+step)%len(instances)] }
			table, err := at(0).GetTable(ctx, name, nil)
			if err != nil {
				t.Fatal(err)
			}
			layout, err := at(1).GetTableLayout(ctx, table, all)
			if err != nil {
				t.Fatal(err)
			}
			splits, err := at(2).GetSplits(ctx, table, layout, all)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range splits {
				if _, err := at(3).ReadRecords(ctx, name, table.Schema, s, all, func(arrow.RecordBatch) error { return nil }); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for _, c := range []struct {
		name   string
		tables int
		spell  string
		noShow bool
		do     func(*testing.T, *account)
		want   map[string]int // calls
	}{
		{"a list in one piece", 5000, "t%05d", false, func(t *testing.T, a *account) { list(t, a.instance(t), a, message.UnlimitedPageSize) }, map[string]int{"SHOW": 1 + 5}},
		{"a list in 50 pages", 5000, "Cpu%05d", false, func(t *testing.T, a *account) { list(t, a.instance(t), a, 100) }, map[string]int{"SHOW": 1 + 5}},
		{"100,000 tables in 10 pages", 100_000, "t%06d", false, func(t *testing.T, a *account) { list(t, a.instance(t), a, 10_000) }, map[string]int{"SHOW": 1 + 100}},
		{"a list without SHOW, at five calls a second", 5000, "t%05d", true, func(t *testing.T, a *account) {
			from := a.clock
			list(t, a.instance(t), a, 1000)
			if took := a.clock.Sub(from); took < 50*time.Second || took > 52*time.Second {
				t.Errorf("251 calls take %v", took)
			}
		}, map[string]int{"SHOW": 2, "ListDatabases": 1, "ListTables": 250}},
		{
			"reads of 100 tables", 5000, "t%05d", false, func(t *testing.T, a *account) { read(t, a, a.instance(t)) },
			map[string]int{"SHOW": 1 + 5, "DESCRIBE": 1 + 100, "SELECT": 100},
		}, // the first DESCRIBE finds no "metrics"
		{
			"reads of 100 tables with capitals", 5000, "Cpu%05d", false, func(t *testing.T, a *account) { read(t, a, a.instance(t)) },
			map[string]int{"SHOW": 1 + 5, "DESCRIBE": 1 + 100, "SELECT": 100},
		},
		{
			"reads of 100 tables in turn on three instances", 5000, "Cpu%05d", false, func(t *testing.T, a *account) { read(t, a, a.instance(t), a.instance(t), a.instance(t)) },
			map[string]int{"SHOW": 3 * (1 + 5), "DESCRIBE": 1 + 100, "SELECT": 100},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newAccount(c.tables, c.spell)
			a.noShow = c.noShow
			c.do(t, a)
			if !maps.Equal(a.calls, c.want) {
				t.Errorf("calls %v, want %v", a.calls, c.want)
			}
		})
	}
}
