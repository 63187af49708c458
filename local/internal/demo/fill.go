package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

// Database is the demo's name.
const Database = "demo"

// span is how far back a first fill goes, and the longest gap that a later one closes.
const span = 24 * time.Hour

// Clients are the services that the demo is written through.
type Clients struct {
	Write *timestreamwrite.Client
	Query *timestreamquery.Client
	Glue  *glue.Client
}

// Fill makes the demo where it is missing, and adds the points between the newest one and now.
func Fill(ctx context.Context, c Clients, now time.Time) error {
	now = now.UTC().Truncate(time.Minute)
	if err := c.create(ctx); err != nil {
		return err
	}
	from := now.Add(-span)
	newest, err := c.newest(ctx)
	if err != nil {
		return err
	}
	if newest.After(from) {
		from = newest.Add(time.Minute)
	}
	for _, t := range tables {
		if err := c.fill(ctx, t, from, now); err != nil {
			return err
		}
	}
	return c.createViews(ctx)
}

func (c Clients) create(ctx context.Context) error {
	var conflict *types.ConflictException
	_, err := c.Write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: aws.String(Database)})
	if err != nil && !errors.As(err, &conflict) {
		return fmt.Errorf("making the demo database: %w", err)
	}
	for _, t := range tables {
		_, err := c.Write.CreateTable(ctx, &timestreamwrite.CreateTableInput{
			DatabaseName: aws.String(Database), TableName: aws.String(t.name),
			MagneticStoreWriteProperties: &types.MagneticStoreWriteProperties{EnableMagneticStoreWrites: aws.Bool(true)},
		})
		if err != nil && !errors.As(err, &conflict) {
			return fmt.Errorf("making the demo table %s: %w", t.name, err)
		}
	}
	return nil
}

// newest is the time of the newest point of the table that is filled last, the zero time if there is none.
func (c Clients) newest(ctx context.Context) (time.Time, error) {
	last := tables[len(tables)-1].name
	in := &timestreamquery.QueryInput{QueryString: aws.String(`SELECT max(time) FROM "` + Database + `"."` + last + `"`)}
	for {
		page, err := c.Query.Query(ctx, in)
		if err != nil {
			return time.Time{}, fmt.Errorf("asking for the demo's newest point: %w", err)
		}
		for _, row := range page.Rows {
			if v := row.Data[0].ScalarValue; v != nil {
				t, err := time.Parse("2006-01-02 15:04:05.000000000", *v)
				if err != nil {
					return time.Time{}, fmt.Errorf("reading the demo's newest point: %w", err)
				}
				return t, nil
			}
		}
		if aws.ToString(page.NextToken) == "" {
			return time.Time{}, nil
		}
		in.NextToken = page.NextToken
	}
}

// fill writes the table's points of each of its steps in [from, to].
func (c Clients) fill(ctx context.Context, t table, from, to time.Time) error {
	var batch []types.Record
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		_, err := c.Write.WriteRecords(ctx, &timestreamwrite.WriteRecordsInput{
			DatabaseName: aws.String(Database), TableName: aws.String(t.name), Records: batch,
			CommonAttributes: &types.Record{TimeUnit: types.TimeUnitSeconds},
		})
		if err != nil {
			return fmt.Errorf("filling the demo table %s: %w", t.name, err)
		}
		batch = batch[:0]
		return nil
	}
	first := from.Truncate(t.step)
	if first.Before(from) {
		first = first.Add(t.step)
	}
	for at := first; !at.After(to); at = at.Add(t.step) {
		for _, r := range t.records(at) {
			r.Time = aws.String(fmt.Sprint(at.Unix()))
			if batch = append(batch, r); len(batch) == 100 {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}
