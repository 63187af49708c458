package unload_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"athena-timestream/local/internal/duck"
	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/unload"
)

// folder is a store that keeps objects as files below a folder, for DuckDB to read.
type folder struct {
	path    string
	objects []unload.Object
	fail    func(unload.Object) error // nil: never
}

func (f *folder) HasBucket(_ context.Context, bucket string) (bool, error) {
	return bucket != "missing", nil
}

func (f *folder) Put(_ context.Context, o unload.Object, body io.ReadSeeker) error {
	if f.fail != nil {
		if err := f.fail(o); err != nil {
			return err
		}
	}
	f.objects = append(f.objects, o)
	path := filepath.Join(f.path, o.Bucket, o.Key)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	w, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err = io.Copy(w, body); err != nil {
		return err
	}
	return w.Close()
}

// content reads an s3:// address, decompressed if it is called .gz.
func (f *folder) content(t *testing.T, url string) string {
	t.Helper()
	file, err := os.Open(filepath.Join(f.path, strings.TrimPrefix(url, "s3://")))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(url, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// manifest has the members that AWS's own samples read.
type manifest struct {
	Files []struct {
		URL      string `json:"url"`
		Metadata struct {
			Bytes int64 `json:"content_length_in_bytes"`
			Rows  int64 `json:"row_count"`
		} `json:"file_metadata"`
	} `json:"result_files"`
	Query struct {
		Bytes   int64  `json:"total_content_length_in_bytes"`
		Rows    int64  `json:"total_row_count"`
		Format  string `json:"result_format"`
		Version string `json:"result_version"`
	} `json:"query_metadata"`
	Author struct {
		Name    string `json:"name"`
		Version string `json:"manifest_file_version"`
	} `json:"author"`
}

// world is an embedded Timestream with a store.
type world struct {
	*testing.T
	db    *tsdb.DB
	store *folder
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db, err := tsdb.Open(tsdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return &world{T: t, db: db, store: &folder{path: t.TempDir()}}
}

// run runs a statement and returns its answer.
func (w *world) run(ctx context.Context, sql string) ([]any, error) {
	c, err := w.db.QueryTo(ctx, sql, unload.Destination{Store: w.store, QueryID: "AEQUERY"})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	var answer []any
	for c.Next() {
		answer = slices.Clone(c.Values())
	}
	return answer, c.Err()
}

// unload runs a statement that has to succeed and returns its manifest.
func (w *world) unload(sql string) *manifest {
	w.Helper()
	answer, err := w.run(context.Background(), sql)
	if err != nil {
		w.Fatalf("%s: %v", sql, err)
	}
	m := &manifest{}
	if err := json.Unmarshal([]byte(w.store.content(w.T, answer[2].(string))), m); err != nil {
		w.Fatal(err)
	}
	if answer[0] != m.Query.Rows {
		w.Errorf("the answer says %d rows, the manifest %d", answer[0], m.Query.Rows)
	}
	return m
}

// text is the content of all files of a manifest, with their folders, sorted.
func (w *world) text(m *manifest) string {
	w.Helper()
	var parts []string
	for _, f := range m.Files {
		key := strings.TrimPrefix(f.URL, "s3://b/")
		parts = append(parts, filepath.Dir(key)+"\n"+w.store.content(w.T, f.URL))
	}
	slices.Sort(parts)
	return strings.Join(parts, "")
}

// duck asks DuckDB, as the independent reader; $FILES is the pattern of the files below s3://b/<prefix>/results.
func (w *world) duck(sql, files string) string {
	w.Helper()
	db, err := duck.Open("", map[string]string{"enable_external_access": "true"})
	if err != nil {
		w.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(context.Background(), strings.ReplaceAll(sql, "$FILES", "'"+filepath.Join(w.store.path, "b", files)+"'"))
	if err != nil {
		w.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		for i, v := range rows.Values() {
			if i > 0 {
				b.WriteString(" | ")
			}
			fmt.Fprintf(&b, "%v", v)
		}
		b.WriteByte('\n')
	}
	if err := rows.Err(); err != nil {
		w.Fatalf("%s: %v", sql, err)
	}
	return b.String()
}
