package parquet

import (
	"bytes"
	"encoding/binary"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

const (
	magic, secretMagic = "PAR1", "PARE"
	// maxFooter bounds the footer; with a thousand columns and ten row groups it has some megabytes.
	maxFooter = 8 << 20
	// maxSchema bounds the nodes of the schema. A table of Timestream has at most 1,024 columns.
	maxSchema = 1 << 13
)

// openFile opens a file whose footer can be true.
func openFile(file []byte) (*parquet.File, error) {
	m, err := readFooter(file)
	if err != nil {
		return nil, err
	}
	if err := checkRows(m); err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, foreign(err, "its footer")
	}
	return f, nil
}

// readFooter reads the footer with bounds, which the library does not have.
func readFooter(file []byte) (*format.FileMetaData, error) {
	n := len(file)
	if n >= 12 && string(file[n-4:]) == secretMagic {
		return nil, unsupported("it is encrypted")
	}
	if n < 12 || string(file[:4]) != magic || string(file[n-4:]) != magic {
		return nil, corrupt("it does not begin and end with %s", magic)
	}
	size := int(binary.LittleEndian.Uint32(file[n-8:]))
	if size > n-12 || size > maxFooter {
		return nil, corrupt("its footer has %d bytes", size)
	}
	m := &format.FileMetaData{}
	if _, err := decode(file[n-8-size:n-8], m); err != nil {
		return nil, corrupt("its footer: %s", err)
	}
	switch {
	case m.EncryptionAlgorithm.Value != nil:
		return nil, unsupported("it is encrypted")
	case len(m.Schema) > maxSchema:
		return nil, unsupported("its schema has %d nodes, more than %d", len(m.Schema), maxSchema)
	}
	return m, nil
}

// checkRows checks that the row groups have as many rows as the file.
func checkRows(m *format.FileMetaData) error {
	var sum int64
	for i := range m.RowGroups {
		rows := m.RowGroups[i].NumRows
		if rows < 0 || rows > m.NumRows-sum {
			return corrupt("its row groups have more rows than the file")
		}
		sum += rows
	}
	if sum != m.NumRows {
		return corrupt("its row groups have %d rows, the file %d", sum, m.NumRows)
	}
	return nil
}
