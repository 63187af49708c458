package tsserver

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// constraints gathers what the service's model says about a request, and words it as the service's framework does.
type constraints struct{ broken []string }

func (c *constraints) fail(path, shown, rule string) {
	c.broken = append(c.broken, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: Member must %s", shown, path, rule))
}

// err is the ValidationException of all broken constraints, nil for none.
func (c *constraints) err() error {
	if len(c.broken) == 0 {
		return nil
	}
	noun := "errors"
	if len(c.broken) == 1 {
		noun = "error"
	}
	message := fmt.Sprintf("%d validation %s detected: %s", len(c.broken), noun, strings.Join(c.broken, "; "))
	return &fault{http.StatusBadRequest, validateSpace, "ValidationException", message}
}

func (c *constraints) required(path string, s *string) {
	if s == nil {
		c.fail(path, "null", "not be null")
	}
}

// length checks a text that may be absent; max 0 is unlimited.
func (c *constraints) length(path string, s *string, minimum, maximum int) {
	switch {
	case s == nil:
	case len(*s) < minimum:
		c.fail(path, "'"+*s+"'", fmt.Sprintf("have length greater than or equal to %d", minimum))
	case maximum > 0 && len(*s) > maximum:
		c.fail(path, "'"+shorten(*s)+"'", fmt.Sprintf("have length less than or equal to %d", maximum))
	}
}

func shorten(s string) string {
	if len(s) > 100 {
		return s[:100] + "…"
	}
	return s
}

func (c *constraints) between(path string, n *int64, minimum, maximum int64) {
	switch {
	case n == nil:
	case *n < minimum:
		c.fail(path, fmt.Sprintf("'%d'", *n), fmt.Sprintf("have value greater than or equal to %d", minimum))
	case *n > maximum:
		c.fail(path, fmt.Sprintf("'%d'", *n), fmt.Sprintf("have value less than or equal to %d", maximum))
	}
}

// count checks the length of a list.
func (c *constraints) count(path string, n, minimum, maximum int) {
	shown := fmt.Sprintf("of length %d", n)
	switch {
	case n < minimum:
		c.fail(path, shown, fmt.Sprintf("have length greater than or equal to %d", minimum))
	case n > maximum:
		c.fail(path, shown, fmt.Sprintf("have length less than or equal to %d", maximum))
	}
}

func (c *constraints) oneOf(path string, s *string, allowed ...string) {
	if s == nil {
		return
	}
	for _, a := range allowed {
		if *s == a {
			return
		}
	}
	c.fail(path, "'"+*s+"'", "satisfy enum value set: ["+strings.Join(allowed, ", ")+"]")
}

// namePattern is what a new database or table may be called; existing ones are looked up under any name.
var namePattern = regexp.MustCompile(`^[a-zA-Z0-9_.-]+$`)

func (c *constraints) newName(path string, s *string) {
	if c.required(path, s); s == nil {
		return
	}
	if !namePattern.MatchString(*s) {
		c.fail(path, "'"+*s+"'", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
	}
	c.length(path, s, 1, 256)
}
