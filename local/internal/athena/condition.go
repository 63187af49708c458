package athena

import (
	"errors"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/local/internal/sqlparse"
)

const twoColumns = "it compares two columns"

// judge finds what a condition of one level says about single columns.
type judge struct {
	level *level
	// constants gives the values of expressions without columns.
	constants func(...sqlparse.Expr) ([]constant, error)
	side      *source // whose column a name merged by USING is taken to be; may be nil
	why       string  // the first reason why a verdict is wider than its condition
}

// verdict judges a condition. What it cannot tell is undecided, with the reason
// in why.
func (j *judge) verdict(e sqlparse.Expr) verdict {
	v, err := j.judge(e)
	if err != nil {
		return j.give(err.Error())
	}
	return v
}

// give is an undecided verdict with its reason.
func (j *judge) give(why string) verdict {
	if j.why == "" {
		j.why = why
	}
	return undecided
}

func (j *judge) judge(e sqlparse.Expr) (verdict, error) {
	if isConstant(e) {
		return j.constantCondition(e)
	}
	switch e := e.(type) {
	case *sqlparse.Logical:
		return j.logical(e), nil
	case *sqlparse.Unary:
		if e.Op == "NOT" {
			return j.negation(e), nil
		}
	case *sqlparse.Name:
		c, err := j.column(e)
		if err != nil {
			return undecided, err
		}
		if c.dataType().ID() != arrow.BOOL {
			return undecided, leaveOut("%s is no boolean", c.name())
		}
		return compare(c, equal, constant{kind: boolConstant, boolean: true})
	case *sqlparse.Binary:
		return j.comparison(e)
	case *sqlparse.Between:
		return j.between(e)
	case *sqlparse.In:
		return j.in(e)
	case *sqlparse.IsNull:
		c, err := j.column(e.X)
		if err != nil {
			return undecided, err
		}
		return isNull(c).notIf(e.Not), nil
	case *sqlparse.IsDistinct:
		c, _, k, err := j.sides(e.Left, e.Right)
		if err != nil {
			return undecided, err
		}
		v, err := isDistinct(c, k)
		return v.notIf(e.Not), err
	case *sqlparse.Like:
		return undecided, leaveOut("LIKE is no set of values")
	case *sqlparse.Exists, *sqlparse.Quantified:
		return undecided, leaveOut("it holds a query")
	}
	return undecided, leaveOut("it is no comparison of a column with constants")
}

func (v verdict) notIf(not bool) verdict {
	if not {
		return v.not()
	}
	return v
}

func (j *judge) constantCondition(e sqlparse.Expr) (verdict, error) {
	ks, err := j.constants(e)
	if err != nil {
		return undecided, leaveOut("%v", err)
	}
	switch k := ks[0]; k.kind {
	case nullConstant:
		return constantVerdict(true, false), nil
	case boolConstant:
		return constantVerdict(false, k.boolean), nil
	}
	return undecided, leaveOut("it is no boolean")
}

func (j *judge) logical(e *sqlparse.Logical) verdict {
	v := j.verdict(e.Terms[0])
	for _, t := range e.Terms[1:] {
		if e.Op == "AND" {
			v = v.and(j.verdict(t))
		} else {
			v = v.or(j.verdict(t))
		}
	}
	if !v.yes.exact && j.why == "" {
		j.why = "its terms are about several columns"
	}
	return v
}

func (j *judge) negation(e *sqlparse.Unary) verdict {
	v := j.verdict(e.X).not()
	if !v.yes.exact && j.why == "" {
		j.why = "its terms are about several columns"
	}
	return v
}

var comparisons = map[string]operator{"=": equal, "<>": notEqual, "<": less, "<=": lessOrEqual, ">": greater, ">=": greaterOrEqual}

func (j *judge) comparison(e *sqlparse.Binary) (verdict, error) {
	o, ok := comparisons[e.Op]
	if !ok {
		return undecided, leaveOut("it is no comparison")
	}
	c, mirrored, k, err := j.sides(e.Left, e.Right)
	if err != nil {
		return undecided, err
	}
	if mirrored {
		o = o.mirrored()
	}
	v, err := compare(c, o, k)
	if err == nil && !v.yes.exact {
		j.give("NaN compares differently in value sets")
	}
	return v, err
}

// sides takes a comparison apart into a column and a constant; mirrored tells
// that the column is on the right.
func (j *judge) sides(left, right sqlparse.Expr) (c columnRef, mirrored bool, k constant, err error) {
	if isConstant(left) {
		left, right, mirrored = right, left, true
	}
	if c, err = j.column(left); err != nil {
		return c, mirrored, k, err
	}
	if !isConstant(right) {
		if _, ok := right.(*sqlparse.Name); ok {
			return c, mirrored, k, leaveOut(twoColumns)
		}
		return c, mirrored, k, leaveOut("%s is compared with no constant", c.name())
	}
	ks, err := j.constants(right)
	if err != nil {
		return c, mirrored, k, leaveOut("%v", err)
	}
	return c, mirrored, ks[0], nil
}

func (j *judge) between(e *sqlparse.Between) (verdict, error) {
	c, err := j.column(e.X)
	if err != nil {
		return undecided, err
	}
	if !isConstant(e.Low) || !isConstant(e.High) {
		return undecided, leaveOut("%s is compared with no constant", c.name())
	}
	ks, err := j.constants(e.Low, e.High)
	if err != nil {
		return undecided, leaveOut("%v", err)
	}
	low, err := compare(c, greaterOrEqual, ks[0])
	if err != nil {
		return undecided, err
	}
	high, err := compare(c, lessOrEqual, ks[1])
	if err != nil {
		return undecided, err
	}
	v := low.and(high)
	if isFloat(c.dataType()) {
		// The high end keeps NaN out.
		v.yes.exact = high.yes.exact
	}
	return v.notIf(e.Not), nil
}

func (j *judge) in(e *sqlparse.In) (verdict, error) {
	if e.Query != nil {
		return undecided, leaveOut("it holds a query")
	}
	c, err := j.column(e.X)
	if err != nil {
		return undecided, err
	}
	for _, x := range e.List {
		if !isConstant(x) {
			return undecided, leaveOut("the list holds more than constants")
		}
	}
	ks, err := j.constants(e.List...)
	if err != nil {
		return undecided, leaveOut("%v", err)
	}
	v, err := isIn(c, ks)
	return v.notIf(e.Not), err
}

// column resolves an expression that is a connector table's column as it is.
func (j *judge) column(e sqlparse.Expr) (columnRef, error) {
	name, ok := e.(*sqlparse.Name)
	if !ok {
		if contains(e, func(e sqlparse.Expr) bool { _, ok := e.(*sqlparse.Name); return ok }) {
			return columnRef{}, leaveOut("%s is computed", e)
		}
		return columnRef{}, leaveOut("it holds no column")
	}
	if j.side != nil && len(name.Parts) == 1 && j.level.merged(name.Parts[0].Name) {
		for _, m := range j.level.resolve(name.Parts) {
			if c, _, ok := m.column(); ok && m.source == j.side {
				return c, nil
			}
		}
	}
	c, _, err := j.level.columnOf(name)
	return c, err
}

// columnOf finds the connector table's column that a name stands for, with the
// sources on the way down to it.
func (l *level) columnOf(name *sqlparse.Name) (columnRef, []*source, error) {
	found := l.resolve(name.Parts)
	switch {
	case len(found) == 0:
		return columnRef{}, nil, leaveOut("%s is no column of this SELECT's tables", name)
	case len(found) > 1 || len(name.Parts) == 1 && l.merged(name.Parts[0].Name):
		return columnRef{}, nil, leaveOut("%s stands for columns of several tables", name)
	case found[0].field:
		return columnRef{}, nil, leaveOut("%s is a field inside a column", name)
	}
	c, way, ok := found[0].column()
	if !ok {
		return columnRef{}, nil, leaveOut("%s is no column of a connector table as it is", name)
	}
	if len(c.scan.passthrough) > 0 {
		return columnRef{}, nil, leaveOut("%s comes from a passthrough query", name)
	}
	return c, way, nil
}

// reasonOf gives the reason in an error made by leaveOut.
func reasonOf(err error) string {
	var why leftOut
	if errors.As(err, &why) {
		return string(why)
	}
	return err.Error()
}
