package translate

import "athena-timestream/local/internal/sqlparse"

// parameter binds @name while a statement is prepared. Its type is learned from what it is coerced to.
func (b *binder) parameter(p *sqlparse.Param) value {
	if !b.o.Prepare || p.Name == "" {
		return b.unsupported(p.Pos(), "parameter "+p.String())
	}
	known := false
	for _, q := range b.params {
		known = known || q.Name == p.Name
	}
	if !known {
		b.params = append(b.params, Column{Name: p.Name})
	}
	v := null
	v.param = p.Name
	return v
}

func (b *binder) learn(v value, t Type) {
	for i := range b.params {
		if b.params[i].Name == v.param && b.params[i].Type.Kind == Unknown {
			b.params[i].Type = t
		}
	}
}
