package athena

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"athena-timestream/local/internal/duck"
	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
)

// Query answers one statement: a SELECT, SHOW DATABASES, SHOW TABLES IN database,
// SHOW COLUMNS IN table or DESCRIBE table. All connector tables are read when it
// returns; the rows of the result are computed while they are read. The context
// covers the Result's life too. The caller closes the Result.
//
// Errors are one sentence: a *sqlparse.Error or *translate.Error with the place
// for SQL that Athena would refuse, a *client.Error inside for what the connector
// refused.
func (e *Engine) Query(ctx context.Context, sql string) (*Result, error) {
	s := e.session()
	statement, err := parse(sql)
	if err != nil {
		return nil, err
	}
	r, err := s.answer(ctx, statement)
	if err != nil {
		s.log.Info("query failed", "error", err.Error(), "durationMs", time.Since(s.start).Milliseconds())
		return nil, err
	}
	s.log.Info("query", "splits", s.stats.Splits, "rowsRead", s.stats.RowsRead, "bytes", s.stats.Bytes,
		"blocks", s.stats.Blocks, "durationMs", time.Since(s.start).Milliseconds())
	return r, nil
}

func (s *session) answer(ctx context.Context, statement sqlparse.Statement) (*Result, error) {
	switch statement := statement.(type) {
	case *sqlparse.Query:
		return s.query(ctx, statement)
	case *sqlparse.ShowDatabases:
		return s.showDatabases(ctx, statement)
	case *sqlparse.ShowTables:
		return s.showTables(ctx, statement)
	case *sqlparse.Describe:
		return s.describe(ctx, statement)
	}
	return nil, fmt.Errorf("statement not supported: write SELECT, SHOW DATABASES, SHOW TABLES or DESCRIBE")
}

func (s *session) query(ctx context.Context, q *sqlparse.Query) (_ *Result, err error) {
	db, err := openDatabase(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	scans, err := s.plan(ctx, db, q)
	if err != nil {
		return nil, err
	}
	for _, sc := range scans {
		s.trace(explainScan(sc))
	}
	catalog, err := tablesOf(scans)
	if err != nil {
		return nil, err
	}
	t, err := translate.Query(q, translate.Options{Dialect: translate.Athena, Catalog: catalog, Now: s.now})
	if err != nil {
		return nil, err
	}
	if err := s.read(ctx, db, scans); err != nil {
		return nil, err
	}
	return s.run(ctx, db, t)
}

// run starts the final statement; the result owns the database from then on.
func (s *session) run(ctx context.Context, db *duck.DB, t *translate.Result) (*Result, error) {
	start := time.Now()
	rows, err := db.Query(ctx, t.SQL)
	if err != nil {
		return nil, statementError(err)
	}
	s.trace(Step{Kind: StatementStep, Title: "run the statement over what was read", Details: []string{t.SQL}, Duration: time.Since(start)})
	r, err := newResult(s, t.Columns, &cursor{Rows: rows, db: db})
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return r, nil
}

// statementError is an error of the final statement in Athena's words, where it
// has some, and in one line.
func statementError(err error) error {
	if text, ok := translate.Message(err); ok {
		return errors.New(text)
	}
	if duckErr, ok := errors.AsType[*duck.Error](err); ok {
		first, _, _ := strings.Cut(duckErr.Message, "\n")
		return fmt.Errorf("run the statement: %s", first)
	}
	return fmt.Errorf("run the statement: %w", err)
}

// openDatabase opens the memory in which one statement is run.
func openDatabase(ctx context.Context) (*duck.DB, error) {
	db, err := duck.Open("", nil)
	if err != nil {
		return nil, err
	}
	for _, f := range translate.Natives() {
		if err := db.Define(duck.Function(f)); err != nil {
			return nil, errors.Join(fmt.Errorf("prepare the database: %w", err), db.Close())
		}
	}
	for _, macro := range translate.Macros() {
		if err := db.Exec(ctx, macro); err != nil {
			return nil, errors.Join(fmt.Errorf("prepare the database: %w", err), db.Close())
		}
	}
	return db, nil
}

// plan binds the statement and decides what each table is asked for.
func (s *session) plan(ctx context.Context, db *duck.DB, q *sqlparse.Query) ([]*scan, error) {
	b := &binder{}
	b.open = func(r *sqlparse.TableRef) (*scan, error) {
		name, err := s.qualified(r.Name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Pos(), err)
		}
		table, err := s.getTable(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Pos(), err)
		}
		return newScan(r.Pos(), scanName(b), table), nil
	}
	b.call = func(f *sqlparse.TableFunction) (*scan, error) {
		sc, err := s.passthrough(ctx, f, scanName(b))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Pos(), err)
		}
		return sc, nil
	}
	if _, err := b.bindQuery(q, scope{}); err != nil {
		return nil, err
	}
	if !s.engine.NoPushdown {
		constants := &evaluator{ctx: ctx, db: db, now: s.now}
		p := &planner{levels: b.levels, constants: constants.values, offers: offersOf(s.capabilities)}
		p.plan()
	}
	return b.scans, nil
}

func scanName(b *binder) string { return fmt.Sprintf("scan_%d", len(b.scans)+1) }
