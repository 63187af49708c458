package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// connector serves the files of a folder. It is a federation.Connector and none of the interfaces beside it.
type connector struct{ files fs.FS }

// columnTypes are what may follow a column's name in the header.
var columnTypes = map[string]arrow.DataType{"": arrow.BinaryTypes.String, "bigint": arrow.PrimitiveTypes.Int64, "double": arrow.PrimitiveTypes.Float64}

func (c connector) ListSchemas(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
	entries, err := fs.ReadDir(c.files, ".")
	if err != nil {
		return nil, err
	}
	response := &message.ListSchemasResponse{}
	for _, e := range entries {
		if e.IsDir() {
			response.Schemas = append(response.Schemas, e.Name())
		}
	}
	return response, nil
}

func (c connector) ListTables(_ context.Context, r *message.ListTablesRequest) (*message.ListTablesResponse, error) {
	names, err := fs.Glob(c.files, r.SchemaName+"/*.csv")
	if err != nil {
		return nil, federation.Errorf(federation.InvalidInput, "schema %q: %w", r.SchemaName, err)
	}
	var tables []message.TableName
	for _, name := range names {
		tables = append(tables, message.TableName{Schema: path.Dir(name), Table: strings.TrimSuffix(path.Base(name), ".csv")})
	}
	return federation.PageTables(r, tables)
}

func (c connector) GetTable(_ context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	f, _, schema, err := c.open(r.TableName)
	if err != nil {
		return nil, err
	}
	return &message.GetTableResponse{Schema: schema}, f.Close()
}

// open returns the file, a reader behind its header, and the header's columns.
func (c connector) open(t message.TableName) (fs.File, *csv.Reader, *arrow.Schema, error) {
	f, err := c.files.Open(t.Schema + "/" + t.Table + ".csv")
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, nil, nil, federation.Errorf(federation.EntityNotFound, "there is no table %s", t)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	rows := csv.NewReader(f)
	header, err := rows.Read()
	if err != nil {
		return nil, nil, nil, errors.Join(fmt.Errorf("header of %s: %w", t, err), f.Close())
	}
	fields := make([]arrow.Field, len(header))
	for i, column := range header {
		name, typeName, _ := strings.Cut(column, ":")
		dataType, ok := columnTypes[typeName]
		if !ok {
			return nil, nil, nil, errors.Join(federation.Errorf(federation.InvalidInput, "column %q of %s: use bigint, double or nothing", column, t), f.Close())
		}
		fields[i] = arrow.Field{Name: name, Type: dataType, Nullable: true}
	}
	return f, rows, arrow.NewSchema(fields, nil), nil
}

func (c connector) ReadRecords(ctx context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error {
	f, rows, schema, err := c.open(r.TableName)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	for ctx.Err() == nil {
		line, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var values map[string]any
		if err == nil {
			values, err = parse(schema, line)
		}
		if err == nil {
			err = write(r, w, values)
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", r.TableName, err)
		}
	}
	return context.Cause(ctx)
}

// parse turns a line into values by column name; an empty field is null.
func parse(schema *arrow.Schema, line []string) (map[string]any, error) {
	values := make(map[string]any, len(line))
	for i, text := range line {
		var value any = text
		var err error
		switch f := schema.Field(i); {
		case text == "":
			value = nil
		case f.Type.ID() == arrow.INT64:
			value, err = strconv.ParseInt(text, 10, 64)
		case f.Type.ID() == arrow.FLOAT64:
			value, err = strconv.ParseFloat(text, 64)
		}
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", schema.Field(i).Name, err)
		}
		values[schema.Field(i).Name] = value
	}
	return values, nil
}

// write appends the wanted columns of a row that the constraints on columns let through; the rest of them is left to the engine.
func write(r *message.ReadRecordsRequest, w *spill.Writer, values map[string]any) error {
	for name, value := range values {
		if set, ok := r.Constraints.Set(name); ok && !set.Contains(value) {
			return nil
		}
	}
	for i, f := range r.Schema.Fields() {
		value, ok := values[f.Name]
		if !ok {
			return federation.Errorf(federation.InvalidInput, "there is no column %q: the file has changed since it was described", f.Name)
		}
		if err := block.AppendValue(w.Builder().Column(i), value); err != nil {
			return fmt.Errorf("column %q: %w", f.Name, err)
		}
	}
	return w.EndRow()
}
