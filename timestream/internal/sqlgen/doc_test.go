package sqlgen_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"athena-timestream/timestream/internal/sqlgen"
)

// TestPageNamesAllFunctions ties docs/push-down.md to what is declared.
func TestPageNamesAllFunctions(t *testing.T) {
	page, err := os.ReadFile("../../../docs/push-down.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(page), "Functions of expressions")
	list, _, _ = strings.Cut(list, "\n\n")
	var named []string
	for _, f := range regexp.MustCompile("`([$][a-z_]+)`").FindAllStringSubmatch(list, -1) {
		named = append(named, f[1])
	}
	declared := slices.Sorted(slices.Values(sqlgen.Functions()))
	if slices.Sort(named); !slices.Equal(named, declared) {
		t.Errorf("the page names\n%q\ndeclared are\n%q", named, declared)
	}
}
