package lambdahandler

import (
	"runtime/debug"
	"strconv"
)

// gcPercent is how much garbage may gather, in percent of what is in use. Reads use a few large blocks that the collector
// need not look into, so that collecting four times as often as by default costs next to nothing, and keeps the most memory
// that a long read takes near that of a short one.
const gcPercent = 25

// limitMemory sets the garbage collector for a function's process, except for what GOGC and GOMEMLIMIT say themselves.
func limitMemory(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if limit, ok := memoryLimit(getenv); ok {
		debug.SetMemoryLimit(limit)
	}
}

// memoryLimit is nine tenths of the function's memory, in bytes: beyond it Lambda would end the process. False means that
// there is no limit to be set. Source: AWS Lambda developer guide, "Defined runtime environment variables".
func memoryLimit(getenv func(string) string) (int64, bool) {
	mib, err := strconv.ParseInt(getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 32)
	return mib << 20 / 10 * 9, err == nil && mib > 0 && getenv("GOMEMLIMIT") == ""
}
