package sqlparse

import "strings"

func (p *printer) like(l *StringLit) {
	if l != nil {
		p.write(" LIKE ")
		l.print(p)
	}
}

func (n *ShowDatabases) print(p *printer) {
	p.write("SHOW DATABASES")
	p.like(n.Like)
}

func (n *ShowTables) print(p *printer) {
	p.write("SHOW TABLES")
	if len(n.From) > 0 {
		p.write(" FROM ")
		p.dotted(n.From)
	}
	p.like(n.Like)
}

func (n *ShowMeasures) print(p *printer) {
	p.write("SHOW MEASURES FROM ")
	p.dotted(n.From)
	p.like(n.Like)
}

func (n *Describe) print(p *printer) {
	p.write("DESCRIBE ")
	p.dotted(n.Table)
}

func (n *Unload) print(p *printer) {
	p.write("UNLOAD ")
	p.paren(n.Query)
	p.write(" TO ", QuoteString(n.To))
	for i, o := range n.Options {
		if i == 0 {
			p.write(" WITH (")
		} else {
			p.write(", ")
		}
		o.print(p)
	}
	if len(n.Options) > 0 {
		p.write(")")
	}
}

func (n *UnloadOption) print(p *printer) {
	p.write(strings.ToLower(n.Name), " = ")
	n.Value.print(p)
}
