package page

import (
	"fmt"
	"reflect"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/tstype"
)

// bind makes a cell for each column of the first answer, and checks that later answers have the same columns.
func (d *Decoder) bind(infos []types.ColumnInfo) error {
	cols, err := readColumns(infos)
	if err != nil {
		return err
	}
	if d.info != nil {
		if !reflect.DeepEqual(cols, d.info) {
			return &ColumnsError{fmt.Sprintf("this page has %v, the first had %v", cols, d.info)}
		}
		return nil
	}
	return d.bindFirst(cols)
}

func readColumns(infos []types.ColumnInfo) ([]column, error) {
	if len(infos) == 0 {
		return nil, &ColumnsError{"it lists none"}
	}
	cols := make([]column, len(infos))
	for i, c := range infos {
		name := aws.ToString(c.Name)
		if c.Type == nil {
			return nil, &ColumnsError{fmt.Sprintf("column %q has no type", name)}
		}
		typ, err := tstype.FromColumnInfo(*c.Type)
		if err != nil {
			return nil, &ColumnsError{fmt.Sprintf("column %q: %s", name, err)}
		}
		cols[i] = column{name, typ}
	}
	return cols, nil
}

func (c column) String() string { return fmt.Sprintf("%q %s", c.name, c.typ) }

func (d *Decoder) bindFirst(cols []column) error {
	cells := make([]cell, len(cols))
	for _, b := range d.bindings {
		i, err := position(cols, b.Name)
		if err != nil {
			return err
		}
		if cells[i] != nil {
			return &ColumnsError{fmt.Sprintf("column %q was asked for twice", b.Name)}
		}
		if cells[i], err = newCell(cols[i].typ, b.Type, b.Column); err != nil {
			return &ColumnsError{fmt.Sprintf("column %q: %s", b.Name, err)}
		}
	}
	for i, c := range cells {
		if c == nil {
			var err error
			if cells[i], err = d.discard(cols[i].typ); err != nil {
				return err
			}
		}
	}
	for _, b := range d.bindings {
		d.bound = append(d.bound, b.Column)
	}
	d.info, d.cells = cols, cells
	return nil
}

// position finds the one column of a name.
func position(cols []column, name string) (int, error) {
	at := -1
	for i, c := range cols {
		if c.name != name {
			continue
		}
		if at >= 0 {
			return 0, &ColumnsError{fmt.Sprintf("it has more than one %q; give them different names", name)}
		}
		at = i
	}
	if at < 0 {
		return 0, &ColumnsError{fmt.Sprintf("it has no %q, only %v", name, cols)}
	}
	return at, nil
}

// discard makes a cell whose values go nowhere. It still reads them, to be as strict about their form as the SDK.
func (d *Decoder) discard(typ tstype.Type) (cell, error) {
	typ = textual(typ)
	b, err := block.NewBuilder(arrow.NewSchema([]arrow.Field{typ.Arrow("")}, nil))
	if err != nil {
		return nil, fmt.Errorf("pass over a column of type %s: %w", typ, err)
	}
	d.discards = append(d.discards, b)
	return newCell(typ, typ, b.Column(0))
}

// textual is a type with text in the place of each scalar.
func textual(t tstype.Type) tstype.Type {
	if t.Kind.Scalar() {
		return tstype.Type{Kind: tstype.Varchar}
	}
	if t.Elem != nil {
		elem := textual(*t.Elem)
		t.Elem = &elem
	}
	fields := make([]tstype.Field, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = tstype.Field{Name: f.Name, Type: textual(f.Type)}
	}
	t.Fields = fields
	return t
}

// newCell makes the cell that reads values of type have into a column that holds want.
func newCell(have, want tstype.Type, col block.Column) (cell, error) {
	if c := scalarCell(have.Kind, want.Kind, col); c != nil {
		return c, nil
	}
	switch col := col.(type) {
	case *block.ListColumn:
		if c, err := listCell(have, want, col); c != nil || err != nil {
			return c, err
		}
	case *block.StructColumn:
		if c, err := newRowCell(have, want, col); c != nil || err != nil {
			return c, err
		}
	}
	return nil, fmt.Errorf("it holds %s and is wanted as %s in a %T", have, want, col)
}

// scalarCell is nil if there is none for the three. Text takes every scalar, unknown, which is always null, fits
// everywhere, and numbers that Glue declares otherwise than the service are read as declared: a bigint that is no
// integer is an error of its row.
func scalarCell(have, want tstype.Kind, col block.Column) cell {
	if s, ok := col.(*block.StringColumn); ok && have.Scalar() {
		return &textCell{col: s}
	}
	if have == tstype.Unknown {
		return &nullCell{col: col}
	}
	whole := have == tstype.Integer || have == tstype.Bigint
	if whole && (want == tstype.Integer || want == tstype.Bigint || want == tstype.Double) {
		have = want
	}
	if have != want {
		return nil
	}
	switch col := col.(type) {
	case *block.BoolColumn:
		if have == tstype.Boolean {
			return &booleanCell{col: col}
		}
	case *block.Float64Column:
		if have == tstype.Double {
			return &doubleCell{col: col}
		}
	case *block.Int64Column:
		switch have {
		case tstype.Bigint:
			return &bigintCell{col: col}
		case tstype.Timestamp:
			return &timestampCell{col: col}
		}
	case *block.Int32Column:
		switch have {
		case tstype.Integer:
			return &integerCell{col: col}
		case tstype.Date:
			return &dateCell{col: col}
		}
	}
	return nil
}

// listCell is for arrays and time series, which have the same column: a time series' elements are rows of a time
// and a value. Like the functions below it makes no cell and no error of a misfit, which newCell reports.
func listCell(have, want tstype.Type, col *block.ListColumn) (cell, error) {
	wantElem, ok := elemOf(want)
	if !ok {
		return nil, nil
	}
	switch have.Kind {
	case tstype.Array:
		elem, err := newCell(*have.Elem, wantElem, col.Elem())
		if err != nil {
			return nil, fmt.Errorf("element: %w", err)
		}
		return &arrayCell{col: col, elem: elem}, nil
	case tstype.TimeSeries:
		return newSeriesCell(have, wantElem, col)
	default:
		return nil, nil
	}
}

func elemOf(t tstype.Type) (tstype.Type, bool) {
	switch {
	case t.Elem == nil:
		return tstype.Type{}, false
	case t.Kind == tstype.TimeSeries:
		return tstype.Type{Kind: tstype.Row, Fields: []tstype.Field{
			{Type: tstype.Type{Kind: tstype.Timestamp}}, {Type: *t.Elem},
		}}, true
	default:
		return *t.Elem, t.Kind == tstype.Array
	}
}

func newSeriesCell(have, wantPoint tstype.Type, col *block.ListColumn) (cell, error) {
	point, ok := col.Elem().(*block.StructColumn)
	if !ok || point.NumFields() != 2 || wantPoint.Kind != tstype.Row || len(wantPoint.Fields) != 2 {
		return nil, nil
	}
	time := scalarCell(tstype.Timestamp, wantPoint.Fields[0].Type.Kind, point.Field(0))
	if time == nil {
		return nil, nil
	}
	value, err := newCell(*have.Elem, wantPoint.Fields[1].Type, point.Field(1))
	if err != nil {
		return nil, fmt.Errorf("value: %w", err)
	}
	return &seriesCell{col: col, point: point, time: time, value: value}, nil
}

func newRowCell(have, want tstype.Type, col *block.StructColumn) (cell, error) {
	n := len(have.Fields)
	if have.Kind != tstype.Row || want.Kind != tstype.Row || len(want.Fields) != n || col.NumFields() != n {
		return nil, nil
	}
	c := &rowCell{col: col, fields: make([]cell, len(have.Fields))}
	for i := range c.fields {
		var err error
		if c.fields[i], err = newCell(have.Fields[i].Type, want.Fields[i].Type, col.Field(i)); err != nil {
			return nil, fmt.Errorf("row member %d: %w", i, err)
		}
	}
	return c, nil
}
