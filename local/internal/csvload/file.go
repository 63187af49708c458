package csvload

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// source is a CSV file with a header line.
type source struct {
	path   string
	file   *os.File
	reader *csv.Reader
	header []string
	read   *counter
}

// counter counts the bytes read, for progress.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func open(path string) (*source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the CSV file: %w", err)
	}
	s := &source{path: path, file: f, read: &counter{r: f}}
	buffered := bufio.NewReaderSize(s.read, 1<<16)
	if bom, err := buffered.Peek(3); err == nil && string(bom) == "\ufeff" {
		_, _ = buffered.Discard(3)
	}
	s.reader = csv.NewReader(buffered)
	s.reader.ReuseRecord = true
	if s.header, err = s.reader.Read(); err != nil {
		_ = f.Close()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s is empty: its first line must name the columns", path)
		}
		return nil, fmt.Errorf("reading the header of %s: %w", path, err)
	}
	s.header = slices.Clone(s.header)
	for i, name := range s.header {
		if j := slices.Index(s.header[:i], name); j >= 0 {
			_ = f.Close()
			return nil, fmt.Errorf("%s names column %q twice (columns %d and %d): rename one", path, name, j+1, i+1)
		}
	}
	return s, nil
}

func (s *source) Close() error { return s.file.Close() }

// column finds a column by name.
func (s *source) column(role, name string) (int, error) {
	i := slices.Index(s.header, name)
	if i < 0 {
		return 0, fmt.Errorf("%s has no column %q for %s: it has %q", s.path, name, role, s.header)
	}
	return i, nil
}

// next returns the next line's fields, valid until the next call, and the number of the line it starts on. A line that
// is not CSV, or has another number of fields than the header, is a *BadLine; reading goes on behind it. The end is io.EOF.
func (s *source) next() (fields []string, line int, err error) {
	fields, err = s.reader.Read()
	var parse *csv.ParseError
	switch {
	case err == nil:
		line, _ = s.reader.FieldPos(0)
		return fields, line, nil
	case errors.As(err, &parse):
		reason := parse.Err.Error()
		if errors.Is(err, csv.ErrFieldCount) {
			reason = fmt.Sprintf("it has %d fields, the header has %d", len(fields), len(s.header))
		}
		return nil, parse.StartLine, &BadLine{Line: parse.StartLine, Reason: reason}
	case errors.Is(err, io.EOF):
		return nil, 0, io.EOF
	}
	return nil, 0, fmt.Errorf("reading %s: %w", s.path, err)
}

// BadLine is a line of the file that is no record.
type BadLine struct {
	// Line counts from 1, the header.
	Line   int
	Reason string
}

func (b *BadLine) Error() string { return fmt.Sprintf("line %d: %s", b.Line, b.Reason) }
