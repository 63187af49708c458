package athena

import (
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/local/internal/translate"
)

// typeOf is Athena's type of a connector column.
func typeOf(t arrow.DataType) (translate.Type, error) {
	if kind, ok := flatTypes[t.ID()]; ok {
		return translate.Type{Kind: kind}, nil
	}
	switch t := t.(type) {
	case *arrow.TimestampType:
		if t.TimeZone != "" && (t.Unit == arrow.Millisecond || t.Unit == arrow.Microsecond) {
			return translate.Type{Kind: translate.TimestampTZ}, nil
		}
	case *arrow.Decimal128Type:
		return translate.Type{Kind: translate.Decimal, Precision: int(t.Precision), Scale: int(t.Scale)}, nil
	case *arrow.ListType:
		elem, err := typeOf(t.Elem())
		return translate.Type{Kind: translate.Array, Elem: &elem}, err
	case *arrow.MapType:
		key, err := typeOf(t.KeyType())
		if err != nil {
			return key, err
		}
		value, err := typeOf(t.ItemType())
		return translate.Type{Kind: translate.Map, Key: &key, Elem: &value}, err
	case *arrow.StructType:
		row := translate.Type{Kind: translate.Row}
		for _, f := range t.Fields() {
			ft, err := typeOf(f.Type)
			if err != nil {
				return row, err
			}
			row.Fields = append(row.Fields, translate.Field{Name: strings.ToLower(f.Name), Type: ft})
		}
		return row, nil
	}
	return translate.Type{}, fmt.Errorf("the type %s is not supported by Athena's connectors", t)
}

var flatTypes = map[arrow.Type]translate.Kind{
	arrow.BOOL:    translate.Boolean,
	arrow.INT8:    translate.Tinyint,
	arrow.INT16:   translate.Smallint,
	arrow.INT32:   translate.Integer,
	arrow.INT64:   translate.Bigint,
	arrow.FLOAT32: translate.Real,
	arrow.FLOAT64: translate.Double,
	arrow.STRING:  translate.Varchar,
	arrow.BINARY:  translate.Varbinary,
	arrow.DATE32:  translate.Date,
	arrow.DATE64:  translate.Timestamp,
}

// sqlType names a connector column's type as SQL does.
func sqlType(t arrow.DataType) string {
	sql, err := typeOf(t)
	if err != nil {
		return t.String()
	}
	return typeName(sql)
}

// typeName names a type as Athena does: its timestamps have milliseconds.
func typeName(t translate.Type) string {
	switch t.Kind {
	case translate.Timestamp:
		return "timestamp(3)"
	case translate.TimestampTZ:
		return "timestamp(3) with time zone"
	case translate.Array:
		return "array(" + typeName(*t.Elem) + ")"
	case translate.Map:
		return "map(" + typeName(*t.Key) + ", " + typeName(*t.Elem) + ")"
	case translate.Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = strings.TrimSpace(f.Name + " " + typeName(f.Type))
		}
		return "row(" + strings.Join(parts, ", ") + ")"
	}
	return t.String()
}
