package main

import (
	"fmt"
	"strconv"
	"strings"

	"athena-timestream/local/internal/tsserver"
)

// faults are those of --fault: kinds with a chance, separated by commas.
type faults struct{ tsserver.Faults }

// UnmarshalText implements encoding.TextUnmarshaler for the command line's parser.
func (f *faults) UnmarshalText(text []byte) error {
	seen := map[string]bool{}
	for _, part := range strings.Split(string(text), ",") {
		kind, chance, given := strings.Cut(part, "=")
		if seen[kind] {
			return fmt.Errorf("%s is given twice", kind)
		}
		seen[kind] = true
		if kind == "empty-first" && !given {
			f.EmptyFirst = true
			continue
		}
		into, ok := map[string]*float64{"throttle": &f.Throttle, "internal": &f.Internal, "empty-page": &f.EmptyPage}[kind]
		if !ok {
			return fmt.Errorf("%q is no kind of fault: there are throttle, internal, empty-page and empty-first", part)
		}
		n, err := strconv.ParseFloat(chance, 64)
		if err != nil || !(n >= 0 && n <= 1) {
			return fmt.Errorf("%q needs a chance between 0 and 1, as in %s=0.1", part, kind)
		}
		*into = n
	}
	return nil
}
