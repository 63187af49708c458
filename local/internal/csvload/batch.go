package csvload

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

// batchSize is the most records that one WriteRecords takes.
const batchSize = 100

// maxFlying is how many batches are on their way at once.
const maxFlying = 8

// batch is some consecutive lines of the file, in one WriteRecords.
type batch struct {
	records []types.Record
	points  []uint64 // a hash of each record's identity
	lines   []int    // of the records
	read    int64    // bytes of the file up to here
	done    chan struct{}

	bad     []*BadLine // those that are no records, and, when done, those that were rejected
	written int        // when done
	err     error      // when done
}

func newBatch() *batch {
	return &batch{
		records: make([]types.Record, 0, batchSize), points: make([]uint64, 0, batchSize), lines: make([]int, 0, batchSize),
		done: make(chan struct{}),
	}
}

// write sends the records and closes done.
func (b *batch) write(ctx context.Context, client *timestreamwrite.Client, o Options) {
	defer close(b.done)
	if len(b.records) == 0 {
		return
	}
	_, err := client.WriteRecords(ctx, &timestreamwrite.WriteRecordsInput{
		DatabaseName: aws.String(o.Database), TableName: aws.String(o.Table), Records: b.records,
		CommonAttributes: &types.Record{MeasureValueType: types.MeasureValueTypeMulti, TimeUnit: types.TimeUnitNanoseconds},
	})
	var rejected *types.RejectedRecordsException
	if err != nil && !errors.As(err, &rejected) {
		b.err = fmt.Errorf("writing lines %d to %d to %s.%s: %w", b.lines[0], b.lines[len(b.lines)-1], o.Database, o.Table, err)
		return
	}
	b.written = len(b.records)
	if rejected == nil {
		return
	}
	b.written -= len(rejected.RejectedRecords)
	for _, r := range rejected.RejectedRecords {
		if int(r.RecordIndex) >= len(b.lines) || r.RecordIndex < 0 {
			b.err = fmt.Errorf("writing to %s.%s: the service rejected record %d of a batch of %d: %s", o.Database, o.Table, r.RecordIndex, len(b.lines), aws.ToString(r.Reason))
			return
		}
		b.bad = append(b.bad, &BadLine{Line: b.lines[r.RecordIndex], Reason: "Timestream rejected it: " + aws.ToString(r.Reason)})
	}
	slices.SortFunc(b.bad, func(a, b *BadLine) int { return cmp.Compare(a.Line, b.Line) })
}
