package parquet

import (
	"errors"
	"hash/crc32"
	"io"
	"unicode/utf8"
)

const (
	// maxPage bounds a page; writers make them of about a megabyte.
	maxPage = 64 << 20
	// maxValues bounds the values of a page. A page of nulls takes next to no bytes.
	maxValues = 1 << 24
)

// page reads pages up to the next one with data.
func (l *leaf) page() error {
	for {
		h, size, err := readPageHeader(l.pages)
		if err != nil {
			return err
		}
		l.pages = l.pages[size:]
		if h.packed < 0 || h.packed > int64(len(l.pages)) || h.unpacked < 0 || h.unpacked > maxPage {
			return corrupt("a page of column %q is said to have %d bytes, %d in the file", l.name, h.unpacked, h.packed)
		}
		body := l.pages[:h.packed]
		l.pages = l.pages[h.packed:]
		if h.hasCRC && crc32.ChecksumIEEE(body) != uint32(h.crc) {
			return corrupt("the checksum of a page of column %q is wrong", l.name)
		}
		switch h.kind {
		case dictionaryPage:
			if err := l.readDictionary(h, body); err != nil {
				return err
			}
		case dataPage, dataPageV2:
			return l.readData(h, body)
		}
	}
}

func (l *leaf) readDictionary(h pageHeader, body []byte) error {
	if h.encoding != plain && h.encoding != plainDictionary {
		return unsupported("the dictionary of column %q has encoding %d", l.name, h.encoding)
	}
	body, err := l.inflate(&l.kept, body, h.unpacked)
	if err != nil {
		return err
	}
	l.dictionary, l.entries = body, l.entries[:0]
	if l.physical != byteArrayType {
		return nil
	}
	for at := 0; at < len(body); {
		text, ok := textAt(body, at)
		if !ok {
			return corrupt("the dictionary of column %q ends within a text", l.name)
		}
		if !utf8.Valid(text) {
			return l.notText()
		}
		at += 4 + len(text)
		l.entries = append(l.entries, span{uint32(at - len(text)), uint32(at)})
	}
	return nil
}

func (l *leaf) readData(h pageHeader, body []byte) (err error) {
	if h.values < 0 || h.values > min(l.left, maxValues) {
		return corrupt("a page of column %q is said to have %d values", l.name, h.values)
	}
	l.n, l.next = int(h.values), 0
	if h.kind == dataPage {
		if body, err = l.inflate(&l.unpacked, body, h.unpacked); err != nil {
			return err
		}
		if l.repetition > 0 && h.repetitionLevels != rle || l.definition > 0 && h.levels != rle {
			return unsupported("the levels of column %q are not run lengths", l.name)
		}
		if l.reps, body, err = l.levels(l.reps, body, -1, l.repetition); err != nil {
			return err
		}
		if l.defs, body, err = l.levels(l.defs, body, -1, l.definition); err != nil {
			return err
		}
		return l.readValues(h, body)
	}
	if l.reps, body, err = l.levels(l.reps, body, h.repetitions, l.repetition); err != nil {
		return err
	}
	if l.defs, body, err = l.levels(l.defs, body, h.definitions, l.definition); err != nil {
		return err
	}
	if !h.stored {
		if body, err = l.inflate(&l.unpacked, body, h.unpacked-h.repetitions-h.definitions); err != nil {
			return err
		}
	}
	return l.readValues(h, body)
}

// levels reads a page's levels up to most. Version 1 writes their size in front of them: size is -1 then.
func (l *leaf) levels(dst []uint8, body []byte, size int64, most uint8) ([]uint8, []byte, error) {
	if size < 0 {
		if most == 0 {
			return dst, body, nil
		}
		text, ok := textAt(body, 0)
		if !ok {
			return dst, nil, corrupt("a page of column %q ends within its levels", l.name)
		}
		size, body = int64(len(text)), body[4:]
	}
	if size > int64(len(body)) {
		return dst, nil, corrupt("a page of column %q ends within its levels", l.name)
	}
	if most > 0 {
		dst = sized(dst, l.n)
		if err := hybrid(dst, body[:size], levelWidth(most)); err != nil {
			return dst, nil, err
		}
		for _, v := range dst {
			if v > most {
				return dst, nil, corrupt("a level of column %q is %d, above %d", l.name, v, most)
			}
		}
	}
	return dst, body[size:], nil
}

// readValues makes the page's values, those that are not null, ready to be taken.
func (l *leaf) readValues(h pageHeader, body []byte) error {
	count := l.n
	if l.definition > 0 {
		count = 0
		for _, d := range l.defs {
			if d == l.definition {
				count++
			}
		}
	}
	l.raw, l.at, l.taken = body, 0, 0
	l.indexed = h.encoding == plainDictionary || h.encoding == rleDictionary
	switch {
	case count == 0:
		return nil
	case l.indexed:
		return l.readPositions(count, body)
	case l.physical == booleanType && h.encoding == rle:
		bits, ok := textAt(body, 0)
		if !ok {
			return corrupt("a page of column %q ends too early", l.name)
		}
		l.numbers = sized(l.numbers, count)
		l.positions = l.numbers
		return hybrid(l.positions, bits, 1)
	case h.encoding != plain:
		return unsupported("column %q has encoding %d", l.name, h.encoding)
	case l.physical == booleanType:
		if len(body) < (count+7)/8 {
			return corrupt("a page of column %q ends too early", l.name)
		}
		l.numbers = sized(l.numbers, count)
		l.positions = l.numbers
		unpack(l.positions, body, 1)
		return nil
	case len(body) < count*widths[l.physical]:
		return corrupt("a page of column %q ends too early", l.name)
	}
	return nil
}

// readPositions reads places in the dictionary, and checks that it has them.
func (l *leaf) readPositions(count int, body []byte) error {
	entries := len(l.entries)
	if w := widths[l.physical]; l.physical != byteArrayType && w > 0 {
		entries = len(l.dictionary) / w
	}
	if len(body) == 0 || body[0] > 32 {
		return corrupt("a page of column %q has no width for its positions", l.name)
	}
	l.numbers = sized(l.numbers, count)
	l.positions = l.numbers
	if err := hybrid(l.positions, body[1:], int(body[0])); err != nil {
		return err
	}
	for _, p := range l.positions {
		if uint64(p) >= uint64(entries) {
			return corrupt("column %q refers to entry %d of a dictionary of %d", l.name, p, entries)
		}
	}
	return nil
}

// inflate is the page's bytes as they were before compression, in memory that is used again.
func (l *leaf) inflate(memory *[]byte, body []byte, size int64) ([]byte, error) {
	if l.codec == uncompressed {
		if size != int64(len(body)) {
			return nil, corrupt("a page of column %q has %d bytes and should have %d", l.name, len(body), size)
		}
		return body, nil
	}
	if size < 0 || size > maxRatio*int64(len(body)) {
		return nil, corrupt("a page of column %q cannot have %d bytes in %d", l.name, size, len(body))
	}
	*memory = sized(*memory, int(size))
	if err := l.unpacker.inflate(*memory, body); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, corrupt("a page of column %q ends too early", l.name)
		}
		return nil, corrupt("a page of column %q: %s", l.name, err)
	}
	return *memory, nil
}

// maxRatio is how many times smaller DEFLATE can make anything, and a bit.
const maxRatio = 1040
