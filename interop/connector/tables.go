package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
)

// tablesFile is the examiner's file.
type tablesFile struct {
	Splits, SplitsPerReply int
	Tables                 []tableForm
}

type tableForm struct {
	Schema, Table    string
	Metadata         map[string]string
	PartitionColumns []string
	Fields           []fieldForm
	Rows             [][]any
}

func readTables(r io.Reader) (*federationtest.Memory, error) {
	var file tablesFile
	decoder := json.NewDecoder(r)
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, err
	}
	m := &federationtest.Memory{Splits: file.Splits, SplitsPerReply: file.SplitsPerReply}
	for _, form := range file.Tables {
		t, err := form.table()
		if err != nil {
			return nil, fmt.Errorf("table %s.%s: %w", form.Schema, form.Table, err)
		}
		m.Tables = append(m.Tables, t)
	}
	return m, nil
}

func (f tableForm) table() (federationtest.Table, error) {
	fields, err := arrowFields(f.Fields)
	if err != nil {
		return federationtest.Table{}, err
	}
	metadata := arrow.MetadataFrom(f.Metadata)
	t := federationtest.Table{
		Name: message.TableName{Schema: f.Schema, Table: f.Table}, Schema: arrow.NewSchema(fields, &metadata),
		PartitionColumns: f.PartitionColumns,
	}
	for n, forms := range f.Rows {
		if len(forms) != len(fields) {
			return t, fmt.Errorf("row %d has %d values for %d columns", n, len(forms), len(fields))
		}
		row := make([]any, len(forms))
		for i, form := range forms {
			if row[i], err = value(fields[i].Type, form); err != nil {
				return t, fmt.Errorf("row %d, column %q: %w", n, fields[i].Name, err)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}
