package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/jedib0t/go-pretty/v6/table"
	prettytext "github.com/jedib0t/go-pretty/v6/text"

	"athena-timestream/local/internal/athena"
)

// writers write a whole result in the form of a --format.
var writers = map[string]func(io.Writer, *athena.Result) error{
	"table": writeTable,
	"csv":   writeCSV,
	"json":  writeJSON,
	"arrow": writeArrow,
}

func writeTable(w io.Writer, r *athena.Result) error {
	t := table.NewWriter()
	style := table.StyleLight
	style.Format.Header = prettytext.FormatDefault
	t.SetStyle(style)
	header := make(table.Row, len(r.Columns))
	var aligned []table.ColumnConfig
	for i, c := range r.Columns {
		header[i] = c.Name
		if isNumber(c.Type) {
			aligned = append(aligned, table.ColumnConfig{Number: i + 1, Align: prettytext.AlignRight, AlignHeader: prettytext.AlignRight})
		}
	}
	t.AppendHeader(header)
	t.SetColumnConfigs(aligned)
	for values, err := range r.Rows() {
		if err != nil {
			return err
		}
		row := make(table.Row, len(values))
		for i, v := range values {
			row[i] = "null"
			if v != nil {
				row[i] = r.Columns[i].Text(v)
			}
		}
		t.AppendRow(row)
	}
	_, err := fmt.Fprintln(w, t.Render())
	return err
}

func isNumber(sqlType string) bool {
	name, _, _ := strings.Cut(sqlType, "(")
	switch name {
	case "tinyint", "smallint", "integer", "bigint", "real", "double", "decimal":
		return true
	}
	return false
}

// writeCSV writes null as an empty field, as Athena does.
func writeCSV(w io.Writer, r *athena.Result) error {
	out := csv.NewWriter(w)
	row := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		row[i] = c.Name
	}
	if err := out.Write(row); err != nil {
		return err
	}
	for values, err := range r.Rows() {
		if err != nil {
			return err
		}
		for i, v := range values {
			row[i] = r.Columns[i].Text(v)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// writeJSON writes an array of objects, one a line.
func writeJSON(w io.Writer, r *athena.Result) error {
	names := make([][]byte, len(r.Columns))
	for i, c := range r.Columns {
		var err error
		if names[i], err = json.Marshal(c.Name); err != nil {
			return err
		}
	}
	separator := "[\n"
	for values, err := range r.Rows() {
		if err != nil {
			return err
		}
		line := []byte(separator + "{")
		for i, v := range values {
			value, err := r.Columns[i].JSON(v)
			if err != nil {
				return fmt.Errorf("column %s: %w", r.Columns[i].Name, err)
			}
			if i > 0 {
				line = append(line, ',')
			}
			line = append(append(append(line, names[i]...), ':'), value...)
		}
		if _, err := w.Write(append(line, '}')); err != nil {
			return err
		}
		separator = ",\n"
	}
	end := "\n]\n"
	if separator == "[\n" {
		end = "[]\n"
	}
	_, err := io.WriteString(w, end)
	return err
}

// arrowRows is how many rows an Arrow batch holds.
const arrowRows = 64 << 10

// writeArrow writes an Arrow IPC stream.
func writeArrow(w io.Writer, r *athena.Result) error {
	out := ipc.NewWriter(w, ipc.WithSchema(r.Schema))
	for batch, err := range r.Records(arrowRows) {
		if err != nil {
			return err
		}
		err = out.Write(batch)
		batch.Release()
		if err != nil {
			return err
		}
	}
	return out.Close()
}
