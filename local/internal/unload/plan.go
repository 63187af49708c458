package unload

import (
	"slices"
	"strings"

	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
	"athena-timestream/local/internal/tswire"
)

// Plan is an UNLOAD that was found right. It may run once or often.
type Plan struct {
	options
	bucket, prefix string             // prefix is empty or ends in a slash
	columns        []translate.Column // of the SELECT, those of the files first
	stored         int                // how many of them are in the files; the rest are partition columns
	info           []*tswire.ColumnInfo
}

// ResultColumns are the columns of the statement's own answer, which has one row.
func ResultColumns() []translate.Column {
	return []translate.Column{
		{Name: "rows", Type: translate.Type{Kind: translate.Bigint}},
		{Name: "metadataFile", Type: translate.Type{Kind: translate.Varchar}},
		{Name: "manifestFile", Type: translate.Type{Kind: translate.Varchar}},
	}
}

// NewPlan checks a statement whose SELECT gives columns. Errors: *Error.
func NewPlan(s *sqlparse.Unload, columns []translate.Column) (*Plan, error) {
	o, err := readOptions(s)
	if err != nil {
		return nil, err
	}
	p := &Plan{options: *o, columns: columns, stored: len(columns) - len(o.partitionedBy)}
	if err := p.readTarget(s); err != nil {
		return nil, err
	}
	if err := p.checkPartitions(s); err != nil {
		return nil, err
	}
	for _, c := range columns {
		if t, bad := unsupported(c.Type); bad {
			return nil, refuse(s.Query.Pos(), "Column '%s' cannot be unloaded: UNLOAD does not support the type %s", c.Name, t)
		}
		t, err := tswire.NewColumnType(c.Type)
		if err != nil {
			return nil, refuse(s.Query.Pos(), "Column '%s' cannot be unloaded: %s", c.Name, err)
		}
		p.info = append(p.info, &tswire.ColumnInfo{Name: c.Name, Type: t})
	}
	if p.format == parquetFormat {
		return p, p.checkNames(s)
	}
	return p, nil
}

// readTarget takes 's3://bucket/prefix' apart.
func (p *Plan) readTarget(s *sqlparse.Unload) error {
	rest, isS3 := strings.CutPrefix(s.To, "s3://")
	bucket, prefix, _ := strings.Cut(rest, "/")
	if !isS3 || bucket == "" {
		return refuse(s.Pos(), "UNLOAD destination '%s' is not an S3 location such as 's3://bucket-name/folder'", s.To)
	}
	p.bucket = bucket
	if prefix = strings.TrimSuffix(prefix, "/"); prefix != "" {
		p.prefix = prefix + "/"
	}
	return nil
}

// checkPartitions: the columns of partitioned_by are the last ones, in that order (export-unload-best-practices).
func (p *Plan) checkPartitions(s *sqlparse.Unload) error {
	for i, name := range p.partitionedBy {
		if slices.Contains(p.partitionedBy[:i], name) {
			return refuse(s.Pos(), "Partition column '%s' is given twice", name)
		}
		if !slices.ContainsFunc(p.columns, func(c translate.Column) bool { return c.Name == name }) {
			return refuse(s.Pos(), "Partition column '%s' is not a column of the SELECT", name)
		}
	}
	if len(p.partitionedBy) > 0 && p.stored <= 0 {
		return refuse(s.Pos(), "UNLOAD needs at least one column that is not in partitioned_by")
	}
	for i, c := range p.columns[p.stored:] {
		if c.Name != p.partitionedBy[i] {
			return refuse(s.Pos(), "The columns of partitioned_by must be the last columns of the SELECT, in the same order: found '%s' in the place of '%s'", c.Name, p.partitionedBy[i])
		}
		if tswire.Scalar(c.Type.Kind) == nil {
			return refuse(s.Pos(), "Partition column '%s' cannot have the type %s", c.Name, c.Type)
		}
	}
	return nil
}

// unsupported finds the types that UNLOAD does not know, at any depth (export-unload-concepts: all but time and unknown).
func unsupported(t translate.Type) (translate.Type, bool) {
	switch t.Kind {
	case translate.Time, translate.Unknown:
		return t, true
	case translate.Array, translate.TimeSeries:
		return unsupported(*t.Elem)
	case translate.Row:
		for _, f := range t.Fields {
			if found, bad := unsupported(f.Type); bad {
				return found, true
			}
		}
	}
	return translate.Type{}, false
}

// checkNames: a Parquet group cannot hold two fields of one name.
func (p *Plan) checkNames(s *sqlparse.Unload) error {
	fields := make([]translate.Field, p.stored)
	for i, c := range p.columns[:p.stored] {
		fields[i] = translate.Field(c)
	}
	if name, twice := repeated(fields); twice {
		return refuse(s.Query.Pos(), "Column name '%s' specified more than once", name)
	}
	return nil
}

// repeated finds a name that a group has twice, at any depth.
func repeated(fields []translate.Field) (string, bool) {
	seen := map[string]bool{}
	for i, f := range fields {
		name := fieldName(f, i)
		if seen[name] {
			return name, true
		}
		seen[name] = true
		t := f.Type
		for t.Elem != nil {
			t = *t.Elem
		}
		if name, twice := repeated(t.Fields); twice {
			return name, true
		}
	}
	return "", false
}
