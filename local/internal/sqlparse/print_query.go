package sqlparse

import "strings"

func (n *Query) print(p *printer) {
	for i, c := range n.With {
		if i == 0 {
			p.write("WITH ")
		} else {
			p.write(", ")
		}
		c.print(p)
	}
	if len(n.With) > 0 {
		p.write(" ")
	}
	p.body(n.Body, 1)
	p.orderBy(n.OrderBy)
	if n.Offset != nil {
		p.write(" OFFSET ")
		n.Offset.print(p)
	}
	if n.Limit != nil {
		p.write(" LIMIT ")
		n.Limit.print(p)
	}
}

func (n *CTE) print(p *printer) {
	p.ident(n.Name)
	if len(n.Columns) > 0 {
		p.write(" ")
		p.idents(n.Columns)
	}
	p.write(" AS ")
	p.paren(n.Query)
}

func bodyLevel(b Body) int {
	if s, ok := b.(*SetOp); ok {
		if s.Op == "INTERSECT" {
			return 2
		}
		return 1
	}
	return 3
}

func (p *printer) body(b Body, least int) {
	if _, query := b.(*Query); query || bodyLevel(b) < least {
		p.paren(b)
		return
	}
	b.print(p)
}

func (p *printer) orderBy(items []*SortItem) {
	for i, s := range items {
		if i == 0 {
			p.write(" ORDER BY ")
		} else {
			p.write(", ")
		}
		s.print(p)
	}
}

func (n *SortItem) print(p *printer) {
	n.Expr.print(p)
	if n.Desc {
		p.write(" DESC")
	}
	switch n.Nulls {
	case NullsFirst:
		p.write(" NULLS FIRST")
	case NullsLast:
		p.write(" NULLS LAST")
	}
}

func (n *Select) print(p *printer) {
	p.write("SELECT ")
	if n.Distinct {
		p.write("DISTINCT ")
	}
	for i, it := range n.Items {
		if i > 0 {
			p.write(", ")
		}
		it.print(p)
	}
	for i, r := range n.From {
		if i == 0 {
			p.write(" FROM ")
		} else {
			p.write(", ")
		}
		r.print(p)
	}
	if n.Where != nil {
		p.write(" WHERE ")
		n.Where.print(p)
	}
	if n.GroupBy != nil {
		p.write(" ")
		n.GroupBy.print(p)
	}
	if n.Having != nil {
		p.write(" HAVING ")
		n.Having.print(p)
	}
	for i, w := range n.Windows {
		if i == 0 {
			p.write(" WINDOW ")
		} else {
			p.write(", ")
		}
		w.print(p)
	}
}

func (n *SelectItem) print(p *printer) {
	if n.Expr == nil {
		if len(n.Qualifier) > 0 {
			p.dotted(n.Qualifier)
			p.write(".")
		}
		p.write("*")
		return
	}
	n.Expr.print(p)
	if n.Alias != nil {
		p.write(" AS ")
		p.ident(*n.Alias)
	}
}

func (n *GroupBy) print(p *printer) {
	p.write("GROUP BY ")
	if n.Distinct {
		p.write("DISTINCT ")
	}
	if len(n.Items) == 0 {
		p.write("()")
		return
	}
	p.exprs(n.Items)
}

func (n *SetOp) print(p *printer) {
	l := bodyLevel(n)
	p.body(n.Left, l)
	p.write(" ", n.Op, " ")
	if n.All {
		p.write("ALL ")
	}
	p.body(n.Right, l+1)
}

func (n *Values) print(p *printer) {
	p.write("VALUES ")
	p.exprs(n.Rows)
}

func (n *TableRef) print(p *printer) { p.dotted(n.Name) }

func (n *SubqueryRef) print(p *printer) {
	if n.Lateral {
		p.write("LATERAL ")
	}
	p.paren(n.Query)
}

func (n *Unnest) print(p *printer) {
	p.write("UNNEST(")
	p.exprs(n.Args)
	p.write(")")
	if n.Ordinality {
		p.write(" WITH ORDINALITY")
	}
}

func (n *TableFunction) print(p *printer) {
	p.write("TABLE(")
	p.dotted(n.Name)
	p.write("(")
	for i, a := range n.Args {
		if i > 0 {
			p.write(", ")
		}
		a.print(p)
	}
	p.write("))")
}

func (n *NamedArg) print(p *printer) {
	if n.Name.Name != "" {
		p.ident(n.Name)
		p.write(" => ")
	}
	n.Value.print(p)
}

func (n *Join) print(p *printer) {
	n.Left.print(p)
	p.write(" ")
	if n.Natural {
		p.write("NATURAL ")
	}
	p.write(n.Kind, " JOIN ")
	if _, ok := n.Right.(*Join); ok {
		p.paren(n.Right)
	} else {
		n.Right.print(p)
	}
	if n.On != nil {
		p.write(" ON ")
		n.On.print(p)
	}
	if len(n.Using) > 0 {
		p.write(" USING ")
		p.idents(n.Using)
	}
}

func (n *Aliased) print(p *printer) {
	switch n.Relation.(type) {
	case *Join, *Aliased:
		p.paren(n.Relation)
	default:
		n.Relation.print(p)
	}
	p.write(" AS ")
	p.ident(n.Alias)
	if len(n.Columns) > 0 {
		p.write(" ")
		p.idents(n.Columns)
	}
}

func (n *WindowDef) print(p *printer) {
	p.ident(n.Name)
	p.write(" AS ")
	if text := n.Window.String(); text[0] == '(' {
		p.write(text)
	} else {
		p.write("(", text, ")") // a definition that is only another window's name
	}
}

func (n *Window) print(p *printer) {
	if n.Name != nil && len(n.PartitionBy) == 0 && len(n.OrderBy) == 0 && n.Frame == nil {
		p.ident(*n.Name)
		return
	}
	var in printer
	if n.Name != nil {
		in.ident(*n.Name)
	}
	if len(n.PartitionBy) > 0 {
		in.write(" PARTITION BY ")
		in.exprs(n.PartitionBy)
	}
	in.orderBy(n.OrderBy)
	if n.Frame != nil {
		in.write(" ")
		n.Frame.print(&in)
	}
	p.write("(", strings.TrimPrefix(in.String(), " "), ")")
}

func (n *Frame) print(p *printer) {
	p.write(n.Unit, " ")
	if n.End == nil {
		p.bound(n.Start)
		return
	}
	p.write("BETWEEN ")
	p.bound(n.Start)
	p.write(" AND ")
	p.bound(*n.End)
}

func (p *printer) bound(b FrameBound) {
	if b.Offset != nil {
		b.Offset.print(p)
		p.write(" ")
	}
	p.write(b.Kind)
}
