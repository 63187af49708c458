package athena

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
)

// Athena's longer forms of statements that the grammar has in a shorter one.
var (
	showColumns   = regexp.MustCompile(`(?is)^\s*show\s+columns\s+(?:from|in)\s+(.*)$`)
	showInCatalog = regexp.MustCompile(`(?is)^\s*show\s+(?:databases|schemas)\s+(?:from|in)\s+("[^"]+"|[\w:-]+)\s*(.*)$`)
)

// parse reads one statement.
func parse(sql string) (sqlparse.Statement, error) {
	if m := showColumns.FindStringSubmatch(sql); m != nil {
		sql = "DESCRIBE " + m[1]
	}
	if m := showInCatalog.FindStringSubmatch(sql); m != nil {
		sql = "SHOW DATABASES " + m[2] // one connector has one catalog
	}
	return sqlparse.Parse(sql, sqlparse.Athena)
}

func (s *session) showDatabases(ctx context.Context, q *sqlparse.ShowDatabases) (*Result, error) {
	if err := s.greet(ctx); err != nil {
		return nil, err
	}
	names, err := s.client.ListSchemas(ctx)
	if err != nil {
		return nil, s.failed("list the databases", err)
	}
	return s.names("database_name", names, q.Like)
}

func (s *session) showTables(ctx context.Context, q *sqlparse.ShowTables) (*Result, error) {
	database := strings.ToLower(s.engine.Database)
	from := lowerNames(q.From)
	if len(from) == 2 {
		if err := s.checkCatalog(from[0]); err != nil {
			return nil, err
		}
	}
	if len(from) > 0 {
		database = from[len(from)-1]
	}
	if database == "" {
		return nil, fmt.Errorf("SHOW TABLES needs a database: write SHOW TABLES IN database")
	}
	if err := s.greet(ctx); err != nil {
		return nil, err
	}
	tables, err := s.client.ListTables(ctx, database)
	if err != nil {
		return nil, s.failed("list the tables of "+database, err)
	}
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.Table
	}
	return s.names("tab_name", names, q.Like)
}

// names is a result of one text column, sorted.
func (s *session) names(column string, names []string, like *sqlparse.StringLit) (*Result, error) {
	slices.Sort(names)
	var rows [][]any
	for _, n := range names {
		if like == nil || likeMatches(like.Value, n) {
			rows = append(rows, []any{n})
		}
	}
	return s.texts(rows, column)
}

// likeMatches reports whether text matches a pattern as SHOW takes it: % and *
// stand for any text, _ for one character, | separates patterns; without case.
func likeMatches(pattern, text string) bool {
	var b strings.Builder
	for _, r := range pattern {
		switch r {
		case '%', '*':
			b.WriteString(".*")
		case '_':
			b.WriteString(".")
		case '|':
			b.WriteString("|")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	re, err := regexp.Compile("(?is)^(?:" + b.String() + ")$")
	return err == nil && re.MatchString(text)
}

func (s *session) describe(ctx context.Context, q *sqlparse.Describe) (*Result, error) {
	name, err := s.qualified(q.Table)
	if err != nil {
		return nil, err
	}
	table, err := s.getTable(ctx, name)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for _, f := range table.Schema.Fields() {
		partition := ""
		if slices.Contains(table.PartitionColumns, f.Name) {
			partition = "partition key"
		}
		rows = append(rows, []any{strings.ToLower(f.Name), sqlType(f.Type), partition})
	}
	return s.texts(rows, "col_name", "data_type", "extra")
}

// texts is a result whose columns are all text.
func (s *session) texts(rows [][]any, names ...string) (*Result, error) {
	var columns []translate.Column
	for _, n := range names {
		columns = append(columns, translate.Column{Name: n, Type: translate.Type{Kind: translate.Varchar}})
	}
	return newResult(s, columns, &list{columns: len(names), rows: rows})
}
