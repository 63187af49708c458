package deptest_test

import (
	"slices"
	"strings"
	"testing"

	"athena-timestream/internal/deptest"
)

var linux = deptest.Platform{OS: "linux", Arch: "arm64"}

// The package's own imports are the example: it reaches os/exec through nobody
// else, and testing directly.
func TestForbidden(t *testing.T) {
	packages := deptest.Load(t, linux, deptest.Deep, "athena-timestream/internal/deptest")
	faults := deptest.Forbidden(packages, []deptest.Rule{
		{Pattern: "os/exec", Reason: "no processes"},
		{Pattern: "net/...", Reason: "no network"},
		{Pattern: "encoding", Reason: "only the package itself"},
		{Pattern: "no/such/package/...", Reason: "never met"},
	})
	if len(faults) != 2 {
		t.Fatalf("got %q", faults)
	}
	for i, want := range []string{"encoding (imported by ", "os/exec (imported by athena-timestream/internal/deptest): no processes"} {
		if !strings.HasPrefix(faults[i], want) {
			t.Errorf("got %q, want %q…", faults[i], want)
		}
	}
}

func TestLoadFind(t *testing.T) {
	packages := deptest.Load(t, linux, deptest.Find, "athena-timestream/internal/deptest")
	if len(packages) != 1 || !strings.HasPrefix(packages[0].Doc, "Package deptest checks what packages import") {
		t.Errorf("got %+v", packages)
	}
}

func TestLoadDirect(t *testing.T) {
	packages := deptest.Load(t, linux, deptest.Direct, "athena-timestream/internal/deptest")
	if len(packages) != 1 || !slices.Contains(packages[0].Imports, "os/exec") {
		t.Errorf("got %+v", packages)
	}
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		pattern, path string
		want          bool
	}{
		{"a/b", "a/b", true},
		{"a/b", "a/b/c", false},
		{"a/b/...", "a/b", true},
		{"a/b/...", "a/b/c", true},
		{"a/b/...", "a/bc", false},
	} {
		if got := deptest.Match(test.pattern, test.path); got != test.want {
			t.Errorf("Match(%q, %q) = %v", test.pattern, test.path, got)
		}
	}
}
