package console

import (
	"context"
	"errors"

	"athena-timestream/local/internal/athena"
)

// askAthena plays a statement through the connector, and leaves what the engine planned beside what was observed. It returns
// the id of the conversation too, also with an error.
func (c *Console) askAthena(ctx context.Context, sql string) (*result, int64, error) {
	ctx = WithStatement(ctx, sql)
	id := c.o.Recorder.start(ctx, kindAthena)
	var steps []athena.Step
	engine := c.o.Athena
	engine.Trace = func(s athena.Step) { steps = append(steps, s) }
	r, err := readAthena(ctx, &engine, sql)
	c.o.Recorder.finish(ctx, steps, err)
	return r, id, err
}

func readAthena(ctx context.Context, engine *athena.Engine, sql string) (_ *result, err error) {
	found, err := engine.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	out := &result{Columns: []resultColumn{}, Rows: [][]*string{}}
	for _, column := range found.Columns {
		out.Columns = append(out.Columns, resultColumn{column.Name, column.Type})
	}
	for row, err := range found.Rows() {
		if err != nil {
			return nil, err
		}
		if out.full() {
			break
		}
		out.add(func(i int) *string {
			if row[i] == nil {
				return nil
			}
			text := found.Columns[i].Text(row[i])
			return &text
		})
	}
	return out, nil
}
