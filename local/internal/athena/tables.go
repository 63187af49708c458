package athena

import (
	"fmt"

	"athena-timestream/local/internal/duck"
	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
)

// tables is the catalog of one statement's scans, by their places in it.
type tables struct {
	scans map[sqlparse.Pos]*translate.Table
}

// tablesOf describes what will be stored of each scan.
func tablesOf(scans []*scan) (*tables, error) {
	t := &tables{scans: map[sqlparse.Pos]*translate.Table{}}
	for _, s := range scans {
		table := &translate.Table{From: duck.QuoteIdent(s.name)}
		for i, f := range s.projection().Fields() {
			kind, err := typeOf(f.Type)
			if err != nil {
				return nil, fmt.Errorf("%s: column %s: %w", s.title, f.Name, err)
			}
			table.Columns = append(table.Columns, translate.TableColumn{Name: f.Name, Type: kind, SQL: duck.QuoteIdent(storedColumn(i))})
		}
		t.scans[s.pos] = table
	}
	return t, nil
}

// Resolve finds the scan of the table name at a place.
func (t *tables) Resolve(name []string, pos translate.Pos) (*translate.Table, error) {
	if table, ok := t.scans[pos]; ok {
		return table, nil
	}
	return nil, fmt.Errorf("%s: table %v was not planned", pos, name)
}
