package sqlparse

// text prints one node.
func text(n Node) string {
	var p printer
	n.print(&p)
	return p.String()
}

func (n *Query) String() string { return text(n) }

func (n *CTE) String() string { return text(n) }

func (n *Select) String() string { return text(n) }

func (n *SelectItem) String() string { return text(n) }

func (n *GroupBy) String() string { return text(n) }

func (n *SetOp) String() string { return text(n) }

func (n *Values) String() string { return text(n) }

func (n *SortItem) String() string { return text(n) }

func (n *TableRef) String() string { return text(n) }

func (n *SubqueryRef) String() string { return text(n) }

func (n *Unnest) String() string { return text(n) }

func (n *TableFunction) String() string { return text(n) }

func (n *NamedArg) String() string { return text(n) }

func (n *Join) String() string { return text(n) }

func (n *Aliased) String() string { return text(n) }

func (n *Name) String() string { return text(n) }

func (n *Field) String() string { return text(n) }

func (n *StringLit) String() string { return text(n) }

func (n *BinaryLit) String() string { return text(n) }

func (n *NumberLit) String() string { return text(n) }

func (n *BoolLit) String() string { return text(n) }

func (n *TypedLit) String() string { return text(n) }

func (n *IntervalLit) String() string { return text(n) }

func (n *Param) String() string { return text(n) }

func (n *Unary) String() string { return text(n) }

func (n *Binary) String() string { return text(n) }

func (n *Logical) String() string { return text(n) }

func (n *Between) String() string { return text(n) }

func (n *In) String() string { return text(n) }

func (n *Like) String() string { return text(n) }

func (n *IsNull) String() string { return text(n) }

func (n *IsDistinct) String() string { return text(n) }

func (n *Quantified) String() string { return text(n) }

func (n *Exists) String() string { return text(n) }

func (n *Subquery) String() string { return text(n) }

func (n *Case) String() string { return text(n) }

func (n *Cast) String() string { return text(n) }

func (n *Extract) String() string { return text(n) }

func (n *Call) String() string { return text(n) }

func (n *Window) String() string { return text(n) }

func (n *WindowDef) String() string { return text(n) }

func (n *Frame) String() string { return text(n) }

func (n *Lambda) String() string { return text(n) }

func (n *Array) String() string { return text(n) }

func (n *Row) String() string { return text(n) }

func (n *Subscript) String() string { return text(n) }

func (n *AtTimeZone) String() string { return text(n) }

func (n *TypeName) String() string { return text(n) }

func (n *ShowDatabases) String() string { return text(n) }

func (n *ShowTables) String() string { return text(n) }

func (n *ShowMeasures) String() string { return text(n) }

func (n *Describe) String() string { return text(n) }

func (n *Unload) String() string { return text(n) }

func (n *UnloadOption) String() string { return text(n) }

func (n *NullLit) String() string { return text(n) }
