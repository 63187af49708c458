package unload

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/tstype"
)

// Place is where the objects of one UNLOAD are: below Prefix, which ends in a slash, and nothing else is.
type Place struct{ Bucket, Prefix string }

// Key is the key of an object at the place, from an address such as s3://bucket/prefix/name.
func (p Place) Key(address string) (string, error) {
	key, ok := strings.CutPrefix(address, "s3://"+p.Bucket+"/")
	if !ok || !strings.HasPrefix(key, p.Prefix) || len(key) == len(p.Prefix) {
		return "", fmt.Errorf("%q is not below s3://%s/%s", address, p.Bucket, p.Prefix)
	}
	return key, nil
}

// File is one file of results.
type File struct {
	Key   string `json:"key"`
	Bytes int64  `json:"bytes"`
	Rows  int64  `json:"rows"`
}

// MaxFile bounds a file, in bytes; it is read as a whole. The service is asked for 16 MB and calls that approximate.
const MaxFile = 256 << 20

// Files reads a manifest. rows is the number that the UNLOAD answered. A manifest that does not add up is an error.
func Files(manifest []byte, at Place, rows int64) ([]File, error) {
	var m struct {
		Files []struct {
			URL  string `json:"url"`
			Meta struct {
				Bytes *int64 `json:"content_length_in_bytes"`
				Rows  *int64 `json:"row_count"`
			} `json:"file_metadata"`
		} `json:"result_files"`
		Query struct {
			Rows   *int64 `json:"total_row_count"`
			Format string `json:"result_format"`
		} `json:"query_metadata"`
	}
	if err := json.Unmarshal(manifest, &m); err != nil {
		return nil, fmt.Errorf("the manifest is no JSON: %w", err)
	}
	if m.Query.Rows == nil || *m.Query.Rows != rows {
		return nil, fmt.Errorf("the manifest has %s rows, the UNLOAD answered %d", number(m.Query.Rows), rows)
	}
	if m.Query.Format != "PARQUET" {
		return nil, fmt.Errorf("the manifest has files of format %q", m.Query.Format)
	}
	files := make([]File, len(m.Files))
	seen := map[string]bool{}
	for i, f := range m.Files {
		key, err := at.Key(f.URL)
		if err != nil {
			return nil, fmt.Errorf("the manifest: %w", err)
		}
		if f.Meta.Bytes == nil || f.Meta.Rows == nil || *f.Meta.Bytes < 0 || *f.Meta.Bytes > MaxFile || *f.Meta.Rows < 0 || *f.Meta.Rows > rows || seen[key] {
			return nil, fmt.Errorf("the manifest has %s again, or of %s bytes and %s rows", f.URL, number(f.Meta.Bytes), number(f.Meta.Rows))
		}
		files[i] = File{Key: key, Bytes: *f.Meta.Bytes, Rows: *f.Meta.Rows}
		seen[key] = true
		rows -= *f.Meta.Rows
	}
	if rows != 0 {
		return nil, fmt.Errorf("the manifest's files have %d rows less than the query", rows)
	}
	return files, nil
}

func number(n *int64) string {
	if n == nil {
		return "no"
	}
	return fmt.Sprint(*n)
}

// CheckColumns reads a metadata file, and says whether Parquet gives the wanted columns as pages would.
func CheckColumns(metadata []byte, wanted []page.Binding) error {
	var m struct{ ColumnInfo []types.ColumnInfo }
	if err := json.Unmarshal(metadata, &m); err != nil {
		return fmt.Errorf("the metadata file is no JSON: %w", err)
	}
	for _, w := range wanted {
		i := slices.IndexFunc(m.ColumnInfo, func(c types.ColumnInfo) bool { return aws.ToString(c.Name) == w.Name })
		if i < 0 || m.ColumnInfo[i].Type == nil {
			return fmt.Errorf("the metadata file has no column %q", w.Name)
		}
		have, err := tstype.FromColumnInfo(*m.ColumnInfo[i].Type)
		if err != nil {
			return fmt.Errorf("column %q: %w", w.Name, err)
		}
		if !readable(have, w.Type) {
			return fmt.Errorf("column %q is %s, which Parquet does not show as the text that a page has", w.Name, have)
		}
	}
	return nil
}

// readable is false where a page has a text that no Parquet type stands for: of intervals, or of a number that is wanted as
// text. Whether the rest fits is seen when a file is bound.
func readable(have, want tstype.Type) bool {
	if have.Kind.Scalar() {
		return want.Kind != tstype.Varchar || have.Kind == tstype.Varchar
	}
	if have.Kind == tstype.Row {
		if len(have.Fields) != len(want.Fields) {
			return false
		}
		for i, f := range have.Fields {
			if !readable(f.Type, want.Fields[i].Type) {
				return false
			}
		}
		return true
	}
	if want.Elem == nil {
		return false
	}
	if have.Kind == tstype.Array && want.Kind == tstype.TimeSeries { // of rows, shown as a time series
		return have.Elem.Kind == tstype.Row && len(have.Elem.Fields) == 2 && readable(have.Elem.Fields[1].Type, *want.Elem)
	}
	if have.Kind == tstype.TimeSeries && want.Kind == tstype.Array {
		return want.Elem.Kind == tstype.Row && len(want.Elem.Fields) == 2 && readable(*have.Elem, want.Elem.Fields[1].Type)
	}
	return readable(*have.Elem, *want.Elem)
}
