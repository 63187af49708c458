package tsdb

import (
	"fmt"
	"slices"
)

// Limits of a table (page ts-limits).
const (
	maxDimensions   = 128
	maxMeasureNames = 8192
	maxAttributes   = 1024
)

// clash is why a point does not fit the table's schema, or "". The texts are ours: the service's are not documented.
func (t *table) clash(p *point) string {
	if m, ok := t.Measures[p.measure]; ok && m.Type != p.mtype {
		return fmt.Sprintf("The measure name %s already exists with the data type %s; the record has the data type %s.", p.measure, m.Type, p.mtype)
	} else if !ok && len(t.Measures) >= maxMeasureNames {
		return fmt.Sprintf("The table already has %d measure names.", maxMeasureNames)
	}
	for _, v := range slices.Concat(p.dims, p.values) {
		i, ok := t.byName[v.Name]
		if !ok {
			continue
		}
		switch c := t.Columns[i]; {
		case c.Role != v.Role:
			return fmt.Sprintf("The name %s already exists as a %s of the table.", v.Name, c.Role)
		case c.Type != v.Type:
			return fmt.Sprintf("The measure %s already exists with the data type %s; the record has the data type %s.", v.Name, c.Type, v.Type)
		}
	}
	for i, d := range p.dims {
		for _, v := range p.values {
			if d.Name == v.Name {
				return fmt.Sprintf("The name %s is used for a dimension and a measure.", p.dims[i].Name)
			}
		}
	}
	if n := t.count(roleDimension) + t.missing(p.dims); n > maxDimensions {
		return fmt.Sprintf("The table would have %d dimensions; %d are allowed.", n, maxDimensions)
	}
	if n := t.count(roleMulti) + t.missing(p.values); n > maxAttributes {
		return fmt.Sprintf("The table would have %d measures; %d are allowed.", n, maxAttributes)
	}
	return t.keyRefusal(p)
}

// keyRefusal is why a customer-defined partition key refuses the point, or "".
func (t *table) keyRefusal(p *point) string {
	for _, k := range t.Table.PartitionKey {
		if k.Type != "DIMENSION" || k.Enforcement != "REQUIRED" {
			continue
		}
		if !slices.ContainsFunc(p.dims, func(d value) bool { return d.Name == k.Name }) {
			return fmt.Sprintf("The record lacks the dimension %s, which is required as the partition key of the table.", k.Name)
		}
	}
	return ""
}

func (t *table) count(r role) int {
	n := 0
	for _, c := range t.Columns {
		if c.Role == r {
			n++
		}
	}
	return n
}

func (t *table) missing(values []value) int {
	n := 0
	for _, v := range values {
		if _, ok := t.byName[v.Name]; !ok {
			n++
		}
	}
	return n
}

// grows tells whether the point needs anything that the schema lacks.
func (t *table) grows(p *point) bool {
	m, ok := t.Measures[p.measure]
	if !ok || t.missing(p.dims) > 0 || t.missing(p.values) > 0 {
		return true
	}
	for _, d := range p.dims {
		if !slices.Contains(m.Dimensions, d.Name) {
			return true
		}
	}
	return false
}

// grow adds what the point needs. The table must be a private copy.
func (t *table) grow(p *point) {
	for _, v := range slices.Concat(p.dims, p.values) {
		if _, ok := t.byName[v.Name]; !ok {
			t.byName[v.Name] = len(t.Columns)
			t.Columns = append(t.Columns, v.column)
		}
	}
	m, ok := t.Measures[p.measure]
	if !ok {
		m.Type = p.mtype
		t.Order = append(t.Order, p.measure)
	}
	m.Dimensions = slices.Clone(m.Dimensions)
	for _, d := range p.dims {
		if !slices.Contains(m.Dimensions, d.Name) {
			m.Dimensions = append(m.Dimensions, d.Name)
		}
	}
	t.Measures[p.measure] = m
}
