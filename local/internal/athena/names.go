package athena

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"athena-timestream/federation/message"
	"athena-timestream/local/internal/sqlparse"
)

// qualified reads a table's name: catalog.database.table, the catalog optional,
// the database too if the engine has one. The connector is asked in lower case,
// as Athena does.
func (s *session) qualified(parts []sqlparse.Ident) (message.TableName, error) {
	names := lowerNames(parts)
	if len(names) == 3 {
		if err := s.checkCatalog(parts[0].Name); err != nil {
			return message.TableName{}, err
		}
		names = names[1:]
	}
	if len(names) == 1 && s.engine.Database != "" {
		names = []string{strings.ToLower(s.engine.Database), names[0]}
	}
	if len(names) != 2 {
		return message.TableName{}, fmt.Errorf("table %s has no database: write database.table", strings.Join(names, "."))
	}
	return message.TableName{Schema: names[0], Table: names[1]}, nil
}

func (s *session) checkCatalog(name string) error {
	own := s.engine.catalog()
	if name = strings.ToLower(name); name == own || name == "lambda:"+own {
		return nil
	}
	return fmt.Errorf("catalog %s does not exist, the only one here is %s", name, own)
}

// getTable describes a table; a statement asks once for each.
func (s *session) getTable(ctx context.Context, name message.TableName) (*message.GetTableResponse, error) {
	if t, ok := s.tables[name]; ok {
		return t, nil
	}
	if err := s.greet(ctx); err != nil {
		return nil, err
	}
	t, err := s.client.GetTable(ctx, name, nil)
	if err != nil {
		return nil, s.unknownTable(ctx, name, err)
	}
	s.tables[name] = t
	return t, nil
}

// unknownTable adds what there is to an error about a table that there is not.
func (s *session) unknownTable(ctx context.Context, name message.TableName, err error) error {
	schemas, listErr := s.client.ListSchemas(ctx)
	if listErr != nil {
		return err
	}
	if !slices.ContainsFunc(schemas, func(n string) bool { return strings.EqualFold(n, name.Schema) }) {
		return fmt.Errorf("database %s does not exist, there are: %s", name.Schema, candidates(name.Schema, schemas))
	}
	listed, listErr := s.client.ListTables(ctx, name.Schema)
	if listErr != nil {
		return err
	}
	var names []string
	for _, t := range listed {
		if strings.EqualFold(t.Table, name.Table) {
			return err // it is there: the fault is another
		}
		names = append(names, t.Table)
	}
	// A view in Glue is listed nowhere, so what the connector says may be about a fault of one.
	return fmt.Errorf("table %s.%s is not among those of the database, which has: %s: %w", name.Schema, name.Table, candidates(name.Table, names), err)
}

// maxCandidates is how many names an error lists.
const maxCandidates = 10

// candidates lists names, those most like the wanted one first.
func candidates(wanted string, names []string) string {
	if len(names) == 0 {
		return "none"
	}
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b string) int {
		return distance(wanted, strings.ToLower(a)) - distance(wanted, strings.ToLower(b))
	})
	if len(names) > maxCandidates {
		return strings.Join(names[:maxCandidates], ", ") + fmt.Sprintf(" and %d more", len(names)-maxCandidates)
	}
	return strings.Join(names, ", ")
}

// distance is the number of single-byte edits between two names (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
