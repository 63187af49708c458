package redact_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/federation/redact"
)

// apiError has the shape of an AWS service's error.
type apiError struct{ code, message string }

func (e apiError) Error() string        { return "api error " + e.code + ": " + e.message }
func (e apiError) ErrorCode() string    { return e.code }
func (e apiError) ErrorMessage() string { return e.message }

func TestText(t *testing.T) {
	quoting := redact.Errorf("%q is no number of %d, %6.2f", redact.Data("hunter2"), 7, redact.Data(47.11))
	invalid := apiError{"ValidationException", "line 1:8: cannot cast 'hunter2' to double"}
	for name, c := range map[string]struct {
		err         error
		whole, less string
	}{
		"plain":        {fmt.Errorf("read %s: %w", "t", io.EOF), "read t: EOF", "read t: EOF"},
		"no data":      {redact.Errorf("row %d: %w", 3, io.EOF), "row 3: EOF", "row 3: EOF"},
		"data":         {quoting, `"hunter2" is no number of 7,  47.11`, "… is no number of 7, …"},
		"wrapped":      {fmt.Errorf("column c: %w (see docs)", quoting), `column c: "hunter2" is no number of 7,  47.11 (see docs)`, "column c: … is no number of 7, … (see docs)"},
		"two causes":   {fmt.Errorf("%w; %w", quoting, invalid), quoting.Error() + "; " + invalid.Error(), "… is no number of 7, …; ValidationException: …"},
		"joined":       {errors.Join(io.EOF, quoting), "EOF\n" + quoting.Error(), "EOF\n… is no number of 7, …"},
		"both":         {redact.Errorf("row %d: %w, not %s", 3, quoting, redact.Data("x")), "row 3: " + quoting.Error() + ", not x", "row 3: … is no number of 7, …, not …"},
		"with a code":  {message.Errorf(message.InvalidInput, "begins with %s", redact.Data("hunter2")), "begins with hunter2", "begins with …"},
		"code, cause":  {message.Errorf(message.InvalidInput, "read t: %w", quoting), "read t: " + quoting.Error(), "read t: … is no number of 7, …"},
		"cause behind": {&message.Error{Message: "read t", Cause: invalid}, "read t: " + invalid.Error(), "read t: ValidationException: …"},
		"permissions":  {apiError{"AccessDeniedException", "not authorized to Select"}, "api error AccessDeniedException: not authorized to Select", "api error AccessDeniedException: not authorized to Select"},
		"no message":   {apiError{"ConflictException", ""}, "api error ConflictException: ", "api error ConflictException: "},
	} {
		if got := c.err.Error(); got != c.whole {
			t.Errorf("%s: %q, want %q", name, got, c.whole)
		}
		if got := redact.Text(c.err); got != c.less {
			t.Errorf("%s: for logs %q, want %q", name, got, c.less)
		}
	}
	if redact.Text(nil) != "" {
		t.Error("nil has a text")
	}
	if err := redact.Errorf("%s: %w", redact.Data("x"), io.EOF); !errors.Is(err, io.EOF) {
		t.Error("the cause is lost")
	}
	if err := message.Errorf(message.InvalidInput, "%s: %w", redact.Data("x"), io.EOF); !errors.Is(err, io.EOF) {
		t.Error("the cause is lost behind a code")
	}
}

// TestVerbs: marked values print as they would unmarked.
func TestVerbs(t *testing.T) {
	const verbs = "%v %+v %#v %q %5d %-5d| %x %T"
	bare := fmt.Errorf(verbs, "a", []int{1}, "b", "c", 4, 5, "d", "")
	d := redact.Data
	marked := redact.Errorf(verbs, d("a"), d([]int{1}), d("b"), d("c"), d(4), d(5), d("d"), "")
	if marked.Error() != bare.Error() {
		t.Errorf("%q, unmarked %q", marked, bare)
	}
	if got := redact.Text(marked); strings.ContainsAny(got, "abcd145") {
		t.Errorf("data in %q", got)
	}
}
