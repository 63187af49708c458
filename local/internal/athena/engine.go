package athena

import (
	"log/slog"
	"time"

	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// Engine answers SQL statements from one connector. Its fields are set before
// the first query and not changed afterwards; an Engine may then be used by
// several goroutines.
type Engine struct {
	// Invoker is the connector: an in-process Handler or a Lambda function.
	Invoker client.Invoker
	// Store is where the connector spills to; blocks are read from it.
	Store spill.Store
	// Catalog is the data catalog's name in SQL; empty means "timestream".
	// The name with Athena's prefix for unregistered functions,
	// "lambda:timestream", is the same catalog.
	Catalog string
	// Database is used for table names without one; empty means there is none.
	Database string
	// Identity is the caller that the connector is told of; nil is a made-up one.
	Identity *message.Identity
	// Limits are the block sizes asked for; zero fields mean Athena's.
	Limits spill.Limits
	// Version is the highest protocol version to speak; 0 means message.Newest.
	Version message.Version
	// Parallel is how many splits are read at once; 0 means DefaultParallel.
	Parallel int
	// NoPushdown reads whole tables: no constraints are sent.
	NoPushdown bool
	// Now is the clock for now() and current_date; nil means time.Now. It is
	// read once a statement.
	Now func() time.Time
	// Log receives one record a statement at INFO and the rest at DEBUG; nil is silence.
	Log *slog.Logger
	// Progress is called often while records are read, never concurrently; nil
	// means nobody looks.
	Progress func(Progress)
	// Trace is given each step of the conversation as it ends, never
	// concurrently; nil means nobody looks.
	Trace func(Step)
}

// DefaultParallel is the number of splits that are read at once.
const DefaultParallel = 8

// DefaultCatalog is the name of an Engine's catalog when none is given.
const DefaultCatalog = "timestream"

// DefaultLimits are the block sizes that Athena's public validation tool asks for.
var DefaultLimits = spill.Limits{MaxBlockSize: 16_000_000, MaxInlineSize: 5_242_880}

// Progress says how far the reading of one statement is.
type Progress struct {
	Rows, Bytes, Blocks    int64
	SplitsDone, SplitTotal int
}
