package unload

import (
	"bytes"
	"encoding/json"

	"athena-timestream/local/internal/tswire"
)

// manifest lists the files. The guide calls the total content_length_in_bytes; manifests of the service, and AWS's own readers,
// have total_content_length_in_bytes.
type manifest struct {
	Files  []resultFile   `json:"result_files"`
	Query  queryMetadata  `json:"query_metadata"`
	Author manifestAuthor `json:"author"`
}

type resultFile struct {
	URL      string       `json:"url"`
	Metadata fileMetadata `json:"file_metadata"`
}

type fileMetadata struct {
	Bytes int64 `json:"content_length_in_bytes"`
	Rows  int64 `json:"row_count"`
}

type queryMetadata struct {
	Bytes   int64  `json:"total_content_length_in_bytes"`
	Rows    int64  `json:"total_row_count"`
	Format  format `json:"result_format"`
	Version string `json:"result_version"`
}

type manifestAuthor struct {
	Name    string `json:"name"`
	Version string `json:"manifest_file_version"`
}

const author = "Amazon Timestream"

func newManifest(f format) *manifest {
	return &manifest{
		Files:  []resultFile{},
		Query:  queryMetadata{Format: f, Version: "Amazon Timestream version 1.0.0"},
		Author: manifestAuthor{Name: author, Version: "1.0"},
	}
}

func (m *manifest) add(url string, f fileMetadata) {
	m.Files = append(m.Files, resultFile{URL: url, Metadata: f})
	m.Query.Bytes += f.Bytes
	m.Query.Rows += f.Rows
}

// metadata describes the columns, those of partitioned_by too.
type metadata struct {
	ColumnInfo []*tswire.ColumnInfo
	Author     metadataAuthor
}

type metadataAuthor struct {
	Name                string
	MetadataFileVersion string
}

func newMetadata(columns []*tswire.ColumnInfo) *metadata {
	return &metadata{ColumnInfo: columns, Author: metadataAuthor{Name: author, MetadataFileVersion: "1.0"}}
}

// document is JSON that leaves the characters of URLs alone.
func document(v any) (*bytes.Reader, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.NewReader(b.Bytes()), err
}
