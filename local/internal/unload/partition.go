package unload

import (
	"fmt"
	"strings"

	"athena-timestream/local/internal/translate"
	"athena-timestream/local/internal/tswire"
)

// maxPartitions is the service's limit for one statement (export-unload-limits).
const maxPartitions = 100

// nullFolder is Hive's name for rows without a value.
const nullFolder = "__HIVE_DEFAULT_PARTITION__"

// escaped are the printable characters that Hive writes as % and two digits in the name of a partition's folder (FileUtils of
// Hive).
const escaped = "\"#%'*/:=?\\{[]^"

// appendEscaped writes a name or a value of a partition column.
func appendEscaped(dst []byte, s []byte) []byte {
	for _, c := range s {
		if c < ' ' || c == 0x7f || strings.IndexByte(escaped, c) >= 0 {
			dst = fmt.Appendf(dst, "%%%02X", c)
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// folders writes a row's folder, "a=1/b=x/", from the values of the partition columns.
type folders struct {
	columns []folder
	text    []byte
	path    []byte
}

type folder struct {
	name  string
	start []byte // "name="
	text  tswire.Text
}

func newFolders(columns []translate.Column) *folders {
	f := &folders{}
	for _, c := range columns {
		start := append(appendEscaped(nil, []byte(c.Name)), '=')
		f.columns = append(f.columns, folder{name: c.Name, start: start, text: tswire.Scalar(c.Type.Kind)})
	}
	return f
}

// of returns the folder of the values, valid until the next call.
func (f *folders) of(values []any) ([]byte, error) {
	f.path = f.path[:0]
	for i, c := range f.columns {
		f.path = append(f.path, c.start...)
		var err error
		if f.text = f.text[:0]; values[i] != nil {
			if f.text, err = c.text(f.text, values[i]); err != nil {
				return nil, fmt.Errorf("partition column %s: %w", c.name, err)
			}
		}
		for _, b := range f.text {
			if b >= 0x80 {
				return nil, errorf("The value '%s' of the partition column '%s' has characters that are not ASCII", f.text, c.name)
			}
		}
		if len(f.text) == 0 {
			f.path = append(f.path, nullFolder...)
		} else {
			f.path = appendEscaped(f.path, f.text)
		}
		f.path = append(f.path, '/')
	}
	return f.path, nil
}
