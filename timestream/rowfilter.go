package timestream

import (
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
	"athena-timestream/federation/substrait"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/sqlgen"
	"athena-timestream/timestream/internal/tstype"
)

// rowFilter drops the rows that a query plan or value sets drop and the statement could not.
type rowFilter struct {
	sink    // of the rows that are wanted
	checks  []check
	program *substrait.Program // may be nil
	rows    *block.Builder     // what Athena gets
	hidden  *block.Builder     // columns for the filter alone, one row at a time
	columns []filtered         // the program's
	values  []any              // of one row
}

// filtered is a column that the program reads.
type filtered struct {
	column block.Column
	kind   substrait.Kind
}

// passthroughRead runs the query as it is. A plan beside it is obeyed on the rows that come.
func passthroughRead(r *message.ReadRecordsRequest, column func(athena string) sqlgen.Column) (read, error) {
	st, err := passthroughQuery(r.Constraints.Passthrough)
	out := read{what: "the passthrough query", sql: st.SQL, column: column}
	if err != nil || r.Constraints.Plan == nil {
		return out, err
	}
	p, err := queryPlan(r)
	if err == nil && p.Filter != substrait.True {
		out.filter, err = substrait.Compile(p.Filter)
	}
	if err != nil {
		return read{}, federation.Errorf(federation.OperationNotSupported, "apply the query plan to a passthrough query: %w", err)
	}
	if out.filter == nil {
		return out, nil
	}
	for _, c := range out.filter.Columns() {
		same := func(f arrow.Field) bool { return strings.EqualFold(f.Name, c.Name) }
		switch t := sqlgen.Unplanned(c.Type); {
		case slices.ContainsFunc(r.Schema.Fields(), same):
		case t == nil:
			return read{}, federation.Errorf(federation.OperationNotSupported, "apply the query plan to a passthrough query: column %s of type %s is not among those read", c.Name, c.Type)
		default:
			out.hidden = append(out.hidden, arrow.Field{Name: c.Name, Type: t, Nullable: true})
		}
	}
	return out, nil
}

// newRowFilter is where the rows of a read go, and the bindings of the hidden columns: the writer and none, if the
// statement says the whole filter.
func newRowFilter(r *message.ReadRecordsRequest, read read, w *spill.Writer) (sink, []page.Binding, error) {
	if read.filter == nil && len(read.wider) == 0 {
		return w, nil, nil
	}
	hidden, err := block.NewBuilder(arrow.NewSchema(read.hidden, nil))
	if err != nil {
		return nil, nil, federation.Errorf(federation.InternalService, "columns for the filter: %w", err)
	}
	f := &rowFilter{sink: w, program: read.filter, rows: w.Builder(), hidden: hidden}
	var bound []page.Binding
	place := map[string]block.Column{}
	for i, c := range r.Schema.Fields() {
		place[strings.ToLower(c.Name)] = f.rows.Column(i)
	}
	for i, c := range read.hidden {
		t, err := tstype.FromArrow(c.Type)
		if err != nil {
			return nil, nil, federation.Errorf(federation.OperationNotSupported, "column %s: %w", c.Name, err)
		}
		name := strings.ToLower(c.Name)
		place[name] = hidden.Column(i)
		bound = append(bound, page.Binding{Name: read.column(name).Label(), Column: hidden.Column(i), Type: t})
	}
	for _, c := range read.wider {
		f.checks = append(f.checks, newCheck(place[strings.ToLower(c.Name)], c.Set))
	}
	if read.filter == nil {
		return f, bound, nil
	}
	for _, c := range f.program.Columns() {
		f.columns = append(f.columns, filtered{place[strings.ToLower(c.Name)], c.Type.Kind})
	}
	f.values = make([]any, len(f.columns))
	return f, bound, nil
}

// EndRow decides about the row that was appended last.
func (f *rowFilter) EndRow() error {
	wanted, err := f.wanted()
	f.hidden.Reset()
	switch {
	case err != nil:
		return federation.Errorf(federation.InvalidInput, "evaluate the filter of the query plan on a row: %w", err)
	case wanted:
		return f.sink.EndRow()
	case f.rows.NumColumns() > 0:
		f.rows.Truncate(f.rows.Rows() - 1)
	}
	return nil
}

func (f *rowFilter) wanted() (bool, error) {
	for _, c := range f.checks {
		if !c.holds() {
			return false, nil
		}
	}
	if f.program == nil {
		return true, nil
	}
	for i, c := range f.columns {
		f.values[i] = c.last()
	}
	v, err := f.program.Value(f.values)
	return v == true, err
}

// last is the column's last value, in the form of the program.
func (c filtered) last() any {
	v := block.CellAt(c.column, c.column.Len()-1)
	if millis, is := v.(int64); is && c.kind == substrait.Timestamp {
		return substrait.MomentOfMillis(millis)
	}
	return v
}
