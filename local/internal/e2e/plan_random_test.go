package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"github.com/substrait-io/substrait-protobuf/go/substraitpb/extensions"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/substrait"
)

func planType(k kind) *pb.Type {
	switch k {
	case textKind:
		return &pb.Type{Kind: &pb.Type_String_{String_: &pb.Type_String{}}}
	case doubleKind:
		return &pb.Type{Kind: &pb.Type_Fp64{Fp64: &pb.Type_FP64{}}}
	case bigintKind:
		return &pb.Type{Kind: &pb.Type_I64_{I64: &pb.Type_I64{}}}
	case intKind:
		return &pb.Type{Kind: &pb.Type_I32_{I32: &pb.Type_I32{}}}
	case boolKind:
		return &pb.Type{Kind: &pb.Type_Bool{Bool: &pb.Type_Boolean{}}}
	case timeKind:
		return precisely(3)
	default:
		return &pb.Type{Kind: &pb.Type_Date_{Date: &pb.Type_Date{}}}
	}
}

// randomPlan is a plan over a table, and what it means.
type randomPlan struct {
	planner
	rel     *pb.Rel
	filters []term
	sort    []sortTerm
	limit   int // of rows to be had, those of the offset among them; -1: all
}

type sortTerm struct {
	term
	descending, nullsFirst bool
}

// seenAs is a value of a row as Athena has it.
func seenAs(v any) any {
	switch v := v.(type) {
	case instant:
		return time.UnixMilli(v.millis()).UTC()
	case day:
		return time.Unix(int64(v)*86400, 0).UTC()
	}
	return v
}

// drawPlan reads a table and puts some relations above it.
func drawPlan(r *rand.Rand, tb *table) *randomPlan {
	p := &randomPlan{planner: planner{Rand: r, functions: map[string]uint32{}, seen: tb.fields("", 0)}, limit: -1}
	schema := &pb.NamedStruct{Struct: &pb.Type_Struct{}}
	for i, c := range tb.columns {
		k := c.kind
		if c.name == "i" {
			k = intKind
		}
		name := c.name
		if r.IntN(4) == 0 {
			name = strings.ToUpper(name)
		}
		schema.Names = append(schema.Names, name)
		schema.Struct.Types = append(schema.Struct.Types, planType(k))
		p.fields = append(p.fields, term{kind: k, early: c.name == "early", eval: func(row []any) any { return seenAs(row[i]) }})
	}
	p.rel = &pb.Rel{RelType: &pb.Rel_Read{Read: &pb.ReadRel{
		BaseSchema: schema, ReadType: &pb.ReadRel_NamedTable_{NamedTable: &pb.ReadRel_NamedTable{Names: []string{tb.database, strings.ToUpper(tb.name)}}},
	}}}
	for range 1 + r.IntN(4) {
		pick(r, []func(){p.filter, p.filter, p.project, p.order})()
	}
	if r.IntN(2) == 0 {
		p.fetch()
	}
	if r.IntN(3) == 0 {
		p.project()
	}
	return p
}

func (p *randomPlan) filter() {
	c := p.condition(p.IntN(4))
	if p.IntN(3) == 0 { // the engine's way
		always := p.literalOf(boolKind, true)
		c = p.call("and:bool", boolKind, func(v []any) any { return v[0] }, c, always)
	}
	p.filters = append(p.filters, c)
	p.rel = &pb.Rel{RelType: &pb.Rel_Filter{Filter: &pb.FilterRel{Input: p.rel, Condition: c.pb}}}
}

// project computes something and emits fields by one family's numbers or the other's.
func (p *randomPlan) project() {
	all := slices.Clone(p.fields)
	rel := &pb.ProjectRel{Input: p.rel}
	for range p.IntN(5) {
		e := p.value(p.scalar(), p.IntN(3))
		if p.IntN(2) == 0 {
			e = p.field(p.IntN(len(p.fields)))
		}
		rel.Expressions = append(rel.Expressions, e.pb)
		e.fixed = false
		all = append(all, e)
	}
	if p.IntN(3) > 0 {
		emit := &pb.RelCommon_Emit{}
		var picked []term
		for range 1 + p.IntN(len(all)) {
			n := p.IntN(len(all))
			emit.OutputMapping = append(emit.OutputMapping, int32(n))
			picked = append(picked, all[n])
		}
		all = picked
		rel.Common = &pb.RelCommon{EmitKind: &pb.RelCommon_Emit_{Emit: emit}}
	}
	p.fields = all
	p.rel = &pb.Rel{RelType: &pb.Rel_Project{Project: rel}}
}

func (p *randomPlan) order() {
	p.sort = nil
	rel := &pb.SortRel{Input: p.rel}
	for range 1 + p.IntN(3) {
		s := sortTerm{term: p.field(p.IntN(len(p.fields))), descending: p.IntN(2) == 0, nullsFirst: p.IntN(2) == 0}
		if p.IntN(6) == 0 {
			s.term = p.literalOf(bigintKind, p.Int64N(20)) // no place of a column
		}
		direction := map[[2]bool]pb.SortField_SortDirection{
			{false, true}: pb.SortField_SORT_DIRECTION_ASC_NULLS_FIRST, {false, false}: pb.SortField_SORT_DIRECTION_ASC_NULLS_LAST,
			{true, true}: pb.SortField_SORT_DIRECTION_DESC_NULLS_FIRST, {true, false}: pb.SortField_SORT_DIRECTION_DESC_NULLS_LAST,
		}[[2]bool{s.descending, s.nullsFirst}]
		rel.Sorts = append(rel.Sorts, &pb.SortField{Expr: s.pb, SortKind: &pb.SortField_Direction{Direction: direction}})
		p.sort = append(p.sort, s)
	}
	p.rel = &pb.Rel{RelType: &pb.Rel_Sort{Sort: rel}}
}

func (p *randomPlan) fetch() {
	offset, count := p.IntN(3), p.IntN(30)
	p.limit = offset + count
	p.rel = &pb.Rel{RelType: &pb.Rel_Fetch{Fetch: &pb.FetchRel{
		Input: p.rel, OffsetMode: &pb.FetchRel_Offset{Offset: int64(offset)}, CountMode: &pb.FetchRel_Count{Count: int64(count)}, //nolint:staticcheck // what the engine writes
	}}}
}

func (p *randomPlan) message(t *testing.T) *pb.Plan {
	t.Helper()
	plan := &pb.Plan{Relations: []*pb.PlanRel{{RelType: &pb.PlanRel_Root{Root: &pb.RelRoot{Input: p.rel}}}}}
	for name, anchor := range p.functions {
		plan.Extensions = append(plan.Extensions, &extensions.SimpleExtensionDeclaration{MappingType: &extensions.SimpleExtensionDeclaration_ExtensionFunction_{
			ExtensionFunction: &extensions.SimpleExtensionDeclaration_ExtensionFunction{FunctionAnchor: anchor, Name: name},
		}})
	}
	return plan
}

// TestEveryPlan reads a view with random plans. The judge evaluates their filters over the rows as Athena has them. Where
// the service says no types, no text is compared in it, so that the connector evaluates more of the filter than else.
func TestEveryPlan(t *testing.T) {
	t.Parallel()
	untyped := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PrepareQuery") {
				next.ServeHTTP(w, r)
				return
			}
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"__type":"AccessDeniedException","Message":"no timestream:PrepareQuery"}`)
		})
	}
	plans, refused := 0, 0
	draw(t, func(t *testing.T, r *rand.Rand) {
		db := openDB(t)
		s := serve(t, db, setting{}, nil)
		tb := randomTable(r, "db", "multi", 60, false)
		s.write(t, tb)
		view := s.oddView(t, tb)
		blind := serve(t, db, setting{}, untyped)
		blind.oddView(t, tb)
		for n := range 300 {
			p := drawPlan(r, view)
			plan := p.message(t)
			wire, err := proto.Marshal(plan)
			if err != nil {
				t.Fatal(err)
			}
			plans++
			var columns []string // all
			if n%3 == 0 {
				columns = []string{"id"} // what the filter needs beside it does not come to Athena
			}
			got, err := []*site{s, blind}[n%2].planned(t, message.TableName{Schema: "db", Table: "odd"}, &predicate.QueryPlan{Version: "0.65.0", Plan: wire}, columns...)
			if message.CodeOf(err) == federation.OperationNotSupported {
				refused++
				t.Log(err)
				continue
			}
			for i, row := range got {
				got[i] = strings.Replace(row, " | -0 | ", " | 0 | ", 1) // the view has one column of doubles
			}
			if err == nil {
				err = p.check(view, got, len(columns))
			}
			if err == nil {
				err = p.checkProgram(view, wire)
			}
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", *seed, err, clip(protojson.Format(plan)))
			}
		}
	})
	if refused*20 > plans {
		t.Errorf("seed %d: %d of %d plans were refused: too many to prove anything", *seed, refused, plans)
	}
}

// checkProgram judges the whole filter as the connector evaluates it.
func (p *randomPlan) checkProgram(view *table, wire []byte) error {
	plan, err := substrait.Decode(wire)
	if err != nil {
		return err
	}
	program, err := substrait.Compile(plan.Filter)
	if err != nil {
		return err
	}
	for _, row := range view.rows {
		var values []any
		for _, c := range program.Columns() {
			v := seenAs(row[view.index(strings.ToLower(c.Name))])
			if at, is := v.(time.Time); is {
				v = substrait.MomentOfMillis(at.UnixMilli())
				if c.Type.Kind == substrait.Date {
					v = at.Unix() / 86400
				}
			}
			values = append(values, v)
		}
		got, err := program.Value(values)
		if err != nil {
			return err
		}
		want := !slices.ContainsFunc(p.filters, func(f term) bool { return f.eval(row) != true })
		if (got == true) != want {
			return fmt.Errorf("the filter is evaluated to %v, want %v for %s", got, want, rowText(row))
		}
	}
	return nil
}

// check judges the rows of a plan: all that pass the filters or, below a limit, enough of them and the first. They have
// the first columns, or all if that is 0; the first one is unique.
func (p *randomPlan) check(view *table, got []string, columns int) error {
	shown := func(rows [][]any) []string {
		cut := slices.Clone(rows)
		for i, row := range cut {
			if columns > 0 {
				cut[i] = row[:columns]
			}
		}
		return oneZero(cut)
	}
	byText := map[string][]any{}
	for i, text := range shown(view.rows) {
		byText[text] = view.rows[i]
	}
	want := slices.DeleteFunc(slices.Clone(view.rows), func(row []any) bool {
		return slices.ContainsFunc(p.filters, func(f term) bool { return f.eval(row) != true })
	})
	extra, missing := difference(got, shown(want)), difference(shown(want), got)
	enough := len(want)
	if p.limit >= 0 {
		enough = min(enough, p.limit)
	}
	if len(extra) > 0 || len(got) < enough {
		return fmt.Errorf("%d rows of %d, at least %d are wanted; too many:\n%s\nmissing:\n%s", len(got), len(want), enough, listed(extra), listed(missing))
	}
	var rows [][]any
	for _, text := range got {
		rows = append(rows, byText[text])
	}
	if a, b := p.keys(rows)[:enough], p.keys(want)[:enough]; !slices.Equal(a, b) {
		return fmt.Errorf("the first rows by order are\n%s\nwant\n%s", listed(a), listed(b))
	}
	return nil
}
