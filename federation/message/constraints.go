package message

import (
	"athena-timestream/federation/predicate"
)

// constraints passes the field "constraints".
func (w *walker) constraints(p **predicate.Constraints) {
	w.field("constraints", func() {
		if !w.notNull(*p == nil) {
			return
		}
		if w.decoding() {
			*p = predicate.Unconstrained()
		}
		c := *p
		w.braces(func() {
			summary(w, &c.Summary)
			if w.since(expressions, "expression") {
				list(w, "expression", &c.Expressions, func(e *predicate.Expression) { expression(w, e) })
				list(w, "orderByClause", &c.OrderBy, func(o *predicate.OrderBy) { orderBy(w, o) })
				w.integer("limit", &c.Limit)
			}
			passthrough(w, &c.Passthrough)
			if w.since(queryPlan, "queryPlan") {
				plan(w, &c.Plan)
			}
		})
	})
}

func summary(w *walker, p *[]predicate.Column) {
	w.object("summary", func() {
		if w.decoding() {
			w.members(func(name string) {
				c := predicate.Column{Name: name}
				valueSet(w, &c.Set)
				*p = append(*p, c)
			})
		} else {
			for i := range *p {
				c := &(*p)[i]
				w.field(c.Name, func() { valueSet(w, &c.Set) })
			}
		}
		unique(w, *p, func(c predicate.Column) string { return c.Name })
	})
}

func orderBy(w *walker, o *predicate.OrderBy) {
	direction := o.Direction.String()
	w.braces(func() {
		w.text("columnName", &o.Column)
		w.text("direction", &direction)
	})
	if w.err != nil {
		return
	}
	known, err := predicate.ParseDirection(direction)
	switch {
	case err != nil:
		w.fail("%w", err)
	case w.decoding():
		o.Direction = known
	}
}

func plan(w *walker, p **predicate.QueryPlan) {
	w.field("queryPlan", func() {
		if w.null(*p == nil) {
			return
		}
		if w.decoding() {
			*p = &predicate.QueryPlan{}
		}
		w.braces(func() {
			w.text("substraitVersion", &(*p).Version)
			w.bytes("substraitPlan", &(*p).Plan)
		})
	})
}
