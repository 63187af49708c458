package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

func (e *example) create(ctx context.Context) error {
	if _, err := e.write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{
		DatabaseName: aws.String(database), Tags: []types.Tag{{Key: aws.String("purpose"), Value: aws.String("example")}},
	}); err != nil {
		return err
	}
	in := &timestreamwrite.CreateTableInput{
		DatabaseName: aws.String(database), TableName: aws.String(table),
		RetentionProperties: &types.RetentionProperties{
			MemoryStoreRetentionPeriodInHours: aws.Int64(24), MagneticStoreRetentionPeriodInDays: aws.Int64(365),
		},
		MagneticStoreWriteProperties: &types.MagneticStoreWriteProperties{EnableMagneticStoreWrites: aws.Bool(true)},
	}
	made, err := e.write.CreateTable(ctx, in)
	if err != nil {
		return err
	}
	if err := check("create a database and a table", made.Table.TableStatus == types.TableStatusActive, made.Table.TableStatus); err != nil {
		return err
	}
	var conflict *types.ConflictException
	_, err = e.write.CreateTable(ctx, in)
	return check("a second table of that name is refused", errors.As(err, &conflict), err)
}

func dimension(name, value string) types.Dimension {
	return types.Dimension{Name: aws.String(name), Value: aws.String(value)}
}

// put writes records that have the common attributes, a hundred a call, and returns how many were stored.
func (e *example) put(ctx context.Context, common types.Record, records ...types.Record) (int, error) {
	ingested := 0
	for len(records) > 0 {
		n := min(len(records), 100)
		out, err := e.write.WriteRecords(ctx, &timestreamwrite.WriteRecordsInput{
			DatabaseName: aws.String(database), TableName: aws.String(table), CommonAttributes: &common, Records: records[:n],
		})
		if err != nil {
			return ingested, err
		}
		ingested += int(out.RecordsIngested.Total)
		records = records[n:]
	}
	return ingested, nil
}

// writeSingle writes an hour of temperatures: one value a record, a record a minute for each of two pumps.
func (e *example) writeSingle(ctx context.Context) error {
	var records []types.Record
	for minute := range 60 {
		for _, pump := range []string{"p1", "p2"} {
			records = append(records, types.Record{
				Dimensions: []types.Dimension{dimension("pump", pump)}, Time: e.seconds(minute),
				MeasureName: aws.String("temperature"), MeasureValue: aws.String(fmt.Sprint(20 + float64(minute)/10)),
			})
		}
	}
	n, err := e.put(ctx, types.Record{
		Dimensions: []types.Dimension{dimension("plant", "north")}, TimeUnit: types.TimeUnitSeconds, MeasureValueType: types.MeasureValueTypeDouble,
	}, records...)
	if err != nil {
		return err
	}
	return check("write single-measure records with common attributes", n == 120, n)
}

func (e *example) seconds(minute int) *string {
	return aws.String(strconv.FormatInt(e.start.Add(time.Duration(minute)*time.Minute).Unix(), 10))
}

// writeMulti writes several values of one time in one record.
func (e *example) writeMulti(ctx context.Context) error {
	value := func(name string, kind types.MeasureValueType, text string) types.MeasureValue {
		return types.MeasureValue{Name: aws.String(name), Type: kind, Value: aws.String(text)}
	}
	var records []types.Record
	for minute := range 60 {
		r := types.Record{Time: e.seconds(minute), MeasureValues: []types.MeasureValue{
			value("pressure", types.MeasureValueTypeDouble, fmt.Sprint(3+float64(minute%4))),
			value("strokes", types.MeasureValueTypeBigint, strconv.Itoa(1000*minute)),
			value("running", types.MeasureValueTypeBoolean, strconv.FormatBool(minute%10 > 0)),
			value("serviced", types.MeasureValueTypeTimestamp, *e.seconds(0)),
		}}
		if minute%10 == 0 {
			r.MeasureValues = append(r.MeasureValues, value("note", types.MeasureValueTypeVarchar, "idle – 停止"))
		}
		records = append(records, r)
	}
	n, err := e.put(ctx, types.Record{
		Dimensions: []types.Dimension{dimension("plant", "north"), dimension("pump", "p1")}, TimeUnit: types.TimeUnitSeconds,
		MeasureName: aws.String("state"), MeasureValueType: types.MeasureValueTypeMulti,
	}, records...)
	if err != nil {
		return err
	}
	return check("write multi-measure records", n == 60, n)
}

// writeAgain gives points another value: a point is what has the same dimensions, measure name and time, and its value
// changes with a higher version only. The other records of the call are stored all the same.
func (e *example) writeAgain(ctx context.Context) error {
	changed := types.Record{
		Dimensions: []types.Dimension{dimension("plant", "north"), dimension("pump", "p2")}, Time: e.seconds(0), TimeUnit: types.TimeUnitSeconds,
		MeasureName: aws.String("temperature"), MeasureValue: aws.String("99"),
	}
	other := changed
	other.MeasureName = aws.String("humidity")
	_, err := e.put(ctx, types.Record{}, other, changed)
	var rejected *types.RejectedRecordsException
	if !errors.As(err, &rejected) || len(rejected.RejectedRecords) != 1 {
		return check("another value with the same version is rejected", false, err)
	}
	r := rejected.RejectedRecords[0]
	if err := check("another value with the same version is rejected", r.RecordIndex == 1 && aws.ToInt64(r.ExistingVersion) == 1, aws.ToString(r.Reason)); err != nil {
		return err
	}
	n, err := e.put(ctx, types.Record{Version: aws.Int64(2)}, changed)
	if err != nil {
		return err
	}
	return check("a higher version replaces it", n == 1, n)
}

func (e *example) describe(ctx context.Context) error {
	found := false
	databases := timestreamwrite.NewListDatabasesPaginator(e.write, &timestreamwrite.ListDatabasesInput{MaxResults: aws.Int32(1)})
	for databases.HasMorePages() {
		page, err := databases.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, d := range page.Databases {
			found = found || *d.DatabaseName == database && d.TableCount == 1
		}
	}
	if err := check("list databases, page by page", found, nil); err != nil {
		return err
	}
	tables, err := e.write.ListTables(ctx, &timestreamwrite.ListTablesInput{DatabaseName: aws.String(database)})
	if err != nil {
		return err
	}
	if err := check("list tables", len(tables.Tables) == 1 && *tables.Tables[0].TableName == table, tables.Tables); err != nil {
		return err
	}
	t, err := e.write.DescribeTable(ctx, &timestreamwrite.DescribeTableInput{DatabaseName: aws.String(database), TableName: aws.String(table)})
	if err != nil {
		return err
	}
	hours := *t.Table.RetentionProperties.MemoryStoreRetentionPeriodInHours
	return check("describe a table", hours == 24, hours)
}

func isNotFound(err error) bool {
	var missing *types.ResourceNotFoundException
	return errors.As(err, &missing)
}

// remove deletes the database with its tables, if it is there.
func (e *example) remove(ctx context.Context) error {
	tables := timestreamwrite.NewListTablesPaginator(e.write, &timestreamwrite.ListTablesInput{DatabaseName: aws.String(database)})
	for tables.HasMorePages() {
		page, err := tables.NextPage(ctx)
		if isNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, t := range page.Tables {
			if _, err := e.write.DeleteTable(ctx, &timestreamwrite.DeleteTableInput{DatabaseName: t.DatabaseName, TableName: t.TableName}); err != nil {
				return err
			}
		}
	}
	_, err := e.write.DeleteDatabase(ctx, &timestreamwrite.DeleteDatabaseInput{DatabaseName: aws.String(database)})
	return err
}
