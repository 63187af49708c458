package timestream

import (
	"strings"
	"unicode/utf8"

	"athena-timestream/federation"
)

// maxStatement is how many characters a statement may have: "Quotas" of the developer guide (which counts bytes) and the
// model of the API (which counts characters). What has more characters neither would take.
const maxStatement = 262_144

// checkLength refuses a statement that the service would refuse, and says what to do about it.
func checkLength(sql, advice string) error {
	if n := utf8.RuneCountInString(sql); n > maxStatement {
		return federation.Errorf(federation.InvalidInput, "the statement has %d characters and Timestream takes %d: %s", n, maxStatement, advice)
	}
	return nil
}

// Limits of one query ("Quotas" of the developer guide). Each split is a query of its own, so more splits lift both.
const (
	sizeHint = "the result of one Timestream query may have 5 GB: add a time filter, or more splits"
	timeHint = "one Timestream query may run for an hour: add a time filter, or more splits"
)

// beyond is the limit of one query that an error in lower case speaks of. AWS documents the limits and not the texts, so
// it looks for the words that such a text cannot do without.
func beyond(lower string) (judgement, bool) {
	over := strings.Contains(lower, "exceed") || strings.Contains(lower, "limit") || strings.Contains(lower, "maximum")
	switch {
	case strings.Contains(lower, "timed out"), strings.Contains(lower, "timeout"), over && has(lower, "execution time", "time limit", "run time", "hour"):
		return judgement{code: federation.OperationTimeout, hint: timeHint}, true
	case over && strings.Contains(lower, "result") && has(lower, "size", " gb", "bytes", "too large"):
		return judgement{code: federation.InvalidInput, hint: sizeHint}, true
	}
	return judgement{}, false
}

func has(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
