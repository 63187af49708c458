package timestream_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
)

var quoted = regexp.MustCompile(`"([^"]*)"`)

// TestSuite puts the connector through the SDK's examination, against a service that knows one table and projects, but
// filters nothing: what a statement's conditions mean is examined in package sqlgen.
func TestSuite(t *testing.T) {
	s := newService(t)
	columns := []string{"Host varchar", "time timestamp", "cpu double", "ok boolean", "n bigint"}
	s.show(map[string][]string{"Metrics": {"DevOps"}})
	s.describe(`"Metrics"."DevOps"`, columns)
	var rows [][]string
	for i := range 250 {
		row := []string{fmt.Sprintf("host-%d", i%7), fmt.Sprintf("2024-01-01 00:%02d:%02d.%09d", i/60, i%60, i*1_000_003), fmt.Sprint(float64(i) / 3), fmt.Sprint(i%2 == 0), fmt.Sprint(i - 100)}
		row[i%5] = "null"
		rows = append(rows, row)
	}
	s.engine = func(sql string) ([]string, bool) {
		list, rest, ok := strings.Cut(strings.TrimPrefix(sql, "SELECT "), "\nFROM ")
		if !ok || !strings.HasPrefix(rest, `"Metrics"."DevOps"`) {
			return nil, false
		}
		if list == "1" {
			ones := make([][]string, len(rows))
			for i := range ones {
				ones[i] = []string{"1"}
			}
			return jsonPages([]string{"_col0 INTEGER"}, [][][]string{ones}), true
		}
		var infos []string
		var at []int
		for _, name := range quoted.FindAllStringSubmatch(list, -1) {
			i := slices.IndexFunc(columns, func(c string) bool { return strings.HasPrefix(c, name[1]+" ") })
			if i < 0 {
				return nil, false
			}
			infos, at = append(infos, upperType(columns[i])), append(at, i)
		}
		var pages [][][]string
		for part := range slices.Chunk(rows, 90) {
			var page [][]string
			for _, row := range part {
				var cells []string
				for _, i := range at {
					cells = append(cells, row[i])
				}
				page = append(page, cells)
			}
			pages = append(pages, page, nil)
		}
		return jsonPages(infos, pages), true
	}
	const query = `SELECT "Host" FROM x`
	s.query[query] = `[{"Name":"Host","Type":{"ScalarType":"VARCHAR"}}]`
	s.pages[query] = jsonPages([]string{"Host VARCHAR"}, [][][]string{{{"a"}, {"b"}}})
	federationtest.Run(t, s.connector(nil), federationtest.Options{
		Config:      federation.Config{Passthrough: true},
		Passthrough: map[string]string{"QUERY": query},
	})
}

// upperType turns "name type" into "name TYPE".
func upperType(column string) string {
	name, typ, _ := strings.Cut(column, " ")
	return name + " " + strings.ToUpper(typ)
}
