package athena

import (
	"time"

	"athena-timestream/federation/client"
)

// StepKind tells the steps of a statement apart.
type StepKind uint8

const (
	// CallStep is one request to the connector and its answer.
	CallStep StepKind = iota
	// PlanStep is what one table is asked for, and what it is not asked for and why.
	PlanStep
	// StatementStep is the final statement over what was read.
	StatementStep
)

// Step is one entry of a statement's trace, for people to read.
type Step struct {
	Kind     StepKind
	Table    string        // database.table; empty for calls about the whole catalog
	Title    string        // one line
	Details  []string      // further lines, without indentation
	Duration time.Duration // zero for a PlanStep
	// Exchange is the request and the answer of a CallStep.
	Exchange *client.Exchange
}
