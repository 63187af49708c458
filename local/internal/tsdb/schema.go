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
	for _, values := range [][]value{p.dims, p.values} {
		for _, v := range values {
			if reason := t.misfit(v); reason != "" {
				return reason
			}
		}
	}
	for _, v := range p.values {
		if contains(p.dims, v.Name) {
			return fmt.Sprintf("The name %s is used for a dimension and a measure.", v.Name)
		}
	}
	if n := t.missing(p.dims); n > 0 && n+t.count(roleDimension) > maxDimensions {
		return fmt.Sprintf("The table would have %d dimensions; %d are allowed.", n+t.count(roleDimension), maxDimensions)
	}
	if n := t.missing(p.values); p.mtype == Multi && n > 0 && n+t.count(roleMulti) > maxAttributes {
		return fmt.Sprintf("The table would have %d measures; %d are allowed.", n+t.count(roleMulti), maxAttributes)
	}
	return t.keyRefusal(p)
}

// misfit is why a value does not fit the column of its name, or "".
func (t *table) misfit(v value) string {
	i, ok := t.byName[v.Name]
	if !ok {
		return ""
	}
	switch c := t.Columns[i]; {
	case c.Role != v.Role:
		return fmt.Sprintf("The name %s already exists as a %s of the table.", v.Name, c.Role)
	case c.Type != v.Type:
		return fmt.Sprintf("The measure %s already exists with the data type %s; the record has the data type %s.", v.Name, c.Type, v.Type)
	}
	return ""
}

// keyRefusal is why a customer-defined partition key refuses the point, or "".
func (t *table) keyRefusal(p *point) string {
	for _, k := range t.Table.PartitionKey {
		if k.Type != "DIMENSION" || k.Enforcement != "REQUIRED" {
			continue
		}
		if !contains(p.dims, k.Name) {
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
