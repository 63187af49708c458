package athena

import (
	"strconv"
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// renamed gives a WITH query's result the names of its column list.
func (d *derived) renamed(columns []sqlparse.Ident) *derived {
	if len(columns) == 0 {
		return d
	}
	if d.unknown || len(columns) != len(d.outputs) {
		d.unknown, d.outputs = true, nil
		return d
	}
	for i, name := range lowerNames(columns) {
		d.outputs[i].name = name
	}
	return d
}

// plain forgets where the outputs come from.
func (d *derived) plain() *derived {
	out := &derived{unknown: d.unknown}
	for _, o := range d.outputs {
		out.outputs = append(out.outputs, output{name: o.name})
	}
	return out
}

// outputs lists what the level's SELECT gives. Unless lazy, a star mentions all
// columns; a lazy one leaves that to whoever asks for an output.
func (l *level) outputs(lazy bool) *derived {
	d := &derived{level: l, unknown: l.starsUnknown()}
	for i, item := range l.sel.Items {
		if item.Expr != nil {
			d.outputs = append(d.outputs, itemOutput(item, i))
			continue
		}
		for _, s := range l.starred(item) {
			if !lazy || d.unknown {
				s.demandAll()
			}
			for index, name := range s.names() {
				d.outputs = append(d.outputs, output{name: name, source: s, index: index})
			}
		}
	}
	if d.unknown {
		d.outputs = nil
	}
	return d
}

// starsUnknown reports whether the level's stars stand for columns that cannot
// be told one by one.
func (l *level) starsUnknown() bool {
	for _, item := range l.sel.Items {
		if item.Expr != nil {
			continue
		}
		for _, s := range l.starred(item) {
			if s.names() == nil || l.mergesColumns() {
				return true
			}
		}
	}
	return false
}

func itemOutput(item *sqlparse.SelectItem, i int) output {
	o := output{name: "_col" + strconv.Itoa(i)}
	if name, ok := item.Expr.(*sqlparse.Name); ok {
		o.column = name
		o.name = strings.ToLower(name.Parts[len(name.Parts)-1].Name)
	}
	if item.Alias != nil {
		o.name = strings.ToLower(item.Alias.Name)
	}
	return o
}

// starred are the sources that a star stands for.
func (l *level) starred(item *sqlparse.SelectItem) []*source {
	if len(item.Qualifier) == 0 {
		return l.sources
	}
	var found []*source
	for _, s := range l.sources {
		for _, q := range s.qualifiers {
			if strings.Join(q, ".") == strings.Join(lowerNames(item.Qualifier), ".") {
				found = append(found, s)
			}
		}
	}
	if found == nil { // a row's fields, or an error: be generous
		return l.sources
	}
	return found
}

func (l *level) mergesColumns() bool {
	for _, j := range l.joins {
		if j.Natural || len(j.Using) > 0 {
			return true
		}
	}
	return false
}
