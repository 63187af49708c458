package tsserver

import (
	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/tswire"
)

type parameterMapping struct {
	Name string
	Type *tswire.ColumnType
}

type selectColumn struct {
	Name         string
	Type         *tswire.ColumnType
	DatabaseName string `json:",omitempty"`
	TableName    string `json:",omitempty"`
	Aliased      bool
}

// prepareQuery is the operation PrepareQuery.
func (s *Server) prepareQuery(c *call) (any, error) {
	var in struct {
		QueryString  *string
		ValidateOnly *bool
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var check constraints
	check.required("queryString", in.QueryString)
	check.length("queryString", in.QueryString, 1, 262144)
	if err := check.err(); err != nil {
		return nil, err
	}
	if in.ValidateOnly == nil || !*in.ValidateOnly {
		return nil, invalid("Only ValidateOnly = true is supported.")
	}
	prepared, err := s.db.Prepare(*in.QueryString)
	if err != nil {
		return nil, err
	}
	return prepareOutput(*in.QueryString, prepared)
}

func prepareOutput(sql string, prepared *tsdb.Prepared) (any, error) {
	out := struct {
		QueryString string
		Columns     []selectColumn
		Parameters  []parameterMapping
	}{QueryString: sql, Columns: []selectColumn{}, Parameters: []parameterMapping{}}
	for _, c := range prepared.Columns {
		t, err := wireType(c.Type)
		if err != nil {
			return nil, err
		}
		out.Columns = append(out.Columns, selectColumn{c.Name, t, c.Database, c.Table, c.Aliased})
	}
	for _, p := range prepared.Params {
		t, err := wireType(p.Type)
		if err != nil {
			return nil, err
		}
		out.Parameters = append(out.Parameters, parameterMapping{p.Name, t})
	}
	return out, nil
}
