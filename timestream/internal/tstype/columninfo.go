package tstype

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"
)

// maxDepth bounds the nesting that FromColumnInfo follows; the service's own SQL cannot come near it.
const maxDepth = 64

// FromColumnInfo reads the type of one column of a query's answer. A scalar name that this package does not know
// becomes Unknown, which is shown as text; a type that says nothing, or is nested too deeply, is an error.
func FromColumnInfo(t types.Type) (Type, error) {
	return fromInfo(&t, 0)
}

func fromInfo(t *types.Type, depth int) (Type, error) {
	if depth > maxDepth {
		return Type{}, fmt.Errorf("a type is nested more than %d deep", maxDepth)
	}
	switch {
	case t == nil:
		return Type{}, errors.New("a column has no type")
	case t.ScalarType != "":
		if known, ok := Parse(string(t.ScalarType)); ok {
			return known, nil
		}
		return Type{Kind: Unknown}, nil
	case t.TimeSeriesMeasureValueColumnInfo != nil:
		return fromElem(TimeSeries, t.TimeSeriesMeasureValueColumnInfo, depth)
	case t.ArrayColumnInfo != nil:
		return fromElem(Array, t.ArrayColumnInfo, depth)
	case len(t.RowColumnInfo) > 0:
		fields := make([]Field, len(t.RowColumnInfo))
		for i, c := range t.RowColumnInfo {
			ft, err := fromInfo(c.Type, depth+1)
			if err != nil {
				return Type{}, fmt.Errorf("row member %d: %w", i, err)
			}
			fields[i] = Field{Name: aws.ToString(c.Name), Type: ft}
		}
		return Type{Kind: Row, Fields: fields}, nil
	default:
		return Type{}, errors.New("a column's type names no scalar, array, row or time series")
	}
}

// Unheard is the first scalar in a type that FromColumnInfo takes for Unknown for want of knowing it; empty if there is none.
func Unheard(t types.Type) string {
	parts := t.RowColumnInfo
	for _, c := range []*types.ColumnInfo{t.ArrayColumnInfo, t.TimeSeriesMeasureValueColumnInfo} {
		if c != nil {
			parts = []types.ColumnInfo{*c}
		}
	}
	if _, known := Parse(string(t.ScalarType)); t.ScalarType != "" && !known {
		return string(t.ScalarType)
	}
	for _, c := range parts {
		if c.Type == nil {
			continue
		}
		if name := Unheard(*c.Type); name != "" {
			return name
		}
	}
	return ""
}

func fromElem(kind Kind, c *types.ColumnInfo, depth int) (Type, error) {
	elem, err := fromInfo(c.Type, depth+1)
	if err != nil {
		return Type{}, fmt.Errorf("%s element: %w", kind, err)
	}
	return Type{Kind: kind, Elem: &elem, ElemName: aws.ToString(c.Name)}, nil
}
