package duck

import (
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2/mapping"
)

const (
	idleCall = 10 * time.Microsecond  // a call that took less did no work
	maxPause = 200 * time.Microsecond // between looks at a statement that other threads work on
)

// await takes part in a statement's work until its result has begun. DuckDB's own loop, in duckdb_execute_pending, turns
// without a pause while another thread does the work: all through the fsync of a commit, for one.
func await(pending duckdb.PendingResult) {
	pause := idleCall
	for {
		start := time.Now()
		state := duckdb.PendingExecuteTask(pending)
		switch {
		case state == duckdb.PendingStateError, duckdb.PendingExecutionIsFinished(state):
			return
		case state != duckdb.PendingStateNoTasksAvailable && time.Since(start) > idleCall:
			pause = idleCall
		default:
			time.Sleep(pause)
			pause = min(2*pause, maxPause)
		}
	}
}
