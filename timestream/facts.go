package timestream

import (
	"context"
	"log/slog"
	"math"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"

	"athena-timestream/federation/message"
	"athena-timestream/federation/redact"
)

const (
	factAge     = 5 * time.Minute // how long a fact is believed, and a failure not tried again
	factTimeout = 3 * time.Second // a read waits no longer for a fact, which only helps
)

// facts are what the service tells of tables and of the account. They say where to cut a read; without them it is cut worse,
// or not at all. A failure is logged once, and is a fact without content for a while.
type facts struct {
	query  QueryAPI
	write  WriteAPI
	logger *slog.Logger

	tables  *cache[message.TableName, tableFacts]
	account *cache[struct{}, int]
}

// tableFacts are what DescribeTable tells.
type tableFacts struct {
	oldest *time.Time // before it the table holds nothing, most likely; nil: unknown
	key    string     // the dimension that partitions the table; empty: measure_name does, or it is unknown
}

func newFacts(query QueryAPI, write WriteAPI, logger *slog.Logger) *facts {
	return &facts{
		query: query, write: write, logger: logger,
		tables: newCache[message.TableName, tableFacts](factAge, maxKnown), account: newCache[struct{}, int](factAge, 1),
	}
}

// table is what is known of a table, given by its real name.
func (f *facts) table(ctx context.Context, name message.TableName, now time.Time) tableFacts {
	return f.tables.get(name, func() (tableFacts, bool) {
		if f.write == nil {
			return tableFacts{}, true
		}
		limited, stop := context.WithTimeout(ctx, factTimeout)
		defer stop()
		out, err := f.write.DescribeTable(limited, &timestreamwrite.DescribeTableInput{DatabaseName: &name.Schema, TableName: &name.Table})
		if err != nil {
			f.logger.WarnContext(ctx, "a table is not described: reads of it that have no lower bound on time are one split; the function's role needs timestream:DescribeTable",
				keyTable, name.String(), keyError, redact.Text(err))
			return tableFacts{}, ctx.Err() == nil
		}
		return factsOf(out.Table, now), true
	})
}

// factsOf guesses from retention and age how far back a table goes. Records may be written that are as old as the memory
// store's retention when the table is made; older ones only if writes to the magnetic store are enabled.
func factsOf(t *types.Table, now time.Time) tableFacts {
	var out tableFacts
	if t == nil {
		return out
	}
	if t.Schema != nil {
		for _, k := range t.Schema.CompositePartitionKey {
			if k.Type == types.PartitionKeyTypeDimension {
				out.key = aws.ToString(k.Name)
			}
		}
	}
	if t.RetentionProperties == nil {
		return out
	}
	memory := hours(aws.ToInt64(t.RetentionProperties.MemoryStoreRetentionPeriodInHours))
	magnetic := hours(aws.ToInt64(t.RetentionProperties.MagneticStoreRetentionPeriodInDays) * 24)
	oldest := now.Add(-memory).Add(-magnetic)
	if t.CreationTime != nil {
		if made := t.CreationTime.Add(-memory); made.After(oldest) {
			oldest = made
		}
	}
	out.oldest = &oldest
	return out
}

// hours is a duration, the longest there is if the number is too large for one.
func hours(n int64) time.Duration {
	return time.Duration(min(max(n, 0), int64(math.MaxInt64/time.Hour))) * time.Hour
}

// tcuPerQuery is how much of the account's compute one of several queries at once is given: AWS counts seven light queries on
// 4 units ("Timestream compute units" of the developer guide), and these are not light.
const tcuPerQuery = 4

// queries is how many queries the account can run at once, a very large number if it does not tell.
func (f *facts) queries(ctx context.Context) int {
	return f.account.get(struct{}{}, func() (int, bool) {
		limited, stop := context.WithTimeout(ctx, factTimeout)
		defer stop()
		out, err := f.query.DescribeAccountSettings(limited, &timestreamquery.DescribeAccountSettingsInput{})
		if err != nil {
			f.logger.WarnContext(ctx, "the account's MaxQueryTCU is not known: reads are cut into as many splits as max_splits says; the function's role needs timestream:DescribeAccountSettings",
				keyError, redact.Text(err))
			return math.MaxInt, ctx.Err() == nil
		}
		if tcu := int(aws.ToInt32(out.MaxQueryTCU)); tcu > 0 {
			return max(1, tcu/tcuPerQuery), true
		}
		return math.MaxInt, true
	})
}
