package page

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/federation/redact"
)

// This file fills cells from what the SDK's deserializer has read. It is the way out for pages that the scan does
// not understand, and the only place that says why a value cannot be had.

// maxShown bounds the values that errors repeat.
const maxShown = 64

// holds says that d is null, or else has the member m and no other.
func holds(d *types.Datum, m member) (isNull bool, err error) {
	if d == nil {
		return false, errNoValue
	}
	switch set := membersOf(d); set {
	case nullValue:
		return true, nil
	case m:
		return false, nil
	case 0:
		return false, errNoValue
	default:
		return false, fmt.Errorf("the service sent %s where a %s was due", set, m)
	}
}

var errNoValue = errors.New("the service sent no value, not even null")

func membersOf(d *types.Datum) (set member) {
	if d.NullValue != nil && *d.NullValue {
		set |= nullValue
	}
	if d.ScalarValue != nil {
		set |= scalarValue
	}
	if d.ArrayValue != nil {
		set |= arrayValue
	}
	if d.RowValue != nil {
		set |= rowValue
	}
	if d.TimeSeriesValue != nil {
		set |= seriesValue
	}
	return set
}

// String lists the members of the set by their JSON names.
func (m member) String() string {
	text := ""
	for _, k := range members {
		if m&k.m == 0 {
			continue
		}
		if text != "" {
			text += " and "
		}
		text += k.key[1 : len(k.key)-1]
	}
	return text
}

func scalarOf(d *types.Datum) (text string, isNull bool, err error) {
	isNull, err = holds(d, scalarValue)
	if err != nil || isNull {
		return "", isNull, err
	}
	return *d.ScalarValue, false, nil
}

// orNull ends an add that has nothing to add but perhaps a null.
func orNull(c cell, err error) error {
	if err == nil {
		c.null()
	}
	return err
}

// addText appends a scalar by way of the scan of its text, in which no character needs a quote or an escape.
func addText(c cell, d *types.Datum, kind string) error {
	text, isNull, err := scalarOf(d)
	if err != nil || isNull {
		return orNull(c, err)
	}
	b := make([]byte, len(text)+1+slack)
	copy(b, text)
	b[len(text)] = '"'
	if c.scalar(b, 0) == len(text)+1 {
		return nil
	}
	if len(text) > maxShown {
		text = text[:maxShown] + "…"
	}
	return redact.Errorf("%q is not %s", redact.Data(text), kind)
}

// addRow appends one row of the page.
func (d *Decoder) addRow(r *types.Row) error {
	if len(r.Data) != len(d.cells) {
		return fmt.Errorf("the row has %d values for %d columns", len(r.Data), len(d.cells))
	}
	for k, c := range d.cells {
		if err := c.add(&r.Data[k]); err != nil {
			return &ValueError{Column: d.info[k].name, Type: d.info[k].typ.String(), Err: err}
		}
	}
	return nil
}
