package substrait

import (
	"errors"
	"fmt"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/proto"
)

// NoLimit is the limit of a plan that has none.
const NoLimit = -1

// Plan is what a connector has to know of a query plan over one table.
type Plan struct {
	// Table is the table's name with what stands before it, outermost first: schema and table, or the table alone.
	Table []string
	// Columns are the table's columns as the engine knows them.
	Columns []Column
	// Filter is true of the rows that are wanted; the constant [True] if all are, and another constant if none is.
	Filter Expression
	// Sort is the order in which Limit counts, most significant first; empty if any rows will do.
	Sort []SortKey
	// Limit is how many rows, of those that pass the filter, are enough: with those that an OFFSET skips, which the
	// engine does itself. [NoLimit] if there is none. Both are offers: the engine sorts and counts again.
	Limit int64
}

// SortKey is one key of an order.
type SortKey struct {
	Key        Expression
	Descending bool
	NullsFirst bool
}

// Decode reads a serialised substrait.Plan. It fails for whatever a connector could not obey: anything but one query
// that reads, filters, projects, sorts and limits one named table; functions, literals and casts that are not known.
func Decode(plan []byte) (*Plan, error) {
	var p pb.Plan
	if err := proto.Unmarshal(plan, &p); err != nil {
		return nil, fmt.Errorf("decode the plan: %w", err)
	}
	if len(p.GetRelations()) != 1 || p.GetRelations()[0].GetRoot().GetInput() == nil {
		return nil, fmt.Errorf("a plan has one relation with a root, not %d", len(p.GetRelations()))
	}
	d := decoder{functions: map[uint32]string{}, left: maxNodes}
	for _, e := range p.GetExtensions() {
		if f := e.GetExtensionFunction(); f != nil {
			d.functions[f.GetFunctionAnchor()] = f.GetName()
		}
	}
	r, err := d.relation(p.GetRelations()[0].GetRoot().GetInput(), 0)
	if err != nil {
		return nil, err
	}
	filter, err := bounded(Apply(And, "", r.filters...))
	if err != nil {
		return nil, err
	}
	out := &Plan{Table: r.table, Columns: r.columns, Filter: filter, Sort: r.sort, Limit: NoLimit}
	if r.fetched && !r.unordered {
		out.Limit = r.limit
	}
	if out.Limit == NoLimit {
		out.Sort = nil
	}
	return out, nil
}

// relation is what is known of one relation's output.
type relation struct {
	table   []string
	columns []Column
	fields  []Expression // of the output, over the table's columns
	filters []Expression
	sort    []SortKey
	// unordered says that there is an order which is not understood. That is no error: the engine sorts itself.
	unordered bool
	fetched   bool
	limit     int64
}

const (
	maxDepth = 10_000  // of nested messages, the protobuf decoder's own bound
	maxNodes = 200_000 // of all expressions, counted as they would be written
)

func (d *decoder) relation(rel *pb.Rel, depth int) (*relation, error) {
	if depth > maxDepth {
		return nil, errors.New("the plan is nested too deeply")
	}
	switch r := rel.GetRelType().(type) {
	case *pb.Rel_Read:
		return d.read(r.Read)
	case *pb.Rel_Filter:
		return d.filter(r.Filter, depth)
	case *pb.Rel_Project:
		return d.project(r.Project, depth)
	case *pb.Rel_Sort:
		return d.sortRel(r.Sort, depth)
	case *pb.Rel_Fetch:
		return d.fetch(r.Fetch, depth)
	case nil:
		return nil, errors.New("a relation of the plan is missing or of an unknown kind")
	default:
		return nil, fmt.Errorf("%s relations are not supported", kindOf(r))
	}
}

func (d *decoder) read(r *pb.ReadRel) (*relation, error) {
	if r.GetNamedTable() == nil || len(r.GetNamedTable().GetNames()) == 0 {
		return nil, errors.New("the plan reads something else than a named table")
	}
	out := &relation{table: r.GetNamedTable().GetNames()}
	names := r.GetBaseSchema().GetNames()
	for _, t := range r.GetBaseSchema().GetStruct().GetTypes() {
		if len(names) <= nested(t) {
			return nil, errors.New("the plan's table has fewer names than columns")
		}
		c := Column{Name: names[0], Type: typeOf(t)}
		names = names[1+nested(t):]
		out.columns = append(out.columns, c)
		out.fields = append(out.fields, c)
	}
	if len(names) > 0 {
		return nil, errors.New("the plan's table has more names than columns")
	}
	if r.GetFilter() != nil { // BestEffortFilter is a hint that may be ignored
		condition, err := d.condition(r.GetFilter(), out.fields)
		if err != nil {
			return nil, err
		}
		out.filters = append(out.filters, condition)
	}
	if err := out.mask(r.GetProjection()); err != nil {
		return nil, err
	}
	return out, out.emit(r.GetCommon())
}

// mask picks whole columns of a read, behind its filter.
func (r *relation) mask(m *pb.Expression_MaskExpression) error {
	if m == nil {
		return nil
	}
	var picked []Expression
	for _, item := range m.GetSelect().GetStructItems() {
		n := item.GetField()
		if n < 0 || int(n) >= len(r.fields) || item.GetChild() != nil {
			return fmt.Errorf("a projection inside of a read picks field %d of %d, or a part of it", n, len(r.fields))
		}
		picked = append(picked, r.fields[n])
	}
	r.fields = picked
	return nil
}

// emit picks and reorders the output.
func (r *relation) emit(c *pb.RelCommon) error {
	if c.GetEmit() == nil {
		return nil
	}
	picked := make([]Expression, len(c.GetEmit().GetOutputMapping()))
	for i, n := range c.GetEmit().GetOutputMapping() {
		if n < 0 || int(n) >= len(r.fields) {
			return fmt.Errorf("the plan emits field %d of %d", n, len(r.fields))
		}
		picked[i] = r.fields[n]
	}
	r.fields = picked
	return nil
}

func (d *decoder) filter(r *pb.FilterRel, depth int) (*relation, error) {
	in, err := d.relation(r.GetInput(), depth+1)
	if err != nil {
		return nil, err
	}
	if in.fetched {
		return nil, errors.New("a filter above a limit is not supported")
	}
	condition, err := d.condition(r.GetCondition(), in.fields)
	if err != nil {
		return nil, err
	}
	in.filters = append(in.filters, condition)
	return in, in.emit(r.GetCommon())
}

func (d *decoder) condition(e *pb.Expression, input []Expression) (Expression, error) {
	condition, err := d.expression(e, input, 0)
	if err != nil {
		return nil, fmt.Errorf("filter: %w", err)
	}
	if t := condition.DataType(); t.Kind != Bool && !isNull(condition) {
		return nil, fmt.Errorf("filter: a condition is a boolean, not %s", t)
	}
	return condition, nil
}

func (d *decoder) project(r *pb.ProjectRel, depth int) (*relation, error) {
	in, err := d.relation(r.GetInput(), depth+1)
	if err != nil {
		return nil, err
	}
	input := in.fields
	all := append([]Expression(nil), input...)
	for _, e := range r.GetExpressions() {
		value, err := d.expression(e, input, 0)
		if err != nil {
			return nil, fmt.Errorf("projection: %w", err)
		}
		all = append(all, value)
	}
	in.fields = all
	return in, in.emit(r.GetCommon())
}

func (d *decoder) sortRel(r *pb.SortRel, depth int) (*relation, error) {
	in, err := d.relation(r.GetInput(), depth+1)
	if err != nil {
		return nil, err
	}
	if in.fetched { // the rows are chosen; their order is the engine's
		return in, in.emit(r.GetCommon())
	}
	in.sort, in.unordered = nil, false
	for _, s := range r.GetSorts() {
		key, err := d.expression(s.GetExpr(), in.fields, 0)
		direction, known := directions[s.GetDirection()]
		if err != nil || !known {
			in.unordered = true
			break
		}
		direction.Key = key
		in.sort = append(in.sort, direction)
	}
	return in, in.emit(r.GetCommon())
}

// directions is never changed.
var directions = map[pb.SortField_SortDirection]SortKey{
	pb.SortField_SORT_DIRECTION_ASC_NULLS_FIRST:  {NullsFirst: true},
	pb.SortField_SORT_DIRECTION_ASC_NULLS_LAST:   {},
	pb.SortField_SORT_DIRECTION_DESC_NULLS_FIRST: {Descending: true, NullsFirst: true},
	pb.SortField_SORT_DIRECTION_DESC_NULLS_LAST:  {Descending: true},
}

func (d *decoder) fetch(r *pb.FetchRel, depth int) (*relation, error) {
	in, err := d.relation(r.GetInput(), depth+1)
	if err != nil {
		return nil, err
	}
	if !in.fetched { // of a limit of a limit, the inner one is taken
		in.fetched, in.limit = true, fetchLimit(r)
	}
	return in, in.emit(r.GetCommon())
}

// fetchLimit is offset plus count, where both are plain numbers.
func fetchLimit(r *pb.FetchRel) int64 {
	offset, count := r.GetOffset(), r.GetCount() //nolint:staticcheck // deprecated, and what the engine writes
	switch {
	case r.GetOffsetExpr() != nil, r.GetCountExpr() != nil, r.GetCountMode() == nil:
		return NoLimit
	case count < 0 || offset < 0 || offset+count < 0:
		return NoLimit
	}
	return offset + count
}
