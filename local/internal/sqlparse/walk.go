package sqlparse

// Walk visits n and everything below it, parents first, in the order of the text. When visit returns false the parts below
// that node are left out.
func Walk(n Node, visit func(Node) bool) {
	if !visit(n) {
		return
	}
	for _, c := range children(n) {
		Walk(c, visit)
	}
}

// nodes collects children and drops absent ones.
type nodes []Node

func (l *nodes) exprs(list ...Expr) {
	for _, e := range list {
		if e != nil {
			*l = append(*l, e)
		}
	}
}

func (l *nodes) query(q *Query) {
	if q != nil {
		*l = append(*l, q)
	}
}

func (l *nodes) sort(items []*SortItem) {
	for _, s := range items {
		*l = append(*l, s)
	}
}

func (l *nodes) window(w *Window) {
	if w != nil {
		*l = append(*l, w)
	}
}

func children(n Node) nodes {
	var l nodes
	switch n := n.(type) {
	case *Query:
		for _, c := range n.With {
			l = append(l, c)
		}
		l = append(l, n.Body)
		l.sort(n.OrderBy)
		l.exprs(n.Offset, n.Limit)
	case *CTE:
		l.query(n.Query)
	case *Select:
		l.selectParts(n)
	case *SelectItem:
		l.exprs(n.Expr)
	case *GroupBy:
		l.exprs(n.Items...)
	case *SetOp:
		l = append(l, n.Left, n.Right)
	case *Values:
		l.exprs(n.Rows...)
	case *SortItem:
		l.exprs(n.Expr)
	case *WindowDef:
		l.window(n.Window)
	case *Window:
		l.exprs(n.PartitionBy...)
		l.sort(n.OrderBy)
		if n.Frame != nil {
			l = append(l, n.Frame)
		}
	case *Frame:
		l.exprs(n.Start.Offset)
		if n.End != nil {
			l.exprs(n.End.Offset)
		}
	case *SubqueryRef:
		l.query(n.Query)
	case *Unnest:
		l.exprs(n.Args...)
	case *TableFunction:
		for _, a := range n.Args {
			l = append(l, a)
		}
	case *NamedArg:
		l.exprs(n.Value)
	case *Join:
		l = append(l, n.Left, n.Right)
		l.exprs(n.On)
	case *Aliased:
		l = append(l, n.Relation)
	case *Unload:
		l.query(n.Query)
	case Expr:
		l.exprParts(n)
	}
	return l
}

func (l *nodes) selectParts(n *Select) {
	for _, it := range n.Items {
		*l = append(*l, it)
	}
	for _, r := range n.From {
		*l = append(*l, r)
	}
	l.exprs(n.Where)
	if n.GroupBy != nil {
		*l = append(*l, n.GroupBy)
	}
	l.exprs(n.Having)
	for _, w := range n.Windows {
		*l = append(*l, w)
	}
}

func (l *nodes) exprParts(e Expr) {
	switch n := e.(type) {
	case *Field:
		l.exprs(n.X)
	case *Unary:
		l.exprs(n.X)
	case *Binary:
		l.exprs(n.Left, n.Right)
	case *Logical:
		l.exprs(n.Terms...)
	case *Between:
		l.exprs(n.X, n.Low, n.High)
	case *In:
		l.exprs(n.X)
		l.exprs(n.List...)
		l.query(n.Query)
	case *Like:
		l.exprs(n.X, n.Pattern, n.Escape)
	case *IsNull:
		l.exprs(n.X)
	case *IsDistinct:
		l.exprs(n.Left, n.Right)
	case *Quantified:
		l.exprs(n.Left)
		l.query(n.Query)
	case *Exists:
		l.query(n.Query)
	case *Subquery:
		l.query(n.Query)
	case *Case:
		l.exprs(n.Operand)
		for _, w := range n.Whens {
			l.exprs(w.Cond, w.Result)
		}
		l.exprs(n.Else)
	case *Cast:
		l.exprs(n.X)
	case *Extract:
		l.exprs(n.X)
	case *Call:
		l.exprs(n.Args...)
		l.sort(n.OrderBy)
		l.exprs(n.Filter)
		l.window(n.Over)
	case *Lambda:
		l.exprs(n.Body)
	case *Array:
		l.exprs(n.Items...)
	case *Row:
		l.exprs(n.Items...)
	case *Subscript:
		l.exprs(n.X, n.Index)
	case *AtTimeZone:
		l.exprs(n.X, n.Zone)
	}
}
