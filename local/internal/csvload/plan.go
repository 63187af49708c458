package csvload

import (
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

// plan says what each column of the file becomes.
type plan struct {
	time        int
	unit        Unit
	measureName int // -1: the table's name
	table       string
	dimensions  []int
	measures    []int
	names       []string // of all columns
	types       []types.MeasureValueType
	seed        maphash.Seed
}

func newPlan(s *source, o Options) (*plan, error) {
	p := &plan{unit: o.Unit, table: o.Table, measureName: -1, names: s.header, seed: maphash.MakeSeed()}
	var err error
	if p.time, err = s.column("the time", o.Time); err != nil {
		return nil, err
	}
	taken := []int{p.time}
	if o.MeasureName != "" {
		if p.measureName, err = s.column("measure_name", o.MeasureName); err != nil {
			return nil, err
		}
		taken = append(taken, p.measureName)
	}
	for _, name := range o.Dimensions {
		i, err := s.column("a dimension", name)
		if err != nil {
			return nil, err
		}
		p.dimensions = append(p.dimensions, i)
		taken = append(taken, i)
	}
	if len(p.dimensions) == 0 {
		return nil, errors.New("a record needs a dimension: name at least one column that says what a reading is of")
	}
	for i, column := range taken {
		if slices.Contains(taken[:i], column) {
			return nil, fmt.Errorf("column %q has two roles: give it one", s.header[column])
		}
	}
	for i := range s.header {
		if !slices.Contains(taken, i) {
			p.measures = append(p.measures, i)
		}
	}
	if len(p.measures) == 0 {
		return nil, fmt.Errorf("no column of %s is left to be a measure", s.path)
	}
	p.types, err = inferTypes(s.path, p.measures)
	return p, err
}

func (p *plan) columns(header []string) []Column {
	out := make([]Column, len(header))
	for i, name := range header {
		out[i] = Column{Name: name, Role: "dimension"}
	}
	for i, column := range p.measures {
		out[column].Role = strings.ToLower(string(p.types[i]))
	}
	out[p.time].Role = "time"
	if p.measureName >= 0 {
		out[p.measureName].Role = "measure_name"
	}
	return out
}

// record makes one record of one line, and a hash of the point that it is of. What is wrong with the line is a *BadLine.
func (p *plan) record(fields []string, line int) (types.Record, uint64, error) {
	nanos, err := p.unit.nanoseconds(fields[p.time])
	if err != nil {
		return types.Record{}, 0, &BadLine{Line: line, Reason: fmt.Sprintf("column %q: %v", p.names[p.time], err)}
	}
	r := types.Record{Time: aws.String(nanos), MeasureName: aws.String(p.table)}
	if p.measureName >= 0 {
		if fields[p.measureName] == "" {
			return types.Record{}, 0, &BadLine{Line: line, Reason: fmt.Sprintf("column %q, the measure_name, is empty", p.names[p.measureName])}
		}
		r.MeasureName = aws.String(strings.Clone(fields[p.measureName]))
	}
	for _, i := range p.dimensions {
		if fields[i] != "" {
			r.Dimensions = append(r.Dimensions, types.Dimension{Name: aws.String(p.names[i]), Value: aws.String(strings.Clone(fields[i]))})
		}
	}
	if len(r.Dimensions) == 0 {
		return types.Record{}, 0, &BadLine{Line: line, Reason: "all its dimensions are empty"}
	}
	for k, i := range p.measures {
		if fields[i] != "" {
			r.MeasureValues = append(r.MeasureValues, types.MeasureValue{Name: aws.String(p.names[i]), Type: p.types[k], Value: aws.String(strings.Clone(fields[i]))})
		}
	}
	if len(r.MeasureValues) == 0 {
		return types.Record{}, 0, &BadLine{Line: line, Reason: "all its measures are empty"}
	}
	return r, p.point(&r), nil
}

// point hashes time, measure name and dimensions, which come in the plan's order.
func (p *plan) point(r *types.Record) uint64 {
	var h maphash.Hash
	h.SetSeed(p.seed)
	write := func(s *string) { // never fails
		_, _ = h.WriteString(*s)
		_ = h.WriteByte(0)
	}
	write(r.Time)
	write(r.MeasureName)
	for i := range r.Dimensions {
		write(r.Dimensions[i].Name)
		write(r.Dimensions[i].Value)
	}
	return h.Sum64()
}
