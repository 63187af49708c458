package page

import "github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

// cell appends datums of one type to one column. It is made once a query; nothing is decided per value. The scan
// methods take positions in a body as the functions of json.go do. After an odd one the column may hold part of
// the row, which the caller cuts off.
type cell interface {
	// scalar appends the ScalarValue whose first character is at i and returns the position behind its quote.
	scalar(b []byte, i int) int
	// nested appends the value of the member m, which begins at i.
	nested(b []byte, i int, m member) int
	null()
	// add appends a datum that the SDK has read. It is the slow twin of the scans and the one that explains errors.
	add(d *types.Datum) error
}

// member is one of the five of a datum, as a bit of a set.
type member uint8

const (
	scalarValue member = 1 << iota
	nullValue
	arrayValue
	rowValue
	seriesValue
)

var members = [...]struct {
	key string
	m   member
}{
	{`"ScalarValue"`, scalarValue},
	{`"NullValue"`, nullValue},
	{`"ArrayValue"`, arrayValue},
	{`"RowValue"`, rowValue},
	{`"TimeSeriesValue"`, seriesValue},
}

const (
	scalarOpen = `{"ScalarValue":"`
	nullDatum  = `{"NullValue":true}`
)

// datum appends one datum to c. The two compact forms, which are nearly all there is, are recognised at a glance.
func datum(c cell, b []byte, i int) int {
	if string(b[i:i+len(scalarOpen)]) == scalarOpen {
		if i = c.scalar(b, i+len(scalarOpen)); i == odd {
			return odd
		}
		if b[i] == '}' {
			return i + 1
		}
		return moreMembers(c, b, i, scalarValue, true)
	}
	if string(b[i:i+len(nullDatum)]) == nullDatum {
		c.null()
		return i + len(nullDatum)
	}
	if b[i] != '{' {
		return odd
	}
	if i = space(b, i+1); b[i] != '"' {
		return odd
	}
	return datumMembers(c, b, i, 0, false)
}

// datumMembers reads the members of a datum from the opening quote of a key on. seen are those before, filled says
// that one of them was the value. Any member may be null, which is as good as not there.
func datumMembers(c cell, b []byte, i int, seen member, filled bool) int {
	m, i := memberKey(b, i)
	if i == odd || seen&m != 0 {
		return odd
	}
	seen |= m
	if b[i] == 'n' {
		if i = null(b, i); i == odd {
			return odd
		}
		return moreMembers(c, b, i, seen, filled)
	}
	if m == nullValue && b[i] == 'f' {
		if i = word(b, i, "false"); i == odd {
			return odd
		}
		return moreMembers(c, b, i, seen, filled)
	}
	if filled {
		return odd
	}
	switch m {
	case nullValue:
		if i = word(b, i, "true"); i != odd {
			c.null()
		}
	case scalarValue:
		if b[i] != '"' {
			return odd
		}
		i = c.scalar(b, i+1)
	default:
		i = c.nested(b, i, m)
	}
	if i == odd {
		return odd
	}
	return moreMembers(c, b, i, seen, true)
}

// moreMembers goes on behind the value of a member.
func moreMembers(c cell, b []byte, i int, seen member, filled bool) int {
	switch i = space(b, i); b[i] {
	case '}':
		if !filled {
			return odd
		}
		return i + 1
	case ',':
		return datumMembers(c, b, space(b, i+1), seen, filled)
	default:
		return odd
	}
}

// memberKey reads a datum's key and colon.
func memberKey(b []byte, i int) (member, int) {
	for _, k := range members {
		if j := word(b, i, k.key); j != odd {
			return k.m, after(b, j, ':')
		}
	}
	return 0, odd
}

// scalarOnly is embedded in the cells of scalars, which no other value fits.
type scalarOnly struct{}

func (scalarOnly) nested([]byte, int, member) int { return odd }

// nestedOnly is embedded in the cells that no scalar fits.
type nestedOnly struct{}

func (nestedOnly) scalar([]byte, int) int { return odd }
