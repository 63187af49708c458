package timestream

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/sqlgen"
)

// SourceType is what a ping calls this source.
const SourceType = "timestream"

// QueryAPI is what the connector calls of the Query API; *timestreamquery.Client has it.
type QueryAPI interface {
	page.Querier
	PrepareQuery(context.Context, *timestreamquery.PrepareQueryInput, ...func(*timestreamquery.Options)) (*timestreamquery.PrepareQueryOutput, error)
	DescribeAccountSettings(context.Context, *timestreamquery.DescribeAccountSettingsInput, ...func(*timestreamquery.Options)) (*timestreamquery.DescribeAccountSettingsOutput, error)
	CancelQuery(context.Context, *timestreamquery.CancelQueryInput, ...func(*timestreamquery.Options)) (*timestreamquery.CancelQueryOutput, error)
}

// WriteAPI is what the connector calls of the Write API; *timestreamwrite.Client has it. Nothing is written.
type WriteAPI interface {
	ListDatabases(context.Context, *timestreamwrite.ListDatabasesInput, ...func(*timestreamwrite.Options)) (*timestreamwrite.ListDatabasesOutput, error)
	ListTables(context.Context, *timestreamwrite.ListTablesInput, ...func(*timestreamwrite.Options)) (*timestreamwrite.ListTablesOutput, error)
	DescribeTable(context.Context, *timestreamwrite.DescribeTableInput, ...func(*timestreamwrite.Options)) (*timestreamwrite.DescribeTableOutput, error)
}

// TableSource knows some tables better than the service; *gluemeta.Catalog is one. It answers EntityNotFound for all
// others.
type TableSource interface {
	GetTable(context.Context, *message.GetTableRequest) (*message.GetTableResponse, error)
}

// Connector reads Timestream for Athena. It is safe for concurrent use.
type Connector struct {
	// NanosecondColumns and Splits are [Config]'s. They must not change once the connector is in use.
	NanosecondColumns bool
	Splits            SplitConfig
	// Unloads is what reading by UNLOAD takes; nil: all is read in pages. It must not change either.
	Unloads *Unloads

	statements statements
	names      *names
	prepared   prepared
	facts      *facts
	weights    *cache[string, weighed] // by statement
	now        func() time.Time
	glue       TableSource // nil: DESCRIBE only
	logger     *slog.Logger
}

var (
	_ federation.Connector          = (*Connector)(nil)
	_ federation.Partitioner        = (*Connector)(nil)
	_ federation.Splitter           = (*Connector)(nil)
	_ federation.CapabilityReporter = (*Connector)(nil)
	_ federation.PassthroughSchemer = (*Connector)(nil)
	_ federation.PlanApplier        = (*Connector)(nil)
	_ federation.ReadFinisher       = (*Connector)(nil)
)

// New makes a connector. glue may be nil: then columns come from DESCRIBE only. A nil logger logs nothing.
func New(query QueryAPI, write WriteAPI, glue TableSource, logger *slog.Logger) *Connector {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	s := statements{api: query, logger: logger}
	return &Connector{
		statements: s,
		names:      newNames(lister{statements: s, write: write, pace: listPace(), logger: logger}),
		prepared:   newPrepared(),
		facts:      newFacts(query, write, logger),
		weights:    newCache[string, weighed](weightAge, maxWeights),
		now:        time.Now,
		glue:       glue,
		logger:     logger,
	}
}

// forCaller is the same connector, with what it knows of Timestream, for a request that is served with its caller's own
// permissions. It reads in pages: UNLOAD writes with the function's, to where the caller's would have to read.
func (c *Connector) forCaller(glue TableSource) *Connector {
	other := *c
	other.glue, other.Unloads = glue, nil
	return &other
}

// Capabilities declares what [sqlgen] does: every kind of value set, expressions of the functions that have an equal in
// Timestream's SQL, limits, and limits of an order. See [Connector.ReadRecords] for when they are really applied.
func (*Connector) Capabilities(context.Context, *message.GetDataSourceCapabilitiesRequest) ([]message.Capability, error) {
	return []message.Capability{
		federation.FilterPushdown(), federation.ExpressionPushdown(sqlgen.Functions()...), federation.LimitPushdown(), federation.TopNPushdown(),
	}, nil
}

// Keys of log lines: a promise to whoever reads logs.
const (
	keySQL      = "sql"
	keyTable    = "table"
	keyColumn   = "column"
	keyType     = "type"
	keyReason   = "reason"
	keyQueryID  = "timestream_query_id"
	keyPages    = "pages"
	keyFiles    = "files"
	keyRows     = "rows"
	keyBytes    = "bytes"
	keyScanned  = "bytes_scanned"
	keyMetered  = "bytes_metered"
	keyDuration = "duration"
	keySlices   = "slices"
	keyCuts     = "time_cuts"
	keyError    = "error"

	// Of a read's one line.
	keyRuns      = "timestream_queries"
	keyPageBytes = "page_bytes"
	keyWaited    = "timestream_ms"
	keyDecoded   = "decode_ms"
	keyFileBytes = "file_bytes"
	keyFileWait  = "file_wait_ms"
)
