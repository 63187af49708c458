package integration

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

const (
	hosts   = 3
	minutes = 50 // of records for each host, up to a quarter of an hour ago: the memory store of a new table takes them
)

// reading is a record as it is written, and as a row has it: time in milliseconds, nil for a measure that is missing.
type reading struct {
	host   string
	at     time.Time
	cpu    float64
	errors *int64
}

// readings are the table's contents, with nanoseconds behind their milliseconds.
func readings(now time.Time) []reading {
	first := now.Add(-(minutes + 15) * time.Minute).Truncate(time.Minute)
	var out []reading
	for i := range hosts * minutes {
		r := reading{
			host: "host '" + string(rune('a'+i%hosts)) + `" Ü`, at: first.Add(time.Duration(i/hosts)*time.Minute + time.Duration(i)*1_000_003),
			cpu: float64(i) / 8,
		}
		if i%4 != 0 {
			n := int64(i) << 40
			r.errors = &n
		}
		out = append(out, r)
	}
	return out
}

// create makes the database and the table and removes them when the test ends. It touches none that is there already.
func create(t *testing.T, w *timestreamwrite.Client, database, table *string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // for the Cleanups, which run when the test's own has ended
	if _, err := w.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: database}); err != nil {
		t.Fatalf("create database %s: %v", *database, err)
	}
	t.Cleanup(func() {
		if _, err := w.DeleteDatabase(ctx, &timestreamwrite.DeleteDatabaseInput{DatabaseName: database}); err != nil {
			t.Errorf("delete database %s, which is left behind: %v", *database, err)
		}
	})
	if _, err := w.CreateTable(ctx, &timestreamwrite.CreateTableInput{DatabaseName: database, TableName: table, RetentionProperties: &types.RetentionProperties{
		MemoryStoreRetentionPeriodInHours: aws.Int64(24), MagneticStoreRetentionPeriodInDays: aws.Int64(1),
	}}); err != nil {
		t.Fatalf("create table %s.%s: %v", *database, *table, err)
	}
	t.Cleanup(func() {
		if _, err := w.DeleteTable(ctx, &timestreamwrite.DeleteTableInput{DatabaseName: database, TableName: table}); err != nil {
			t.Errorf("delete table %s.%s, which is left behind: %v", *database, *table, err)
		}
	})
}

// load writes the records, a hundred a call.
func load(ctx context.Context, w *timestreamwrite.Client, database, table *string, all []reading) error {
	for len(all) > 0 {
		n := min(len(all), 100)
		var records []types.Record
		for _, r := range all[:n] {
			measures := []types.MeasureValue{{Name: aws.String("cpu"), Type: types.MeasureValueTypeDouble, Value: aws.String(strconv.FormatFloat(r.cpu, 'g', -1, 64))}}
			if r.errors != nil {
				measures = append(measures, types.MeasureValue{Name: aws.String("errors"), Type: types.MeasureValueTypeBigint, Value: aws.String(strconv.FormatInt(*r.errors, 10))})
			}
			records = append(records, types.Record{
				Dimensions: []types.Dimension{{Name: aws.String("Host"), Value: aws.String(r.host)}},
				Time:       aws.String(strconv.FormatInt(r.at.UnixNano(), 10)), TimeUnit: types.TimeUnitNanoseconds,
				MeasureName: aws.String("load"), MeasureValueType: types.MeasureValueTypeMulti, MeasureValues: measures,
			})
		}
		if _, err := w.WriteRecords(ctx, &timestreamwrite.WriteRecordsInput{DatabaseName: database, TableName: table, Records: records}); err != nil {
			return fmt.Errorf("write records into %s.%s: %w", *database, *table, err)
		}
		all = all[n:]
	}
	return nil
}
