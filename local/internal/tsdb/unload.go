package tsdb

import (
	"context"
	"errors"

	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
	"athena-timestream/local/internal/unload"
)

// unload is the cursor of an UNLOAD: its one row comes when all files are written.
func (db *DB) unload(ctx context.Context, s *sqlparse.Unload, to unload.Destination) (*Cursor, error) {
	translated, plan, err := db.planUnload(s, false)
	if err != nil {
		return nil, err
	}
	if to.Store == nil {
		return nil, errorf(Validation, "UNLOAD needs S3, and this embedded Timestream runs without one: use athena-local serve, or run the SELECT itself.")
	}
	c := &Cursor{columns: unload.ResultColumns(), tables: len(translated.Tables)}
	c.start = func() (source, error) {
		if err := plan.CheckBucket(ctx, to.Store); err != nil {
			return nil, unloadError(Validation, err)
		}
		rows, err := db.run(ctx, translated)
		if err != nil {
			return nil, err
		}
		result, err := plan.Run(ctx, rows, to)
		if err := errors.Join(unloadError(Execution, err), rows.Close()); err != nil {
			return nil, err
		}
		c.unloaded = result
		return &list{rows: [][]any{{result.Rows, result.Metadata, result.Manifest}}}, nil
	}
	return c, nil
}

func (db *DB) planUnload(s *sqlparse.Unload, prepare bool) (*translate.Result, *unload.Plan, error) {
	translated, err := db.translate(s.Query, prepare)
	if err != nil {
		return nil, nil, err
	}
	plan, err := unload.NewPlan(s, translated.Columns)
	return translated, plan, unloadError(Validation, err)
}

// unloadError gives the service's exception to what unload says; other errors have theirs.
func unloadError(code Code, err error) error {
	var said *unload.Error
	if errors.As(err, &said) {
		return &Error{Code: code, Message: said.Message, Cause: err}
	}
	return err
}
