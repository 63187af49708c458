package tswire

import (
	"fmt"

	"athena-timestream/local/internal/translate"
)

// scalarNames are the wire names of the types that have one.
var scalarNames = map[translate.Kind]string{
	translate.Unknown:           "UNKNOWN",
	translate.Varchar:           "VARCHAR",
	translate.Double:            "DOUBLE",
	translate.Boolean:           "BOOLEAN",
	translate.Bigint:            "BIGINT",
	translate.Integer:           "INTEGER",
	translate.Timestamp:         "TIMESTAMP",
	translate.Date:              "DATE",
	translate.Time:              "TIME",
	translate.IntervalDaySecond: "INTERVAL_DAY_TO_SECOND",
	translate.IntervalYearMonth: "INTERVAL_YEAR_TO_MONTH",
}

// ColumnInfo is a column on the wire, in answers of Query and PrepareQuery and in metadata files of UNLOAD.
type ColumnInfo struct {
	Name string `json:",omitempty"`
	Type *ColumnType
}

// ColumnType is a type on the wire: one member is set.
type ColumnType struct {
	ScalarType                       string        `json:",omitempty"`
	ArrayColumnInfo                  *ColumnInfo   `json:",omitempty"`
	RowColumnInfo                    []*ColumnInfo `json:",omitempty"`
	TimeSeriesMeasureValueColumnInfo *ColumnInfo   `json:",omitempty"`
}

// NewColumnType puts a type on the wire. Types that the service cannot return (varbinary) are an error.
func NewColumnType(t translate.Type) (*ColumnType, error) {
	if name, ok := scalarNames[t.Kind]; ok {
		return &ColumnType{ScalarType: name}, nil
	}
	switch t.Kind {
	case translate.Array, translate.TimeSeries:
		elem, err := NewColumnType(*t.Elem)
		if err != nil {
			return nil, err
		}
		if t.Kind == translate.Array {
			return &ColumnType{ArrayColumnInfo: &ColumnInfo{Type: elem}}, nil
		}
		return &ColumnType{TimeSeriesMeasureValueColumnInfo: &ColumnInfo{Type: elem}}, nil
	case translate.Row:
		c := &ColumnType{}
		for _, f := range t.Fields {
			ft, err := NewColumnType(f.Type)
			if err != nil {
				return nil, err
			}
			c.RowColumnInfo = append(c.RowColumnInfo, &ColumnInfo{Name: f.Name, Type: ft})
		}
		return c, nil
	}
	return nil, fmt.Errorf("the type %s has no form on the wire", t)
}
