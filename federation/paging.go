package federation

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"athena-timestream/federation/message"
	"athena-timestream/federation/redact"
)

// PageTables answers r from all tables of the schema, for sources that cannot
// page: sorted by name, the token being the index of the next page's first
// table, as in the Java SDK. tables is not changed. A page has fewer tables than
// asked for if their names would not fit Lambda's answer. A token past the end
// gives an empty last page; a bad token or page size is InvalidInput, zero among
// them, with which the Java SDK would page for ever.
func PageTables(r *message.ListTablesRequest, tables []message.TableName) (*message.ListTablesResponse, error) {
	start, err := pageStart(r.NextToken)
	if err != nil {
		return nil, err
	}
	if r.PageSize < 1 && r.PageSize != message.UnlimitedPageSize {
		return nil, Errorf(InvalidInput, "page size %d: use a positive number, or -1 for all tables", r.PageSize)
	}
	byName := func(a, b message.TableName) int { return strings.Compare(a.Table, b.Table) }
	sorted := tables
	if !slices.IsSortedFunc(tables, byName) {
		sorted = slices.SortedFunc(slices.Values(tables), byName)
	}
	start = min(start, len(sorted))
	end := len(sorted)
	if r.PageSize > 0 {
		end = start + fitting(sorted[start:], r.PageSize, tableSize)
	}
	response := &message.ListTablesResponse{CatalogName: r.CatalogName, Tables: sorted[start:end]}
	if end < len(sorted) {
		token := strconv.Itoa(end)
		response.NextToken = &token
	}
	return response, nil
}

// splitsPerPage is how many splits [PageSplits] returns at once: few enough for
// their keys to be made in seconds.
const splitsPerPage = 1000

// PageSplits answers r from all splits of the request, for Splitters that make
// many: up to a thousand at a time, fewer if their properties are long. specs must
// be the same at every call, in the same order; the token has their number, and a
// token that was made for another number is an error.
func PageSplits(r *message.GetSplitsRequest, specs []SplitSpec) ([]SplitSpec, *string, error) {
	start := 0
	if r.ContinuationToken != nil {
		token := *r.ContinuationToken
		at, of, _ := strings.Cut(token, "/")
		n, err := strconv.Atoi(at)
		switch {
		case err != nil || n < 0 || n > len(specs):
			return nil, nil, Errorf(InvalidInput, "continuation token %q is not one of ours: start again without a token", token)
		case of != strconv.Itoa(len(specs)):
			return nil, nil, Errorf(InternalService, "there were %s splits when the first of them were handed out, and now there are %d: run the query again", of, len(specs))
		}
		start = n
	}
	end := start + fitting(specs[start:], splitsPerPage, splitSize)
	if end == len(specs) {
		return specs[start:], nil, nil
	}
	token := strconv.Itoa(end) + "/" + strconv.Itoa(len(specs))
	return specs[start:end], &token, nil
}

// pageBudget is how much JSON one page may be, in bytes: less than Lambda's
// answer, by enough for what is around the page.
const pageBudget = 5_000_000

// fitting is how many of the items go into one page: at most limit, one at least
// if there are any.
func fitting[T any](items []T, limit int, size func(T) int) int {
	n, bytes := 0, 0
	for _, item := range items[:min(limit, len(items))] {
		if bytes += size(item); bytes > pageBudget && n > 0 {
			break
		}
		n++
	}
	return n
}

// tableSize is an upper bound of a table's JSON.
func tableSize(t message.TableName) int {
	return len(`{"schemaName":,"tableName":},`) + jsonSize(t.Schema) + jsonSize(t.Table)
}

// splitSize is an upper bound of a split's JSON, unless bucket and prefix of its
// spill location are longer than they may be in S3.
func splitSize(s SplitSpec) int {
	const rest = 2000 // location, key and the names of all members
	size := rest
	for name, value := range s.Properties {
		size += jsonSize(name) + jsonSize(value) + len(":,")
	}
	return size
}

// jsonSize is an upper bound of a text's JSON.
func jsonSize(s string) int {
	size := len(`""`)
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ':
			size += len(`\u0000`)
		case c == '"', c == '\\':
			size += 2
		case c >= utf8.RuneSelf:
			size += 3 // a byte that is no UTF-8 becomes U+FFFD
		default:
			size++
		}
	}
	return size
}

func pageStart(token *string) (int, error) {
	if token == nil {
		return 0, nil
	}
	start, err := strconv.Atoi(*token)
	if err != nil || start < 0 {
		return 0, Errorf(InvalidInput, "page token %q is not one of ours: start again without a token", redact.Data(*token))
	}
	return start, nil
}
