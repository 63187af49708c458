package federationtest

import (
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

// Table is rows in memory; a row has one value a column, in the form that
// block.AppendValue takes. Rows with equal values in the partition columns, if
// there are any, are one partition.
type Table struct {
	Name             message.TableName
	Schema           *arrow.Schema
	PartitionColumns []string
	Rows             [][]any
}

// Memory is a connector over tables in memory. It pages, cuts tables into
// partitions and these into splits, filters by the summary, and applies the limit
// where that is sound.
type Memory struct {
	Tables []Table
	// Splits is how many splits a partition is cut into, round robin; 0 is one.
	Splits int
	// SplitsPerReply is how many splits one GetSplits answer holds at most, with a
	// token for the others behind it; 0 is one.
	SplitsPerReply int
}

var (
	_ federation.Connector          = (*Memory)(nil)
	_ federation.Partitioner        = (*Memory)(nil)
	_ federation.Splitter           = (*Memory)(nil)
	_ federation.CapabilityReporter = (*Memory)(nil)
)

func (m *Memory) find(name message.TableName) (*Table, error) {
	for i := range m.Tables {
		if m.Tables[i].Name == name {
			return &m.Tables[i], nil
		}
	}
	return nil, federation.Errorf(federation.EntityNotFound, "there is no table %s", name)
}

// ListSchemas names the tables' schemas.
func (m *Memory) ListSchemas(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
	response := &message.ListSchemasResponse{}
	for _, t := range m.Tables {
		if !slices.Contains(response.Schemas, t.Name.Schema) {
			response.Schemas = append(response.Schemas, t.Name.Schema)
		}
	}
	return response, nil
}

// ListTables names the tables of a schema, page by page.
func (m *Memory) ListTables(_ context.Context, r *message.ListTablesRequest) (*message.ListTablesResponse, error) {
	var names []message.TableName
	for _, t := range m.Tables {
		if t.Name.Schema == r.SchemaName {
			names = append(names, t.Name)
		}
	}
	return federation.PageTables(r, names)
}

// GetTable returns a table's schema.
func (m *Memory) GetTable(_ context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	t, err := m.find(r.TableName)
	if err != nil {
		return nil, err
	}
	return &message.GetTableResponse{Schema: t.Schema, PartitionColumns: t.PartitionColumns}, nil
}

// Capabilities declares filters and limit.
func (m *Memory) Capabilities(context.Context, *message.GetDataSourceCapabilitiesRequest) ([]message.Capability, error) {
	return []message.Capability{federation.FilterPushdown(), federation.LimitPushdown()}, nil
}

// ReadRecords writes the split's rows that the summary allows. The limit holds
// for each split by itself.
func (m *Memory) ReadRecords(ctx context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error {
	t, err := m.find(r.TableName)
	if err != nil {
		return err
	}
	columns, err := positions(t.Schema, r.Schema)
	if err != nil {
		return err
	}
	rows, err := m.part(t, r.Split.Properties)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if reached(r.Constraints, w) {
			return nil
		}
		if !Allows(r.Constraints, t.Schema, row) {
			continue
		}
		if err := writeRow(w, columns, row); err != nil {
			return err
		}
	}
	return nil
}

// reached says that no more rows are wanted. It never is where the engine has to
// see all rows before it can choose: it sorts, or it filters by what is not applied
// here.
func reached(c *predicate.Constraints, w *spill.Writer) bool {
	return c.HasLimit() && len(c.OrderBy) == 0 && len(c.Expressions) == 0 && c.Plan == nil && w.Stats().Rows >= c.Limit
}

// positions finds the wanted columns in the table.
func positions(table, wanted *arrow.Schema) ([]int, error) {
	columns := make([]int, wanted.NumFields())
	for i, f := range wanted.Fields() {
		found := table.FieldIndices(f.Name)
		if len(found) == 0 {
			return nil, federation.Errorf(federation.InvalidInput, "there is no column %q", f.Name)
		}
		columns[i] = found[0]
	}
	return columns, nil
}

func writeRow(w *spill.Writer, columns []int, row []any) error {
	for i, from := range columns {
		if err := block.AppendValue(w.Builder().Column(i), row[from]); err != nil {
			return fmt.Errorf("column %q: %w", w.Builder().Schema().Field(i).Name, err)
		}
	}
	return w.EndRow()
}

// Allows reports whether the summary lets a row through. Constraints on columns
// that the schema lacks do not count.
func Allows(c *predicate.Constraints, s *arrow.Schema, row []any) bool {
	if c == nil {
		return true
	}
	for _, column := range c.Summary {
		if at := s.FieldIndices(column.Name); len(at) > 0 && !column.Set.Contains(row[at[0]]) {
			return false
		}
	}
	return true
}
