package tsserver

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"
)

// constraints gathers what the service's model says about a request, and words it as the service's framework does. Lengths
// count characters.
type constraints struct {
	broken []string
	at     []place // where the members that are checked now are
}

// place is one part of the way to a member; index counts a list's members from 0 and is -1 elsewhere.
type place struct {
	name  string
	index int
}

// in goes to the members of a structure, or of a list's member; out goes back.
func (c *constraints) in(name string, index int) { c.at = append(c.at, place{name, index}) }
func (c *constraints) out()                      { c.at = c.at[:len(c.at)-1] }

func (c *constraints) fail(path, shown, rule string) {
	var at strings.Builder
	for _, s := range c.at {
		at.WriteString(s.name + ".")
		if s.index >= 0 {
			fmt.Fprintf(&at, "%d.member.", s.index+1)
		}
	}
	c.broken = append(c.broken, fmt.Sprintf("Value %s at '%s%s' failed to satisfy constraint: Member must %s", shown, at.String(), path, rule))
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

// present requires any member.
func present[T any](c *constraints, path string, member *T) {
	if member == nil {
		c.fail(path, "null", "not be null")
	}
}

func (c *constraints) required(path string, s *string) { present(c, path, s) }

// length checks a text that may be absent; maximum 0 is unlimited.
func (c *constraints) length(path string, s *string, minimum, maximum int) {
	switch {
	case s == nil:
	case len(*s) < minimum:
		c.fail(path, "'"+*s+"'", fmt.Sprintf("have length greater than or equal to %d", minimum))
	case maximum > 0 && len(*s) > maximum && utf8.RuneCountInString(*s) > maximum:
		c.fail(path, "'"+shorten(*s)+"'", fmt.Sprintf("have length less than or equal to %d", maximum))
	}
}

// shorten keeps the first hundred characters.
func shorten(s string) string {
	n := 0
	for i := range s {
		if n++; n > 100 {
			return s[:i] + "…"
		}
	}
	return s
}

// matches checks a text that may be absent.
func (c *constraints) matches(path string, s *string, p *pattern) {
	if s != nil && !p.all.MatchString(*s) {
		c.fail(path, "'"+shorten(*s)+"'", "satisfy regular expression pattern: "+p.shown)
	}
}

// pattern is a regular expression for the whole of a text.
type pattern struct {
	shown string
	all   *regexp.Regexp
}

func newPattern(shown string) *pattern {
	return &pattern{shown, regexp.MustCompile(`^(?:` + shown + `)$`)}
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
var namePattern = newPattern(`[a-zA-Z0-9_.-]+`)

// newName checks the name of something that is made. The model has no length; page ts-limits has 256 bytes.
func (c *constraints) newName(path string, s *string) {
	c.required(path, s)
	c.matches(path, s, namePattern)
	c.length(path, s, 0, 256)
}
