package sqlgen

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/substrait"
)

// planned is what a plan, or the constraints' expressions, order and limit, come to.
type planned struct {
	where   []string           // hold together
	none    bool               // no row can match
	order   string             // of the limit; may be empty
	limit   int64              // substrait.NoLimit if there is none
	blocked string             // why the limit cannot be used
	left    []string           // why expressions are not in where, or parts of a plan's filter
	filter  *substrait.Program // what of a plan's filter is not in where; nil if all of it is
	hidden  []arrow.Field      // that the filter needs and the query does not return
}

// planWriter writes over the query's columns.
func (q Query) planWriter() planWriter { return planWriter{column: q.real} }

// real is the service's column, by Athena's name in any letter case.
func (q Query) real(name string) Column {
	if q.Column == nil {
		return Column{Name: strings.ToLower(name)}
	}
	return q.Column(strings.ToLower(name))
}

// written turns the query's plan into SQL, and what SQL cannot say of its filter into a program.
func (q Query) written(budget int) (planned, error) {
	p := q.Plan
	w := q.planWriter()
	out := planned{limit: p.Limit, none: p.Limit == 0}
	if l, constant := p.Filter.(substrait.Literal); constant {
		out.none = out.none || l.Value != true
	} else if err := q.divide(w, budget, &out); err != nil {
		return planned{}, fmt.Errorf("the filter of the query plan: %w", err)
	}
	if len(p.Sort) > 0 {
		var err error
		if out.order, err = w.order(p.Sort); err != nil {
			out.blocked = "the order of the query plan is left to Athena: " + err.Error()
		}
	}
	if out.filter != nil {
		out.blocked = "the connector filters further: " + out.left[0]
	}
	return out, nil
}

// term is a part of a plan's filter.
type term struct {
	e   substrait.Expression
	sql string
}

// divide says in SQL what it can of the plan's filter, within a number of bytes, and makes a program of the rest.
func (q Query) divide(w planWriter, budget int, out *planned) error {
	var terms []term
	var rest []substrait.Expression
	evaluate := func(e substrait.Expression, reason error) error {
		if _, err := substrait.Compile(e); err != nil {
			return fmt.Errorf("%w; nor can the connector evaluate it: %w", reason, err)
		}
		rest, out.left = append(rest, e), append(out.left, reason.Error())
		return nil
	}
	for _, e := range conjuncts(q.Plan.Filter) {
		sql, err := w.condition(e)
		if err == nil {
			terms = append(terms, term{e, sql})
		} else if err := evaluate(e, err); err != nil {
			return err
		}
	}
	for out.say(terms); out.length() > budget && len(terms) > 0; out.say(terms) {
		longest := 0
		for i, t := range terms {
			if len(t.sql) > len(terms[longest].sql) {
				longest = i
			}
		}
		if err := evaluate(terms[longest].e, errors.New(tooLong)); err != nil {
			return err
		}
		terms = slices.Delete(terms, longest, longest+1)
	}
	return q.compile(rest, out)
}

func (p *planned) say(terms []term) {
	p.where = nil
	for _, t := range terms {
		p.where = append(p.where, t.sql)
	}
}

// compile makes a program of expressions that have to be true, and finds the columns that only it needs.
func (q Query) compile(rest []substrait.Expression, out *planned) error {
	if len(rest) == 0 {
		return nil
	}
	all, err := substrait.Apply(substrait.And, "", rest...)
	if err != nil {
		return err
	}
	if out.filter, err = substrait.Compile(all); err != nil {
		return err
	}
	for _, c := range out.filter.Columns() {
		if q.reads(q.real(c.Name)) {
			continue
		}
		t := Unplanned(c.Type)
		if t == nil {
			return fmt.Errorf("column %s is of type %s and not among those read: %s", c.Name, c.Type, out.left[0])
		}
		out.hidden = append(out.hidden, arrow.Field{Name: c.Name, Type: t, Nullable: true})
	}
	return nil
}

func (p planned) length() int {
	n := len(p.order)
	for _, w := range p.where {
		n += len(w)
	}
	return n
}

// tail is the order and the limit. Athena sends a limit with every ORDER BY … LIMIT, and it counts sorted rows then
// (awslabs/aws-athena-query-federation pull request 1373).
func (p planned) tail() string {
	tail := "\nLIMIT " + strconv.FormatInt(p.limit, 10)
	if p.order != "" {
		tail = "\nORDER BY " + p.order + tail
	}
	return tail
}
