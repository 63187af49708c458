package panics_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"athena-timestream/federation/panics"
	"athena-timestream/federation/redact"
)

// fails runs f as a goroutine would.
func fails(f func() error) (err error) {
	defer panics.Recover(&err, "testing")
	return f()
}

func TestRecover(t *testing.T) {
	index := 3
	for name, test := range map[string]struct {
		f         func() error
		text, log string
	}{
		"a text":          {func() error { panic("row 17 is bad") }, "panic in testing: row 17 is bad", "panic in testing: …"},
		"an error":        {func() error { panic(io.ErrUnexpectedEOF) }, "panic in testing: unexpected EOF", "panic in testing: …"},
		"of the runtime":  {func() error { _ = make([]int, 2)[index]; return nil }, "panic in testing: runtime error: index out of range [3] with length 2", "panic in testing: runtime error: index out of range [3] with length 2"},
		"no panic at all": {func() error { return io.EOF }, "EOF", "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			err := fails(test.f)
			if err.Error() != test.text || redact.Text(err) != test.log {
				t.Errorf("%v, in logs %s", err, redact.Text(err))
			}
			if p, ok := errors.AsType[*panics.Error](err); ok && !strings.Contains(p.Stack(), "panics_test.go") {
				t.Errorf("stack %s", p.Stack())
			}
			if errors.Is(err, io.ErrUnexpectedEOF) {
				t.Error("a panic is taken for the error that it carries")
			}
		})
	}
	if err := fails(func() error { return nil }); err != nil {
		t.Error(err)
	}
}
