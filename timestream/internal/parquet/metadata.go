package parquet

import "encoding/binary"

// The numbers of parquet.thrift.
const (
	booleanType   = 0
	int32Type     = 1
	int64Type     = 2
	int96Type     = 3
	doubleType    = 5
	byteArrayType = 6

	optional = 1
	repeated = 2

	uncompressed = 0
	gzipped      = 2

	plain           = 0
	plainDictionary = 2
	rle             = 3
	rleDictionary   = 8

	dataPage       = 0
	dictionaryPage = 2
	dataPageV2     = 3
)

// footer is what a file says of itself.
type footer struct {
	schema []element
	rows   int64
	groups []rowGroup
}

// element is one node of the schema, which is a tree in the order of its text.
type element struct {
	name       string
	physical   int64 // -1: a group
	repetition int64
	children   int64
	annotation annotation
}

// annotation says what a physical type stands for.
type annotation uint8

const (
	none annotation = iota
	text
	list
	date
	millis
	micros
	nanos
	other // something that no column of Timestream has
)

type rowGroup struct {
	chunks []chunk
	rows   int64
}

// chunk is where a leaf's values are.
type chunk struct {
	codec               int64
	encodings           []int64
	values              int64
	size                int64
	data, dictionary    int64 // offsets; dictionary is 0 if there is none
	elsewhere, isSecret bool
}

const (
	magic = "PAR1"
	// maxFooter bounds the footer; with a thousand columns and hundreds of row groups it has some megabytes.
	maxFooter = 16 << 20
)

// readFooter finds and reads a file's footer.
func readFooter(file []byte) (*footer, error) {
	n := len(file)
	if n < 12 || string(file[:4]) != magic || string(file[n-4:]) != magic {
		return nil, corrupt("it does not begin and end with %s", magic)
	}
	size := int(binary.LittleEndian.Uint32(file[n-8:]))
	if size > n-12 || size > maxFooter {
		return nil, corrupt("its footer has %d bytes", size)
	}
	f := &footer{}
	t := &thrift{b: file[n-8-size : n-8]}
	secret := false
	t.fields(func(id int64, typ byte) {
		switch {
		case id == 2 && typ == thriftList:
			t.list(func(byte) { f.schema = append(f.schema, t.element()) })
		case id == 3 && typ == thriftI64:
			f.rows = t.int()
		case id == 4 && typ == thriftList:
			t.list(func(byte) { f.groups = append(f.groups, t.rowGroup()) })
		case id == 8:
			secret = true
			t.skip(typ)
		default:
			t.skip(typ)
		}
	})
	if t.err != nil {
		return nil, corrupt("%s", t.err)
	}
	if secret {
		return nil, unsupported("it is encrypted")
	}
	return f, nil
}

func (t *thrift) element() element {
	e := element{physical: -1}
	t.fields(func(id int64, typ byte) {
		switch {
		case id == 1 && typ == thriftI32:
			e.physical = t.int()
		case id == 3 && typ == thriftI32:
			e.repetition = t.int()
		case id == 4 && typ == thriftBinary:
			e.name = string(t.bytes())
		case id == 5 && typ == thriftI32:
			e.children = t.int()
		case id == 6 && typ == thriftI32:
			if a := converted(t.int()); e.annotation == none {
				e.annotation = a
			}
		case id == 10 && typ == thriftStruct:
			e.annotation = t.logical()
		default:
			t.skip(typ)
		}
	})
	return e
}

// converted is the older form of an annotation.
func converted(n int64) annotation {
	switch n {
	case 0, 4, 19: // UTF8, ENUM, JSON
		return text
	case 3:
		return list
	case 6:
		return date
	case 9:
		return millis
	case 10:
		return micros
	case 17, 18: // INT_32, INT_64
		return none
	default:
		return other
	}
}

// logical is the newer form, which can say nanoseconds.
func (t *thrift) logical() annotation {
	a := none
	t.fields(func(id int64, typ byte) {
		switch {
		case id == 8 && typ == thriftStruct:
			a = t.unit()
			return
		case id == 1, id == 4, id == 12: // STRING, ENUM, JSON
			a = text
		case id == 3:
			a = list
		case id == 6:
			a = date
		case id == 10 && typ == thriftStruct:
			a = t.integer()
			return
		default:
			a = other
		}
		t.skip(typ)
	})
	return a
}

// integer is nothing special, unless it has no sign.
func (t *thrift) integer() annotation {
	a := other
	t.fields(func(id int64, typ byte) {
		if id == 2 && typ == thriftTrue {
			a = none
		}
		t.skip(typ)
	})
	return a
}

func (t *thrift) unit() annotation {
	a := other
	t.fields(func(id int64, typ byte) {
		if id != 2 || typ != thriftStruct {
			t.skip(typ)
			return
		}
		t.fields(func(id int64, typ byte) {
			if id >= 1 && id <= 3 {
				a = millis + annotation(id-1)
			}
			t.skip(typ)
		})
	})
	return a
}

func (t *thrift) rowGroup() rowGroup {
	g := rowGroup{}
	t.fields(func(id int64, typ byte) {
		switch {
		case id == 1 && typ == thriftList:
			t.list(func(byte) { g.chunks = append(g.chunks, t.chunk()) })
		case id == 3 && typ == thriftI64:
			g.rows = t.int()
		default:
			t.skip(typ)
		}
	})
	return g
}

func (t *thrift) chunk() chunk {
	c := chunk{}
	t.fields(func(id int64, typ byte) {
		switch {
		case id == 3 && typ == thriftStruct:
			t.chunkMetadata(&c)
			return
		case id == 1:
			c.elsewhere = true
		case id == 8, id == 9:
			c.isSecret = true
		}
		t.skip(typ)
	})
	return c
}

func (t *thrift) chunkMetadata(c *chunk) {
	numbers := map[int64]*int64{4: &c.codec, 5: &c.values, 7: &c.size, 9: &c.data, 11: &c.dictionary}
	t.fields(func(id int64, typ byte) {
		to := numbers[id]
		switch {
		case to != nil && (typ == thriftI32 || typ == thriftI64):
			*to = t.int()
		case id == 2 && typ == thriftList:
			t.list(func(byte) { c.encodings = append(c.encodings, t.int()) })
		default:
			t.skip(typ)
		}
	})
}
