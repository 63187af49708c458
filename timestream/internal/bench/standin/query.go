package standin

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"athena-timestream/timestream/internal/bench/sample"
)

// query is a statement that was understood: a list's whole answer, or rows of a table.
type query struct {
	list       string
	table      sample.Table
	first, end int
}

var (
	selectForm   = regexp.MustCompile(`^SELECT .+ FROM "` + Database + `"\."([^"]+)"(?: WHERE (.+))?$`)
	describeForm = regexp.MustCompile(`^DESCRIBE "` + Database + `"\."([^"]+)"$`)
	boundForm    = regexp.MustCompile(`^"time" (>=|<) TIMESTAMP '([^']+)'$`)
)

// parse reads what the connector writes for these tables: the columns are taken for all, and a condition that is no bound
// on the time is refused.
func parse(sql string) (query, error) {
	sql = strings.Join(strings.Fields(sql), " ")
	if sql == "SHOW DATABASES" {
		return query{list: list([]string{"Database"}, row(Database))}, nil
	}
	if m := describeForm.FindStringSubmatch(sql); m != nil {
		t, ok := sample.Parse(m[1])
		if !ok {
			return query{}, fmt.Errorf("the table %s does not exist", m[1])
		}
		return query{list: describe(t)}, nil
	}
	m := selectForm.FindStringSubmatch(sql)
	if m == nil {
		return query{}, fmt.Errorf("not understood: %s", sql)
	}
	t, ok := sample.Parse(m[1])
	if !ok {
		return query{}, fmt.Errorf("the table %s does not exist", m[1])
	}
	q := query{table: t, end: t.Rows}
	return q, q.where(m[2])
}

// where narrows the rows to those that pass.
func (q *query) where(conditions string) error {
	if conditions == "" {
		return nil
	}
	for condition := range strings.SplitSeq(conditions, " AND ") {
		m := boundForm.FindStringSubmatch(strings.Trim(condition, "()"))
		if m == nil {
			return fmt.Errorf("not understood: WHERE %s", condition)
		}
		at, err := time.Parse("2006-01-02 15:04:05.000000000", m[2])
		if err != nil {
			return err
		}
		switch row := q.table.Find(at); m[1] {
		case ">=":
			q.first = max(q.first, row)
		default:
			q.end = min(q.end, row)
		}
	}
	q.end = max(q.first, q.end)
	return nil
}
