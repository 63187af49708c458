package tsdb

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Record is one record of a write, or the common attributes of all of them. Empty fields are absent.
type Record struct {
	Dimensions    []Dimension
	Time          string // a count of TimeUnits since 1970
	TimeUnit      string // default MILLISECONDS
	MeasureName   string
	MeasureValue  *string
	MeasureType   string // default DOUBLE
	MeasureValues []MeasureValue
	Version       *int64 // default 1
}

// Dimension is one name and value.
type Dimension struct{ Name, Value string }

// MeasureValue is one value of a multi-measure record.
type MeasureValue struct{ Name, Value, Type string }

// value is a parsed value bound for the column of that name: float64, int64, string, bool; timestamps are int64
// nanoseconds.
type value struct {
	column
	v any
}

// point is a parsed record.
type point struct {
	dims    []value // in the request's order
	measure string
	mtype   ValueType
	time    int64 // nanoseconds
	values  []value
	version int64
	key     pointKey
}

// nanos is the length of each time unit.
var nanos = map[string]int64{"SECONDS": 1e9, "MILLISECONDS": 1e6, "MICROSECONDS": 1e3, "NANOSECONDS": 1}

// latestTime is the last storable instant. DuckDB takes the very last nanosecond of the range for "infinity".
const latestTime = math.MaxInt64 - 1

// merge lays a record over the common attributes. The same dimension in both is an error.
func merge(common *Record, r Record) (Record, error) {
	if common == nil {
		return r, nil
	}
	for _, d := range r.Dimensions {
		for _, c := range common.Dimensions {
			if d.Name == c.Name {
				return r, errorf(Validation, "The dimension %s is specified in both the common attributes and a record.", d.Name)
			}
		}
	}
	r.Dimensions = slices.Concat(common.Dimensions, r.Dimensions)
	r.Time = or(r.Time, common.Time)
	r.TimeUnit = or(r.TimeUnit, common.TimeUnit)
	r.MeasureName = or(r.MeasureName, common.MeasureName)
	r.MeasureType = or(r.MeasureType, common.MeasureType)
	if r.MeasureValue == nil {
		r.MeasureValue = common.MeasureValue
	}
	if len(r.MeasureValues) == 0 {
		r.MeasureValues = common.MeasureValues
	}
	if r.Version == nil {
		r.Version = common.Version
	}
	return r, nil
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// parse checks a merged record by itself. What is wrong with its form is a Validation error for the whole request, as
// the service does it.
func parse(r Record) (*point, error) {
	p := &point{measure: r.MeasureName, version: 1}
	if r.Version != nil {
		p.version = *r.Version
	}
	if p.version < 1 {
		return nil, errorf(Validation, "Invalid version %d for record: a version must be at least 1.", p.version)
	}
	unit, ok := nanos[or(r.TimeUnit, "MILLISECONDS")]
	if !ok {
		return nil, errorf(Validation, "Invalid time unit %s for record.", r.TimeUnit)
	}
	if p.time, ok = parseTime(r.Time, unit); !ok {
		return nil, errorf(Validation, "Invalid time for record.")
	}
	if p.measure == "" {
		return nil, errorf(Validation, "A measure name is required for every record.")
	}
	if err := checkName("measure", p.measure, ":"); err != nil {
		return nil, err
	}
	if err := p.parseDimensions(r); err != nil {
		return nil, err
	}
	if err := p.parseMeasure(r, unit); err != nil {
		return nil, err
	}
	p.identify()
	return p, nil
}

func parseTime(s string, unit int64) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit {
		return 0, false
	}
	return n * unit, n*unit <= latestTime
}

func (p *point) parseDimensions(r Record) error {
	if len(r.Dimensions) == 0 { // the service's text: https://github.com/leonyork/xk6-output-timestream/issues/257
		return errorf(Validation, "At least one dimension is required for a record.")
	}
	p.dims = make([]value, 0, len(r.Dimensions))
	for _, d := range r.Dimensions {
		if err := checkName("dimension", d.Name, notInDimensions); err != nil {
			return err
		}
		if contains(p.dims, d.Name) {
			return errorf(Validation, "The dimension %s is specified twice in a record.", d.Name)
		}
		p.dims = append(p.dims, value{column{d.Name, roleDimension, Varchar}, d.Value})
	}
	return nil
}

func contains(values []value, name string) bool {
	return slices.ContainsFunc(values, func(v value) bool { return v.Name == name })
}

// notInDimensions are the characters that a dimension's name cannot have (page ts-limits, "Naming constraints").
const notInDimensions = ":\u2028\u2029" +
	"\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"

// checkName refuses the names that the service keeps for itself (page ts-limits, "System identifiers"), and those with
// characters that a name of the kind cannot have.
func checkName(kind, name, forbidden string) error {
	switch {
	case name == "", name == "time", strings.HasPrefix(name, "ts_"), strings.HasPrefix(name, "measure_name"), strings.HasPrefix(name, "measure_value"):
		return errorf(Validation, "The name '%s' is empty or reserved and cannot be used for a %s.", name, kind)
	case strings.ContainsAny(name, forbidden):
		return errorf(Validation, "The name %q has a character that the name of a %s cannot have.", name, kind)
	}
	return nil
}

var measureTypes = map[string]ValueType{
	"DOUBLE": Double, "BIGINT": Bigint, "VARCHAR": Varchar, "BOOLEAN": Boolean, "TIMESTAMP": Timestamp, "MULTI": Multi,
}

func (p *point) parseMeasure(r Record, unit int64) error {
	t, ok := measureTypes[or(r.MeasureType, "DOUBLE")]
	if !ok {
		return errorf(Validation, "Invalid measure value type %s for record.", r.MeasureType)
	}
	p.mtype = t
	if t == Multi {
		return p.parseMulti(r, unit)
	}
	switch {
	case t == Timestamp:
		return errorf(Validation, "TIMESTAMP is an invalid measure value type: it is only supported for measures of a record of type MULTI.")
	case len(r.MeasureValues) > 0:
		return errorf(Validation, "MeasureValues can only be specified when the measure value type is MULTI.")
	case r.MeasureValue == nil:
		return errorf(Validation, "A measure value is required for every record whose measure value type is not MULTI.")
	}
	v, ok := parseValue(t, *r.MeasureValue, unit)
	if !ok {
		return errorf(Validation, "Invalid measure value '%s' for data type %s.", *r.MeasureValue, strings.ToUpper(string(t)))
	}
	p.values = []value{{column{"measure_value::" + string(t), roleMeasure, t}, v}}
	return nil
}

func (p *point) parseMulti(r Record, unit int64) error {
	if r.MeasureValue != nil {
		return errorf(Validation, "MeasureValue cannot be specified when the measure value type is MULTI.")
	}
	if len(r.MeasureValues) == 0 {
		return errorf(Validation, "MeasureValues are required when the measure value type is MULTI.")
	}
	p.values = make([]value, 0, len(r.MeasureValues))
	for _, m := range r.MeasureValues {
		if err := checkName("measure", m.Name, ":"); err != nil {
			return err
		}
		if contains(p.values, m.Name) {
			return errorf(Validation, "The measure %s is specified twice in a record.", m.Name)
		}
		t, ok := measureTypes[m.Type]
		if !ok || t == Multi {
			return errorf(Validation, "Invalid type '%s' for the measure %s.", m.Type, m.Name)
		}
		v, ok := parseValue(t, m.Value, unit)
		if !ok {
			return errorf(Validation, "Invalid measure value '%s' for data type %s.", m.Value, m.Type)
		}
		p.values = append(p.values, value{column{m.Name, roleMulti, t}, v})
	}
	return nil
}

// parseValue reads a value's text; numbers must be finite and in plain decimal form.
func parseValue(t ValueType, s string, unit int64) (any, bool) {
	switch t {
	case Varchar:
		return s, true
	case Bigint:
		n, err := strconv.ParseInt(s, 10, 64)
		return n, err == nil
	case Boolean:
		return strings.EqualFold(s, "true"), strings.EqualFold(s, "true") || strings.EqualFold(s, "false")
	case Timestamp:
		n, ok := parseTime(s, unit)
		return n, ok
	case Double:
		x, err := strconv.ParseFloat(s, 64)
		return x, err == nil && !math.IsNaN(x) && !math.IsInf(x, 0) && !strings.ContainsAny(s, "xX_")
	}
	return nil, false
}

// Limits of a record (page ts-limits), lengths in bytes. A record may have 2 KB: for a multi-measure record the page has
// one limit of that size for the dimensions and one for the values, for a single measure they count together.
const (
	maxDimensionsPerRecord = 128
	maxDimensionName       = 60
	maxName                = 256
	maxMeasuresPerRecord   = 256
	maxRecordBytes         = 2048
)

// refusal is why the service would reject the record for its size, or "".
func (p *point) refusal() string {
	if len(p.dims) > maxDimensionsPerRecord {
		return "The record has more than 128 dimensions."
	}
	pairs := 0
	for _, d := range p.dims {
		s, _ := d.v.(string)
		switch {
		case s == "":
			return "The dimension " + d.Name + " has an empty value."
		case len(d.Name) > maxDimensionName:
			return "The dimension name " + d.Name + " is longer than 60 bytes."
		}
		pairs += len(d.Name) + len(s)
	}
	switch {
	case pairs > maxRecordBytes:
		return "The names and values of the record's dimensions are longer than 2048 bytes."
	case len(p.measure) > maxName:
		return "The measure name is longer than 256 bytes."
	case len(p.values) > maxMeasuresPerRecord:
		return "The record has more than 256 measures."
	}
	size := 0
	for _, v := range p.values {
		if s, ok := v.v.(string); ok {
			size += len(s)
		} else {
			size += 8
		}
		if len(v.Name) > maxName {
			return "The measure name " + v.Name + " is longer than 256 bytes."
		}
	}
	switch {
	case size > maxRecordBytes:
		return "The measure values of the record are longer than 2048 bytes."
	case p.mtype != Multi && pairs+len(p.measure)+size > maxRecordBytes:
		return "The record is longer than 2048 bytes."
	}
	return ""
}
