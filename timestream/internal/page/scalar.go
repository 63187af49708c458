package page

import (
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/federation/block"
)

type bigintCell struct {
	scalarOnly
	col *block.Int64Column
}

func (c *bigintCell) null() { c.col.AppendNull() }

func (c *bigintCell) scalar(b []byte, i int) int {
	v, i := scanInteger(b, i, 64)
	if i != odd {
		c.col.Append(v)
	}
	return i
}

func (c *bigintCell) add(d *types.Datum) error { return addText(c, d, "a bigint") }

type integerCell struct {
	scalarOnly
	col *block.Int32Column
}

func (c *integerCell) null() { c.col.AppendNull() }

func (c *integerCell) scalar(b []byte, i int) int {
	v, i := scanInteger(b, i, 32)
	if i != odd {
		c.col.Append(int32(v))
	}
	return i
}

func (c *integerCell) add(d *types.Datum) error { return addText(c, d, "an integer") }

type doubleCell struct {
	scalarOnly
	col *block.Float64Column
}

func (c *doubleCell) null() { c.col.AppendNull() }

func (c *doubleCell) scalar(b []byte, i int) int {
	v, i := scanDouble(b, i)
	if i != odd {
		c.col.Append(v)
	}
	return i
}

func (c *doubleCell) add(d *types.Datum) error { return addText(c, d, "a double") }

type booleanCell struct {
	scalarOnly
	col *block.BoolColumn
}

func (c *booleanCell) null() { c.col.AppendNull() }

func (c *booleanCell) scalar(b []byte, i int) int {
	v, i := scanBoolean(b, i)
	if i != odd {
		c.col.Append(v)
	}
	return i
}

func (c *booleanCell) add(d *types.Datum) error { return addText(c, d, "a boolean") }

type timestampCell struct {
	scalarOnly
	col  *block.Int64Column
	last minute
}

func (c *timestampCell) null() { c.col.AppendNull() }

func (c *timestampCell) scalar(b []byte, i int) int {
	v, i := scanTimestamp(b, i, &c.last)
	if i != odd {
		c.col.Append(v)
	}
	return i
}

func (c *timestampCell) add(d *types.Datum) error { return addText(c, d, "a timestamp") }

type dateCell struct {
	scalarOnly
	col *block.Int32Column
}

func (c *dateCell) null() { c.col.AppendNull() }

func (c *dateCell) scalar(b []byte, i int) int {
	v, i := scanDate(b, i)
	if i != odd {
		c.col.Append(v)
	}
	return i
}

func (c *dateCell) add(d *types.Datum) error { return addText(c, d, "a date") }

// textCell keeps the text of any scalar.
type textCell struct {
	scalarOnly
	col *block.StringColumn
	buf []byte
}

func (c *textCell) null() { c.col.AppendNull() }

func (c *textCell) scalar(b []byte, i int) int {
	if j := plain(b, i); b[j] == '"' {
		c.col.AppendBytes(b[i:j])
		return j + 1
	}
	s, buf, i := text(b, i, c.buf)
	c.buf = buf
	if i != odd {
		c.col.AppendBytes(s)
	}
	return i
}

func (c *textCell) add(d *types.Datum) error {
	s, isNull, err := scalarOf(d)
	switch {
	case err != nil:
		return err
	case isNull:
		c.col.AppendNull()
	default:
		c.col.Append(s)
	}
	return nil
}

// nullCell is for columns whose values cannot be anything but null: of type unknown, in a column that is no text.
type nullCell struct {
	scalarOnly
	col block.Column
}

func (c *nullCell) null()                  { c.col.AppendNull() }
func (c *nullCell) scalar([]byte, int) int { return odd }

func (c *nullCell) add(d *types.Datum) error { return addText(c, d, "a null") }
