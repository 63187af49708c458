package tsdb

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"athena-timestream/local/internal/duck"
)

// Database describes a database.
type Database struct {
	Name     string
	ARN      string
	KMSKeyID string
	Tables   int
	Created  time.Time
	Updated  time.Time
}

// Table describes a table.
type Table struct {
	Database, Name string
	ARN            string
	Retention      Retention
	MagneticWrites MagneticWrites
	PartitionKey   []PartitionKey // never empty
	Created        time.Time
	Updated        time.Time
}

// Retention is how long records are kept: first in the memory store, then in the magnetic store.
type Retention struct {
	MemoryHours  int64
	MagneticDays int64
}

// DefaultRetention is what the service gives a table that names none.
var DefaultRetention = Retention{MemoryHours: 6, MagneticDays: 73000}

// MagneticWrites says whether records older than the memory store are accepted, and where rejected ones are reported.
type MagneticWrites struct {
	Enabled  bool
	Rejected *RejectedLocation `json:",omitempty"`
}

// RejectedLocation is the S3 location of error reports. It is kept and shown, never written to.
type RejectedLocation struct {
	Bucket, Prefix, Encryption, KMSKeyID string
}

// PartitionKey is one part of a table's partition key.
type PartitionKey struct {
	Type        string // DIMENSION or MEASURE
	Name        string `json:",omitempty"` // of the dimension
	Enforcement string `json:",omitempty"` // REQUIRED or OPTIONAL, for dimensions
}

// ValueType is a type that can be stored; its text is what DESCRIBE prints.
type ValueType string

// The types that can be stored.
const (
	Varchar   ValueType = "varchar"
	Double    ValueType = "double"
	Bigint    ValueType = "bigint"
	Boolean   ValueType = "boolean"
	Timestamp ValueType = "timestamp" // in multi-measure records only
	Multi     ValueType = "multi"     // the type of a measure name, not of a column
)

// physical is the type's form in DuckDB.
var physical = map[ValueType]string{
	Varchar: "VARCHAR", Double: "DOUBLE", Bigint: "BIGINT", Boolean: "BOOLEAN", Timestamp: "TIMESTAMP_NS",
}

// role is what a column is for; its text is what DESCRIBE prints.
type role string

const (
	roleDimension   role = "DIMENSION"
	roleMeasureName role = "MEASURE_NAME"
	roleTime        role = "TIMESTAMP"
	roleMeasure     role = "MEASURE_VALUE"
	roleMulti       role = "MULTI"
)

// column is one dimension or value column. Its place in table.Columns is its number in DuckDB: c0, c1…
type column struct {
	Name string
	Role role
	Type ValueType
}

// measure is what is known of one measure name.
type measure struct {
	Type       ValueType
	Dimensions []string // those that its records have had, in order of first appearance
}

// table is the stored document of a table. A table in the catalog is never changed: a changed copy replaces it, so that
// queries may hold on to the one they found.
type table struct {
	ID       int64
	Table    Table
	Columns  []column
	Measures map[string]measure
	Order    []string // measure names in order of first appearance
	Tags     map[string]string

	byName map[string]int
}

func (t *table) clone() *table {
	c := *t
	c.Table.PartitionKey = slices.Clone(t.Table.PartitionKey)
	c.Columns = slices.Clone(t.Columns)
	c.Order = slices.Clone(t.Order)
	c.Measures = maps.Clone(t.Measures)
	c.Tags = maps.Clone(t.Tags)
	c.byName = maps.Clone(t.byName)
	return &c
}

// index fills what the document leaves out.
func (t *table) index() {
	if t.Measures == nil {
		t.Measures = map[string]measure{}
	}
	if t.Tags == nil {
		t.Tags = map[string]string{}
	}
	t.byName = make(map[string]int, len(t.Columns))
	for i, c := range t.Columns {
		t.byName[c.Name] = i
	}
}

func (t *table) physicalName() string { return "t" + strconv.FormatInt(t.ID, 10) }

func physicalColumn(i int) string { return "c" + strconv.Itoa(i) }

// from is the DuckDB FROM item for reading the table.
func (t *table) from() string { return `"main".` + duck.QuoteIdent(t.physicalName()) }

// shown is one column as a user sees it, with its DuckDB expression.
type shown struct {
	column
	sql string
}

// described lists the columns in the service's order: dimensions, measure_name, time, values.
func (t *table) described() []shown {
	var dims, values []shown
	for i, c := range t.Columns {
		s := shown{c, physicalColumn(i)}
		if c.Role == roleDimension {
			dims = append(dims, s)
		} else {
			values = append(values, s)
		}
	}
	fixed := []shown{
		{column{"measure_name", roleMeasureName, Varchar}, "m"},
		{column{"time", roleTime, Timestamp}, "t"},
	}
	return slices.Concat(dims, fixed, values)
}
