package parquet

// pageHeader is what stands before a page.
type pageHeader struct {
	kind, unpacked, packed int64
	crc                    int64
	hasCRC                 bool
	values, encoding       int64
	levels                 int64 // encoding of definition levels, version 1
	repetitionLevels       int64 // encoding, version 1
	definitions            int64 // bytes of levels, version 2
	repetitions            int64
	stored                 bool // version 2: not compressed
}

// readPageHeader reads the header at the beginning of b, and says how long it is.
func readPageHeader(b []byte) (pageHeader, int, error) {
	h := pageHeader{levels: rle, repetitionLevels: rle}
	t := &thrift{b: b}
	numbers := map[int64]*int64{1: &h.kind, 2: &h.unpacked, 3: &h.packed}
	t.fields(func(id int64, typ byte) {
		to := numbers[id]
		switch {
		case to != nil && typ == thriftI32:
			*to = t.int()
		case id == 4 && typ == thriftI32:
			h.crc, h.hasCRC = t.int(), true
		case id == 5 && typ == thriftStruct:
			t.counts(map[int64]*int64{1: &h.values, 2: &h.encoding, 3: &h.levels, 4: &h.repetitionLevels}, nil)
		case id == 7 && typ == thriftStruct:
			t.counts(map[int64]*int64{1: &h.values, 2: &h.encoding}, nil)
		case id == 8 && typ == thriftStruct:
			t.counts(map[int64]*int64{1: &h.values, 4: &h.encoding, 5: &h.definitions, 6: &h.repetitions}, &h.stored)
		default:
			t.skip(typ)
		}
	})
	if t.err != nil {
		return h, 0, corrupt("the header of a page ends too early")
	}
	return h, len(b) - len(t.b), nil
}

// counts reads the numbers of a page header's part. Field 7 is, in version 2, whether values are compressed.
func (t *thrift) counts(numbers map[int64]*int64, stored *bool) {
	t.fields(func(id int64, typ byte) {
		to := numbers[id]
		switch {
		case to != nil && typ == thriftI32:
			*to = t.int()
		case id == 7 && stored != nil && typ == thriftFalse:
			*stored = true
		default:
			t.skip(typ)
		}
	})
}
