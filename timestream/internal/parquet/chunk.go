package parquet

import (
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

const (
	// maxPage bounds a page, in bytes; writers make them of about a megabyte.
	maxPage = 64 << 20
	// maxValues bounds the values of a page. A page of nulls takes next to no bytes.
	maxValues = 1 << 24
)

// dataPage is a page as it lies in the file.
type dataPage struct {
	header *format.PageHeader
	body   []byte
}

// checkChunk checks what the footer says of a leaf's chunk, and the headers of its pages, and appends those with data.
func checkChunk(file []byte, leaf *parquet.Column, c *format.ColumnChunk, rows int64, pages []dataPage) ([]dataPage, error) {
	name, m := leaf.Name(), &c.MetaData
	if c.FilePath != "" || c.CryptoMetadata.Value != nil || len(c.EncryptedColumnMetadata) > 0 {
		return nil, unsupported("its column %q is encrypted or in another file", name)
	}
	if m.Codec != leaf.Compression().CompressionCodec() { // the library asks the first chunk of a column
		return nil, unsupported("column %q is compressed by method %d, and before that by another", name, m.Codec)
	}
	switch m.Codec {
	case format.Uncompressed, format.Gzip, format.Snappy, format.Zstd:
	default:
		return nil, unsupported("column %q is compressed by method %d", name, m.Codec)
	}
	if m.NumValues < 0 || leaf.MaxRepetitionLevel() == 0 && m.NumValues != rows {
		return nil, corrupt("column %q has %d values in %d rows", name, m.NumValues, rows)
	}
	from := m.DataPageOffset
	if m.DictionaryPageOffset != 0 {
		from = m.DictionaryPageOffset
	}
	size := int64(len(file))
	if from < int64(len(magic)) || from > size || m.TotalCompressedSize < 0 || m.TotalCompressedSize > size-from {
		return nil, corrupt("column %q is said to lie outside of it", name)
	}
	return checkPages(file[from:from+m.TotalCompressedSize], leaf, m.NumValues, pages)
}

// checkPages checks the headers of a chunk's pages, up to its last value.
func checkPages(chunk []byte, leaf *parquet.Column, values int64, pages []dataPage) ([]dataPage, error) {
	name := leaf.Name()
	for values > 0 {
		h := &format.PageHeader{}
		n, err := decode(chunk, h)
		if err != nil {
			return nil, corrupt("the header of a page of column %q: %s", name, err)
		}
		chunk = chunk[n:]
		packed, unpacked := int64(h.CompressedPageSize), int64(h.UncompressedPageSize)
		if packed < 0 || packed > int64(len(chunk)) || unpacked < 0 || unpacked > maxPage || packed > 2*unpacked+1024 {
			return nil, corrupt("a page of column %q is said to have %d bytes, %d in the file", name, unpacked, packed)
		}
		body := chunk[:packed]
		chunk = chunk[packed:]
		if h.Type == format.DictionaryPage {
			if err := checkDictionary(h, leaf); err != nil {
				return nil, err
			}
			continue
		}
		count, err := checkData(h, leaf)
		if err != nil {
			return nil, err
		}
		if count < 0 || count > min(values, maxValues) {
			return nil, corrupt("a page of column %q is said to have %d values", name, count)
		}
		values -= count
		pages = append(pages, dataPage{h, body})
	}
	return pages, nil
}

func checkDictionary(h *format.PageHeader, leaf *parquet.Column) error {
	n := int64(h.DictionaryPageHeader.V.NumValues)
	if n < 0 || n > maxValues || n*leastWidth(leaf) > int64(h.UncompressedPageSize) {
		return corrupt("the dictionary of column %q is said to have %d values", leaf.Name(), n)
	}
	return nil
}

// checkData is the number of a page's values.
func checkData(h *format.PageHeader, leaf *parquet.Column) (int64, error) {
	switch {
	case h.Type == format.DataPage && h.DataPageHeader.Valid:
		return int64(h.DataPageHeader.V.NumValues), nil
	case h.Type == format.DataPageV2 && h.DataPageHeaderV2.Valid:
		v2 := &h.DataPageHeaderV2.V
		if v2.RepetitionLevelsByteLength < 0 || v2.DefinitionLevelsByteLength < 0 ||
			levelBytes(h) > int64(min(h.CompressedPageSize, h.UncompressedPageSize)) {
			return 0, corrupt("a page of column %q is said to have %d bytes of levels", leaf.Name(), levelBytes(h))
		}
		return int64(v2.NumValues), nil
	}
	return 0, unsupported("column %q has a page of type %d", leaf.Name(), h.Type)
}

// levelBytes is how much of a page its levels take, where the header tells: in version 2.
func levelBytes(h *format.PageHeader) int64 {
	return int64(h.DataPageHeaderV2.V.RepetitionLevelsByteLength) + int64(h.DataPageHeaderV2.V.DefinitionLevelsByteLength)
}

// encodingOf is how a page's values are written.
func encodingOf(h *format.PageHeader) format.Encoding {
	if h.Type == format.DataPageV2 {
		return h.DataPageHeaderV2.V.Encoding
	}
	return h.DataPageHeader.V.Encoding
}

// leastWidth is the bytes that a plain value has at least.
func leastWidth(leaf *parquet.Column) int64 {
	switch leaf.Type().Kind() {
	case parquet.Int32, parquet.ByteArray:
		return 4
	case parquet.Int64, parquet.Double:
		return 8
	case parquet.Int96:
		return 12
	}
	return 0
}
