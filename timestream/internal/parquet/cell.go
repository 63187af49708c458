package parquet

import (
	"github.com/parquet-go/parquet-go"

	"athena-timestream/federation/block"
)

// cell appends one value, a null perhaps, to its column. It is made once a file. repetition is the level at which the
// value comes. After an error the column may hold part of the row.
type cell interface {
	append(repetition uint8) error
}

// leafCell moves the values of one leaf. Above least a null is the leaf's own.
type leafCell struct {
	leaf  *leaf
	least uint8
	col   block.Column
	value func() error // appends the leaf's next value, which is there
}

func (c *leafCell) append(repetition uint8) error {
	d, err := c.leaf.take(repetition, c.least)
	if err != nil {
		return err
	}
	if d == c.leaf.definition {
		return c.value()
	}
	c.col.AppendNull()
	return nil
}

// group is what structs and lists share: the leaves below, of which the first one tells what is there.
type group struct {
	leaves []*leaf
	// outer is the level of the nearest group around it that is known to be there.
	outer uint8
}

// skip passes over a group that is not there, or empty: each leaf has one value to say so, the same in all.
func (g group) skip(repetition, definition uint8) error {
	for _, l := range g.leaves {
		d, err := l.take(repetition, g.outer)
		if err != nil {
			return err
		}
		if d != definition {
			return corrupt("the levels of columns %q and %q do not agree", l.name, g.leaves[0].name)
		}
	}
	return nil
}

// structCell fills a struct from a group.
type structCell struct {
	group
	definition uint8
	col        *block.StructColumn
	fields     []cell
}

func (c *structCell) append(repetition uint8) error {
	_, d, _, err := c.leaves[0].peek()
	if err != nil {
		return err
	}
	if d < c.definition {
		c.col.AppendNull()
		return c.skip(repetition, d)
	}
	c.col.Append()
	for _, f := range c.fields {
		if err := f.append(repetition); err != nil {
			return err
		}
	}
	return nil
}

// listCell fills a list. Below definition it is null, at it empty, above it has elements, which come at repetition.
type listCell struct {
	group
	definition, repetition uint8
	col                    *block.ListColumn
	elem                   cell
}

func (c *listCell) append(repetition uint8) error {
	_, d, _, err := c.leaves[0].peek()
	if err != nil {
		return err
	}
	switch {
	case d < c.definition:
		c.col.AppendNull()
		return c.skip(repetition, d)
	case d == c.definition:
		c.col.Append()
		return c.skip(repetition, d)
	}
	c.col.Append()
	for {
		if err := c.elem.append(repetition); err != nil {
			return err
		}
		repetition = c.repetition
		r, _, more, err := c.leaves[0].peek()
		if err != nil || !more || r != repetition {
			return err
		}
	}
}

// The functions below append the next value of a leaf to a column.

func textValue(l *leaf, c *block.StringColumn) func() error {
	return func() error {
		i := l.at()
		c.AppendBytes(l.values.text[l.values.offsets[i]:l.values.offsets[i+1]])
		return nil
	}
}

func booleanValue(l *leaf, c *block.BoolColumn) func() error {
	return func() error {
		c.Append(l.values.booleans[l.at()] != 0)
		return nil
	}
}

func doubleValue(l *leaf, c *block.Float64Column) func() error {
	return func() error {
		c.Append(l.values.doubles[l.at()])
		return nil
	}
}

// whole reads integers of both widths.
func whole(l *leaf) func() int64 {
	if l.column.Type().Kind() == parquet.Int32 {
		return func() int64 { return int64(l.values.int32s[l.at()]) }
	}
	return func() int64 { return l.values.int64s[l.at()] }
}

func wholeAsDouble(l *leaf, c *block.Float64Column) func() error {
	next := whole(l)
	return func() error {
		c.Append(float64(next()))
		return nil
	}
}

func bigintValue(l *leaf, c *block.Int64Column) func() error {
	next := whole(l)
	return func() error {
		c.Append(next())
		return nil
	}
}

func integerValue(l *leaf, c *block.Int32Column) func() error {
	next := whole(l)
	return func() error {
		v := next()
		if int64(int32(v)) != v {
			return &ValueError{Column: l.name, Reason: "is no integer of 32 bits"}
		}
		c.Append(int32(v))
		return nil
	}
}

const (
	julianEpoch = 2440588 // 1970-01-01
	msDay       = 86_400_000
	nsDay       = 86_400_000_000_000
	nsPerMilli  = 1_000_000
)

// int96Value reads nanoseconds of the day and the Julian day, rounded down to milliseconds as pages' timestamps are.
func int96Value(l *leaf, c *block.Int64Column) func() error {
	return func() error {
		v := l.values.int96s[l.at()]
		ns := uint64(v[1])<<32 | uint64(v[0])
		if ns >= nsDay {
			return corrupt("a timestamp in column %q has %d nanoseconds of a day", l.name, ns)
		}
		day := int64(int32(v[2])) - julianEpoch
		c.Append(day*msDay + int64(ns/nsPerMilli))
		return nil
	}
}

// instantValue reads a count of a unit, of which a millisecond has so many, rounded down.
func instantValue(l *leaf, c *block.Int64Column, perMilli int64) func() error {
	return func() error {
		v := l.values.int64s[l.at()]
		ms := v / perMilli
		if v%perMilli < 0 {
			ms--
		}
		c.Append(ms)
		return nil
	}
}
