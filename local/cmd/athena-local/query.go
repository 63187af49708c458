package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/console"
	"athena-timestream/local/internal/stack"
)

type queryCommand struct {
	storage
	connector
	SQL     string `arg:"" name:"sql" help:"Statement in Athena's SQL."`
	Format  string `help:"Form of the result: ${enum}." enum:"table,csv,json,arrow" default:"table"`
	Explain bool   `help:"Show each request and answer, the constraints that were sent, what the connector made of them and why, and the SQL that Timestream ran (on stderr)."`
}

// Help is printed by "query --help".
func (*queryCommand) Help() string {
	return `The built-in database demo has the tables devops, climate and "Deployments", and the views cpu_series and climate_minutes.

Examples:
  athena-local query "SELECT * FROM demo.devops WHERE time > now() - interval '5' minute"
  athena-local query --explain "SELECT room, avg(\"measure_value::double\") FROM demo.climate WHERE measure_name = 'temperature' GROUP BY room"
  athena-local query --format csv "SHOW TABLES IN demo"
  athena-local query "SELECT * FROM TABLE(timestream.system.query(query => 'SELECT bin(time, 1h), count(*) FROM demo.devops GROUP BY 1'))"`
}

// Run is called by the command line's parser.
func (c *queryCommand) Run(ctx context.Context, s streams) error {
	if strings.TrimSpace(c.SQL) == "" {
		return usagef("the statement is empty")
	}
	options := stack.Options{Dir: c.dir(), Settings: c.Setting}
	var said *reasons
	if c.Explain {
		said = &reasons{}
		options.Logs = said
	}
	st, err := stack.Open(ctx, options)
	if err != nil {
		return err
	}
	err = c.query(ctx, s, st, said)
	return errors.Join(err, st.Close())
}

func (c *queryCommand) query(ctx context.Context, s streams, st *stack.Stack, said *reasons) error {
	mark, err := st.Mark(ctx)
	if err != nil {
		return err
	}
	bar := newBar(s.stderr, "reading", false)
	defer bar.stop()
	var steps []athena.Step
	engine := &athena.Engine{
		Invoker: st.Invoker, Store: st.Store, Catalog: stack.FunctionName,
		Progress: func(p athena.Progress) {
			bar.remark(fmt.Sprintf("%s, %s, %d of %s", count(p.Rows, "row"), count(p.Blocks, "block"), p.SplitsDone, count(int64(p.SplitTotal), "split")))
			bar.set(int64(p.SplitsDone), int64(p.SplitTotal))
		},
	}
	if c.Explain {
		engine.Trace = func(step athena.Step) { steps = append(steps, step) }
	}
	start := time.Now()
	result, err := engine.Query(console.WithStatement(ctx, c.SQL), c.SQL)
	took := time.Since(start)
	bar.stop()
	statements, journalErr := st.Since(ctx, mark)
	if c.Explain {
		explain(s.stderr, steps, said.lines(), statements)
	}
	if err = errors.Join(err, journalErr); err != nil {
		return err
	}
	err = writers[c.Format](s.stdout, result)
	if err := errors.Join(err, result.Close()); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	c.summary(s, result, statements, took)
	return nil
}

// summary is the line below a result; where the result is data for a program, it goes to stderr.
func (c *queryCommand) summary(s streams, r *athena.Result, statements []stack.Statement, took time.Duration) {
	w := s.stdout
	if c.Format != "table" {
		w = s.stderr
	}
	var pages int64
	for _, statement := range statements {
		if !statement.Metadata {
			pages += statement.Pages
		}
	}
	fmt.Fprintf(w, "%s, %s, %s, %s (%d inline, %d spilled), %s\n",
		count(r.Stats.Rows, "row"), count(int64(r.Stats.Splits), "split"), count(pages, "page"),
		count(int64(r.Stats.Blocks), "block"), r.Stats.Inline, r.Stats.Spilled, took.Round(time.Millisecond))
}

// explain prints the conversation, what the connector did otherwise than it was asked, and what Timestream was asked
// meanwhile.
func explain(w io.Writer, steps []athena.Step, said []string, statements []stack.Statement) {
	for _, step := range steps {
		fmt.Fprintln(w, step.Title)
		for _, line := range step.Details {
			fmt.Fprintf(w, "    %s\n", line)
		}
	}
	if len(said) > 0 {
		fmt.Fprintln(w, "the connector says")
	}
	for _, line := range said {
		fmt.Fprintf(w, "    %s\n", line)
	}
	for _, statement := range statements {
		fmt.Fprintf(w, "Timestream ran (%s, %s)\n", count(statement.Pages, "page"), count(statement.Rows, "row"))
		for _, line := range strings.Split(strings.TrimSpace(statement.SQL), "\n") {
			fmt.Fprintf(w, "    %s\n", strings.TrimRight(line, " "))
		}
	}
	fmt.Fprintln(w)
}
