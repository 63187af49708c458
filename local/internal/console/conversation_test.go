package console_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/federation/spill"
	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/console"
	"athena-timestream/local/internal/stack"
)

// conversation is the API's account of a query.
type conversation struct {
	ID                                             int64
	Kind, SQL, Error, Final                        string
	Tables                                         []string
	Running                                        bool
	Millis                                         float64
	Calls, Splits, Pages, Blocks, Spilled, Dropped int
	Rows, Bytes                                    int64
	Plan                                           []struct{ Table string }
	Exchanges                                      []exchange
	Statements                                     []statement
}

type exchange struct {
	Name, Table   string
	Start, Millis float64
	Rows          int64
	Details       []struct{ Name, Text string }
	Statements    []statement
	Blocks        []struct{ At float64 }
	Spilled       int
	Error         bool
}

type statement struct {
	SQL      string
	Metadata bool
	Pages    int
	Rows     int64
}

func (v visitor) conversation(id int64) conversation {
	v.t.Helper()
	var c conversation
	if a := v.api("GET", fmt.Sprintf("queries/%d", id), "", nil, &c); a.status != 200 {
		v.t.Fatalf("conversation %d: %d %s", id, a.status, a.body)
	}
	return c
}

// named returns the exchanges of a name.
func (c conversation) named(name string) []exchange {
	var found []exchange
	for _, x := range c.Exchanges {
		if x.Name == name {
			found = append(found, x)
		}
	}
	return found
}

// text writes the details of an exchange and its statements, a line each.
func (x exchange) text() string {
	var b strings.Builder
	for _, d := range x.Details {
		fmt.Fprintf(&b, "%s: %s\n", d.Name, d.Text)
	}
	for _, s := range x.Statements {
		fmt.Fprintf(&b, "%s\n", strings.Join(strings.Fields(s.SQL), " "))
	}
	return b.String()
}

func testConversationOfTheConsole(t *testing.T, v visitor) {
	const sql = "SELECT hostname, max(cpu_user) AS peak FROM demo.devops WHERE region = 'us-east-1' GROUP BY hostname"
	r := v.query("athena", sql)
	c := v.conversation(r.Query)
	if c.Kind != "athena" || c.SQL != sql || c.Running || c.Error != "" || len(c.Plan) != 1 || c.Final == "" || c.Calls != len(c.Exchanges) {
		t.Errorf("got %+v", c)
	}
	if c.Splits != 1 || c.Pages < 1 || c.Blocks != 1 || c.Rows < 2000 || c.Bytes == 0 || strings.Join(c.Tables, " ") != "demo.devops" {
		t.Errorf("the counts are %+v", c)
	}
	for _, name := range []string{"Ping", "GetDataSourceCapabilities", "GetTable", "GetTableLayout", "GetSplits", "ReadRecords"} {
		if len(c.named(name)) != 1 {
			t.Errorf("%s was called %d times", name, len(c.named(name)))
		}
	}
	read := c.named("ReadRecords")[0]
	for _, want := range []string{"constraint: region = 'us-east-1'", "columns: region, hostname, cpu_user", `FROM "demo"."devops" WHERE "region" = 'us-east-1'`, "rows inline"} {
		if !strings.Contains(read.text(), want) {
			t.Errorf("the read lacks %q:\n%s", want, read.text())
		}
	}
	if read.Rows != c.Rows || read.Start+read.Millis > c.Millis || read.Statements[0].Rows != read.Rows {
		t.Errorf("%+v of %+v", read, c)
	}
	if described := c.named("GetTable")[0]; len(described.Statements) != 1 || !described.Statements[0].Metadata {
		t.Errorf("GetTable led to %+v, want a DESCRIBE", described.Statements)
	}
	if failed := v.conversation(v.query("athena", "SELECT * FROM demo.nowhere").Query); failed.Error == "" || len(failed.Exchanges) == 0 {
		t.Errorf("a query that fails: %+v", failed)
	}
	if early := v.conversation(v.query("athena", "SELECT FROM").Query); early.Error == "" || len(early.Exchanges) != 0 {
		t.Errorf("a query that cannot be parsed: %+v", early)
	}
}

func TestConversationsOfOthers(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	server, err := stack.Serve(ctx, stack.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	guest, err := stack.Open(ctx, stack.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer guest.Close()
	sqls := []string{"SELECT count(cpu_user), max(time) FROM demo.devops", `SELECT count("measure_value::double"), max(time) FROM demo.climate`}
	var wg sync.WaitGroup
	for _, sql := range sqls {
		wg.Go(func() {
			e := &athena.Engine{Invoker: guest.Invoker, Store: guest.Store, Limits: spill.Limits{MaxBlockSize: 20_000, MaxInlineSize: 1}}
			r, err := e.Query(console.WithStatement(ctx, sql), sql)
			if err != nil {
				t.Error(err)
				return
			}
			_ = r.Close()
		})
	}
	wg.Wait()
	v := visit(t, server.URL)
	var list []conversation
	v.api("GET", "queries", "", nil, &list)
	if len(list) != len(sqls) {
		t.Fatalf("%d conversations: %+v", len(list), list)
	}
	for _, summary := range list {
		c := v.conversation(summary.ID)
		read := c.named("ReadRecords")[0]
		_, from, _ := strings.Cut(c.SQL, "demo.")
		if c.SQL != sqls[0] && c.SQL != sqls[1] || len(read.Statements) != 1 || !strings.Contains(read.text(), `FROM "demo"."`+from+`"`) {
			t.Errorf("%s is about\n%s", c.SQL, read.text())
		}
		if c.Spilled < 2 || c.Spilled != read.Spilled || len(read.Blocks) != read.Spilled || read.Rows != read.Statements[0].Rows || c.Rows != read.Rows {
			t.Errorf("%d blocks spilled, %d seen, %d rows of %d: %+v", read.Spilled, len(read.Blocks), read.Rows, read.Statements[0].Rows, c)
		}
	}
	if a := v.api("DELETE", "queries", "", nil, nil); a.status != 204 {
		t.Errorf("forgetting: %d %s", a.status, a.body)
	}
	if a := v.api("GET", "queries", "", nil, nil); a.body != "[]" {
		t.Errorf("left after forgetting: %s", a.body)
	}
	if a := v.api("GET", fmt.Sprintf("queries/%d", list[0].ID), "", nil, nil); a.status != 404 {
		t.Errorf("a forgotten conversation: %d", a.status)
	}
}

func testStatementsOfSDKs(t *testing.T, v visitor) {
	client := timestreamquery.New(timestreamquery.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(v.url), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	const sql = "SELECT time, hostname, cpu_user FROM demo.devops ORDER BY time"
	pages := timestreamquery.NewQueryPaginator(client, &timestreamquery.QueryInput{QueryString: aws.String(sql), MaxRows: aws.Int32(1000)})
	rows, n := 0, 0
	for pages.HasMorePages() {
		p, err := pages.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		rows += len(p.Rows)
		n++
	}
	var list []conversation
	v.api("GET", "queries", "", nil, &list)
	if len(list) == 0 || list[0].Kind != "timestream" || list[0].SQL != sql || int(list[0].Rows) != rows || list[0].Pages != n {
		t.Errorf("%d rows in %d pages are told as %+v", rows, n, list)
	}
}
