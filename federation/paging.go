package federation

import (
	"slices"
	"strconv"
	"strings"

	"athena-timestream/federation/message"
	"athena-timestream/federation/redact"
)

// PageTables answers r from all tables of the schema, for sources that cannot
// page: sorted by name, the token being the index of the next page's first
// table, as in the Java SDK. tables is not changed. A token past the end gives an
// empty last page; a bad token or page size is InvalidInput, zero among them, with
// which the Java SDK would page for ever.
func PageTables(r *message.ListTablesRequest, tables []message.TableName) (*message.ListTablesResponse, error) {
	start, err := pageStart(r.NextToken)
	if err != nil {
		return nil, err
	}
	if r.PageSize < 1 && r.PageSize != message.UnlimitedPageSize {
		return nil, Errorf(InvalidInput, "page size %d: use a positive number, or -1 for all tables", r.PageSize)
	}
	sorted := slices.SortedFunc(slices.Values(tables), func(a, b message.TableName) int {
		return strings.Compare(a.Table, b.Table)
	})
	start = min(start, len(sorted))
	end := len(sorted)
	if r.PageSize > 0 && r.PageSize < end-start {
		end = start + r.PageSize
	}
	response := &message.ListTablesResponse{CatalogName: r.CatalogName, Tables: sorted[start:end]}
	if end < len(sorted) {
		token := strconv.Itoa(end)
		response.NextToken = &token
	}
	return response, nil
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
