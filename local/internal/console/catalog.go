package console

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"athena-timestream/local/internal/tsdb"
)

// namedDatabase is one database with the names of its tables.
type namedDatabase struct {
	Name   string   `json:"name"`
	Tables []string `json:"tables"`
}

// describedTable is what is known of one table.
type describedTable struct {
	Columns []tableColumn `json:"columns"`
	Records int64         `json:"records"`
	From    *time.Time    `json:"from"` // of the oldest and newest record; nil where there is none
	To      *time.Time    `json:"to"`
}

type tableColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Kind string `json:"kind"` // dimension, measure, measure name, time
}

// kinds are the console's words for DESCRIBE's.
var kinds = map[string]string{
	"DIMENSION": "dimension", "MEASURE_NAME": "measure name", "TIMESTAMP": "time", "MEASURE_VALUE": "measure", "MULTI": "measure",
}

func (c *Console) catalog(w http.ResponseWriter, _ *http.Request) error {
	tables, err := c.o.Tables.Tables("")
	if err != nil {
		return err
	}
	of := map[string][]string{}
	for _, t := range tables {
		of[t.Database] = append(of[t.Database], t.Name)
	}
	out := []namedDatabase{}
	for _, d := range c.o.Tables.Databases() {
		out = append(out, namedDatabase{d.Name, append([]string{}, of[d.Name]...)})
	}
	return writeJSON(w, out)
}

func (c *Console) table(w http.ResponseWriter, req *http.Request) error {
	database, name := req.URL.Query().Get("database"), req.URL.Query().Get("name")
	if _, err := c.o.Tables.DescribeTable(database, name); err != nil {
		return refusef(http.StatusNotFound, "there is no table %s.%s", database, name)
	}
	from := quoted(database) + "." + quoted(name)
	out := describedTable{Columns: []tableColumn{}}
	err := each(req.Context(), c.o.Tables, "DESCRIBE "+from, func(v []any) {
		column, _ := v[0].(string)
		valueType, _ := v[1].(string)
		role, _ := v[2].(string)
		out.Columns = append(out.Columns, tableColumn{column, valueType, kinds[role]})
	})
	if err != nil {
		return err
	}
	err = each(req.Context(), c.o.Tables, "SELECT min(time), max(time), count(*) FROM "+from, func(v []any) {
		out.From, out.To = instant(v[0]), instant(v[1])
		out.Records, _ = v[2].(int64)
	})
	if err != nil {
		return err
	}
	return writeJSON(w, out)
}

// each runs a statement on the database itself, past the Query API, whose journal is for what users ask.
func each(ctx context.Context, db *tsdb.DB, sql string, row func([]any)) (err error) {
	rows, err := db.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		row(rows.Values())
	}
	return rows.Err()
}

func instant(v any) *time.Time {
	ns, ok := v.(int64)
	if !ok {
		return nil
	}
	t := time.Unix(0, ns).UTC()
	return &t
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
