package page

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/federation/block"
)

// arrayCell fills a list from {"ArrayValue":[datum,…]}.
type arrayCell struct {
	nestedOnly
	col  *block.ListColumn
	elem cell
}

func (c *arrayCell) null() { c.col.AppendNull() }

func (c *arrayCell) nested(b []byte, i int, m member) int {
	if m != arrayValue || b[i] != '[' {
		return odd
	}
	c.col.Append()
	return list(b, i, func(i int) int { return datum(c.elem, b, i) })
}

func (c *arrayCell) add(d *types.Datum) error {
	isNull, err := holds(d, arrayValue)
	if err != nil || isNull {
		return orNull(c, err)
	}
	c.col.Append()
	for i := range d.ArrayValue {
		if err := c.elem.add(&d.ArrayValue[i]); err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
	}
	return nil
}

// list reads an array, from its bracket on, each of whose elements is read by one call.
func list(b []byte, i int, element func(int) int) int {
	if i = space(b, i+1); b[i] == ']' {
		return i + 1
	}
	for {
		if i = element(i); i == odd {
			return odd
		}
		switch i = space(b, i); b[i] {
		case ',':
			i = space(b, i+1)
		case ']':
			return i + 1
		default:
			return odd
		}
	}
}

// rowCell fills a struct from {"RowValue":{"Data":[datum,…]}}.
type rowCell struct {
	nestedOnly
	col    *block.StructColumn
	fields []cell
}

func (c *rowCell) null() { c.col.AppendNull() }

func (c *rowCell) nested(b []byte, i int, m member) int {
	if m != rowValue {
		return odd
	}
	c.col.Append()
	return data(c.fields, b, i)
}

func (c *rowCell) add(d *types.Datum) error {
	isNull, err := holds(d, rowValue)
	if err != nil || isNull {
		return orNull(c, err)
	}
	if got := len(d.RowValue.Data); got != len(c.fields) {
		return fmt.Errorf("the row has %d values, its type %d", got, len(c.fields))
	}
	c.col.Append()
	for i, f := range c.fields {
		if err := f.add(&d.RowValue.Data[i]); err != nil {
			return fmt.Errorf("row member %d: %w", i, err)
		}
	}
	return nil
}

// data reads a row, of the page or of a cell: {"Data":[datum,…]}, one datum a cell.
func data(cells []cell, b []byte, i int) int {
	const open = `{"Data":[`
	if string(b[i:i+len(open)]) == open {
		i += len(open)
	} else if i = looseOpen(b, i); i == odd {
		return odd
	}
	for k, c := range cells {
		if k > 0 {
			if b[i] == ',' {
				i++
			} else if i = after(b, i, ','); i == odd {
				return odd
			}
		}
		if b[i] != '{' {
			i = space(b, i)
		}
		if i = datum(c, b, i); i == odd {
			return odd
		}
	}
	if b[i] == ']' && b[i+1] == '}' {
		return i + 2
	}
	if i = after(b, i, ']'); i == odd || b[i] != '}' {
		return odd
	}
	return i + 1
}

// looseOpen is the beginning of a row with white space in it.
func looseOpen(b []byte, i int) int {
	if i = after(b, i, '{'); i == odd {
		return odd
	}
	if i = word(b, i, `"Data"`); i == odd {
		return odd
	}
	if i = after(b, i, ':'); i == odd {
		return odd
	}
	return after(b, i, '[')
}

// seriesCell fills a list of (time, value) from {"TimeSeriesValue":[{"Time":"…","Value":datum},…]}.
type seriesCell struct {
	nestedOnly
	col   *block.ListColumn
	point *block.StructColumn
	time  cell
	value cell
}

func (c *seriesCell) null() { c.col.AppendNull() }

func (c *seriesCell) nested(b []byte, i int, m member) int {
	if m != seriesValue || b[i] != '[' {
		return odd
	}
	c.col.Append()
	return list(b, i, func(i int) int { return c.scanPoint(b, i) })
}

// scanPoint reads one point, its two members in any order.
func (c *seriesCell) scanPoint(b []byte, i int) int {
	c.point.Append()
	if i = after(b, i, '{'); i == odd {
		return odd
	}
	hasTime, hasValue := false, false
	for {
		switch j := word(b, i, `"Time"`); {
		case j != odd && !hasTime:
			hasTime = true
			if i = after(b, j, ':'); i == odd || b[i] != '"' {
				return odd
			}
			i = c.time.scalar(b, i+1)
		case j == odd && !hasValue:
			hasValue = true
			if i = word(b, i, `"Value"`); i == odd {
				return odd
			}
			if i = after(b, i, ':'); i == odd {
				return odd
			}
			i = datum(c.value, b, i)
		default:
			return odd
		}
		if i == odd {
			return odd
		}
		switch i = space(b, i); {
		case b[i] == ',':
			i = space(b, i+1)
		case b[i] == '}' && hasTime && hasValue:
			return i + 1
		default:
			return odd
		}
	}
}

func (c *seriesCell) add(d *types.Datum) error {
	isNull, err := holds(d, seriesValue)
	if err != nil || isNull {
		return orNull(c, err)
	}
	c.col.Append()
	for i := range d.TimeSeriesValue {
		if err := c.addPoint(&d.TimeSeriesValue[i]); err != nil {
			return fmt.Errorf("point %d: %w", i, err)
		}
	}
	return nil
}

func (c *seriesCell) addPoint(p *types.TimeSeriesDataPoint) error {
	c.point.Append()
	if err := c.time.add(&types.Datum{ScalarValue: p.Time}); err != nil {
		return fmt.Errorf("time: %w", err)
	}
	return c.value.add(p.Value)
}
